"""A hub as an owner starts it, on a real port, with the cast in it, and crowds of clients at its door."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import asyncpg

from app import db as db_
from app.db import Db
from app.demo import world
from tests.stack.wire import BrokenError, Wire
from tests.start.house import PATIENCE, Gym

NEXT_PAUSE = 0.05  # seconds between two clicks of somebody who only wants to work


class CrowdedGym(Gym):
    """Believes a proxy in front, so that one machine can play three hundred addresses."""

    def open(self) -> "CrowdedGym":
        self.silent: list[asyncio.StreamWriter] = []
        self.start(SPOTTER_TRUSTED_PROXY="yes")
        asyncio.run(self._fill())
        return self

    async def _fill(self) -> None:
        connection = await self.database()
        await world.settle(Db(connection), now=datetime.now(UTC) - timedelta(days=30))
        await connection.close()

    async def database(self) -> asyncpg.Connection:
        return await db_.connect((self.folder / "run" / "database.url").read_text())

    def wire(self, address: str = "10.0.0.7") -> Wire:
        headers = {"X-Forwarded-For": address, "Sec-Fetch-Site": "same-origin"}
        return Wire(("127.0.0.1", self.port), headers, patience=30)

    async def signed_in(self, key: str, address: str = "10.0.0.7") -> Wire:
        wire = self.wire(address)
        answer = await wire.post("/sign-in/as", {"email": world.PEOPLE[key].email})
        assert answer.status == 303, answer.text[:300]
        wire.headers["Cookie"] = "; ".join(answer.cookies)
        return wire

    async def half(self, text: str) -> asyncio.StreamReader:
        """A client that says this much and then nothing."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(text.encode())
        self.silent.append(writer)
        return reader

    def hang_up(self) -> None:
        for writer in self.silent:
            writer.transport.abort()
        self.silent.clear()


async def token(wire: Wire, path: str) -> str:
    """What a form of this page carries."""
    found = re.search(r'name="csrf" value="([^"]+)"', (await wire.get(path)).text)
    assert found, path
    return found.group(1)


@asynccontextmanager
async def at_work(wire: Wire, path: str) -> AsyncIterator[list[float]]:
    """Somebody who goes on working meanwhile: how long each page took, in seconds. A page that does not come is an error."""
    took: list[float] = []
    is_over = asyncio.Event()

    async def click() -> None:
        while not is_over.is_set() or not took:
            began = time.perf_counter()
            answer = await wire.get(path)
            took.append(time.perf_counter() - began)
            assert answer.status == 200, answer.status
            await asyncio.sleep(NEXT_PAUSE)

    working = asyncio.create_task(click())
    try:
        yield took
    finally:
        is_over.set()
        await working


def p99(took: list[float]) -> float:
    return sorted(took)[max(0, -(-len(took) * 99 // 100) - 1)]


async def seconds_until_hung_up(reader: asyncio.StreamReader) -> float:
    """From now on; whoever asks has just connected."""
    began = time.monotonic()
    with suppress(OSError):
        await reader.read()
    return time.monotonic() - began


async def until(happened: Callable[[], object], what: str) -> None:
    limit = time.monotonic() + PATIENCE
    while not await happened():  # type: ignore[misc]
        assert time.monotonic() < limit, what
        await asyncio.sleep(0.02)


async def ended_well(reader: asyncio.StreamReader) -> bool:
    """The last chunk is the empty one: the browser knows that it was an end, and comes back by itself."""
    try:
        said = await asyncio.wait_for(reader.read(), 30)
    except (OSError, TimeoutError, BrokenError):
        return False
    return said.endswith(b"0\r\n\r\n")
