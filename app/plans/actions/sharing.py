"""Letting others see a plan or a unit, and no longer letting them: both take effect with the next statement."""

from datetime import datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db, new_id
from app.plans.actions.editing import Home, Refused
from app.plans.actions.versions import publish
from app.plans.rules.outline import SHARINGS, Fault

TABLES = {"plan": "plan", "unit": "training_unit"}


async def _owned(db: Db, actor: Actor, home: Home) -> bool:
    alone = "and plan_id is null" if home.kind == "unit" else ""
    sql = f"select true from {TABLES[home.kind]} where id = $1 and owner_id = $2 {alone} for update"
    return bool(await db.value(sql, home.id, actor.person_id))


async def _published(db: Db, actor: Actor, home: Home, now: datetime) -> Refused | None:
    """Others see published versions of a plan; a unit is seen as it stands."""
    if home.kind == "unit":
        return None
    outcome = await publish(db, actor, home.id, id=new_id(), now=now)
    return outcome if isinstance(outcome, Refused) else None


async def open_to(db: Db, actor: Actor, home: Home, sharing: str, *, now: datetime) -> bool | Refused:
    """Private, shared with people, or gym-wide. What others will see is published first."""
    if sharing not in SHARINGS or not await _owned(db, actor, home):
        return False
    if sharing == "gym" and not actor.can("plans.publish"):
        return Refused((Fault("sharing", "not_allowed"),))
    if sharing != "private" and (refused := await _published(db, actor, home, now)):
        return refused
    await db.run(
        f"update {TABLES[home.kind]} set sharing = $2, gym_id = coalesce($3, gym_id), updated_at = $4 where id = $1",
        *(home.id, sharing, actor.gym_id if sharing == "gym" else None, now),
    )
    return True


async def grant(
    db: Db, actor: Actor, home: Home, person_id: UUID, level: str, *, now: datetime, expires_at: datetime | None = None
) -> bool | Refused:
    """To one person, never to oneself. What was private becomes shared by it."""
    if person_id == actor.person_id:
        return Refused((Fault("email", "not_oneself"),))
    if not await _owned(db, actor, home):
        return False
    if (refused := await _published(db, actor, home, now)) and level == "read":
        return refused
    key = f"{home.kind}_id"
    await db.run(
        f"""insert into {home.kind}_access ({key}, person_id, granted_by, level, granted_at, expires_at)
            values ($1, $2, $3, $4, $5, $6)
            on conflict ({key}, person_id) do update set level = excluded.level, granted_by = excluded.granted_by,
                expires_at = excluded.expires_at""",
        *(home.id, person_id, actor.person_id, level, now, expires_at),
    )
    await db.run(f"update {TABLES[home.kind]} set sharing = 'shared' where id = $1 and sharing = 'private'", home.id)
    return True


async def revoke_grant(db: Db, actor: Actor, home: Home, person_id: UUID) -> bool:
    if not await _owned(db, actor, home):
        return False
    await db.run(f"delete from {home.kind}_access where {home.kind}_id = $1 and person_id = $2", home.id, person_id)
    return True


async def make_link(
    db: Db, actor: Actor, home: Home, token: str, allows: str, *, id: UUID, now: datetime, expires_at: datetime | None = None
) -> bool | Refused:
    if not await _owned(db, actor, home):
        return False
    if refused := await _published(db, actor, home, now):
        return refused
    await db.run(
        f"""insert into share_link (id, {home.kind}_id, token, allows, made_by, made_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing""",
        *(id, home.id, token, allows, actor.person_id, now, expires_at),
    )
    return True


async def revoke_link(db: Db, actor: Actor, home: Home, link_id: UUID, *, now: datetime) -> bool:
    if not await _owned(db, actor, home):
        return False
    await db.run(
        f"update share_link set revoked_at = $3 where id = $2 and {home.kind}_id = $1 and revoked_at is null",
        *(home.id, link_id, now),
    )
    return True
