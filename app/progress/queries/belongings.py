"""What was packed for somebody, and whether they asked to be forgotten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Packed:
    id: UUID
    state: str
    done: int
    parts: int
    size: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Leaving:
    due_at: datetime


async def belongings_of(db: Db, person_id: UUID) -> dict[str, Any]:
    packed = await db.one(
        Packed,
        "select id, state, done, parts, size, asked_at from belongings where person_id = $1 order by asked_at desc limit 1",
        person_id,
    )
    leaving = await db.one(
        Leaving, "select due_at from leaving where person_id = $1 and done_at is null and taken_back_at is null", person_id
    )
    return {"packed": packed, "leaving": leaving}


async def pieces_of(db: Db, person_id: UUID, id: UUID) -> list[int]:
    """The numbers of a ready ZIP's pieces; none when it is not theirs or not ready."""
    return await db.column(
        """select p.position from belongings b join belongings_part p on p.belongings_id = b.id
           where b.id = $1 and b.person_id = $2 and b.state = 'ready' order by p.position""",
        id,
        person_id,
    )


async def piece(db: Db, id: UUID, position: int) -> bytes:
    content: bytes = await db.value(
        "select content from belongings_part where belongings_id = $1 and position = $2", id, position
    )
    return content
