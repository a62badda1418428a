"""A member's week in one view: what is planned, what was done last, and the next one to write."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.plans import actions as plans
from app.plans.queries import followed
from app.plans.rules import parse_plan, write_plan
from app.plans.words import fault
from app.training import forms
from app.training.pages.common import kit
from app.training.queries import coaching as watching
from app.web.asking import Ask, Db, Request, may
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _

WEEK = "/coach/members/{person_id:uuid}/week"


@get(WEEK, name="training.week", guards=[may("coach.members")])
async def week(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    return page(request, "training/week.html", form=None, wrong=(), **await week_of(db, actor, person_id))


async def week_of(db: Database, actor: Actor, person_id: UUID) -> dict[str, Any]:
    name = await watching.may_look(db, actor.person_id, person_id)
    row = await followed(db, person_id, actor.today(clock.now())) if name else None
    if row is None:
        raise NotFoundException
    ids = [line.exercise_id for line in row.content.lines if line.exercise_id]
    last = {one.exercise_id: one for one in await watching.last_done(db, person_id, ids)}
    return {"trainee_id": person_id, "name": name, "row": row, "text": write_plan(row.content), "last": last, **kit(actor)}


@post(WEEK, name="training.write_week", guards=[may("coach.members")])
async def write_week(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    form: Form[forms.Week] = await read_form(request, forms.Week)
    shown = await week_of(db, actor, person_id)
    heard, wrong = parse_plan(form.value.text, actor.units) if form.value else ((), ())
    if form.value is None or wrong or not heard:
        said = [(one.row, fault(one.code, one.word)) for one in wrong] or [(1, fault("sets_missing"))]
        return page(request, "training/week.html", "week", status=422, form=form, wrong=said, **shown)
    made = await plans.tailor(db, actor, person_id, shown["name"], shown["row"], heard, id=form.value.id, now=clock.now())
    if made is None or isinstance(made, plans.Refused):
        said = [(0, fault(one.code)) for one in made.faults] if made else [(0, _("This plan cannot be given to them any more."))]
        return page(request, "training/week.html", "week", status=422, form=form, wrong=said, **shown)
    return go(request, f"/coach/members/{person_id}/week", toast=_("Their next week is written."))
