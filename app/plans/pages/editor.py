"""The editor: every button is one step, saved at once, undone with another."""

from dataclasses import dataclass, replace
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
from app.plans import actions, queries
from app.plans.actions import Asked, Changed, Conflict, Home, Refused
from app.plans.actions.editing import Outcome
from app.plans.forms import Acting, Adding, Describing, LineForm, Moving, Placing, Writing, WritingPlan
from app.plans.pages.library import days_of, said
from app.plans.rules import Line, Outline, Unit, faults, from_kg, minutes, parse, preview, to_kg, write, write_plan
from app.plans.rules.changes import (
    Step,
    add_day,
    add_lines,
    change_line,
    copied_unit,
    describe,
    move_day,
    nudge_line,
    pair_line,
    place_line,
    remove_line,
    remove_unit,
    repeat_line,
    repeat_unit,
    write_days,
    write_lines,
)
from app.plans.rules.outline import settled
from app.plans.words import fault
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form
from app.web.pages import done, go, page
from app.words import _

DRAFT = "/drafts/{kind:str}/{home_id:uuid}"
USUAL = {"reps": "3x8-12", "time": "3x30s", "distance": "1x1km", "sets_only": "2 sets"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the editor draws: the document and what may be done with it."""

    home: Home
    outline: Outline
    revision: int
    can_undo: bool
    version: int
    has_news: bool
    is_mine: bool

    @property
    def url(self) -> str:
        return f"/drafts/{self.home.kind}/{self.home.id}"

    @property
    def page(self) -> str:
        return f"/{'plans' if self.home.kind == 'plan' else 'units'}/{self.home.id}"


async def desk_of(db: Db, actor: Actor, home: Home) -> Desk:
    now = clock.now()
    if home.kind == "plan":
        plan = await queries.sheet(db, actor, home.id, now)
        if plan is None or not plan.may_write:
            raise NotFoundException
        news = plan.published is None or settled(plan.draft) != plan.published
        return Desk(home, plan.draft, plan.revision, plan.can_undo, plan.version, news, plan.is_mine)
    card = await queries.unit(db, actor, home.id, now) if home.kind == "unit" else None
    if card is None or not card.may_write or card.plan_id is not None:
        raise NotFoundException
    return Desk(home, queries.alone(card.unit), card.unit.revision, card.can_undo, 0, False, card.is_mine)


async def drawn(
    request: Request, db: Db, actor: Actor, home: Home, *, status: int = 200, toast: str | None = None, **more: Any
) -> Response[str]:
    """The whole desk again: with what was typed and what was wrong, or with what changed."""
    desk = await desk_of(db, actor, home)
    values = {"desk": desk, "form": None, "adding": None, "wrong": (), "found": (), "clash": None, "minutes": minutes, **more}
    if status == 200 and request.method == "POST":
        return done(request, f"{desk.page}/edit", "plans/editor.html", "editor", toast=toast, **values)
    return page(request, "plans/editor.html", "editor", status=status, toast=toast, **values)


@get("/plans/{home_id:uuid}/edit", name="plans.editor", guards=[signed_in()])
async def plan_editor(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID]) -> Response[str]:
    return await drawn(request, db, actor, Home("plan", home_id))


@get("/units/{home_id:uuid}/edit", name="plans.unit_editor", guards=[signed_in()])
async def unit_editor(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID]) -> Response[str]:
    return await drawn(request, db, actor, Home("unit", home_id))


async def settle(
    request: Request, db: Db, actor: Actor, home: Home, outcome: Outcome, *, toast: str | None = None, **more: Any
) -> Response[str]:
    """An outcome as an answer: drawn anew, 422 with sentences, 409 with what stands there now, or 404."""
    if outcome is None:
        raise NotFoundException
    if isinstance(outcome, Refused):
        return await drawn(request, db, actor, home, status=422, **{"wrong": sentences(outcome), **more})
    if isinstance(outcome, Conflict):
        return await drawn(request, db, actor, home, status=409, **more)
    return await drawn(request, db, actor, home, toast=toast)


def sentences(outcome: Refused) -> list[tuple[int, int, str]]:
    return [(0, 0, sentence) for sentence in dict.fromkeys(fault(one.code) for one in outcome.faults)]


async def act_on(request: Request, db: Db, actor: Actor, home: Home, asked: Asked, step: Step, id: UUID) -> Response[str]:
    outcome = await actions.change(db, actor, home, asked, step, id=id, now=clock.now())
    return await settle(request, db, actor, home, outcome)


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


async def acted(request: Request) -> Acting:
    form = await read_form(request, Acting)
    if form.value is None:
        raise NotFoundException
    return form.value


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


@post(f"{DRAFT}/undo", name="plans.undo_edit", guards=[signed_in()])
async def undo(request: Request, db: Db, actor: Ask, kind: FromPath[str], home_id: FromPath[UUID]) -> Response[str]:
    form, home = await acted(request), Home(kind, home_id)
    outcome = await actions.undo(db, actor, home, id=form.id, now=clock.now())
    return await settle(request, db, actor, home, outcome, toast=_("Undone."))


@post("/plans/{plan_id:uuid}/publish", name="plans.publish", guards=[signed_in()])
async def publish(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    form = await acted(request)
    outcome = await actions.publish(db, actor, plan_id, id=form.id, now=clock.now())
    if outcome is None:
        raise NotFoundException
    if isinstance(outcome, Refused):
        return await drawn(request, db, actor, Home("plan", plan_id), status=422, wrong=sentences(outcome))
    return go(request, f"/plans/{plan_id}", toast=_("Version %(n)s is out.", n=outcome.number))


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


HANDLERS = [
    plan_editor, unit_editor, about, add_a_day, move_a_day, unit_act, add_a_line, found, write_a_unit, write_a_plan, line_act,
    place, undo, publish, line, write_a_line,
]  # fmt: skip
