"""From the first tap to the history: finish, discard and bring back, move, swap, skip, and put the past right."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.db import Db, new_id
from app.training.chores import close_forgotten
from app.training.queries import looking
from tests.conftest import Client, World
from tests.training.lifting import BENCH, PLANK, ROW, SQUAT, Lifter, iso

pytestmark = pytest.mark.anyio
Lifters = Callable[[str], Awaitable[Lifter]]
Clients = Callable[[str], Awaitable[Client]]


async def state(db: Db, lifter: Lifter) -> dict[str, Any]:
    return dict(await db.connection.fetchrow("select * from workout where id = $1", lifter.workout))


async def order(db: Db, lifter: Lifter) -> list[Any]:
    return await db.column(
        "select id from workout_exercise where workout_id = $1 and removed_at is null order by position", lifter.workout
    )


async def kept(db: Db, world: World, exercise: Any, who: str = "mo") -> set[tuple[str, int]]:
    rows = await db.connection.fetch(
        "select kind, value from record where person_id = $1 and exercise_id = $2 and beaten_at is null", world.id(who), exercise
    )
    return {(row["kind"], row["value"]) for row in rows}


async def test_finishing_keeps_time_volume_and_sets(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    await mo.lift(BENCH, (60, 8), (60, 8), (60, 6))
    answer = await mo.finish()
    assert answer.headers["hx-location"] == mo.url
    done = await state(db, mo)
    assert (done["status"], done["volume"], done["done_sets"]) == ("completed", 60_000 * 22, 3)
    assert done["duration_seconds"] == int((done["ended_at"] - done["started_at"]).total_seconds())
    page = (await mo.client.get(mo.url)).text
    assert "1,320 kg" in page


async def test_finishing_twice_is_finishing_once(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    await mo.lift(BENCH, (60, 8))
    await mo.finish()
    before = await state(db, mo)
    await mo.finish()
    assert await state(db, mo) == before


async def test_an_empty_workout_cannot_be_finished(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    await mo.add(BENCH)
    await mo.finish()
    assert (await state(db, mo))["status"] == "in_progress"
    assert "Nothing is logged yet" in (await mo.client.get(mo.url)).text


async def test_starting_twice_with_one_id_is_one_workout(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    await mo.start()
    assert (
        await db.value("select count(*) from workout where person_id = (select person_id from workout where id = $1)", mo.workout)
        == 1
    )


async def test_another_persons_id_starts_nothing(lifter: Lifters, as_: Clients, db: Db) -> None:
    mo = await lifter("mo")
    fay = await as_("fay")
    answer = await fay.post("/workouts", {"id": str(mo.workout), "source": "free"})
    assert answer.status_code == 404


async def test_a_workout_is_discarded_and_brought_back_as_it_was(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    await mo.lift(BENCH, (60, 8))
    await mo.client.post(f"{mo.url}/discard")
    assert (await state(db, mo))["status"] == "aborted"
    assert "Bring it back" in (await mo.client.get("/training")).text
    await mo.client.post(f"{mo.url}/recover")
    assert (await state(db, mo))["status"] == "in_progress"
    assert "1 of 3 sets" in (await mo.client.get(mo.url)).text


async def test_after_a_day_it_is_gone(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    await mo.client.post(f"{mo.url}/discard")
    await db.run("update workout set aborted_at = aborted_at - interval '25 hours' where id = $1", mo.workout)
    await mo.client.post(f"{mo.url}/recover")
    assert (await state(db, mo))["status"] == "aborted"


async def test_a_discarded_workout_takes_no_sets(lifter: Lifters) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    await mo.client.post(f"{mo.url}/discard")
    assert (await mo.log(card, row, weight="60", reps="8")).status_code == 404


async def test_records_stand_fall_and_come_back_when_the_past_changes(
    lifter: Lifters, as_: Clients, db: Db, world: World
) -> None:
    first = await lifter("mo")
    await first.lift(BENCH, (60, 8))
    await first.finish()
    second = await Lifter(await as_("mo"), db).start()
    card = await second.lift(BENCH, (100, 5))
    await second.finish()
    assert ("weight", 100_000) in await kept(db, world, BENCH)
    assert (await state(db, second))["record_count"] == 3  # heaviest, best estimate, most volume
    row = (await second.sets(card))[0]
    await second.log(card, row, weight="62.5", reps="5")  # it was a typing mistake
    assert ("weight", 62_500) in await kept(db, world, BENCH)
    await second.client.post(f"{second.url}/discard")
    assert ("weight", 60_000) in await kept(db, world, BENCH)
    await second.client.post(f"{second.url}/recover")
    assert ("weight", 62_500) in await kept(db, world, BENCH)


async def test_a_workout_written_down_later_takes_its_place_in_the_past(
    lifter: Lifters, as_: Clients, db: Db, world: World
) -> None:
    today = await lifter("mo")
    await today.lift(BENCH, (80, 5))
    await today.finish()
    past = Lifter(await as_("mo"), db)
    day = datetime.now(UTC).date() - timedelta(days=10)
    form = {"id": str(past.workout), "on": str(day), "began": "18:00", "minutes": "50"}
    answer = await past.client.post("/training/past", form)
    assert answer.headers["hx-location"] == f"{past.url}?edit=1"
    await past.lift(BENCH, (85, 5))
    found = await state(db, past)
    assert (found["status"], str(found["started_on"]), found["duration_seconds"], found["done_sets"]) == (
        "completed",
        str(day),
        3000,
        1,
    )
    assert ("weight", 85_000) in await kept(db, world, BENCH)
    assert (await state(db, today))["record_count"] == 0  # it was no record after all


async def test_the_future_is_not_the_past(as_: Clients) -> None:
    mo = await as_("mo")
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    answer = await mo.post("/training/past", {"id": str(new_id()), "on": str(tomorrow), "began": "18:00", "minutes": "50"})
    assert answer.status_code == 422
    assert "still to come" in answer.text


async def test_moving_a_workout_moves_its_day_and_its_chart(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    await mo.lift(BENCH, (60, 8))
    await mo.finish()
    day = datetime.now(UTC).date() - timedelta(days=3)
    await mo.client.post(f"{mo.url}/times", {"on": str(day), "began": "07:30", "minutes": "40"})
    found = await state(db, mo)
    assert (str(found["started_on"]), found["duration_seconds"]) == (str(day), 2400)
    assert str(await db.value("select started_on from performance where workout_id = $1", mo.workout)) == str(day)


async def test_several_workouts_a_day_are_several(lifter: Lifters, as_: Clients, db: Db) -> None:
    first = await lifter("mo")
    await first.lift(BENCH, (60, 8))
    await first.finish()
    second = await Lifter(await as_("mo"), db).start()
    await second.lift(ROW, (50, 8))
    await second.finish()
    page = (await first.client.get("/training")).text
    assert "2 workouts" in page


async def test_exercises_change_places_by_their_buttons(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    bench, row, squat = [await mo.add(one) for one in (BENCH, ROW, SQUAT)]
    await mo.client.post(f"{mo.url}/exercises/{squat}/place", {"by": "-1"})
    assert await order(db, mo) == [bench, squat, row]
    await mo.client.post(f"{mo.url}/order", {"order": [str(row), str(bench), str(squat)]})
    assert await order(db, mo) == [row, bench, squat]


async def test_an_older_order_changes_nothing(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    bench, row = await mo.add(BENCH), await mo.add(ROW)
    now = datetime.now(UTC)
    await mo.client.post(f"{mo.url}/order", {"order": [str(row), str(bench)], "at": iso(now)})
    await mo.client.post(f"{mo.url}/order", {"order": [str(bench), str(row)], "at": iso(now - timedelta(minutes=1))})
    assert await order(db, mo) == [row, bench]


async def test_a_swap_before_the_first_set_brings_its_own_last_time(lifter: Lifters, as_: Clients, db: Db) -> None:
    first = await lifter("mo")
    await first.lift(ROW, (70, 8))
    await first.finish()
    mo = await Lifter(await as_("mo"), db).start()
    card = await mo.add(BENCH)
    await mo.client.post(f"{mo.url}/exercises/{card}/swap", {"id": str(new_id()), "exercise": str(ROW)})
    page = (await mo.client.get(mo.url)).text
    assert "Row of the tests" in page
    assert "Bench of the tests" not in page
    assert "70×8" in page


async def test_a_swap_half_way_keeps_what_was_done(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    await mo.log(card, (await mo.sets(card))[0], weight="60", reps="8")
    fresh = new_id()
    await mo.client.post(f"{mo.url}/exercises/{card}/swap", {"id": str(fresh), "exercise": str(ROW)})
    assert await order(db, mo) == [card, fresh]
    assert len(await mo.sets(card)) == 1
    assert len(await mo.sets(fresh)) == 2


async def test_what_is_counted_differently_is_no_swap(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    await mo.client.post(f"{mo.url}/exercises/{card}/swap", {"id": str(new_id()), "exercise": str(PLANK)})
    assert await db.value("select exercise_id from workout_exercise where id = $1", card) == BENCH


async def test_skipping_says_why_and_can_be_taken_back(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    await mo.client.post(f"{mo.url}/exercises/{card}/skip", {"reason": "pain"})
    assert "Something hurts" in (await mo.client.get(mo.url)).text
    await mo.client.post(f"{mo.url}/exercises/{card}/skip", {"reason": ""})
    assert await db.value("select skip_reason from workout_exercise where id = $1", card) is None


async def test_an_exercise_leaves_and_the_rest_close_ranks(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    bench, row = await mo.add(BENCH), await mo.add(ROW)
    await mo.client.post(f"{mo.url}/exercises/{bench}/removal")
    assert await order(db, mo) == [row]


async def test_adding_twice_with_one_id_adds_once(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    id = str(new_id())
    for _ in range(2):
        await mo.client.post(f"{mo.url}/exercises", {"id": id, "exercise": str(BENCH)})
    assert len(await order(db, mo)) == 1


async def test_notes_are_kept_and_seen_again(lifter: Lifters, as_: Clients, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    await mo.client.post(f"{mo.url}/exercises/{card}/note", {"note": "slow down"})
    await mo.client.post(f"/training/exercises/{BENCH}/note", {"note": "seat on 4"})
    page = (await mo.client.get(mo.url)).text
    assert "slow down" in page
    assert "seat on 4" in page


async def test_the_tools_show_plates_and_ways_out(lifter: Lifters, db: Db, world: World) -> None:
    for weight, count in ((20, 4), (10, 2), (5, 2), (2.5, 2)):
        await db.run(
            "insert into gym_plate (gym_id, unit, weight, count) values ($1, 'kg', $2::float8::numeric, $3)",
            world.gym_id,
            weight,
            count,
        )
    await db.run(
        "insert into gym_bar (id, gym_id, name, unit, weight, is_usual) values ($1, $2, 'The bar', 'kg', 20, true)",
        new_id(),
        world.gym_id,
    )
    mo = await lifter("mo")
    await mo.lift(BENCH, (95, 5))
    card = await mo.add(ROW)
    await mo.log(card, (await mo.sets(card))[0], weight="75", reps="5")
    tools = (await mo.client.get(f"{mo.url}/exercises/{card}")).text
    assert "The bar" in tools
    assert ">20<" in tools
    await mo.client.post(f"{mo.url}/exercises/{card}/warm-up")


async def test_warm_up_sets_come_before_the_work(lifter: Lifters, as_: Clients, db: Db) -> None:
    first = await lifter("mo")
    await first.lift(BENCH, (100, 5))
    await first.finish()
    mo = await Lifter(await as_("mo"), db).start()
    card = await mo.add(BENCH)
    for _ in range(2):
        await mo.client.post(f"{mo.url}/exercises/{card}/warm-up")
    kinds = await db.column(
        "select kind from workout_set where workout_exercise_id = $1 and removed_at is null order by position", card
    )
    assert kinds == ["warmup"] * 4 + ["normal"]


async def test_doing_it_again_brings_the_exercises_and_not_the_numbers(lifter: Lifters, as_: Clients, db: Db) -> None:
    first = await lifter("mo")
    await first.lift(BENCH, (60, 8), (60, 8))
    await first.finish()
    again = Lifter(await as_("mo"), db)
    await again.start(source="again", of=str(first.workout))
    rows = await db.connection.fetch(
        "select s.reps, e.exercise_id from workout_set s join workout_exercise e on e.id = s.workout_exercise_id where e.workout_id = $1",
        again.workout,
    )
    assert [(row["exercise_id"], row["reps"]) for row in rows] == [(BENCH, None)] * 2


async def test_every_screen_of_a_lifter_opens(lifter: Lifters) -> None:
    mo = await lifter("mo")
    card = await mo.lift(BENCH, (60, 8))
    for url in (mo.url, f"{mo.url}/exercises/{card}", f"{mo.url}/picker", f"{mo.url}/picker?q=bench"):
        assert (await mo.client.get(url)).status_code == 200, url
    await mo.finish()
    for url in (
        mo.url, f"{mo.url}?edit=1", f"{mo.url}/times", "/training", "/training?month=2026-02", "/training?month=nonsense",
        "/training/records", "/training/volume", "/training/choices", "/training/past", f"/training/exercises/{BENCH}",
    ):  # fmt: skip
        assert (await mo.client.get(url)).status_code == 200, url


async def test_screens_cost_few_statements(lifter: Lifters, statements: Callable[[], Any]) -> None:
    mo = await lifter("mo")
    await mo.lift(BENCH, (60, 8))
    for url, most in ((mo.url, 1), ("/training/records", 2), ("/training/volume", 1), (f"/training/exercises/{BENCH}", 1)):
        await mo.client.get(url)
        with statements() as seen:
            await mo.client.get(url)
        assert len([one for one in seen.sql if "sign_in" not in one]) <= most, url


async def test_a_streak_waits_in_a_rest_week(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    today = datetime.now(UTC).date()
    week = today - timedelta(days=today.weekday())
    await mo.client.post("/training/rest-weeks", {"week": str(week), "is_resting": "on"})
    assert "the streak waits" in (await mo.client.get("/training")).text
    await mo.client.post("/training/rest-weeks", {"week": str(week)})
    assert await db.value("select count(*) from rest_week") == 0


async def test_choices_are_kept_and_checked(as_: Clients) -> None:
    mo = await as_("mo")
    assert (await mo.post("/training/choices", {"weekly_target": "0", "rest_seconds": "90"})).status_code == 422
    assert (
        await mo.post("/training/choices", {"weekly_target": "4", "rest_seconds": "90", "shows_rpe": "on"})
    ).status_code == 200
    page = (await mo.get("/training/choices")).text
    assert 'value="4"' in page


async def test_a_forgotten_workout_ends_at_its_last_set(lifter: Lifters, as_: Clients, db: Db) -> None:
    began = datetime.now(UTC) - timedelta(hours=20)
    mo = await Lifter(await as_("mo"), db).start(at=iso(began))
    empty = await Lifter(await as_("mo"), db).start(at=iso(began))
    from_today = await lifter("mo")
    card = await mo.add(BENCH)
    await mo.log(card, (await mo.sets(card))[0], weight="60", reps="8", at=iso(began + timedelta(minutes=40)))
    await close_forgotten(db, datetime.now(UTC))
    assert (await state(db, mo))["duration_seconds"] == 2400
    assert (await state(db, empty))["status"] == "aborted"
    assert (await state(db, from_today))["status"] == "in_progress"


async def test_an_exercise_that_nobody_weighs_has_its_page(lifter: Lifters) -> None:
    mo = await lifter("mo")
    plank = await mo.add(PLANK)
    await mo.log(plank, (await mo.sets(plank))[0], held="1:30")
    await mo.finish()
    page = await mo.client.get(f"/training/exercises/{PLANK}")
    assert page.status_code == 200
    assert "1:30" in page.text


async def test_a_muscle_that_helps_gets_half_a_set_and_a_warm_up_none(lifter: Lifters, db: Db, world: World) -> None:
    mo = await lifter("mo")
    card = await mo.lift(BENCH, (60, 10), (60, 10), (60, 10))
    await mo.log(card, new_id(), weight="20", reps="10", kind="warmup")
    await mo.finish()
    found = looking.trained_in(await looking.trained(db, world.id("mo"), datetime.now(UTC).date() - timedelta(weeks=2)))
    assert sorted((one.muscle or "", one.half_sets, one.volume) for one in found) == [
        ("", 0, 1_800_000), ("chest", 6, 0), ("triceps", 3, 0),
    ]  # fmt: skip
    assert {one.week.isoweekday() for one in found} == {1}
    assert "Triceps" in (await mo.client.get("/training/volume")).text


async def test_the_plan_takes_the_weights_that_were_lifted_once_its_author_says_so(
    as_: Clients, db: Db, world: World, movements: None
) -> None:
    mo, kim = await as_("mo"), await as_("kim")
    text = "# 1: Push\nBench of the tests 2x8 60kg\nRow of the tests 1x8 40kg"
    made = await mo.post("/plans", {"id": str(new_id()), "name": "Grows", "text": text})
    plan = made.headers["hx-location"].removesuffix("/edit")
    await mo.post(f"{plan}/start", {"id": str(new_id()), "starts_on": datetime.now(UTC).date().isoformat()})
    following = await db.value("select id from following where person_id = $1 and ended_at is null", world.id("mo"))
    lift = await Lifter(mo, db).start(source="today", of=str(following))
    cards = await db.column("select id from workout_exercise where workout_id = $1 order by position", lift.workout)
    for card, weights in zip(cards, ((62.5, 65), (40,)), strict=True):
        for row, weight in zip(await lift.sets(card), weights, strict=True):
            await lift.log(card, row, weight=weight, reps=8)
    await lift.finish()
    page = (await mo.get(lift.url)).text
    assert "Update the plan?" in page
    lines = re.findall(r'name="lines" value="([^"]+)"', page)
    assert len(lines) == 1  # the row was done as planned
    assert (await kim.post(f"{lift.url}/plan", {"id": str(new_id()), "lines": lines})).status_code == 404
    id = str(new_id())
    for _ in range(2):
        await mo.post(f"{lift.url}/plan", {"id": id, "lines": lines})
    weights = """select array(select jsonb_path_query(v.content, '$.days[*].units[*].lines[*].target_weight')#>>'{}')
        from following f join plan_version v on v.id = f.version_id where f.id = $1"""
    assert await db.value(weights, following) == ["62.5", "40"]
