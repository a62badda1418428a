"""Dated plans: written, set against what happened, scored, cleared."""

from uuid import uuid4

import pytest

from app.db import new_id
from app.progress.pages.plans import read_exercise
from tests.progress.conftest import TODAY

DAY = f"/progress/plan/{TODAY}"
FOOD = {"kcal": "2200", "protein_g": "160", "carbs_g": "220,5", "fat_g": "75", "breakfast": "Oats", "dinner": "Fish"}


async def plan(client, **said):
    id = str(uuid4())
    answer = await client.post(
        f"{DAY}/sessions", {"id": id, "kind": "strength", "exercises": "Squat 3x5-8 100kg @8 | +2.5 kg", **said}, htmx=False
    )
    assert answer.status_code == 303, answer.text
    return id


async def test_food_and_training_of_a_day_are_written_in_a_form(db, as_, world):
    mo = await as_("mo")
    assert (await mo.post(f"{DAY}/diet", FOOD, htmx=False)).status_code == 303
    await plan(mo, warmup="Row 10 min")
    text = (await mo.get(DAY)).text
    for said in ("Oats", "220.5 g", "Row 10 min", "Squat", "+2.5 kg", "0 of 3 sets"):
        assert said in text
    assert "Oats" not in (await (await as_("fay")).get(DAY)).text


@pytest.mark.parametrize(
    ("field", "typed"), [("kcal", "12001"), ("protein_g", "801"), ("carbs_g", "-1"), ("fat_g", "501"), ("kcal", "")]
)
async def test_food_has_its_ranges(as_, field, typed):
    assert (await (await as_("mo")).post(f"{DAY}/diet", {**FOOD, field: typed}, htmx=False)).status_code == 422


LINES = [
    ("Bench press 4x6-8 80kg @8", ("Bench press", 4, 6, 8, 80, 8)),
    ("Squat 3 x 5", ("Squat", 3, 5, 5, None, None)),
    ("Pull-up", ("Pull-up", None, None, None, None, None)),
    ("Plank 3x60", ("Plank", 3, 60, 60, None, None)),
]


@pytest.mark.parametrize(("line", "said"), LINES)
def test_an_exercise_is_a_line(line, said):
    one = read_exercise(line)
    assert (one.name, one.sets, one.reps_min, one.reps_max, one.weight_kg, one.rpe) == said


@pytest.mark.parametrize("line", ["Squat 13x5", "Squat 3x101", "Squat 3x8-5", "Squat 3x5 1001kg", "x" * 91])
def test_a_line_out_of_range_is_not_understood(line):
    assert read_exercise(line) is None


async def log_sets(db, person_id, gym_id, name, sets):
    workout, exercise = new_id(), new_id()
    await db.run(
        "insert into workout (id, person_id, gym_id, started_at, started_on, zone, status, at) values ($1, $2, $3, now(), $4, 'UTC', 'in_progress', now())",
        workout, person_id, gym_id, TODAY,
    )  # fmt: skip
    await db.run(
        "insert into workout_exercise (id, workout_id, exercise_name, mode, position, at) values ($1, $2, $3, 'reps', 1, now())",
        exercise, workout, name,
    )  # fmt: skip
    for place in range(1, sets + 1):
        await db.run(
            "insert into workout_set (id, workout_exercise_id, position, reps, grams, done_at, at) values ($1, $2, $3, 5, 100000, now(), now())",
            new_id(), exercise, place,
        )  # fmt: skip


async def test_logged_sets_are_counted_against_the_plan(db, as_, world):
    mo = await as_("mo")
    await plan(mo)
    await log_sets(db, world.id("mo"), world.gym_id, "squat", 2)
    text = (await mo.get(DAY)).text
    assert "2 of 3 sets logged" in text
    assert "Logged sets give 0.5" in text


async def test_a_score_is_given_by_hand_and_goes_when_it_is_empty(db, as_, world):
    mo = await as_("mo")
    await mo.post(f"{DAY}/score", {"diet": "1", "workout": "0.5"}, htmx=False)
    assert "75" in (await mo.get("/progress/plan")).text
    await mo.post(f"{DAY}/score", {"diet": "", "workout": "", "note": ""}, htmx=False)
    assert await db.value("select count(*) from day_score where person_id = $1", world.id("mo")) == 0
    await mo.post(f"{DAY}/score", {"note": "ill"}, htmx=False)
    assert await db.value("select note from day_score where person_id = $1", world.id("mo")) == "ill"
    assert (await mo.post(f"{DAY}/score", {"diet": "0.7"}, htmx=False)).status_code == 422


async def test_the_week_summary_is_on_the_screen(as_):
    mo = await as_("mo")
    await mo.post("/progress/plan/2026-11-16/score", {"diet": "1", "workout": "0"}, htmx=False)
    await mo.post("/progress/plan/2026-11-17/score", {"diet": "0.5"}, htmx=False)
    text = (await mo.get("/progress/plan")).text
    assert "Week of 16 Nov 2026" in text
    assert "50 %" in text
    assert "75 %" in text
    assert "2 / 7" in text


async def test_the_calendar_shows_how_each_day_went(as_):
    mo = await as_("mo")
    await mo.post(f"{DAY}/diet", FOOD, htmx=False)
    assert 'data-state="pending"' in (await mo.get("/progress/plan")).text
    await mo.post(f"{DAY}/score", {"diet": "0"}, htmx=False)
    assert 'data-state="missed"' in (await mo.get("/progress/plan")).text


async def test_clearing_asks_twice_and_leaves_what_happened(db, as_, world):
    mo = await as_("mo")
    await plan(mo)
    await mo.post(f"/progress/days/{TODAY}/sessions", {"id": str(uuid4()), "kind": "class"}, htmx=False)
    await mo.post("/progress/plan/flush/workout", htmx=False)
    assert await db.value("select count(*) from dated_session") == 1
    await mo.post("/progress/plan/flush/workout", {"sure": "yes"}, htmx=False)
    assert await db.value("select count(*) from dated_session") == 0
    assert await db.value("select count(*) from done_session") == 1
    assert (await mo.post("/progress/plan/flush/person", {"sure": "yes"}, htmx=False)).status_code == 404


async def test_one_session_and_one_days_food_are_dropped_alone(db, as_):
    mo = await as_("mo")
    first, second = await plan(mo), await plan(mo)
    await mo.post(f"{DAY}/sessions/{first}/drop", htmx=False)
    assert await db.column("select code from dated_session") == ["S02"]
    assert (await (await as_("fay")).post(f"{DAY}/sessions/{second}/drop", htmx=False)).status_code == 404
    await mo.post(f"{DAY}/diet", FOOD, htmx=False)
    await mo.post(f"{DAY}/diet/drop", htmx=False)
    assert await db.value("select count(*) from diet_day") == 0
