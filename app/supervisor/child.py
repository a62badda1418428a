"""A child process that is started, buried and started again."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
HEALTHY = 10.0  # seconds after which a death is bad luck and not a pattern
# Whoever is killed from outside does nothing wrong: only killed young does it wait longer, and not long.
KILLED_PAUSE, YOUNG = 1.0, 1.0
PARENT = "SPOTTER_PARENT_PID"
DIE_WITH_PARENT = 1


class Process(Protocol):
    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self) -> int | None: ...

    def send_signal(self, number: int, /) -> None: ...


@dataclass
class Child:
    """Backs off from 0.2 to 5 seconds and never gives up; who asks may look at `refusals`."""

    name: str
    launch: Callable[[], Process]
    process: Process | None = None
    failures: int = 0  # deaths in a row without a healthy life between them
    born: float = 0.0
    due: float = 0.0
    wanted: bool = True
    refusals: int = 0  # of these, the ones that ended by themselves: killed is bad luck, exit 1 is a reason

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tend(self, now: float) -> str | None:
        """Bury and restart as needed. What happened, for the log."""
        if self.process is not None and (code := self.process.poll()) is not None:
            return self._bury(code, now)
        if self.process is None and self.wanted and now >= self.due:
            self.born = now
            self.process = self.launch()
        elif self.process is not None and now - self.born > HEALTHY:
            self.failures = self.refusals = 0
        return None

    def _bury(self, code: int, now: float) -> str:
        was_killed = code == -signal.SIGKILL
        self.failures = 1 if was_killed and now - self.born > YOUNG else self.failures + 1
        self.refusals += code > 0
        self.due = now + min(KILLED_PAUSE if was_killed else LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self.failures - 1))
        self.process = None
        return f"{self.name} ended ({reason(code)}), starting it again"

    def tell(self, number: int) -> None:
        if self.is_alive and self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)


def reason(code: int) -> str:
    return signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"


def stop_all(children: list[Child], patience: float) -> None:
    """Ask, wait, insist."""
    for child in children:
        child.wanted = False
        child.tell(signal.SIGTERM)
    until = time.monotonic() + patience
    while any(child.is_alive for child in children) and time.monotonic() < until:
        time.sleep(0.02)
    for child in children:
        child.tell(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()
            child.process = None


def python(module: str, *arguments: str, environ: dict[str, str], keep: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    """Our own Python in a session of its own: Ctrl-C reaches only the supervisor, which stops things in order."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env={**environ, PARENT: str(os.getpid())},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=keep,
    )


def die_with_parent() -> int:
    """Called first thing in a child: whoever kills the supervisor kills us, at once, so that the next start finds a clean house."""
    parent = int(os.environ.pop(PARENT, "0"))
    if not parent:
        return 0
    if sys.platform == "linux":
        prctl(DIE_WITH_PARENT, signal.SIGKILL)
    else:
        threading.Thread(target=watch_parent, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)
    return parent


def belong_to(parent: int, between: int) -> None:
    """Once the one in between has ended we are the supervisor's, for good and ill."""
    while os.getppid() == between:
        time.sleep(0.001)
    prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.setsid()


def prctl(what: int, value: int) -> None:
    """What only Linux knows."""
    ctypes.CDLL(None, use_errno=True).prctl(what, value, 0, 0, 0)


def call_it(words: str) -> None:
    """As if it had been started with these: for whoever looks with `ps`."""
    with suppress(OSError, ValueError, IndexError):
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        start, end = int(fields[45]), int(fields[46])  # of the command line, in our own memory
        if 0 < start < end:
            ctypes.memmove(start, words.encode()[: end - start - 1].ljust(end - start, b"\0"), end - start)


def watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
