"""A coach writes one member's next week: in the coach's own plan for that member alone, otherwise in a copy made for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from app.actor import Actor
from app.db import Db, new_id
from app.plans.actions.editing import Asked, Changed, Home, Refused, change, free_name, make_plan, resolved
from app.plans.actions.following import assign
from app.plans.actions.versions import publish
from app.plans.queries import FollowedRow
from app.plans.rules import Day, Outline, Unit, write_plan
from app.plans.rules.changes import copied, write_days
from app.plans.rules.quick import HeardUnit


async def tailor(
    db: Db, actor: Actor, person_id: UUID, name: str, row: FollowedRow, heard: Sequence[HeardUnit], *, id: UUID, now: datetime
) -> UUID | Refused | None:
    """The plan that this person trains by from now on. The same id twice is one act."""
    days = await _days(db, actor, heard)
    alone = await db.value(
        """select exists (select from plan p where p.id = $1 and p.owner_id = $2 and not exists (
               select from following f where f.plan_id = p.id and f.ended_at is null and f.person_id <> $3))""",
        *(row.plan_id, actor.person_id, person_id),
    )
    made = await (_rewritten(db, actor, row, days, id, now) if alone else _copied(db, actor, name, row, days, id, now))
    if made is None or isinstance(made, Refused):
        return made
    published = await publish(db, actor, made, id=new_id(), now=now)
    if isinstance(published, Refused):
        return published
    if made != row.plan_id:
        await db.run("update following set ended_at = $2 where id = $1 and ended_at is null", row.following_id, now)
    if await assign(db, actor, made, [person_id], row.starts_on, id=id, now=now) != 1:
        return None
    await db.run(  # what was done of the old one is done
        """update plan_day_done d set following_id = f.id from following f
           where d.following_id = $1 and f.person_id = $2 and f.plan_id = $3 and f.ended_at is null and f.id <> $1""",
        *(row.following_id, person_id, made),
    )
    return made


async def _days(db: Db, actor: Actor, heard: Sequence[HeardUnit]) -> tuple[Day, ...]:
    lines = iter(await resolved(db, actor, [one.line for unit in heard for one in unit.lines]))
    found: dict[int, list[Unit]] = {}
    for unit in heard:
        own = tuple(next(lines) for _line in unit.lines)
        found.setdefault(unit.day, []).append(Unit(new_id(), unit.name or f"# {unit.day}", own, unit.description))
    return tuple(Day(number, tuple(units)) for number, units in sorted(found.items()))


async def _rewritten(
    db: Db, actor: Actor, row: FollowedRow, days: tuple[Day, ...], id: UUID, now: datetime
) -> UUID | Refused | None:
    asked = Asked("week", (write_plan(Outline("", days=days)),))
    outcome = await change(db, actor, Home("plan", row.plan_id), asked, write_days(days), id=id, now=now)
    return row.plan_id if isinstance(outcome, Changed) else outcome if isinstance(outcome, Refused) else None


async def _copied(
    db: Db, actor: Actor, name: str, row: FollowedRow, days: tuple[Day, ...], id: UUID, now: datetime
) -> UUID | Refused:
    own = uuid5(id, "plan")
    if await db.value("select true from plan where id = $1 and owner_id = $2", own, actor.person_id):
        return own
    content: Outline = copied(write_days(days)(row.content), new_id)
    title = await free_name(db, "plan", actor.person_id, f"{row.plan_name[:60]} · {name[:30]}")
    return await make_plan(
        db, actor, replace(content, name=title), id=own, now=now, from_id=row.plan_id, from_version=row.version
    )
