"""The workout: start it, log it, finish it, bring it back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.training import forms
from app.training.actions import counting, planning, sets, starting, workouts
from app.training.pages.common import kit, moment_of, seconds_of
from app.training.queries import looking
from app.training.queries import workouts as reading
from app.training.queries.workouts import Workout
from app.training.rules.cards import lifts, line_of, lines
from app.training.rules.course import Upcoming, coming_up
from app.training.rules.outcome import against_plan, outgrown, share_done
from app.training.rules.sets import Numbers
from app.training.rules.weights import HEAVIEST, grams
from app.web.asking import Ask, Db, Request, Swift, signed_in
from app.web.forms import Form, read_form
from app.web.pages import done, go, page
from app.words import _

TEMPLATE = "training/workout.html"


@post("/workouts", name="training.start", guards=[signed_in()])
async def start(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, forms.Starting)
    if form.value is None:
        return go(request, "/training", toast=_("That workout could not be started. Please try again."))
    opening = await opening_of(db, actor, form.value)
    if opening is None:
        raise NotFoundException
    started = await starting.start(db, actor, opening, id=form.value.id, at=moment_of(form.value.at))
    if started is None:
        raise NotFoundException
    return go(request, f"/workouts/{started.id}")


async def opening_of(db: Database, actor: Actor, wanted: forms.Starting) -> starting.Opening | None:
    now = clock.now()
    if wanted.source == "again" and wanted.of:
        return await starting.from_last_time(db, actor, wanted.of)
    if wanted.source == "today" and wanted.of:
        return await planning.planned_day(db, actor, wanted.of, wanted.day, actor.today(now))
    if wanted.source == "unit" and wanted.of:
        return await planning.lone_unit(db, actor, wanted.of, now)
    return starting.Opening()


@get("/workouts/{workout_id:uuid}", name="training.workout", guards=[signed_in()])
async def workout(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    found = await theirs(db, actor, workout_id)
    values = shown(actor, found, request)
    if found.status == "completed" and not values["is_editing"]:
        broken = await looking.of_workout(db, actor.person_id, workout_id, actor.locale)
        return page(request, "training/finished.html", broken=broken, **outcome_of(found), **values)
    return page(request, TEMPLATE, **values)


def outcome_of(found: Workout) -> dict[str, Any]:
    return {
        "against": against_plan(found.cards),
        "share": share_done(found.cards),
        "outgrown": outgrown(found.cards) if found.plan_id else [],
    }


async def theirs(db: Database, actor: Actor, workout_id: UUID) -> Workout:
    found = await reading.workout(db, actor.person_id, workout_id)
    if found is None:
        raise NotFoundException
    return found


def shown(actor: Actor, found: Workout, request: Request) -> dict[str, Any]:
    """Everything on the screen. A rest that is still running goes on after a reload: it is the last set's time plus the rest."""
    upcoming, rest_from = resting(found)
    return {
        "workout": found,
        "is_editing": found.status == "in_progress" or "edit" in request.query_params,
        "cards": found.cards,
        "order": tuple([card.id for card in found.cards]),
        "done_count": found.done_count,
        "set_count": found.set_count,
        "upcoming": upcoming,
        "rest_from": rest_from,
        "shows_rpe": found.shows_rpe,
        "form": None,
        "form_set": None,
        "recoverable": found.aborted_at is not None and clock.now() - found.aborted_at <= timedelta(hours=24),
        **kit(actor),
    }


def resting(found: Workout) -> tuple[Upcoming, datetime | None]:
    if found.status != "in_progress":
        return Upcoming(None, None), None
    done = [(row.done_at, card.id, n) for card in found.cards for n, row in enumerate(card.sets, start=1) if row.done_at]
    if not done:
        return Upcoming(None, None), None
    at, card_id, number = max(done, key=itemgetter(0))
    upcoming = coming_up(lifts(found.cards, found.rest_seconds), card_id, number)
    return upcoming, at if upcoming.rest else None


@dataclass(frozen=True, slots=True)
class Head:
    """As much of the workout as the answer to one set needs."""

    id: UUID
    status: str
    started_at: datetime
    rest_seconds: int


@post("/workouts/{workout_id:uuid}/exercises/{card_id:uuid}/sets/{set_id:uuid}", name="training.log", guards=[signed_in()])
async def log(
    request: Request, swift: Swift, db: Db, actor: Ask,
    workout_id: FromPath[UUID], card_id: FromPath[UUID], set_id: FromPath[UUID],
) -> Response[str]:  # fmt: skip
    """The hot path: one statement while the workout is running."""
    form = await read_form(request, forms.SetSaid)
    said, form = heard(form, actor, card_id, set_id)
    if said is None:
        return await misheard(request, db, actor, workout_id, set_id, form)
    logged = await sets.log_set(swift, actor.person_id, said, now=clock.now())
    if logged is None or isinstance(logged, sets.Taken):
        raise NotFoundException
    if isinstance(logged, sets.Misfit):
        form = form.refuse(FIELDS[logged.field], _("This exercise does not count that."))
        return await misheard(request, db, actor, workout_id, set_id, form)
    if logged.status == "completed":  # the past was corrected, or a phone came back from the cellar
        await counting.recount(db, actor.person_id, logged.card.workout_id)
    return answer(request, actor, logged, said)


FIELDS = {"reps": "reps", "seconds": "held", "metres": "metres"}


def heard(form: Form[forms.SetSaid], actor: Actor, card_id: UUID, set_id: UUID) -> tuple[sets.Said | None, Form[forms.SetSaid]]:
    typed = form.value
    if typed is None:
        return None, form
    seconds, took = seconds_of(typed.held), seconds_of(typed.took)
    if isinstance(seconds, str):
        return None, form.refuse("held", seconds)
    if isinstance(took, str):
        return None, form.refuse("took", took)
    if took and typed.metres is None and typed.do == "done":
        return None, form.refuse("metres", _("How far was it? The time belongs to a distance."))
    weight = None if typed.weight is None else grams(typed.weight, actor.units)
    if weight is not None and weight > HEAVIEST:
        return None, form.refuse("weight", _("Nobody has lifted that much."))
    if typed.rpe is not None and typed.rpe * 2 != int(typed.rpe * 2):
        return None, form.refuse("rpe", _("Whole or half, like 8 or 8.5."))
    numbers = Numbers(weight, typed.reps, seconds, typed.metres, took if typed.metres else None)
    said = sets.Said(
        set_id, card_id, typed.kind, numbers, typed.do == "done", moment_of(typed.at), typed.rpe, typed.do == "remove"
    )
    return said, form


def answer(request: Request, actor: Actor, logged: sets.Logged, said: sets.Said) -> Response[str]:
    """The row, what comes next with its rest, and how far we are. A set that came or went redraws its exercise."""
    workout_id, running = logged.card.workout_id, logged.status == "in_progress"
    if not request.wants_regions:
        return go(request, f"/workouts/{workout_id}{'' if running else '?edit=1'}#card-{logged.card.id}")
    number = next((n for n, row in enumerate(logged.card.sets, start=1) if row.id == said.id), 0)
    upcoming = coming_up(logged.lifts, logged.card.id, number) if said.is_done and running else Upcoming(None, None)
    line = line_of(logged.card, said.id)
    regions = [f"card:{logged.card.id}" if line is None or logged.is_new else f"row:{said.id}", "tally"]
    return page(
        request,
        TEMPLATE,
        *regions,
        *(["rest"] if said.is_done and running else []),
        workout=Head(workout_id, logged.status, logged.started_at, logged.rest_seconds),
        is_editing=True,
        card=logged.card,
        line=line,
        done_count=sum(sum(lift.done) for lift in logged.lifts),
        set_count=sum(len(lift.done) for lift in logged.lifts if not lift.is_skipped),
        upcoming=upcoming,
        rest_from=said.at if upcoming.rest else None,
        shows_rpe=logged.shows_rpe,
        form=None,
        form_set=None,
        **kit(actor),
    )


async def misheard(
    request: Request, db: Database, actor: Actor, workout_id: UUID, set_id: UUID, form: Form[forms.SetSaid]
) -> Response[str]:
    """What was typed, with a sentence at the field."""
    found = await theirs(db, actor, workout_id)
    values = shown(actor, found, request) | {"form": form, "form_set": set_id, "is_editing": True}
    for card in found.cards:
        for line in lines(card):
            if line.row.id == set_id:
                return page(request, TEMPLATE, f"row:{set_id}", status=422, card=card, line=line, **values)
    return page(request, TEMPLATE, "tally", status=422, **values)


@post("/workouts/{workout_id:uuid}/finish", name="training.finish", guards=[signed_in()])
async def finish(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Finishing)
    at = moment_of(form.value.at if form.value else None)
    outcome = await workouts.finish(db, actor.person_id, workout_id, at=at, now=clock.now())
    if outcome is None:
        raise NotFoundException
    if isinstance(outcome, workouts.Refused):
        return go(request, f"/workouts/{workout_id}", toast=refusal(outcome.code))
    return go(request, f"/workouts/{workout_id}")


@post("/workouts/{workout_id:uuid}/discard", name="training.discard", guards=[signed_in()])
async def discard(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Word)
    at = moment_of(form.value.at if form.value else None)
    if await workouts.discard(db, actor.person_id, workout_id, at=at, now=clock.now()) is None:
        raise NotFoundException
    return go(request, "/training", toast=_("Discarded. You can bring it back for 24 hours."))


@post("/workouts/{workout_id:uuid}/recover", name="training.recover", guards=[signed_in()])
async def recover(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    return turned(request, workout_id, await workouts.recover(db, actor.person_id, workout_id, now=clock.now()))


@post("/workouts/{workout_id:uuid}/resume", name="training.resume", guards=[signed_in()])
async def resume(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    return turned(request, workout_id, await workouts.resume(db, actor.person_id, workout_id, now=clock.now()))


def turned(request: Request, workout_id: UUID, outcome: workouts.Refused | bool | None) -> Response[str]:
    if outcome is None:
        raise NotFoundException
    said = refusal(outcome.code) if isinstance(outcome, workouts.Refused) else None
    return go(request, f"/workouts/{workout_id}", toast=said)


def refusal(code: str) -> str:
    return {
        "discarded": _("This workout was discarded. Bring it back first."),
        "too_late": _("It was discarded more than 24 hours ago and cannot come back."),
        "nothing_done": _("Nothing is logged yet. Log a set, or discard the workout."),
        "too_many": _("That is enough for one workout."),
        "order": _("It cannot end before it began."),
    }[code]


@post("/workouts/{workout_id:uuid}/notes", name="training.notes", guards=[signed_in()])
async def notes(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Finishing)
    if form.value is None:
        raise NotFoundException
    await workouts.note(db, actor.person_id, workout_id, form.value.notes or "", at=moment_of(form.value.at))
    found = await theirs(db, actor, workout_id)
    url = f"/workouts/{workout_id}"
    return done(request, url, TEMPLATE, "notes", toast=_("Noted."), **shown(actor, found, request))


@post("/workouts/{workout_id:uuid}/plan", name="training.grow", guards=[signed_in()])
async def grow(request: Request, db: Db, actor: Ask, workout_id: FromPath[UUID]) -> Response[str]:
    """The lifter says yes: what was lifted becomes what is planned."""
    form = await read_form(request, forms.Deciding)
    found = await theirs(db, actor, workout_id)
    if form.value is None or found.plan_id is None:
        raise NotFoundException
    weights = [one for one in outgrown(found.cards) if one.planned_id in form.value.lines]
    is_written = await planning.grow(db, actor, found.plan_id, weights, id=form.value.id, now=clock.now())
    said = (
        _("The plan has the new weights.") if is_written else _("Only the plan's author can change it. Copy it to make it yours.")
    )
    return go(request, f"/workouts/{workout_id}", toast=said)
