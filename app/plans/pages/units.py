"""Units that stand alone: a day's work one can start any time."""

from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.plans import actions, queries
from app.plans.actions import Refused
from app.plans.forms import Copying, MakingUnit
from app.plans.pages.library import refused, said, wrong_text
from app.plans.rules import Unit, parse
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import read_form
from app.web.pages import go, page
from app.words import _


@get("/units", name="plans.units", guards=[signed_in()])
async def units(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "plans/units.html", cards=await queries.units(db, actor, clock.now()), form=None, wrong=())


@post("/units", name="plans.make_unit", guards=[signed_in()])
async def make(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, MakingUnit)
    wrong = []
    if form.value is not None:
        heard, misheard = parse(form.value.text, actor.units)
        if misheard:
            wrong, form = said(misheard), form.refuse("text", wrong_text())
    if form.value is not None:
        lines = await actions.resolved(db, actor, [one.line for one in heard])
        unit = Unit(form.value.id, " ".join(form.value.name.split()), lines)
        made = await actions.make_unit(db, actor, unit, now=clock.now())
        if not isinstance(made, Refused):
            return go(request, f"/units/{made}/edit")
        form = refused(form, made)
    cards = await queries.units(db, actor, clock.now())
    return page(request, "plans/units.html", "making", cards=cards, form=form, wrong=wrong, status=422)


@get("/units/{unit_id:uuid}", name="plans.unit", guards=[signed_in()])
async def unit(request: Request, db: Db, actor: Ask, unit_id: FromPath[UUID]) -> Response[str]:
    card = await queries.unit(db, actor, unit_id, clock.now())
    if card is None:
        raise NotFoundException
    return page(request, "plans/unit.html", card=card)


@post("/units/{unit_id:uuid}/copy", name="plans.copy_unit", guards=[signed_in()])
async def copy(request: Request, db: Db, actor: Ask, unit_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Copying)
    made = await actions.copy_unit(db, actor, unit_id, id=form.value.id, now=clock.now()) if form.value else None
    if made is None or isinstance(made, Refused):
        raise NotFoundException
    return go(request, f"/units/{made}", toast=_("Copied to your units."))


@post("/units/{unit_id:uuid}/discard", name="plans.discard_unit", guards=[signed_in()])
async def discard(request: Request, db: Db, actor: Ask, unit_id: FromPath[UUID]) -> Response[str]:
    if not await actions.discard_unit(db, actor, unit_id):
        raise NotFoundException
    return go(request, "/units", toast=_("The unit is gone. Workouts that were done by it stay."))


HANDLERS = [units, make, unit, copy, discard]
