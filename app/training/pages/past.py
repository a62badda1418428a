"""The past: write down a workout afterwards, and put right when it was."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.training import forms
from app.training.actions import starting, workouts
from app.training.pages.workout import refusal, theirs
from app.training.queries import looking
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import read_form
from app.web.pages import go, page
from app.words import _


@dataclass(frozen=True, slots=True)
class When:
    """What the fields start with, in the zone of the workout."""

    on: date
    began: str
    minutes: int
    notes: str = ""


def instant(on: date, began: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, began, zone)


@get("/training/past", name="training.past_page", guards=[signed_in()])
async def past_page(request: Request, db: Db, actor: Ask) -> Response[str]:
    now = clock.now().astimezone(actor.zone)
    when = When(now.date(), "18:00", 60)
    latest = await looking.latest(db, actor.person_id, limit=12)
    return page(request, "training/past.html", "past", form=None, when=when, latest=latest, today=now.date())


@post("/training/past", name="training.past", guards=[signed_in()])
async def past(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, forms.Backfill)
    now = clock.now()
    if form.value is not None and instant(form.value.on, form.value.began, actor.zone) > now:
        form = form.refuse("on", _("That is still to come."))
    if form.value is None:
        when = When(actor.today(now), "18:00", 60)
        latest = await looking.latest(db, actor.person_id, limit=12)
        today = actor.today(now)
        return page(request, "training/past.html", "past", status=422, form=form, when=when, latest=latest, today=today)
    said = form.value
    opening = (await starting.from_last_time(db, actor, said.again) if said.again else None) or starting.Opening()
    begun = instant(said.on, said.began, actor.zone)
    ended = min(begun + timedelta(minutes=said.minutes), now)
    made = await workouts.backfill(db, actor, opening, id=said.id, started_at=begun, ended_at=max(begun, ended))
    if made is None:
        raise NotFoundException
    return go(request, f"/workouts/{made.id}?edit=1")


@get("/workouts/{workout_id:uuid}/times", name="training.times", guards=[signed_in()])
async def times(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    found = await theirs(db, actor, workout_id)
    began = found.started_at.astimezone(ZoneInfo(found.zone))
    when = When(began.date(), f"{began:%H:%M}", (found.duration_seconds or 0) // 60, found.notes)
    return page(request, "training/times.html", "times", form=None, when=when, workout=found)


@post("/workouts/{workout_id:uuid}/times", name="training.correct", guards=[signed_in()])
async def correct(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Times)
    found = await theirs(db, actor, workout_id)
    zone = ZoneInfo(found.zone)
    if form.value is not None and instant(form.value.on, form.value.began, zone) > clock.now():
        form = form.refuse("on", _("That is still to come."))
    if form.value is None:
        when = When(found.started_on, "", 0)
        return page(request, "training/times.html", "times", status=422, form=form, when=when, workout=found)
    said = form.value
    began = instant(said.on, said.began, zone)
    ended = began + timedelta(minutes=said.minutes)
    outcome = await workouts.correct(
        db, actor.person_id, workout_id, started_at=began, ended_at=ended, notes=said.notes, at=clock.now()
    )
    if outcome is None:
        raise NotFoundException
    toast = refusal(outcome.code) if isinstance(outcome, workouts.Refused) else _("Put right.")
    return go(request, f"/workouts/{workout_id}", toast=toast)
