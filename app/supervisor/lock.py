"""One Spotter per data folder. The kernel drops the lock when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.supervisor.words import StartError


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    path = folder / "spotter.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StartError(f"The folder {folder} cannot be used: {(error.strerror or str(error)).lower()}.") from None
    try:
        take(file, folder)
        yield
    finally:
        os.close(file)


def take(file: int, folder: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(file, 20).decode("ascii", "replace").strip()
        raise StartError(
            f"Spotter is already running on {folder} (process {holder or 'unknown'}): stop that one first."
        ) from None
    try:
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
    except OSError as error:
        raise StartError(f"The folder {folder} cannot be used: {(error.strerror or str(error)).lower()}.") from None
