"""What a member's day starts with, in one statement: what is running, what was last, what is due, this week, and their way in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

import msgspec

from app.db import Db
from app.members.queries.sold import Held, held_sql
from app.plans.queries import FOLLOWED, FollowedRow


@dataclass(frozen=True, slots=True)
class Running:
    id: UUID
    name: str | None
    started_at: datetime
    done: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Last:
    id: UUID
    name: str | None
    started_on: date
    done_sets: int
    volume: int
    record_count: int
    exercises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Morning:
    running: tuple[Running, ...]
    last: Last | None
    week: tuple[date, ...]  # days trained, of the last seven
    has_noted: bool  # today's check-in is written
    let_in_at: datetime | None  # by the door, now, and nothing trained since
    member_id: UUID | None
    member_number: int | None
    card: str | None
    followed: msgspec.Raw  # the plan they follow, whole
    held: tuple[Held, ...]  # memberships, what the household shares among them

    @property
    def plan(self) -> FollowedRow | None:
        return _plan(bytes(self.followed))


@lru_cache(500)
def _plan(told: bytes) -> FollowedRow | None:
    """From one day to the next a plan stays as it was: what was read once is not read again."""
    return msgspec.json.decode(told, type=FollowedRow | None)


# $1 person, $2 today, $3 a week ago, $4 now. The index is by instant, so a day of slack beside the seven days.
MORNING = f"""
select row_to_json(morning)::text from (
    select coalesce((select json_agg(json_build_object('id', w.id, 'name', coalesce(w.unit_name, w.plan_name),
                              'started_at', w.started_at, 'done', n.done, 'wanted', n.wanted) order by w.started_at desc)
                       from workout w, lateral (
                         select count(*) filter (where s.done_at is not null) as done, count(*) as wanted
                           from workout_exercise e join workout_set s on s.workout_exercise_id = e.id
                          where e.workout_id = w.id and e.removed_at is null and s.removed_at is null) n
                      where w.person_id = $1 and w.status = 'in_progress'), '[]') as running,
           (select json_build_object('id', w.id, 'name', coalesce(w.unit_name, w.plan_name), 'started_on', w.started_on,
                      'done_sets', w.done_sets, 'volume', w.volume, 'record_count', w.record_count,
                      'exercises', coalesce((select json_agg(e.exercise_name order by e.position) from workout_exercise e
                                               where e.workout_id = w.id and e.position is not null), '[]'))
              from workout w where w.person_id = $1 and w.status = 'completed' order by w.started_at desc limit 1) as last,
           coalesce((select json_agg(distinct w.started_on) from workout w
                       where w.person_id = $1 and w.status = 'completed' and w.started_on > $3 and w.started_on <= $2
                         and w.started_at > $3::date - 1), '[]') as week,
           exists(select from daily_check_in where person_id = $1 and day = $2) as has_noted,
           (select v.at from (select * from visit where member_id = me.id order by nth desc limit 3) v
             where not v.is_undone and v.left_at is null and v.at <= $4 and v.stays_until > $4 and v.at > $4 - interval '3 hours'
               and not exists (select from workout w where w.person_id = $1 and w.started_at >= v.at and w.status <> 'aborted')
             order by v.nth desc limit 1) as let_in_at,
           me.id as member_id, me.number as member_number,
           (select code from card where member_id = me.id and ended_at is null and lost_at is null and not is_blocked
             order by created_at desc limit 1) as card,
           (select row_to_json(f) from ({FOLLOWED}) f) as followed,
           case when me.id is null then '[]' else coalesce((select json_agg(h) from ({held_sql("me.id", "true")}) h), '[]') end as held
      from (values (1)) as one left join member me on me.person_id = $1 and me.left_on is null and me.erased_at is null) morning
"""


async def morning(db: Db, person_id: UUID, today: date, now: datetime) -> Morning:
    found = await db.told(Morning, MORNING, person_id, today, today - timedelta(days=7), now)
    assert found is not None
    return found
