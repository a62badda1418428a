"""What is typed about shifts."""

from datetime import date, time
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct


class Planning(Struct):
    id: UUID
    person: UUID
    day: date
    opens: time
    closes: time
    note: Annotated[str, Meta(max_length=200)] = ""


class Correcting(Struct):
    day: date
    opens: time
    closes: time
    why: Annotated[str, Meta(min_length=3, max_length=200)]


class Starting(Struct):
    id: UUID


class Week(Struct):
    week: date | None
