"""Training by a plan: from a day on, in one version, by own choice or because a coach said so."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from app.actor import Actor
from app.db import Db
from app.plans.access import WRITES_PLAN, who
from app.plans.actions.editing import Refused
from app.plans.actions.versions import newest_for


async def start(db: Db, actor: Actor, plan_id: UUID, starts_on: date, *, id: UUID, now: datetime) -> UUID | Refused | None:
    """From that day on this is the plan; whatever one followed before ends."""
    if await db.value("select true from following where id = $1 and person_id = $2", id, actor.person_id):
        return id
    found = await newest_for(db, actor, plan_id, now)
    if found is None or isinstance(found, Refused):
        return found
    await db.run("update following set ended_at = $2 where person_id = $1 and ended_at is null", actor.person_id, now)
    await db.run(
        """insert into following (id, person_id, plan_id, version_id, starts_on, created_at) values ($1, $2, $3, $4, $5, $6)
           on conflict do nothing""",
        *(id, actor.person_id, plan_id, found.id, starts_on, now),
    )
    return id


async def stop(db: Db, actor: Actor, plan_id: UUID, *, now: datetime) -> bool:
    return bool(
        await db.run(
            "update following set ended_at = $3 where person_id = $1 and plan_id = $2 and ended_at is null",
            *(actor.person_id, plan_id, now),
        )
    )


async def switch(db: Db, actor: Actor, plan_id: UUID) -> bool:
    """On to the latest version, when the follower says so and not before."""
    return bool(
        await db.run(
            """update following f set version_id = v.id from plan p join plan_version v on v.plan_id = p.id
               and v.number = p.latest_version
               where f.person_id = $1 and f.plan_id = $2 and p.id = $2 and f.ended_at is null and f.version_id <> v.id""",
            *(actor.person_id, plan_id),
        )
    )


async def assign(
    db: Db, actor: Actor, plan_id: UUID, people: Sequence[UUID], starts_on: date, *, id: UUID, now: datetime
) -> int | Refused | None:
    """A coach gives members a plan from a day on. They see it from then, may read it, and may stop. How many got it."""
    theirs = await db.value(
        f"select true from plan p where p.id = $4 and (p.sharing = 'gym' or {WRITES_PLAN})", *who(actor, now), plan_id
    )
    found = await newest_for(db, actor, plan_id, now) if theirs else None
    if found is None or isinstance(found, Refused):
        return found
    members = await db.column(
        """select o.id from person o where o.id = any($1::uuid[]) and o.is_active and o.id <> $3
           and exists (select from role_grant rg join role r on r.id = rg.role_id where rg.person_id = o.id
                       and r.name = 'member' and (rg.gym_id = $2 or rg.gym_id is null))""",
        *(list(people), actor.gym_id, actor.person_id),
    )
    await _let_them_read(db, actor, plan_id, members, now)
    await db.run(
        """insert into following (id, person_id, plan_id, version_id, starts_on, assigned_by, created_at)
           select * from unnest($1::uuid[], $2::uuid[], array_fill($3::uuid, array[cardinality($2::uuid[])]),
               array_fill($4::uuid, array[cardinality($2::uuid[])]), array_fill($5::date, array[cardinality($2::uuid[])]),
               array_fill($6::uuid, array[cardinality($2::uuid[])]), array_fill($7::timestamptz, array[cardinality($2::uuid[])]))
           on conflict (person_id, plan_id) where ended_at is null do update
           set version_id = excluded.version_id, starts_on = excluded.starts_on, assigned_by = excluded.assigned_by""",
        *([uuid5(id, str(member)) for member in members], members, plan_id, found.id, starts_on, actor.person_id, now),
    )
    return len(members)


async def _let_them_read(db: Db, actor: Actor, plan_id: UUID, members: Sequence[UUID], now: datetime) -> None:
    await db.run(
        """insert into plan_access (plan_id, person_id, granted_by, level, granted_at)
           select p.id, member, $3, 'read', $4 from plan p, unnest($2::uuid[]) member
           where p.id = $1 and p.sharing <> 'gym' and p.owner_id is distinct from member on conflict do nothing""",
        *(plan_id, list(members), actor.person_id, now),
    )
    await db.run("update plan set sharing = 'shared' where id = $1 and sharing = 'private'", plan_id)


async def day_done(db: Db, following_id: UUID, *, day_number: int, workout_id: UUID, on: date) -> None:
    """A workout was this day of the plan. Told twice it counts once; told otherwise later, the later word counts."""
    await db.run(
        """insert into plan_day_done (following_id, workout_id, day_number, done_on) values ($1, $2, $3, $4)
           on conflict (following_id, workout_id) do update set day_number = excluded.day_number, done_on = excluded.done_on""",
        *(following_id, workout_id, day_number, on),
    )


async def day_undone(db: Db, workout_id: UUID) -> None:
    """The workout was aborted or deleted."""
    await db.run("delete from plan_day_done where workout_id = $1", workout_id)


__all__ = ["assign", "day_done", "day_undone", "start", "stop", "switch"]
