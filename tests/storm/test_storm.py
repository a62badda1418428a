"""The kill storm: processes of a hub are killed at random while desks tap. One tenth here; `make storm` runs it in full.

A storm that cannot see losses proves nothing, so the same storm runs once with the database's promise switched off, and must see them.
"""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from tests.stack.house import House, until
from tests.stack.load import Load, Verdict, check
from tests.storm.acts import Everybody, Gym, judged

FULL = os.environ.get("SPOTTER_STORM") == "full"
KILLS = 500 if FULL else 50
PAUSE = (0.2, 1.4) if FULL else (0.1, 0.9)
GUST, CALM = 5, 20  # so many kills without mercy, then so many acts are confirmed before the next: also where a start takes long


@pytest.fixture(scope="module")
def hub() -> Iterator[Gym]:
    house = Gym(hub=True, workers=1)
    yield house.open()
    house.close()


@pytest.fixture
def careless(hub: Gym) -> Iterator[House]:
    until(hub.answers, "the hub as it was")
    hub.promise(False)
    yield hub
    until(hub.cluster.answers, "the database")
    hub.promise(True)


def test_nothing_confirmed_is_lost_in_a_storm_of_kills(hub: Gym) -> None:
    load, struck = Everybody(hub, desks=12), Counter[str]()
    began = time.monotonic()
    verdict, strikes = hub.run(storm(hub, load, KILLS, random.Random(20), struck))
    back = sorted(load.recoveries(strikes))
    p95, longest = back[int(len(back) * 0.95)], back[-1]
    print(f"{KILLS} kills in {time.monotonic() - began:.0f} s: {dict(struck)}")
    print(f"{verdict}; {len(load.undone)} taken back, {len(load.paid)} payments, {load.again} tried again")
    print(f"confirmed again after p50 {back[len(back) // 2]:.2f} s, p95 {p95:.2f} s, at most {longest:.1f} s")
    # How much a slow machine gets done is not the question; that the storm blew while people worked is.
    assert verdict.acked > KILLS * (60 if FULL else 2)
    assert load.again > 0
    assert load.undone
    assert load.paid
    assert load.lifted
    assert (verdict.lost, verdict.doubled, verdict.wrong_balances, verdict.orphans) == (0, 0, 0, 0)
    assert load.strange == []
    assert longest < (10 if FULL else 20)
    if FULL:
        assert p95 < 2


def test_the_storm_would_see_a_loss(careless: House) -> None:
    """With the promise switched off the same checker must find what is missing."""
    load = Load(careless, desks=8)

    async def run() -> Verdict:
        working = asyncio.create_task(load.run(10**6))
        for _ in range(12):
            await asyncio.sleep(0.8)
            kill_database(careless)
            if (verdict := await found(careless, load)).lost:
                break
        load.stopping = True
        with suppress(asyncio.CancelledError):
            working.cancel()
            await working
        return verdict

    assert careless.run(run()).lost > 0


async def found(house: House, load: Load) -> Verdict:
    """Asks until the database is back."""
    for _ in range(600):
        with suppress(Exception):
            return await check(house, load)
        await asyncio.sleep(0.1)
    raise AssertionError(f"the database did not come back\n{house.logs()}")


async def storm(
    house: Gym, load: Everybody, kills: int, chance: random.Random, struck: Counter[str]
) -> tuple[Verdict, list[float]]:
    """The verdict, and when each blow fell."""
    working, strikes = asyncio.create_task(load.run(10**6)), []
    await load.until_confirmed(CALM)
    for number in range(kills):
        await asyncio.sleep(chance.uniform(*PAUSE))
        struck[strike(house, chance)] += 1
        strikes.append(time.monotonic())
        if number % GUST == GUST - 1:
            await load.until_confirmed(CALM)
    await load.until_confirmed(CALM)
    load.stopping = True
    await working
    return await judged(house, load), strikes


VICTIMS = {"postmaster": 6, "backend": 12, "web": 12, "worker": 7, "nursery": 2, "spotter": 1}  # of forty blows
MARKS = {"web": "app.supervisor.web", "worker": "app.worker", "nursery": "app.supervisor.nursery"}


def strike(house: House, chance: random.Random) -> str:
    victim = chance.choices(list(VICTIMS), list(VICTIMS.values()))[0]
    if victim == "postmaster":
        house.parts["postgres"].kill()
    elif victim == "spotter":
        house.parts["spotter"].kill()
    elif victim == "backend":
        kill_one(backends(house), chance)
    else:
        kill_one(house.web_processes(MARKS[victim]), chance)
    return victim


def kill_one(processes: list[psutil.Process], chance: random.Random) -> None:
    if processes:
        with suppress(psutil.NoSuchProcess):
            chance.choice(processes).kill()


def backends(house: House) -> list[psutil.Process]:
    process = house.parts["postgres"].process
    if process is None:
        return []
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).children()
    return []


def kill_database(house: House) -> None:
    """All of it at once, as when the power goes."""
    family = backends(house)
    house.parts["postgres"].kill()
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
