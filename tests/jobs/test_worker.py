"""Jobs and chores on a real database, where COMMIT means COMMIT."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from app import clock
from app.db import Database, Db, new_id
from app.jobs import actions, engine, queries
from app.jobs.rules import Every
from app.worker import Chore, PermanentError, Worker
from tests.conftest import Committed
from tests.jobs.queue import DIED, DUE

HOURLY = Every(timedelta(hours=1))

pytestmark = pytest.mark.anyio


class Book:
    """What was done, in order; breaks as often as it is told."""

    def __init__(self, breaks: int = 0, error: type[Exception] = RuntimeError) -> None:
        self.lines: list[Any] = []
        self.breaks, self.error = breaks, error

    async def write(self, _: Database, args: dict[str, Any]) -> None:
        if self.breaks:
            self.breaks -= 1
            raise self.error("the printer is out of paper")
        self.lines.append(args["line"])

    async def chore(self, db: Db, now: datetime) -> None:
        if self.breaks:
            self.breaks -= 1
            raise self.error("no")
        self.lines.append(now)


async def put(committed: Committed, line: str, *, id: Any = None) -> Any:
    id = id or new_id()
    async with committed.database.work() as db:
        await actions.enqueue(db, "write", {"line": line}, id=id, now=clock.now())
    return id


async def until(true: Callable[[], Awaitable[Any]]) -> None:
    async with asyncio.timeout(20):
        while not await true():
            await asyncio.sleep(0.02)


async def test_a_job_is_done_once_however_often_it_was_put_down(committed: Committed) -> None:
    book = Book()
    id = await put(committed, "first")
    await put(committed, "first", id=id)
    await Worker(committed.database, (), {"write": book.write}).round()
    assert book.lines == ["first"]
    assert (await queries.queue(committed.db)).waiting == 0


async def test_a_rolled_back_sale_leaves_no_job_behind(committed: Committed) -> None:
    sale = committed.database.unit()
    await actions.enqueue(sale, "write", {"line": "never"}, id=new_id(), now=clock.now())
    await sale.rollback()
    assert (await queries.queue(committed.db)).waiting == 0


async def test_two_workers_never_do_the_same_job(committed: Committed) -> None:
    book = Book()
    for number in range(30):
        await put(committed, str(number))
    workers = [Worker(committed.database, (), {"write": book.write}) for _ in range(3)]
    await asyncio.gather(*(worker.round() for worker in workers))
    assert sorted(book.lines, key=int) == [str(number) for number in range(30)]


async def test_a_failed_job_comes_back_later_and_others_go_on(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.worker.wait", lambda *_: timedelta(minutes=1))
    book = Book(breaks=1)
    await put(committed, "poison")
    await put(committed, "fine")
    worker = Worker(committed.database, (), {"write": book.write})
    await worker.round()
    assert book.lines == ["fine"]
    (one,) = await queries.waiting(committed.db)
    assert (one.tries, one.reason, one.is_under_way) == (1, "RuntimeError", False)
    assert timedelta(seconds=50) < one.due_at - clock.now() < timedelta(seconds=70)
    await committed.db.run(DUE)
    await worker.round()
    assert book.lines == ["fine", "poison"]


async def test_what_cannot_work_is_set_aside_with_its_reason_until_somebody_says_again(committed: Committed) -> None:
    book = Book(breaks=1, error=PermanentError)
    id = await put(committed, "lost")
    worker = Worker(committed.database, (), {"write": book.write})
    await worker.round()
    (stuck,) = await queries.parked(committed.db)
    assert (stuck.id, stuck.reason) == (id, "the printer is out of paper")
    await worker.round()
    assert book.lines == []
    await put(committed, "the same wish", id=id)
    assert (await queries.queue(committed.db)).waiting == 0, "asked again it is still the one that waits for a person"
    assert await actions.retry(committed.db, id)
    await worker.round()
    assert book.lines == ["lost"]


async def test_a_job_that_kills_its_worker_is_set_aside_at_last(committed: Committed) -> None:
    """Nobody lives to say that it failed: each try counts when it begins."""
    id = await put(committed, "poison")
    for _ in range(7):
        assert await actions.begun(committed.db, await committed.db.value("select number from job")) is not None
    await Worker(committed.database, (), {"write": Book(breaks=1).write}).round()
    assert [one.id for one in await queries.parked(committed.db)] == [id]
    assert await actions.skip(committed.db, id)
    assert await committed.db.value("select count(*) from pgqueuer") == 0
    assert await committed.db.value("select count(*) from job_note") == 0


class Slow:
    """A worker in the middle of something, until it is told to end."""

    def __init__(self, committed: Committed, **others: Any) -> None:
        self.committed, self.begun, self.end = committed, asyncio.Event(), asyncio.Event()
        worker = Worker(committed.database, (Chore("tidy", HOURLY, self.chore),), {"write": self.work, **others})
        self.manager = worker.manager(listens=False)
        self.round = asyncio.create_task(engine.go_on(self.manager, until_empty=True))

    async def work(self, _: Database, args: dict[str, Any]) -> None:
        self.begun.set()
        await self.end.wait()

    async def chore(self, _: Db, now: datetime) -> None:
        self.begun.set()
        await self.end.wait()

    async def freezes(self, meanwhile: asyncio.Event) -> None:
        """It takes up nothing more, and is not heard of, until somebody else has what it had."""

        async def nothing(*_: Any, **__: Any) -> list[Any]:
            return []

        self.manager.queries.dequeue = nothing  # type: ignore[method-assign]
        while not meanwhile.is_set():
            await self.committed.db.run(DIED + " and queue_manager_id = $1", self.manager.queue_manager_id)
            with suppress(TimeoutError):
                await asyncio.wait_for(meanwhile.wait(), 0.1)

    async def ends(self) -> None:
        self.end.set()
        await self.round


async def test_a_job_of_a_worker_that_died_is_taken_up_again(committed: Committed) -> None:
    book = Book()
    await put(committed, "half done")
    dead = Slow(committed)
    await dead.begun.wait()
    (one,) = await queries.waiting(committed.db)
    assert (one.is_under_way, one.tries) == (True, 1)
    other = Worker(committed.database, (), {"write": book.write})
    await other.round()
    assert book.lines == [], "it is in somebody's hands"
    heir = Slow(committed)
    await dead.freezes(heir.begun)
    await heir.ends()
    assert await committed.db.value("select count(*) from pgqueuer where dedupe_key <> entrypoint") == 0
    await dead.ends()


async def test_a_worker_that_froze_cannot_end_what_another_has_taken_up(committed: Committed) -> None:
    await put(committed, "long")
    frozen = Slow(committed)
    await frozen.begun.wait()
    fresh = Slow(committed)
    await frozen.freezes(fresh.begun)
    await frozen.ends()
    (one,) = await queries.waiting(committed.db)
    assert (one.is_under_way, one.tries) == (True, 2), "it is still the other's"
    await fresh.ends()
    assert (await queries.queue(committed.db)).waiting == 0


async def test_whoever_lost_a_job_neither_renews_nor_parks_nor_puts_it_back(committed: Committed) -> None:
    await put(committed, "long")

    def fenced() -> engine.Fenced:
        found = engine.manager(committed.database, {}, frozenset(), listens=False).queries
        assert isinstance(found, engine.Fenced)
        return found

    async def takes(who: engine.Fenced) -> engine.Job:
        kinds: Any = {"write": engine.EntrypointExecutionParameter(0)}
        how = {"global_concurrency_limit": None, "heartbeat_timeout": engine.LEASE}
        (job,) = await who.dequeue(1, kinds, who.holder, **how)
        return job

    frozen, fresh = fenced(), fenced()
    old = await takes(frozen)
    await committed.db.run(DIED)
    await takes(fresh)
    await committed.db.run("update pgqueuer set heartbeat = '2020-01-01'")
    for after in (
        lambda: frozen.update_heartbeat([old.id]),
        lambda: frozen.retry_job(old, timedelta(0), None),
        lambda: frozen.log_jobs([(old, "failed", None)]),
        lambda: frozen.log_jobs([(old, "successful", None)]),
    ):
        await after()
        row = "select status::text || ' ' || (heartbeat = '2020-01-01') || ' ' || (queue_manager_id = $1) from pgqueuer"
        assert await committed.db.value(row, fresh.holder) == "picked true true"
    await fresh.update_heartbeat([old.id])
    assert await committed.db.value("select heartbeat > '2020-01-01' from pgqueuer")


async def test_a_long_job_beats_as_long_as_its_worker_lives(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LEASE", timedelta(seconds=0.4))
    await put(committed, "long")
    slow = Slow(committed)
    await slow.begun.wait()
    for _ in range(2):
        await committed.db.run("update pgqueuer set heartbeat = '2020-01-01' where status = 'picked'")
        await until(lambda: committed.db.value("select heartbeat > '2020-01-01' from pgqueuer"))
    await slow.ends()


async def test_a_letter_goes_past_what_takes_its_time_and_a_second_long_job_waits(committed: Committed) -> None:
    letters = Book()
    await put(committed, "long")
    slow = Slow(committed, **{"mail.send": letters.write})
    await slow.begun.wait()
    slow.manager.min_dequeue_poll_interval = timedelta(seconds=0.05)
    await put(committed, "second")
    async with committed.database.work() as db:
        await actions.enqueue(db, "mail.send", {"line": "Dear Mo"}, id=new_id(), now=clock.now())
    await until(lambda: asyncio.sleep(0, letters.lines))
    waiting = [one for one in await queries.waiting(committed.db) if one.kind == "write"]
    assert sorted(one.is_under_way for one in waiting) == [False, True]
    await slow.ends()
    assert (await queries.queue(committed.db)).waiting == 0


async def test_how_far_a_job_is_can_be_seen_while_it_runs(committed: Committed) -> None:
    id = await put(committed, "long")
    slow = Slow(committed)
    await slow.begun.wait()
    await actions.tell(committed.db, id, "uploading")
    (one,) = await queries.waiting(committed.db)
    assert (one.step, one.tries) == ("uploading", 1)
    await slow.ends()


async def test_a_chore_is_done_when_it_is_due_by_one_worker(committed: Committed) -> None:
    book = Book()
    workers = [Worker(committed.database, (Chore("tidy", HOURLY, book.chore),), {}) for _ in range(2)]
    await workers[0].round()
    assert book.lines == []  # a new chore waits for its time
    await committed.db.run(DUE)
    await asyncio.gather(*(worker.round() for worker in workers))
    assert len(book.lines) == 1
    (tidy,) = await queries.chores(committed.db)
    assert (tidy.is_under_way, tidy.failed_at, tidy.done_at) == (False, None, book.lines[0])
    assert timedelta(minutes=59) < tidy.next_at - clock.now() <= timedelta(hours=1)


async def test_a_chore_that_broke_is_tried_again_and_told(committed: Committed) -> None:
    book = Book(breaks=1)
    worker = Worker(committed.database, (Chore("tidy", HOURLY, book.chore), Chore("sweep", HOURLY, book.chore)), {})
    await worker.round()
    await committed.db.run(DUE)
    await worker.round()
    assert len(book.lines) == 1, "the second chore went on"
    (late,) = await queries.late(committed.db, clock.now())
    assert (late.name, late.reason) == ("tidy", "RuntimeError")
    assert late.next_at is not None
    assert timedelta(minutes=9) < late.next_at - clock.now() <= timedelta(minutes=10)
    await committed.db.run(DUE)
    await worker.round()
    assert len(book.lines) == 3
    assert await queries.late(committed.db, clock.now()) == []


async def test_a_chore_of_a_worker_that_died_is_done_by_another_and_comes_back_once(committed: Committed) -> None:
    await Worker(committed.database, (Chore("tidy", HOURLY, Book().chore),), {}).learn()
    assert await actions.hurry(committed.db, "tidy")
    dead = Slow(committed)
    await dead.begun.wait()
    assert (await queries.chores(committed.db))[0].is_under_way
    heir = Slow(committed)
    await dead.freezes(heir.begun)
    await dead.ends()
    assert (await queries.chores(committed.db))[0].is_under_way, "it is still the other's"
    await heir.ends()
    (tidy,) = await queries.chores(committed.db)
    assert (tidy.is_under_way, tidy.failed_at) == (False, None)
    assert tidy.next_at > clock.now()


async def test_a_waiting_worker_hears_of_a_new_job_at_once(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LOOK", timedelta(hours=1))
    book = Book()
    worker = Worker(committed.database, (Chore("tidy", HOURLY, book.chore),), {"write": book.write})
    living = asyncio.create_task(worker.live())
    try:
        await until(lambda: committed.db.value("select count(*) from pg_stat_activity where query ilike 'listen%'"))
        await put(committed, "now")
        await until(lambda: asyncio.sleep(0, book.lines))
        assert book.lines == ["now"]
        await actions.hurry(committed.db, "tidy")
        await until(lambda: asyncio.sleep(0, book.lines[1:]))
    finally:
        worker.stopping.set()
        await living


async def test_a_worker_lives_on_when_its_database_was_away(committed: Committed) -> None:
    """All its connections are cut while it is in the middle of a job: nothing is set aside, and what comes next is done."""
    book = Book()
    begun, end = asyncio.Event(), asyncio.Event()

    async def work(database: Database, args: dict[str, Any]) -> None:
        begun.set()
        await end.wait()
        await book.write(database, args)

    worker = Worker(committed.database, (), {"write": work})
    living = asyncio.create_task(worker.live())
    await put(committed, "before")
    await begun.wait()
    cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    assert await committed.db.value(cut) > 0
    end.set()
    await until(lambda: asyncio.sleep(0, book.lines))
    again = new_id()
    for _ in range(20):
        try:
            await put(committed, "after", id=again)
            break
        except engine.AWAY:
            await asyncio.sleep(0.05)
    await until(lambda: asyncio.sleep(0, len(book.lines) == 2))
    worker.stopping.set()
    await living
    assert book.lines == ["before", "after"]
    assert await queries.parked(committed.db) == []
