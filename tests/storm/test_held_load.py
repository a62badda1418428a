"""A full gym for a while: writes, pages, two hundred who watch and fifty who never finish what they began to send.

Nothing fails, nobody waits long, and neither memory nor open files grow.
"""

import asyncio
import time
from collections.abc import Iterator

import psutil
import pytest

from app.db import new_id
from tests.stack.house import House, tap
from tests.stack.wire import Wire
from tests.storm.test_storm import FULL

SECONDS = 600 if FULL else 8
WRITES, PAGES = (100, 200) if FULL else (20, 40)  # a second; a tenth shares its two cores with other tests
WATCHING, HALF = 200, 50
DESKS = 16
SLOW = 0.3 if FULL else 1.5


@pytest.fixture
def hub() -> Iterator[House]:
    house = House(hub=True, workers=1)
    yield house.open()
    house.close()


def test_a_full_gym_is_served_for_as_long_as_it_lasts(hub: House) -> None:
    times: list[float] = []
    wrong: list[int] = []

    async def at_a_pace(rate: float, ask: object, wires: list[Wire]) -> None:
        free: asyncio.Queue[Wire] = asyncio.Queue()
        for wire in wires:
            free.put_nowait(wire)
        tasks, ends = set(), time.monotonic() + SECONDS
        while time.monotonic() < ends:
            tasks.add(asyncio.create_task(one(await free.get(), ask, free)))
            await asyncio.sleep(1 / rate)
        await asyncio.gather(*tasks)

    async def one(wire: Wire, ask: object, free: asyncio.Queue[Wire]) -> None:
        began = time.perf_counter()
        status = await ask(wire)  # type: ignore[operator]
        times.append(time.perf_counter() - began)
        if status != 200:
            wrong.append(status)
        free.put_nowait(wire)

    async def write(wire: Wire) -> int:
        return await tap(wire, hub.members[len(times) % len(hub.members)], new_id())

    async def look(wire: Wire) -> int:
        return (await wire.get("/desk")).status

    async def run() -> tuple[float, float, int, int]:
        web = hub.web_processes()[0]
        watching = [await begun(hub, "GET", "/desk/live", "") for _ in range(WATCHING)]
        half = [await begun(hub, "POST", "/desk/check-ins", "Content-Length: 100\r\n") for _ in range(HALF)]
        writers = [await hub.signed_in("dee") for _ in range(DESKS)]
        readers = [await hub.signed_in("dee") for _ in range(DESKS)]
        for wire in (*writers, *readers):  # everything that is kept is there before memory is looked at
            await look(wire)
        before, files = web.memory_info().rss, web.num_fds()
        await asyncio.gather(at_a_pace(WRITES, write, writers), at_a_pace(PAGES, look, readers))
        after, files_after = web.memory_info().rss, web.num_fds()
        for wire in (*watching, *half):
            wire.close()
        assert psutil.pid_exists(web.pid)
        return before, after, files, files_after

    before, after, files, files_after = hub.run(run())
    ordered = sorted(times)
    p99 = ordered[int(len(ordered) * 0.99)]
    print(
        f"{len(times)} answers, p99 {p99 * 1000:.0f} ms, memory {before / 2**20:.0f} → {after / 2**20:.0f} MB, files {files} → {files_after}"
    )
    assert wrong == []
    assert len(times) > SECONDS * (WRITES + PAGES) * 0.2
    assert p99 < SLOW
    assert after < before * (1.10 if FULL else 1.25)
    assert files_after <= files + 8


async def begun(house: House, method: str, path: str, more: str) -> Wire:
    """A request whose answer, or whose rest, nobody waits for."""
    wire = await house.signed_in("dee")
    await wire._connect()
    assert wire.writer is not None
    lines = "".join(f"{name}: {value}\r\n" for name, value in wire.headers.items())
    wire.writer.write(f"{method} {path} HTTP/1.1\r\nHost: gym.test\r\n{lines}{more}\r\n".encode())
    await wire.writer.drain()
    return wire
