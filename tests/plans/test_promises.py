"""What the database itself refuses, rule by rule; and that our own rules refuse exactly the same lines before it has to."""

from dataclasses import replace
from decimal import Decimal

import asyncpg
import pytest

from app.db import new_id
from app.plans.rules import Line, faults

GOOD = Line(new_id(), "Bench", reps_min=8, reps_max=12)
TIMED = Line(new_id(), "Plank", mode="time", target_time_seconds=60)
FAR = Line(new_id(), "Run", mode="distance", target_distance_km=Decimal(5))
OPEN = Line(new_id(), "Hips", mode="sets_only")
D = Decimal

BAD = [
    (replace(GOOD, reps_min=None, reps_max=None), "mode"),
    (replace(GOOD, target_time_seconds=60), "mode"),
    (replace(GOOD, target_distance_km=D(1)), "mode"),
    (replace(TIMED, target_time_seconds=None), "mode"),
    (replace(TIMED, reps_min=5), "mode"),
    (replace(TIMED, target_distance_km=D(1)), "mode"),
    (replace(FAR, target_distance_km=None), "mode"),
    (replace(FAR, reps_max=5), "mode"),
    (replace(OPEN, reps_min=5), "mode"),
    (replace(OPEN, target_time_seconds=5), "mode"),
    (replace(OPEN, target_distance_km=D(5)), "mode"),
    (replace(GOOD, mode="hybrid"), "mode"),
    (replace(GOOD, reps_min=13), "reps_range"),
    (replace(GOOD, reps_min=0), "reps"),
    (replace(GOOD, reps_max=1001), "reps"),
    (replace(GOOD, sets=0), "sets"),
    (replace(GOOD, sets=51), "sets"),
    (replace(GOOD, target_weight=D(-1)), "target_weight"),
    (replace(GOOD, target_weight=D(2001)), "target_weight"),
    (replace(TIMED, target_time_seconds=0), "target_time"),
    (replace(FAR, target_distance_km=D(0)), "target_distance"),
    (replace(GOOD, rest_seconds=-1), "rest"),
    (replace(GOOD, rest_seconds=3601), "rest"),
    (replace(GOOD, rpe=D("8.3")), "rpe"),
    (replace(GOOD, rpe=D(11)), "rpe"),
    (replace(GOOD, percent_1rm=D(0)), "percent"),
    (replace(GOOD, percent_1rm=D(80), target_weight=D(60)), "weight_or_percent"),
    (replace(GOOD, set_type="easy"), "set_type"),
    (replace(GOOD, superset=0), "superset"),
    (replace(GOOD, superset=27), "superset"),
    (replace(GOOD, notes="x" * 1001), "notes"),
    (replace(GOOD, exercise_name=" "), "exercise_name"),
    (replace(GOOD, exercise_name="x" * 101), "exercise_name"),
    (replace(GOOD, progression="linear"), "progression_step"),
    (replace(GOOD, step=D(5)), "progression_step"),
    (replace(GOOD, progression="magic", step=D(5)), "progression"),
    (replace(GOOD, progression="linear", step=D(0)), "step"),
    (replace(GOOD, progression="linear", step=D(51)), "step"),
    (replace(GOOD, progression="percentage", step=D(2)), "progression_percent"),
    (replace(GOOD, reps_max=None, progression="double", step=D(2)), "progression_range"),
    (replace(GOOD, reps_max=8, progression="double", step=D(2)), "progression_range"),
    (replace(TIMED, progression="linear", step=D(2)), "progression_mode"),
]
FIELDS = [name for name in Line.__slots__ if name != "id"]


async def a_unit(db):
    id = new_id()
    await db.run("insert into training_unit (id, name) values ($1, $2)", id, str(id))
    return id


async def store(db, line, unit_id, position=1):
    columns = ", ".join(FIELDS)
    places = ", ".join(f"${n}" for n in range(4, 4 + len(FIELDS)))
    await db.run(
        f"insert into unit_exercise (id, unit_id, position, {columns}) values ($1, $2, $3, {places})",
        *(new_id(), unit_id, position, *(getattr(line, name) for name in FIELDS)),
    )


@pytest.mark.parametrize("line", [GOOD, TIMED, FAR, OPEN], ids=lambda line: line.mode)
async def test_each_mode_is_kept_with_its_own_metric(db, line):
    assert faults(line) == ()
    await store(db, line, await a_unit(db))


@pytest.mark.parametrize(("line", "name"), BAD, ids=[f"{n}-{name}" for n, (_, name) in enumerate(BAD)])
async def test_the_database_and_the_rules_refuse_the_same_lines(db, line, name):
    assert faults(line), "the rules would have let it through"
    with pytest.raises(asyncpg.CheckViolationError):
        await store(db, line, await a_unit(db))


async def test_two_lines_never_share_a_place(db):
    unit = await a_unit(db)
    await store(db, GOOD, unit)
    with pytest.raises(asyncpg.UniqueViolationError, match="position"):
        await store(db, TIMED, unit)


async def a_plan(db, **more):
    row = {"id": new_id(), "name": "Plan", "difficulty": "beginner", **more}
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await db.run(f"insert into plan ({', '.join(row)}) values ({places})", *row.values())
    return row["id"]


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"difficulty": "heroic"}, "difficulty"),
        ({"sharing": "public"}, "sharing"),
        ({"sharing": "gym"}, "gym_wide"),
        ({"weeks": 0}, "weeks"),
        ({"cycle_days": 29}, "cycle_days"),
        ({"goal": "fame"}, "goal"),
        ({"description": "x" * 4001}, "description"),
    ],
)
async def test_a_plan_that_makes_no_sense_is_refused(db, more, name):
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_plan_{name}"):
        await a_plan(db, **more)


async def test_a_person_has_each_name_once(db, world):
    await a_plan(db, owner_id=world.id("mo"))
    await a_plan(db, owner_id=world.id("kim"))
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_plan_owner_name"):
        await a_plan(db, owner_id=world.id("mo"), name="PLAN")


async def test_a_unit_that_a_plan_holds_is_not_deleted_from_under_it(db):
    plan, unit = await a_plan(db), await a_unit(db)
    await db.run("insert into plan_unit (id, plan_id, unit_id, day_number) values ($1, $2, $3, 5)", new_id(), plan, unit)
    with pytest.raises(asyncpg.RestrictViolationError):
        await db.run("delete from training_unit where id = $1", unit)


async def test_days_may_have_gaps_but_a_place_in_a_day_is_taken_once(db):
    plan = await a_plan(db)
    for day in (1, 4):
        await db.run(
            "insert into plan_unit (id, plan_id, unit_id, day_number) values ($1, $2, $3, $4)",
            *(new_id(), plan, await a_unit(db), day),
        )
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_plan_unit_day"):
        await db.run(
            "insert into plan_unit (id, plan_id, unit_id, day_number) values ($1, $2, $3, 4)",
            *(new_id(), plan, await a_unit(db)),
        )


async def test_a_movement_that_goes_away_leaves_its_name_in_the_plan(db, world):
    unit, movement = await a_unit(db), new_id()
    await db.run(
        """insert into exercise (id, name, folded, level, category, scope, owner_id)
           values ($1, 'My move', '|my move|', 'beginner', 'strength', 'own', $2)""",
        *(movement, world.id("mo")),
    )
    await store(db, replace(GOOD, exercise_id=movement, exercise_name="My move"), unit)
    await db.run("delete from exercise where id = $1", movement)
    row = await db.value("select (exercise_id, exercise_name)::text from unit_exercise where unit_id = $1", unit)
    assert row == '(,"My move")'


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"scope": "own", "owner_id": None}, "belongs"),
        ({"scope": "gym"}, "belongs"),
        ({"scope": "catalogue", "owner_id": None}, "belongs"),
        ({"name": "ab"}, "name"),
        ({"level": "heroic"}, "level"),
        ({"category": "dance"}, "category"),
        ({"force": "twist"}, "force"),
        ({"mechanic": "both"}, "mechanic"),
        ({"mode": "hybrid"}, "mode"),
        ({"slug": "Not A Slug"}, "slug"),
    ],
)
async def test_a_movement_that_makes_no_sense_is_refused(db, world, more, name):
    row = {"id": new_id(), "name": "Mine", "folded": "|mine|", "level": "beginner", "category": "strength", "scope": "own"}
    row |= {"owner_id": world.id("mo"), **more}
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_exercise_{name}"):
        await db.run(
            f"insert into exercise ({', '.join(row)}) values ({', '.join(f'${n}' for n in range(1, len(row) + 1))})",
            *row.values(),
        )


async def test_more_cannot_be_broken_than_stands_there(db, world):
    with pytest.raises(asyncpg.CheckViolationError, match="out_of_order"):
        await db.run("insert into gym_equipment (gym_id, equipment, count, out_of_order) values ($1, 'rack', 1, 2)", world.gym_id)


async def test_a_gym_has_one_usual_bar(db, world):
    sql = "insert into gym_bar (id, gym_id, name, unit, weight, is_usual) values ($1, $2, $3, 'kg', 20, true)"
    await db.run(sql, new_id(), world.gym_id, "Olympic")
    with pytest.raises(asyncpg.UniqueViolationError, match="usual"):
        await db.run(sql, new_id(), world.gym_id, "Other")
