"""One line of a unit: its buttons, its place, its own form."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import new_id
from app.exercises import queries as exercises
from app.plans import actions
from app.plans.actions import Asked, Conflict, Home, Refused
from app.plans.forms import LineForm, Placing
from app.plans.pages.drafting import DRAFT, act_on, acted, desk_of
from app.plans.rules import Line, faults, from_kg, preview, to_kg
from app.plans.rules.changes import (
    Step,
    change_line,
    nudge_line,
    pair_line,
    place_line,
    remove_line,
    repeat_line,
)
from app.plans.words import fault
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


@post(f"{DRAFT}/lines/{{line_id:uuid}}/act", name="plans.line_act", guards=[signed_in()])
async def line_act(
    request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID], line_id: FromPath[UUID]
) -> Response[str]:
    form = await acted(request)
    steps: dict[str, Step] = {
        "up": nudge_line(line_id, -1),
        "down": nudge_line(line_id, 1),
        "pair": pair_line(line_id),
        "repeat": repeat_line(line_id, new_id()),
        "remove": remove_line(line_id),
    }
    if form.act not in steps:
        raise NotFoundException
    return await act_on(request, db, actor, Home(kind, home_id), Asked(form.act, (line_id,)), steps[form.act], form.id)


@post(f"{DRAFT}/lines/{{line_id:uuid}}/place", name="plans.place_line", guards=[signed_in()])
async def place(
    request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID], line_id: FromPath[UUID]
) -> Response[str]:
    form = await read_form(request, Placing)
    if form.value is None:
        raise NotFoundException
    step = place_line(line_id, form.value.unit, form.value.at)
    asked = Asked("place", (line_id, form.value.unit, form.value.at))
    return await act_on(request, db, actor, Home(kind, home_id), asked, step, form.value.id)


@get(f"{DRAFT}/lines/{{line_id:uuid}}", name="plans.line", guards=[signed_in()])
async def line(
    request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID], line_id: FromPath[UUID]
) -> Response[str]:
    return await one_line(request, db, actor, Home(kind, home_id), line_id)


async def one_line(
    request: Request, db: Db, actor: Actor, home: Home, line_id: UUID, form: Form | None = None, status: int = 200
) -> Response[str]:
    desk = await desk_of(db, actor, home)
    places = [(unit, one) for unit in desk.outline.units for one in unit.lines if one.id == line_id]
    if not places:
        raise NotFoundException
    unit, found = places[0]
    steps = found.step if found.progression in (None, "percentage") or found.step is None else from_kg(found.step, actor.units)
    shown = {
        "weight": None if found.target_weight is None else from_kg(found.target_weight, actor.units),
        "step": steps,
        "weeks": preview(found) if found.progression or found.percent_1rm else (),
    }
    return page(
        request,
        "plans/line.html",
        "line",
        desk=desk,
        unit=unit,
        line=found,
        shown=shown,
        form=form,
        clash=status == 409,
        status=status,
    )


@post(f"{DRAFT}/lines/{{line_id:uuid}}", name="plans.write_line", guards=[signed_in()])
async def write_a_line(
    request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID], line_id: FromPath[UUID]
) -> Response[str]:
    home, form = Home(kind, home_id), await read_form(request, LineForm)
    if form.value is None:
        return await one_line(request, db, actor, home, line_id, form, 422)
    desk = await desk_of(db, actor, home)
    unit = next((unit for unit in desk.outline.units if any(one.id == line_id for one in unit.lines)), None)
    old = next((one for one in desk.outline.lines if one.id == line_id), None)
    if unit is None or old is None:
        raise NotFoundException
    new = await line_of(db, actor, form.value, old)
    for one in faults(new):
        form = form.refuse({"target_weight": "weight"}.get(one.field, one.field), fault(one.code))
    if form.errors:
        return await one_line(request, db, actor, home, line_id, form, 422)
    asked = Asked("line", (repr(new),), unit.id, form.value.revision if form.value else None)  # form.value: no error so far
    outcome = await actions.change(db, actor, home, asked, change_line(new), id=UUID(form.typed["id"]), now=clock.now())
    if isinstance(outcome, Conflict):
        return await one_line(request, db, actor, home, line_id, form, 409)
    if isinstance(outcome, Refused):
        return await one_line(request, db, actor, home, line_id, form.refuse("", fault(outcome.faults[0].code)), 422)
    if outcome is None:
        raise NotFoundException
    return go(request, f"{desk.page}/edit#unit-{unit.id}", toast=_("Saved."))


async def line_of(db: Db, actor: Actor, form: LineForm, old: Line) -> Line:
    """The line that the form describes: of the metrics only the one its mode is measured by."""
    name = " ".join(form.exercise_name.split())
    line = Line(
        id=old.id, exercise_name=name, exercise_id=old.exercise_id if name == old.exercise_name else None,
        mode=form.mode, sets=form.sets,
        reps_min=form.reps_min if form.mode == "reps" else None,
        reps_max=form.reps_max if form.mode == "reps" else None,
        target_weight=None if form.weight is None else kept(form.weight, old.target_weight, actor.units),
        target_time_seconds=form.target_time_seconds if form.mode == "time" else None,
        target_distance_km=form.target_distance_km if form.mode == "distance" else None,
        rpe=form.rpe, percent_1rm=form.percent_1rm, rest_seconds=form.rest_seconds, set_type=form.set_type,
        superset=old.superset, progression=form.progression or None, notes=" ".join(form.notes.split()),
        step=None if form.step is None or not form.progression
        else form.step if form.progression == "percentage" else kept(form.step, old.step, actor.units),
    )  # fmt: skip
    if line.exercise_id is None:
        known = await exercises.named(db, actor, [name])
        if name in known:
            line = replace(line, exercise_id=known[name].exercise_id, exercise_name=known[name].name)
    return line


def kept(typed_weight: Any, old: Any, units: str) -> Any:
    """Shown to a hundredth, kept exact: an untouched weight does not drift."""
    return old if old is not None and from_kg(old, units) == typed_weight else to_kg(typed_weight, units)


HANDLERS = [line_act, place, line, write_a_line]
