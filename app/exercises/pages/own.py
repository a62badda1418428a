"""Movements of one's own: describe, change, offer to the gym; and the curators' yes or no."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.exercises import actions, queries
from app.exercises.actions import Refused
from app.exercises.forms import Describing
from app.exercises.pages.found import CHOICES, find
from app.exercises.rules import FORCES, MECHANICS, MODES, Draft
from app.exercises.words import fault
from app.web.asking import Ask, Db, Request, may, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _

FIELDS: dict[str, Any] = {**CHOICES, "forces": FORCES, "mechanics": MECHANICS, "modes": MODES}


def drawn(request: Request, form: Form | None, movement: queries.Movement | None) -> Response[str]:
    return page(
        request, "exercises/describe.html", "describing", form=form, movement=movement, status=422 if form else 200, **FIELDS
    )


@get("/exercises/new", name="exercises.new", guards=[signed_in()])
async def new(request: Request, actor: Ask) -> Response[str]:
    return drawn(request, None, None)


@post("/exercises", name="exercises.describe", guards=[signed_in()])
async def describe(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, Describing)
    if form.value is None:
        return drawn(request, form, None)
    made = await actions.describe(db, actor, draft_of(form.value), for_gym=form.value.for_gym, id=form.value.id, now=clock.now())
    if isinstance(made, Refused):
        return drawn(request, refused(form, made), None)
    return go(request, f"/exercises/{made}", toast=_("Saved."))


def draft_of(form: Describing) -> Draft:
    return Draft(
        name=" ".join(form.name.split()), category=form.category, level=form.level, primary=tuple(form.primary),
        secondary=tuple(form.secondary), equipment=tuple(form.equipment), force=form.force or None,
        mechanic=form.mechanic or None, mode=form.mode, cue=form.cue,
    )  # fmt: skip


def refused(form: Form, outcome: Refused) -> Form:
    for one in outcome.faults:
        form = form.refuse(one.field, fault(one.code, one.word))
    return form


@get("/exercises/{exercise_id:uuid}/edit", name="exercises.edit", guards=[signed_in()])
async def edit(request: Request, db: Db, actor: Ask, exercise_id: FromPath[UUID]) -> Response[str]:
    return drawn(request, None, await find(db, actor, exercise_id))


@post("/exercises/{exercise_id:uuid}", name="exercises.redescribe", guards=[signed_in()])
async def redescribe(request: Request, db: Db, actor: Ask, exercise_id: FromPath[UUID]) -> Response[str]:
    form, movement = await read_form(request, Describing), await find(db, actor, exercise_id)
    if form.value is None:
        return drawn(request, form, movement)
    outcome = await actions.redescribe(db, actor, exercise_id, draft_of(form.value), now=clock.now())
    if isinstance(outcome, Refused):
        return drawn(request, refused(form, outcome), movement)
    if not outcome:
        raise NotFoundException
    return go(request, f"/exercises/{exercise_id}", toast=_("Saved."))


@post("/exercises/{exercise_id:uuid}/retire", name="exercises.retire", guards=[signed_in()])
async def retire(request: Request, db: Db, actor: Ask, exercise_id: FromPath[UUID]) -> Response[str]:
    if not await actions.retire(db, actor, exercise_id, now=clock.now()):
        raise NotFoundException
    return go(request, "/exercises", toast=_("It is gone from the search. Plans and history keep its name."))


@post("/exercises/{exercise_id:uuid}/offer", name="exercises.offer", guards=[signed_in()])
async def offer(request: Request, db: Db, actor: Ask, exercise_id: FromPath[UUID]) -> Response[str]:
    if not await actions.offer(db, actor, exercise_id, now=clock.now()):
        raise NotFoundException
    return go(request, f"/exercises/{exercise_id}", toast=_("Offered. A coach will look at it."))


@get("/exercises/offers", name="exercises.offers", guards=[may("exercises.curate")])
async def offers(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "exercises/offers.html", "offers", offers=await queries.offers(db, actor.gym_id), wrong="")


@post("/exercises/offers/{exercise_id:uuid}", name="exercises.answer", guards=[may("exercises.curate")])
async def answer(request: Request, db: Db, actor: Ask, exercise_id: FromPath[UUID]) -> Response[str]:
    taken = (await request.form()).get("act") == "take"
    if taken:
        outcome = await actions.take_in(db, actor, exercise_id, now=clock.now())
    else:
        outcome = await actions.decline(db, actor, exercise_id)
    if isinstance(outcome, Refused):
        waiting = await queries.offers(db, actor.gym_id)
        wrong = fault(outcome.faults[0].code, outcome.faults[0].word)
        return page(request, "exercises/offers.html", "offers", offers=waiting, wrong=wrong, status=422)
    if not outcome:
        raise NotFoundException
    return go(request, "/exercises/offers", toast=_("It is the gym's now.") if taken else _("It stays with its owner."))


HANDLERS = [new, describe, edit, redescribe, retire, offer, offers, answer]
