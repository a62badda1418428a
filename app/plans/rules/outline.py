"""A plan as a whole: its days, the units of each day, the lines of each unit, and everything that may be wrong with them."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

MODES = ("reps", "time", "distance", "sets_only")
SET_TYPES = ("warmup", "normal", "drop", "failure")
PROGRESSIONS = ("double", "linear", "percentage")
DIFFICULTIES = ("beginner", "intermediate", "expert")
GOALS = ("strength", "muscle", "fitness", "power", "mobility")
SHARINGS = ("private", "shared", "gym")

LAST_DAY = 28
MOST_UNITS_A_DAY = 6
MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Line:
    """So many sets of one movement. `exercise_id` is empty when the movement is not in the catalogue (any more)."""

    id: UUID
    exercise_name: str
    mode: str = "reps"
    exercise_id: UUID | None = None
    sets: int = 1
    reps_min: int | None = None
    reps_max: int | None = None
    target_weight: Decimal | None = None
    target_time_seconds: int | None = None
    target_distance_km: Decimal | None = None
    rpe: Decimal | None = None
    percent_1rm: Decimal | None = None
    rest_seconds: int | None = None
    set_type: str = "normal"
    superset: int | None = None
    progression: str | None = None
    step: Decimal | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    id: UUID
    name: str
    lines: tuple[Line, ...] = ()
    description: str = ""
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Day:
    number: int
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    name: str
    difficulty: str = "beginner"
    days: tuple[Day, ...] = ()
    description: str = ""
    goal: str | None = None
    weeks: int | None = None
    cycle_days: int = 7

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(unit for day in self.days for unit in day.units)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for unit in self.units for line in unit.lines)

    def day(self, number: int) -> Day | None:
        return next((day for day in self.days if day.number == number), None)

    def unit(self, unit_id: UUID) -> Unit | None:
        return next((unit for unit in self.units if unit.id == unit_id), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """A field and what is wrong with it, as a code; the page has the sentence."""

    field: str
    code: str


def faults(line: Line) -> tuple[Fault, ...]:
    """Everything the database would refuse about a line, said before it has to."""
    return tuple(
        Fault(field, code)
        for field, code, wrong in (
            ("exercise_name", "name_missing", not line.exercise_name.strip()),
            ("exercise_name", "name_too_long", len(line.exercise_name.strip()) > 100),
            ("mode", "mode_unknown", line.mode not in MODES),
            ("sets", "sets_range", not 1 <= line.sets <= 50),
            *_metric_faults(line),
            ("target_weight", "weight_range", not _within(line.target_weight, 0, 2000)),
            ("rpe", "rpe_range", not _within(line.rpe, 1, 10) or (line.rpe or 0) * 2 % 1 != 0),
            ("percent_1rm", "percent_range", not _within(line.percent_1rm, 1, 150)),
            ("percent_1rm", "percent_and_weight", line.percent_1rm is not None and line.target_weight is not None),
            ("rest_seconds", "rest_range", not _within(line.rest_seconds, 0, 3600)),
            ("set_type", "set_type_unknown", line.set_type not in SET_TYPES),
            ("superset", "superset_range", not _within(line.superset, 1, 26)),
            ("notes", "notes_too_long", len(line.notes) > 1000),
            *_progression_faults(line),
        )
        if wrong
    )


def _metric_faults(line: Line) -> tuple[tuple[str, str, bool], ...]:
    has_reps = line.reps_min is not None or line.reps_max is not None
    upside_down = line.reps_min is not None and line.reps_max is not None and line.reps_min > line.reps_max
    return (
        ("reps_min", "reps_missing", line.mode == "reps" and not has_reps),
        ("reps_min", "reps_range", not _within(line.reps_min, 1, 1000)),
        ("reps_max", "reps_range", not _within(line.reps_max, 1, 1000)),
        ("reps_max", "reps_upside_down", upside_down),
        ("reps_min", "metric_mismatch", line.mode != "reps" and has_reps),
        ("target_time_seconds", "time_missing", line.mode == "time" and line.target_time_seconds is None),
        ("target_time_seconds", "time_range", not _within(line.target_time_seconds, 1, 86400)),
        ("target_time_seconds", "metric_mismatch", line.mode != "time" and line.target_time_seconds is not None),
        ("target_distance_km", "distance_missing", line.mode == "distance" and line.target_distance_km is None),
        ("target_distance_km", "distance_range", not _within(line.target_distance_km, Decimal("0.00001"), 1000)),
        ("target_distance_km", "metric_mismatch", line.mode != "distance" and line.target_distance_km is not None),
    )


def _progression_faults(line: Line) -> tuple[tuple[str, str, bool], ...]:
    kind, ranged = line.progression, line.reps_min is not None and line.reps_max is not None and line.reps_min < line.reps_max
    return (
        ("progression", "progression_unknown", kind is not None and kind not in PROGRESSIONS),
        ("step", "step_missing", kind is not None and line.step is None),
        ("step", "step_alone", kind is None and line.step is not None),
        ("step", "step_range", line.step is not None and not 0 < line.step <= 50),
        ("progression", "progression_mode", kind is not None and line.mode != "reps"),
        ("progression", "progression_range", kind == "double" and line.mode == "reps" and not ranged),
        ("percent_1rm", "progression_percent", kind == "percentage" and line.percent_1rm is None),
    )


def _within(amount: Decimal | int | None, low: Decimal | int, high: Decimal | int) -> bool:
    return amount is None or low <= amount <= high


def plan_faults(outline: Outline) -> tuple[Fault, ...]:
    """About the plan itself; its lines are asked one by one."""
    days = [day.number for day in outline.days]
    return tuple(
        Fault(field, code)
        for field, code, wrong in (
            ("name", "name_missing", not outline.name.strip()),
            ("name", "name_too_long", len(outline.name.strip()) > 100),
            ("description", "description_too_long", len(outline.description) > 4000),
            ("difficulty", "difficulty_unknown", outline.difficulty not in DIFFICULTIES),
            ("goal", "goal_unknown", outline.goal is not None and outline.goal not in GOALS),
            ("weeks", "weeks_range", not _within(outline.weeks, 1, 52)),
            ("cycle_days", "cycle_range", not 1 <= outline.cycle_days <= LAST_DAY),
            ("day", "day_range", any(not 1 <= number <= LAST_DAY for number in days)),
            ("day", "day_twice", len(set(days)) != len(days)),
            ("cycle_days", "cycle_too_short", bool(days) and max(days) > outline.cycle_days),
            ("day", "too_many_units", any(len(day.units) > MOST_UNITS_A_DAY for day in outline.days)),
            ("text", "too_many_lines", any(len(unit.lines) > MOST_LINES for unit in outline.units)),
        )
        if wrong
    )


REP_SECONDS = 4
KILOMETRE_SECONDS = 360
USUAL_REST = 90


def minutes(lines: tuple[Line, ...]) -> int:
    """Roughly how long a unit takes, to the next five minutes."""
    seconds = sum(line.sets * (_work(line) + _rest(line)) for line in lines)
    return -(-seconds // 300) * 5


def _work(line: Line) -> int:
    if line.mode == "time":
        return line.target_time_seconds or 0
    if line.mode == "distance":
        return int((line.target_distance_km or 0) * KILOMETRE_SECONDS)
    return (line.reps_max or line.reps_min or 10) * REP_SECONDS


def _rest(line: Line) -> int:
    return USUAL_REST if line.rest_seconds is None else line.rest_seconds


def settled(outline: Outline) -> Outline:
    """As it is published: what is said, not how often it was edited."""
    days = tuple(replace(day, units=tuple(replace(unit, revision=1) for unit in day.units)) for day in outline.days)
    return replace(outline, days=days)
