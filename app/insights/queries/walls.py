"""The screens that show Today without anybody signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Wall:
    id: UUID
    gym_id: UUID
    gym: str
    name: str
    zone: str
    currency: str
    with_money: bool
    made_at: datetime


WALL = """select w.id, w.gym_id, g.name as gym, w.name, g.zone, g.currency, w.with_money, w.made_at
            from owner_wall w join gym g on g.id = w.gym_id where w.ended_at is null"""


async def by_key(db: Db, key_hash: bytes) -> Wall | None:
    return await db.one(Wall, f"{WALL} and w.key_hash = $1", key_hash)


async def walls(db: Db, gym_ids: Sequence[UUID]) -> list[Wall]:
    return await db.all(Wall, f"{WALL} and w.gym_id = any($1::uuid[]) order by w.made_at", list(gym_ids))
