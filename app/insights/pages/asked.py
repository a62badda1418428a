"""What somebody wants to look at: which months or days, beside what, of which gym or of all."""

from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Meta, Struct

from app.actor import Actor
from app.insights.rules import Span
from app.web.asking import Request
from app.web.forms import read_query

MONTHS = {"3": 3, "6": 6, "12": 12, "24": 24, "60": 60}
ALL = "all"


class Asked(Struct):
    months: Annotated[str, Meta(max_length=2)] = "12"
    first: date | None = None
    last: date | None = None
    compare: Literal["before", "year"] = "before"
    gym: Annotated[str, Meta(max_length=40)] = ""

    @property
    def kept(self) -> str:
        """The same question again, for links and for the CSV of a chart."""
        given = {"months": self.months, "compare": self.compare, "gym": self.gym, "first": self.first, "last": self.last}
        return "?" + urlencode({name: value for name, value in given.items() if value})


def asked_of(request: Request) -> Asked:
    return read_query(request, Asked).value or Asked()


def gyms_of(asked: Asked, actor: Actor) -> tuple[UUID, ...]:
    """One of theirs, all of theirs, or the one where they are."""
    if asked.gym == ALL:
        return actor.gym_ids
    return next(((gym_id,) for gym_id in actor.gym_ids if str(gym_id) == asked.gym), (actor.gym_id,))


def span_of(asked: Asked, today: date) -> Span:
    """A typed period wins; else the last so many months up to today."""
    if asked.first and asked.last and date(2000, 1, 1) <= asked.first <= asked.last <= today:
        return Span(asked.first, asked.last, asked.compare)
    back = MONTHS.get(asked.months, 12)
    month = today.year * 12 + today.month - 1 - (back - 1)
    return Span(date(month // 12, month % 12 + 1, 1), today, asked.compare)
