"""The editor: every button is one step, saved at once, undone and done again with another."""

from dataclasses import replace
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.db import new_id
from app.plans import actions, queries
from app.plans.actions import Asked, Conflict, Home, Refused
from app.plans.forms import Describing, Moving, Picking
from app.plans.pages.drafting import DRAFT, act_on, acted, desk_of, drawn, sentences, settle
from app.plans.rules import Unit
from app.plans.rules.changes import (
    add_day,
    add_unit,
    copied_unit,
    describe,
    move_day,
    remove_unit,
    repeat_unit,
)
from app.plans.words import fault
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import read_form
from app.web.pages import go
from app.words import _


@get("/plans/{home_id:uuid}/edit", name="plans.editor", guards=[signed_in()])
async def plan_editor(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID]) -> Response[str]:
    return await drawn(request, db, actor, Home("plan", home_id))


@get("/units/{home_id:uuid}/edit", name="plans.unit_editor", guards=[signed_in()])
async def unit_editor(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID]) -> Response[str]:
    return await drawn(request, db, actor, Home("unit", home_id))


@post(f"{DRAFT}/about", name="plans.describe", guards=[signed_in()])
async def about(request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID]) -> Response[str]:
    home, form = Home(kind, home_id), await read_form(request, Describing)
    if form.value is None or kind != "plan":
        return await drawn(request, db, actor, home, status=422, form=form)
    f = form.value
    step = describe(" ".join(f.name.split()), f.difficulty, f.description, f.goal, f.weeks, f.cycle_days)
    if await queries.name_taken(db, home.id, f.name):
        return await drawn(request, db, actor, home, status=422, form=form.refuse("name", fault("name_taken")))
    asked = Asked("about", (f.name, f.difficulty, f.description, f.goal, f.weeks, f.cycle_days), revision=f.revision)
    outcome = await actions.change(db, actor, home, asked, step, id=f.id, now=clock.now())
    if isinstance(outcome, Refused):
        for one in outcome.faults:
            form = form.refuse(one.field, fault(one.code))
    clash = {"mine": f"{f.name}\n{f.description}", "theirs": about_text(outcome)} if isinstance(outcome, Conflict) else None
    return await settle(request, db, actor, home, outcome, form=form if form.errors else None, clash=clash)


def about_text(outcome: Conflict) -> str:
    return f"{outcome.outline.name}\n{outcome.outline.description}"


@post(f"{DRAFT}/days", name="plans.add_day", guards=[signed_in()])
async def add_a_day(request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID]) -> Response[str]:
    form, home = await acted(request), Home(kind, home_id)
    if kind != "plan":
        raise NotFoundException
    desk = await desk_of(db, actor, home)
    number = max((day.number for day in desk.outline.days), default=0) + 1
    unit = Unit(new_id(), _("Day %(n)s", n=number))
    return await act_on(request, db, actor, home, Asked("add_day"), add_day(unit), form.id)


@post(f"{DRAFT}/days/{{number:int}}/move", name="plans.move_day", guards=[signed_in()])
async def move_a_day(
    request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID], number: FromPath[int]
) -> Response[str]:
    home, form = Home(kind, home_id), await read_form(request, Moving)
    if form.value is None:
        return await drawn(request, db, actor, home, status=422, wrong=[(0, 0, fault("day_range"))])
    return await act_on(
        request, db, actor, home, Asked("move_day", (number, form.value.to)), move_day(number, form.value.to), form.value.id
    )


@post(f"{DRAFT}/units/{{unit_id:uuid}}/act", name="plans.unit_act", guards=[signed_in()])
async def unit_act(
    request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID], unit_id: FromPath[UUID]
) -> Response[str]:
    form, home = await acted(request), Home(kind, home_id)
    desk = await desk_of(db, actor, home)
    unit = desk.outline.unit(unit_id)
    if unit is None or kind != "plan":
        return await drawn(request, db, actor, home)
    twin = replace(copied_unit(unit, new_id), name=unit.name[:96])
    steps = {"remove": remove_unit(unit_id), "repeat": repeat_unit(unit_id, twin)}
    if form.act not in steps:
        raise NotFoundException
    return await act_on(request, db, actor, home, Asked(form.act, unit_id=unit_id), steps[form.act], form.id)


@post(f"{DRAFT}/undo", name="plans.undo_edit", guards=[signed_in()])
async def undo(request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID]) -> Response[str]:
    form, home = await acted(request), Home(kind, home_id)
    outcome = await actions.undo(db, actor, home, id=form.id, now=clock.now())
    return await settle(request, db, actor, home, outcome, toast=_("Undone."))


@post(f"{DRAFT}/redo", name="plans.redo_edit", guards=[signed_in()])
async def redo(request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID]) -> Response[str]:
    form, home = await acted(request), Home(kind, home_id)
    outcome = await actions.redo(db, actor, home, id=form.id, now=clock.now())
    return await settle(request, db, actor, home, outcome, toast=_("Done again."))


@post(f"{DRAFT}/picked", name="plans.pick_unit", guards=[signed_in()])
async def pick_unit(request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID]) -> Response[str]:
    """A unit that stands alone becomes part of a day, as a copy: what happens to it later stays out of the plan."""
    form, home = await read_form(request, Picking), Home(kind, home_id)
    if kind != "plan":
        raise NotFoundException
    if form.value is None:
        return await drawn(request, db, actor, home, status=422, wrong=[(0, 0, fault("day_range"))])
    card = await queries.unit(db, actor, form.value.unit, clock.now())
    if card is None:
        raise NotFoundException
    step = add_unit(form.value.day, replace(copied_unit(card.unit, new_id), name=card.unit.name))
    return await act_on(request, db, actor, home, Asked("pick", (form.value.unit, form.value.day)), step, form.value.id)


@post("/plans/{plan_id:uuid}/publish", name="plans.publish", guards=[signed_in()])
async def publish(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    form = await acted(request)
    outcome = await actions.publish(db, actor, plan_id, id=form.id, now=clock.now())
    if outcome is None:
        raise NotFoundException
    if isinstance(outcome, Refused):
        return await drawn(request, db, actor, Home("plan", plan_id), status=422, wrong=sentences(outcome))
    return go(request, f"/plans/{plan_id}", toast=_("Version %(n)s is out.", n=outcome.number))


HANDLERS = [plan_editor, unit_editor, about, add_a_day, move_a_day, unit_act, undo, redo, pick_unit, publish]
