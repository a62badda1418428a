"""Signals as something to wait for."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Bell:
    """Rings at a signal: a child ended, or somebody wants us to stop."""

    def __init__(self, wire: int) -> None:
        self.wire = wire
        self.stopping = False

    def stop(self, *_: Any) -> None:
        self.stopping = True

    def wait(self, seconds: float) -> None:
        if select.select([self.wire], [], [], seconds)[0]:
            with suppress(BlockingIOError):
                os.read(self.wire, 4096)


@contextmanager
def awake() -> Iterator[Bell]:
    out, into = os.pipe()
    os.set_blocking(out, False)
    os.set_blocking(into, False)
    bell = Bell(out)
    before = {number: signal.signal(number, bell.stop) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(into, warn_on_full_buffer=False)
    try:
        yield bell
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(out)
        os.close(into)
