"""The bell between processes, over a real database."""

import asyncio
import copy
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app import db
from app.web.bell import OverPostgres


@pytest.fixture
async def processes(shared_dsn: str) -> AsyncIterator[tuple[OverPostgres, OverPostgres]]:
    pool = await db.open_pool(shared_dsn, size=2)
    here = OverPostgres(shared_dsn, pool)
    there = copy.deepcopy(here, {id(pool): pool})  # as two webs from one nursery
    for bell in (here, there):
        await bell.open()
    for one, other in ((here, there), (there, here)):
        await until_heard(one, other)
    yield here, there
    for bell in (here, there):
        await bell.close()
    await pool.close()


async def until_heard(one: OverPostgres, other: OverPostgres) -> None:
    """Both listen: each hears the other."""
    rung = watch(other, "ready")
    async with asyncio.timeout(10):
        while not rung.is_set():
            await one.ring("ready")
            await asyncio.wait([asyncio.create_task(rung.wait())], timeout=0.2)


def watch(bell: OverPostgres, topic: str) -> asyncio.Event:
    rung = asyncio.Event()
    bell.watching[topic].add(rung)
    return rung


async def test_a_burst_of_rings_reaches_the_other_process_in_few_words_and_does_not_come_back(shared_dsn, processes):
    here, there = processes
    words: list[str] = []
    ours, theirs, second = watch(here, "desk:1"), watch(there, "desk:1"), watch(there, "desk:2")
    ear = await asyncpg.connect(shared_dsn)
    await ear.add_listener("spotter_bell", lambda *heard: words.append(heard[3]))

    for _ in range(30):
        await here.ring("desk:1")
    assert ours.is_set(), "whoever watches here hears it at once"
    ours.clear()
    await here.ring("desk:2")
    ours.clear()
    async with asyncio.timeout(10):
        await theirs.wait()
        await second.wait()
        await there.ring("desk:3")  # behind all the words of the burst
        while not any("desk:3" in word for word in words):
            await ear.execute("select 1")

    burst = [word for word in words if word.startswith(here.name)]
    assert 1 <= len(burst) <= 3
    assert not ours.is_set(), "what we said ourselves rings no second time"
    await ear.close()


async def test_what_was_rung_last_is_told_before_the_house_closes(shared_dsn, processes):
    here, there = processes
    last = watch(there, "desk:last")
    await here.ring("desk:1")
    await here.ring("desk:last")
    await here.close()
    async with asyncio.timeout(10):
        await last.wait()
