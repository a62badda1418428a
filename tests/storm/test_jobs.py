"""The storm over everything that takes its time: backups, packed downloads, imports, members moving in and out again, month closes and
restores are killed at random.

Whatever is killed, every job ends done once or can be gone on with, and nothing that is half done ever looks whole. A few kills here, over one house;
`make storm` kills two hundred times, and a restore a hundred times more.
"""

import asyncio
import io
import os
import random
import sys
import time
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from app import db as db_
from app.backups import archive, errand, house, keys, places, restore
from app.db import Db, new_id
from app.demo import world, year
from app.insights import actions as insights
from app.settings import Settings
from tests.stack.house import SECRET, House, until
from tests.stack.wire import BrokenError, Wire
from tests.storm.test_storm import backends, kill_one

FULL = os.environ.get("SPOTTER_STORM") == "full"
KILLS = 200 if FULL else 8
RESTORES = 100 if FULL else 2
ROWS = 60  # in each imported file
PATIENCE = 120.0  # seconds of one who asks again: web and database are killed in turn, and start on a machine that is busy
MOVERS = 1_600  # more than anybody waits for
HALF_MOVED = """select r.id, r.state, there.people from moving_run r cross join lateral (
  select count(*) as people from person p where p.email like '%.' || r.id || '@example.org') there
 where there.people <> case r.state when 'done' then $1 else 0 end"""
AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)


@pytest.fixture(scope="module")
def hub() -> Iterator[House]:
    found = House(hub=True, workers=1)
    (found.folder / "data").mkdir()
    places.keep(found.folder / "data", places.Place(str(found.folder / "usb")))
    yield found.open()
    found.close()


@dataclass
class Work:
    """What was asked for and confirmed; asked again with the same id until it was."""

    hub: House
    chance: random.Random
    owners: list[Wire]
    backups: list[UUID] = field(default_factory=list)
    packed: list[UUID] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    months: list[date] = field(default_factory=list)
    moved: dict[UUID, str] = field(default_factory=dict)  # a list of members, and what was last asked for it
    looks: int = 0
    stopping: bool = False

    @property
    def shelf(self) -> Path:
        return self.hub.folder / "data" / "backups"

    async def go_on(self) -> None:
        async with asyncio.TaskGroup() as group:
            for act in (self.back_up, self.pack, self.take_in, self.close, self.move_in):
                group.create_task(self.again_and_again(act))

    async def again_and_again(self, act: Callable[[], Awaitable[None]]) -> None:
        while not self.stopping:
            await act()
            await asyncio.sleep(0.3)

    async def back_up(self) -> None:
        await self.confirmed("/owner/backups", self.backups)
        await asyncio.sleep(1.1)  # a backup has the name of its second

    async def pack(self) -> None:
        await self.confirmed("/progress/everything", self.packed)

    async def confirmed(self, path: str, into: list[UUID]) -> None:
        id = new_id()
        owner = self.owners[path.startswith("/progress")]
        if await self.until_answered(owner, path, f"id={id}".encode(), "application/x-www-form-urlencoded"):
            into.append(id)

    async def take_in(self) -> None:
        name = f"Lift {new_id()}"
        rows = "".join(f"{name} {n},strength,beginner,chest\r\n" for n in range(ROWS))
        body = (
            '--x\r\nContent-Disposition: form-data; name="act"\r\n\r\ntake\r\n'
            '--x\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\nContent-Type: text/csv\r\n\r\n'
            f"name,category,level,primary\r\n{rows}\r\n--x--\r\n"
        )
        if await self.until_answered(self.owners[2], "/exercises/import", body.encode(), "multipart/form-data; boundary=x"):
            self.imports.append(name)

    async def move_in(self) -> None:
        """A list of members so long that the worker looks at it, takes it in and, every other time, takes it back."""
        id = new_id()
        lines = "".join(f"Mover {n},{n}.{id}@example.org,{id}-{n},{n % 3}\r\n" for n in range(MOVERS))
        body = (
            f'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n{id}\r\n'
            '--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nmembers\r\n'
            '--x\r\nContent-Disposition: form-data; name="file"; filename="m.csv"\r\nContent-Type: text/csv\r\n\r\n'
            f"Name,E-mail,Card,Balance\r\n{lines}\r\n--x--\r\n"
        )
        owner = self.owners[3]
        if not await self.until_answered(owner, "/imports", body.encode(), "multipart/form-data; boundary=x"):
            return
        for act, state in (("take-in", "done"), ("take-back", "undone")):
            if act == "take-back" and len(self.moved) % 2:
                return
            await self.until_idle(id)
            if self.stopping or not await self.until_answered(
                owner, f"/imports/{id}/{act}", b"", "application/x-www-form-urlencoded"
            ):
                return
            self.moved[id] = state

    async def until_idle(self, id: UUID) -> None:
        while not self.stopping:
            with suppress(*AWAY):
                if await self.hub.facts("select count(*) from job where args ->> 'id' = $1", str(id)) == [(0,)]:
                    return
                await self.hub.facts(ONCE_MORE)  # killed eight times in a row it waits for Ana, who says: try again
            await asyncio.sleep(0.2)

    async def close(self) -> None:
        """Straight at the database: the act is one transaction, whoever asks for it."""
        month = date(2000 + len(self.months) // 12, 1 + len(self.months) % 12, 1)
        at = datetime(month.year + 1, month.month, 1, tzinfo=UTC)  # it is over, whatever number of them is closed
        for _ in range(200):
            with suppress(*AWAY):
                connection = await db_.connect(self.hub.cluster.dsn(), timeout=3)
                try:
                    async with connection.transaction():
                        await insights.close_month(Db(connection), year.actor_of(world.PEOPLE["ana"]), month, now=at)
                finally:
                    connection.terminate()
                self.months.append(month)
                return
            await asyncio.sleep(0.1)

    async def until_answered(self, owner: Wire, path: str, body: bytes, kind: str) -> bool:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            with suppress(BrokenError):
                answer = await owner.ask("POST", path, body, {"Content-Type": kind})
                if answer.status in {200, 303}:
                    return True
                assert answer.status >= 500, (path, answer.status, answer.text[-500:])
            if self.stopping:
                return False
            await asyncio.sleep(0.05)
        raise AssertionError(f"{path} was never answered\n{self.hub.logs()}")

    async def look(self) -> None:
        """At any moment: whatever has a name on the shelf, in the other place, in an export or an import is whole."""
        known = keys.load(self.hub.folder / "data")
        for place in (self.shelf, self.hub.folder / "usb"):
            for folder in list(place.iterdir()) if place.is_dir() else []:
                is_named = not folder.name.startswith(".") and (folder / archive.MANIFEST).exists()
                if is_named:
                    await asyncio.to_thread(is_whole_or_let_go, folder, known.public)
        with suppress(*AWAY):
            assert (
                await self.hub.facts(
                    "select split_part(name, ' ', 2) from exercise where name like 'Lift %' group by 1 having count(*) <> $1",
                    ROWS,
                )
                == []
            )
            assert await self.hub.facts(HALF_MOVED, MOVERS) == []
            ready = await self.hub.facts("select id from belongings where state = 'ready' order by asked_at desc limit 3")
            for (id,) in ready:
                await self.is_whole_zip(id)
            self.looks += 1

    async def is_whole_zip(self, id: object) -> None:
        parts = await self.hub.facts("select content from belongings_part where belongings_id = $1 order by position", id)
        with zipfile.ZipFile(io.BytesIO(b"".join(part[0] for part in parts))) as found:  # type: ignore[misc]
            assert found.testzip() is None


def is_whole_or_let_go(folder: Path, trusted: str) -> None:
    """The rule lets old ones go while we look, the manifest first: what has lost it is a backup no more."""
    try:
        archive.verify(folder, trusted, restore.known_schemas())
    except (FileNotFoundError, archive.RefusedError):
        if (folder / archive.MANIFEST).exists():
            raise


def test_every_job_ends_done_once_and_nothing_half_done_looks_whole(hub: House) -> None:
    hub.run(storm(hub))


async def storm(hub: House) -> None:
    chance = random.Random(6)
    work = Work(hub, chance, [await hub.signed_in("ana") for _ in range(4)])
    working = asyncio.create_task(work.go_on())
    struck: dict[str, int] = {}
    while not work.moved and not working.done():
        await asyncio.sleep(0.1)  # a list of members is being taken in when the first blow falls
    for number in range(KILLS):
        await asyncio.sleep(chance.uniform(0.3, 4.0))  # sometimes before anything is back, sometimes in the middle of it
        victim = strike(hub, chance)
        struck[victim] = struck.get(victim, 0) + 1
        if number % 4 == 3:
            await work.look()
        await time_passes(hub)
        if working.done():
            working.result()
    work.stopping = True
    await asyncio.wait_for(working, 60)
    await settled(hub)
    await work.look()
    await judge(work)
    print(
        f"{KILLS} kills {struck}; {len(work.backups)} backups, {len(work.packed)} exports, {len(work.imports)} imports, "
        f"{len(work.months)} months, {len(work.moved)} lists of members: each once; looked {work.looks} times"
    )


def strike(hub: House, chance: random.Random) -> str:
    victim = chance.choice(("postmaster", "backend", "web", "worker", "worker"))
    if victim == "postmaster":
        hub.parts["postgres"].kill()
    elif victim == "backend":
        kill_one(backends(hub), chance)
    else:
        kill_one(hub.web_processes("app.worker" if victim == "worker" else "app.supervisor.web"), chance)
    return victim


async def time_passes(hub: House) -> None:
    """The lease of whoever was killed runs out; a storm has no minute to wait for it."""
    with suppress(*AWAY):
        await hub.facts(
            """update pgqueuer set heartbeat = least(heartbeat, now() - interval '57 seconds'),
                                   execute_after = least(execute_after, now() + interval '3 seconds')
                where status in ('picked', 'queued') and dedupe_key <> entrypoint returning id"""
        )


ONCE_MORE = """with again as (update pgqueuer set status = 'queued', execute_after = now() where status = 'failed' returning id)
update job_note set tries = 0 from again where number = again.id returning number"""


async def settled(hub: House) -> None:
    """Until nothing waits. What was given up after eight kills in a row is what the owner tries again on the page."""
    for _ in range(600):
        with suppress(*AWAY):
            await hub.facts(ONCE_MORE)
            await time_passes(hub)
            if await hub.facts("select count(*) from job where kind ~ '^(backups|progress|moving)'") == [(0,)]:
                return
        await asyncio.sleep(0.5)
    raise AssertionError(f"jobs never ended: {await hub.facts('select kind, tries, reason from job')}\n{hub.logs()}")


async def judge(work: Work) -> None:
    hub = work.hub
    runs = await hub.facts("select id, name, error from backup_run where kind = 'backup' and id = any($1)", work.backups)
    assert {id for id, _name, _error in runs} == set(work.backups)
    assert [run for run in runs if run[2] or not run[1]] == []
    names = [name for _id, name, _error in runs]
    assert len(names) == len(set(names)), "one backup each"
    newest = await hub.facts("select max(name) from backup_run where kind = 'backup' and error = ''")
    kept = [one.name for one in house.held(house.Shelf(restore.Server("", ""), hub.folder / "data"))]
    assert kept[0] == newest[0][0]  # older ones of the day are let go by the rule
    assert min(len(work.backups), len(work.packed), len(work.imports), len(work.months)) >= max(1, KILLS // 20), (
        "too little work for a storm"
    )
    assert work.moved, "too little work for a storm"
    for id, state in work.moved.items():
        assert await hub.facts("select state from moving_run where id = $1", id) == [(state,)]
    assert await hub.facts(HALF_MOVED, MOVERS) == []
    assert await hub.facts("select count(*) from belongings where state not in ('ready', 'asked')") == [(0,)]
    for name in work.imports:
        assert await hub.facts("select count(*) from exercise where name like $1", f"{name} %") == [(ROWS,)]
    assert await hub.facts("select month from month_close order by month") == [(month,) for month in sorted(work.months)]


def test_a_restore_that_is_killed_leaves_one_club_and_says_what_became_of_it(hub: House) -> None:
    hub.run(restores(hub))


async def restores(hub: House) -> None:
    chance = random.Random(8)
    data = hub.folder / "restoring"
    server = restore.Server(hub.cluster.dsn(), hub.cluster.dsn("postgres"))
    shelf = house.Shelf(server, data)
    hub.parts["spotter"].stop()
    folder = await house.make(shelf, now=datetime.now(UTC))
    ended: dict[str, int] = {}
    for number in range(RESTORES):
        await hub.facts("update club set name = $1 returning id", f"Present {number}")
        errand.ask(data, errand.Wish("key", "restore", folder.name), datetime.now(UTC))
        await killed_errand(hub, data, chance)
        state = await told_truth(hub, data)
        name = (await hub.facts("select name from club"))[0][0]
        assert name == ("Iron Yard" if state == "done" else f"Present {number}"), (state, name)
        ended[state] = ended.get(state, 0) + 1
        await restore.let_go(server, datetime.now(UTC) + timedelta(days=8))
    print(f"{RESTORES} restores killed: {ended}")
    if FULL:
        assert set(ended) >= {"broken", "done"}, "the storm never hit, or hit always"


async def killed_errand(hub: House, data: Path, chance: random.Random) -> None:
    admin = {
        "SPOTTER_DATA": str(data),
        "SPOTTER_SECRET": SECRET,
        "SPOTTER_HUB": "yes",
        "DATABASE_URL": hub.cluster.dsn(),
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.backups.errand", env={**hub.environment, **admin}, stderr=asyncio.subprocess.DEVNULL
    )
    with suppress(TimeoutError):
        await asyncio.wait_for(child.wait(), chance.choice((chance.uniform(0.8, 8), chance.uniform(0.8, 8), 25)))
    if child.returncode is None and chance.random() < 0.3:
        hub.parts["postgres"].kill()
    with suppress(ProcessLookupError):
        child.kill()
    await child.wait()


async def told_truth(hub: House, data: Path) -> str:
    """What the next start finds out."""
    until(hub.cluster.answers, "the database")
    config = Settings(data=data, secret=SECRET.encode(), database_url=hub.cluster.dsn())
    for _ in range(100):
        with suppress(*AWAY):
            await errand.recover(config)
            break
        await asyncio.sleep(0.1)
    told = errand.told(data)
    assert told is not None
    assert told.state in {"done", "broken", "refused"}
    return "done" if told.state == "done" else "broken"
