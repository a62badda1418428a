"""Looking back: what was trained when, one exercise over time, records, volume. Few rows, however long the history."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from app.actor import Actor
from app.db import Db
from app.training.rules.cards import Before


@dataclass(frozen=True, slots=True)
class Past:
    """A workout in a list."""

    id: UUID
    name: str | None
    started_at: datetime
    started_on: date
    status: str
    volume: int
    done_sets: int
    record_count: int
    duration_seconds: int | None = None
    exercises: list[str] = field(default_factory=list)
    told: bytes = field(default=b"", compare=False)  # as the database said it, when it was read with its page


PAST = """
    select w.id, coalesce(w.unit_name, w.plan_name) as name, w.started_at, w.started_on, w.status, w.volume, w.done_sets,
           w.record_count, w.duration_seconds,
           array(select e.exercise_name from workout_exercise e where e.workout_id = w.id and e.removed_at is null
                 order by e.position limit 6) as exercises
    from workout w
"""


async def latest(db: Db, person_id: UUID, *, limit: int = 10, before: datetime | None = None) -> list[Past]:
    return await db.all(
        Past,
        PAST
        + """where w.person_id = $1 and w.status = 'completed' and w.started_at < coalesce($3, 'infinity'::timestamptz)
             order by w.started_at desc limit $2""",
        person_id,
        limit,
        before,
    )


# A day's Monday. A clock of the session is not asked for it, and the year 1 began on a Monday.
MONDAY = "(started_on - (started_on - date '0001-01-01') % 7)"
LATELY, ALL = 26, 400  # sessions of one exercise: what a phone draws at once, and what somebody asked for


@dataclass(frozen=True, slots=True)
class Point:
    workout_id: UUID
    started_on: date
    sets: int
    reps: int
    volume: int
    best_grams: int | None = None
    best_reps: int | None = None
    e1rm: int | None = None
    seconds: int | None = None
    metres: int | None = None
    rows: list[Before] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    kind: str
    value: int
    at_grams: int
    at: datetime
    workout_id: UUID


@dataclass(frozen=True, slots=True)
class Detail:
    """One exercise of one person: who it is, its latest sessions, as many as a line on a phone can show, what stands, and the note."""

    id: UUID
    name: str
    cue: str
    mode: str
    note: str
    points: list[Point] = field(default_factory=list)
    records: list[Standing] = field(default_factory=list)
    primary: list[str] = field(default_factory=list)
    secondary: list[str] = field(default_factory=list)


async def detail(db: Db, actor: Actor, exercise_id: UUID, *, person_id: UUID | None = None, limit: int = LATELY) -> Detail | None:
    return await db.one(
        Detail,
        """select x.id, coalesce(x.names->>$3, x.name) as name, coalesce(x.cues->>$3, x.cue) as cue, x.mode,
             coalesce((select body from exercise_note n where n.person_id = $1 and n.exercise_id = x.id), '') as note,
             coalesce((select json_agg(p order by p.started_at desc) from (
               select workout_id, started_on, started_at, sets, reps, volume, best_grams, best_reps, e1rm, seconds, metres,
                      case when row_number() over (order by started_at desc) <= 5 then rows else '[]' end as rows
               from performance where person_id = $1 and exercise_id = x.id order by started_at desc limit $4) p), '[]') as points,
             coalesce((select json_agg(r order by r.kind, r.at_grams desc) from (
               select kind, value, at_grams, at, workout_id from record
               where person_id = $1 and exercise_id = x.id and beaten_at is null) r), '[]') as records,
             array(select muscle from exercise_muscle m where m.exercise_id = x.id and role = 'primary' order by 1) as primary,
             array(select muscle from exercise_muscle m where m.exercise_id = x.id and role = 'secondary' order by 1) as secondary
           from exercise x
           where x.id = $2 and (x.scope = 'catalogue' or x.owner_id = $1 or x.gym_id = any($5)
             or exists (select from performance p where p.person_id = $1 and p.exercise_id = x.id))""",
        person_id or actor.person_id,
        exercise_id,
        actor.locale,
        limit,
        list(actor.gym_ids),
    )


@dataclass(frozen=True, slots=True)
class Broken:
    exercise_id: UUID
    name: str
    kind: str
    value: int
    at_grams: int
    at: datetime
    workout_id: UUID
    before: int | None = None


RECORDS = """
    select r.exercise_id, coalesce(x.names->>$2, x.name) as name, r.kind, r.value, r.at_grams, r.at, r.workout_id, r.before
    from record r join exercise x on x.id = r.exercise_id
"""


async def standing(db: Db, person_id: UUID, locale: str, *, limit: int = LATELY) -> list[Broken]:
    """What stands, by exercise, those touched last first."""
    return await db.all(
        Broken,
        f"""with touched as (
              select exercise_id, max(at) as at from record
              where person_id = $1 and beaten_at is null and kind <> 'reps' group by exercise_id order by max(at) desc limit $3)
            {RECORDS} join touched t on t.exercise_id = r.exercise_id
            where r.person_id = $1 and r.beaten_at is null and r.kind <> 'reps' order by t.at desc, r.exercise_id, r.kind""",
        person_id,
        locale,
        limit,
    )


async def recent_records(db: Db, person_id: UUID, locale: str, *, limit: int = 20) -> list[Broken]:
    return await db.all(
        Broken,
        RECORDS + "where r.person_id = $1 and r.before is not null order by r.at desc, r.id desc limit $3",
        person_id,
        locale,
        limit,
    )


async def of_workout(db: Db, person_id: UUID, workout_id: UUID, locale: str) -> list[Broken]:
    return await db.all(
        Broken,
        RECORDS + "where r.workout_id = $3 and r.person_id = $1 and r.before is not null order by name, r.kind",
        person_id,
        locale,
        workout_id,
    )


class Trained(NamedTuple):
    """A muscle's week in halves of a set, because one that only helps gets half; without a muscle: what was moved in that week."""

    week: date
    muscle: str | None
    half_sets: int
    volume: int


async def trained(db: Db, person_id: UUID, since: date) -> str:
    """Added up where it lies: a busy week and a quiet one cost a page the same. As the database says it, for `trained_in`."""
    told: str = await db.value(
        f"""with done as materialized (
             select {MONDAY} as week, exercise_id, sum(sets)::int as sets, sum(volume)::bigint as volume
             from performance where person_id = $1 and started_on >= $2 group by 1, 2)
           select coalesce(json_agg(json_build_array(week, muscle, half_sets, volume)), '[]')::text from (
             select d.week, m.muscle, sum(d.sets * case m.role when 'primary' then 2 else 1 end)::int as half_sets, 0::bigint as volume
             from done d join exercise_muscle m on m.exercise_id = d.exercise_id group by 1, 2
             union all
             select week, null, 0, sum(volume)::bigint from done group by 1) each""",
        person_id,
        since,
    )
    return told


def trained_in(told: str) -> list[Trained]:
    return msgspec.json.decode(told, type=list[Trained])


@dataclass(frozen=True, slots=True)
class Trainings:
    """A week by its Monday, and how many workouts it had."""

    week: date
    count: int


@dataclass(frozen=True, slots=True)
class Habits:
    """What a streak is made of: the weeks, their aim, the rest weeks and the frozen days."""

    weeks: list[Trainings]
    wanted: int
    rest_weeks: list[date]
    rest_seconds: int
    shows_rpe: bool
    accepts_next: bool


HABITS = f"""
    select coalesce((select json_agg(n) from (
             select {MONDAY} as week, count(*) as count from workout
             where person_id = $1 and status = 'completed' and started_at >= $2::date group by 1) n), '[]') as weeks,
           coalesce(c.weekly_target, 2) as wanted, coalesce(c.rest_seconds, 120) as rest_seconds,
           coalesce(c.shows_rpe, false) as shows_rpe, coalesce(c.accepts_next, false) as accepts_next,
           array(select week_on from rest_week where person_id = $1 and week_on >= $2) as rest_weeks
    from (select 1) one left join training_choice c on c.person_id = $1
"""


async def habits(db: Db, person_id: UUID, since: date) -> Habits:
    found = await db.one(Habits, HABITS, person_id, since)
    assert found is not None
    return found


# Days on which the person's membership was frozen: nobody is expected then.
FROZEN = """
    select f.starts_on, coalesce(f.thawed_on - 1, f.ends_on) as ends_on
    from membership_freeze f join membership m on m.id = f.membership_id join member p on p.id = m.member_id
    where p.person_id = $1 and f.ends_on >= $2
"""


@dataclass(frozen=True, slots=True)
class Frozen:
    starts_on: date
    ends_on: date


async def frozen(db: Db, person_id: UUID, since: date) -> list[tuple[date, date]]:
    return [(one.starts_on, one.ends_on) for one in await db.all(Frozen, FROZEN, person_id, since)]
