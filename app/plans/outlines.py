"""Plans and units as whole documents: out of the rows in one statement, back into them in a few."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.db import Db
from app.plans.rules.outline import Day, Outline, Unit

LINES = """coalesce((select json_agg(json_build_object('id', l.id, 'exercise_name', l.exercise_name, 'mode', l.mode,
    'exercise_id', l.exercise_id, 'sets', l.sets, 'reps_min', l.reps_min, 'reps_max', l.reps_max,
    'target_weight', trim_scale(l.target_weight)::text, 'target_time_seconds', l.target_time_seconds,
    'target_distance_km', trim_scale(l.target_distance_km)::text, 'rpe', trim_scale(l.rpe)::text,
    'percent_1rm', trim_scale(l.percent_1rm)::text, 'rest_seconds', l.rest_seconds, 'set_type', l.set_type,
    'superset', l.superset, 'progression', l.progression, 'step', trim_scale(l.step)::text, 'notes', l.notes) order by l.position)
    from unit_exercise l where l.unit_id = u.id), '[]')"""
UNIT = (
    f"""json_build_object('id', u.id, 'name', u.name, 'description', u.description, 'revision', u.revision, 'lines', {LINES})"""
)
DAYS = f"""coalesce((select json_agg(json_build_object('number', d.day_number, 'units', d.units) order by d.day_number) from (
    select pu.day_number, json_agg({UNIT} order by pu.position) as units
    from plan_unit pu join training_unit u on u.id = pu.unit_id where pu.plan_id = p.id group by pu.day_number) d), '[]')"""
OUTLINE = f"""json_build_object('name', p.name, 'difficulty', p.difficulty, 'description', p.description, 'goal', p.goal,
    'weeks', p.weeks, 'cycle_days', p.cycle_days, 'days', {DAYS})"""
ALONE = f"""json_build_object('name', u.name, 'description', u.description, 'days',
    json_build_array(json_build_object('number', 1, 'units', json_build_array({UNIT}))))"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an author has in hand."""

    revision: int
    outline: Outline
    owner_id: UUID | None


async def plan_draft(db: Db, plan_id: UUID) -> Draft | None:
    return await db.one(Draft, f"select p.revision, p.owner_id, {OUTLINE} as outline from plan p where p.id = $1", plan_id)


async def unit_draft(db: Db, unit_id: UUID) -> Draft | None:
    return await db.one(Draft, f"select u.revision, u.owner_id, {ALONE} as outline from training_unit u where u.id = $1", unit_id)


def as_json(outline: Outline) -> Any:
    return msgspec.to_builtins(outline)


def from_json(content: Any) -> Outline:
    return msgspec.convert(content, Outline)


async def write_plan(db: Db, plan_id: UUID, owner_id: UUID | None, old: Outline, new: Outline, now: datetime) -> None:
    """The rows become what the document says. Lines keep their ids, so that what points at them goes on pointing."""
    await db.run(
        """update plan set name = $2, difficulty = $3, description = $4, goal = $5, weeks = $6, cycle_days = $7,
                  revision = revision + 1, updated_at = $8 where id = $1""",
        *(plan_id, new.name, new.difficulty, new.description, new.goal, new.weeks, new.cycle_days, now),
    )
    units = _renewed(old, new)
    await db.run("delete from plan_unit where plan_id = $1", plan_id)
    await db.run(
        "delete from training_unit where plan_id = $1 and id <> all($2::uuid[])", plan_id, [unit.id for unit in new.units]
    )
    await db.run(
        """insert into training_unit (id, owner_id, plan_id, name, description, revision, created_at, updated_at)
           select id, $2, $1, name, description, revision, $4, $4
           from jsonb_to_recordset($3::jsonb) as asked(id uuid, name text, description text, revision int)
           on conflict (id) do update set name = excluded.name, description = excluded.description,
               revision = excluded.revision, updated_at = excluded.updated_at""",
        *(plan_id, owner_id, [_bare(unit) for unit in units], now),
    )
    await _write_lines(db, units)
    await db.run(
        """insert into plan_unit (id, plan_id, unit_id, day_number, position)
           select uuidv7(), $1, unit_id, day_number, position
           from jsonb_to_recordset($2::jsonb) as asked(unit_id uuid, day_number int, position int)""",
        *(plan_id, [row for day in new.days for row in _places(day)]),
    )


async def write_unit(db: Db, old: Outline, new: Outline, now: datetime) -> None:
    """A unit that stands alone: its document has one day."""
    unit = _renewed(old, new)[0]
    await db.run(
        "update training_unit set name = $2, description = $3, revision = $4, updated_at = $5 where id = $1",
        *(unit.id, unit.name, unit.description, unit.revision, now),
    )
    await _write_lines(db, [unit])


def _renewed(old: Outline, new: Outline) -> list[Unit]:
    """Every unit with the revision it gets: one more where something in it changed."""
    before = {unit.id: unit for unit in old.units}
    return [_revised(unit, before.get(unit.id)) for unit in new.units]


def _revised(unit: Unit, before: Unit | None) -> Unit:
    if before is None:
        return replace(unit, revision=unit.revision + 1)
    same = replace(unit, revision=0) == replace(before, revision=0)
    return replace(unit, revision=before.revision if same else before.revision + 1)


def _bare(unit: Unit) -> dict[str, Any]:
    return {"id": str(unit.id), "name": unit.name, "description": unit.description, "revision": unit.revision}


def _places(day: Day) -> list[dict[str, Any]]:
    return [{"unit_id": str(unit.id), "day_number": day.number, "position": n} for n, unit in enumerate(day.units, 1)]


async def _write_lines(db: Db, units: list[Unit]) -> None:
    """Positions step aside first: the unique order must hold after every statement."""
    lines = [
        {**msgspec.to_builtins(line), "unit_id": str(unit.id), "position": n}
        for unit in units
        for n, line in enumerate(unit.lines, 1)
    ]
    await db.run(
        """delete from unit_exercise where unit_id = any($1::uuid[]) and id <> all($2::uuid[])""",
        *([unit.id for unit in units], [line["id"] for line in lines]),
    )
    await db.run("update unit_exercise set position = -position where unit_id = any($1::uuid[])", [unit.id for unit in units])
    await db.run(
        """insert into unit_exercise (id, unit_id, position, exercise_id, exercise_name, mode, sets, reps_min, reps_max,
               target_weight, target_time_seconds, target_distance_km, rpe, percent_1rm, rest_seconds, set_type, superset,
               progression, step, notes)
           select a.id, unit_id, position, e.id, exercise_name, a.mode, sets, reps_min, reps_max, target_weight,
               target_time_seconds, target_distance_km, rpe, percent_1rm, rest_seconds, set_type, superset, progression, step,
               notes
           from jsonb_to_recordset($1::jsonb) as a(id uuid, unit_id uuid, position smallint, exercise_id uuid,
               exercise_name text, mode text, sets smallint, reps_min smallint, reps_max smallint, target_weight numeric,
               target_time_seconds int, target_distance_km numeric, rpe numeric, percent_1rm numeric, rest_seconds smallint,
               set_type text, superset smallint, progression text, step numeric, notes text)
           left join exercise e on e.id = a.exercise_id
           on conflict (id) do update set (unit_id, position, exercise_id, exercise_name, mode, sets, reps_min, reps_max,
               target_weight, target_time_seconds, target_distance_km, rpe, percent_1rm, rest_seconds, set_type, superset,
               progression, step, notes) = (excluded.unit_id, excluded.position, excluded.exercise_id, excluded.exercise_name,
               excluded.mode, excluded.sets, excluded.reps_min, excluded.reps_max, excluded.target_weight,
               excluded.target_time_seconds, excluded.target_distance_km, excluded.rpe, excluded.percent_1rm,
               excluded.rest_seconds, excluded.set_type, excluded.superset, excluded.progression, excluded.step,
               excluded.notes)""",
        lines,
    )
