"""How closely a day followed its plan: scored by hand, computed from logged sets, and supplements against their target."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.progress.rules.windows import Window, week_of

DONE, PARTLY, MISSED = Decimal(1), Decimal("0.5"), Decimal(0)
SCORES = (DONE, PARTLY, MISSED)
WINDOWS = (7, 15, 30)
FULL = Decimal("0.9")  # of the planned sets: a day with 9 of 10 sets was trained


@dataclass(frozen=True, slots=True)
class Scored:
    """One day's scores; an empty score is no score, never a zero."""

    day: date
    diet: Decimal | None
    workout: Decimal | None

    @property
    def total(self) -> Decimal | None:
        return mean([score for score in (self.diet, self.workout) if score is not None])


@dataclass(frozen=True, slots=True)
class Summary:
    """Means over scored days only; a day with one part scored weighs as much as a full day."""

    total: Decimal | None
    diet: Decimal | None
    workout: Decimal | None
    logged_days: int
    scored_days: int
    of: int


def is_kept(scored: Scored, note: str) -> bool:
    """Nothing scored and nothing said: the row goes."""
    return scored.diet is not None or scored.workout is not None or bool(note)


def summary(days: list[Scored], window: Window) -> Summary:
    inside = [day for day in days if window.has(day.day)]
    totals = [day.total for day in inside if day.total is not None]
    return Summary(
        total=mean(totals),
        diet=mean([day.diet for day in inside if day.diet is not None]),
        workout=mean([day.workout for day in inside if day.workout is not None]),
        logged_days=len(inside),
        scored_days=len(totals),
        of=window.days,
    )


def week(days: list[Scored], day: date) -> Summary:
    """Monday to Sunday."""
    return summary(days, week_of(day))


def mean(values: list[Decimal]) -> Decimal | None:
    return sum(values, Decimal(0)) / len(values) if values else None


def computed(planned_sets: int, logged_sets: int) -> Decimal | None:
    """The score that logged sets earn by themselves; without a plan there is none."""
    if planned_sets <= 0:
        return None
    share = Decimal(logged_sets) / Decimal(planned_sets)
    return DONE if share >= FULL else PARTLY if share > 0 else MISSED


def pill(*, is_planned: bool, score: Decimal | None) -> str:
    """`no_plan`, `pending`, `met`, `partial` or `missed`."""
    if not is_planned:
        return "no_plan"
    if score is None:
        return "pending"
    return "met" if score == DONE else "missed" if score == MISSED else "partial"


@dataclass(frozen=True, slots=True)
class Intake:
    """Doses taken against the target of that day, as it stood on that day."""

    percent: int | None
    extra: int
    tone: str


def intake(taken: int, target: int | None) -> Intake:
    if not target:
        return Intake(None, 0, "muted")
    percent = round(100 * taken / target)
    tone = "good" if taken >= target else "warn" if taken / target >= 0.6 else "bad"
    return Intake(percent, max(0, taken - target), tone)
