"""A new release while the gym is open: old and new web processes side by side over one migration that widens, fills and narrows."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.house import House, Part, until
from tests.stack.load import Load, check
from tests.stack.test_faults import admin


@pytest.fixture
def newer(stack: House) -> Iterator[Part]:
    """The next release: a web of its own that takes the place behind the same socket when it is ready to answer."""
    own = stack.environment | {"SPOTTER_DATA": str(stack.folder / "newer")}
    part = Part("newer", [sys.executable, "-m", "app.cli", "up", "--only", "web"], own, stack.folder / "newer.log")
    yield part
    part.stop(15)
    stack.parts["spotter"].wanted = True
    until(stack.answers, "the web as it was")


def ready(part: Part, folder: Path) -> bool:
    return part.is_alive and (folder / "newer" / "run" / "web.ready").exists()


def test_no_request_fails_while_a_release_changes_under_it(stack: House, newer: Part) -> None:
    load = Load(stack, through_edge=True, pause=0.03)

    async def change() -> None:
        await load.until_confirmed(20)
        await stack.facts("alter table attempt add column later text")  # widen: old and new both work with it
        await admin(stack, "RECONNECT spotter")
        await asyncio.to_thread(newer.start)
        await asyncio.to_thread(until, lambda: ready(newer, stack.folder), "the newer release")
        await stack.facts("update attempt set later = channel where later is null")  # fill, with both at work
        await load.until_confirmed(20)
        stack.parts["spotter"].wanted = False
        stack.parts["spotter"].send(signal.SIGTERM)
        await asyncio.to_thread(until, lambda: not stack.parts["spotter"].is_alive, "the end of the older release", 15)
        await load.until_confirmed(20)
        await stack.facts("alter table attempt drop column later")  # narrow: nobody is left who knows it
        await admin(stack, "RECONNECT spotter")
        await load.until_confirmed(20)

    async def run() -> None:
        working = asyncio.create_task(load.run(600))
        try:
            await change()
        finally:
            load.stopping = True  # and every desk finishes what it has in hand
            await working

    stack.run(run())
    verdict = stack.run(check(stack, load))
    assert verdict.acked > 20
    assert (verdict.lost, verdict.doubled, verdict.wrong_balances) == (0, 0, 0)
    assert (load.troubles, load.strange) == ([], [])
