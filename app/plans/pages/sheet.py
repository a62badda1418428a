"""A plan's page: read it, start it, copy it, follow its versions."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.plans import actions, queries
from app.plans.actions import Home, Refused
from app.plans.actions.versions import later
from app.plans.forms import Acting, Assigning, Copying, Starting
from app.plans.pages.library import refused
from app.plans.rules.changes import differences
from app.plans.rules.outline import settled
from app.plans.words import fault
from app.web.asking import Ask, Db, Request, may, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


@get("/plans/{plan_id:uuid}", name="plans.sheet", guards=[signed_in()])
async def sheet(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    return await drawn(request, db, actor, plan_id)


async def drawn(request: Request, db: Db, actor: Actor, plan_id: UUID, form: Form | None = None) -> Response[str]:
    plan = await find(db, actor, plan_id)
    today = actor.today(clock.now())
    return page(
        request, "plans/sheet.html", "sheet", plan=plan, outline=plan.outline, today=today, monday=coming_monday(today), form=form,
        has_news=plan.may_write and plan.published is not None and settled(plan.draft) != plan.published,
        status=422 if form and form.errors else 200,
    )  # fmt: skip


def coming_monday(today: date) -> date:
    return today + timedelta(days=(7 - today.weekday()) % 7)


async def find(db: Db, actor: Actor, plan_id: UUID) -> queries.Sheet:
    plan = await queries.sheet(db, actor, plan_id, clock.now())
    if plan is None or (plan.published is None and not plan.may_write):
        raise NotFoundException
    return plan


@post("/plans/{plan_id:uuid}/start", name="plans.start", guards=[signed_in()])
async def start(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Starting)
    if form.value is None:
        return await drawn(request, db, actor, plan_id, form)
    started = await actions.start(db, actor, plan_id, form.value.starts_on, id=form.value.id, now=clock.now())
    if started is None:
        raise NotFoundException
    if isinstance(started, Refused):
        return await drawn(request, db, actor, plan_id, refused(form, started))
    return go(request, f"/plans/{plan_id}", toast=_("This is your plan now."))


@post("/plans/{plan_id:uuid}/stop", name="plans.stop", guards=[signed_in()])
async def stop(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    await actions.stop(db, actor, plan_id, now=clock.now())
    return go(request, f"/plans/{plan_id}", toast=_("You no longer follow this plan. Your history stays."))


@post("/plans/{plan_id:uuid}/switch", name="plans.switch", guards=[signed_in()])
async def switch(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    await find(db, actor, plan_id)
    await actions.switch(db, actor, plan_id)
    return go(request, f"/plans/{plan_id}", toast=_("You train by the newest version now."))


@post("/plans/{plan_id:uuid}/copy", name="plans.copy", guards=[signed_in()])
async def copy(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Copying)
    plan = await find(db, actor, plan_id)
    if form.value is None:
        return await drawn(request, db, actor, plan_id, form)
    content = plan.outline if plan.may_write else plan.published or plan.outline
    made = await actions.copy_plan(db, actor, content, plan_id, plan.version, id=form.value.id, now=clock.now())
    if isinstance(made, Refused):
        return await drawn(request, db, actor, plan_id, refused(form, made))
    return go(request, f"/plans/{made}", toast=_("Copied to your plans."))


@post("/plans/{plan_id:uuid}/discard", name="plans.discard", guards=[signed_in()])
async def discard(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    if not await actions.discard(db, actor, plan_id, now=clock.now()):
        raise NotFoundException
    return go(request, "/plans?whose=mine", toast=_("The plan is gone. Workouts that were done by it stay."))


@get("/plans/{plan_id:uuid}/versions/{number:int}", name="plans.version", guards=[signed_in()])
async def version(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID], number: FromPath[int]) -> Response[str]:
    now = clock.now()
    plan = await find(db, actor, plan_id)
    content = await queries.version(db, actor, plan_id, number, now) if 0 < number < 2**31 else None
    if content is None:
        raise NotFoundException
    before = await queries.version(db, actor, plan_id, number - 1, now)
    changes = differences(before, content) if before else None
    return page(request, "plans/version.html", plan=plan, outline=content, number=number, changes=changes)


@get("/plans/{plan_id:uuid}/later", name="plans.later", guards=[signed_in()])
async def newer(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    """What the plan that this copy came from says now."""
    plan = await find(db, actor, plan_id)
    newest = await later(db, actor, plan_id, clock.now())
    if newest is None:
        return go(request, f"/plans/{plan_id}")
    before = newest.before or replace(newest.content, days=())
    return page(request, "plans/later.html", plan=plan, newest=newest, changes=differences(before, newest.content))


@post("/plans/{plan_id:uuid}/later", name="plans.take_later", guards=[signed_in()])
async def take_or_leave(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Acting)
    if form.value is None:
        raise NotFoundException
    now = clock.now()
    if form.value.act == "leave":
        await actions.decline_later(db, actor, plan_id, now=now)
        return go(request, f"/plans/{plan_id}", toast=_("Yours stays as it is."))
    outcome = await actions.take_later(db, actor, plan_id, id=form.value.id, now=now)
    if isinstance(outcome, Refused):
        return go(request, f"/plans/{plan_id}", toast=fault(outcome.faults[0].code))
    return go(request, f"/plans/{plan_id}", toast=_("Your copy says what the newer version says. Undo is in the editor."))


@get("/plans/{plan_id:uuid}/assign", name="plans.assign_page", guards=[may("coach.members")])
async def assign_page(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    return await assigning(request, db, actor, plan_id, None)


async def assigning(request: Request, db: Db, actor: Actor, plan_id: UUID, form: Form | None) -> Response[str]:
    plan = await find(db, actor, plan_id)
    if not plan.may_write and plan.sharing != "gym":
        raise NotFoundException
    people = await queries.assignees(db, actor, plan_id)
    monday = coming_monday(actor.today(clock.now()))
    return page(
        request, "plans/assign.html", "assigning", plan=plan, people=people, monday=monday, form=form, status=422 if form else 200
    )


@post("/plans/{plan_id:uuid}/assign", name="plans.assign", guards=[may("coach.members")])
async def assign(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Assigning)
    if form.value is None:
        return await assigning(request, db, actor, plan_id, form)
    if not form.value.people:
        return await assigning(request, db, actor, plan_id, form.refuse("people", _("Choose at least one member.")))
    given = await actions.assign(db, actor, plan_id, form.value.people, form.value.starts_on, id=form.value.id, now=clock.now())
    if given is None:
        raise NotFoundException
    if isinstance(given, Refused):
        return await assigning(request, db, actor, plan_id, form.refuse("people", fault(given.faults[0].code)))
    return go(request, f"/plans/{plan_id}", toast=_("Assigned. It appears on their Today from the start day."))


@post("/plans/{plan_id:uuid}/undo", name="plans.undo", guards=[signed_in()])
async def undo(request: Request, db: Db, actor: Ask, plan_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Acting)
    if form.value is None:
        raise NotFoundException
    await actions.undo(db, actor, Home("plan", plan_id), id=form.value.id, now=clock.now())
    return go(request, f"/plans/{plan_id}")


HANDLERS = [
    sheet, start, stop, switch, copy, discard, version, newer, take_or_leave, assign_page, assign, undo,
]  # fmt: skip
