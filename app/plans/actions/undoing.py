"""Taking back the last thing that was done to a plan or a unit, and doing it after all."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.plans.actions.editing import Asked, Changed, Home, Outcome, Refused, draft_of, locked, noted, rewrite
from app.plans.outlines import as_json
from app.plans.queries import CAN_REDO
from app.plans.rules.outline import Fault, Outline


@dataclass(frozen=True, slots=True)
class Last:
    id: UUID
    person_id: UUID
    at: datetime
    before: Outline


async def undo(db: Db, actor: Actor, home: Home, *, id: UUID, now: datetime) -> Outcome:
    """The last thing that was done to it, if it was this person who did it. What stood there until now is kept for redo."""
    if not await locked(db, actor, home, now):
        return None
    draft = await draft_of(db, home)
    if draft is None:
        return None
    if await noted(db, actor, home, Asked("undo"), id, now) is not None:
        return Changed(draft.outline, is_new=False)
    last = await db.one(
        Last,
        """select id, person_id, at, before from plan_edit where coalesce(plan_id, unit_id) = $1 and before is not null
           and undone_at is null and act <> 'undo' order by at desc, id desc limit 1""",
        home.id,
    )
    if last is None:
        return Refused((Fault("", "nothing_to_undo"),))
    if last.person_id != actor.person_id:
        return Refused((Fault("", "not_yours_to_undo"),))
    await db.run("update plan_edit set undone_at = $2 where id = $1", last.id, now)
    await db.run("update plan_edit set before = $2 where id = $1", id, as_json(draft.outline))
    await rewrite(db, home, draft, last.before, now)
    return Changed(last.before)


async def redo(db: Db, actor: Actor, home: Home, *, id: UUID, now: datetime) -> Outcome:
    """What was undone last, as long as nobody has written anything since."""
    if not await locked(db, actor, home, now):
        return None
    draft = await draft_of(db, home)
    if draft is None:
        return None
    if await noted(db, actor, home, Asked("redo"), id, now) is not None:
        return Changed(draft.outline, is_new=False)
    last = await db.one(
        Last,
        f"""select e.id, e.person_id, e.at, e.before from plan_edit e
            where coalesce(e.plan_id, e.unit_id) = $2 and e.person_id = $1 and {CAN_REDO} order by e.at desc, e.id desc limit 1""",
        *(actor.person_id, home.id),
    )
    if last is None:
        return Refused((Fault("", "nothing_to_redo"),))
    await db.run("update plan_edit set undone_at = $2 where id = $1", last.id, now)
    await db.run(
        "update plan_edit set undone_at = null where coalesce(plan_id, unit_id) = $1 and undone_at = $2 and act <> 'undo'",
        *(home.id, last.at),
    )
    await rewrite(db, home, draft, last.before, now)
    return Changed(last.before)
