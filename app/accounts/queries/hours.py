"""When a gym is open: its weekdays and its holidays."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from app.db import Db

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """No hours at all: the gym has not said, so it counts as open."""

    spans: list[Span] = field(default_factory=list)
    holidays: list[Holiday] = field(default_factory=list)

    def of(self, day: date) -> list[tuple[time, time]]:
        """The hours of one day: a holiday's own, else the weekday's."""
        found = next((one for one in self.holidays if one.day == day), None)
        if found is not None:
            return [(found.opens, found.closes)] if found.opens and found.closes else []
        return [(span.opens, span.closes) for span in self.spans if span.weekday == day.weekday()]

    def is_open(self, moment: datetime) -> bool:
        """`moment` on the gym's clock. What opened yesterday may close after midnight."""
        if not self.spans:
            return True
        at = moment.time()
        today = any(opens <= at and (at < closes or closes <= opens) for opens, closes in self.of(moment.date()))
        return today or any(closes <= opens and at < closes for opens, closes in self.of(moment.date() - DAY))


async def hours(db: Db, gym_id: UUID, since: date) -> Hours:
    found = await db.one(
        Hours,
        """select coalesce((select json_agg(json_build_object('weekday', weekday, 'opens', opens, 'closes', closes) order by weekday, opens)
                              from opening_hours where gym_id = $1), '[]') as spans,
                  coalesce((select json_agg(json_build_object('day', day, 'name', name, 'opens', opens, 'closes', closes) order by day)
                              from holiday where gym_id = $1 and day >= $2), '[]') as holidays""",
        gym_id, since,
    )  # fmt: skip
    return found or Hours()
