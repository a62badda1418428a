"""What to aim for next, from the plan's rule and from what was done last time. Only ever a suggestion: the lifter approves it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.training.rules.sets import Numbers
from app.training.rules.weights import rounded, shown


@dataclass(frozen=True, slots=True)
class Aim:
    """What the plan asks of an exercise."""

    mode: str
    sets: int = 1
    reps_min: int | None = None
    reps_max: int | None = None
    grams: int | None = None
    seconds: int | None = None
    metres: int | None = None
    percent: Decimal | None = None  # of the one-repetition maximum
    rule: str = "double"  # double, linear, percentage, none
    step: int | None = None  # grams; None = the smallest jump in the person's units
    deload_after: int = 3  # sessions missed in a row before the weight comes down


@dataclass(frozen=True, slots=True)
class Last:
    """The working sets of one past session, oldest first."""

    sets: tuple[Numbers, ...] = ()
    missed: int = 0  # sessions in a row, this one included, that fell short of the aim


@dataclass(frozen=True, slots=True)
class Next:
    """A suggestion with the reason as a code; `is_step` when it asks for something other than last time."""

    grams: int | None
    reps: int | None
    seconds: int | None
    metres: int | None
    why: str  # first, planned, repeat, more_weight, more_reps, deload, percentage, longer, farther
    is_step: bool = False


def next_target(aim: Aim, last: Last, units: str, one_rep: int | None = None) -> Next:
    if aim.mode == "time":
        return _longer(aim, last)
    if aim.mode == "distance":
        return _farther(aim, last)
    if aim.mode == "sets_only":
        return Next(aim.grams or _top(last), None, None, None, "planned" if aim.grams else "repeat")
    if aim.percent and one_rep:
        heavy = rounded(int(one_rep * aim.percent / 100), units)
        return Next(heavy, aim.reps_max or aim.reps_min, None, None, "percentage", heavy != _top(last))
    if not last.sets:
        return Next(aim.grams, aim.reps_max if aim.rule == "linear" else aim.reps_min or aim.reps_max, None, None, "first")
    return RULES.get(aim.rule, _repeat)(aim, last, units)


def _double(aim: Aim, last: Last, units: str) -> Next:
    """First the repetitions up to the top of the range in every set, then the weight, and the repetitions start again."""
    weight, fewest = _top(last), _fewest(last)
    low, high = aim.reps_min or aim.reps_max or 1, aim.reps_max or aim.reps_min or 1
    if len(last.sets) >= aim.sets and fewest >= high:
        heavier = _heavier(weight, aim, units)
        if heavier is None:  # no weight on the bar: only repetitions can grow
            return Next(None, high, None, None, "repeat")
        return Next(heavier, low, None, None, "more_weight", True)
    if last.missed >= aim.deload_after and fewest < low and weight:
        return Next(rounded(weight * 9 // 10, units), low, None, None, "deload", True)
    return Next(weight, min(high, fewest + 1) if fewest else low, None, None, "more_reps")


def _linear(aim: Aim, last: Last, units: str) -> Next:
    """Every completed session earns the next jump; a session that fell short is repeated, three in a row come down a tenth."""
    weight, asked = _top(last), aim.reps_max or aim.reps_min or 1
    if len(last.sets) >= aim.sets and _fewest(last) >= (aim.reps_min or asked) and weight:
        return Next(_heavier(weight, aim, units), asked, None, None, "more_weight", True)
    if last.missed >= aim.deload_after and weight:
        return Next(rounded(weight * 9 // 10, units), asked, None, None, "deload", True)
    return Next(weight, asked, None, None, "repeat")


def _repeat(aim: Aim, last: Last, units: str) -> Next:
    top = max(last.sets, key=lambda one: (one.grams or 0, one.reps or 0))
    return Next(top.grams, top.reps, None, None, "repeat")


RULES = {"double": _double, "linear": _linear}


def _longer(aim: Aim, last: Last) -> Next:
    best = min((one.seconds or 0 for one in last.sets), default=0)
    asked = aim.seconds or best
    if aim.rule != "none" and best and best >= asked and len(last.sets) >= aim.sets:
        return Next(_top(last) or aim.grams, None, best + (5 if best < 120 else 30), None, "longer", True)
    return Next(aim.grams, None, asked or None, None, "planned" if aim.seconds else "repeat")


def _farther(aim: Aim, last: Last) -> Next:
    best = min((one.metres or 0 for one in last.sets), default=0)
    asked = aim.metres or best
    if aim.rule != "none" and best and best >= asked and len(last.sets) >= aim.sets:
        return Next(_top(last) or aim.grams, None, None, best + max(10, best // 20 // 10 * 10), "farther", True)
    return Next(aim.grams, None, None, asked or None, "planned" if aim.metres else "repeat")


def fell_short(aim: Aim, sets: Sequence[Numbers]) -> bool:
    """Fewer sets than asked, or one under the range: what a deload counts."""
    asked = aim.reps_min or aim.reps_max or 0
    return len(sets) < aim.sets or any((one.reps or 0) < asked for one in sets)


def _top(last: Last) -> int | None:
    return max((one.grams for one in last.sets if one.grams), default=None)


def _fewest(last: Last) -> int:
    """The fewest repetitions among the sets at the top weight: a back-off set does not hold anybody back."""
    top = _top(last)
    return min((one.reps or 0 for one in last.sets if one.grams == top), default=0)


def _heavier(weight: int | None, aim: Aim, units: str) -> int | None:
    if weight is None:
        return None
    if aim.step:
        return weight + aim.step
    light = shown(weight, units) < (45 if units == "lb" else 20)  # dumbbells and small muscles take smaller jumps
    size = Decimal(5 if units == "lb" else "2.5") if not light else Decimal("2.5" if units == "lb" else 1)
    return rounded(weight + int(size * (Decimal("453.59237") if units == "lb" else 1000)), units, size)
