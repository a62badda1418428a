"""Screens that nobody signs in at, and locks on the gym's network."""

from datetime import datetime, timedelta
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db


async def add_screen(
    db: Db, actor: Actor, kind: str, name: str, *, key_hash: bytes, pin_hash: str | None, id: UUID, now: datetime
) -> bool:
    """False: this very form was sent before, and its key is known to nobody any more."""
    is_new = await db.run(
        """insert into door_screen (id, gym_id, kind, name, key_hash, pin_hash, made_by, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing""",
        id,
        actor.gym_id,
        kind,
        name,
        key_hash,
        pin_hash.encode() if pin_hash else None,
        actor.person_id,
        now,
    )
    if is_new:
        await audit(db, actor, "door_screen.add", now=now, subject=name, subject_id=id, after={"kind": kind})
    return bool(is_new)


async def end_screen(db: Db, actor: Actor, screen_id: UUID, *, now: datetime) -> bool:
    gone = await db.run(
        "update door_screen set ended_at = $3 where id = $1 and gym_id = $2 and ended_at is null",
        screen_id,
        actor.gym_id,
        now,
    )
    if gone:
        await audit(db, actor, "door_screen.end", now=now, subject_id=screen_id)
    return bool(gone)


PIN_TRIES, PIN_PAUSE = 5, timedelta(seconds=60)


async def try_pin(db: Db, screen_id: UUID, *, now: datetime) -> bool:
    """Counts the try before looking at it; after five wrong ones only one a minute."""
    return bool(
        await db.run(
            """update door_screen set pin_tries = pin_tries + 1, pin_tried_at = $2
            where id = $1 and ended_at is null and (pin_tries < $3 or pin_tried_at < $2::timestamptz - $4::interval)""",
            screen_id,
            now,
            PIN_TRIES,
            PIN_PAUSE,
        )
    )


async def leave_kiosk(db: Db, screen_id: UUID, *, now: datetime) -> None:
    await db.run("update door_screen set ended_at = $2 where id = $1 and ended_at is null", screen_id, now)


async def add_relay(db: Db, actor: Actor, name: str, url: str, channels: list[str], *, id: UUID, now: datetime) -> None:
    is_new = await db.run(
        "insert into relay (id, gym_id, name, url, channels) values ($1, $2, $3, $4, $5) on conflict (id) do nothing",
        id,
        actor.gym_id,
        name,
        url,
        channels,
    )
    if is_new:
        await audit(db, actor, "relay.add", now=now, subject=name, subject_id=id, after={"url": url})


async def remove_relay(db: Db, actor: Actor, relay_id: UUID, *, now: datetime) -> bool:
    gone = await db.run("delete from relay where id = $1 and gym_id = $2", relay_id, actor.gym_id)
    if gone:
        await audit(db, actor, "relay.remove", now=now, subject_id=relay_id)
    return bool(gone)
