"""Where workouts and plans meet: start a planned day, tell the plan that it is done, write outgrown weights back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.actor import Actor
from app.db import Db, new_id
from app.plans import queries as plans
from app.plans.actions import editing, following, versions
from app.plans.rules import Unit
from app.plans.rules.changes import Step
from app.plans.rules.outline import Outline
from app.training.actions.starting import Opening
from app.training.rules.outcome import Outgrown
from app.training.rules.weights import shown


async def planned_day(db: Db, actor: Actor, following_id: UUID, day: int | None, today: date) -> Opening | None:
    """The day that is due, or any other day of a plan that this person follows."""
    due = await plans.next_day(db, actor.person_id, today)
    if due is not None and due.following_id == following_id and day in (None, due.when.day_number):
        return _opening(due.units, due.plan_name, due.plan_id, following_id, due.when.day_number, due.when.round)
    other = await plans.day_of_following(db, actor.person_id, following_id, day) if day else None
    if other is None:
        return None
    plan_id = await db.value("select plan_id from following where id = $1", following_id)
    return _opening(other[1], other[0], plan_id, following_id, day, 1)


async def lone_unit(db: Db, actor: Actor, unit_id: UUID, now: datetime) -> Opening | None:
    found = await plans.unit_for_workout(db, actor, unit_id, now)
    if found is None:
        return None
    return Opening(found.unit.lines, found.plan_id, unit_id, None, found.plan_name, found.unit.name)


def _opening(
    units: Sequence[Unit], plan_name: str, plan_id: UUID | None, following_id: UUID, day: int | None, week: int
) -> Opening:
    lines = tuple(line for unit in units for line in unit.lines)
    name = " + ".join(unit.name for unit in units)
    return Opening(lines, plan_id, units[0].id if units else None, following_id, plan_name, name, day, week)


@dataclass(frozen=True, slots=True)
class _Told:
    following_id: UUID
    day_number: int
    started_on: date
    status: str


async def tell_plan(db: Db, person_id: UUID, workout_id: UUID) -> None:
    """The plan moves on when its day was done, and back when that workout is discarded or resumed."""
    told = await db.one(
        _Told,
        """select following_id, day_number, started_on, status from workout
           where id = $1 and person_id = $2 and following_id is not null and day_number is not null""",
        workout_id,
        person_id,
    )
    if told is None:
        return
    if told.status == "completed":
        await following.day_done(db, told.following_id, day_number=told.day_number, workout_id=workout_id, on=told.started_on)
    else:
        await following.day_undone(db, workout_id)


async def grow(db: Db, actor: Actor, plan_id: UUID, found: Sequence[Outgrown], *, id: UUID, now: datetime) -> bool:
    """The plan's owner takes the weights that were really lifted; a follower's copy moves to the version that has them."""
    kilos = {one.planned_id: shown(one.now, "kg") for one in found}
    asked = editing.Asked("weights", tuple(sorted((str(line), str(kilo)) for line, kilo in kilos.items())))
    outcome = await editing.change(db, actor, editing.Home("plan", plan_id), asked, _with_weights(kilos), id=id, now=now)
    if not isinstance(outcome, editing.Changed):
        return False
    if outcome.is_new and await db.value("select latest_version > 0 from plan where id = $1", plan_id):
        await versions.publish(db, actor, plan_id, id=new_id(), now=now)
        await following.switch(db, actor, plan_id)
    return True


def _with_weights(kilos: dict[UUID, Decimal]) -> Step:
    def step(outline: Outline) -> Outline:
        return replace(outline, days=tuple(replace(day, units=tuple(map(unit, day.units))) for day in outline.days))

    def unit(one: Unit) -> Unit:
        return replace(
            one, lines=tuple(replace(line, target_weight=kilos[line.id]) if line.id in kilos else line for line in one.lines)
        )

    return step
