"""Turnstiles, desks and other programs: each with a key of its own, each can be shut out."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db


async def add_device(
    db: Db, actor: Actor, name: str, kind: str, permissions: Collection[str], key_hash: bytes, *, id: UUID, now: datetime
) -> bool:
    """False: this form was sent before, its key has been shown and is not known any more."""
    new = await db.run(
        """insert into device (id, gym_id, name, kind, permissions, key_hash, made_by, made_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing""",
        id, actor.gym_id, name, kind, sorted(set(permissions) & actor.permissions), key_hash, actor.person_id, now,
    )  # fmt: skip
    if new:
        after = {"name": name, "kind": kind, "permissions": sorted(permissions)}
        await audit(db, actor, "device.added", subject="device", subject_id=id, after=after, now=now)
    return bool(new)


async def revoke_device(db: Db, actor: Actor, id: UUID, *, now: datetime) -> bool:
    """From its next request on: its key, its tokens, and the PIN at that desk."""
    found = await db.run(
        "update device set revoked_at = coalesce(revoked_at, $3) where id = $1 and gym_id = $2", id, actor.gym_id, now
    )
    if found:
        await db.run("update token_family set revoked_at = $2 where device_id = $1 and revoked_at is null", id, now)
        await db.run("update sign_in set desk_id = null where desk_id = $1", id)
        await audit(db, actor, "device.revoked", subject="device", subject_id=id, now=now)
    return bool(found)
