"""A full gym for a while: writes, pages, two hundred who watch and fifty who never finish what they began to send.

Nothing fails, nobody waits long, and neither memory nor open files grow.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import psutil

from app.db import new_id
from tests.stack.house import House, tap
from tests.stack.wire import BrokenError, Wire
from tests.storm.conftest import FULL

SECONDS = 600 if FULL else 6
WRITES, PAGES = (100, 200) if FULL else (20, 40)  # a second; a tenth shares its two cores with other tests
WATCHING, HALF = (200, 50) if FULL else (40, 20)
DESKS = 16
SLOW = 0.3 if FULL else 8.0  # a second is nobody's fault on a machine that does other things; ten are
GROWTH = 1.10 if FULL else 1.35
POOLED = 24  # what the pools of two processes may still open; a file for each request would be hundreds
Ask = Callable[[Wire], Awaitable[int]]


class Held:
    def __init__(self, house: House) -> None:
        self.house = house
        self.times: list[float] = []
        self.wrong: list[object] = []
        self.taps = 0

    async def at_a_pace(self, rate: float, ask: Ask, wires: list[Wire]) -> None:
        free: asyncio.Queue[Wire] = asyncio.Queue()
        for wire in wires:
            free.put_nowait(wire)
        tasks, ends = set(), time.monotonic() + SECONDS
        while time.monotonic() < ends:
            tasks.add(asyncio.create_task(self._one(await free.get(), ask, free)))
            await asyncio.sleep(1 / rate)
        await asyncio.gather(*tasks)

    async def _one(self, wire: Wire, ask: Ask, free: asyncio.Queue[Wire]) -> None:
        began = time.perf_counter()
        try:
            status: object = await ask(wire)
        except BrokenError as error:
            status = error
        self.times.append(time.perf_counter() - began)
        if status != 200:
            self.wrong.append(status)
        free.put_nowait(wire)

    async def write(self, wire: Wire) -> int:
        self.taps += 1
        return await tap(wire, self.house.members[self.taps % len(self.house.members)], new_id())

    async def look(self, wire: Wire) -> int:
        return (await wire.get("/desk")).status

    async def run(self) -> tuple[int, int, int, int]:
        watching = [await begun(self.house, "GET", "/desk/live", "") for _ in range(WATCHING)]
        half = [await begun(self.house, "POST", "/desk/check-ins", "Content-Length: 100\r\n") for _ in range(HALF)]
        writers = [await self.house.signed_in("dee") for _ in range(DESKS)]
        readers = [await self.house.signed_in("dee") for _ in range(DESKS)]
        for _ in range(3):  # everything that is kept is there, and every pool as large as it gets, before anything is counted
            await asyncio.gather(*(self.look(wire) for wire in readers), *(self.write(wire) for wire in writers))
        before, files = held_by(self.house)
        await asyncio.gather(self.at_a_pace(WRITES, self.write, writers), self.at_a_pace(PAGES, self.look, readers))
        after, files_after = held_by(self.house)
        for wire in (*watching, *half):
            wire.close()
        return before, after, files, files_after


def test_a_full_gym_is_served_for_as_long_as_it_lasts(whole: House) -> None:
    held = Held(whole)
    webs = {process.pid for process in whole.web_processes()}
    before, after, files, files_after = whole.run(held.run())
    ordered = sorted(held.times)
    p99 = ordered[int(len(ordered) * 0.99)]
    memory = f"memory {before / 2**20:.0f} → {after / 2**20:.0f} MB, files {files} → {files_after}"
    print(f"{len(ordered)} answers, p99 {p99 * 1000:.0f} ms, {memory}")
    assert held.wrong == []
    assert len(ordered) > SECONDS * (WRITES + PAGES) * 0.1
    assert p99 < SLOW
    assert after < before * GROWTH
    assert files_after <= files + POOLED
    assert {process.pid for process in whole.web_processes()} == webs


def held_by(house: House) -> tuple[int, int]:
    """Memory and open files of all web processes."""
    memory = files = 0
    for process in house.web_processes():
        with suppress(psutil.NoSuchProcess):
            memory, files = memory + process.memory_info().rss, files + process.num_fds()
    return memory, files


async def begun(house: House, method: str, path: str, more: str) -> Wire:
    """A request whose answer, or whose rest, nobody waits for."""
    wire = await house.signed_in("dee")
    await wire._connect()
    assert wire.writer is not None
    lines = "".join(f"{name}: {value}\r\n" for name, value in wire.headers.items())
    wire.writer.write(f"{method} {path} HTTP/1.1\r\nHost: gym.test\r\n{lines}{more}\r\n".encode())
    await wire.writer.drain()
    return wire
