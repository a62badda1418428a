"""When somebody was meant to work and when they did: minutes, lateness, weeks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

LONGEST = timedelta(hours=24)
AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Refused:
    code: str


@dataclass(frozen=True, slots=True)
class Span:
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)


def shift(day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    """Wall-clock; an end that is not after the beginning is on the next day."""
    ends = datetime.combine(day, closes)
    return datetime.combine(day, opens), ends if closes > opens else ends + timedelta(days=1)


def correcting(began_at: datetime, ended_at: datetime, now: datetime) -> Refused | None:
    if ended_at <= began_at:
        return Refused("backwards")
    if ended_at > now:
        return Refused("in_the_future")
    return Refused("too_long") if ended_at - began_at > LONGEST else None


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def minutes(spans: Iterable[Span]) -> int:
    return sum(span.minutes for span in spans)
