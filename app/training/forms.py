"""What a lifter sends."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

Kind = Literal["warmup", "normal", "drop", "failure"]
Weight = Annotated[Decimal, Meta(ge=0, le=4500)]
Rpe = Annotated[Decimal, Meta(ge=1, le=10)]
Note = Annotated[str, Meta(max_length=1000)]


class SetSaid(Struct):
    """One row of the logger. `held` and `took` are minutes and seconds or seconds; `do` is done, undo, keep or remove."""

    at: datetime | None = None
    kind: Kind = "normal"
    weight: Weight | None = None
    reps: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    held: Annotated[str, Meta(max_length=12)] | None = None
    metres: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    took: Annotated[str, Meta(max_length=12)] | None = None
    rpe: Rpe | None = None
    do: Literal["done", "undo", "keep", "remove"] = "done"


class Starting(Struct):
    """`source`: today, unit, again or free; `of` names the following, the unit or the past workout."""

    id: UUID
    source: Literal["today", "unit", "again", "free"] = "free"
    of: UUID | None = None
    day: Annotated[int, Meta(ge=1, le=28)] | None = None
    at: datetime | None = None


class Backfill(Struct):
    id: UUID
    on: date
    began: time
    minutes: Annotated[int, Meta(ge=1, le=1440)]
    again: UUID | None = None


class Word(Struct):
    """Something said about a workout or an exercise, with the moment it was said."""

    at: datetime | None = None


class Finishing(Struct):
    at: datetime | None = None
    notes: Annotated[str, Meta(max_length=4000)] | None = None


class Times(Struct):
    on: date
    began: time
    minutes: Annotated[int, Meta(ge=0, le=1440)] = 60
    notes: Annotated[str, Meta(max_length=4000)] = ""


class Adding(Struct):
    id: UUID
    exercise: UUID
    at: datetime | None = None


class Swapping(Struct):
    id: UUID
    exercise: UUID
    at: datetime | None = None


class Ordering(Struct):
    order: list[UUID]
    at: datetime | None = None


class Shifting(Struct):
    by: Annotated[int, Meta(ge=-60, le=60)] = 0
    at: datetime | None = None


class Skipping(Struct):
    reason: Literal["busy", "pain", "time", "tired", "other", ""] = ""
    at: datetime | None = None


class Noting(Struct):
    note: Note = ""
    at: datetime | None = None


class Approving(Struct):
    yes: bool = False
    at: datetime | None = None


class Resting(Struct):
    rest: Annotated[int, Meta(ge=0, le=3600)]
    at: datetime | None = None


class Pairing(Struct):
    """Empty: alone. Otherwise the letter as a number."""

    superset: Annotated[int, Meta(ge=1, le=26)] | None = None
    at: datetime | None = None


class Choices(Struct):
    weekly_target: Annotated[int, Meta(ge=1, le=14)] = 2
    rest_seconds: Annotated[int, Meta(ge=0, le=3600)] = 120
    shows_rpe: bool = False
    accepts_next: bool = False


class RestingWeek(Struct):
    week: date
    is_resting: bool = False


class Commenting(Struct):
    id: UUID
    body: Annotated[str, Meta(min_length=1, max_length=1000)]
    set_id: UUID | None = None


class Granting(Struct):
    id: UUID
    coach: UUID


class Week(Struct):
    """A member's plan as their coach wrote it."""

    id: UUID
    text: Annotated[str, Meta(max_length=20_000)]


class Deciding(Struct):
    """Which lines of the plan take the weights that were lifted."""

    id: UUID
    lines: list[UUID]


class Answers(Struct):
    """What another app's names mean here: an exercise's id, or "none" to leave its sets out."""

    names: list[str]
    exercises: list[str]
