"""PgQueuer in this house: its manager takes up, beats, retries and sets aside; what it lacks is added here.

* What a manager says of a job counts only while the job is its own: a worker that froze cannot end what another has taken up since.
* A database that is away for a while is waited for, and never a reason to give a job up.
* Statements borrow connections of the pool; LISTEN has one of its own past the pooler, made again when it is lost.
* One long piece of work at a time; letters go past it.

Loaded by the worker alone.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog
from pgqueuer.core.tm import TaskManager
from pgqueuer.db import AsyncpgDriver, Driver
from pgqueuer.domain.types import QueueEntrypoint, QueueExecutionMode, QueueManagerId
from pgqueuer.errors import RetryRequested as RetryRequested
from pgqueuer.models import Job as Job
from pgqueuer.models import TracebackRecord
from pgqueuer.qm import QueueManager
from pgqueuer.queries import EntrypointExecutionParameter as EntrypointExecutionParameter
from pgqueuer.queries import Queries

from app import db
from app.db import Database, Unit
from app.jobs.statements import CHANNEL

logger = structlog.get_logger("spotter")
logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)  # what goes wrong is said once, by us, without values

AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError, db.CommitFailed)
LEASE = timedelta(minutes=1)  # a worker that died gives its job back after this; one that lives says so twice as often
LOOK = timedelta(seconds=5)  # between looks at the queue; a notification wakes us at once
BUSY = timedelta(seconds=1)  # between looks while what is due has to wait for its turn
AT_ONCE = 4  # jobs in one worker, of which one may be long


class Line(Driver):
    """What a manager asks the database by."""

    def __init__(self, database: Database, *, listens: bool) -> None:
        self.database, self.listens = database, listens
        self.hearing: list[Callable[[str | bytes | bytearray], None]] = []
        self.ear: asyncio.Task[None] | None = None
        self._shutdown, self._tasks = asyncio.Event(), TaskManager()

    @property
    def shutdown(self) -> asyncio.Event:
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        return self._tasks

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return [dict(row) for row in await self.database.pool.fetch(query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        said: str = await self.database.pool.execute(query, *args)
        return said

    async def notify(self, channel: str, payload: str) -> None:
        await self.database.pool.execute("select pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: Callable[[str | bytes | bytearray], None]) -> None:
        self.hearing.append(callback)
        if self.listens:
            self.ear = asyncio.create_task(self._listen(channel))

    def wake(self, *said: Any) -> None:
        """Something changed: look again. What is said elsewhere comes as (connection, process, channel, words)."""
        for callback in self.hearing:
            callback(said[3] if said else WAKE)

    async def _listen(self, channel: str) -> None:
        while True:
            with suppress(*AWAY):
                connection = await asyncpg.connect(self.database.direct_dsn, timeout=3)
                try:
                    await connection.add_listener(channel, self.wake)
                    self.wake()
                    while not connection.is_closed():
                        await asyncio.sleep(1)
                finally:
                    connection.terminate()
            await asyncio.sleep(1)

    async def __aenter__(self) -> "Line":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.ear is not None:
            self.ear.cancel()
        self.hearing.clear()


WAKE = f"""{{"channel": "{CHANNEL}", "operation": "update", "sent_at": "2000-01-01T00:00:00Z", "table": "pgqueuer",
            "type": "table_changed_event"}}"""


class Parked(Exception):
    """It needs a person; the others go on."""


@dataclass
class Fenced(Queries):
    """PgQueuer's statements, asked on behalf of one manager."""

    line: Line = field(kw_only=True)
    holder: UUID = field(default_factory=uuid4, kw_only=True)
    long: set[int] = field(default_factory=set, kw_only=True)  # taken up and not quick
    quick: frozenset[str] = field(default=frozenset(), kw_only=True)

    @asynccontextmanager
    async def own(self, ids: Sequence[int]) -> AsyncIterator[tuple[Unit, Queries, list[Any]]]:
        """Of these the ones that are still ours, held until what is said about them is kept."""
        async with self.line.database.work("worker") as unit:
            mine = await unit.column(
                "select id from pgqueuer where id = any($1::bigint[]) and queue_manager_id = $2 and status = 'picked' for update",
                ids,
                self.holder,
            )
            yield unit, Queries(AsyncpgDriver(unit.connection)), mine

    async def dequeue(self, *args: Any, **how: Any) -> list[Job]:
        try:
            taken = await super().dequeue(*args, **how)
        except AWAY as error:
            logger.error("database_away", error=type(error).__name__)
            return []
        self.long |= {job.id for job in taken if job.entrypoint not in self.quick}
        return taken

    async def update_heartbeat(self, job_ids: list[Any]) -> None:
        async with self.own(job_ids) as (_, queries, mine):
            if mine:
                await queries.update_heartbeat(mine)

    async def log_jobs(self, job_status: list[Any]) -> None:
        """Done, or set aside with the reason. Kept back and said again while the database is away."""
        try:
            async with self.own([job.id for job, _, _ in job_status]) as (unit, queries, mine):
                said = [(job, status, None) for job, status, _ in job_status if job.id in mine]
                if said:
                    await queries.log_jobs(said)  # type: ignore[arg-type]
                for job, status, why in job_status:
                    if job.id in mine and status == "failed":
                        await unit.run("update job_note set reason = $2, step = '' where number = $1", job.id, reason_of(why))
        except AWAY:
            await asyncio.sleep(0.5)
            raise
        self.line.wake()

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        """When the database is away it stays with us, unfinished: a minute later somebody takes it up."""
        with suppress(*AWAY):
            async with self.own([job.id]) as (unit, queries, mine):
                if mine:
                    await queries.retry_job(job, delay, None)
                    reason = reason_of(traceback_record)
                    await unit.run("update job_note set reason = $2, step = '' where number = $1", job.id, reason)
        self.line.wake()

    async def eligible_queued_work(self, entrypoints: list[Any]) -> int:
        with suppress(*AWAY):
            return await super().eligible_queued_work(entrypoints)
        return 0

    async def queued_work(self, entrypoints: list[Any]) -> int:
        """What is not due yet is no reason to go on."""
        return await self.eligible_queued_work(entrypoints)

    async def next_deferred_eta(self, entrypoints: list[Any]) -> timedelta | None:
        with suppress(*AWAY):
            return await super().next_deferred_eta(entrypoints)
        return BUSY


def reason_of(why: TracebackRecord | None) -> str:
    """What the handler's own words were; of a traceback nothing is kept, for it quotes what people typed."""
    return why.exception_message[:200] if why else ""


@dataclass
class Manager(QueueManager):
    """PgQueuer's manager; while something long is under way it takes up only what is quick."""

    def entrypoints_below_capacity_limits(self) -> set[QueueEntrypoint]:
        names = set(self.entrypoint_registry)
        assert isinstance(self.queries, Fenced)
        return {name for name in names if name in self.queries.quick} if self.queries.long else names


Work = Callable[[Job], Any]


def manager(database: Database, work: dict[str, Work], quick: frozenset[str], *, listens: bool) -> Manager:
    line = Line(database, listens=listens)
    queries = Fenced(line, line=line, quick=quick)
    found = Manager(queries)
    found.queue_manager_id = QueueManagerId(queries.holder)
    found.min_dequeue_poll_interval = BUSY
    for name, act in work.items():
        found.entrypoint(name, on_failure="hold", accepts_context=False)(ended(queries, act))
    return found


def ended(queries: Fenced, act: Work) -> Work:
    async def work(job: Job) -> None:
        try:
            await act(job)
        finally:
            queries.long.discard(job.id)

    return work


async def go_on(found: Manager, *, until_empty: bool) -> None:
    mode = QueueExecutionMode.drain if until_empty else QueueExecutionMode.continuous
    look = timedelta(seconds=0.2) if until_empty else LOOK
    await found.run(dequeue_timeout=look, batch_size=1, mode=mode, max_concurrent_tasks=AT_ONCE, heartbeat_timeout=LEASE)
