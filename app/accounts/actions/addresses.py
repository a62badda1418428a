"""The e-mail that somebody signs in with: asked for, confirmed from its own mailbox, changed once."""

from datetime import datetime
from uuid import UUID

from app.accounts import rules
from app.accounts.actions import audit, end_sessions
from app.accounts.queries.addresses import Wanted
from app.actor import Actor
from app.db import Db


async def ask_for(db: Db, actor: Actor, email: str, key_hash: bytes, *, id: UUID, now: datetime) -> datetime | None:
    """Until when the link works that goes to the new address. None: this very wish is known already."""
    ends_at = now + rules.LINK_LIFE["email"]
    # One person's links are made one after the other, so that exactly one stays alive.
    await db.run("select from person where id = $1 for update", actor.person_id)
    if await db.value("select exists(select from link where id = $1)", id):
        return None
    await db.run(
        "update link set replaced_at = $2 where person_id = $1 and used_at is null and replaced_at is null", actor.person_id, now
    )
    await db.run(
        """insert into link (id, person_id, purpose, token_hash, email, made_by, made_at, ends_at)
           values ($1, $2, 'email', $3, $4, $2, $5, $6)""",
        id, actor.person_id, key_hash, email, now, ends_at,
    )  # fmt: skip
    await audit(db, actor, "email.asked", subject="person", subject_id=actor.person_id, now=now)
    return ends_at


async def confirm(db: Db, wanted: Wanted, key_hash: bytes, *, now: datetime) -> bool:
    """False: somebody was faster, or the link has died meanwhile."""
    used = await db.run(
        """update link set used_at = $2 where token_hash = $1 and purpose = 'email'
              and used_at is null and replaced_at is null and ends_at > $2""",
        key_hash,
        now,
    )
    if used:
        await change(db, None, wanted.person_id, wanted.email, keep=None, now=now)
    return bool(used)


async def change(db: Db, actor: Actor | None, person_id: UUID, email: str, *, keep: UUID | None, now: datetime) -> bool:
    """Ends every session but the one it was changed in. An address that somebody else has is a unique violation (409)."""
    changed = await db.run("update person set email = $2 where id = $1 and email is distinct from $2", person_id, email)
    if changed:
        await end_sessions(db, person_id, keep=keep)
        await audit(db, actor, "email.changed", subject="person", subject_id=person_id, now=now)
    return bool(changed)
