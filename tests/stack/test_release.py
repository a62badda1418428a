"""A new release while the gym is open: old and new web processes side by side over one migration that widens, fills and narrows."""

import asyncio
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.db import new_id
from tests.stack.house import House, Part, tap, until
from tests.stack.load import Load, check
from tests.stack.test_faults import admin
from tests.stack.wire import Wire

STREAMS = 20
MOST = 10.0  # seconds from SIGTERM to the end


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
    load = Load(stack, through_edge=True)

    async def run() -> None:
        working = asyncio.create_task(load.run(600))
        await asyncio.sleep(1)
        await stack.facts("alter table attempt add column later text")  # widen: old and new both work with it
        await admin(stack, "RECONNECT spotter")
        await asyncio.to_thread(newer.start)
        await asyncio.to_thread(until, lambda: ready(newer, stack.folder), "the newer release")
        await stack.facts("update attempt set later = channel where later is null")  # fill, with both at work
        await asyncio.sleep(1)
        stack.parts["spotter"].wanted = False
        stack.parts["spotter"].send(signal.SIGTERM)
        await asyncio.to_thread(until, lambda: not stack.parts["spotter"].is_alive, "the end of the older release", 15)
        await asyncio.sleep(1)
        await stack.facts("alter table attempt drop column later")  # narrow: nobody is left who knows it
        await admin(stack, "RECONNECT spotter")
        await asyncio.sleep(1)
        load.stopping = True
        working.cancel()

    async def whole() -> None:
        try:
            await run()
        finally:
            load.stopping = True

    stack.run(whole())
    verdict = stack.run(check(stack, load))
    assert verdict.acked > 20
    assert (verdict.lost, verdict.doubled, verdict.wrong_balances) == (0, 0, 0)
    assert (load.again, load.strange) == (0, [])


def test_it_stops_within_ten_seconds_with_live_regions_open_and_finishes_what_it_has_in_hand(stack: House) -> None:
    async def run() -> tuple[list[int], float]:
        watching = [await open_stream(stack) for _ in range(STREAMS)]
        wires = [await stack.signed_in("dee") for _ in range(6)]
        spotter = stack.parts["spotter"]
        assert spotter.process is not None
        old = psutil.Process(spotter.process.pid)
        spotter.wanted = False
        acts = [asyncio.create_task(tap(wire, stack.members[number], new_id())) for number, wire in enumerate(wires)]
        await asyncio.sleep(0.002)
        began = time.monotonic()
        spotter.send(signal.SIGTERM)
        await asyncio.to_thread(until, lambda: not spotter.is_alive, "its end", 20)
        took = time.monotonic() - began
        assert not old.is_running()
        answered = await asyncio.gather(*acts, return_exceptions=True)
        for wire in watching:
            wire.close()
        return [each for each in answered if isinstance(each, int)], took

    try:
        answered, took = stack.run(run())
    finally:
        stack.parts["spotter"].wanted = True
        until(stack.answers, "the web as it was")
    assert took <= MOST
    assert answered == [200] * 6


async def open_stream(house: House) -> Wire:
    wire = await house.signed_in("dee")
    await wire._connect()
    assert wire.writer is not None
    assert wire.reader is not None
    lines = "".join(f"{name}: {value}\r\n" for name, value in wire.headers.items())
    wire.writer.write(f"GET /desk/live HTTP/1.1\r\nHost: gym.test\r\n{lines}\r\n".encode())
    await wire.reader.readuntil(b"</hx-partial>")
    return wire
