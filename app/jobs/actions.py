"""Put down, take up, done, failed. A job put down inside a transaction exists exactly when that transaction does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.db import Db

LEASE = timedelta(minutes=1)  # a worker that died gives its job back after this; one that lives renews it


class PermanentError(Exception):
    """Trying this job again would not help: it is set aside at once, with this reason."""


@dataclass(frozen=True, slots=True)
class Taken:
    id: UUID
    kind: str
    args: dict[str, Any]
    tries: int


async def enqueue(db: Db, kind: str, args: dict[str, Any], *, id: UUID, now: datetime, due: datetime | None = None) -> None:
    """The same id twice is one job. The worker hears of it when the transaction commits."""
    await db.run(
        """with put as (insert into job (id, kind, args, made_at, due_at) values ($1, $2, $3, $4, $5)
                        on conflict (id) do nothing returning id)
           select pg_notify('spotter_job', '') from put""",
        id, kind, args, now, due or now,
    )  # fmt: skip


async def take(db: Db, kinds: list[str], now: datetime) -> Taken | None:
    """The oldest that is due and that nobody else is taking. The lease is in the same statement."""
    return await db.one(
        Taken,
        """update job set tries = tries + 1, due_at = $2, step = ''
           where id = (select id from job where parked_at is null and due_at <= $1 and kind = any($3)
                       order by due_at limit 1 for update skip locked)
           returning id, kind, args, tries""",
        now, now + LEASE, kinds,
    )  # fmt: skip


async def renew(db: Db, taken: Taken, now: datetime) -> bool:
    """A long job keeps its lease. `tries` is the fence: whoever took it meanwhile has counted one more."""
    return bool(await db.run("update job set due_at = $3 where id = $1 and tries = $2", taken.id, taken.tries, now + LEASE))


async def tell(db: Db, id: UUID, step: str) -> None:
    """How far it is, for whoever looks."""
    await db.run("update job set step = $2 where id = $1", id, step[:100])


async def done(db: Db, taken: Taken) -> None:
    """Only after its effect: effects are idempotent, so that doing one again is harmless and losing one is impossible."""
    await db.run("delete from job where id = $1 and tries = $2", taken.id, taken.tries)


async def again(db: Db, taken: Taken, reason: str, due: datetime) -> None:
    await db.run(
        "update job set due_at = $3, reason = $4, step = '' where id = $1 and tries = $2", taken.id, taken.tries, due, reason
    )


async def park(db: Db, taken: Taken, reason: str, now: datetime) -> None:
    """It needs a person; the others go on."""
    await db.run(
        "update job set parked_at = $3, reason = $4, step = '' where id = $1 and tries = $2", taken.id, taken.tries, now, reason
    )


async def retry(db: Db, id: UUID, now: datetime) -> bool:
    """A person says: try that one again."""
    sql = "update job set parked_at = null, tries = 0, due_at = $2 where id = $1 and parked_at is not null"
    return bool(await db.run(sql, id, now))


async def skip(db: Db, id: UUID) -> bool:
    return bool(await db.run("delete from job where id = $1 and parked_at is not null", id))


# --- chores


async def hurry(db: Db, name: str, now: datetime) -> bool:
    """A person says: do this one now. The worker hears of it at once."""
    return bool(
        await db.value(
            """with due as (update chore set next_at = $2 where name = $1 returning name)
               select pg_notify('spotter_job', '') is not null from due""",
            name, now,
        )
    )  # fmt: skip


async def know_chore(db: Db, name: str, first: datetime) -> None:
    await db.run("insert into chore (name, next_at) values ($1, $2) on conflict (name) do nothing", name, first)


async def take_chore(db: Db, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """One holder at a time; a holder that froze loses it when its time is over."""
    return bool(
        await db.run(
            """update chore set holder = $2, held_until = $4
               where name = $1 and next_at <= $3 and (held_until is null or held_until < $3)""",
            name, holder, now, until,
        )
    )  # fmt: skip


async def finish_chore(db: Db, name: str, holder: str, *, now: datetime, next_at: datetime, reason: str = "") -> bool:
    """False when it was taken from us meanwhile."""
    return bool(
        await db.run(
            """update chore set held_until = null, holder = '', next_at = $4, reason = $5,
                                done_at = case when $5 = '' then $3 else done_at end,
                                failed_at = case when $5 = '' then null else $3 end
               where name = $1 and holder = $2""",
            name, holder, now, next_at, reason,
        )
    )  # fmt: skip
