"""The background worker: chores by the gym's clock, jobs as they come. Several may run; each job and chore has one at a time."""

import asyncio
import os
import random
import signal
import socket
import time as stopwatch
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import structlog

from app import clock, db, log, metrics, settings
from app.accounts import chores as accounts
from app.accounts.actions import forgotten
from app.backups import actions as backups
from app.db import Database, Db
from app.desk import chores as desk
from app.insights import chores as insights
from app.jobs import actions
from app.jobs.actions import PermanentError as PermanentError
from app.jobs.rules import Daily, Every, Schedule, is_hopeless, wait
from app.mail import actions as mail
from app.moving import background as moving
from app.office import chores as office
from app.progress.actions import belongings, long_imports
from app.settings import Settings
from app.supervisor.child import die_with_parent
from app.training import chores as training
from app.visit import UTC_ZONE

logger = structlog.get_logger("spotter")

LOOK = 5.0  # seconds between looks at the clock; a notification wakes us at once
BEAT = 20.0  # seconds between renewals of a job's lease
CHORE_LEASE = timedelta(hours=1)
AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, db.CommitFailed)


@dataclass(frozen=True, slots=True)
class Chore:
    name: str
    when: Schedule
    work: Callable[[Db, datetime], Awaitable[Any]]


Handler = Callable[[Database, dict[str, Any]], Awaitable[None]]

CHORES: tuple[Chore, ...] = (
    Chore("accounts.clear_away", Every(timedelta(hours=1)), accounts.clear_away),
    Chore("desk.close_visits", Every(timedelta(minutes=10)), desk.close_visits),
    Chore("desk.forget_log", Daily(time(3, 20)), desk.forget_log),
    Chore("insights.sum_up", Daily(time(0, 20)), insights.sum_up),
    Chore("office.forget_former", Daily(time(3, 30)), office.forget_former),
    Chore("progress.clear_away", Daily(time(3, 40)), belongings.clear_away),
    Chore("progress.let_go", Daily(time(3, 50)), belongings.let_go),
    Chore("training.close_forgotten", Every(timedelta(hours=1)), training.close_forgotten),
    Chore("backups.nightly", Daily(time(2, 30)), backups.nightly),
    Chore("backups.weekly", Every(timedelta(days=7)), backups.weekly),
)
HANDLERS: dict[str, Handler] = {
    "accounts.forgotten": forgotten.answer,
    "backups.backup": backups.do_backup,
    "backups.drill": backups.do_drill,
    "backups.fetch": backups.do_fetch,
    "mail.send": mail.send,
    "moving.look": moving.look,
    "moving.take_back": moving.take_back,
    "moving.take_in": moving.take_in,
    "progress.applying": long_imports.apply,
    "progress.look": long_imports.look,
    "progress.pack": belongings.pack,
    "progress.undoing": long_imports.undo,
}


@dataclass
class Worker:
    database: Database
    chores: tuple[Chore, ...] = CHORES
    handlers: dict[str, Handler] = field(default_factory=lambda: dict(HANDLERS))
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    zone: ZoneInfo = UTC_ZONE
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self) -> None:
        listening = asyncio.create_task(self._listen())
        while not self.stopping.is_set():
            self.woken.clear()
            try:
                await self.round(clock.now())
            except AWAY as error:
                logger.error("database_away", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self.woken.wait()
        listening.cancel()

    async def round(self, now: datetime) -> None:
        """Everything that is due now. What comes up meanwhile waits for the next round."""
        await self.learn(now)
        for chore in self.chores:
            if not self.stopping.is_set():
                await self.do_chore(chore, now)
        while not self.stopping.is_set() and await self.do_job(clock.now()):
            pass

    async def learn(self, now: datetime) -> None:
        async with self.database.work("worker") as unit:
            self.zone = ZoneInfo(await unit.value("select zone from gym order by created_at limit 1") or "UTC")
            for chore in self.chores:
                await actions.know_chore(unit, chore.name, chore.when.after(now, self.zone))

    async def do_chore(self, chore: Chore, now: datetime) -> None:
        if not await actions.take_chore(self.database.swift(), chore.name, self.name, now, now + CHORE_LEASE):
            return
        began = stopwatch.perf_counter()
        reason = await self._attempt(chore, now)
        spent = stopwatch.perf_counter() - began
        outcome = "failed" if reason else "done"
        metrics.chores.labels(chore.name, outcome).observe(spent)
        logger.info("chore", chore=chore.name, ms=round(spent * 1000), reason=reason)
        later = now + timedelta(minutes=10) if reason else chore.when.after(now, self.zone)
        await actions.finish_chore(self.database.swift(), chore.name, self.name, now=now, next_at=later, reason=reason)

    async def _attempt(self, chore: Chore, now: datetime) -> str:
        """What went wrong, in a word; empty when all is well. One broken chore must not stop the others."""
        try:
            async with self.database.long_work(f"chore {chore.name}") as unit:
                await chore.work(unit, now)
        except Exception as error:
            logger.error("chore_failed", chore=chore.name, exc_info=error)
            return type(error).__name__
        return ""

    async def do_job(self, now: datetime) -> bool:
        if not self.handlers:
            return False
        job = await actions.take(self.database.swift(), list(self.handlers), now)
        if job is None:
            return False
        beating = asyncio.create_task(self._keep(job))
        try:
            await self.handlers[job.kind](self.database, job.args)
        except Exception as error:
            await self._failed(job, error, clock.now())
        else:
            await actions.done(self.database.swift(), job)
        finally:
            beating.cancel()
        return True

    async def _keep(self, job: actions.Taken) -> None:
        """However long it takes, nobody else takes it up while we live; a minute after we died somebody may."""
        while True:
            await asyncio.sleep(BEAT)
            with suppress(*AWAY):
                await actions.renew(self.database.swift(), job, clock.now())

    async def _failed(self, job: actions.Taken, error: Exception, now: datetime) -> None:
        logger.error("job_failed", kind=job.kind, job=str(job.id), tries=job.tries, exc_info=error)
        permanent = isinstance(error, PermanentError)
        reason = str(error)[:200] if permanent else type(error).__name__
        if is_hopeless(job.tries, is_permanent=permanent, kind=job.kind):
            await actions.park(self.database.swift(), job, reason, now)
        else:
            await actions.again(self.database.swift(), job, reason, now + wait(job.tries, random.random()))

    async def _listen(self) -> None:
        """Past the pooler: a job is taken up when it is put down, not up to five seconds later."""
        while not self.stopping.is_set():
            with suppress(*AWAY):
                connection = await asyncpg.connect(self.database.direct_dsn, timeout=3)
                try:
                    await connection.add_listener("spotter_job", lambda *_: self.woken.set())
                    self.woken.set()
                    while not connection.is_closed() and not self.stopping.is_set():
                        await asyncio.sleep(1)
                finally:
                    await connection.close(timeout=1)
            await asyncio.sleep(1)


async def run(config: Settings) -> None:
    pool = await connect(config)
    worker = Worker(Database(pool=pool, direct_dsn=config.direct or ""))

    def stop() -> None:
        worker.stopping.set()
        worker.woken.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await worker.live()
    pool.terminate()


async def connect(config: Settings) -> Any:
    """The worker goes past the pooler: it sets limits of its own and holds few connections."""
    while True:
        try:
            return await db.open_pool(config.direct or "", size=3, command_timeout=None)
        except AWAY as error:
            logger.error("database_away", error=type(error).__name__)
            await asyncio.sleep(1)


def main() -> None:
    die_with_parent()
    config = settings.load()
    log.configure(config)
    asyncio.run(run(config))


if __name__ == "__main__":
    main()
