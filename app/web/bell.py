"""The bell: it says only *that* something changed on a topic, and whoever watches the topic draws it anew.

It rings in the process (one worker), over Valkey (a club's stack), or over NOTIFY (several workers on one machine).
"""

import asyncio
import contextlib
import os
from collections import defaultdict
from typing import Any

import asyncpg
import valkey.asyncio as valkey
from valkey.exceptions import ValkeyError

from app.web.pipe import Pipe

PAUSE = 0.05  # seconds between two words to the other processes
MANY = 50  # topics in one word: a NOTIFY carries eight thousand bytes


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


class Spread(House):
    """The other processes hear it too: the first ring at once, what rings meanwhile all together a moment later.

    Nobody waits for that: whoever rang has committed, and their answer leaves.
    """

    def __init__(self) -> None:
        super().__init__()
        self.name = ""
        self.untold: set[str] = set()
        self.telling: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Only now it is of one process: before, it belonged to the nursery from which several come."""
        self.name = os.urandom(6).hex()

    async def ring(self, topic: str) -> None:
        self.heard(topic)
        self.untold.add(topic)
        if self.telling is None or self.telling.done():
            self.telling = asyncio.create_task(self._tell_all())

    async def _tell_all(self) -> None:
        while self.untold:
            topics = [self.untold.pop() for _ in range(min(MANY, len(self.untold)))]
            with contextlib.suppress(ValkeyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                await self.tell(" ".join((self.name, *topics)))
            await asyncio.sleep(PAUSE)

    async def tell(self, said: str) -> None:
        raise NotImplementedError

    def was_told(self, said: str) -> None:
        """Also by ourselves, who have heard it already."""
        name, *topics = said.split()
        if name != self.name:
            for topic in topics:
                self.heard(topic)

    async def close(self) -> None:
        await super().close()
        if self.telling is not None:
            await asyncio.wait([self.telling], timeout=1)


class OverValkey(Spread):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.pipe = Pipe(url, patience=0.2)
        self.client: Any = valkey.from_url(url, socket_connect_timeout=1)
        self.task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await super().open()
        self.task = asyncio.create_task(self._listen())

    async def tell(self, said: str) -> None:
        await self.pipe.ask("PUBLISH", "spotter:bell", said)

    async def _listen(self) -> None:
        """For ever: a Valkey that restarts must not leave the desks silent."""
        while not self.closing.is_set():
            with contextlib.suppress(ValkeyError, OSError, TimeoutError):
                async with self.client.pubsub() as pubsub:
                    await pubsub.subscribe("spotter:bell")
                    self.all()
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self.was_told(message["data"].decode())
            await asyncio.sleep(0.5)

    def all(self) -> None:
        for topic in list(self.watching):
            self.heard(topic)

    async def close(self) -> None:
        await super().close()
        if self.task:
            self.task.cancel()
        await self.pipe.close()
        with contextlib.suppress(ValkeyError, OSError):
            await self.client.aclose()


class OverPostgres(Spread):
    """Several workers on one machine without Valkey: one listening connection each, past any pooler."""

    def __init__(self, dsn: str, pool: Any) -> None:
        super().__init__()
        self.dsn, self.pool = dsn, pool
        self.task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await super().open()
        self.task = asyncio.create_task(self._listen())

    async def tell(self, said: str) -> None:
        await self.pool.execute("select pg_notify('spotter_bell', $1)", said)

    async def _listen(self) -> None:
        while not self.closing.is_set():
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                connection = await asyncpg.connect(self.dsn, timeout=3)
                try:
                    await connection.add_listener("spotter_bell", lambda *heard: self.was_told(heard[3]))
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
