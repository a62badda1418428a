"""Weeks in a row with enough training. A frozen membership or a rest week neither counts nor breaks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.training.rules.volume import monday

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Streak:
    weeks: int
    best: int
    this_week: int  # workouts so far
    wanted: int
    is_resting: bool  # this week is a rest week or frozen

    @property
    def is_safe(self) -> bool:
        return self.is_resting or self.this_week >= self.wanted


def streak(
    counts: Mapping[date, int],
    today: date,
    wanted: int,
    rest_weeks: Collection[date] = (),
    frozen: Iterable[tuple[date, date]] = (),
) -> Streak:
    """`counts` are the workouts of each week, by its Monday; `frozen` are first and last days. The running week cannot break it."""
    resting = {monday(week) for week in rest_weeks} | _frozen_weeks(frozen)
    this = monday(today)
    run = best = 0
    week = min((*counts, this))
    while week <= this:
        if counts.get(week, 0) >= wanted:
            run += 1
        elif week not in resting and week != this:
            run = 0
        best = max(best, run)
        week += WEEK
    return Streak(run, best, counts.get(this, 0), wanted, this in resting)


def _frozen_weeks(frozen: Iterable[tuple[date, date]]) -> set[date]:
    """Four frozen days of a week leave too little of it to ask anything."""
    days: dict[date, int] = {}
    for first, last in frozen:
        day = first
        while day <= min(last, first + timedelta(days=1500)):
            days[monday(day)] = days.get(monday(day), 0) + 1
            day += timedelta(days=1)
    return {week for week, count in days.items() if count >= 4}
