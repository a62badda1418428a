"""What waits, what is stuck, and which chore is late: for the owner's page, for health and for doctor."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db

LATE = """from chore left join pgqueuer q on q.dedupe_key = name and q.status in ('queued', 'picked')
  where failed_at is not null or coalesce(q.execute_after, '-infinity') < $1::timestamptz - interval '1 hour'"""


@dataclass(frozen=True, slots=True)
class Queue:
    waiting: int
    parked: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Parked:
    id: UUID
    kind: str
    made_at: datetime
    parked_at: datetime
    tries: int
    reason: str


@dataclass(frozen=True, slots=True)
class Late:
    name: str
    next_at: datetime | None
    failed_at: datetime | None
    reason: str


async def queue(db: Db) -> Queue:
    found = await db.one(
        Queue,
        """select count(*) filter (where parked_at is null) as waiting, count(parked_at) as parked,
                  min(made_at) filter (where parked_at is null) as oldest from job""",
    )
    assert found is not None
    return found


async def parked(db: Db) -> list[Parked]:
    return await db.all(
        Parked,
        "select id, kind, made_at, parked_at, tries, reason from job where parked_at is not null order by parked_at limit 100",
    )


async def late(db: Db, now: datetime) -> list[Late]:
    """Chores that failed last time, or that nobody has done an hour after their time."""
    return await db.all(
        Late,
        f"select name, execute_after as next_at, failed_at, reason {LATE} order by name",
        now,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job on its way: in a worker's hands, or waiting for its turn."""

    id: UUID
    kind: str
    made_at: datetime
    due_at: datetime
    is_under_way: bool
    tries: int
    reason: str
    step: str


async def waiting(db: Db) -> list[Waiting]:
    return await db.all(
        Waiting,
        """select id, kind, made_at, due_at, is_under_way, tries, reason, step from job where parked_at is null
           order by due_at limit 100""",
    )


@dataclass(frozen=True, slots=True)
class Chore:
    name: str
    next_at: datetime
    is_under_way: bool
    done_at: datetime | None
    failed_at: datetime | None
    reason: str


async def chores(db: Db) -> list[Chore]:
    return await db.all(
        Chore,
        """select name, execute_after as next_at, status = 'picked' as is_under_way, done_at, failed_at, reason
             from chore join pgqueuer on dedupe_key = name and status in ('queued', 'picked') order by name""",
    )


@dataclass(frozen=True, slots=True)
class Health:
    """Of everything that happens by itself, and of mail in particular."""

    waiting: int
    parked: int
    oldest: datetime | None
    late: int
    mail_waiting: int
    mail_parked: int
    mail_oldest: datetime | None


async def health(db: Db, now: datetime) -> Health:
    found = await db.one(
        Health,
        f"""select count(*) filter (where parked_at is null) as waiting, count(parked_at) as parked,
                  min(made_at) filter (where parked_at is null) as oldest, (select count(*) {LATE}) as late,
                  count(*) filter (where kind ~ 'mail' and parked_at is null) as mail_waiting,
                  count(parked_at) filter (where kind ~ 'mail') as mail_parked,
                  min(made_at) filter (where kind ~ 'mail' and parked_at is null) as mail_oldest from job""",
        now,
    )
    assert found is not None
    return found
