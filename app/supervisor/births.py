"""The supervisor's side of the nursery: it asks for a child, and hears the child's number a moment later."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

from app.supervisor.child import Child, prctl

IS_POSSIBLE = sys.platform == "linux"  # elsewhere an orphan is nobody's
WEB, WORKER = "app.supervisor.web", "app.worker"
LETTERS = {WEB: b"w", WORKER: b"j"}
NOBODY = b"0"
BECOME_REAPER = 36


class Born:
    """A child from the nursery, with what the supervisor wants of a process."""

    def __init__(self) -> None:
        self.pid = 0  # until it is born
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.pid and self.returncode is None:
            self._bury(os.WNOHANG)
        return self.returncode

    def wait(self) -> int | None:
        if self.pid and self.returncode is None:
            self._bury(0)
        return self.returncode

    def _bury(self, options: int) -> None:
        try:
            found, status = os.waitpid(self.pid, options)
        except ChildProcessError:
            self.returncode = -signal.SIGKILL  # somebody else buried it
            return
        if found:
            self.returncode = os.waitstatus_to_exitcode(status)

    def send_signal(self, number: int) -> None:
        if self.pid and self.poll() is None:
            os.kill(self.pid, number)

    def is_called(self, pid: int) -> None:
        self.pid = pid
        if not pid:
            self.returncode = 1


class Nursery:
    """Itself a child that comes back; what it has borne lives on without it."""

    def __init__(self, start: Callable[[int], subprocess.Popen[bytes]]) -> None:
        self.start = start
        self.child = Child("nursery", self._launch)
        self.line: socket.socket | None = None
        self.heard = b""
        self.unborn: list[Born] = []
        prctl(BECOME_REAPER, 1)

    @property
    def is_open(self) -> bool:
        return self.line is not None

    def _launch(self) -> subprocess.Popen[bytes]:
        self.line, theirs = socket.socketpair()
        self.line.setblocking(False)
        with theirs:
            return self.start(theirs.fileno())

    def ask(self, module: str) -> Born:
        assert self.line is not None
        born = Born()
        self.unborn.append(born)
        with suppress(OSError):  # it has just died: told at the next look
            self.line.send(LETTERS[module])
        return born

    def tend(self, now: float) -> str | None:
        self.listen()
        if not self.child.is_alive:
            self._forget()
        return self.child.tend(now)

    def listen(self) -> None:
        with suppress(OSError):
            while self.line is not None and (said := self.line.recv(4096)):
                self.heard += said
        *numbers, self.heard = self.heard.split(b"\n")
        for number in numbers:
            self.unborn.pop(0).is_called(int(number))

    def _forget(self) -> None:
        """Who was not born yet never will be."""
        for born in self.unborn:
            born.returncode = -signal.SIGKILL
        self.unborn.clear()
        self.heard = b""
        if self.line is not None:
            self.line.close()
            self.line = None

    def stop(self) -> None:
        """From here on nobody is born."""
        self.child.tell(signal.SIGKILL)
        if self.child.process is not None:
            self.child.process.wait()
        self.listen()
        self._forget()
        self.child.process = None


def bury_strangers(ours: set[int]) -> None:
    """Orphans of our children's children come to us too: what a killed database leaves behind, or a killed worker's helpers."""
    with suppress(ChildProcessError):
        while (found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) and found.si_pid not in ours:
            os.waitpid(found.si_pid, 0)
