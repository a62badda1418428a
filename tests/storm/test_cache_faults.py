"""The cache killed, frozen, emptied and squeezed: nobody is signed out, nothing fails, live regions go on."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
import valkey.asyncio as valkey

from app.db import new_id
from tests.stack.house import House, tap
from tests.stack.test_faults import freeze, kill
from tests.stack.wire import Wire
from tests.storm.conftest import FULL

LOOKERS, AFTER = 4, 3.0 if FULL else 1.5
BACK = 5.0 if FULL else 20.0  # seconds until a live region tells again
Strike = Callable[[House], Awaitable[None]]


def ask(*words: str) -> Strike:
    async def strike(house: House) -> None:
        client = valkey.from_url(f"unix://{house.folder}/valkey/valkey.sock")
        await client.execute_command(*words)
        await client.aclose()

    return strike


async def squeeze(house: House) -> None:
    """No room for a single session: whatever is put in is thrown out."""
    await ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")(house)
    await ask("CONFIG", "SET", "maxmemory", "1mb")(house)
    await asyncio.sleep(0.5)
    await ask("CONFIG", "SET", "maxmemory", "0")(house)


STRIKES: dict[str, Strike] = {
    "killed": lambda house: kill(house, "valkey"),
    "frozen": lambda house: freeze(house, "valkey", 5.0 if FULL else 1.0),
    "emptied": ask("FLUSHALL"),
    "squeezed": squeeze,
}


@pytest.mark.parametrize("name", STRIKES)
def test_without_its_cache_the_house_answers_everybody_as_before(whole: House, name: str) -> None:
    said: list[int] = []

    async def looker(wire: Wire, stop: asyncio.Event) -> None:
        while not stop.is_set():
            said.append((await wire.get("/desk")).status)

    async def run() -> float:
        watching = await stream(whole)
        wires, stop = [await whole.signed_in("dee") for _ in range(LOOKERS)], asyncio.Event()
        looking = [asyncio.create_task(looker(wire, stop)) for wire in wires]
        await asyncio.sleep(0.3)
        await STRIKES[name](whole)
        began = time.monotonic()
        await told_of_a_tap(whole, watching)
        took = time.monotonic() - began
        await asyncio.sleep(AFTER)
        stop.set()
        await asyncio.gather(*looking)
        return took

    took = whole.run(run())
    print(f"{name}: {len(said)} pages, a live region told again after {took:.1f} s")
    assert set(said) == {200}
    assert took < BACK


async def stream(house: House) -> Wire:
    wire = await house.signed_in("dee")
    await wire._connect()
    assert wire.writer is not None
    assert wire.reader is not None
    lines = "".join(f"{name}: {value}\r\n" for name, value in wire.headers.items())
    wire.writer.write(f"GET /desk/live HTTP/1.1\r\nHost: gym.test\r\n{lines}\r\n".encode())
    async with asyncio.timeout(30):
        await wire.reader.readuntil(b"</hx-partial>")
    return wire


async def told_of_a_tap(house: House, watching: Wire) -> None:
    """Somebody taps now and then until the other desk sees one of them."""
    assert watching.reader is not None
    desk = await house.signed_in("dee")
    ids: list[bytes] = []
    seen, ends = b"", time.monotonic() + 30
    while not any(id in seen for id in ids):
        assert time.monotonic() < ends, "the live region stayed silent"
        ids.append(str(id := new_id()).encode())
        assert await tap(desk, house.members[len(ids)], id) == 200
        while chunk := await soon(watching):
            seen += chunk


async def soon(wire: Wire) -> bytes:
    assert wire.reader is not None
    try:
        async with asyncio.timeout(0.4):
            return await wire.reader.read(65536)
    except TimeoutError:
        return b""
