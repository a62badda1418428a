"""The disk full at a random moment, for data, write-ahead log and logs alike: what was confirmed is there when there is room again."""

import asyncio
import random
import time
from contextlib import suppress

from tests.stack.house import House
from tests.stack.load import Load
from tests.stack.wire import BrokenError, Wire
from tests.storm.conftest import FULL
from tests.storm.test_storm import found

TIMES, HOW_LONG = (10, 6.0) if FULL else (1, 2.0)
BACK = 5.0 if FULL else 30.0  # seconds until a tap is confirmed again


def test_nothing_confirmed_is_lost_when_the_disk_is_full(whole: House) -> None:
    load, chance = Load(whole), random.Random(3)
    pages: list[int] = []
    webs = {process.pid for process in whole.web_processes()}

    async def run() -> list[float]:
        working = asyncio.create_task(load.run(10**6))
        back, reader = [], await whole.signed_in("dee")
        for _ in range(TIMES):
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            whole.disk.fill()
            try:
                pages.extend(await looked(reader))
            finally:
                whole.disk.heal()
            back.append(await until_confirmed(load))
        load.stopping = True
        await working
        return back

    back = whole.run(run())
    verdict = whole.run(found(whole, load))
    said = f"{verdict.acked} confirmed, {load.again} tried again, a tap confirmed {max(back):.1f} s after there was room"
    said += f", {(whole.folder / 'postgres.log').read_text().count('PANIC')} panics"
    print(f"{TIMES} times full: {said}; pages: {pages.count(200)} of {len(pages)} opened")
    assert (verdict.lost, verdict.doubled, verdict.wrong_balances) == (0, 0, 0)
    assert load.strange == []
    assert set(pages) <= {200, 503}  # a page that cannot be read says so in a sentence
    assert 200 in pages
    assert max(back) < BACK
    assert {process.pid for process in whole.web_processes()} == webs


async def looked(wire: Wire) -> list[int]:
    """What a desk reads meanwhile."""
    pages, ends = [], time.monotonic() + HOW_LONG
    while time.monotonic() < ends:
        with suppress(BrokenError):
            pages.append((await wire.get("/desk")).status)
        await asyncio.sleep(0.1)
    return pages


async def until_confirmed(load: Load) -> float:
    began, before = time.monotonic(), len(load.answers)
    async with asyncio.timeout(60):
        while len(load.answers) == before:
            await asyncio.sleep(0.02)
    return time.monotonic() - began
