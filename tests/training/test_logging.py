"""Logging sets: one tap, one statement, the last word per set, nothing twice and nothing lost."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.db import Db, new_id
from tests.conftest import Client
from tests.training.lifting import BENCH, PLANK, ROW, RUN, STRETCH, Lifter, iso, regions, set_of

pytestmark = pytest.mark.anyio
Lifters = Callable[[str], Awaitable[Lifter]]
NOW = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=20)  # after every workout of these tests began


async def test_mo_starts_adds_a_lift_and_logs_it_with_one_tap(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    rows = await mo.sets(card)
    assert len(rows) == 3
    answer = await mo.log(card, rows[0], weight="60", reps="8")
    assert answer.status_code == 200
    assert regions(answer) == [f"row-{rows[0]}", "tally", "rest"]
    done = await set_of(db, rows[0])
    assert (done["grams"], done["reps"], done["done_at"] is not None) == (60_000, 8, True)
    assert "1 of 3 sets" in answer.text


async def test_logging_a_set_is_one_statement_and_a_small_answer(lifter: Lifters, statements: Callable[[], Any]) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    rows = await mo.sets(card)
    await mo.log(card, rows[0], weight="60", reps="8")
    with statements() as seen:
        answer = await mo.log(card, rows[1], weight="62.5", reps="8")
    assert len([one for one in seen.sql if "sign_in" not in one]) == 1, seen.sql
    assert len(answer.content) <= 8_000


@pytest.mark.parametrize(("said", "grams"), [("62.5", 62_500), ("62,5", 62_500), ("100", 100_000), ("", None), ("0", 0)])
async def test_comma_and_dot_mean_the_same(lifter: Lifters, db: Db, said: str, grams: int | None) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    assert (await mo.log(card, row, weight=said, reps="5")).status_code == 200
    assert (await set_of(db, row))["grams"] == grams


async def test_pounds_are_kept_and_shown_as_typed(lifter: Lifters, db: Db) -> None:
    await db.run("update person set units = 'lb' where id = (select id from person where email = 'mo@demo.spotter')")
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    answer = await mo.log(card, row, weight="137.5", reps="5")
    assert 'value="137.5"' in answer.text
    assert (await set_of(db, row))["grams"] == 62_369


async def test_the_same_tap_twice_changes_nothing(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    at = iso(NOW)
    first = await mo.log(card, row, weight="60", reps="8", at=at)
    before = await set_of(db, row)
    again = await mo.log(card, row, weight="60", reps="8", at=at)
    assert await set_of(db, row) == before
    assert again.status_code == first.status_code == 200


async def test_the_later_word_wins_whichever_comes_last(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    await mo.log(card, row, weight="65", reps="6", at=iso(NOW + timedelta(seconds=20)))
    late = await mo.log(card, row, weight="60", reps="8", at=iso(NOW))
    assert (await set_of(db, row))["grams"] == 65_000
    assert 'value="65"' in late.text  # the phone that was late learns what stands


async def test_two_phones_add_sets_and_nothing_is_lost(lifter: Lifters, as_: Callable[[str], Awaitable[Client]], db: Db) -> None:
    first = await lifter("mo")
    second = Lifter(await as_("mo"), db, first.workout)
    card = await first.add(BENCH)
    mine, theirs = new_id(), new_id()
    assert (await first.log(card, mine, weight="60", reps="8")).status_code == 200
    assert (await second.log(card, theirs, weight="70", reps="5")).status_code == 200
    assert {mine, theirs} <= set(await first.sets(card))
    places = await db.column("select position from workout_set where workout_exercise_id = $1 order by position", card)
    assert places == [1, 2, 3, 4, 5]


async def test_a_set_taken_away_comes_back_when_another_phone_logs_it_later(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[1]
    await mo.log(card, row, do="remove", at=iso(NOW))
    assert row not in await mo.sets(card)
    await mo.log(card, row, weight="60", reps="8", at=iso(NOW + timedelta(seconds=1)))
    assert row in await mo.sets(card)
    assert (await set_of(db, row))["reps"] == 8


async def test_taking_a_tick_back_leaves_the_weight_and_no_reps(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    await mo.log(card, row, weight="60", reps="8")
    await mo.log(card, row, weight="60", reps="8", do="undo")
    undone = await set_of(db, row)
    assert (undone["grams"], undone["reps"], undone["done_at"]) == (60_000, None, None)


@pytest.mark.parametrize(
    ("exercise", "said", "status"),
    [
        (BENCH, {"reps": "8"}, 200),
        (BENCH, {"held": "1:30"}, 422),
        (BENCH, {"metres": "400"}, 422),
        (BENCH, {"reps": "8", "held": "30"}, 422),
        (PLANK, {"held": "1:30"}, 200),
        (PLANK, {"held": "90"}, 200),
        (PLANK, {"reps": "8"}, 422),
        (RUN, {"metres": "5000"}, 200),
        (RUN, {"metres": "5000", "took": "25:00"}, 200),
        (RUN, {"took": "25:00"}, 422),
        (RUN, {"metres": "5000", "took": "a while"}, 422),
        (RUN, {"reps": "8"}, 422),
        (STRETCH, {}, 200),
        (STRETCH, {"reps": "8"}, 422),
    ],
)
async def test_a_metric_that_does_not_fit_is_refused(
    lifter: Lifters, db: Db, exercise: Any, said: dict[str, str], status: int
) -> None:
    mo = await lifter("mo")
    card = await mo.add(exercise)
    row = (await mo.sets(card))[0]
    answer = await mo.log(card, row, **said)
    assert answer.status_code == status
    assert ((await set_of(db, row))["done_at"] is not None) == (status == 200)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("weight", "heavy"), ("weight", "-5"), ("weight", "9" * 50), ("weight", "5000"), ("weight", "1e9"), ("reps", "8.5"),
        ("reps", "-1"), ("reps", "99999999999999999999"), ("reps", "eight"), ("kind", "huge"), ("do", "dance"), ("rpe", "11"),
        ("rpe", "8.3"), ("at", "yesterday"), ("metres", "0"), ("held", "soon"), ("held", "99999:99"),
    ],
)  # fmt: skip
async def test_nonsense_is_said_at_the_field_and_kept(lifter: Lifters, db: Db, field: str, said: str) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    answer = await mo.log(card, row, **{"weight": "60", "reps": "8", field: said})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert (await set_of(db, row))["done_at"] is None


async def test_a_moment_without_a_zone_is_nobodys_moment(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    assert (await mo.log(card, row, weight="60", reps="8", at="2026-01-01T10:00:00")).status_code == 200
    assert (await set_of(db, row))["at"] > NOW - timedelta(hours=2)


async def test_a_phone_from_the_future_does_not_own_the_set_for_ever(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    await mo.log(card, row, weight="60", reps="8", at="2099-01-01T10:00:00+00:00")
    assert (await set_of(db, row))["at"] < datetime.now(UTC) + timedelta(hours=1)


async def test_nobody_logs_into_anothers_workout(lifter: Lifters, as_: Callable[[str], Awaitable[Client]], db: Db) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    fay = Lifter(await as_("fay"), db, mo.workout)
    assert (await fay.log(card, row, weight="60", reps="8")).status_code == 404
    assert (await fay.client.get(fay.url)).status_code == 404
    assert (await fay.finish()).status_code == 404
    assert (await set_of(db, row))["done_at"] is None


async def test_a_set_id_of_another_exercise_is_refused(lifter: Lifters, db: Db) -> None:
    mo = await lifter("mo")
    bench, row = await mo.add(BENCH), await mo.add(ROW)
    theirs = (await mo.sets(row))[0]
    assert (await mo.log(bench, theirs, weight="60", reps="8")).status_code == 404
    assert (await set_of(db, theirs))["done_at"] is None


async def test_without_javascript_the_row_is_a_plain_form(lifter: Lifters) -> None:
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    answer = await mo.log(card, row, weight="60", reps="8", htmx=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{mo.url}#card-{card}"
    page = await mo.client.get(mo.url)
    assert "1 of 3 sets" in page.text
    wrong = await mo.log(card, row, weight="heavy", reps="8", htmx=False)
    assert wrong.status_code == 422
    assert "<html" in wrong.text
    assert 'value="heavy"' in wrong.text


async def test_a_reload_in_the_rest_still_knows_when_it_began(
    movements: None, as_: Callable[[str], Awaitable[Client]], db: Db
) -> None:
    mo = await Lifter(await as_("mo"), db).start(at=iso(datetime.now(UTC) - timedelta(minutes=5)))
    card = await mo.add(BENCH)
    row = (await mo.sets(card))[0]
    at = datetime.now(UTC) - timedelta(seconds=30)
    await mo.log(card, row, weight="60", reps="8", at=iso(at))
    page = await mo.client.get(mo.url)
    assert f'data-from="{at.isoformat()}"' in page.text
    assert 'data-seconds="120"' in page.text


async def test_partners_of_a_superset_take_turns(lifter: Lifters) -> None:
    mo = await lifter("mo")
    bench, row = await mo.add(BENCH), await mo.add(ROW)
    for card in (bench, row):
        await mo.client.post(f"{mo.url}/exercises/{card}/superset", {"superset": "1"})
    first = await mo.log(bench, (await mo.sets(bench))[0], weight="60", reps="8")
    assert "Row of the tests" in first.text  # straight to the partner
    assert "data-seconds" not in first.text
    second = await mo.log(row, (await mo.sets(row))[0], weight="50", reps="8")
    assert "Bench of the tests" in second.text
    assert 'data-seconds="120"' in second.text


async def test_the_next_time_starts_with_last_times_numbers(
    lifter: Lifters, as_: Callable[[str], Awaitable[Client]], db: Db
) -> None:
    mo = await lifter("mo")
    await mo.lift(BENCH, (60, 8), (60, 7), (57.5, 7))
    await mo.finish()
    again = await Lifter(await as_("mo"), db).start()
    card = await again.add(BENCH)
    page = (await again.client.get(again.url)).text
    for shown in ("60×8", "60×7", "57.5×7", 'value="57.5"'):
        assert shown in page
    row = (await again.sets(card))[0]
    done = await again.log(card, row, weight="62.5", reps="8")
    assert "Heaviest" in done.text  # the row lights up at once


async def test_a_warm_up_lights_nothing_up(lifter: Lifters, as_: Callable[[str], Awaitable[Client]], db: Db) -> None:
    mo = await lifter("mo")
    await mo.lift(BENCH, (60, 8))
    await mo.finish()
    again = await Lifter(await as_("mo"), db).start()
    card = await again.add(BENCH)
    done = await again.log(card, (await again.sets(card))[0], weight="100", reps="8", kind="warmup")
    assert "Heaviest" not in done.text


async def test_a_run_keeps_how_long_it_took_and_the_faster_one_is_a_record(lifter: Lifters, db: Db) -> None:
    first, second = await lifter("mo"), await lifter("mo")
    for mo, took in ((first, "25:00"), (second, "24:40")):
        card = await mo.add(RUN)
        page = await mo.client.get(mo.url)
        await mo.log(card, (await mo.sets(card))[0], metres="5000", took=took)
        await mo.finish()
    assert "5 km · 25:00" in page.text  # last time stands beside the second run
    assert 'placeholder="25:00"' in page.text  # a time is remembered, never filled in
    told = (await second.client.get(second.url)).text
    assert "5 km · 24:40" in told
    assert "Fastest" in told
    assert "4:56 /km" in told
    assert "4:56 /km" in (await second.client.get("/training/records")).text
    assert "4:56 /km" in (await second.client.get(f"/training/exercises/{RUN}")).text
    assert await db.column("select took_seconds from workout_set where metres = 5000 order by took_seconds") == [1480, 1500]
