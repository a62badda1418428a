"""Devices and API tokens."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Family:
    id: UUID
    person_id: UUID | None
    device_id: UUID | None
    gym_id: UUID
    generation: int


async def family(db: Db, id: UUID) -> Family | None:
    return await db.one(Family, "select id, person_id, device_id, gym_id, generation from token_family where id = $1", id)


@dataclass(frozen=True, slots=True)
class Device:
    id: UUID
    gym_id: UUID
    name: str
    kind: str
    permissions: list[str]
    made_by: str
    made_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None


DEVICE = """
select d.id, d.gym_id, d.name, d.kind, d.permissions, p.name as made_by, d.made_at,
       greatest(d.seen_at, (select max(f.seen_at) from token_family f where f.device_id = d.id)) as seen_at, d.revoked_at
  from device d join person p on p.id = d.made_by
"""


async def devices(db: Db, gym_id: UUID) -> list[Device]:
    return await db.all(
        Device, DEVICE + " where d.gym_id = $1 order by d.revoked_at is not null, d.made_at desc limit 200", gym_id
    )


async def device(db: Db, gym_id: UUID, id: UUID) -> Device | None:
    return await db.one(Device, DEVICE + " where d.gym_id = $1 and d.id = $2", gym_id, id)


async def by_key(db: Db, key_hash: bytes, kinds: tuple[str, ...]) -> Device | None:
    return await db.one(
        Device, DEVICE + " where d.key_hash = $1 and d.kind = any($2) and d.revoked_at is null", key_hash, list(kinds)
    )
