"""Nothing leaves the house by itself: no page, no chore, no job asks anybody on the network."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from app.worker import CHORES, Worker
from tests.conftest import Committed
from tests.jobs.queue import DUE

LOCAL = ("127.0.0.1", "::1", "localhost", "/")
PAGES = (
    "/",
    "/desk",
    "/members",
    "/owner",
    "/owner/radar",
    "/progress",
    "/progress/numbers",
    "/progress/files",
    "/agents/plan.md",
    "/training",
    "/plans",
    "/help",
    "/help/report",
)
_watching: list[list[str]] = []


def _hook(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook stays for ever; it writes only while somebody watches."""
    if _watching and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "subprocess.Popen"):
        _watching[-1].append(f"{event} {args[1] if event == 'socket.connect' else args[0]!r}")


@contextmanager
def watched() -> Iterator[list[str]]:
    hear()
    seen: list[str] = []
    _watching.append(seen)
    yield seen
    _watching.pop()


@cache
def hear() -> None:
    """Only when it is wanted: once it listens, whatever the process does is told to it."""
    sys.addaudithook(_hook)


@pytest.mark.real
async def test_no_page_and_no_chore_calls_anybody_outside(committed: Committed) -> None:
    ana = await committed.as_("ana")
    chores = tuple(chore for chore in CHORES if not chore.name.startswith("backups"))  # those start pg_dump on a socket of ours
    with watched() as seen:
        for path in PAGES:
            assert (await ana.get(path)).status_code in (200, 303), path
        worker = Worker(committed.database, chores)
        await worker.round()
        await committed.database.pool.execute(DUE)
        await worker.round()
    done = await committed.db.column("select name from chore where done_at is not null order by name")
    assert done == sorted(chore.name for chore in chores)
    outside = [one for one in seen if not any(place in one for place in LOCAL)]
    assert not outside


def test_the_watch_would_see_a_call() -> None:
    import socket

    with watched() as seen, socket.socket() as caller:
        caller.setblocking(False)
        caller.connect_ex(("192.0.2.1", 9))
    assert any("192.0.2.1" in one for one in seen)
