"""Lines by text and by search, a unit and a whole plan as text."""

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
from app.exercises.queries import Movement
from app.plans import actions
from app.plans.actions import Asked, Changed, Conflict, Home
from app.plans.forms import Adding, Writing, WritingPlan
from app.plans.pages.drafting import DRAFT, drawn, settle
from app.plans.pages.library import days_of, said
from app.plans.rules import Line, parse, write, write_plan
from app.plans.rules.changes import (
    add_lines,
    write_days,
    write_lines,
)
from app.plans.words import fault
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form
from app.web.pages import page

USUAL = {"reps": "3x8-12", "time": "3x30s", "distance": "1x1km", "sets_only": "2 sets"}


@post(f"{DRAFT}/units/{{unit_id:uuid}}/lines", name="plans.add_line", guards=[signed_in()])
async def add_a_line(
    request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID], unit_id: FromPath[UUID]
) -> Response[str]:
    """By text (`Bench 3x8-12 @8 90s`), by name alone, or picked from what the search found."""
    home, form = Home(kind, home_id), await read_form(request, Adding)
    if form.value is None:
        raise NotFoundException
    heard, wrong = await heard_line(db, actor, form.value)
    if wrong or not heard:
        found = await exercises.search(db, actor, exercises.Asked(q=form.value.text), limit=6) if form.value.text else []
        return await drawn(
            request, db, actor, home, status=422, adding={"unit": unit_id, "text": form.value.text}, found=found, wrong=wrong
        )
    lines = await actions.resolved(db, actor, heard) if form.value.pick is None else heard
    asked = Asked("add_line", (form.value.text, form.value.pick), unit_id)
    outcome = await actions.change(db, actor, home, asked, add_lines(unit_id, lines), id=form.value.id, now=clock.now())
    adding = {"unit": unit_id, "text": "" if isinstance(outcome, Changed) else form.value.text}
    if isinstance(outcome, Changed):
        return await drawn(request, db, actor, home, adding=adding)
    return await settle(request, db, actor, home, outcome, adding=adding)


async def heard_line(db: Db, actor: Actor, form: Adding) -> tuple[list[Line], list[tuple[int, int, str]]]:
    if form.pick is not None:
        movement = await exercises.movement(db, actor, form.pick)
        if movement is None:
            return [], [(1, 1, fault("name_missing"))]
        return [usual(movement, form.text, actor.units)], []
    heard, wrong = parse(form.text, actor.units)
    if wrong and wrong[0].code == "sets_missing":
        known = await exercises.named(db, actor, [form.text])
        movement = await exercises.movement(db, actor, known[form.text].exercise_id) if form.text in known else None
        return ([usual(movement, "", actor.units)], []) if movement else ([], said(wrong))
    return [one.line for one in heard], said(wrong) if wrong or heard else [(1, 1, fault("name_missing"))]


def usual(movement: Movement, text: str, units: str) -> Line:
    """A picked movement with the sets that were typed behind its name, or with the usual ones."""
    typed, _wrong = parse(text, units)
    line = typed[0].line if typed else parse(f"x {USUAL[movement.mode]}")[0][0].line
    return replace(line, id=new_id(), exercise_id=movement.id, exercise_name=movement.name)


@get(f"{DRAFT}/units/{{unit_id:uuid}}/found", name="plans.found", guards=[signed_in()])
async def found(
    request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID], unit_id: FromPath[UUID]
) -> Response[str]:
    """Search as one types: what could be added to this unit."""
    text = request.query_params.get("text", "")[:64]
    name = text.split(" 1x")[0]
    heard, _wrong = parse(text)
    name = heard[0].line.exercise_name if heard else name
    movements = await exercises.search(db, actor, exercises.Asked(q=name), limit=6)
    url = f"/drafts/{kind}/{home_id}/units/{unit_id}/lines"
    return page(request, "plans/found.html", "found", found=movements, url=url, text=text, unit_id=unit_id)


@post(f"{DRAFT}/units/{{unit_id:uuid}}/text", name="plans.write_unit", guards=[signed_in()])
async def write_a_unit(
    request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID], unit_id: FromPath[UUID]
) -> Response[str]:
    home, form = Home(kind, home_id), await read_form(request, Writing)
    if form.value is None:
        wrong = [(0, 0, sentence) for sentence in form.errors.values()]
        return await drawn(request, db, actor, home, status=422, adding=typed(unit_id, form), wrong=wrong)
    heard, misheard = parse(form.value.text, actor.units)
    if misheard:
        return await drawn(request, db, actor, home, status=422, adding=typed(unit_id, form), wrong=said(misheard))
    lines = await actions.resolved(db, actor, [one.line for one in heard])
    name = " ".join(form.value.name.split())
    asked = Asked("text", (name, form.value.text), unit_id, form.value.revision)
    step = write_lines(unit_id, name, form.value.description, lines)
    outcome = await actions.change(db, actor, home, asked, step, id=form.value.id, now=clock.now())
    clash = clash_of(outcome, unit_id, form.value.text) if isinstance(outcome, Conflict) else None
    return await settle(request, db, actor, home, outcome, adding=typed(unit_id, form), clash=clash)


def typed(unit_id: UUID, form: Form) -> dict[str, Any]:
    return {"unit": unit_id, "all": form.typed.get("text", ""), "name": form.typed.get("name", "")}


def clash_of(outcome: Conflict, unit_id: UUID, mine: str) -> dict[str, str]:
    """Both texts, side by side; the form below is the author's, on top of what stands there now."""
    unit = outcome.outline.unit(unit_id)
    return {"mine": mine, "theirs": write(unit.lines) if unit else ""}


@post(f"{DRAFT}/text", name="plans.write_plan", guards=[signed_in()])
async def write_a_plan(request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID]) -> Response[str]:
    home, form = Home(kind, home_id), await read_form(request, WritingPlan)
    if form.value is None or kind != "plan":
        raise NotFoundException
    days, wrong = await days_of(db, actor, form.value.text)
    if wrong:
        return await drawn(
            request, db, actor, home, status=422, adding={"unit": None, "plan": form.value.text}, wrong=said(wrong)
        )
    asked = Asked("plan_text", (form.value.text,), revision=form.value.revision)
    outcome = await actions.change(db, actor, home, asked, write_days(days), id=form.value.id, now=clock.now())
    clash = None
    if isinstance(outcome, Conflict):
        clash = {"mine": form.value.text, "theirs": write_plan(outcome.outline)}
    return await settle(request, db, actor, home, outcome, adding={"unit": None, "plan": form.value.text}, clash=clash)


HANDLERS = [add_a_line, found, write_a_unit, write_a_plan]
