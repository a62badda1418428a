"""The coach sees whoever opened their training, says something about a set, and sees nothing once it is closed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from app.db import Db, new_id
from app.training.rules.attention import Signs, reasons
from tests.conftest import Client, World
from tests.training.lifting import BENCH, Lifter

Lifters = Callable[[str], Awaitable[Lifter]]
Clients = Callable[[str], Awaitable[Client]]
TODAY = date(2026, 3, 20)
FINE = {"last_on": TODAY, "weekly_target": 2, "in_four_weeks": 8, "planned_sets": 40, "done_sets": 40, "skipped": 0, "hurt": 0}


@pytest.mark.parametrize(
    ("signs", "why"),
    [
        ({}, []),
        ({"hurt": 1}, ["pain"]),
        ({"last_on": TODAY - timedelta(days=11)}, ["away"]),
        ({"last_on": TODAY - timedelta(days=10)}, []),
        ({"last_on": None, "in_four_weeks": 0}, ["away"]),
        ({"in_four_weeks": 3}, ["rare"]),
        ({"done_sets": 29}, ["short"]),
        ({"done_sets": 30}, []),
        ({"skipped": 3}, ["skips"]),
        ({"planned_sets": 0, "done_sets": 0}, []),
        ({"hurt": 1, "last_on": TODAY - timedelta(days=20), "done_sets": 0}, ["pain", "away", "short"]),
    ],
)
def test_who_needs_attention(signs: dict[str, object], why: list[str]) -> None:
    assert reasons(Signs(**{**FINE, **signs}), TODAY) == why  # type: ignore[arg-type]


@pytest.mark.anyio
async def test_cal_sees_mo_from_grant_to_end(lifter: Lifters, as_: Clients, db: Db, world: World) -> None:
    mo, cal = await lifter("mo"), await as_("cal")
    card = await mo.lift(BENCH, (60, 8))
    row = (await mo.sets(card))[0]
    await mo.finish()
    theirs = f"/coach/members/{world.id('mo')}"
    watched = f"{theirs}/workouts/{mo.workout}"
    assert (await cal.get(theirs)).status_code == 404
    assert "Mo Haddad" not in (await cal.get("/coach")).text
    await mo.client.post("/training/coaches", {"id": str(new_id()), "coach": str(world.id("cal"))})
    assert "Mo Haddad" in (await cal.get("/coach")).text
    assert (await cal.get(theirs)).status_code == 200
    assert "60 kg" in (await cal.get(watched)).text
    said = {"id": str(new_id()), "body": "Bar path was lovely", "set_id": str(row)}
    for _ in range(2):
        assert (await cal.post(watched, said)).status_code == 200
    assert await db.value("select count(*) from workout_comment where workout_id = $1", mo.workout) == 1
    assert "Bar path was lovely" in (await mo.client.get(mo.url)).text
    grant = await db.value("select id from coach_grant where revoked_at is null and person_id = $1", world.id("mo"))
    await mo.client.post(f"/training/coaches/{grant}/end")
    for url in (theirs, watched):
        assert (await cal.get(url)).status_code == 404
    assert (await cal.post(watched, {"id": str(new_id()), "body": "still here?"})).status_code == 404


@pytest.mark.anyio
async def test_a_grant_to_somebody_who_does_not_coach_is_none(as_: Clients, db: Db, world: World) -> None:
    mo = await as_("mo")
    await mo.post("/training/coaches", {"id": str(new_id()), "coach": str(world.id("fay"))})
    assert await db.value("select count(*) from coach_grant where person_id = $1", world.id("mo")) == 0


@pytest.mark.anyio
async def test_nobody_else_opens_the_cockpit(as_: Clients) -> None:
    fay = await as_("fay")
    assert (await fay.get("/coach")).status_code == 403


@pytest.mark.anyio
async def test_a_set_of_another_workout_takes_no_comment(lifter: Lifters, as_: Clients, db: Db, world: World) -> None:
    mo, fay, cal = await lifter("mo"), await lifter("fay"), await as_("cal")
    await mo.lift(BENCH, (60, 8))
    card = await fay.lift(BENCH, (40, 8))
    row = (await fay.sets(card))[0]
    await mo.client.post("/training/coaches", {"id": str(new_id()), "coach": str(world.id("cal"))})
    await cal.post(
        f"/coach/members/{world.id('mo')}/workouts/{mo.workout}", {"id": str(new_id()), "body": "hm", "set_id": str(row)}
    )
    assert await db.value("select count(*) from workout_comment") == 0


@pytest.mark.anyio
async def test_cal_writes_mos_next_week_in_one_view(lifter: Lifters, as_: Clients, db: Db, world: World) -> None:
    mo, cal, kim = await lifter("mo"), await as_("cal"), await as_("kim")
    made = await cal.post("/plans", {"id": str(new_id()), "name": "Club", "text": "# 1: Push\nBench of the tests 3x8 60kg"})
    plan = made.headers["hx-location"].removesuffix("/edit")
    await cal.post(f"{plan}/sharing", {"sharing": "gym"})
    today = datetime.now(UTC).date().isoformat()
    for one in (mo.client, kim):
        await one.post(f"{plan}/start", {"id": str(new_id()), "starts_on": today})
    week = f"/coach/members/{world.id('mo')}/week"
    assert (await cal.get(week)).status_code == 404  # not granted
    await mo.client.post("/training/coaches", {"id": str(new_id()), "coach": str(world.id("cal"))})
    await mo.lift(BENCH, (60, 8))
    await mo.finish()
    page = (await cal.get(week)).text
    assert "60×8" in page  # done, beside what is planned
    assert "Bench of the tests 3x8 60kg" in page
    wrong = await cal.post(week, {"id": str(new_id()), "text": "# 1: Push\nBench of the tests 3x8 fast"})
    assert wrong.status_code == 422
    assert "is not understood" in wrong.text
    assert "3x8 fast" in wrong.text
    id, text = str(new_id()), "# 1: Push\nBench of the tests 3x6 70kg"
    for _ in range(2):  # twice is once
        assert (await cal.post(week, {"id": id, "text": text})).status_code == 200
    follows = """select f.person_id, v.content->'days'->0->'units'->0->'lines'->0->>'target_weight' as weight
        from following f join plan_version v on v.id = f.version_id where f.ended_at is null and f.person_id = any($1)"""
    found = await db.connection.fetch(follows, [world.id("mo"), world.id("kim")])
    assert {row["person_id"]: row["weight"] for row in found} == {world.id("mo"): "70", world.id("kim"): "60"}
    assert "Push" in (await mo.client.get("/today")).text
    await cal.post(week, {"id": str(new_id()), "text": text.replace("70kg", "75kg")})  # now it is Mo's alone: no further copy
    assert await db.value("select count(*) from plan where owner_id = $1", world.id("cal")) == 2
    found = await db.connection.fetch(follows, [world.id("mo")])
    assert [row["weight"] for row in found] == ["75"]
