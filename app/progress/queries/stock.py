"""The supplements' shelf and what was taken of it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Stocked:
    id: UUID
    name: str
    doses_per_day: int
    is_active: bool
    notes: str
    days: int


async def shelf(db: Db, person_id: UUID) -> list[Stocked]:
    return await db.all(
        Stocked,
        """select s.id, s.name, s.doses_per_day, s.is_active, s.notes,
             (select count(*) from supplement_day d where d.supplement_id = s.id) as days
           from supplement s where s.person_id = $1 order by s.is_active desc, lower(s.name)""",
        person_id,
    )


@dataclass(frozen=True, slots=True)
class Taken:
    day: date
    name: str
    doses_taken: int
    target: int


async def log(db: Db, person_id: UUID, first: date, last: date) -> list[Taken]:
    return await db.all(
        Taken,
        """select d.day, s.name, d.doses_taken, d.target from supplement_day d join supplement s on s.id = d.supplement_id
           where s.person_id = $1 and d.day between $2 and $3 order by d.day desc, lower(s.name) limit 2000""",
        person_id,
        first,
        last,
    )
