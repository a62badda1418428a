"""The library: find a plan, or make one."""

from dataclasses import replace

from litestar import Response, get, post

from app import clock
from app.db import new_id
from app.plans import actions, queries
from app.plans.actions import Refused
from app.plans.forms import Looking, Making
from app.plans.ready_made import add_ready_made
from app.plans.rules import Day, Outline, TextFault, Unit, parse_plan
from app.plans.words import fault
from app.web.asking import Ask, Db, Request, may, signed_in
from app.web.forms import Form, read_form, read_query
from app.web.pages import go, page
from app.words import _


@get("/plans", name="plans.list", guards=[signed_in()])
async def plans(request: Request, db: Db, actor: Ask) -> Response[str]:
    asked = read_query(request, Looking)
    looking = asked.value or Looking()
    now = clock.now()
    wanted = queries.Wanted(looking.q, looking.whose, looking.difficulty, looking.goal, looking.days)
    cards = await queries.library(db, actor, wanted, now)
    push = f"/plans?{request.url.query}" if request.url.query else "/plans"
    return page(request, "plans/library.html", "found", push=push, cards=cards, looking=looking)


@get("/plans/new", name="plans.new", guards=[signed_in()])
async def new(request: Request, actor: Ask) -> Response[str]:
    return page(request, "plans/new.html", form=None, wrong=())


@post("/plans", name="plans.make", guards=[signed_in()])
async def make(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, Making)
    if form.value is None:
        return page(request, "plans/new.html", "making", form=form, wrong=(), status=422)
    days, wrong = await days_of(db, actor, form.value.text)
    if wrong:
        return page(request, "plans/new.html", "making", form=form.refuse("text", wrong_text()), wrong=said(wrong), status=422)
    units = days or (Day(1, (Unit(new_id(), _("Day %(n)s", n=1)),)),)
    outline = Outline(form.value.name, form.value.difficulty, units)
    longest = max(day.number for day in units)
    outline = replace(outline, cycle_days=max(7, -(-longest // 7) * 7))
    made = await actions.make_plan(db, actor, outline, id=form.value.id, now=clock.now())
    if isinstance(made, Refused):
        return page(request, "plans/new.html", "making", form=refused(form, made), wrong=(), status=422)
    return go(request, f"/plans/{made}/edit")


@post("/plans/ready-made", name="plans.add_ready_made", guards=[may("plans.publish")])
async def ready_made(request: Request, db: Db, actor: Ask) -> Response[str]:
    """The plans that come with the house, into this gym's library. Again changes nothing."""
    await add_ready_made(db, actor, now=clock.now())
    return go(request, "/plans?whose=gym", toast=_("The ready-made plans are in the library."))


async def days_of(db: Db, actor: Ask, text: str) -> tuple[tuple[Day, ...], tuple[TextFault, ...]]:
    """A whole plan out of text, its names resolved; or what was wrong with it, row by row."""
    heard, wrong = parse_plan(text, actor.units)
    if wrong:
        return (), wrong
    every = await actions.resolved(db, actor, [one.line for unit in heard for one in unit.lines])
    lines = iter(every)
    found: dict[int, list[Unit]] = {}
    for unit in heard:
        own = tuple(next(lines) for _line in unit.lines)
        name = unit.name or _("Day %(n)s", n=unit.day)
        found.setdefault(unit.day, []).append(Unit(new_id(), name, own, unit.description))
    return tuple(Day(number, tuple(units)) for number, units in sorted(found.items())), ()


def said(wrong: tuple[TextFault, ...]) -> list[tuple[int, int, str]]:
    return [(one.row, one.column, fault(one.code, one.word)) for one in wrong]


def wrong_text() -> str:
    return _("Some lines are not understood yet; they are listed below.")


def refused(form: Form, outcome: Refused) -> Form:
    """Every fault at its field."""
    for one in outcome.faults:
        form = form.refuse(one.field, fault(one.code))
    return form


HANDLERS = [plans, new, make, ready_made]
