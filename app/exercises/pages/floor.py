"""The gym's floor: what stands here, what is broken, which plates and bars there are."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.accounts.actions import audit
from app.actor import Actor
from app.exercises import actions, queries
from app.exercises.actions import Refused
from app.exercises.forms import AddingBar, Clearing, Reporting
from app.exercises.rules import KINDS, STATIONS
from app.exercises.words import fault
from app.web.asking import Ask, Db, Request, may, signed_in
from app.web.forms import Form, read_form
from app.web.pages import done, page
from app.words import _

USUAL_PLATES = {
    "kg": ("25", "20", "15", "10", "5", "2.5", "2", "1.25", "1", "0.5", "0.25"),
    "lb": ("55", "45", "35", "25", "10", "5", "2.5", "1.25", "1"),
}


@get("/floor", name="exercises.floor", guards=[signed_in()])
async def floor(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await drawn(request, db, actor)


async def drawn(
    request: Request, db: Db, actor: Actor, *, form: Form | None = None, toast: str | None = None, at: str = "floor"
) -> Response[str]:
    standing, iron = await queries.floor(db, actor.gym_id), await queries.iron(db, actor.gym_id)
    values: dict[str, Any] = {"standing": standing, "iron": iron, "form": form, "plates": plates_of(iron, actor.units)}
    if request.method == "POST" and form is None:
        return done(request, "/floor", "exercises/floor.html", at, toast=toast, **values)
    return page(request, "exercises/floor.html", at, status=422 if form else 200, toast=None, **values)


def plates_of(iron: queries.Iron, unit: str) -> list[tuple[Decimal, int]]:
    """The usual weights and whatever else the gym has, with how many."""
    owned = {plate.weight.normalize(): plate.count for plate in iron.plates if plate.unit == unit}
    every = {*owned, *(Decimal(weight).normalize() for weight in USUAL_PLATES[unit])}
    return [(weight, owned.get(weight, 0)) for weight in sorted(every, reverse=True)]


@post("/floor/reports", name="exercises.report", guards=[signed_in()])
async def report(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, Reporting)
    if form.value is None:
        return await drawn(request, db, actor, form=form)
    said = form.value
    if not await actions.report(db, actor, said.equipment, said.count, said.note, id=said.id, now=clock.now()):
        raise NotFoundException
    return await drawn(request, db, actor, toast=_("Thank you: staff see it now."))


@post("/floor/clear", name="exercises.clear", guards=[may("floor.clear")])
async def clear(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, Clearing)
    if form.value is None or form.value.equipment not in {*KINDS, *STATIONS}:
        raise NotFoundException
    now = clock.now()
    if await actions.clear(db, actor, form.value.equipment, now=now):
        await audit(db, actor, "floor.clear", now=now, subject=form.value.equipment)
    return await drawn(request, db, actor, toast=_("Back in order."))


@post("/floor/counts", name="exercises.furnish", guards=[may("floor.clear")])
async def furnish(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Every thing on the list by its count; what is no number stays as it was."""
    data = await request.form()
    counts = {code: whole(data.get(f"count:{code}")) for code in (*KINDS, *STATIONS)}
    await actions.furnish(db, actor, {code: count for code, count in counts.items() if count is not None})
    return await drawn(request, db, actor, toast=_("Saved."), at="floor")


def whole(said: object) -> int | None:
    return int(said) if isinstance(said, str) and re.fullmatch(r"\d{1,3}", said.strip(), re.ASCII) else None


@post("/floor/plates", name="exercises.rack", guards=[may("floor.clear")])
async def rack(request: Request, db: Db, actor: Ask) -> Response[str]:
    data = await request.form()
    plates = {Decimal(weight): whole(data.get(f"plate:{weight}")) or 0 for weight in known_plates(data.keys())}
    await actions.rack_plates(db, actor, actor.units, plates)
    return await drawn(request, db, actor, toast=_("Saved."), at="iron")


def known_plates(names: object) -> list[str]:
    fields = [str(name).removeprefix("plate:") for name in names if str(name).startswith("plate:")]  # type: ignore[attr-defined]
    return [one for one in dict.fromkeys(fields) if re.fullmatch(r"\d{1,2}(\.\d{1,3})?", one, re.ASCII) and Decimal(one) > 0][:40]


@post("/floor/bars", name="exercises.add_bar", guards=[may("floor.clear")])
async def add_bar(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, AddingBar)
    if form.value is None:
        return await drawn(request, db, actor, form=form, at="iron")
    bar = form.value
    unit = bar.unit if bar.unit in USUAL_PLATES else actor.units
    outcome = await actions.add_bar(db, actor, bar.name, unit, bar.weight, bar.count, is_usual=bar.is_usual, id=bar.id)
    if isinstance(outcome, Refused):
        return await drawn(request, db, actor, form=form.refuse("name", fault(outcome.faults[0].code)), at="iron")
    return await drawn(request, db, actor, toast=_("Saved."), at="iron")


@post("/floor/bars/{bar_id:uuid}/remove", name="exercises.remove_bar", guards=[may("floor.clear")])
async def remove_bar(request: Request, db: Db, actor: Ask, bar_id: FromPath[UUID]) -> Response[str]:
    await actions.remove_bar(db, actor, bar_id)
    return await drawn(request, db, actor, toast=_("Removed."), at="iron")


HANDLERS = [floor, report, clear, furnish, rack, add_bar, remove_bar]
