"""Every part of the stack killed, frozen, paused and told to connect anew, while desks tap through the edge."""

import asyncio
import random
import signal
from contextlib import suppress

from tests.stack.house import House
from tests.stack.load import Load
from tests.stack.test_faults import admin, kill_backend
from tests.storm.conftest import FULL
from tests.storm.test_storm import found, kill_one

FAULTS = 200 if FULL else 20
FROZEN = 5.0 if FULL else 1.0
KINDS = ("pgbouncer", "valkey", "freeze valkey", "freeze pgbouncer", "web", "backends", "pause", "reconnect", "postgres", "web")


def test_nothing_confirmed_is_lost_when_every_part_of_the_stack_fails_in_turn(whole: House) -> None:
    load, chance = Load(whole, desks=8, through_edge=True), random.Random(7)

    async def run() -> None:
        working = asyncio.create_task(load.run(10**6))
        for number in range(FAULTS):
            await asyncio.sleep(chance.uniform(0.2, 0.8))
            await strike(whole, KINDS[number % len(KINDS)], chance)
        await until_served(load)
        load.stopping = True
        await working

    whole.run(run())
    verdict = whole.run(found(whole, load))
    print(f"{FAULTS} faults, {verdict.acked} confirmed, {load.again} tried again, longest wait {load.longest_gap():.1f} s")
    assert verdict.acked > FAULTS
    assert (verdict.lost, verdict.doubled, verdict.wrong_balances) == (0, 0, 0)
    assert load.strange == []
    assert load.longest_gap() < 30


async def until_served(load: Load) -> None:
    """Whatever was broken last is whole again: twenty taps later than now are confirmed."""
    before = len(load.answers)
    async with asyncio.timeout(60):
        while len(load.answers) < before + 20:
            await asyncio.sleep(0.1)


async def strike(house: House, kind: str, chance: random.Random) -> None:
    if kind == "web":
        kill_one(house.web_processes(), chance)
    elif kind in {"pause", "reconnect", "backends"}:
        with suppress(AssertionError, OSError):  # a pooler or a database that was just killed takes no orders
            await order(house, kind)
    elif kind.startswith("freeze "):
        part = house.parts[kind.removeprefix("freeze ")]
        part.send(signal.SIGSTOP)
        await asyncio.sleep(FROZEN)
        part.send(signal.SIGCONT)
    else:
        house.parts[kind].kill()


async def order(house: House, kind: str) -> None:
    if kind == "backends":
        with suppress(Exception):  # the database may be starting
            await kill_backend(house)
    else:
        await admin(house, *(["PAUSE spotter", "RESUME spotter"] if kind == "pause" else ["RECONNECT spotter"]))
