"""A lock on the gym's network: one short call, after the visit is safely written, and never twice for one tap.

What a lock answers is only believed when it is clear: a lock may be slow, absent, or say 200 and stay shut.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import structlog

from app import clock
from app.db import Database
from app.desk.actions import Outcome
from app.desk.doorways import OpenLock

log = structlog.get_logger("spotter")

PATIENCE = 2.0  # seconds; somebody stands in front of it
MOST = 16_384  # bytes of an answer that are looked at
OPENED = ""
SHUT_WORDS: set[bool | str | int] = {False, "off", "closed", "shut", "locked", "error", "false"}
KEYS = ("ison", "is_on", "open", "is_open", "ok", "success", "state", "output", "result")

_running: set[asyncio.Task[None]] = set()


async def pulse(url: str, tap_id: UUID, *, patience: float | None = None) -> str:
    """Empty when the lock says that it opened, else why not: slow, absent, refused, odd, shut."""
    try:
        async with asyncio.timeout(PATIENCE if patience is None else patience):
            return _believe(await _call(url, tap_id))
    except TimeoutError:
        return "slow"
    except (OSError, ssl.SSLError, ValueError):
        return "absent"


async def _call(url: str, tap_id: UUID) -> bytes:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure or None)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {parts.hostname}\r\nUser-Agent: spotter\r\nIdempotency-Key: {tap_id}\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode("latin-1", "replace"))
        await writer.drain()
        answer = b""
        while len(answer) < MOST and (piece := await reader.read(MOST - len(answer))):
            answer += piece
            if _is_whole(answer):
                break
        return answer
    finally:
        writer.close()


def _is_whole(answer: bytes) -> bool:
    """Some locks never hang up: their own word about the length is enough."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    if not gap:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = line.partition(b":")[2].strip()
            return length.isdigit() and len(body) >= int(length)
    return False


def _believe(answer: bytes) -> str:
    head, _gap, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n", 1)[0].split()
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        return "odd"
    if not 200 <= int(words[1]) < 300:
        return "refused"
    return "shut" if _says_shut(body) else OPENED


def _says_shut(body: bytes) -> bool:
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    if not isinstance(said, dict):
        return said is False
    for key in KEYS:
        value = said.get(key)
        value = value.lower() if isinstance(value, str) else value
        if isinstance(value, str | bool | int) and value in SHUT_WORDS:
            return True
    return False


def open_after(after: list[Callable[[], Awaitable[None]]], database: Database, said: Outcome) -> None:
    """Only once the visit is committed, and in nobody's way."""
    if not said.to_open:
        return

    async def start() -> None:
        for lock in said.to_open:
            soon(open_lock(database, lock, said.id))

    after.append(start)


async def open_lock(database: Database, lock: OpenLock, tap_id: UUID) -> None:
    failure = await pulse(lock.url, tap_id)
    column = "failed_at" if failure else "opened_at"
    await database.reading().run(f"update relay set {column} = $2, failure = $3 where id = $1", lock.id, clock.now(), failure)
    if failure:
        log.warning("lock_stayed_shut", lock=str(lock.id), why=failure)


def soon(what: Any) -> None:
    """In the background: nobody who waits for an answer waits for a lock."""
    task = asyncio.get_running_loop().create_task(_quietly(what))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _quietly(what: Any) -> None:
    try:
        await what
    except Exception as error:  # a lock must not take the desk down with it
        log.error("lock_failed", exc_info=error)


async def settled() -> None:
    """Until every lock has been called: for the end of the house, and for tests."""
    while _running:
        await asyncio.gather(*_running, return_exceptions=True)
