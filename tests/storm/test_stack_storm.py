"""The same storm over the whole stack: every part killed, frozen, paused and told to connect anew, while desks tap through the edge."""

import asyncio
import random
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.stack.house import House
from tests.stack.load import Load
from tests.stack.test_faults import admin, kill_backend
from tests.storm.test_storm import FULL, found, kill_one

FAULTS = 200 if FULL else 20
FROZEN = 5.0 if FULL else 1.5
KINDS = (
    "pgbouncer",
    "valkey",
    "valkey",
    "freeze valkey",
    "freeze pgbouncer",
    "web",
    "web",
    "backends",
    "pause",
    "reconnect",
    "postgres",
)


@pytest.fixture
def whole() -> Iterator[House]:
    house = House(workers=2)
    yield house.open()
    house.close()


def test_nothing_confirmed_is_lost_when_every_part_of_the_stack_fails_in_turn(whole: House) -> None:
    load, chance = Load(whole, desks=8), random.Random(7)

    async def run() -> None:
        working = asyncio.create_task(load.run(10**6))
        for number in range(FAULTS):
            await asyncio.sleep(chance.uniform(0.2, 0.8))
            with suppress(AssertionError):  # a pooler that was just killed takes no orders
                await strike(whole, KINDS[number % len(KINDS)] if not FULL else chance.choice(KINDS), chance)
        await asyncio.sleep(1)
        load.stopping = True
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working

    whole.run(run())
    verdict = whole.run(found(whole, load))
    print(f"{FAULTS} faults, {verdict.acked} confirmed, {load.again} tried again, longest wait {load.longest_gap():.1f} s")
    assert verdict.acked > FAULTS * 2
    assert (verdict.lost, verdict.doubled, verdict.wrong_balances) == (0, 0, 0)
    assert load.strange == []
    assert load.longest_gap() < 20


async def strike(house: House, kind: str, chance: random.Random) -> None:
    if kind == "web":
        kill_one(house.web_processes(), chance)
    elif kind == "backends":
        await kill_backend(house)
    elif kind == "pause":
        await admin(house, "PAUSE spotter", "RESUME spotter")
    elif kind == "reconnect":
        await admin(house, "RECONNECT spotter")
    elif kind.startswith("freeze "):
        part = house.parts[kind.removeprefix("freeze ")]
        part.send(signal.SIGSTOP)
        await asyncio.sleep(FROZEN)
        part.send(signal.SIGCONT)
    else:
        house.parts[kind].kill()
