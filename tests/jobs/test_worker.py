"""Jobs and chores on a real database, where COMMIT means COMMIT."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app import clock
from app.db import Database, Db, new_id
from app.jobs import actions, queries
from app.jobs.rules import Every
from app.worker import Chore, PermanentError, Worker
from tests.conftest import Committed

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
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


async def test_a_job_is_done_once_however_often_it_was_put_down(committed: Committed) -> None:
    book = Book()
    id = await put(committed, "first")
    await put(committed, "first", id=id)
    await Worker(committed.database, (), {"write": book.write}).round(clock.now())
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
    workers = [Worker(committed.database, (), {"write": book.write}, name=name) for name in "abc"]
    await asyncio.gather(*(worker.round(clock.now()) for worker in workers))
    assert sorted(book.lines, key=int) == [str(number) for number in range(30)]


async def test_a_failed_job_comes_back_later_and_others_go_on(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.worker.wait", lambda *_: timedelta(minutes=1))
    book = Book(breaks=1)
    await put(committed, "poison")
    await put(committed, "fine")
    worker = Worker(committed.database, (), {"write": book.write})
    await worker.round(clock.now())
    assert book.lines == ["fine"]
    await committed.db.run("update job set due_at = now()")
    await worker.round(clock.now())
    assert book.lines == ["fine", "poison"]


async def test_what_cannot_work_is_set_aside_with_its_reason_until_somebody_says_again(committed: Committed) -> None:
    book = Book(breaks=1, error=PermanentError)
    id = await put(committed, "lost")
    worker = Worker(committed.database, (), {"write": book.write})
    await worker.round(clock.now())
    (stuck,) = await queries.parked(committed.db)
    assert (stuck.id, stuck.reason) == (id, "the printer is out of paper")
    await worker.round(clock.now())
    assert book.lines == []
    assert await actions.retry(committed.db, id, clock.now())
    await worker.round(clock.now())
    assert book.lines == ["lost"]


async def test_a_job_of_a_worker_that_died_is_taken_up_again(committed: Committed) -> None:
    id = await put(committed, "half done")
    taken = await actions.take(committed.db, ["write"], clock.now())
    assert taken is not None
    assert taken.id == id
    assert await actions.take(committed.db, ["write"], clock.now()) is None
    again = await actions.take(committed.db, ["write"], clock.now() + actions.LEASE)
    assert again is not None
    assert (again.id, again.tries) == (id, 2)


async def test_a_long_job_keeps_its_lease_while_its_worker_lives_and_a_frozen_one_cannot_end_it(committed: Committed) -> None:
    id = await put(committed, "long")
    first = await actions.take(committed.db, ["write"], clock.now())
    assert first is not None
    later = clock.now() + actions.LEASE * 0.9
    assert await actions.renew(committed.db, first, later)
    assert await actions.take(committed.db, ["write"], later + actions.LEASE * 0.9) is None
    second = await actions.take(committed.db, ["write"], later + actions.LEASE)
    assert second is not None
    assert not await actions.renew(committed.db, first, later)  # it froze, and somebody else has it now
    await actions.done(committed.db, first)
    await actions.park(committed.db, first, "no", later)
    assert await committed.db.value("select tries = 2 and parked_at is null from job where id = $1", id)
    await actions.done(committed.db, second)
    assert (await queries.queue(committed.db)).waiting == 0


async def test_how_far_a_job_is_can_be_seen_while_it_runs(committed: Committed) -> None:
    id = await put(committed, "long")
    await actions.take(committed.db, ["write"], clock.now())
    await actions.tell(committed.db, id, "uploading")
    (one,) = await queries.waiting(committed.db)
    assert (one.step, one.tries) == ("uploading", 1)


async def test_a_chore_is_done_when_it_is_due_by_one_worker(committed: Committed) -> None:
    book = Book()
    workers = [Worker(committed.database, (Chore("tidy", HOURLY, book.chore),), {}, name=name) for name in "ab"]
    await workers[0].round(NOW)
    assert book.lines == []  # a new chore waits for its time
    due = NOW + timedelta(hours=1)
    await asyncio.gather(*(worker.round(due) for worker in workers))
    assert book.lines == [due]


async def test_a_chore_that_broke_is_tried_again_and_told(committed: Committed) -> None:
    book = Book(breaks=1)
    worker = Worker(committed.database, (Chore("tidy", HOURLY, book.chore), Chore("sweep", HOURLY, book.chore)), {})
    await worker.round(NOW)
    due = NOW + timedelta(hours=1)
    await worker.round(due)
    assert book.lines == [due]  # the second chore went on
    assert [late.name for late in await queries.late(committed.db, due)] == ["tidy"]
    await worker.round(due + timedelta(minutes=10))
    assert len(book.lines) == 2
    assert await queries.late(committed.db, due + timedelta(minutes=10)) == []


async def test_a_holder_that_froze_cannot_say_done_for_somebody_else(committed: Committed) -> None:
    db = committed.db
    await actions.know_chore(db, "tidy", NOW)
    assert await actions.take_chore(db, "tidy", "frozen", NOW, NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    assert await actions.take_chore(db, "tidy", "fresh", later, later + timedelta(hours=1))
    assert not await actions.finish_chore(db, "tidy", "frozen", now=later, next_at=later)
    assert await actions.finish_chore(db, "tidy", "fresh", now=later, next_at=later)


async def test_a_waiting_worker_hears_of_a_new_job_at_once(committed: Committed) -> None:
    book = Book()
    worker = Worker(committed.database, (), {"write": book.write})
    living = asyncio.create_task(worker.live())
    try:
        async with asyncio.timeout(20):
            while not await committed.db.value("select count(*) from pg_stat_activity where query ilike 'listen%'"):
                await asyncio.sleep(0.02)
            await put(committed, "now")
            while not book.lines:
                await asyncio.sleep(0.02)
    finally:
        worker.stopping.set()
        worker.woken.set()
        await living
    assert book.lines == ["now"]
