"""Invitations, resets and codes: a way in that works once."""

from datetime import datetime
from uuid import UUID

from app.accounts import rules
from app.accounts.actions import audit, end_sessions
from app.actor import Actor
from app.db import Db


async def make_link(
    db: Db, actor: Actor | None, person_id: UUID, purpose: str, key_hash: bytes, *, id: UUID, now: datetime
) -> datetime:
    """Until when it works. Whatever link this person had before is worth nothing now."""
    ends_at = now + rules.LINK_LIFE[purpose]
    # One person's links are made one after the other, so that exactly one stays alive.
    await db.run("select from person where id = $1 for update", person_id)
    await db.run(
        "update link set replaced_at = $2 where person_id = $1 and used_at is null and replaced_at is null", person_id, now
    )
    await db.run(
        "insert into link (id, person_id, purpose, token_hash, made_by, made_at, ends_at) values ($1, $2, $3, $4, $5, $6, $7)",
        id, person_id, purpose, key_hash, actor.person_id if actor else None, now, ends_at,
    )  # fmt: skip
    await audit(db, actor, f"link.{purpose}", subject="person", subject_id=person_id, now=now)
    return ends_at


async def use_link(db: Db, key_hash: bytes, password_hash: str, *, now: datetime) -> UUID | None:
    """Sets the password and ends every session. None: somebody was faster, or it has died meanwhile."""
    person_id: UUID | None = await db.value(
        """update link set used_at = $2 where token_hash = $1 and purpose <> 'email' and used_at is null and replaced_at is null and ends_at > $2
           returning person_id""",
        key_hash,
        now,
    )
    if person_id is None:
        return None
    await db.run("update person set password_hash = $2 where id = $1 and is_active", person_id, password_hash)
    await end_sessions(db, person_id)
    await audit(db, None, "password.by_link", subject="person", subject_id=person_id, now=now)
    return person_id
