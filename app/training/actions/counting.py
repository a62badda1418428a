"""What a workout amounts to, kept when something is written: its summary, a point in each chart, and the records it broke."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db, new_id
from app.training.rules.records import Record, all_records, with_session
from app.training.rules.sets import DoneSet, Numbers

# Only finished workouts count. `rows` keeps the sets themselves, so that nobody has to read them again.
POINTS = """
with done as (
  select e.exercise_id, w.id as workout_id, w.person_id, w.started_at, w.started_on, e.position as seat, s.*
  from workout w
  join workout_exercise e on e.workout_id = w.id and e.removed_at is null and e.exercise_id is not null
  join workout_set s on s.workout_exercise_id = e.id and s.removed_at is null and s.done_at is not null
  where w.id = any($1) and w.status = 'completed')
insert into performance (person_id, exercise_id, workout_id, started_at, started_on, sets, reps, volume, best_grams, best_reps,
                         e1rm, seconds, metres, rows)
select person_id, exercise_id, workout_id, started_at, started_on,
       count(*) filter (where kind <> 'warmup'), coalesce(sum(reps) filter (where kind <> 'warmup'), 0),
       coalesce(sum(grams::bigint * reps) filter (where kind <> 'warmup'), 0),
       max(grams) filter (where kind <> 'warmup'),
       (array_agg(reps order by grams desc nulls last, reps desc nulls last) filter (where kind <> 'warmup'))[1],
       max(case when kind <> 'warmup' and grams > 0 and reps between 1 and 12
                then case when reps = 1 then grams else (grams::bigint * (30 + reps) * 2 + 30) / 60 end end),
       max(seconds) filter (where kind <> 'warmup'), max(metres) filter (where kind <> 'warmup'),
       json_agg(json_build_object('id', id, 'kind', kind, 'grams', grams, 'reps', reps, 'seconds', seconds, 'metres', metres,
                                  'took_seconds', took_seconds, 'rpe', rpe) order by seat, position)
from done group by person_id, exercise_id, workout_id, started_at, started_on
returning exercise_id
"""
SUMMARY = """
update workout w set
  volume = coalesce((select sum(s.grams::bigint * s.reps) from workout_exercise e join workout_set s on s.workout_exercise_id = e.id
    where e.workout_id = w.id and e.removed_at is null and s.removed_at is null and s.done_at is not null
      and s.kind <> 'warmup'), 0),
  done_sets = (select count(*) from workout_exercise e join workout_set s on s.workout_exercise_id = e.id
    where e.workout_id = w.id and e.removed_at is null and s.removed_at is null and s.done_at is not null
      and s.kind <> 'warmup')
where w.id = any($1)
"""


@dataclass(frozen=True, slots=True)
class _Point:
    exercise_id: UUID
    workout_id: UUID
    started_at: datetime
    rows: list["_Set"]


@dataclass(frozen=True, slots=True)
class _Set:
    id: UUID
    kind: str
    grams: int | None = None
    reps: int | None = None
    seconds: int | None = None
    metres: int | None = None
    took_seconds: int | None = None

    @property
    def numbers(self) -> Numbers:
        return Numbers(self.grams, self.reps, self.seconds, self.metres, self.took_seconds)


async def recount(db: Db, person_id: UUID, workout_id: UUID) -> None:
    """After a workout was finished, edited, discarded or brought back."""
    before = set(await db.column("delete from performance where workout_id = $1 returning exercise_id", workout_id))
    now_there = set(await db.column(POINTS, [workout_id]))
    await db.run(SUMMARY, [workout_id])
    for_later = before | now_there
    if not for_later:
        return
    if not before and await _is_latest(db, person_id, workout_id):
        await _add_records(db, person_id, workout_id, sorted(now_there))
    else:
        await _renew_records(db, person_id, sorted(for_later))


async def _is_latest(db: Db, person_id: UUID, workout_id: UUID) -> bool:
    """The ordinary case: today's workout comes after everything else, so only what stands matters."""
    return bool(
        await db.value(
            """select not exists (
                 select from performance p join performance later on later.person_id = p.person_id
                   and later.exercise_id = p.exercise_id and later.workout_id <> p.workout_id
                   and later.started_at >= p.started_at
                 where p.workout_id = $2 and p.person_id = $1)
               and not exists (select from record where workout_id = $2)""",
            person_id,
            workout_id,
        )
    )


async def _add_records(db: Db, person_id: UUID, workout_id: UUID, exercise_ids: Sequence[UUID]) -> None:
    stood: dict[UUID, list[Record]] = {}
    for one in await _standing(db, person_id, exercise_ids):
        stood.setdefault(one.exercise_id, []).append(one.record)
    fresh: list[tuple[UUID, Record]] = []
    for point in await _points(db, person_id, exercise_ids, workout_id):
        stands, fell = with_session(stood.get(point.exercise_id, []), _session(point))
        fresh += [(point.exercise_id, one) for one in [*fell, *stands] if one.workout_id == workout_id]
    await _beat(db, person_id, fresh)
    await _insert(db, person_id, fresh)
    await db.run(COUNT, person_id, [workout_id])


async def _renew_records(db: Db, person_id: UUID, exercise_ids: Sequence[UUID]) -> None:
    """The past changed: every record of these exercises from all their sessions again."""
    sets: dict[UUID, list[DoneSet]] = {one: [] for one in exercise_ids}
    for point in await _points(db, person_id, exercise_ids, None):
        sets[point.exercise_id] += _session(point)
    touched = await db.column(
        "delete from record where person_id = $1 and exercise_id = any($2) returning workout_id", person_id, list(exercise_ids)
    )
    fresh = [(exercise_id, one) for exercise_id, done in sets.items() for one in all_records(done)]
    await _insert(db, person_id, fresh)
    await db.run(COUNT, person_id, list({*touched, *(one.workout_id for _, one in fresh)}))


COUNT = """
update workout w set record_count = n.count
from (select w.id, count(r.id) as count from workout w
      left join record r on r.workout_id = w.id and r.before is not null
      where w.id = any($2) and w.person_id = $1 group by w.id) n
where w.id = n.id and w.record_count <> n.count
"""


@dataclass(frozen=True, slots=True)
class _Standing:
    exercise_id: UUID
    kind: str
    value: int
    at_grams: int
    before: int | None
    set_id: UUID | None
    workout_id: UUID
    at: datetime

    @property
    def record(self) -> Record:
        return Record(self.kind, self.value, self.at_grams, self.before, self.set_id, self.workout_id, self.at)


async def _standing(db: Db, person_id: UUID, exercise_ids: Sequence[UUID]) -> list[_Standing]:
    return await db.all(
        _Standing,
        """select exercise_id, kind, value, at_grams, before, set_id, workout_id, at from record
           where person_id = $1 and exercise_id = any($2) and beaten_at is null""",
        person_id,
        list(exercise_ids),
    )


async def _points(db: Db, person_id: UUID, exercise_ids: Sequence[UUID], workout_id: UUID | None) -> list[_Point]:
    return await db.all(
        _Point,
        """select exercise_id, workout_id, started_at, rows from performance
           where person_id = $1 and exercise_id = any($2) and ($3::uuid is null or workout_id = $3)
           order by started_at, workout_id""",
        person_id,
        list(exercise_ids),
        workout_id,
    )


def _session(point: _Point) -> list[DoneSet]:
    return [DoneSet(one.id, point.workout_id, point.started_at, one.kind, one.numbers) for one in point.rows]


async def _beat(db: Db, person_id: UUID, fresh: Sequence[tuple[UUID, Record]]) -> None:
    """What stood and stands no longer: the same kind, for repetitions what the new one covers."""
    await db.many(
        """update record set beaten_at = $5
           where person_id = $1 and exercise_id = $2 and kind = $3 and beaten_at is null
             and (kind <> 'reps' or (at_grams <= $4 and value <= $6))""",
        [(person_id, exercise_id, one.kind, one.at_grams, one.at, one.value) for exercise_id, one in fresh],
    )


async def _insert(db: Db, person_id: UUID, fresh: Sequence[tuple[UUID, Record]]) -> None:
    await db.copy(
        "record",
        ["id", "person_id", "exercise_id", "kind", "value", "at_grams", "before", "set_id", "workout_id", "at", "beaten_at"],
        [
            (
                new_id(),
                person_id,
                exercise_id,
                one.kind,
                one.value,
                one.at_grams,
                one.before,
                one.set_id,
                one.workout_id,
                one.at,
                one.beaten_at,
            )
            for exercise_id, one in fresh
        ],
    )


async def count_all(db: Db, person_id: UUID, workout_ids: Sequence[UUID]) -> None:
    """Many workouts of one person at once: an import, or a year of the demo."""
    await db.run("delete from performance where workout_id = any($1)", list(workout_ids))
    touched = sorted(set(await db.column(POINTS, list(workout_ids))))
    await db.run(SUMMARY, list(workout_ids))
    await _renew_records(db, person_id, touched)
