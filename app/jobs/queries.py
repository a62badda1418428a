"""What waits, what is stuck, and which chore is late: for the owner's page, for health and for doctor."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db


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
    next_at: datetime
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
        """select name, next_at, failed_at, reason from chore
           where failed_at is not null or next_at < $1::timestamptz - interval '1 hour' order by name""",
        now,
    )
