"""What people do with movements and the floor, one form each."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta


class Looking(msgspec.Struct):
    q: Annotated[str, Meta(max_length=64)] = ""
    muscles: list[str] = msgspec.field(default_factory=list)
    equipment: list[str] = msgspec.field(default_factory=list)
    tags: list[str] = msgspec.field(default_factory=list)
    category: str | None = None
    level: str | None = None
    only: list[str] = msgspec.field(default_factory=list)
    page: Annotated[int, Meta(ge=1, le=1000)] = 1


class Describing(msgspec.Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=3, max_length=100)]
    primary: list[str] = msgspec.field(default_factory=list)
    secondary: list[str] = msgspec.field(default_factory=list)
    equipment: list[str] = msgspec.field(default_factory=list)
    category: str = "strength"
    level: str = "beginner"
    force: str | None = None
    mechanic: str | None = None
    mode: str = "reps"
    cue: Annotated[str, Meta(max_length=4000)] = ""
    for_gym: bool = False


class Reporting(msgspec.Struct):
    id: UUID
    equipment: str
    count: Annotated[int, Meta(ge=1, le=999)] = 1
    note: Annotated[str, Meta(max_length=500)] = ""


class Clearing(msgspec.Struct):
    equipment: str


class AddingBar(msgspec.Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    weight: Annotated[Decimal, Meta(gt=0, le=100)]
    unit: str = "kg"
    count: Annotated[int, Meta(ge=1, le=999)] = 1
    is_usual: bool = False
