"""Everything one owns about one's training, to take along."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db import Db
from app.plans.outlines import OUTLINE, UNIT
from app.training.rules.weights import shown

HEAD = (
    "workout id", "started", "minutes", "zone", "workout", "exercise", "kind", "weight", "units", "reps", "seconds", "metres", "rpe",
    "superset", "note", "workout note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lifted:
    """One done set with everything around it."""

    workout_id: UUID
    started_at: datetime
    zone: str
    exercise_name: str
    kind: str
    workout_name: str
    notes: str
    note: str
    duration_seconds: int | None = None
    superset: int | None = None
    grams: int | None = None
    reps: int | None = None
    seconds: int | None = None
    metres: int | None = None
    took_seconds: int | None = None
    rpe: Decimal | None = None


async def lifted(db: Db, person_id: UUID) -> list[Lifted]:
    return await db.all(
        Lifted,
        """select w.id as workout_id, w.started_at, w.zone, coalesce(w.unit_name, w.plan_name, '') as workout_name, w.notes,
                  w.duration_seconds, e.exercise_name, e.note, e.superset, s.kind, s.grams, s.reps, s.seconds, s.metres, s.took_seconds, s.rpe
           from workout w join workout_exercise e on e.workout_id = w.id and e.removed_at is null
           join workout_set s on s.workout_exercise_id = e.id and s.removed_at is null and s.done_at is not null
           where w.person_id = $1 and w.status = 'completed' order by w.started_at, w.id, e.position, s.position""",
        person_id,
    )


def rows_of(sets: list[Lifted], units: str) -> Iterator[tuple[str, ...]]:
    """As a spreadsheet: one row a set, in the person's units, in the time of the place."""
    yield HEAD
    for one in sets:
        local = one.started_at.astimezone(ZoneInfo(one.zone))
        yield tuple(
            _plain(value)
            for value in (
                one.workout_id, f"{local:%Y-%m-%dT%H:%M:%S}", (one.duration_seconds or 0) // 60, one.zone, one.workout_name,
                one.exercise_name, one.kind, None if one.grams is None else shown(one.grams, units), units, one.reps,
                one.took_seconds if one.seconds is None else one.seconds, one.metres, one.rpe, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[one.superset - 1] if one.superset else "", one.note, one.notes,
            )
        )  # fmt: skip


def _plain(value: object) -> str:
    """A cell that begins like a formula gets an apostrophe; the importer takes exactly that one off."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


async def everything(db: Db, person_id: UUID) -> dict[str, Any]:
    """All of it as it is stored: what comes back in is what went out."""
    found = await db.value(
        f"""select json_build_object(
             'format', 'spotter-training', 'version', 1,
             'workouts', coalesce((select json_agg(w order by w.started_at) from (
               select w.id, w.plan_name, w.unit_name, w.day_number, w.started_at, w.started_on, w.ended_at, w.zone, w.status,
                      w.aborted_at, w.duration_seconds, w.notes, w.at,
                      coalesce((select json_agg(e order by e.position) from (
                        select to_jsonb(e) - 'workout_id' - 'planned_id' || jsonb_build_object('sets', coalesce((
                          select jsonb_agg(to_jsonb(s) - 'workout_exercise_id' order by s.position)
                          from workout_set s where s.workout_exercise_id = e.id), '[]')) as e, e.position
                        from workout_exercise e where e.workout_id = w.id) e), '[]') as exercises
               from workout w where w.person_id = $1) w), '[]'),
             'exercise_notes', coalesce((select json_agg(n) from (
               select exercise_id, body, at from exercise_note where person_id = $1 order by 1) n), '[]'),
             'rest_weeks', coalesce((select json_agg(week_on order by week_on) from rest_week where person_id = $1), '[]'),
             'movements', coalesce((select json_agg(json_build_object('id', x.id, 'draft', json_build_object(
                 'name', x.name, 'category', x.category, 'level', x.level, 'force', x.force, 'mechanic', x.mechanic, 'mode', x.mode,
                 'pattern', x.pattern, 'cue', x.cue,
                 'primary', array(select muscle from exercise_muscle m where m.exercise_id = x.id and role = 'primary' order by 1),
                 'secondary', array(select muscle from exercise_muscle m where m.exercise_id = x.id and role = 'secondary' order by 1),
                 'equipment', array(select equipment from exercise_equipment q where q.exercise_id = x.id order by 1),
                 'tags', array(select tag from exercise_tag t where t.exercise_id = x.id order by 1))) order by x.id)
               from exercise x where x.owner_id = $1 and x.scope = 'own' and x.is_active), '[]'),
             'aliases', coalesce((select json_agg(json_build_object('folded', folded, 'exercise_id', exercise_id) order by folded)
               from exercise_alias where person_id = $1), '[]'),
             'plans', coalesce((select json_agg(json_build_object('id', p.id, 'outline', {OUTLINE}) order by p.id)
               from plan p where p.owner_id = $1 and p.archived_at is null), '[]'),
             'units', coalesce((select json_agg({UNIT} order by u.id)
               from training_unit u where u.owner_id = $1 and u.plan_id is null), '[]'),
             'choices', (select to_json(c) from (select weekly_target, rest_seconds, shows_rpe, accepts_next
               from training_choice where person_id = $1) c))""",
        person_id,
    )
    return dict(found)
