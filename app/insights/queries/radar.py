"""Who stays away from their own rhythm, and what was said when somebody called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from app.db import Db
from app.insights.rules import Habit, Risk, Trained, risk

WEEKS = 16


@dataclass(frozen=True, slots=True)
class Call:
    at: datetime
    outcome: str
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class Watched:
    """A member whom somebody should call, and why."""

    member_id: UUID
    name: str
    phone: str
    photo: str | None
    risk: Risk
    last_visit: datetime | None
    weeks: tuple[int, ...]
    call: Call | None


@dataclass(frozen=True, slots=True)
class _Habits:
    member_id: UUID
    name: str
    phone: str
    photo: str | None
    joined_on: date
    last_visit: datetime | None
    ends_on: date | None
    renews: bool
    owes: int
    owes_since: date | None
    is_frozen: bool
    monday: date | None
    weeks: str
    trained: str | None
    call: str | None


HABITS = """
with there as (
       select m.member_id, max(m.ends_on) as ends_on, bool_or(m.starts_on > $2) as renews
         from membership m where m.kind in ('membership', 'pack') and m.ends_on >= $2 and (m.cancelled_on is null or m.cancelled_on > $2)
        group by m.member_id having min(m.starts_on) <= $2),
     frozen as (
       select distinct m.member_id from membership_freeze f join membership m on m.id = f.membership_id
        where $2 between f.starts_on and coalesce(f.thawed_on - 1, f.ends_on))
select p.id as member_id, w.name, p.phone, p.photo, p.joined_on, there.ends_on, there.renews, v.at as last_visit,
       coalesce(a.balance, 0) as owes, case when a.balance > 0 then a.owed_since end as owes_since,
       frozen.member_id is not null as is_frozen, r.monday, coalesce(array_to_json(r.weeks)::text, '[]') as weeks,
       case when s.member_id is not null then jsonb_build_object('recent', s.recent, 'usual', s.usual, 'plan_due', s.plan_due,
            'plan_done', s.plan_done, 'plan_usual', s.plan_usual, 'stalled', s.stalled)::text end as trained,
       case when c.at is not null then jsonb_build_object('at', c.at, 'outcome', c.outcome, 'note', c.note, 'by', b.name)::text end as call
  from there join member p on p.id = there.member_id join person w on w.id = p.person_id
  left join lateral (select at from visit where member_id = p.id and not is_undone order by nth desc limit 1) v on true
  left join account a on a.payer_id = p.person_id and a.currency = $3
  left join rhythm r on r.member_id = p.id left join frozen on frozen.member_id = p.id
  left join training_sign s on s.member_id = p.id
  left join lateral (select * from radar_call where member_id = p.id order by at desc limit 1) c on true
  left join person b on b.id = c.by
 where p.home_gym_id = any($1::uuid[]) and p.left_on is null"""


async def radar(db: Db, gym_ids: Sequence[UUID], today: date, currency: str) -> list[Watched]:
    """Everybody who stays away from their own rhythm, the most worrying first. Whoever comes back is gone from it by themselves."""
    rows = await db.ask("fetch", HABITS, list(gym_ids), today, currency)
    found = [one for one in (watched(row, today) for row in rows) if one is not None]
    return sorted(found, key=lambda one: (-one.risk.score, one.name))


@lru_cache(6_000)
def watched(row: Any, today: date) -> Watched | None:
    """None when nothing speaks for calling. Of most members the database says today what it said a minute ago."""
    known = _Habits(**dict(row))
    weeks = weeks_until(known, today - timedelta(days=today.weekday()))
    habit = Habit(
        joined_on=known.joined_on,
        weeks=weeks,
        last_visit=known.last_visit,
        ends_on=known.ends_on,
        renews=known.renews,
        owes=known.owes,
        owes_since=known.owes_since,
        is_frozen=known.is_frozen,
        trained=msgspec.json.decode(known.trained, type=Trained) if known.trained else None,
    )
    found = risk(habit, today)
    if not found.is_called_for:
        return None
    call = msgspec.json.decode(known.call, type=Call) if known.call else None
    return Watched(known.member_id, known.name, known.phone, known.photo, found, known.last_visit, weeks, call)


def weeks_until(known: _Habits, monday: date) -> tuple[int, ...]:
    """As summed up last night; on a Monday morning before the summing-up the last week is still empty."""
    late = (monday - known.monday).days // 7 if known.monday else WEEKS
    counted = msgspec.json.decode(known.weeks, type=tuple[int, ...])
    return (counted + (0,) * late)[-WEEKS:] if late < WEEKS else (0,) * WEEKS
