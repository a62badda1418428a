"""Published versions: what readers and followers see. They are never changed, only followed by later ones."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db, new_id
from app.plans.access import READS_PLAN, WRITES_PLAN, who
from app.plans.actions.editing import Asked, Home, Outcome, Refused, change
from app.plans.outlines import as_json, plan_draft
from app.plans.rules.changes import copied
from app.plans.rules.outline import Fault, Outline, settled


@dataclass(frozen=True, slots=True)
class Published:
    id: UUID
    number: int
    content: Outline


async def publish(db: Db, actor: Actor, plan_id: UUID, *, id: UUID, now: datetime) -> Published | Refused | None:
    """The draft as it stands becomes the next version, unless it says the same as the last one."""
    locked = await db.value(f"select true from plan p where p.id = $4 and {WRITES_PLAN} for update", *who(actor, now), plan_id)
    draft = await plan_draft(db, plan_id) if locked else None
    if draft is None:
        return None
    content = settled(draft.outline)
    last = await latest(db, plan_id)
    if last is not None and last.content == content:
        return last
    if not content.lines:
        return Refused((Fault("day", "nothing_in_it"),))
    number = last.number + 1 if last else 1
    await db.run(
        "insert into plan_version (id, plan_id, number, content, published_by, published_at) values ($1, $2, $3, $4, $5, $6)",
        *(id, plan_id, number, as_json(content), actor.person_id, now),
    )
    await db.run("update plan set latest_version = $2 where id = $1", plan_id, number)
    return Published(id, number, content)


async def latest(db: Db, plan_id: UUID) -> Published | None:
    return await db.one(
        Published, "select id, number, content from plan_version where plan_id = $1 order by number desc limit 1", plan_id
    )


async def newest_for(db: Db, actor: Actor, plan_id: UUID, now: datetime) -> Published | Refused | None:
    """What this person would start with: their own draft published, or somebody else's latest version."""
    mine = await publish(db, actor, plan_id, id=new_id(), now=now)
    if mine is not None:
        return mine
    readable = await db.value(f"select true from plan p where p.id = $4 and {READS_PLAN}", *who(actor, now), plan_id)
    return await latest(db, plan_id) if readable else None


@dataclass(frozen=True, slots=True)
class Later:
    plan_id: UUID
    number: int
    content: Outline
    copied_version: int | None
    before: Outline | None


async def later(db: Db, actor: Actor, copy_id: UUID, now: datetime) -> Later | None:
    """The newest version of what a copy came from, if there is a newer one and it may still be seen."""
    return await db.one(
        Later,
        f"""select p.id as plan_id, v.number, v.content, mine.copied_version, was.content as before
            from plan mine join plan p on p.id = mine.copied_from_id
            join plan_version v on v.plan_id = p.id and v.number = p.latest_version
            left join plan_version was on was.plan_id = p.id and was.number = mine.copied_version
            where mine.id = $4 and mine.owner_id = $1 and v.number > coalesce(mine.copied_version, 0) and {READS_PLAN}""",
        *(*who(actor, now), copy_id),
    )


async def take_later(db: Db, actor: Actor, copy_id: UUID, *, id: UUID, now: datetime) -> Outcome:
    """The copy says what the newer version says. Undo brings one's own back."""
    newer = await later(db, actor, copy_id, now)
    if newer is None:
        return None
    fresh = copied(newer.content, new_id)

    def step(mine: Outline) -> Outline:
        return Outline(mine.name, fresh.difficulty, fresh.days, fresh.description, fresh.goal, fresh.weeks, fresh.cycle_days)

    outcome = await change(db, actor, Home("plan", copy_id), Asked("take_later", (newer.number,)), step, id=id, now=now)
    await db.run("update plan set copied_version = $2 where id = $1", copy_id, newer.number)
    return outcome


async def decline_later(db: Db, actor: Actor, copy_id: UUID, *, now: datetime) -> bool:
    newer = await later(db, actor, copy_id, now)
    if newer is None:
        return False
    await db.run("update plan set declined_version = $2 where id = $1", copy_id, newer.number)
    return True
