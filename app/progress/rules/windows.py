"""Stretches of calendar days: rolling, custom, and the one just before."""

from dataclasses import dataclass
from datetime import date, timedelta

WINDOWS = (7, 15, 30, 60, 90)
DEFAULT = 15
LONGEST = 180
EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 12, 31)


@dataclass(frozen=True, slots=True)
class Window:
    """Both ends are inside."""

    first: date
    last: date
    is_custom: bool = False

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Window":
        """The period of equal length that ended the day before."""
        return Window(self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.is_custom)

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


def rolling(days: int, today: date) -> Window:
    return Window(today - timedelta(days=clamp(days) - 1), today)


def listing(days: int, today: date, latest: date | None) -> Window:
    """A list counts calendar days back from today, or from a record that lies ahead of today."""
    return rolling(days, max(today, latest or today))


def chosen(days: int, today: date, first: date | None, last: date | None) -> Window:
    """A custom range when it makes sense, else the rolling one."""
    if first is None or last is None or not EARLIEST <= first <= last <= LATEST or (last - first).days >= 3660:
        return rolling(days, today)
    return Window(first, last, is_custom=True)


def clamp(days: int) -> int:
    return max(1, min(days, LONGEST))


def week_of(day: date) -> Window:
    monday = day - timedelta(days=day.weekday())
    return Window(monday, monday + timedelta(days=6))
