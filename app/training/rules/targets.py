"""What to aim for next: the plan's rule on what was really done, else last time again. Only ever a suggestion.

Plans speak in exact kilograms, workouts in whole grams; this is where the one becomes the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.plans.rules import Lifted, Line, next_target
from app.training.rules.sets import Numbers
from app.training.rules.weights import rounded


@dataclass(frozen=True, slots=True)
class Next:
    """A suggestion with its reason as a code; `is_step` when it asks for something else than last time."""

    grams: int | None = None
    reps: int | None = None
    seconds: int | None = None
    metres: int | None = None
    why: str = ""  # start, more_weight, more_reps, same_again, back_off, percent, longer, farther
    is_step: bool = False


Session = Sequence[Numbers]  # the working sets of one past workout


def suggest(line: Line, sessions: Sequence[Session], units: str, *, best: int | None = None, week: int = 1) -> Next:
    """`sessions`: newest first, without warm-ups. `best`: the estimated single in grams. `week`: of the plan, from 1."""
    if line.mode == "time":
        return _longer(line, sessions)
    if line.mode == "distance":
        return _farther(line, sessions)
    if line.mode == "sets_only":
        return Next(to_grams(line.target_weight) or _top(sessions), why="same_again" if sessions else "start")
    lifted = [[Lifted(to_kilos(one.grams), one.reps) for one in session] for session in sessions]
    target = next_target(line, lifted, best=to_kilos(best), week=week)
    grams = to_grams(target.weight)
    if grams and target.why in {"percent", "back_off"}:
        grams = rounded(grams, units)
    is_step = target.why in {"more_weight", "back_off", "percent"} and grams != _top(sessions)
    return Next(grams, target.reps_min or target.reps_max, why=target.why, is_step=is_step and grams is not None)


def to_grams(kilos: Decimal | None) -> int | None:
    return None if kilos is None else int((kilos * 1000).to_integral_value())


def to_kilos(grams: int | None) -> Decimal | None:
    return None if grams is None else Decimal(grams) / 1000


def _longer(line: Line, sessions: Sequence[Session]) -> Next:
    """Every set held as long as asked earns five seconds more, half a minute on long ones."""
    done = [one.seconds or 0 for one in sessions[0]] if sessions else []
    asked = line.target_time_seconds or min(done, default=0)
    if done and min(done) >= asked and len(done) >= line.sets:
        return Next(_top(sessions), seconds=min(done) + (5 if min(done) < 120 else 30), why="longer", is_step=True)
    return Next(to_grams(line.target_weight) or _top(sessions), seconds=asked or None, why="same_again" if done else "start")


def _farther(line: Line, sessions: Sequence[Session]) -> Next:
    """A twentieth more, in tens of metres."""
    done = [one.metres or 0 for one in sessions[0]] if sessions else []
    asked = int(line.target_distance_km * 1000) if line.target_distance_km else min(done, default=0)
    if done and min(done) >= asked and len(done) >= line.sets:
        farther = min(done) + max(10, min(done) // 200 * 10)
        return Next(_top(sessions), metres=farther, why="farther", is_step=True)
    return Next(to_grams(line.target_weight) or _top(sessions), metres=asked or None, why="same_again" if done else "start")


def _top(sessions: Sequence[Session]) -> int | None:
    return max((one.grams for one in sessions[0] if one.grams), default=None) if sessions else None
