"""What owners type into the settings."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct


class ClubName(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=100)]


class Colours(Struct):
    day: Annotated[str, Meta(max_length=20)] = ""
    night: Annotated[str, Meta(max_length=20)] = ""


class NewGym(Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=100)]


class NewHoliday(Struct):
    day: date
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    opens: time | None = None
    closes: time | None = None


class Keeping(Struct):
    former_months: Annotated[int, Meta(ge=1, le=120)] | None = None


class Trying(Struct):
    q: Annotated[str, Meta(max_length=200)] = ""
    member: UUID | None = None
    at: datetime | None = None
    channel: Literal["desk", "kiosk", "self", "device"] = "desk"


class Search(Struct):
    find: Annotated[str, Meta(max_length=100)] = ""
