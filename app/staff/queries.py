"""Reads of the rota: a week of a gym, one person's days, who is working now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db
from app.staff.rules import Span


@dataclass(frozen=True, slots=True)
class Planned:
    id: UUID
    person_id: UUID
    person: str
    starts_at: datetime
    ends_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    id: UUID
    person_id: UUID
    person: str
    began_at: datetime
    why: str = ""
    ended_at: datetime | None = None
    corrected_by: str | None = None

    def span(self, now: datetime) -> Span:
        return Span(self.began_at, self.ended_at or now)


async def planned(db: Db, gym_id: UUID, start: datetime, end: datetime, person_id: UUID | None = None) -> list[Planned]:
    return await db.all(
        Planned,
        """select r.id, r.person_id, p.name as person, r.starts_at, r.ends_at, r.note from rota_shift r join person p on p.id = r.person_id
            where r.gym_id = $1 and r.dropped_at is null and r.starts_at >= $2 and r.starts_at < $3 and ($4::uuid is null or r.person_id = $4)
            order by r.starts_at, lower(p.name)""",
        gym_id, start, end, person_id,
    )  # fmt: skip


async def worked(db: Db, gym_id: UUID, start: datetime, end: datetime, person_id: UUID | None = None) -> list[Worked]:
    return await db.all(
        Worked,
        """select w.id, w.person_id, p.name as person, w.began_at, w.ended_at, w.why, c.name as corrected_by
             from work_spell w join person p on p.id = w.person_id left join person c on c.id = w.corrected_by
            where w.gym_id = $1 and w.began_at >= $2 and w.began_at < $3 and ($4::uuid is null or w.person_id = $4)
            order by w.began_at""",
        gym_id, start, end, person_id,
    )  # fmt: skip


async def spell(db: Db, gym_id: UUID, id: UUID) -> Worked | None:
    return await db.one(
        Worked,
        """select w.id, w.person_id, p.name as person, w.began_at, w.ended_at, w.why from work_spell w join person p on p.id = w.person_id
            where w.id = $1 and w.gym_id = $2""",
        id, gym_id,
    )  # fmt: skip


async def working(db: Db, person_id: UUID) -> Worked | None:
    return await db.one(
        Worked,
        """select w.id, w.person_id, p.name as person, w.began_at, w.ended_at, w.why from work_spell w join person p on p.id = w.person_id
            where w.person_id = $1 and w.ended_at is null""",
        person_id,
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    id: UUID
    name: str


async def colleagues(db: Db, gym_id: UUID) -> list[Colleague]:
    """Whoever works at this gym."""
    return await db.all(
        Colleague,
        """select p.id, p.name from person p where p.is_active and exists (
             select from role_grant h join role r on r.id = h.role_id
              where h.person_id = p.id and r.name <> 'member' and (h.gym_id is null or h.gym_id = $1)) order by lower(p.name), p.id""",
        gym_id,
    )
