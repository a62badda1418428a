"""What the owner should look at, and why: rhythms of members, usual hours, how recurring revenue moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

SILENT_AT_LEAST = 10  # days; below this nobody is called, whatever their rhythm
SILENT_GAPS = 2.5  # usual gaps
SOON = 14  # days until a membership ends


@dataclass(frozen=True, slots=True)
class Habit:
    """One member's comings: visits per week, oldest first, the last entry being the last complete week."""

    joined_on: date
    weeks: tuple[int, ...]
    last_visit: datetime | None = None
    ends_on: date | None = None
    renews: bool = False  # something follows
    owes: int = 0
    owes_since: date | None = None
    is_frozen: bool = False
    plan_days_missed: int = 0
    stalled_lifts: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    code: str  # silent, slowing, never_came, expiring, owes, missed_plan, stalled
    days: int = 0
    usual: int = 0
    amount: int = 0

    @property
    def weight(self) -> int:
        return {"silent": 50, "never_came": 45, "slowing": 30, "missed_plan": 15, "expiring": 15, "stalled": 10, "owes": 10}[
            self.code
        ]


@dataclass(frozen=True, slots=True)
class Risk:
    signs: tuple[Sign, ...] = field(default=())

    @property
    def score(self) -> int:
        extra = min(40, sum(max(0, sign.days - 3 * max(sign.usual, 1)) for sign in self.signs if sign.code == "silent"))
        return sum(sign.weight for sign in self.signs) + extra

    @property
    def is_called_for(self) -> bool:
        """A debt or an end alone is the desk's business; staying away is what a call can change."""
        return any(sign.code in {"silent", "slowing", "never_came", "missed_plan"} for sign in self.signs)


def risk(habit: Habit, today: date) -> Risk:
    """Everything that speaks for calling somebody, against their own rhythm; nothing for whoever is frozen."""
    if habit.is_frozen:
        return Risk()
    signs = [sign for sign in (_away(habit, today) or _slowing(habit), _ending(habit, today), _owing(habit, today)) if sign]
    if habit.plan_days_missed >= 3:
        signs.append(Sign("missed_plan", days=habit.plan_days_missed))
    if habit.stalled_lifts >= 2:
        signs.append(Sign("stalled", days=habit.stalled_lifts))
    return Risk(tuple(sorted(signs, key=lambda sign: -sign.weight)))


def _away(habit: Habit, today: date) -> Sign | None:
    if habit.last_visit is None:
        days = (today - habit.joined_on).days
        return Sign("never_came", days=days) if days >= 14 else None
    away = (today - habit.last_visit.date()).days
    usual = usual_gap(habit.weeks)
    return Sign("silent", days=away, usual=usual) if away >= max(SILENT_AT_LEAST, SILENT_GAPS * usual) else None


def usual_gap(weeks: Sequence[int]) -> int:
    """Days between visits while they were coming: the weeks before the first visit and after the last do not count."""
    came = [n for n, visits in enumerate(weeks) if visits]
    if not came:
        return 7
    stretch = weeks[came[0] : came[-1] + 1]
    return max(1, round(7 * len(stretch) / sum(stretch)))


def _slowing(habit: Habit) -> Sign | None:
    """Half of what it was: the last four weeks against the twelve before."""
    if len(habit.weeks) < 8:
        return None
    recent, before = habit.weeks[-4:], habit.weeks[-16:-4]
    usual, now = sum(before) / len(before), sum(recent) / 4
    still_comes = sum(1 for visits in recent if visits) >= 2  # one visit after a gap is a return
    if usual >= 0.75 and still_comes and now <= usual / 2:
        return Sign("slowing", days=sum(recent), usual=round(usual * 4))
    return None


def _ending(habit: Habit, today: date) -> Sign | None:
    if habit.ends_on is None or habit.renews:
        return None
    left = (habit.ends_on - today).days
    return Sign("expiring", days=left) if 0 <= left <= SOON else None


def _owing(habit: Habit, today: date) -> Sign | None:
    if habit.owes <= 0 or habit.owes_since is None:
        return None
    days = (today - habit.owes_since).days
    return Sign("owes", days=days, amount=habit.owes) if days >= 7 else None


@dataclass(frozen=True, slots=True)
class Usual:
    """What an hour or a day is like: the middle, and the range of the middle half."""

    low: int
    middle: int
    high: int

    def compared(self, value: int) -> str:
        """more, less or usual."""
        return "more" if value > self.high else "less" if value < self.low else "usual"


def usual(values: Iterable[int]) -> Usual | None:
    """From at least three such days; fewer say nothing."""
    found = sorted(values)
    if len(found) < 3:
        return None
    return Usual(round(_quantile(found, 0.25)), round(median(found)), round(_quantile(found, 0.75)))


def _quantile(found: Sequence[int], share: float) -> float:
    place = share * (len(found) - 1)
    low = int(place)
    high = min(low + 1, len(found) - 1)
    return found[low] + (found[high] - found[low]) * (place - low)


@dataclass(frozen=True, slots=True)
class Moved:
    """Recurring revenue from one month's end to the next: what came, grew, shrank and went."""

    month: date
    start: int
    new: int
    back: int
    grew: int
    shrank: int
    lost: int

    @property
    def end(self) -> int:
        return self.start + self.new + self.back + self.grew - self.shrank - self.lost


@dataclass(frozen=True, slots=True)
class Churn:
    at_start: int
    left: int

    @property
    def share(self) -> float | None:
        """Of the members at the month's start, how many were gone at its end, in percent."""
        return None if not self.at_start else round(100 * self.left / self.at_start, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """A period, both days included, and the one that it is compared with."""

    first: date
    last: date
    compare: str = "before"  # before or year

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def other(self) -> "Span":
        if self.compare == "year":
            return Span(a_year_before(self.first), a_year_before(self.last), self.compare)
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1), self.compare)


def a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def change(value: float, before: float) -> float | None:
    """In percent; nothing can be said against nothing."""
    return None if not before else round(100 * (value - before) / before, 1)
