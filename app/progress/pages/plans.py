"""Dated plans: a calendar, a day, a week; what was planned against what happened."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.progress.actions import plans
from app.progress.actions.plans import DietSaid, ExerciseSaid, SessionSaid
from app.progress.forms import DietWritten, Scoring, SessionPlanned
from app.progress.pages.day import computed_score, day_or_none, int_or, known_day
from app.progress.queries import day as days
from app.progress.queries import plans as planned
from app.progress.rules import adherence
from app.progress.rules.measures import LOAD, REPS, RPE, SETS, Measure, Wrong, read_number, tidy
from app.progress.rules.windows import EARLIEST, LATEST, Window, week_of
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


def plan_url(day: date) -> str:
    return f"/progress/plan/{day}"


@get("/plan", name="progress.plan", guards=[signed_in()])
async def calendar(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Six weeks around a day, Monday first; the week's and the history's adherence."""
    today = actor.today(clock.now())
    at = day_or_none(request.query_params.get("at", "")) or today
    at = at if EARLIEST + timedelta(days=40) <= at <= LATEST - timedelta(days=60) else today
    monday = week_of(at.replace(day=1)).first
    month = Window(monday, monday + timedelta(days=41))
    size = int_or(request.query_params.get("days", ""), 15)
    size = size if size in adherence.WINDOWS else 15
    history = Window(at - timedelta(days=size - 1), at)
    scored = await planned.scores(db, actor.person_id, Window(min(history.first, week_of(at).first), max(at, week_of(at).last)))
    return page(
        request, "progress/plan.html", today=today, at=at, weeks=weeks(await planned.days_planned(db, actor.person_id, month)),
        pill=adherence.pill, week=adherence.week(scored, at), week_window=week_of(at), history=adherence.summary(scored, history),
        sizes=adherence.WINDOWS, size=size, back=at.replace(day=1) - timedelta(days=1), ahead=at.replace(day=28) + timedelta(days=4),
    )  # fmt: skip


def weeks(found: list[planned.PlannedDay]) -> list[list[planned.PlannedDay]]:
    return [found[start : start + 7] for start in range(0, len(found), 7)]


async def plan_page(request: Request, db: Db, actor: Actor, day: date, *, status: int = 200, **more: Any) -> Response[str]:
    found = await days.day_of(db, actor.person_id, day)
    score = found.score
    values: dict[str, Any] = {
        "day": day,
        "today": actor.today(clock.now()),
        "told": found,
        "computed": computed_score(found),
        "pill": adherence.pill(is_planned=bool(found.diet or found.planned), score=total(score)),
        "diet_form": None,
        "session_form": None,
        "score_form": None,
        "edited": request.query_params.get("session", ""),
        "exercise_text": exercise_text,
    }
    return page(request, "progress/plan_day.html", status=status, **{**values, **more})


def total(score: days.Score | None) -> Decimal | None:
    if score is None:
        return None
    given = [Decimal(str(value)) for value in (score.diet, score.workout) if value is not None]
    return adherence.mean(given)


@get("/plan/{day:date}", name="progress.plan_day", guards=[signed_in()])
async def plan_day(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    return await plan_page(request, db, actor, known_day(day))


@post("/plan/{day:date}/diet", name="progress.plan_diet", guards=[signed_in()])
async def plan_diet(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    form = await read_form(request, DietWritten)
    if form.value is None:
        return await plan_page(request, db, actor, known_day(day), status=422, diet_form=form)
    said = form.value
    await plans.plan_diet(
        db, actor, known_day(day),
        DietSaid(said.kcal, said.protein_g, said.carbs_g, said.fat_g, *(tidy(getattr(said, name)) for name in MEALS_AND_NOTES)),
    )  # fmt: skip
    return go(request, plan_url(day), _("Saved."))


MEALS_AND_NOTES = ("breakfast", "snack_1", "lunch", "snack_2", "dinner", "notes")
PARTS = ("warmup", "class_sessions", "cardio", "mobility_cooldown", "additional_exercises", "notes")


@post("/plan/{day:date}/sessions", name="progress.plan_session", guards=[signed_in()])
async def plan_session(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    form = await read_form(request, SessionPlanned)
    if form.value is None:
        return await plan_page(request, db, actor, known_day(day), status=422, session_form=form)
    exercises = read_exercises(form.value.exercises)
    if isinstance(exercises, str):
        refused: Form[Any] = form.refuse("exercises", not_understood(exercises))
        return await plan_page(request, db, actor, known_day(day), status=422, session_form=refused)
    said = SessionSaid(form.value.kind, **{name: tidy(getattr(form.value, name)) for name in PARTS}, exercises=exercises)
    if not await plans.plan_session(db, actor, known_day(day), said, id=form.value.id):
        raise NotFoundException
    return go(request, plan_url(day), _("Saved."))


def not_understood(line: str) -> str:
    return _("Not understood: “%(line)s”. Write one exercise a line, as in Bench press 4x6-8 80kg @8 | +2.5 kg.", line=line[:60])


EXERCISE = re.compile(
    r"(?P<name>.+?)(?:\s+(?P<sets>\d{1,2})\s*[x×*]\s*(?P<least>\d{1,3})(?:\s*[-–]\s*(?P<most>\d{1,3}))?)?"
    r"(?:\s+(?P<weight>\d+(?:[.,]\d+)?)\s*kg)?(?:\s*@\s*(?P<rpe>\d+(?:[.,]\d+)?))?",
    re.IGNORECASE,
)


def read_exercises(text: str) -> tuple[ExerciseSaid, ...] | str:
    """One a line; the line that nobody understands comes back."""
    found: list[ExerciseSaid] = []
    for line in (tidy(raw) for raw in text.split("\n")):
        if not line:
            continue
        one = read_exercise(line)
        if one is None or len(found) == 32:
            return line
        found.append(one)
    return tuple(found)


def read_exercise(line: str) -> ExerciseSaid | None:
    said, _bar, rule = line.partition("|")
    match = EXERCISE.fullmatch(said.strip())
    if match is None or len(match["name"]) > 90 or len(rule.strip()) > 240:
        return None
    asked: list[tuple[str | None, Measure]] = [(match["sets"], SETS), (match["least"], REPS), (match["most"], REPS)]
    numbers = [
        read_number(text, measure) if text else None for text, measure in [*asked, (match["weight"], LOAD), (match["rpe"], RPE)]
    ]
    if any(isinstance(number, Wrong) for number in numbers):
        return None
    sets, least, most, weight, rpe = (None if isinstance(number, Wrong) else number for number in numbers)
    most = most if most is not None else least
    if least is not None and most is not None and least > most:
        return None
    return ExerciseSaid(match["name"], whole(sets), whole(least), whole(most), weight, rpe, rule.strip())


def whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def exercise_text(one: days.PlannedExercise) -> str:
    """The line that was or could have been typed."""
    reps = "" if one.reps_min is None else f"{one.reps_min}-{one.reps_max}" if one.reps_max != one.reps_min else f"{one.reps_min}"
    parts = [one.name, f"{one.sets or 1}x{reps}" if reps else "", f"{one.weight_kg:g}kg" if one.weight_kg is not None else ""]
    parts += [
        f"@{one.rpe:g}" if one.rpe is not None else "",
        f"| {one.progression_weight_rule}" if one.progression_weight_rule else "",
    ]
    return " ".join(part for part in parts if part)


@post("/plan/{day:date}/score", name="progress.score", guards=[signed_in()])
async def score(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    form = await read_form(request, Scoring)
    if form.value is None:
        return await plan_page(request, db, actor, known_day(day), status=422, score_form=form)
    said = form.value
    scored = adherence.Scored(known_day(day), *(Decimal(value) if value else None for value in (said.diet, said.workout)))
    await plans.score(db, actor, scored, tidy(said.note))
    return go(request, plan_url(day), _("Scored."))


@post("/plan/{day:date}/diet/drop", name="progress.drop_diet", guards=[signed_in()])
async def drop_diet(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    await plans.drop_diet(db, actor, known_day(day))
    return go(request, plan_url(day), _("The day's diet is gone."))


@post("/plan/{day:date}/sessions/{session_id:uuid}/drop", name="progress.drop_planned", guards=[signed_in()])
async def drop_planned(request: Request, db: Db, actor: Ask, day: FromPath[date], session_id: FromPath[UUID]) -> Response[str]:
    if not await plans.drop_session(db, actor, session_id):
        raise NotFoundException
    return go(request, plan_url(known_day(day)), _("The session is gone."))


@post("/plan/flush/{what:str}", name="progress.flush", guards=[signed_in()])
async def flush(request: Request, db: Db, actor: Ask, what: FromPath[str]) -> Response[str]:
    """Asked twice: the page asks, and the form says that it was asked."""
    if what not in ("diet", "workout"):
        raise NotFoundException
    if (await request.form()).get("sure") != "yes":
        return go(request, "/progress/plan#flush", _("Nothing was deleted: tick the box first."))
    gone = await plans.flush(db, actor, what)
    return go(request, "/progress/plan", _("%(count)s planned entries are gone.", count=gone))


router = Router(
    "/",
    route_handlers=[calendar, plan_day, plan_diet, plan_session, score, drop_diet, drop_planned, flush],
)
