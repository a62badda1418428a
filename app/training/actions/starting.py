"""Start a workout: what was planned is copied in, with last time beside it and the rule's suggestion."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db, new_id
from app.plans.rules import Line
from app.training.rules.cards import Before
from app.training.rules.sets import Numbers
from app.training.rules.targets import Next, suggest, to_grams

MOST_SETS = 50
# Nobody has said anything about it yet: any phone's first word is later, however its clock stands.
UNSAID = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a workout starts from. Empty lines: freestyle."""

    lines: tuple[Line, ...] = ()
    plan_id: UUID | None = None
    unit_id: UUID | None = None
    following_id: UUID | None = None
    plan_name: str | None = None
    unit_name: str | None = None
    day_number: int | None = None
    week: int = 1


@dataclass(frozen=True, slots=True)
class Started:
    id: UUID
    is_new: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What a person did at an exercise before: the newest sessions first, and the best estimated single."""

    exercise_id: UUID
    name: str
    mode: str
    started_on: date | None = None
    sessions: list[list[Before]] = field(default_factory=list)
    best: int | None = None

    @property
    def latest(self) -> list[Before]:
        return self.sessions[0] if self.sessions else []

    def working(self) -> list[list[Numbers]]:
        return [[one.numbers for one in session if one.kind != "warmup"] for session in self.sessions]


async def start(db: Db, actor: Actor, opening: Opening, *, id: UUID, at: datetime, is_past: bool = False) -> Started | None:
    """None when the id belongs to somebody else. Starting twice with one id is starting once."""
    is_new = await db.value(
        """insert into workout (id, person_id, gym_id, plan_id, unit_id, following_id, plan_name, unit_name, day_number,
                                started_at, started_on, zone, at)
           values ($1, $2, $3, (select id from plan where id = $4), (select id from training_unit where id = $5),
                   (select id from following where id = $6 and person_id = $2), $7, $8, $9, $10, $11, $12, $13)
           on conflict (id) do nothing returning true""",
        id,
        actor.person_id,
        actor.gym_id,
        opening.plan_id,
        opening.unit_id,
        opening.following_id,
        opening.plan_name and opening.plan_name[:100],
        opening.unit_name and opening.unit_name[:100],
        opening.day_number,
        at,
        at.astimezone(actor.zone).date(),
        str(actor.zone),
        UNSAID,
    )
    if not is_new:
        mine = await db.value("select exists(select from workout where id = $1 and person_id = $2)", id, actor.person_id)
        return Started(id, False) if mine else None
    await put_in(db, actor, id, opening.lines, week=opening.week)
    return Started(id, True)


async def put_in(
    db: Db,
    actor: Actor,
    workout_id: UUID,
    lines: Sequence[Line],
    *,
    week: int = 1,
    first: int = 1,
    id: UUID | None = None,
) -> None:
    """The lines as exercises with empty sets, from place `first` on. `id` is the phone's, for one line."""
    if not lines:
        return
    choice = await db.value("select accepts_next from training_choice where person_id = $1", actor.person_id)
    known = {one.exercise_id: one for one in await past(db, actor, [line.exercise_id for line in lines if line.exercise_id])}
    ids = [id] if id else [new_id() for _ in lines]
    exercises, sets = [], []
    for card_id, position, line in zip(ids, range(first, first + len(lines)), lines, strict=True):
        before = known.get(line.exercise_id) if line.exercise_id else None
        target = suggest(line, before.working() if before else [], actor.units, best=before.best if before else None, week=week)
        exercises.append(_exercise(card_id, workout_id, position, line, before, target, bool(choice)))
        sets += _sets(card_id, line, before)
    await db.many(INSERT_EXERCISE, exercises)
    await db.copy("workout_set", ["id", "workout_exercise_id", "position", "kind", "grams", "at"], sets)


INSERT_EXERCISE = """
insert into workout_exercise (id, workout_id, position, planned_position, exercise_id, planned_id, exercise_name, mode, superset,
  target_grams, target_sets, reps_min, reps_max, target_seconds, target_metres, target_rpe, target_percent, rest_seconds,
  planned_notes, next_grams, next_reps, next_seconds, next_metres, next_why, is_next_accepted, previous, previous_on, at)
values ($1, $2, $3::smallint, case when $5::uuid is null then null else $3::smallint end,
        (select id from exercise where id = $4), (select id from unit_exercise where id = $5), $6, $7, $8, $9, $10, $11, $12,
        $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)
"""


def _exercise(
    id: UUID, workout_id: UUID, position: int, line: Line, before: Past | None, target: Next, accepts: bool
) -> tuple[object, ...]:
    return (
        id,
        workout_id,
        position,
        line.exercise_id,
        line.id if is_planned(line) else None,
        line.exercise_name[:100],
        line.mode,
        line.superset,
        to_grams(line.target_weight),
        line.sets if is_planned(line) else None,
        line.reps_min,
        line.reps_max,
        line.target_time_seconds,
        None if line.target_distance_km is None else int(line.target_distance_km * 1000),
        line.rpe,
        line.percent_1rm,
        line.rest_seconds,
        line.notes,
        target.grams,
        target.reps,
        target.seconds,
        target.metres,
        target.why,
        accepts and target.is_step,
        before.latest if before else [],
        before.started_on if before else None,
        UNSAID,
    )


NOT_PLANNED = UUID(int=0)


def is_planned(line: Line) -> bool:
    return line.id != NOT_PLANNED


def free(past: Past) -> Line:
    """An exercise that nobody planned: as many sets as last time, else three."""
    working = [one for one in past.latest if one.kind != "warmup"]
    count = len(working) or (3 if past.mode in {"reps", "sets_only"} else 1)
    return Line(NOT_PLANNED, past.name, past.mode, past.exercise_id, sets=min(count, MOST_SETS))


def _sets(id: UUID, line: Line, before: Past | None) -> list[tuple[object, ...]]:
    """Planned ones get what the plan says; free ones the kinds of last time, its warm-ups too."""
    kinds: list[tuple[str, int | None]] = [(line.set_type, None)] * line.sets
    if not is_planned(line) and before and before.latest:
        kinds = [(one.kind, one.grams if one.kind == "warmup" else None) for one in before.latest[:MOST_SETS]]
    return [(new_id(), id, position, kind, grams, UNSAID) for position, (kind, grams) in enumerate(kinds, start=1)]


async def past(db: Db, actor: Actor, exercise_ids: Sequence[UUID]) -> list[Past]:
    """Three sessions are enough for every rule; each is one probe of an index, however long the history."""
    return await db.all(
        Past,
        """select x.id as exercise_id, coalesce(x.names->>$3, x.name) as name, x.mode,
                  (select max(p.started_on) from (select started_on from performance p where p.person_id = $1
                    and p.exercise_id = x.id order by p.started_at desc limit 1) p) as started_on,
                  coalesce((select json_agg(p.rows order by p.started_at desc) from (select p.rows, p.started_at
                    from performance p where p.person_id = $1 and p.exercise_id = x.id
                    order by p.started_at desc limit 3) p), '[]') as sessions,
                  (select r.value from record r where r.person_id = $1 and r.exercise_id = x.id and r.kind = 'e1rm'
                    and r.beaten_at is null) as best
           from exercise x where x.id = any($2)""",
        actor.person_id,
        list(exercise_ids),
        actor.locale,
    )


async def from_last_time(db: Db, actor: Actor, workout_id: UUID) -> Opening | None:
    """A past workout of one's own as the start of a new one: its exercises, not its numbers."""
    found = await db.all(
        _Again,
        """select coalesce(w.unit_name, w.plan_name) as name, e.exercise_id, e.exercise_name, e.mode, e.superset, e.rest_seconds,
                  (select count(*) from workout_set s where s.workout_exercise_id = e.id and s.done_at is not null
                    and s.removed_at is null and s.kind <> 'warmup') as sets
           from workout w left join workout_exercise e on e.workout_id = w.id and e.removed_at is null
           where w.id = $1 and w.person_id = $2 and w.status <> 'aborted' order by e.position""",
        workout_id,
        actor.person_id,
    )
    if not found:
        return None
    lines = tuple(one.line for one in found if one.mode)
    return Opening(lines, unit_name=found[0].name)


@dataclass(frozen=True, slots=True)
class _Again:
    name: str | None
    exercise_id: UUID | None = None
    exercise_name: str | None = None
    mode: str | None = None
    superset: int | None = None
    rest_seconds: int | None = None
    sets: int = 0

    @property
    def line(self) -> Line:
        return Line(
            NOT_PLANNED,
            self.exercise_name or "",
            self.mode or "reps",
            self.exercise_id,
            sets=max(1, self.sets),
            superset=self.superset,
            rest_seconds=self.rest_seconds,
        )
