"""One day on one screen: what was told, what is planned, what was trained."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class CheckIn:
    id: UUID
    day: date
    version: int
    sleep_hours: float | None
    sleep_quality: int | None
    steps: int | None
    weight_kg: float | None
    waist_cm: float | None
    hip_cm: float | None
    alcohol_units: int | None
    mood: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Own:
    """A member's own measure, with the value of the day and the last one before it."""

    id: UUID
    name: str
    key: str
    unit: str
    value: float | None
    last: float | None


@dataclass(frozen=True, slots=True)
class Dose:
    id: UUID
    name: str
    doses_per_day: int
    taken: int | None
    target: int
    notes: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Shot:
    id: UUID
    day: date
    is_offered: bool
    width: int
    height: int
    original_name: str


@dataclass(frozen=True, slots=True)
class DoneLift:
    name: str
    weight_kg: float | None
    reps: int | None
    rpe: float | None
    top_set: str
    last_weight_kg: float | None = None
    last_reps: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    position: int
    kind: str
    is_done: bool | None
    focus: str
    rpe: float | None
    notes: str
    lifts: list[DoneLift] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Workout:
    """A logged workout of that day."""

    id: UUID
    name: str
    done_sets: int
    volume_kg: float
    is_open: bool


@dataclass(frozen=True, slots=True)
class Diet:
    kcal: float
    protein_g: float
    carbs_g: float
    fat_g: float
    breakfast: str
    snack_1: str
    lunch: str
    snack_2: str
    dinner: str
    notes: str
    source: str


@dataclass(frozen=True, slots=True)
class PlannedExercise:
    position: int
    name: str
    sets: int | None
    reps_min: int | None
    reps_max: int | None
    weight_kg: float | None
    rpe: float | None
    intensity_target: str
    progression_weight_rule: str
    progression_reps_rule: str
    done_sets: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    id: UUID
    code: str
    kind: str
    warmup: str
    class_sessions: str
    cardio: str
    mobility_cooldown: str
    additional_exercises: str
    notes: str
    source: str
    exercises: list[PlannedExercise] = field(default_factory=list)

    @property
    def planned_sets(self) -> int:
        return sum(exercise.sets or 1 for exercise in self.exercises)

    @property
    def done_sets(self) -> int:
        return sum(min(exercise.done_sets, exercise.sets or 1) for exercise in self.exercises)


@dataclass(frozen=True, slots=True)
class Score:
    diet: float | None
    workout: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Day:
    check_in: CheckIn | None
    last: CheckIn | None  # the latest before this day: its values are offered
    own: list[Own]
    doses: list[Dose]
    shots: list[Shot]
    sessions: list[Session]
    workouts: list[Workout]
    diet: Diet | None
    planned: list[Planned]
    score: Score | None

    @property
    def photo(self) -> Shot | None:
        return next((shot for shot in self.shots if not shot.is_offered), None)

    @property
    def offered(self) -> Shot | None:
        return next((shot for shot in self.shots if shot.is_offered), None)


CHECK_IN = """json_build_object('id', id, 'day', day, 'version', version, 'sleep_hours', sleep_hours, 'sleep_quality', sleep_quality,
  'steps', steps, 'weight_kg', weight_kg, 'waist_cm', waist_cm, 'hip_cm', hip_cm, 'alcohol_units', alcohol_units, 'mood', mood,
  'note', note)"""

PLANNED = """
select coalesce(json_agg(json_build_object('id', s.id, 'code', s.code, 'kind', s.kind, 'warmup', s.warmup,
    'class_sessions', s.class_sessions, 'cardio', s.cardio, 'mobility_cooldown', s.mobility_cooldown,
    'additional_exercises', s.additional_exercises, 'notes', s.notes, 'source', s.source, 'exercises', e.list) order by s.code), '[]')
from dated_session s, lateral (
  select coalesce(json_agg(json_build_object('position', x.position, 'name', x.name, 'sets', x.sets, 'reps_min', x.reps_min,
    'reps_max', x.reps_max, 'weight_kg', x.weight_kg, 'rpe', x.rpe, 'intensity_target', x.intensity_target,
    'progression_weight_rule', x.progression_weight_rule, 'progression_reps_rule', x.progression_reps_rule, 'done_sets', (
      select count(*) from workout w join workout_exercise we on we.workout_id = w.id join workout_set ws on ws.workout_exercise_id = we.id
      where w.person_id = s.person_id and w.started_on = s.day and w.status <> 'aborted' and lower(we.exercise_name) = lower(x.name)
        and we.removed_at is null and ws.removed_at is null and ws.done_at is not null and ws.kind <> 'warmup'))
    order by x.position), '[]') as list
  from dated_exercise x where x.session_id = s.id) e
where s.person_id = $1 and s.day = $2"""

SESSIONS = """
select coalesce(json_agg(json_build_object('id', s.id, 'position', s.position, 'kind', s.kind, 'is_done', s.is_done, 'focus', s.focus,
    'rpe', s.rpe, 'notes', s.notes, 'lifts', l.list) order by s.position), '[]')
from done_session s, lateral (
  select coalesce(json_agg(json_build_object('name', x.name, 'weight_kg', x.weight_kg, 'reps', x.reps, 'rpe', x.rpe,
    'top_set', x.top_set, 'last_weight_kg', before.weight_kg, 'last_reps', before.reps) order by x.position), '[]') as list
  from done_lift x left join lateral (
    select y.weight_kg, y.reps from done_lift y join done_session z on z.id = y.session_id
    where z.person_id = s.person_id and lower(y.name) = lower(x.name) and (z.day, z.position) < (s.day, s.position)
    order by z.day desc, z.position desc, y.position desc limit 1) before on true
  where x.session_id = s.id) l
where s.person_id = $1 and s.day = $2"""


async def day_of(db: Db, person_id: UUID, day: date) -> Day:
    found = await db.one(
        Day,
        f"""
select
  (select {CHECK_IN} from daily_check_in where person_id = $1 and day = $2) as check_in,
  (select {CHECK_IN} from daily_check_in where person_id = $1 and day < $2 order by day desc limit 1) as last,
  (select coalesce(json_agg(json_build_object('id', m.id, 'name', m.name, 'key', m.key, 'unit', m.unit,
      'value', (select value from measured_day d where d.measure_id = m.id and d.day = $2),
      'last', (select value from measured_day d where d.measure_id = m.id and d.day < $2 order by d.day desc limit 1))
      order by m.created_at, m.id), '[]')
    from own_measure m where m.person_id = $1 and m.is_active) as own,
  (select coalesce(json_agg(json_build_object('id', s.id, 'name', s.name, 'doses_per_day', s.doses_per_day, 'taken', d.doses_taken,
      'target', coalesce(d.target, s.doses_per_day), 'notes', coalesce(d.notes, ''), 'is_active', s.is_active)
      order by lower(s.name)), '[]')
    from supplement s left join supplement_day d on d.supplement_id = s.id and d.day = $2
    where s.person_id = $1 and (s.is_active or d.day is not null)) as doses,
  (select coalesce(json_agg(json_build_object('id', id, 'day', day, 'is_offered', is_offered, 'width', width, 'height', height,
      'original_name', original_name)), '[]')
    from progress_photo where person_id = $1 and day = $2) as shots,
  ({SESSIONS}) as sessions,
  (select coalesce(json_agg(json_build_object('id', id, 'name', coalesce(unit_name, plan_name, ''), 'done_sets', done_sets,
      'volume_kg', volume / 1000.0, 'is_open', status = 'in_progress') order by started_at), '[]')
    from workout where person_id = $1 and started_on = $2 and status <> 'aborted') as workouts,
  (select json_build_object('kcal', kcal, 'protein_g', protein_g, 'carbs_g', carbs_g, 'fat_g', fat_g, 'breakfast', breakfast,
      'snack_1', snack_1, 'lunch', lunch, 'snack_2', snack_2, 'dinner', dinner, 'notes', notes, 'source', source)
    from diet_day where person_id = $1 and day = $2) as diet,
  ({PLANNED}) as planned,
  (select json_build_object('diet', diet, 'workout', workout, 'note', note) from day_score where person_id = $1 and day = $2) as score
""",
        person_id,
        day,
    )
    assert found is not None
    return found


async def check_in_of(db: Db, person_id: UUID, day: date) -> CheckIn | None:
    return await db.one(
        CheckIn,
        """select id, day, version, sleep_hours::float8, sleep_quality, steps, weight_kg::float8, waist_cm::float8, hip_cm::float8,
                  alcohol_units, mood, note from daily_check_in where person_id = $1 and day = $2""",
        person_id,
        day,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the list of days."""

    day: date
    sleep_hours: float | None
    sleep_quality: int | None
    steps: int | None
    weight_kg: float | None
    waist_cm: float | None
    hip_cm: float | None
    alcohol_units: int | None
    mood: int | None
    note: str
    has_creatine: bool | None
    photo_id: UUID | None
    sessions: int
    workouts: int

    @property
    def whr(self) -> float | None:
        return self.waist_cm / self.hip_cm if self.waist_cm is not None and self.hip_cm else None


# Creatine is what a supplement's log says; only days without one fall back on what an old file said.
CREATINE = """coalesce((select bool_or(d.doses_taken > 0) from supplement_day d join supplement s on s.id = d.supplement_id
  where s.person_id = $1 and d.day = c.day and (s.name ilike '%creatin%' or s.name ilike '%kreatin%')), c.had_creatine)"""


async def days_told(db: Db, person_id: UUID, first: date, last: date) -> list[Told]:
    return await db.all(
        Told,
        f"""
select c.day, c.sleep_hours::float8, c.sleep_quality, c.steps, c.weight_kg::float8, c.waist_cm::float8, c.hip_cm::float8,
  c.alcohol_units, c.mood, c.note, {CREATINE} as has_creatine,
  (select p.id from progress_photo p where p.person_id = $1 and p.day = c.day and not p.is_offered) as photo_id,
  (select count(*) from done_session s where s.person_id = $1 and s.day = c.day) as sessions,
  (select count(*) from workout w where w.person_id = $1 and w.started_on = c.day and w.status = 'completed') as workouts
from daily_check_in c where c.person_id = $1 and c.day between $2 and $3 order by c.day desc""",
        person_id,
        first,
        last,
    )


async def latest_day(db: Db, person_id: UUID) -> date | None:
    found: date | None = await db.value("select max(day) from daily_check_in where person_id = $1", person_id)
    return found


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo of the gallery with what was told that day."""

    id: UUID
    day: date
    width: int
    height: int
    original_name: str
    weight_kg: float | None
    waist_cm: float | None
    hip_cm: float | None

    @property
    def whr(self) -> float | None:
        return self.waist_cm / self.hip_cm if self.waist_cm is not None and self.hip_cm else None


async def pictures(db: Db, person_id: UUID, first: date, last: date, limit: int = 120) -> list[Picture]:
    return await db.all(
        Picture,
        """select p.id, p.day, p.width, p.height, p.original_name, c.weight_kg::float8, c.waist_cm::float8, c.hip_cm::float8
           from progress_photo p left join daily_check_in c on c.person_id = p.person_id and c.day = p.day
           where p.person_id = $1 and not p.is_offered and p.day between $2 and $3 order by p.day desc limit $4""",
        person_id,
        first,
        last,
        limit,
    )


async def photo_file(db: Db, person_id: UUID, photo_id: UUID, size: str) -> bytes | None:
    found: bytes | None = await db.value(
        """select f.content from progress_photo p join progress_photo_file f on f.photo_id = p.id
           where p.id = $2 and p.person_id = $1 and f.size = $3""",
        person_id,
        photo_id,
        size,
    )
    return found


def yesterday(day: date) -> date:
    return day - timedelta(days=1)
