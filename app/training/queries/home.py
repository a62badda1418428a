"""Where training starts, in one statement: what is running, the month, what was lately, what was thrown away, and the streak."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from app.db import Db
from app.training.queries.looking import FROZEN, HABITS, PAST, Frozen, Habits, Past
from app.training.queries.workouts import RUNNING, Running


@dataclass(frozen=True, slots=True)
class Marked:
    """A workout in the calendar."""

    id: UUID
    name: str | None
    started_on: date


@dataclass(frozen=True, slots=True)
class Month:
    by_day: dict[date, list[Marked]]
    told: bytes  # as the database said it


@dataclass(frozen=True, slots=True)
class Home:
    running: list[Running]
    month: Month
    latest: list[Past]
    discarded: list[Past]
    habits: Habits
    frozen: list[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class _Home:
    running: list[Running]
    month: msgspec.Raw
    latest: list[msgspec.Raw]
    discarded: list[Past]
    habits: Habits
    frozen: list[Frozen]


def every(rows: str) -> str:
    return f"coalesce((select json_agg(x) from ({rows}) x), '[]')"


# $1 person, $2 since when weeks count, $3 and $4 the first and the last day of the month, $5 since when something was thrown away.
# The index is by instant, so a day of slack on both sides of the month.
MONTH = """
    select w.id, coalesce(w.unit_name, w.plan_name) as name, w.started_on from workout w
    where w.person_id = $1 and w.status = 'completed' and w.started_on between $3 and $4
      and w.started_at between $3::date - 1 and $4::date + 2 order by w.started_at
"""
LATEST = PAST + "where w.person_id = $1 and w.status = 'completed' order by w.started_at desc limit 10"
DISCARDED = (
    PAST
    + """where w.person_id = $1 and w.status = 'aborted' and w.aborted_at > $5 and w.started_at > $5 - interval '400 days'
         order by w.aborted_at desc limit 5"""
)
HOME = f"""
select row_to_json(home)::text from (
  select {every(RUNNING)} as running, {every(MONTH)} as month, {every(LATEST)} as latest, {every(DISCARDED)} as discarded,
         {every(FROZEN)} as frozen, (select row_to_json(h) from ({HABITS}) h) as habits) home
"""


async def home(db: Db, person_id: UUID, first: date, last: date, *, weeks_since: date, discarded_since: datetime) -> Home:
    found = await db.told(_Home, HOME, person_id, weeks_since, first, last, discarded_since)
    assert found is not None
    frozen = [(one.starts_on, one.ends_on) for one in found.frozen]
    latest = [_past(bytes(one)) for one in found.latest]
    return Home(found.running, _month(bytes(found.month)), latest, found.discarded, found.habits, frozen)


# What is over rarely changes: what was read once is not read again.
@lru_cache(2_000)
def _past(told: bytes) -> Past:
    return replace(msgspec.json.decode(told, type=Past), told=told)


@lru_cache(500)
def _month(told: bytes) -> Month:
    by_day: dict[date, list[Marked]] = {}
    for one in msgspec.json.decode(told, type=list[Marked]):
        by_day.setdefault(one.started_on, []).append(one)
    return Month(by_day, told)
