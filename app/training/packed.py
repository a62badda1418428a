"""Everything one owns, in the shape of the file it travels in. What the database would refuse, this refuses first, with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from app.exercises.rules import Draft
from app.plans.rules import Outline, Unit, faults, plan_faults
from app.training.rules.cards import Before

CLEAN = r"^[^\x00]*\Z"
FORMAT = "spotter-training"
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00]*[^\x00\s][^\x00]*\Z")]
Said = Annotated[str, Meta(max_length=1000, pattern=CLEAN)]
Moment = Annotated[datetime, Meta(tz=True)]
Grams = Annotated[int, Meta(ge=0, le=2_000_000)]
Place = Annotated[int, Meta(ge=1, le=10_000)]
Mode = Literal["reps", "time", "distance", "sets_only"]
METRIC = {"reps": "reps", "time": "seconds", "distance": "metres", "sets_only": ""}
EARLIEST, LATEST = 1970, 2100


class PackedSet(Struct, kw_only=True):
    id: UUID
    position: Place | None
    kind: Literal["warmup", "normal", "drop", "failure"] = "normal"
    grams: Grams | None = None
    reps: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    seconds: Annotated[int, Meta(ge=1, le=86_400)] | None = None
    metres: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    took_seconds: Annotated[int, Meta(ge=1, le=86_400)] | None = None
    rpe: Decimal | None = None
    done_at: Moment | None = None
    at: Moment
    removed_at: Moment | None = None


class PackedCard(Struct, kw_only=True):
    id: UUID
    exercise_id: UUID | None = None
    exercise_name: Name
    mode: Mode
    position: Place | None
    planned_position: Place | None = None
    superset: Annotated[int, Meta(ge=1, le=26)] | None = None
    target_grams: Grams | None = None
    target_sets: Annotated[int, Meta(ge=1, le=50)] | None = None
    reps_min: Annotated[int, Meta(ge=0, le=1000)] | None = None
    reps_max: Annotated[int, Meta(ge=0, le=1000)] | None = None
    target_seconds: Annotated[int, Meta(ge=0, le=86_400)] | None = None
    target_metres: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    target_rpe: Decimal | None = None
    target_percent: Decimal | None = None
    rest_seconds: Annotated[int, Meta(ge=0, le=3600)] | None = None
    planned_notes: Said = ""
    next_grams: Grams | None = None
    next_reps: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    next_seconds: Annotated[int, Meta(ge=0, le=172_800)] | None = None
    next_metres: Annotated[int, Meta(ge=0, le=2_000_000)] | None = None
    next_why: Literal["", "start", "more_weight", "more_reps", "same_again", "back_off", "percent", "longer", "farther"] = ""
    is_next_accepted: bool = False
    previous: list[Before] = []
    previous_on: date | None = None
    note: Said = ""
    skip_reason: Literal["busy", "pain", "time", "tired", "other"] | None = None
    at: Moment
    removed_at: Moment | None = None
    sets: list[PackedSet] = []


class PackedWorkout(Struct, kw_only=True):
    id: UUID
    plan_name: Name | None = None
    unit_name: Name | None = None
    day_number: Annotated[int, Meta(ge=1, le=28)] | None = None
    started_at: Moment
    started_on: date
    ended_at: Moment | None = None
    zone: Annotated[str, Meta(min_length=1, max_length=50)]
    status: Literal["in_progress", "completed", "aborted"]
    aborted_at: Moment | None = None
    notes: Annotated[str, Meta(max_length=4000, pattern=CLEAN)] = ""
    at: Moment
    exercises: list[PackedCard] = []


class PackedMovement(Struct, kw_only=True):
    id: UUID
    draft: Draft


class PackedNote(Struct, kw_only=True):
    exercise_id: UUID
    body: Annotated[str, Meta(min_length=1, max_length=1000, pattern=CLEAN)]
    at: Moment


class PackedAlias(Struct, kw_only=True):
    folded: Annotated[str, Meta(min_length=1, max_length=200, pattern=CLEAN)]
    exercise_id: UUID | None = None


class PackedChoices(Struct, kw_only=True):
    weekly_target: Annotated[int, Meta(ge=1, le=14)] = 2
    rest_seconds: Annotated[int, Meta(ge=0, le=3600)] = 120
    shows_rpe: bool = False
    accepts_next: bool = False


class PackedPlan(Struct, kw_only=True):
    id: UUID
    outline: Outline


class Packed(Struct, kw_only=True):
    format: Literal["spotter-training"]
    version: Literal[1]
    movements: list[PackedMovement] = []
    workouts: list[PackedWorkout] = []
    exercise_notes: list[PackedNote] = []
    rest_weeks: list[date] = []
    aliases: list[PackedAlias] = []
    choices: PackedChoices | None = None
    plans: list[PackedPlan] = []
    units: list[Unit] = []

    @property
    def cards(self) -> Iterator[PackedCard]:
        return (card for workout in self.workouts for card in workout.exercises)

    @property
    def sets(self) -> Iterator[PackedSet]:
        return (one for card in self.cards for one in card.sets)


@dataclass(frozen=True, slots=True)
class Damaged:
    """Where the file stops making sense, as a path in it."""

    place: str


def read(body: bytes) -> Packed | Damaged:
    try:
        packed = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=Packed)
    except msgspec.ValidationError as why:
        found = re.search(r"`\$?\.?([^`]*)`\s*\Z", str(why))
        return Damaged(found[1] if found else "")
    except (msgspec.DecodeError, ValueError, RecursionError, OverflowError):
        return Damaged("")
    wrong = next(_contradictions(packed), None)
    return packed if wrong is None else Damaged(wrong)


def _contradictions(packed: Packed) -> Iterator[str]:
    for name, found in (("workouts", packed.workouts), ("exercises", packed.cards), ("sets", packed.sets)):
        every = [one.id for one in found]
        if len(set(every)) != len(every):
            yield name
    for n, workout in enumerate(packed.workouts):
        if not _stands(workout):
            yield f"workouts[{n}]"
        if _clash(workout.exercises):
            yield f"workouts[{n}].exercises"
        for m, card in enumerate(workout.exercises):
            if not _card_stands(card):
                yield f"workouts[{n}].exercises[{m}]"
    yield from (f"rest_weeks[{n}]" for n, week in enumerate(packed.rest_weeks) if week.isoweekday() != 1)
    yield from (f"plans[{n}]" for n, plan in enumerate(packed.plans) if not _plan_stands(plan.outline))
    yield from (f"units[{n}]" for n, unit in enumerate(packed.units) if not _unit_stands(unit))


def _stands(workout: PackedWorkout) -> bool:
    moments = [workout.started_at, workout.ended_at, workout.aborted_at, workout.at]
    if not all(EARLIEST <= one.year <= LATEST for one in moments if one) or not _is_zone(workout.zone):
        return False
    if abs(workout.started_at.date() - workout.started_on) > timedelta(days=1):
        return False
    ended = workout.ended_at is None or workout.ended_at >= workout.started_at
    fits = {"completed": workout.ended_at is not None, "in_progress": workout.ended_at is None}.get(workout.status, True)
    return ended and fits and (workout.status == "aborted") == (workout.aborted_at is not None)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _card_stands(card: PackedCard) -> bool:
    effort = _is_effort(card.target_rpe) and (card.target_percent is None or 0 <= card.target_percent <= 200)
    in_order = card.reps_min is None or card.reps_max is None or card.reps_min <= card.reps_max
    placed = (card.position is None) == (card.removed_at is not None)
    return (
        effort
        and in_order
        and placed
        and _in_time(card)
        and not _clash(card.sets)
        and all(_set_stands(card, one) for one in card.sets)
    )


def _set_stands(card: PackedCard, one: PackedSet) -> bool:
    given = [name for name in ("reps", "seconds", "metres") if getattr(one, name) is not None]
    fits = not given or given == [METRIC[card.mode]]
    done = not given or one.done_at is not None
    fits = fits and (one.took_seconds is None or one.metres is not None)
    return fits and done and _is_effort(one.rpe) and (one.position is None) == (one.removed_at is not None) and _in_time(one)


def _is_effort(rpe: Decimal | None) -> bool:
    return rpe is None or (rpe.is_finite() and 1 <= rpe <= 10 and rpe * 2 == int(rpe * 2))


def _in_time(one: PackedCard | PackedSet) -> bool:
    moments = [one.at, one.removed_at, one.done_at if isinstance(one, PackedSet) else None]
    return all(1 < moment.year <= LATEST for moment in moments if moment)


def _clash(some: list[PackedCard] | list[PackedSet]) -> bool:
    places = [one.position for one in some if one.position is not None]
    return len(set(places)) != len(places)


def _plan_stands(outline: Outline) -> bool:
    clean = not any("\0" in said for said in (outline.name, outline.description))
    return clean and not plan_faults(outline) and all(_unit_stands(unit) for unit in outline.units)


def _unit_stands(unit: Unit) -> bool:
    clean = not any(
        "\0" in said for said in (unit.name, unit.description, *(line.exercise_name + line.notes for line in unit.lines))
    )
    return clean and 1 <= len(unit.name.strip()) <= 100 and not any(faults(line) for line in unit.lines)
