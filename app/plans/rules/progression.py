"""How the weight grows: double progression, linear, or a percentage of the best single, and what to do after misses."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from app.plans.rules.outline import Line
from app.plans.rules.weights import plain

MISSES = 3  # in a row, before the weight goes back
BACK_OFF = Decimal("0.9")
FINEST = Decimal("2.5")  # what a pair of the usual smallest plates adds


@dataclass(frozen=True, slots=True)
class Lifted:
    """One work set as it was done. Warm-ups do not count and are left out by the caller."""

    weight: Decimal | None
    reps: int | None


@dataclass(frozen=True, slots=True)
class Target:
    """What to aim at next, and why: start, more_weight, more_reps, same_again, back_off, percent."""

    weight: Decimal | None
    reps_min: int | None
    reps_max: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Week:
    number: int
    weight: Decimal | None  # kilograms, or None when only the percentage is known
    percent: Decimal | None
    reps_min: int | None
    reps_max: int | None


Session = Sequence[Lifted]


def next_target(line: Line, sessions: Sequence[Session], *, best: Decimal | None = None, week: int = 1) -> Target:
    """`sessions`: the work sets of earlier times, newest first. `best`: the estimated single. `week` counts from 1."""
    if line.progression == "percentage" or (line.percent_1rm is not None and line.progression is None):
        return _percentage(line, best, week)
    tried = [session for session in sessions if session]
    if not tried:
        return Target(line.target_weight, line.reps_min, line.reps_max, "start")
    if line.progression == "double":
        return _double(line, tried)
    if line.progression == "linear":
        return _linear(line, tried)
    return Target(_weight(tried[0]), line.reps_min, line.reps_max, "same_again")


def _double(line: Line, sessions: Sequence[Session]) -> Target:
    weight, low, high = _weight(sessions[0]), line.reps_min or 1, line.reps_max or 1
    if weight is None:
        return Target(None, line.reps_min, line.reps_max, "same_again")
    if _made(sessions[0], line.sets, high):
        return Target(weight + (line.step or 0), low, high, "more_weight")
    if _stuck(line, sessions, low):
        return Target(_backed_off(weight, line.step), low, high, "back_off")
    aim = max(low, min(high, _fewest(sessions[0]) + 1))
    return Target(weight, aim, high, "more_reps")


def _linear(line: Line, sessions: Sequence[Session]) -> Target:
    weight, goal = _weight(sessions[0]), line.reps_min or line.reps_max or 1
    if weight is None:
        return Target(None, line.reps_min, line.reps_max, "same_again")
    if _made(sessions[0], line.sets, goal):
        return Target(weight + (line.step or 0), line.reps_min, line.reps_max, "more_weight")
    if _stuck(line, sessions, goal):
        return Target(_backed_off(weight, line.step), line.reps_min, line.reps_max, "back_off")
    return Target(weight, line.reps_min, line.reps_max, "same_again")


def _percentage(line: Line, best: Decimal | None, week: int) -> Target:
    if best is None or line.percent_1rm is None:
        return Target(None, line.reps_min, line.reps_max, "percent")
    return Target(_loadable(best * _percent(line, week) / 100), line.reps_min, line.reps_max, "percent")


def _percent(line: Line, week: int) -> Decimal:
    added = (line.step or Decimal(0)) * (week - 1) if line.progression == "percentage" else Decimal(0)
    return min(Decimal(150), (line.percent_1rm or Decimal(0)) + added)


def _made(session: Session, sets: int, reps: int) -> bool:
    heaviest = _weight(session)
    return sum(1 for done in session if done.weight == heaviest and (done.reps or 0) >= reps) >= sets


def _stuck(line: Line, sessions: Sequence[Session], reps: int) -> bool:
    """The last three times, at this very weight, fell short."""
    recent, weight = sessions[:MISSES], _weight(sessions[0])
    return len(recent) == MISSES and all(_weight(one) == weight and not _made(one, line.sets, reps) for one in recent)


def _weight(session: Session) -> Decimal | None:
    return max((done.weight for done in session if done.weight is not None), default=None)


def _fewest(session: Session) -> int:
    heaviest = _weight(session)
    return min((done.reps or 0 for done in session if done.weight == heaviest), default=0)


def _backed_off(weight: Decimal, step: Decimal | None) -> Decimal:
    grain = step or FINEST
    return plain((weight * BACK_OFF / grain).to_integral_value(ROUND_DOWN) * grain)


def _loadable(weight: Decimal) -> Decimal:
    return plain((weight / FINEST).to_integral_value(ROUND_HALF_UP) * FINEST)


def preview(line: Line, *, weight: Decimal | None = None, best: Decimal | None = None, weeks: int = 4) -> tuple[Week, ...]:
    """The next weeks, if every session goes as planned and the unit comes once a week."""
    start = weight if weight is not None else line.target_weight
    return tuple(_week(line, start, best, number) for number in range(1, weeks + 1))


def _week(line: Line, start: Decimal | None, best: Decimal | None, number: int) -> Week:
    if line.percent_1rm is not None:
        aim = _percentage(line, best, number)
        return Week(number, aim.weight, plain(_percent(line, number)), line.reps_min, line.reps_max)
    if line.progression == "double":
        return _double_week(line, start, number)
    added = (line.step or Decimal(0)) * (number - 1) if line.progression == "linear" else Decimal(0)
    return Week(number, None if start is None else start + added, None, line.reps_min, line.reps_max)


def _double_week(line: Line, start: Decimal | None, number: int) -> Week:
    """A rep more each week; at the top of the range the weight goes up and the reps start over."""
    low, high = line.reps_min or 1, line.reps_max or 1
    span = high - low + 1
    rises, reps = divmod(number - 1, span)
    weight = None if start is None else start + (line.step or 0) * rises
    return Week(number, weight, None, low + reps, low + reps)
