"""Which day of a plan comes next, and when: the days keep their gaps, and nobody is ever asked to catch up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class DoneDay:
    day_number: int
    on: date


@dataclass(frozen=True, slots=True)
class NextDay:
    """`kind`: due, rest (it comes on `due_on`), before_start, finished (all weeks are done)."""

    day_number: int
    round: int  # the first time through is 1
    due_on: date
    kind: str


def next_day(
    days: Sequence[int], cycle_days: int, starts_on: date, done: Sequence[DoneDay], today: date, weeks: int | None = None
) -> NextDay | None:
    """`days`: the numbers that hold work. `done`: oldest first. The day after the last one done, as far away as the plan says."""
    order = sorted(set(days))
    if not order:
        return None
    counted = [one for one in done if one.day_number in order]
    if not counted:
        return _fall(order[0], 1, starts_on + timedelta(days=order[0] - 1), starts_on, today)
    last = counted[-1]
    turn = _turns(counted)
    number, wraps = _after(order, last.day_number)
    if weeks is not None and turn + wraps > weeks * 7 // cycle_days:
        return NextDay(last.day_number, turn, last.on, "finished")
    gap = number - last.day_number + cycle_days * wraps
    return _fall(number, turn + wraps, max(starts_on, last.on + timedelta(days=max(1, gap))), starts_on, today)


def _fall(number: int, turn: int, due_on: date, starts_on: date, today: date) -> NextDay:
    kind = "before_start" if today < starts_on else "due" if today >= due_on else "rest"
    return NextDay(number, turn, due_on, kind)


def _after(order: Sequence[int], day: int) -> tuple[int, int]:
    later = [number for number in order if number > day]
    return (later[0], 0) if later else (order[0], 1)


def _turns(done: Sequence[DoneDay]) -> int:
    """A new round begins whenever the day number does not go up."""
    return 1 + sum(1 for before, after in pairwise(done) if after.day_number <= before.day_number)
