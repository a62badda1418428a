"""How long does a large diary take to come in, and how much larger does the house get by it? Real processes, real files.

    uv run python -m benchmarks.importing               # 10,000 rows against the clock, 100,000 against the memory: a minute or two

A member brings a food plan as a file, looks at it, applies it and takes it back; the page is asked how far it is, as a browser
does. Kept: the seconds from sending the file to the last written row, the rows a second, the highest that web and worker stood above
what they held before (PSS), and that the page said something between nothing and everything.
"""

import asyncio
import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import httpx

from benchmarks.memory import family, pss
from benchmarks.scene import Gym

RESULT = Path(__file__).parent / "results" / "importing.json"
SECONDS, MEGABYTES = 5.0, 100.0
HEAD = "log_date,kcal,protein_g,carbs_g,fat_g,breakfast,snack_1,lunch,snack_2,dinner"
DONE = re.compile(r'aria-valuenow="(\d+)"')


def plan(rows: int) -> bytes:
    start = date(1900, 1, 1)
    return "\n".join([HEAD, *(f"{start + timedelta(days=n)},2200,160,220,75,Oats,,Rice,,Fish" for n in range(rows))]).encode()


class Member:
    """Somebody at a browser."""

    def __init__(self, house: Gym, headers: dict[str, str]) -> None:
        transport = httpx.AsyncHTTPTransport(uds=str(house.socket))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers, timeout=120)
        self.seen: set[int] = set()

    async def bring(self, data: bytes) -> str:
        answer = await self.http.post(
            "/progress/files", data={"id": str(uuid4())}, files={"file": ("plan.csv", data, "text/csv")}
        )
        assert answer.status_code == 303, answer.text[:500]
        return answer.headers["location"]

    async def act(self, url: str, act: str, **said: str) -> None:
        answer = await self.http.post(f"{url}/{act}", data=said)
        assert answer.status_code == 303, answer.text[:500]

    async def until(self, url: str, word: str) -> None:
        while word not in (text := (await self.http.get(url)).text):
            self.seen.update(int(found) for found in DONE.findall(text))
            await asyncio.sleep(0.1)


@contextmanager
def growth(house: Gym) -> Iterator[list[float]]:
    """The highest that all of our own processes stood above their start, MB; Postgres is not among them."""
    spotter = house.parts["spotter"].process
    assert spotter is not None
    pid, stop, most = spotter.pid, threading.Event(), [0.0]
    before = sum(map(pss, family(pid)))

    def watch() -> None:
        while not stop.wait(0.1):
            most[0] = max(most[0], sum(map(pss, family(pid))) - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        stop.set()
        watcher.join()


async def there_and_back(member: Member, rows: int) -> dict[str, float]:
    data, began = plan(rows), time.perf_counter()
    url = await member.bring(data)
    await member.until(url, 'name="mode"')
    read = time.perf_counter()
    await member.act(url, "apply", mode="replace")
    await member.until(url, f"{url}/undo")
    written = time.perf_counter()
    await member.act(url, "undo")
    await member.until(url, "as they were")
    back = time.perf_counter()
    return {"read": round(read - began, 2), "written": round(written - read, 2), "in all": round(written - began, 2),
            "taken back": round(back - written, 2), "rows a second": round(rows / (written - began))}  # fmt: skip


async def measure(house: Gym) -> dict[str, object]:
    member = Member(house, (await house.signed_in("mo")).headers)
    await there_and_back(member, 2_500)  # warm
    small = sorted([await there_and_back(member, 10_000) for _ in range(3)], key=lambda one: one["in all"])[1]
    member.seen.clear()
    with growth(house) as most:
        large = await there_and_back(member, 100_000)
    return {
        "10,000 rows": small,
        "100,000 rows": large,
        "grew by, MB": round(most[0], 1),
        "the page said": f"{len(member.seen)} different shares",
    }


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="spotter-importing-") as folder:
        house = Gym(hub=True, workers=1, folder=Path(folder))
        try:
            house.open()
            found = asyncio.run(measure(house))
        finally:
            house.close()
    RESULT.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))
    assert found["10,000 rows"]["in all"] <= SECONDS  # type: ignore[index]
    assert found["grew by, MB"] <= MEGABYTES  # type: ignore[operator]


if __name__ == "__main__":
    main()
