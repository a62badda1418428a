"""What the database itself promises about workouts: every check, every unique, and what deleting a plan may not touch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.db import Db, new_id
from tests.conftest import World
from tests.training.lifting import BENCH

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("movements")]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Made = dict[str, Any]


@asynccontextmanager
async def savepoint(db: Db) -> AsyncIterator[None]:
    await db.run("savepoint refusal")
    try:
        yield
    finally:
        await db.run("rollback to savepoint refusal")


async def insert(db: Db, table: str, **values: Any) -> None:
    names = ", ".join(values)
    places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await db.run(f"insert into {table} ({names}) values ({places})", *values.values())


def a_workout(world: World, **more: Any) -> Made:
    return {
        "id": new_id(), "person_id": world.id("mo"), "started_at": NOON, "started_on": NOON.date(), "zone": "Europe/Belgrade",
        "at": NOON, **more,
    }  # fmt: skip


def finished(**more: Any) -> Made:
    return {"status": "completed", "ended_at": NOON + timedelta(hours=1), "duration_seconds": 3600, **more}


async def a_card(db: Db, world: World, **more: Any) -> Made:
    workout = a_workout(world)
    await insert(db, "workout", **workout)
    return {
        "id": new_id(), "workout_id": workout["id"], "exercise_id": BENCH, "exercise_name": "Bench", "mode": "reps", "position": 1,
        "at": NOON, **more,
    }  # fmt: skip


async def a_set(db: Db, world: World, **more: Any) -> Made:
    card = await a_card(db, world)
    await insert(db, "workout_exercise", **card)
    return {"id": new_id(), "workout_exercise_id": card["id"], "position": 1, "at": NOON, **more}


async def refuses(db: Db, table: str, constraint: str, **values: Any) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as said:
        async with savepoint(db):
            await insert(db, table, **values)
    assert said.value.constraint_name == constraint


@pytest.mark.parametrize(
    ("more", "constraint"),
    [
        ({"status": "paused"}, "ck_workout_status"),
        ({"ended_at": NOON}, "ck_workout_running"),
        (finished(ended_at=NOON - timedelta(seconds=1), duration_seconds=-1), "ck_workout_order"),
        (finished(duration_seconds=3599), "ck_workout_duration"),
        (finished(ended_at=None, duration_seconds=None), "ck_workout_duration"),
        ({"status": "aborted"}, "ck_workout_aborted"),
        ({"aborted_at": NOON}, "ck_workout_aborted"),
        ({"plan_name": "x" * 101}, "ck_workout_names"),
        ({"unit_name": "x" * 101}, "ck_workout_names"),
        ({"zone": ""}, "ck_workout_zone"),
        ({"zone": "x" * 51}, "ck_workout_zone"),
        ({"notes": "x" * 4001}, "ck_workout_notes"),
        ({"volume": -1}, "ck_workout_summary"),
        ({"done_sets": -1}, "ck_workout_summary"),
    ],
)
async def test_a_workout_that_cannot_be(db: Db, world: World, more: Made, constraint: str) -> None:
    await refuses(db, "workout", constraint, **a_workout(world, **more))


@pytest.mark.parametrize("more", [{}, finished(), {"status": "aborted", "aborted_at": NOON}, {"plan_name": "x" * 100}])
async def test_a_workout_that_can_be(db: Db, world: World, more: Made) -> None:
    await insert(db, "workout", **a_workout(world, **more))


async def test_several_workouts_may_run_at_once(db: Db, world: World) -> None:
    for _ in range(2):
        await insert(db, "workout", **a_workout(world))


async def test_nobody_with_workouts_is_deleted(db: Db, world: World) -> None:
    await insert(db, "workout", **a_workout(world))
    with pytest.raises(asyncpg.RestrictViolationError):
        async with savepoint(db):
            await db.run("delete from person where id = $1", world.id("mo"))


@pytest.mark.parametrize(
    ("more", "constraint"),
    [
        ({"mode": "speed"}, "ck_workout_exercise_mode"),
        ({"exercise_name": " "}, "ck_workout_exercise_exercise_name"),
        ({"exercise_name": "x" * 101}, "ck_workout_exercise_exercise_name"),
        ({"position": None}, "ck_workout_exercise_place"),
        ({"removed_at": NOON}, "ck_workout_exercise_place"),
        ({"target_sets": 0}, "ck_workout_exercise_target_sets"),
        ({"reps_min": 12, "reps_max": 8}, "ck_workout_exercise_reps_range"),
        ({"target_grams": -1}, "ck_workout_exercise_target_grams"),
        ({"next_grams": 2_000_001}, "ck_workout_exercise_target_grams"),
        ({"rest_seconds": 3601}, "ck_workout_exercise_rest"),
        ({"superset": 27}, "ck_workout_exercise_superset"),
        ({"skip_reason": "lazy"}, "ck_workout_exercise_skip_reason"),
        ({"note": "x" * 1001}, "ck_workout_exercise_note"),
        ({"workout_id": UUID(int=7)}, "fk_workout_exercise_workout_id_workout"),
        ({"exercise_id": UUID(int=7)}, "fk_workout_exercise_exercise_id_exercise"),
        ({"planned_id": UUID(int=7)}, "fk_workout_exercise_planned_id_unit_exercise"),
    ],
)
async def test_an_exercise_that_cannot_be(db: Db, world: World, more: Made, constraint: str) -> None:
    await refuses(db, "workout_exercise", constraint, **await a_card(db, world, **more))


async def test_two_exercises_never_share_a_place(db: Db, world: World) -> None:
    card = await a_card(db, world)
    await insert(db, "workout_exercise", **card)
    await refuses(db, "workout_exercise", "uq_workout_exercise_position", **{**card, "id": new_id()})
    for _ in range(2):  # those that left have no place to quarrel about
        await insert(db, "workout_exercise", **{**card, "id": new_id(), "position": None, "removed_at": NOON})


@pytest.mark.parametrize(
    ("more", "constraint"),
    [
        ({"kind": "easy"}, "ck_workout_set_kind"),
        ({"reps": 5, "seconds": 30, "done_at": NOON}, "ck_workout_set_one_metric"),
        ({"reps": 5, "metres": 30, "done_at": NOON}, "ck_workout_set_one_metric"),
        ({"seconds": 5, "metres": 30, "done_at": NOON}, "ck_workout_set_one_metric"),
        ({"reps": -1, "done_at": NOON}, "ck_workout_set_reps"),
        ({"seconds": 0, "done_at": NOON}, "ck_workout_set_seconds"),
        ({"metres": 0, "done_at": NOON}, "ck_workout_set_metres"),
        ({"reps": 5, "took_seconds": 30, "done_at": NOON}, "ck_workout_set_took"),
        ({"metres": 400, "took_seconds": 0, "done_at": NOON}, "ck_workout_set_took"),
        ({"grams": -1}, "ck_workout_set_grams"),
        ({"reps": 5}, "ck_workout_set_done"),
        ({"rpe": 11}, "ck_workout_set_rpe"),
        ({"rpe": 8.3}, "ck_workout_set_rpe"),
        ({"position": None}, "ck_workout_set_place"),
        ({"removed_at": NOON}, "ck_workout_set_place"),
        ({"workout_exercise_id": UUID(int=7)}, "fk_workout_set_workout_exercise_id_workout_exercise"),
    ],
)
async def test_a_set_that_cannot_be(db: Db, world: World, more: Made, constraint: str) -> None:
    await refuses(db, "workout_set", constraint, **await a_set(db, world, **more))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"grams": 60_000},
        {"reps": 0, "done_at": NOON},
        {"reps": 5, "grams": 60_000, "done_at": NOON},
        {"seconds": 30, "done_at": NOON},
        {"metres": 400, "grams": 10_000, "took_seconds": 62, "done_at": NOON},
        {"done_at": NOON},
    ],
)
async def test_a_set_that_can_be(db: Db, world: World, more: Made) -> None:
    await insert(db, "workout_set", **await a_set(db, world, **more))


async def test_two_sets_never_share_a_place(db: Db, world: World) -> None:
    row = await a_set(db, world)
    await insert(db, "workout_set", **row)
    await refuses(db, "workout_set", "uq_workout_set_position", **{**row, "id": new_id()})


async def a_record(db: Db, world: World, **more: Any) -> Made:
    workout = a_workout(world)
    await insert(db, "workout", **workout)
    return {
        "id": new_id(), "person_id": world.id("mo"), "exercise_id": BENCH, "kind": "weight", "value": 60_000,
        "workout_id": workout["id"], "at": NOON, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "constraint"),
    [
        ({"kind": "beauty"}, "ck_record_kind"),
        ({"value": 0}, "ck_record_value"),
        ({"before": 60_000}, "ck_record_before"),
        ({"at_grams": 5}, "ck_record_at_grams"),
    ],
)
async def test_a_record_that_cannot_be(db: Db, world: World, more: Made, constraint: str) -> None:
    await refuses(db, "record", constraint, **await a_record(db, world, **more))


async def test_one_record_of_a_kind_stands(db: Db, world: World) -> None:
    record = await a_record(db, world)
    await insert(db, "record", **record)
    await refuses(db, "record", "uq_record_standing", **{**record, "id": new_id(), "value": 70_000})
    await insert(db, "record", **{**record, "id": new_id(), "value": 50_000, "beaten_at": NOON})


async def test_nobody_is_their_own_coach_and_one_grant_is_open(db: Db, world: World) -> None:
    mo, cal = world.id("mo"), world.id("cal")
    await refuses(db, "coach_grant", "ck_coach_grant_not_oneself", id=new_id(), person_id=mo, coach_id=mo, granted_at=NOON)
    await insert(db, "coach_grant", id=new_id(), person_id=mo, coach_id=cal, granted_at=NOON)
    await refuses(db, "coach_grant", "uq_coach_grant_open", id=new_id(), person_id=mo, coach_id=cal, granted_at=NOON)
    await refuses(
        db, "coach_grant", "ck_coach_grant_order", id=new_id(), person_id=mo, coach_id=cal, granted_at=NOON, revoked_at=NOON - timedelta(1)
    )  # fmt: skip


async def test_rest_weeks_begin_on_monday(db: Db, world: World) -> None:
    await insert(db, "rest_week", person_id=world.id("mo"), week_on=date(2026, 3, 2))
    await refuses(db, "rest_week", "ck_rest_week_monday", person_id=world.id("mo"), week_on=date(2026, 3, 3))


@pytest.mark.parametrize(
    ("more", "constraint"),
    [({"weekly_target": 0}, "ck_training_choice_weekly_target"), ({"rest_seconds": 3601}, "ck_training_choice_rest")],
)
async def test_a_choice_that_cannot_be(db: Db, world: World, more: Made, constraint: str) -> None:
    await refuses(db, "training_choice", constraint, person_id=world.id("mo"), **more)


async def test_history_outlives_plan_unit_and_exercise(db: Db, world: World) -> None:
    mo, plan, unit, line, exercise = world.id("mo"), new_id(), new_id(), new_id(), new_id()
    await insert(db, "plan", id=plan, owner_id=mo, name="Spring", difficulty="beginner")
    await insert(db, "training_unit", id=unit, owner_id=mo, plan_id=plan, name="Push")
    await insert(
        db, "exercise", id=exercise, owner_id=mo, name="My own press", folded="|my own press|", level="beginner",
        category="strength", scope="own",
    )  # fmt: skip
    await insert(
        db, "unit_exercise", id=line, unit_id=unit, position=1, exercise_id=exercise, exercise_name="My own press", mode="reps",
        reps_min=8,
    )  # fmt: skip
    workout = a_workout(world, plan_id=plan, unit_id=unit, plan_name="Spring", unit_name="Push", **finished())
    await insert(db, "workout", **workout)
    card = {
        "id": new_id(), "workout_id": workout["id"], "exercise_id": exercise, "planned_id": line, "exercise_name": "My own press",
        "mode": "reps", "position": 1, "reps_min": 8, "target_sets": 3, "at": NOON,
    }  # fmt: skip
    await insert(db, "workout_exercise", **card)
    await insert(
        db, "workout_set", id=new_id(), workout_exercise_id=card["id"], position=1, grams=1, reps=8, done_at=NOON, at=NOON
    )
    await db.run("delete from plan where id = $1", plan)
    await db.run("delete from exercise where id = $1", exercise)
    kept = await db.connection.fetchrow(
        """select w.plan_id, w.unit_id, w.plan_name, w.unit_name, e.exercise_id, e.planned_id, e.exercise_name, e.reps_min, s.reps
           from workout w join workout_exercise e on e.workout_id = w.id join workout_set s on s.workout_exercise_id = e.id
           where w.id = $1""",
        workout["id"],
    )
    assert tuple(kept) == (None, None, "Spring", "Push", None, None, "My own press", 8, 8)


async def test_a_deleted_workout_takes_its_sets_and_records(db: Db, world: World) -> None:
    record = await a_record(db, world)
    await insert(db, "record", **record)
    await db.run("delete from workout where id = $1", record["workout_id"])
    assert await db.value("select count(*) from record where id = $1", record["id"]) == 0
