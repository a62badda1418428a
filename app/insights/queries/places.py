"""The gyms that somebody may look at."""

from dataclasses import dataclass
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class GymLine:
    id: UUID
    name: str


async def gyms(db: Db, ids: tuple[UUID, ...]) -> list[GymLine]:
    return await db.all(GymLine, "select id, name from gym where id = any($1::uuid[]) order by name", list(ids))
