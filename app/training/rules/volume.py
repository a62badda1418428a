"""How much work each muscle had in a week: hard sets and weight moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SECONDARY = 50  # percent of a set that a muscle which only helps is credited with


@dataclass(frozen=True, slots=True)
class Work:
    """One exercise on one day: how many sets counted and what they moved."""

    on: date
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    sets: int
    volume: int = 0


@dataclass(frozen=True, slots=True)
class MuscleWeek:
    muscle: str
    week: date
    half_sets: int  # in halves, so that a helping muscle stays an integer
    volume: int

    @property
    def sets(self) -> float:
        return self.half_sets / 2


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weeks(first: date, last: date) -> list[date]:
    """Every Monday from the week of `first` to the week of `last`."""
    start, end = monday(first), monday(last)
    return [start + timedelta(weeks=n) for n in range((end - start).days // 7 + 1)]


def by_muscle(work: Iterable[Work]) -> dict[tuple[str, date], MuscleWeek]:
    halves: dict[tuple[str, date], int] = {}
    moved: dict[tuple[str, date], int] = {}
    for one in work:
        shares = {**dict.fromkeys(one.secondary, 1), **dict.fromkeys(one.primary, 2)}
        for muscle, share in shares.items():
            key = (muscle, monday(one.on))
            halves[key] = halves.get(key, 0) + one.sets * share
            moved[key] = moved.get(key, 0) + one.volume * share // 2
    return {key: MuscleWeek(key[0], key[1], halves[key], moved[key]) for key in halves}


def verdict(sets: float) -> str:
    """How a week's hard sets read against what is commonly advised for growth: ten to twenty."""
    if sets <= 0:
        return "none"
    if sets < 10:
        return "little"
    return "enough" if sets <= 20 else "much"


def shares(rows: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    """Largest first, ties by name, each with its percentage of the largest."""
    most = max(rows.values(), default=0) or 1
    return [(name, value * 100 // most) for name, value in sorted(rows.items(), key=lambda one: (-one[1], one[0]))]
