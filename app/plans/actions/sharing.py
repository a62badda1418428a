"""Letting others see a plan, and no longer letting them: both take effect with the next statement."""

from datetime import datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db, new_id
from app.plans.actions.editing import Refused
from app.plans.actions.versions import publish
from app.plans.rules.outline import SHARINGS, Fault


async def _owned(db: Db, actor: Actor, plan_id: UUID) -> bool:
    return bool(await db.value("select true from plan where id = $1 and owner_id = $2 for update", plan_id, actor.person_id))


async def open_to(db: Db, actor: Actor, plan_id: UUID, sharing: str, *, now: datetime) -> bool | Refused:
    """Private, shared with people, or gym-wide. What others will see is published first."""
    if sharing not in SHARINGS or not await _owned(db, actor, plan_id):
        return False
    if sharing == "gym" and not actor.can("plans.publish"):
        return Refused((Fault("sharing", "not_allowed"),))
    if sharing != "private":
        published = await publish(db, actor, plan_id, id=new_id(), now=now)
        if isinstance(published, Refused):
            return published
    await db.run(
        "update plan set sharing = $2, gym_id = coalesce($3, gym_id), updated_at = $4 where id = $1",
        *(plan_id, sharing, actor.gym_id if sharing == "gym" else None, now),
    )
    return True


async def grant(
    db: Db, actor: Actor, plan_id: UUID, person_id: UUID, level: str, *, now: datetime, expires_at: datetime | None = None
) -> bool | Refused:
    """To one person, never to oneself. A private plan becomes shared by it."""
    if person_id == actor.person_id:
        return Refused((Fault("email", "not_oneself"),))
    if not await _owned(db, actor, plan_id):
        return False
    published = await publish(db, actor, plan_id, id=new_id(), now=now)
    if isinstance(published, Refused) and level == "read":
        return published
    await db.run(
        """insert into plan_access (plan_id, person_id, granted_by, level, granted_at, expires_at) values ($1, $2, $3, $4, $5, $6)
           on conflict (plan_id, person_id) do update set level = excluded.level, granted_by = excluded.granted_by,
               expires_at = excluded.expires_at""",
        *(plan_id, person_id, actor.person_id, level, now, expires_at),
    )
    await db.run("update plan set sharing = 'shared' where id = $1 and sharing = 'private'", plan_id)
    return True


async def revoke_grant(db: Db, actor: Actor, plan_id: UUID, person_id: UUID) -> bool:
    if not await _owned(db, actor, plan_id):
        return False
    await db.run("delete from plan_access where plan_id = $1 and person_id = $2", plan_id, person_id)
    return True


async def make_link(
    db: Db, actor: Actor, plan_id: UUID, token: str, allows: str, *, id: UUID, now: datetime, expires_at: datetime | None = None
) -> bool | Refused:
    if not await _owned(db, actor, plan_id):
        return False
    published = await publish(db, actor, plan_id, id=new_id(), now=now)
    if isinstance(published, Refused):
        return published
    await db.run(
        """insert into share_link (id, plan_id, token, allows, made_by, made_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (id) do nothing""",
        *(id, plan_id, token, allows, actor.person_id, now, expires_at),
    )
    return True


async def revoke_link(db: Db, actor: Actor, plan_id: UUID, link_id: UUID, *, now: datetime) -> bool:
    if not await _owned(db, actor, plan_id):
        return False
    await db.run(
        "update share_link set revoked_at = $3 where id = $2 and plan_id = $1 and revoked_at is null", plan_id, link_id, now
    )
    return True


async def open_unit(db: Db, actor: Actor, unit_id: UUID, sharing: str, *, now: datetime) -> bool:
    """A unit that stands alone: for its owner, or for the whole gym."""
    if sharing not in {"private", "gym"} or (sharing == "gym" and not actor.can("plans.publish")):
        return False
    return bool(
        await db.run(
            """update training_unit set sharing = $3, gym_id = $4, updated_at = $5
               where id = $1 and owner_id = $2 and plan_id is null""",
            *(unit_id, actor.person_id, sharing, actor.gym_id, now),
        )
    )
