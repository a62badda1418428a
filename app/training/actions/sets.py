"""Log a set: one statement, and everything the answer shows comes back with it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.db import Db
from app.training.queries.workouts import CARD
from app.training.rules.cards import Card, Row
from app.training.rules.course import Lift
from app.training.rules.sets import METRIC, Numbers

SKEW = timedelta(hours=1)  # how far ahead a phone's clock may be before we trust our own


@dataclass(frozen=True, slots=True)
class Said:
    """What a phone said about one set, and when."""

    id: UUID
    card_id: UUID
    kind: str
    numbers: Numbers
    is_done: bool
    at: datetime
    rpe: Decimal | None = None
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Logged:
    """The exercise as it stands now. `is_old` when another phone had a later word, which stays."""

    card: Card
    row: Row | None
    lifts: list[Lift]
    status: str
    started_at: datetime
    shows_rpe: bool = False
    rest_seconds: int = 120
    is_old: bool = False
    is_new: bool = False  # the exercise has one row more or less than before


@dataclass(frozen=True, slots=True)
class Misfit:
    """A number that does not belong to an exercise of this mode."""

    field: str
    mode: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The id names a set of another exercise."""


@dataclass(frozen=True, slots=True)
class _Answer:
    card: Card
    status: str
    started_at: datetime
    lifts: list[Lift]
    shows_rpe: bool = False
    rest_seconds: int = 120
    put: Row | None = None
    is_elsewhere: bool = False


# $1 person, $2 exercise, $3 set, $4 kind, $5 grams, $6 reps, $7 seconds, $8 metres, $9 rpe, $10 done, $11 at, $12 removed,
# $13 the modes that these numbers fit, $14 how long the distance took. A removed set or exercise comes back
# when a later word says so; undone sets have no metric. All that the answer shows comes back as one JSON text.
LOG = f"""
with mine as (
  select w.id, w.person_id, w.started_at, w.ended_at, w.status, e.id as card_id, e.mode
  from workout_exercise e join workout w on w.id = e.workout_id
  where e.id = $2 and w.person_id = $1 and w.status <> 'aborted'),
back as (
  update workout_exercise x set removed_at = null,
    position = (select coalesce(max(y.position), 0) + 1 from workout_exercise y where y.workout_id = x.workout_id)
  from mine m where x.id = m.card_id and x.removed_at < $11 and $10),
put as (
  insert into workout_set as s
    (id, workout_exercise_id, position, kind, grams, reps, seconds, metres, took_seconds, rpe, done_at, at, removed_at)
  select $3, m.card_id,
         case when $12 then null
              else coalesce((select max(x.position) from workout_set x where x.workout_exercise_id = m.card_id), 0) + 1 end,
         $4, $5, $6, $7, $8, $14, $9, case when $10 then least(greatest($11, m.started_at), coalesce(m.ended_at, $11)) end, $11,
         case when $12 then $11 end
  from mine m where m.mode = any($13::text[])
  on conflict (id) do update set kind = excluded.kind, grams = excluded.grams, reps = excluded.reps,
    seconds = excluded.seconds, metres = excluded.metres, took_seconds = excluded.took_seconds, rpe = excluded.rpe,
    done_at = case when $10 then coalesce(s.done_at, excluded.done_at) end, at = excluded.at,
    removed_at = excluded.removed_at, position = case when $12 then null else coalesce(s.position, excluded.position) end
  where s.at < excluded.at and s.workout_exercise_id = excluded.workout_exercise_id
  returning id, coalesce(position, 0) as position, kind, grams, reps, seconds, metres, took_seconds, rpe, done_at, at)
select row_to_json(answer)::text from (
  select w.status, w.started_at,
    coalesce(c.shows_rpe, false) as shows_rpe, coalesce(c.rest_seconds, 120) as rest_seconds,
    (select row_to_json(c) from ({CARD} from workout_exercise e where e.id = w.card_id) c) as card,
    (select row_to_json(p) from put p) as put,
    exists (select from workout_set s where s.id = $3 and s.workout_exercise_id <> $2) as is_elsewhere,
    coalesce((select json_agg(json_build_array(e.id, e.exercise_name, coalesce(e.superset::text, ''),
        coalesce(e.rest_seconds, c.rest_seconds, 120), e.skip_reason is not null,
        array(select s.done_at is not null from workout_set s where s.workout_exercise_id = e.id and s.removed_at is null
              order by s.position)) order by e.position)
      from workout_exercise e
      where e.workout_id = w.id and (e.removed_at is null or e.id = w.card_id and e.removed_at < $11 and $10)), '[]') as lifts
  from mine w left join training_choice c on c.person_id = w.person_id) answer
"""


async def log_set(db: Db, person_id: UUID, said: Said, *, now: datetime) -> Logged | Misfit | Taken | None:
    """None when there is no such exercise of theirs. Saying it again changes nothing; the latest word wins."""
    numbers = said.numbers if said.is_done else Numbers(said.numbers.grams)
    answer = await db.told(
        _Answer,
        LOG,
        person_id,
        said.card_id,
        said.id,
        said.kind,
        numbers.grams,
        numbers.reps,
        numbers.seconds,
        numbers.metres,
        said.rpe,
        said.is_done,
        heard(said.at, now),
        said.is_removed,
        fitting(said.numbers),
        numbers.took_seconds,
    )
    if answer is None:
        return None
    if answer.card.mode not in fitting(said.numbers):
        return Misfit(_given(said.numbers), answer.card.mode)
    if answer.is_elsewhere:
        return Taken()
    return _logged(answer, said)


def heard(at: datetime, now: datetime) -> datetime:
    """A phone's own time, unless its clock is far ahead of ours."""
    return at if at <= now + SKEW else now


def fitting(numbers: Numbers) -> list[str]:
    """The modes that these numbers may belong to; none of them when there is more than one metric."""
    given = [field for field in ("reps", "seconds", "metres") if getattr(numbers, field) is not None]
    if len(given) > 1:
        return []
    return [mode for mode, metric in METRIC.items() if not given or metric == given[0]]


def _given(numbers: Numbers) -> str:
    return next((field for field in ("metres", "seconds", "reps") if getattr(numbers, field) is not None), "reps")


def _logged(answer: _Answer, said: Said) -> Logged:
    """The statement read the rows as they were before it wrote: put the written one in its place."""
    rows = [row for row in answer.card.sets if row.id != said.id]
    seen = next((row for row in answer.card.sets if row.id == said.id), None)
    if answer.put is not None:
        now_there = None if said.is_removed else with_comments(answer.put, seen.comments if seen else 0)
    else:
        now_there = seen
    if now_there is not None:
        rows = sorted([*rows, now_there], key=lambda row: row.position)
    answer.card.sets[:] = rows
    is_old = answer.put is None and not (seen and seen.at == said.at)
    return Logged(
        answer.card,
        now_there,
        _lifts(answer, answer.card),
        answer.status,
        answer.started_at,
        answer.shows_rpe,
        answer.rest_seconds,
        is_old,
        (seen is None) != (now_there is None),
    )


def with_comments(row: Row, count: int) -> Row:
    return replace(row, comments=count) if count else row


def _lifts(answer: _Answer, card: Card) -> list[Lift]:
    """The exercises in the order of the screen; this one as it is now."""
    done = [row.is_done for row in card.sets]
    return [lift._replace(done=done) if lift.exercise_id == card.id else lift for lift in answer.lifts]
