"""Where training starts and what it has come to: start, resume, the calendar, records, volume, one exercise."""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.training import forms
from app.training.actions import cards, choices
from app.training.pages.common import kit, moment_of
from app.training.queries import looking
from app.training.queries.home import home as home_of
from app.training.rules.streaks import Streak, streak
from app.training.rules.volume import monday, verdict, weeks
from app.training.rules.weights import shown
from app.visit import here
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import read_form
from app.web.pages import go, page
from app.words import _

TWO_YEARS = timedelta(days=730)


@get("/training", name="training.home", guards=[signed_in()])
async def home(request: Request, db: Db, actor: Ask) -> Response[str]:
    now = clock.now()
    month = month_of(request.query_params.get("month"), actor.today(now))
    today = actor.today(now)
    seen = await home_of(
        db, actor.person_id, month, end_of(month), weeks_since=today - TWO_YEARS, discarded_since=now - timedelta(hours=24)
    )
    return page(
        request,
        "training/home.html",
        "calendar",
        seen=seen,
        month=month,
        days=days_of(month),
        streak=streak_in(today, seen.habits, seen.frozen),
        today=today,
        **kit(actor),
    )


async def streak_of(db: Database, actor: Actor, today: date, person_id: UUID | None = None) -> Streak:
    who, since = person_id or actor.person_id, today - TWO_YEARS
    return streak_in(today, await looking.habits(db, who, since), await looking.frozen(db, who, since))


def streak_in(today: date, habits: looking.Habits, frozen: list[tuple[date, date]]) -> Streak:
    return streak({one.week: one.count for one in habits.weeks}, today, habits.wanted, habits.rest_weeks, frozen)


def month_of(said: str | None, today: date) -> date:
    try:
        return date.fromisoformat(f"{said}-01") if said else today.replace(day=1)
    except ValueError:
        return today.replace(day=1)


def end_of(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def days_of(month: date) -> list[date | None]:
    """From Monday; the days before the first are empty places."""
    blanks: list[date | None] = [None] * month.weekday()
    return blanks + [month + timedelta(days=n) for n in range(end_of(month).day)]


@get("/training/exercises/{exercise_id:uuid}", name="training.exercise", guards=[signed_in()])
async def exercise(request: Request, db: Db, actor: Ask, exercise_id: FromPath[UUID]) -> Response[str]:
    limit = looking.ALL if "all" in request.query_params else looking.LATELY
    found = await looking.detail(db, actor, exercise_id, limit=limit)
    if found is None:
        raise NotFoundException
    return page(
        request,
        "training/exercise.html",
        has_more=len(found.points) == looking.LATELY,
        detail=found,
        chart=chart_of(actor, found),
        form=None,
        **kit(actor),
    )


def chart_of(actor: Actor, detail: looking.Detail) -> dict[str, Any]:
    """The line that says how it goes: estimated max, else the longest or the farthest."""
    points = list(reversed(detail.points))
    if detail.mode == "time":
        return {"days": points, "values": [one.seconds for one in points], "name": _("Longest set, seconds"), "unit": "s"}
    if detail.mode == "distance":
        return {"days": points, "values": [one.metres for one in points], "name": _("Farthest, metres"), "unit": "m"}
    values = [None if one.e1rm is None else float(round(shown(one.e1rm, actor.units), 1)) for one in points]
    if any(value is not None for value in values):
        return {"days": points, "values": values, "name": _("Estimated one-rep max"), "unit": actor.units}
    return {"days": points, "values": [one.best_reps for one in points], "name": _("Most reps in a set"), "unit": ""}


@post("/training/exercises/{exercise_id:uuid}/note", name="training.keep_note", guards=[signed_in()])
async def keep_note(request: Request, db: Db, actor: Ask, exercise_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Noting)
    if form.value is None:
        found = await looking.detail(db, actor, exercise_id)
        if found is None:
            raise NotFoundException
        values = {"detail": found, "has_more": False, "chart": chart_of(actor, found), "form": form, **kit(actor)}
        return page(request, "training/exercise.html", "note", status=422, **values)
    await cards.keep_note(db, actor.person_id, exercise_id, form.value.note, at=moment_of(form.value.at))
    return go(request, f"/training/exercises/{exercise_id}", toast=_("Noted. You will see it every time."))


@get("/training/records", name="training.records", guards=[signed_in()])
async def records(request: Request, db: Db, actor: Ask) -> Response[str]:
    found = await looking.standing(db, actor.person_id, actor.locale)
    by_exercise: dict[UUID, list[looking.Broken]] = {}
    for one in found:
        by_exercise.setdefault(one.exercise_id, []).append(one)
    return page(
        request,
        "training/records.html",
        exercises=list(by_exercise.values()),
        recent=await looking.recent_records(db, actor.person_id, actor.locale),
        **kit(actor),
    )


@get("/training/volume", name="training.volume", guards=[signed_in()])
async def volume(request: Request, db: Db, actor: Ask) -> Response[str]:
    today = actor.today(clock.now())
    told = await looking.trained(db, actor.person_id, monday(today) - timedelta(weeks=7))
    return page(
        request, "training/volume.html", told=told, done=added_up(told, monday(today), actor.units), verdict=verdict,
        muscle_name=muscle_name, **kit(actor),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AddedUp:
    weeks: list[date]
    table: list[tuple[str, list[float]]]
    moved: list[float]


@lru_cache(500)
def added_up(told: str, this_week: date, units: str) -> AddedUp:
    """Between two workouts it stays as it is."""
    found = looking.trained_in(told)
    mondays = weeks(this_week - timedelta(weeks=7), this_week)
    cells = {(one.muscle, one.week): one.half_sets / 2 for one in found if one.muscle}
    moved = {one.week: one.volume for one in found if one.muscle is None}
    total: Counter[str] = Counter()
    for one in found:
        if one.muscle:
            total[one.muscle] += one.half_sets
    muscles = sorted(total, key=lambda muscle: (-total[muscle], muscle))
    table = [(muscle, [cells.get((muscle, week), 0) for week in mondays]) for muscle in muscles]
    return AddedUp(mondays, table, [float(shown(moved.get(week, 0), units)) for week in mondays])


def muscle_name(code: str) -> str:
    """The seventeen muscles in the reader's language."""
    return muscles(here().locale).get(code, code)


@lru_cache
def muscles(_locale: str) -> dict[str, str]:
    return {
        "abdominals": _("Abs"), "abductors": _("Abductors"), "adductors": _("Adductors"), "biceps": _("Biceps"),
        "calves": _("Calves"), "chest": _("Chest"), "forearms": _("Forearms"), "glutes": _("Glutes"),
        "hamstrings": _("Hamstrings"), "lats": _("Lats"), "lower back": _("Lower back"),
        "middle back": _("Middle back"),  "neck": _("Neck"), "quadriceps": _("Quads"),
        "shoulders": _("Shoulders"), "traps": _("Traps"), "triceps": _("Triceps"),
    }  # fmt: skip


@get("/training/choices", name="training.choices", guards=[signed_in()])
async def choose_page(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "training/choices.html", **await choices_shown(db, actor), form=None)


async def choices_shown(db: Database, actor: Actor) -> dict[str, Any]:
    today = actor.today(clock.now())
    habits = await looking.habits(db, actor.person_id, today - timedelta(weeks=8))
    ahead = [monday(today) + timedelta(weeks=n) for n in range(-1, 5)]
    return {"habits": habits, "weeks": ahead, "this_week": monday(today), **kit(actor)}


@post("/training/choices", name="training.choose", guards=[signed_in()])
async def choose(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, forms.Choices)
    if form.value is None:
        return page(request, "training/choices.html", "choices", status=422, form=form, **await choices_shown(db, actor))
    said = form.value
    await choices.choose(
        db, actor.person_id, weekly_target=said.weekly_target, rest_seconds=said.rest_seconds, shows_rpe=said.shows_rpe,
        accepts_next=said.accepts_next,
    )  # fmt: skip
    return go(request, "/training/choices", toast=_("Kept."))


@post("/training/rest-weeks", name="training.rest_week", guards=[signed_in()])
async def rest_week(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, forms.RestingWeek)
    if form.value is None:
        raise NotFoundException
    await choices.rest_week(db, actor.person_id, monday(form.value.week), form.value.is_resting)
    return go(request, "/training/choices")
