"""One member's visits and attempts: the Visits tab of their record."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Try:
    """One tap of this member, whatever was said to it."""

    id: UUID
    at: datetime
    gym: str
    outcome: str
    codes: list[str]
    channel: str
    is_visit: bool
    is_undone: bool
    left_at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """How often somebody comes."""

    total: int
    month: int
    last: date | None = None


async def tries_of(db: Db, member_id: UUID, gym_ids: tuple[UUID, ...], before: datetime | None, *, limit: int = 50) -> list[Try]:
    return await db.all(
        Try,
        """select a.id, a.at, g.name as gym, a.outcome, a.codes, a.channel, v.id is not null as is_visit, coalesce(v.is_undone, false) as is_undone,
                  v.left_at, p.name as by
             from attempt a join gym g on g.id = a.gym_id left join visit v on v.id = a.id left join person p on p.id = a.by
            where a.member_id = $1 and a.gym_id = any($2) and ($3::timestamptz is null or a.at < $3)
            order by a.at desc, a.id desc limit $4""",
        member_id,
        list(gym_ids),
        before,
        limit,
    )


async def coming(db: Db, member_id: UUID, day: date) -> Coming:
    found = await db.one(
        Coming,
        """select count(*) as total, count(*) filter (where day > $2::date - 30) as month, max(day) as last
             from visit where member_id = $1 and not is_undone""",
        member_id,
        day,
    )
    assert found is not None
    return found
