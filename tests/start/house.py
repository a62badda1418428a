"""A real Spotter in a folder of its own, started like an owner starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PATIENCE = 120.0  # seconds; a busy machine is slow, a broken one never gets there


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(happened: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    limit = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > limit:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


def spotter(*words: str, cwd: Path, **environ: str) -> subprocess.Popen[bytes]:
    """`spotter …` without the settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SPOTTER_") and "DATABASE_URL" not in name}
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *words],
        env={**clean, "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def said(process: subprocess.Popen[bytes], seconds: float = PATIENCE) -> tuple[int, str]:
    """What it ended with and said."""
    output, _ = process.communicate(timeout=seconds)
    return process.returncode, output.decode()


@dataclass
class Gym:
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, *words: str, **environ: str) -> "Gym":
        self.process = spotter(
            "up", "--data", str(self.folder), "--port", str(self.port), *words, cwd=self.folder.parent, **environ
        )
        try:
            until(lambda: self.status() == 200, "the first page")
        except AssertionError as error:
            self.process.kill()
            raise AssertionError(f"{error}: {said(self.process)[1]}") from None
        return self

    def status(self, path: str = "/health/live", seconds: float = 3) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=seconds) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def child(self, mark: str) -> psutil.Process | None:
        """One of its own processes, by what it was started with."""
        return next((child for child in psutil.Process(self.pid).children() if mark in words_of(child)), None)

    def is_new(self, mark: str, old: int) -> bool:
        found = self.child(mark)
        return found is not None and found.pid != old

    def stop(self) -> tuple[int, str]:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return said(self.process)


def words_of(process: psutil.Process) -> str:
    """What it was started with; nothing of one that has just ended."""
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""
