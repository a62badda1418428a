"""The door stays open: the supervisor holds the listening socket, so that a restarting web keeps nobody out."""

import errno
import os
import socket
import time
from pathlib import Path

from app.settings import Settings
from app.supervisor.words import StartError

BACKLOG = 1024


def open_listener(settings: Settings) -> socket.socket:
    return open_unix(settings.socket) if settings.socket else open_tcp(settings.host, settings.port)


def open_tcp(host: str, port: int, patience: float = 1.0) -> socket.socket:
    """Patient for a moment: what a killed Spotter left behind is gone within it."""
    until = time.monotonic() + patience
    while True:
        try:
            return bound(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise StartError(in_words(error, host, port)) from None
        time.sleep(0.1)


def bound(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def open_unix(path: Path) -> socket.socket:
    """Beside the place when somebody answers there: an older release, which goes on until we can."""
    listener = socket.socket(socket.AF_UNIX)
    try:
        path = beside(path) if is_answered(path) else path
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        os.chmod(path, 0o660)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise StartError(f"SPOTTER_SOCKET: {path} cannot be used: {(error.strerror or str(error)).lower()}.") from None
    return listener


def beside(path: Path) -> Path:
    return path.with_name(path.name + ".next")


def is_answered(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def waits_beside(path: Path | None) -> bool:
    return path is not None and beside(path).exists()


def take_place(path: Path | None) -> None:
    """From here on new connections are ours; whoever had the place keeps those that it has."""
    if path is not None and waits_beside(path):
        beside(path).rename(path)


def in_words(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: stop it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights: choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"This machine has no address {host}: choose another with --host."
    return f"{host}:{port} cannot be opened: {(error.strerror or str(error)).lower()}."
