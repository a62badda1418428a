"""Put down, try again, leave out, do now. A job put down inside a transaction exists exactly when that transaction does.

The queue is PgQueuer's; beside each of its jobs lies a note of ours with the asker's id, how often it was tried, why, and how far it is.
`job` shows both in one row. Whoever takes jobs up is in `engine.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.db import Db
from app.jobs.statements import AGAIN, CLOSE, PUT, TELL


class PermanentError(Exception):
    """Trying this job again would not help: it is set aside at once, with this reason."""


@dataclass(frozen=True, slots=True)
class Put:
    ord: int
    id: int


async def put(db: Db, kind: str, payload: bytes | None, key: str, wait: timedelta) -> int | None:
    """PgQueuer's number for it; None when one with this key waits already."""
    found = await db.one(Put, PUT, [0], [kind], [payload], [max(wait, timedelta(0))], [key], [None])
    return found.id if found else None


async def enqueue(db: Db, kind: str, args: dict[str, Any], *, id: UUID, now: datetime, due: datetime | None = None) -> None:
    """The same id twice is one job, also when the first was set aside. The worker hears of it when the transaction commits."""
    number = await put(db, kind, msgspec.json.encode(args), str(id), (due or now) - now)
    if number is None:
        return
    fresh = await db.run("insert into job_note (id, number) values ($1, $2) on conflict (id) do nothing", id, number)
    if not fresh:
        await db.run("delete from pgqueuer where id = $1", number)


async def begun(db: Db, number: int) -> int | None:
    """Which try this is: counted when it begins, for one that takes its worker down with it is never told as failed.
    None when its note is not there yet, or no more."""
    tries: int | None = await db.value(
        "update job_note set tries = tries + 1, step = '' where number = $1 returning tries", number
    )
    return tries


async def tell(db: Db, id: UUID, step: str) -> None:
    """How far it is, for whoever looks."""
    await db.run("update job_note set step = $2 where id = $1", id, step[:100])


async def retry(db: Db, id: UUID) -> bool:
    """A person says: try that one again."""
    number = await db.value(
        """update job_note set tries = 0 where id = $1 and number in (select id from pgqueuer where status = 'failed')
           returning number""",
        id,
    )
    if number is None:
        return False
    await db.run(AGAIN, [number])
    await db.run(TELL)
    return True


async def skip(db: Db, id: UUID) -> bool:
    number = await db.value(
        "select q.id from pgqueuer q join job_note n on n.number = q.id where n.id = $1 and q.status = 'failed' for update of q",
        id,
    )
    if number is None:
        return False
    await db.run(CLOSE, [number], ["deleted"], [None])
    return True


# --- chores: each has one job that always comes back at its next time


async def know_chore(db: Db, name: str, wait: timedelta) -> None:
    await put(db, name, None, name, wait)
    await db.run("insert into chore (name) values ($1) on conflict (name) do nothing", name)


async def hurry(db: Db, name: str) -> bool:
    """A person says: do this one now. One that is being done at this moment is being done now."""
    await db.run(
        "update pgqueuer set execute_after = now() where dedupe_key = $1 and entrypoint = $1 and status = 'queued'", name
    )
    await db.run(TELL)
    return bool(await db.value("select exists(select from chore where name = $1)", name))


async def chore_ended(db: Db, name: str, reason: str, now: datetime) -> None:
    await db.run(
        """update chore set reason = $2, done_at = case when $2 = '' then $3 else done_at end, failed_at = case when $2 <> '' then $3 end
           where name = $1""",
        name, reason, now,
    )  # fmt: skip
