"""Live regions: whoever watches a topic gets its regions drawn anew when its bell rings.

The bell says only *that* something changed; what is sent is always a fresh snapshot, so a missed ring costs nothing but time.
It rings in the process (one worker), over Valkey (a club's stack), or over NOTIFY (several workers on one machine).
"""

import asyncio
import contextlib
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, Protocol

import asyncpg
import valkey.asyncio as valkey
from litestar.exceptions import TooManyRequestsException
from litestar.response import Stream
from valkey.exceptions import ValkeyError

from app.db import Db
from app.web.request import Request

BEAT = 15  # seconds between signs of life
LIFE = 300  # a stream ends itself and the browser comes back
MOST = 300


class Bell(Protocol):
    async def ring(self, topic: str) -> None: ...

    async def open(self) -> None: ...

    async def close(self) -> None: ...


class House:
    """Watchers of this process."""

    def __init__(self) -> None:
        self.watching: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.closing = asyncio.Event()

    def heard(self, topic: str) -> None:
        for event in self.watching.get(topic, ()):
            event.set()

    async def ring(self, topic: str) -> None:
        self.heard(topic)

    async def open(self) -> None: ...

    def hush(self) -> None:
        """Every stream ends; whoever still writes may ring, and other processes hear it."""
        self.closing.set()
        for events in self.watching.values():
            for event in events:
                event.set()

    async def close(self) -> None:
        self.hush()

    @property
    def count(self) -> int:
        return sum(map(len, self.watching.values()))


class OverValkey(House):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.client: Any = valkey.from_url(url, socket_connect_timeout=1)
        self.task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.task = asyncio.create_task(self._listen())

    async def ring(self, topic: str) -> None:
        self.heard(topic)
        with contextlib.suppress(ValkeyError, OSError, TimeoutError):
            async with asyncio.timeout(0.2):
                await self.client.publish("spotter:bell", topic)

    async def _listen(self) -> None:
        """For ever: a Valkey that restarts must not leave the desks silent."""
        while not self.closing.is_set():
            with contextlib.suppress(ValkeyError, OSError, TimeoutError):
                async with self.client.pubsub() as pubsub:
                    await pubsub.subscribe("spotter:bell")
                    self.all()
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self.heard(message["data"].decode())
            await asyncio.sleep(0.5)

    def all(self) -> None:
        for topic in list(self.watching):
            self.heard(topic)

    async def close(self) -> None:
        await super().close()
        if self.task:
            self.task.cancel()
        with contextlib.suppress(ValkeyError, OSError):
            await self.client.aclose()


class OverPostgres(House):
    """Several workers on one machine without Valkey: one listening connection each, past any pooler."""

    def __init__(self, dsn: str, pool: Any) -> None:
        super().__init__()
        self.dsn, self.pool = dsn, pool
        self.task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.task = asyncio.create_task(self._listen())

    async def ring(self, topic: str) -> None:
        self.heard(topic)
        with contextlib.suppress(asyncpg.PostgresError, OSError, TimeoutError):
            await self.pool.execute("select pg_notify('spotter_bell', $1)", topic)

    async def _listen(self) -> None:
        while not self.closing.is_set():
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                connection = await asyncpg.connect(self.dsn, timeout=3)
                try:
                    await connection.add_listener("spotter_bell", lambda *heard: self.heard(heard[3]))
                    while not connection.is_closed() and not self.closing.is_set():
                        await asyncio.sleep(1)
                finally:
                    await connection.close(timeout=1)
            await asyncio.sleep(0.5)

    async def close(self) -> None:
        await super().close()
        if self.task:
            self.task.cancel()


def open_bell(valkey_url: str | None, workers: int, dsn: str, pool: Any) -> House:
    if valkey_url:
        return OverValkey(valkey_url)
    return OverPostgres(dsn, pool) if workers > 1 and dsn else House()


def ring(request: Request, *topics: str) -> None:
    """Once this request's work is committed."""
    bell: House = request.app.state.bell
    for topic in topics:
        request.visit.after.append(partial(bell.ring, topic))


Draw = Callable[[Db], Awaitable[str]]


def stream(request: Request, topic: str, draw: Draw) -> Stream:
    """Server-sent regions: `draw(db)` returns the HTML (regions as <hx-partial>) for the first time and at every ring."""
    bell: House = request.app.state.bell
    if bell.count >= MOST:
        raise TooManyRequestsException(headers={"Retry-After": "30"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_messages(request, bell, topic, draw), media_type="text/event-stream", headers=headers)


async def _messages(request: Request, bell: House, topic: str, draw: Draw) -> AsyncIterator[str]:
    rung = asyncio.Event()
    bell.watching[topic].add(rung)
    loop = asyncio.get_running_loop()
    ends = loop.time() + LIFE * random.uniform(0.8, 1.0)
    try:
        yield f"retry: {random.randint(500, 2000)}\n\n"
        yield as_message(await draw(request.app.state.database.reading()))
        while loop.time() < ends and not bell.closing.is_set():
            try:
                async with asyncio.timeout(BEAT):
                    await rung.wait()
            except TimeoutError:
                if not await is_still_welcome(request):
                    return
                yield ": still here\n\n"
                continue
            rung.clear()
            if bell.closing.is_set():
                return
            yield as_message(await draw(request.app.state.database.reading()))
    finally:
        bell.watching[topic].discard(rung)
        if not bell.watching[topic]:
            del bell.watching[topic]


def as_message(html: str) -> str:
    return "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"


async def is_still_welcome(request: Request) -> bool:
    """A stream outlives its sign-in unless somebody looks."""
    recheck: Any = request.scope.get("recheck")
    return recheck is None or bool(await recheck())
