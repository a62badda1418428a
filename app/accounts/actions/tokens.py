"""Tokens of devices and programs: short ones that open, one that renews and is good for one use."""

from datetime import datetime, timedelta
from uuid import UUID

from app.accounts.queries.tokens import Family, family
from app.db import Db

ACCESS_LIFE = timedelta(minutes=10)
FAMILY_LIFE = timedelta(days=90)


async def start_family(
    db: Db, *, id: UUID, gym_id: UUID, name: str, now: datetime, person_id: UUID | None = None, device_id: UUID | None = None
) -> None:
    await db.run(
        """insert into token_family (id, person_id, device_id, gym_id, name, generation, made_at, seen_at, ends_at)
           values ($1, $2, $3, $4, $5, 1, $6, $6, $7)""",
        id, person_id, device_id, gym_id, name[:200], now, now + FAMILY_LIFE,
    )  # fmt: skip


async def hand_out(db: Db, family_id: UUID, *, id: UUID, now: datetime) -> datetime:
    ends_at = now + ACCESS_LIFE
    await db.run("insert into access_token (id, family_id, ends_at) values ($1, $2, $3)", id, family_id, ends_at)
    return ends_at


async def renew(db: Db, family_id: UUID, generation: int, *, now: datetime) -> Family | None:
    """The next generation. None: an old refresh token, which means that two hold it."""
    moved = await db.run(
        """update token_family set generation = generation + 1, seen_at = $3, ends_at = $4
            where id = $1 and generation = $2 and revoked_at is null and ends_at > $3""",
        family_id, generation, now, now + FAMILY_LIFE,
    )  # fmt: skip
    return await family(db, family_id) if moved else None


async def revoke_family(db: Db, family_id: UUID, *, now: datetime) -> None:
    await db.run("update token_family set revoked_at = $2 where id = $1 and revoked_at is null", family_id, now)
    await db.run("delete from access_token where family_id = $1", family_id)


async def revoke_token(db: Db, token_id: UUID) -> None:
    await db.run("delete from access_token where id = $1", token_id)
