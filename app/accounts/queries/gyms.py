"""The gym itself."""

from dataclasses import dataclass
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Gym:
    id: UUID
    name: str
    zone: str
    currency: str
    locale: str
    units: str
    country: str
    capacity: int | None


async def gym(db: Db, id: UUID) -> Gym:
    found = await db.one(Gym, "select id, name, zone, currency, locale, units, country, capacity from gym where id = $1", id)
    assert found is not None
    return found


async def name_taken(db: Db, id: UUID, name: str) -> bool:
    return bool(await db.value("select exists(select from gym where lower(name) = lower($2) and id <> $1)", id, name))
