"""When to try again, and when a chore is due."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_TRIES = 8
PATIENT = {"mail.send": 100}  # a gym's line may be down for half a day; letters wait for it
LONGEST_WAIT = 300.0
EARLY = timedelta(seconds=5)


def wait(tries: int, chance: float) -> timedelta:
    """One second doubled to five minutes, anywhere below that: many that failed together do not come back together."""
    return timedelta(seconds=min(LONGEST_WAIT, 2.0 ** (tries - 1)) * max(0.1, chance))


def is_hopeless(tries: int, *, is_permanent: bool, kind: str = "") -> bool:
    return is_permanent or tries >= PATIENT.get(kind, MOST_TRIES)


@dataclass(frozen=True, slots=True)
class Every:
    span: timedelta

    def after(self, now: datetime, zone: ZoneInfo) -> datetime:
        return now + self.span


@dataclass(frozen=True, slots=True)
class Daily:
    """At this hour by the gym's clock. An hour that the clocks skip counts as the one after it.

    The queue waits by the database's clock: one that is called a moment too early was called for this hour, not before it.
    """

    at: time

    def after(self, now: datetime, zone: ZoneInfo) -> datetime:
        here = (now + EARLY).astimezone(zone)
        day = here.date() if here.time() < self.at else here.date() + timedelta(days=1)
        return datetime.combine(day, self.at, zone).astimezone(now.tzinfo)


Schedule = Every | Daily
