"""What the owner should look at, and why: rhythms of members, usual hours, how recurring revenue moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import exp, factorial
from statistics import median

SILENT_AT_LEAST = 14  # days; below this nobody is called, whatever their rhythm
SILENT_GAPS = 3  # of their own usual gaps; the back-test says that a longer patience misses many and a shorter one cries wolf
RARE = 0.002  # how seldom chance alone would do it
SOON = 14  # days until a membership ends
WEIGHTS = {
    "silent": 50, "never_came": 45, "slowing": 30, "trains_less": 20, "missed_plan": 15, "expiring": 15, "stalled": 10, "owes": 10,
}  # fmt: skip


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
    trained: "Trained | None" = None


@dataclass(frozen=True, slots=True)
class Trained:
    """What training says, in counts: workouts in four weeks and plan days in two, now and usually."""

    recent: int = 0
    usual: int = 0
    plan_due: int = 0
    plan_done: int = 0
    plan_usual: int = 0
    stalled: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    code: str  # silent, slowing, never_came, trains_less, expiring, owes, missed_plan, stalled
    days: int = 0
    usual: int = 0
    amount: int = 0

    @property
    def weight(self) -> int:
        return WEIGHTS[self.code]


@dataclass(frozen=True, slots=True)
class Risk:
    signs: tuple[Sign, ...] = field(default=())

    @property
    def score(self) -> int:
        extra = min(40, sum(max(0, sign.days - 3 * max(sign.usual, 1)) for sign in self.signs if sign.code == "silent"))
        return sum(sign.weight for sign in self.signs) + extra

    @property
    def is_called_for(self) -> bool:
        """A debt or an end alone is the desk's business; staying away is what a call can change. Training tells it earlier,
        when two things say so: fewer workouts than usual, and days of the plan left out."""
        codes = {sign.code for sign in self.signs}
        return bool(codes & {"silent", "slowing", "never_came"}) or codes >= {"trains_less", "missed_plan"}


def risk(habit: Habit, today: date) -> Risk:
    """Everything that speaks for calling somebody, against their own rhythm; nothing for whoever is frozen."""
    if habit.is_frozen:
        return Risk()
    signs = [sign for sign in (_away(habit, today) or _slowing(habit), _ending(habit, today), _owing(habit, today)) if sign]
    signs += _training(habit.trained) if habit.trained else []
    return Risk(tuple(sorted(signs, key=lambda sign: -sign.weight)))


def _training(trained: Trained) -> list[Sign]:
    """Against their own: who always does two of four days misses nothing by doing two."""
    signs = []
    if trained.usual >= 4 and trained.recent * 2 <= trained.usual:
        signs.append(Sign("trains_less", days=trained.recent, usual=trained.usual))
    missed = trained.plan_due - trained.plan_done
    if missed >= 3 and trained.plan_done * 2 <= (trained.plan_usual or trained.plan_due):
        signs.append(Sign("missed_plan", days=missed))
    if trained.stalled >= 2:
        signs.append(Sign("stalled", days=trained.stalled))
    return signs


def _away(habit: Habit, today: date) -> Sign | None:
    if habit.last_visit is None:
        days = (today - habit.joined_on).days
        return Sign("never_came", days=days) if days >= 14 else None
    away = (today - habit.last_visit.date()).days
    usual = usual_gap(habit.weeks)
    return Sign("silent", days=away, usual=usual) if away >= max(SILENT_AT_LEAST, SILENT_GAPS * usual) else None


def while_coming(weeks: Sequence[int]) -> Sequence[int]:
    """The weeks before the first visit and after the last do not count."""
    came = [n for n, visits in enumerate(weeks) if visits]
    return weeks[came[0] : came[-1] + 1] if came else ()


def usual_gap(weeks: Sequence[int]) -> int:
    """Days between visits while they were coming."""
    stretch = while_coming(weeks)
    return max(1, round(7 * len(stretch) / sum(stretch))) if stretch else 7


def _slowing(habit: Habit) -> Sign | None:
    """Half of what it was, and not by chance: the last four weeks against the twelve before."""
    if len(habit.weeks) < 8:
        return None
    recent, before = habit.weeks[-4:], habit.weeks[-16:-4]
    usual, now = 4 * sum(before) / len(before), sum(recent)
    still_comes = sum(1 for visits in recent if visits) >= 2  # one visit after a gap is a return
    if usual >= 3 and still_comes and now <= usual / 2 and chance_of(now, usual) < RARE:
        return Sign("slowing", days=now, usual=round(usual))
    return None


def chance_of(count: int, expected: float) -> float:
    """That somebody who comes as it falls comes no more often than this (Poisson)."""
    return sum(exp(-expected) * expected**n / factorial(n) for n in range(count + 1))


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


def share(part: float, whole: float) -> float | None:
    """In percent; nothing is no part of nothing."""
    return round(100 * part / whole, 1) if whole else None


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
