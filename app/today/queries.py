"""What a member's day starts with, in one statement: what is running, what was last, this week, and their way in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.db import Db


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
    exercises: list[str]


@dataclass(frozen=True, slots=True)
class Morning:
    running: list[Running]
    last: Last | None
    week: list[date]  # days trained, of the last seven
    has_noted: bool  # today's check-in is written
    let_in_at: datetime | None  # by the door, now, and nothing trained since
    member_id: UUID | None
    member_number: int | None
    card: str | None


async def morning(db: Db, person_id: UUID, today: date, now: datetime) -> Morning:
    # The index is by instant, so a day of slack beside the seven days.
    found = await db.one(
        Morning,
        """
        select coalesce((select json_agg(json_build_object('id', w.id, 'name', coalesce(w.unit_name, w.plan_name), 'started_at', w.started_at,
                            'done', (select count(*) from workout_exercise e join workout_set s on s.workout_exercise_id = e.id
                                     where e.workout_id = w.id and e.removed_at is null and s.removed_at is null and s.done_at is not null),
                            'wanted', (select count(*) from workout_exercise e join workout_set s on s.workout_exercise_id = e.id
                                       where e.workout_id = w.id and e.removed_at is null and s.removed_at is null))
                            order by w.started_at desc)
                           from workout w where w.person_id = $1 and w.status = 'in_progress'), '[]') as running,
               (select json_build_object('id', w.id, 'name', coalesce(w.unit_name, w.plan_name), 'started_on', w.started_on,
                          'done_sets', w.done_sets, 'volume', w.volume, 'record_count', w.record_count,
                          'exercises', coalesce((select json_agg(e.exercise_name order by e.position) from workout_exercise e
                                                   where e.workout_id = w.id and e.position is not null), '[]'))
                  from workout w where w.person_id = $1 and w.status = 'completed' order by w.started_at desc limit 1) as last,
               coalesce((select json_agg(distinct w.started_on) from workout w
                           where w.person_id = $1 and w.status = 'completed' and w.started_on > $3 and w.started_on <= $2
                             and w.started_at > $3::date - 1), '[]') as week,
               exists(select from daily_check_in where person_id = $1 and day = $2) as has_noted,
               (select v.at from (select * from visit where member_id = m.id order by nth desc limit 3) v
                 where not v.is_undone and v.left_at is null and v.at <= $4 and v.stays_until > $4 and v.at > $4 - interval '3 hours'
                   and not exists (select from workout w where w.person_id = $1 and w.started_at >= v.at and w.status <> 'aborted')
                 order by v.nth desc limit 1) as let_in_at,
               m.id as member_id, m.number as member_number,
               (select code from card where member_id = m.id and ended_at is null and lost_at is null and not is_blocked
                 order by created_at desc limit 1) as card
          from (values (1)) as one left join member m on m.person_id = $1 and m.left_on is null and m.erased_at is null
        """,
        *(person_id, today, today - timedelta(days=7), now),
    )
    assert found is not None
    return found
