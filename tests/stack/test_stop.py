"""A stop while the gym is open: live regions end, and what is in hand is answered."""

import asyncio
import signal
import time

import psutil

from app.db import new_id
from tests.stack.house import House, tap, until
from tests.stack.wire import Wire

STREAMS = 20
MOST = 10.0  # seconds from SIGTERM to the end


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
