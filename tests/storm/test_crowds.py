"""Crowds at the door of a real server: guessers, clients that never finish, and everybody being there when it stops.

What is right is asked on every machine. The figures, in milliseconds and megabytes, are asked where nothing else runs: SPOTTER_STORM=full.
"""

import asyncio
import itertools
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from app.db import new_id
from app.demo import world
from app.web.limits import BODY_SECONDS
from tests.stack.wire import Wire
from tests.start.house import said
from tests.storm.crowd import CrowdedGym, at_work, ended_well, p99, seconds_until_hung_up, token, until

FULL = os.environ.get("SPOTTER_STORM") == "full"
GUESSES, AT_ONCE, ADDRESSES = (5_000, 20, 100) if FULL else (600, 20, 20)
HALVES, READERS = (300, 100) if FULL else (100, 30)
STREAMS, UPLOADS, SIGNING_IN = 50, 20, 4  # as many as have a connection to the database each
LATE = 1 if FULL else 3  # so many times what is promised, where other tests run beside this one


@pytest.fixture(scope="module")
def gym() -> Iterator[CrowdedGym]:
    with TemporaryDirectory(prefix="spotter-crowd-") as name:
        found = CrowdedGym(Path(name) / "gym").open()
        yield found
        if found.is_up:
            found.stop()


# ---- guessing


def test_thousands_of_guesses_slow_nobody_down_and_keep_nobody_out(gym: CrowdedGym) -> None:
    took, answers, owner, memory = asyncio.run(guess(gym))
    assert sum(answers.values()) == GUESSES
    assert set(answers) <= {422, 429}, answers
    assert answers[422] <= (ADDRESSES + 1) * (len(world.PEOPLE) + 1) * 5, "more guesses were looked at than are free"
    assert set(owner) == {303}, "somebody with the right password was kept out"
    if FULL:
        assert memory < 100 * 2**20, f"{memory / 2**20:.0f} MB more"
        assert p99(took) <= 0.1, f"{p99(took) * 1000:.0f} ms for pages of others"


async def guess(gym: CrowdedGym) -> tuple[list[float], Counter[int], list[int], int]:
    """Twenty at once, most of them from the address of the gym itself; Dee signs in from there, by the browser she always uses."""
    web = gym.child("app.supervisor.web")
    assert web is not None
    dee = gym.wire()
    right = {"email": world.PEOPLE["dee"].email, "password": "spotter-demo"}
    first = await dee.post("/sign-in", right)
    assert first.status == 303
    dee.headers["Cookie"] = next(cookie for cookie in first.cookies if cookie.startswith("browser="))
    somebody, most, owner = await gym.signed_in("dee"), 0, []
    memory = web.memory_info().rss
    answers: Counter[int] = Counter()
    emails = [person.email for person in world.PEOPLE.values() if person.email] + ["nobody@example.org"]
    numbers = iter(range(GUESSES))

    async def guesser() -> None:
        wire = gym.wire()
        for n in numbers:
            # Nine of ten from the gym's own address; the others spread out, so that many passwords are really looked at.
            wire.headers["X-Forwarded-For"] = "10.0.0.7" if n % 10 else f"10.1.0.{n // 10 % ADDRESSES}"
            answer = await wire.post("/sign-in", {"email": emails[n % len(emails)], "password": f"guess {n}"})
            answers[answer.status] += 1
        wire.close()

    async with at_work(somebody, "/desk") as took:
        storm = asyncio.gather(*(guesser() for _ in range(AT_ONCE)))
        while not storm.done() or not owner:
            most = max(most, web.memory_info().rss)
            owner.append((await dee.post("/sign-in", right)).status)
            await asyncio.sleep(0.5)
        await storm
    for wire in (dee, somebody):
        wire.close()
    return took, answers, owner, most - memory


# ---- clients that never finish


def test_silent_clients_are_let_go_and_cost_nobody_but_themselves(gym: CrowdedGym) -> None:
    took, heads, bodies = asyncio.run(silence(gym))
    assert max(heads) <= 35 * LATE
    assert max(bodies) <= 20 * LATE
    assert min(bodies) >= BODY_SECONDS - 1, "a client that is merely slow had less time than it was promised"
    if FULL:
        assert p99(took) <= 0.3, f"{p99(took) * 1000:.0f} ms for pages of others"


async def silence(gym: CrowdedGym) -> tuple[list[float], list[float], list[float]]:
    """Half a head, half a body, and readers of one byte a second: seconds until each was let go."""
    somebody = await gym.signed_in("dee")
    async with at_work(somebody, "/desk") as took:
        heads = [
            asyncio.create_task(seconds_until_hung_up(await gym.half("GET /sign-in HTTP/1.1\r\nHost: gym.test\r\nX-Slow")))
            for _ in range(HALVES)
        ]
        bodies = [
            asyncio.create_task(seconds_until_hung_up(await gym.half(half_a_post(f"10.2.{n // 250}.{n % 250}"))))
            for n in range(HALVES)
        ]
        readers = [asyncio.create_task(sip(gym, somebody, n)) for n in range(READERS)]
        ends = await asyncio.gather(*heads), await asyncio.gather(*bodies)
        for task in readers:
            task.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    gym.hang_up()
    somebody.close()
    return took, *ends


def half_a_post(address: str, path: str = "/sign-in", more: str = "") -> str:
    return (
        f"POST {path} HTTP/1.1\r\nHost: gym.test\r\nX-Forwarded-For: {address}\r\nSec-Fetch-Site: same-origin\r\n{more}"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail="
    )


async def sip(gym: CrowdedGym, who: Wire, n: int) -> None:
    """One byte a second of a page."""
    cookie = who.headers["Cookie"]
    reader = await gym.half(f"GET /desk HTTP/1.1\r\nHost: gym.test\r\nX-Forwarded-For: 10.3.0.{n}\r\nCookie: {cookie}\r\n\r\n")
    while await reader.read(1):
        await asyncio.sleep(1)


# ---- everybody is there when it stops


def test_it_stops_with_everybody_there_and_answers_what_was_sent(gym: CrowdedGym) -> None:
    family = psutil.Process(gym.pid).children(recursive=True)
    seconds, code, text, streams, answers = asyncio.run(stop_in_the_middle(gym))
    assert seconds <= 5 * LATE
    assert (code, "Stopped." in text) == (0, True)
    assert not [process for process in family if process.is_running()]
    assert not (gym.folder / "postgres" / "postmaster.pid").exists()
    assert streams == [True] * STREAMS, "a stream was torn off instead of ended"
    assert answers == [303] * SIGNING_IN, "an act that was under way was not answered"
    folders = [path for path in (gym.folder / "backups").glob("*") if path.is_dir() and not path.name.startswith(".")]
    assert all((folder / "manifest.json").exists() for folder in folders), "half a backup looks like a whole one"


async def stop_in_the_middle(gym: CrowdedGym) -> tuple[float, int, str, list[bool], list[int]]:
    """Fifty live boards, twenty uploads that will never end, a backup asked for, and people in the middle of signing in.

    In the middle, on any machine: a lock holds their acts up until the stop has been asked for.
    """
    watcher = await gym.signed_in("dee")
    streams = [await watching(gym, watcher.headers["Cookie"], n) for n in range(STREAMS)]
    ana = await gym.signed_in("ana", "10.0.0.8")
    asked = await ana.post("/owner/backups", {"id": str(new_id()), "csrf": await token(ana, "/owner/backups")})
    assert asked.status in {200, 303}, asked.text[:300]
    for n in range(UPLOADS):
        photo = f"/members/{new_id()}/photo"
        await gym.half(half_a_post(f"10.4.0.{n}", photo, f"Cookie: {watcher.headers['Cookie']}\r\n"))
    wires = [gym.wire(f"10.5.0.{n}") for n in range(SIGNING_IN)]
    lock = await gym.database()
    await lock.execute("begin; lock table sign_in in share mode")
    acts = [asyncio.create_task(wire.post("/sign-in/as", {"email": world.PEOPLE["mo"].email})) for wire in wires]
    await until(lambda: lock.fetchval(HELD_UP, SIGNING_IN), "all acts under way and held up")
    assert gym.process is not None
    gym.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    await asyncio.sleep(0.2)
    await lock.execute("rollback")
    code, text = await asyncio.to_thread(said, gym.process)
    seconds = time.monotonic() - began
    answers = [
        act.status if not isinstance(act, BaseException) else 0 for act in await asyncio.gather(*acts, return_exceptions=True)
    ]
    ended = [await ended_well(reader) for reader in streams]
    gym.hang_up()
    lock.terminate()
    for wire in itertools.chain(wires, (watcher, ana)):
        wire.close()
    return seconds, code, text, ended, answers


HELD_UP = "select count(*) >= $1 from pg_stat_activity where wait_event_type = 'Lock' and usename = current_user"


async def watching(gym: CrowdedGym, cookie: str, n: int) -> asyncio.StreamReader:
    reader = await gym.half(
        f"GET /desk/live HTTP/1.1\r\nHost: gym.test\r\nX-Forwarded-For: 10.6.0.{n}\r\nCookie: {cookie}\r\n\r\n"
    )
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
    assert head.startswith(b"HTTP/1.1 200"), head
    return reader
