"""Many at once: twenty people who sign in while the desk works, two hundred who watch the board, and pgbench beside it all."""

import asyncio
import contextlib
import os
import re
import statistics
import subprocess
import tempfile
import time
from typing import Any

import psutil

from app.db import new_id
from app.embedded import BIN
from benchmarks.client import status
from benchmarks.measure import MICRO, busy
from benchmarks.scene import SIGNING_IN, Gym
from tests.desk.gym import HERE

WATCHERS, RINGS, EVERY = 200, 10, 0.5


async def signing_in(house: Gym) -> dict[str, float]:
    """What others wait while twenty passwords are checked."""
    strangers = await house.strangers(SIGNING_IN)
    (desk,) = await house.browsers("dee", 1)
    times: list[float] = []
    done = asyncio.Event()

    async def work() -> None:
        while not done.is_set():
            began = time.perf_counter()
            assert status(await desk.ask(desk.get("/desk"))) == 200
            times.append(time.perf_counter() - began)
            await asyncio.sleep(0.005)

    working = asyncio.create_task(work())
    await asyncio.sleep(0.5)
    alone, began = statistics.median(times), time.perf_counter()
    times.clear()
    form = "/sign-in"
    answers = await asyncio.gather(
        *(
            each.ask(each.form(form, email=f"person{number}@gym.test", password="spotter-demo"))
            for number, each in enumerate(strangers)
        )
    )
    took = time.perf_counter() - began
    during = sorted(times)
    done.set()
    await working
    inside = sum(status(answer) in {200, 303} and b"sid=" in answer for answer in answers)
    for browser in (*strangers, desk):
        browser.close()
    at = min(len(during) - 1, int(len(during) * 0.99))
    return {"people": SIGNING_IN, "signed_in": inside, "seconds": round(took, 2), "others_p50_ms": during[len(during) // 2] * 1000,
            "others_p99_ms": during[at] * 1000, "alone_p50_ms": alone * 1000}  # fmt: skip


async def watching(house: Gym) -> dict[str, float]:
    """A tap at one desk, drawn anew for everybody who watches: how late the last one hears of it, and what one picture costs."""
    browsers = await house.browsers("dee", 1)
    headers = (await house.signed_in("dee")).headers
    watchers = [await Watcher.on(house, headers) for _ in range(WATCHERS)]
    await asyncio.gather(*(each.heard(1) for each in watchers))
    web = house.web_processes()
    before = sum(map(busy, web))
    late = []
    for ring in range(RINGS):
        began = time.perf_counter()
        card = house.members[ring].card
        await browsers[0].ask(browsers[0].form("/desk/check-ins", id=str(new_id()), q=card, via="scan"))
        await asyncio.gather(*(each.heard(ring + 2) for each in watchers))
        late.append(time.perf_counter() - began)
        await asyncio.sleep(EVERY)
    cpu = (sum(map(busy, web)) - before) * MICRO / (RINGS * WATCHERS)
    for each in (*watchers, *browsers):
        each.close()
    return {"watchers": WATCHERS, "last_heard_ms": statistics.median(late) * 1000, "cpu_each_us": cpu}


class Watcher(asyncio.Protocol):
    """A live region that is open; counts the pictures it was sent."""

    def __init__(self) -> None:
        self.pictures = 0
        self.news = asyncio.Event()
        self.transport: Any = None
        self.rest = b""

    @classmethod
    async def on(cls, house: Gym, headers: dict[str, str]) -> "Watcher":
        found = cls()
        await asyncio.get_running_loop().create_unix_connection(lambda: found, str(house.socket))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        found.transport.write(f"GET /desk/live HTTP/1.1\r\nHost: gym.test\r\n{lines}\r\n".encode())
        return found

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        seen = self.rest + data
        self.pictures += seen.count(b'id="arrivals"')
        self.rest = seen[-len(b'id="arrivals"') + 1 :]
        self.news.set()

    async def heard(self, count: int) -> None:
        async with asyncio.timeout(30):
            while self.pictures < count:
                self.news.clear()
                await self.news.wait()

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()


WRITES = """\\set n random(1, 40)
insert into attempt (id, gym_id, at, channel, card, member_id, name, outcome, codes, reasons, hash)
select gen_random_uuid(), '{gym}', now(), 'desk', c.code, c.member_id, 'Member', 'allowed', '{{}}', '[]', ''
from card c order by c.code limit 1 offset :n - 1;
"""


def pgbench(house: Gym, seconds: int) -> dict[str, float]:
    """Floor (d): one row into the same table by Postgres' own program, eight connections, every commit on disk."""
    base = psutil.Process(house.parts["postgres"].process.pid)  # type: ignore[union-attr]
    environ = {**os.environ, "PGPASSWORD": house.cluster.password("spotter"), "PGHOST": str(house.cluster.sockets)}
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(WRITES.format(gym=HERE))
        script.flush()
        before = busy(base)
        command = [
            BIN / "pgbench",
            "-n",
            "-c",
            "8",
            "-j",
            "1",
            "-M",
            "prepared",
            "-T",
            str(seconds),
            "-f",
            script.name,
            "-U",
            "spotter",
            "spotter",
        ]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        spent = busy(base) - before
    with contextlib.suppress(AttributeError):
        rate = float(re.search(r"tps = ([0-9.]+)", done.stdout).group(1))  # type: ignore[union-attr]
        return {"rate": rate, "base_us": spent * MICRO / (rate * seconds)}
    raise RuntimeError(done.stdout + done.stderr)
