"""What happens to a session between sign-in and sign-out."""

from datetime import datetime
from uuid import UUID

from app.accounts import rules
from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db


async def second_factor_done(db: Db, session_id: UUID, token_hash: bytes) -> None:
    """The session goes on under a new id."""
    await db.run("update sign_in set is_second_factor_done = true, token_hash = $2 where id = $1", session_id, token_hash)


async def confirm(db: Db, session_id: UUID, token_hash: bytes, *, now: datetime) -> None:
    """The password was given again: dangerous acts may go on, under a new id."""
    await db.run(
        "update sign_in set fresh_at = $3, seen_at = $3, token_hash = $2, locked_at = null, pin_tries = 0 where id = $1",
        session_id, token_hash, now,
    )  # fmt: skip


async def lock(db: Db, session_id: UUID, *, now: datetime) -> None:
    await db.run("update sign_in set locked_at = $2 where id = $1 and locked_at is null", session_id, now)


async def count_pin(db: Db, session_id: UUID) -> bool:
    """Counted before it is looked at; after five it is the password again."""
    return bool(
        await db.run("update sign_in set pin_tries = pin_tries + 1 where id = $1 and pin_tries < $2", session_id, rules.PIN_TRIES)
    )


async def unlock(db: Db, session_id: UUID, token_hash: bytes, *, now: datetime) -> None:
    await db.run(
        "update sign_in set locked_at = null, pin_tries = 0, seen_at = $3, token_hash = $2 where id = $1",
        session_id,
        token_hash,
        now,
    )


async def set_pin(db: Db, actor: Actor, pin_hash: str | None, *, now: datetime) -> None:
    await db.run("update person set pin_hash = $2 where id = $1", actor.person_id, pin_hash)
    await audit(db, actor, "pin.set" if pin_hash else "pin.removed", subject="person", subject_id=actor.person_id, now=now)


async def end_one(db: Db, actor: Actor, session_id: UUID, *, now: datetime) -> bool:
    """One of my own, from the list of devices."""
    gone = await db.run("delete from sign_in where id = $1 and person_id = $2", session_id, actor.person_id)
    if gone:
        await audit(db, actor, "session.ended", subject="person", subject_id=actor.person_id, now=now)
    return bool(gone)


async def change_gym(db: Db, actor: Actor, gym_id: UUID, token_hash: bytes) -> bool:
    """Staff of several gyms work in one of them at a time; other powers there, so another id."""
    if gym_id not in actor.gym_ids:
        return False
    return bool(
        await db.run("update sign_in set gym_id = $2, token_hash = $3 where id = $1", actor.session_id, gym_id, token_hash)
    )


async def touch(db: Db, session_id: UUID, seen_at: datetime, ends_at: datetime) -> None:
    """Still here; written down coarsely, and never for a session that has been ended or locked meanwhile."""
    await db.run(
        "update sign_in set seen_at = $2, ends_at = $3 where id = $1 and locked_at is null and seen_at < $2",
        session_id,
        seen_at,
        ends_at,
    )


async def sweep(db: Db, now: datetime) -> None:
    await db.run("delete from sign_in where ends_at < $1", now)
    await db.run("delete from challenge where ends_at < $1", now)
    await db.run("delete from access_token where ends_at < $1", now)
