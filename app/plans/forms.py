"""What people do with plans, one form each."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Note = Annotated[str, Meta(max_length=4000)]
Text = Annotated[str, Meta(max_length=20_000)]


class Making(msgspec.Struct):
    id: UUID
    name: Name
    difficulty: str = "beginner"
    text: Text = ""


class MakingUnit(msgspec.Struct):
    id: UUID
    name: Name
    text: Text = ""


class Describing(msgspec.Struct):
    id: UUID
    name: Name
    difficulty: str
    revision: int
    description: Note = ""
    goal: str | None = None
    weeks: Annotated[int, Meta(ge=1, le=52)] | None = None
    cycle_days: Annotated[int, Meta(ge=1, le=28)] = 7


class Adding(msgspec.Struct):
    """A line by text, or a movement picked from what the search found."""

    id: UUID
    text: Annotated[str, Meta(max_length=400)] = ""
    pick: UUID | None = None


class Writing(msgspec.Struct):
    id: UUID
    revision: int
    name: Name
    text: Text = ""
    description: Note = ""


class WritingPlan(msgspec.Struct):
    id: UUID
    revision: int
    text: Text = ""


class Acting(msgspec.Struct):
    id: UUID
    act: str = ""


class Placing(msgspec.Struct):
    id: UUID
    unit: UUID
    at: Annotated[int, Meta(ge=0, le=60)]


class Moving(msgspec.Struct):
    id: UUID
    to: Annotated[int, Meta(ge=1, le=28)]


class Picking(msgspec.Struct):
    """A unit that stands alone, for a day of the plan."""

    id: UUID
    unit: UUID
    day: Annotated[int, Meta(ge=1, le=28)]


class LineForm(msgspec.Struct):
    """Every field of a line; which of them count depends on the mode."""

    id: UUID
    revision: int
    exercise_name: Name
    mode: str = "reps"
    sets: Annotated[int, Meta(ge=1, le=50)] = 1
    reps_min: Annotated[int, Meta(ge=1, le=1000)] | None = None
    reps_max: Annotated[int, Meta(ge=1, le=1000)] | None = None
    weight: Annotated[Decimal, Meta(ge=0, le=4500)] | None = None
    target_time_seconds: Annotated[int, Meta(ge=1, le=86400)] | None = None
    target_distance_km: Annotated[Decimal, Meta(gt=0, le=1000)] | None = None
    rpe: Annotated[Decimal, Meta(ge=1, le=10)] | None = None
    percent_1rm: Annotated[Decimal, Meta(ge=1, le=150)] | None = None
    rest_seconds: Annotated[int, Meta(ge=0, le=3600)] | None = None
    set_type: str = "normal"
    progression: str | None = None
    step: Annotated[Decimal, Meta(gt=0, le=110)] | None = None
    notes: Annotated[str, Meta(max_length=1000)] = ""


class Opening(msgspec.Struct):
    sharing: str


class Granting(msgspec.Struct):
    email: Annotated[str, Meta(min_length=3, max_length=254)]
    level: str = "read"
    until: date | None = None


class Linking(msgspec.Struct):
    id: UUID
    allows: str = "copy"
    days: Annotated[int, Meta(ge=1, le=365)] | None = None


class Starting(msgspec.Struct):
    id: UUID
    starts_on: date


class Assigning(msgspec.Struct):
    id: UUID
    starts_on: date
    people: list[UUID] = msgspec.field(default_factory=list)


class Copying(msgspec.Struct):
    id: UUID


class Looking(msgspec.Struct):
    """What somebody wants to see of the library."""

    q: Annotated[str, Meta(max_length=64)] = ""
    whose: str = "all"
    difficulty: str | None = None
    goal: str | None = None
    days: Annotated[int, Meta(ge=1, le=28)] | None = None
