"""The coach's cockpit, and the member's say over who looks in."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.plans import queries as plans
from app.training import forms
from app.training.actions import coaching
from app.training.pages.common import kit
from app.training.pages.home import streak_of
from app.training.queries import coaching as watching
from app.training.queries import looking
from app.training.queries import workouts as reading
from app.training.rules.attention import Signs, reasons
from app.training.rules.outcome import against_plan, share_done
from app.web.asking import Ask, Db, Request, may, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


@get("/coach", name="training.roster", guards=[may("coach.members")])
async def roster(request: Request, db: Db, actor: Ask) -> Response[str]:
    today = actor.today(clock.now())
    found = [(one, reasons(signs_of(one), today)) for one in await watching.roster(db, actor.person_id, today)]
    return page(
        request,
        "training/roster.html",
        attention=[(one, why) for one, why in found if why],
        on_track=[one for one, why in found if not why],
        reason_names=reason_names(),
        today=today,
    )


def signs_of(one: watching.Trainee) -> Signs:
    return Signs(one.last_on, one.weekly_target, one.in_four_weeks, one.planned_sets, one.done_sets, one.skipped, one.hurt)


def reason_names() -> dict[str, str]:
    return {
        "pain": _("Something hurt"),
        "away": _("Away for more than ten days"),
        "rare": _("Trains less than half as often as meant"),
        "short": _("Leaves a quarter of the plan undone"),
        "skips": _("Skips exercises"),
    }


@get("/coach/members/{person_id:uuid}", name="training.trainee", guards=[may("coach.members")])
async def trainee(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    return page(request, "training/trainee.html", **await trainee_of(db, actor, person_id))


async def trainee_of(db: Database, actor: Actor, person_id: UUID) -> dict[str, Any]:
    name = await watching.may_look(db, actor.person_id, person_id)
    if name is None:
        raise NotFoundException
    today = actor.today(clock.now())
    return {
        "trainee_id": person_id,
        "name": name,
        "latest": await looking.latest(db, person_id, limit=12),
        "recent": await looking.recent_records(db, person_id, actor.locale, limit=6),
        "streak": await streak_of(db, actor, today, person_id),
        "due": await plans.next_day(db, person_id, today),
        **kit(actor),
    }


@get("/coach/members/{person_id:uuid}/workouts/{workout_id:uuid}", name="training.watched", guards=[may("coach.members")])
async def watched(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID], workout_id: FromPath[UUID]) -> Response[str]:
    return page(request, "training/watched.html", form=None, **await watched_of(db, actor, person_id, workout_id))


async def watched_of(db: Database, actor: Actor, person_id: UUID, workout_id: UUID) -> dict[str, Any]:
    name = await watching.may_look(db, actor.person_id, person_id)
    found = await reading.workout(db, person_id, workout_id) if name else None
    if found is None or found.status == "aborted":
        raise NotFoundException
    return {
        "trainee_id": person_id,
        "name": name,
        "workout": found,
        "cards": found.cards,
        "against": against_plan(found.cards),
        "share": share_done(found.cards),
        **kit(actor),
    }


@post("/coach/members/{person_id:uuid}/workouts/{workout_id:uuid}", name="training.say", guards=[may("coach.members")])
async def say(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID], workout_id: FromPath[UUID]) -> Response[str]:
    form: Form[forms.Commenting] = await read_form(request, forms.Commenting)
    if form.value is None:
        values = await watched_of(db, actor, person_id, workout_id)
        return page(request, "training/watched.html", status=422, form=form, **values)
    said = form.value
    await watched_of(db, actor, person_id, workout_id)
    await coaching.say(db, actor, workout_id, said.body, set_id=said.set_id, id=said.id, now=clock.now())
    return go(request, f"/coach/members/{person_id}/workouts/{workout_id}", toast=_("Said."))


@get("/training/coaches", name="training.coaches", guards=[signed_in()])
async def coaches(request: Request, db: Db, actor: Ask) -> Response[str]:
    found = await watching.openness(db, actor.person_id, list(actor.gym_ids))
    return page(request, "training/coaches.html", openness=found)


@post("/training/coaches", name="training.open_to", guards=[signed_in()])
async def open_to(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, forms.Granting)
    if form.value is None:
        raise NotFoundException
    await coaching.open_to(db, actor, form.value.coach, id=form.value.id, now=clock.now())
    return go(request, "/training/coaches", toast=_("Your coach can see your training now."))


@post("/training/coaches/{grant_id:uuid}/end", name="training.close", guards=[signed_in()])
async def close(request: Request, db: Db, actor: Ask, grant_id: FromPath[UUID]) -> Response[str]:
    await coaching.close(db, actor, grant_id, now=clock.now())
    return go(request, "/training/coaches", toast=_("Nobody looks in any more."))
