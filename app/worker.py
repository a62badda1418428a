"""The background worker: PgQueuer's manager over chores by the gym's clock and jobs as they come.

Several may run; each job and chore is with one at a time. A chore is one job that always asks to come back at its next time.
"""

import asyncio
import random
import signal
import time as stopwatch
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog

from app import clock, db, log, metrics, settings
from app.accounts import chores as accounts
from app.accounts.actions import forgotten
from app.backups import actions as backups
from app.db import Database, Db
from app.desk import chores as desk
from app.insights import chores as insights
from app.jobs import actions, engine
from app.jobs import chores as jobs
from app.jobs.actions import PermanentError as PermanentError
from app.jobs.engine import AWAY
from app.jobs.rules import Daily, Every, Schedule, is_hopeless, wait
from app.mail import actions as mail
from app.moving import background as moving
from app.office import chores as office
from app.progress.actions import belongings, long_imports
from app.settings import Settings
from app.supervisor.child import die_with_parent
from app.training import chores as training

logger = structlog.get_logger("spotter")

AGAIN = timedelta(minutes=10)  # until a chore that broke is tried once more
QUICK = frozenset({"accounts.forgotten", "mail.send"})  # these go past whatever takes its time


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
    Chore("jobs.forget", Daily(time(3, 25)), jobs.forget),
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
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self) -> None:
        """Until it is told to stop. What is under way then is brought to its end."""
        while not self.stopping.is_set():
            try:
                await self.learn()
                manager = self.manager(listens=True)
                manager.shutdown = self.stopping
                await engine.go_on(manager, until_empty=False)
            except AWAY as error:
                logger.error("database_away", error=type(error).__name__)
                await asyncio.sleep(1)

    async def round(self) -> None:
        """Everything that is due now, and what comes of it."""
        await self.learn()
        await engine.go_on(self.manager(listens=False), until_empty=True)

    def manager(self, *, listens: bool) -> engine.Manager:
        work: dict[str, engine.Work] = {kind: partial(self.do_job, handler) for kind, handler in self.handlers.items()}
        work |= {chore.name: partial(self.do_chore, chore) for chore in self.chores}
        return engine.manager(self.database, work, QUICK, listens=listens)

    async def learn(self) -> None:
        """A chore that is new to this house waits for its time."""
        async with self.database.work("worker") as unit:
            zone, now = await zone_of(unit), clock.now()
            for chore in self.chores:
                await actions.know_chore(unit, chore.name, chore.when.after(now, zone) - now)

    async def do_chore(self, chore: Chore, _: engine.Job) -> None:
        """It always asks to come back: at its next time, or in ten minutes when it broke."""
        began, now = stopwatch.perf_counter(), clock.now()
        reason = await self._attempt(chore, now)
        spent = stopwatch.perf_counter() - began
        metrics.chores.labels(chore.name, "failed" if reason else "done").observe(spent)
        logger.info("chore", chore=chore.name, ms=round(spent * 1000), reason=reason)
        wait = AGAIN
        with suppress(*AWAY):
            async with self.database.work("worker") as unit:
                await actions.chore_ended(unit, chore.name, reason, now)
                wait = AGAIN if reason else chore.when.after(now, await zone_of(unit)) - clock.now()
        raise engine.RetryRequested(max(wait, timedelta(0)))

    async def _attempt(self, chore: Chore, now: datetime) -> str:
        """What went wrong, in a word; empty when all is well. One broken chore must not stop the others."""
        try:
            async with self.database.long_work(f"chore {chore.name}") as unit:
                await chore.work(unit, now)
        except Exception as error:
            logger.error("chore_failed", chore=chore.name, exc_info=error)
            return type(error).__name__
        return ""

    async def do_job(self, handler: Handler, job: engine.Job) -> None:
        tries: int | None = None
        try:
            tries = await actions.begun(self.database.swift(), job.id)
            if tries is None:
                raise engine.RetryRequested(timedelta(seconds=1))
            await handler(self.database, msgspec.json.decode(job.payload or b"{}"))
        except engine.RetryRequested:
            raise
        except Exception as error:
            logger.error("job_failed", kind=job.entrypoint, job=job.id, tries=tries, exc_info=error)
            permanent = isinstance(error, PermanentError)
            reason = str(error) if permanent else type(error).__name__
            if is_hopeless(tries or 1, is_permanent=permanent, kind=job.entrypoint):
                raise engine.Parked(reason) from None
            raise engine.RetryRequested(wait(tries or 1, random.random()), reason) from None


async def zone_of(db: Db) -> ZoneInfo:
    return ZoneInfo(await db.value("select zone from gym order by created_at limit 1") or "UTC")


async def run(config: Settings) -> None:
    pool = await connect(config)
    worker = Worker(Database(pool=pool, direct_dsn=config.direct or ""))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, worker.stopping.set)
    await worker.live()
    pool.terminate()


async def connect(config: Settings) -> Any:
    """The worker goes past the pooler: it sets limits of its own and holds few connections."""
    while True:
        try:
            return await db.open_pool(config.direct or "", size=6, command_timeout=None)
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
