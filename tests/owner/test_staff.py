"""The rota, the clock, and hours that somebody puts right."""

from datetime import UTC, date, datetime, time, timedelta

import asyncpg
import pytest

from app import clock
from app.db import Db, new_id
from app.staff import rules
from tests.conftest import World
from tests.members.conftest import refused_by_the_database

pytestmark = pytest.mark.anyio
AT = datetime(2026, 11, 16, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [(time(7), time(15), 8), (time(22), time(6), 8), (time(0), time(0), 24), (time(23, 30), time(0, 30), 1)],
)
def test_a_shift_past_midnight_ends_the_next_day(opens: time, closes: time, hours: int) -> None:
    starts, ends = rules.shift(date(2026, 11, 16), opens, closes)
    assert ends - starts == hours * HOUR


@pytest.mark.parametrize(
    ("began", "ended", "no"),
    [(0, 8, None), (8, 0, "backwards"), (0, 0, "backwards"), (0, 25, "too_long"), (90, 99, "in_the_future")],
)
def test_hours_are_put_right_within_reason(began: int, ended: int, no: str | None) -> None:
    found = rules.correcting(AT + began * HOUR, AT + ended * HOUR, AT + 48 * HOUR)
    assert (found.code if found else None) == no


async def plan(who, world: World, **changed: str):
    form = {
        "id": str(new_id()),
        "person": str(world.id("dee")),
        "day": "2026-11-23",
        "opens": "07:00",
        "closes": "15:00",
        **changed,
    }
    return await who.post("/people/rota", form)


async def test_dee_is_planned_once_and_never_in_two_places(db: Db, world: World, as_) -> None:
    max_, id = await as_("max"), str(new_id())
    for _ in range(2):
        assert (await plan(max_, world, id=id)).status_code == 200
    assert await db.value("select count(*) from rota_shift") == 1
    twice = await plan(max_, world, opens="14:00", closes="22:00")
    assert twice.status_code == 409
    assert "in the rota at that time already" in twice.text
    assert (await plan(max_, world, opens="15:00", closes="22:00")).status_code == 200, "one shift may follow another"
    assert (await plan(max_, world, person=str(world.id("mo")))).status_code == 422, "a member does not work here"
    assert (await plan(max_, world, day="9999-12-31")).status_code == 422
    page = (await max_.get("/people/rota?week=2026-11-23")).text
    assert page.count("Dee Okafor</strong>") == 2
    assert (await max_.post(f"/people/rota/{id}/drop")).status_code == 200
    assert (await plan(max_, world, opens="08:00", closes="14:00")).status_code == 200, "what was dropped is out of the way"


async def test_the_database_keeps_nobody_in_two_places(db: Db, world: World) -> None:
    insert = """insert into rota_shift (id, gym_id, person_id, starts_at, ends_at, made_by, made_at) values ($1, $2, $3, $4, $5, $3, $4)"""
    await db.run(insert, new_id(), world.gym_id, world.id("dee"), AT, AT + 8 * HOUR)
    async with refused_by_the_database(db, asyncpg.ExclusionViolationError):
        await db.run(insert, new_id(), world.river_id, world.id("dee"), AT + 7 * HOUR, AT + 9 * HOUR)
    await db.run(insert, new_id(), world.gym_id, world.id("cal"), AT, AT + 8 * HOUR)


async def test_dee_clocks_in_and_out_and_max_puts_it_right(db: Db, world: World, as_) -> None:
    dee, max_ = await as_("dee"), await as_("max")
    for _ in range(2):
        assert (await dee.post("/my-shifts", {"id": str(new_id())})).status_code == 200
    spell = await db.value("select id from work_spell where ended_at is null")
    assert await db.value("select count(*) from work_spell") == 1, "whoever works already goes on"
    assert "At work since" in (await dee.get("/my-shifts")).text
    assert (await max_.post(f"/my-shifts/{spell}/end")).status_code == 404, "nobody ends somebody else's work"
    for _ in range(2):
        assert (await dee.post(f"/my-shifts/{spell}/end")).status_code == 200
    yesterday = (clock.now() - timedelta(days=1)).date().isoformat()
    form = {"day": yesterday, "opens": "07:00", "closes": "15:00", "why": "Forgot"}
    assert "Dee Okafor" in (await max_.get(f"/people/hours/{spell}")).text
    assert (await max_.post(f"/people/hours/{spell}", form, htmx=False)).status_code == 303
    assert await db.value("select ended_at - began_at from work_spell") == 8 * HOUR
    assert await db.value("select before is not null from audit_line where act = 'hours.correct'")
    assert "Forgot" in (await max_.get(f"/people/hours.csv?week={yesterday}")).text
    own = new_id()
    await db.run(
        "insert into work_spell (id, gym_id, person_id, began_at) values ($1, $2, $3, $4)", own, world.gym_id, world.id("max"), AT
    )
    answer = await max_.post(f"/people/hours/{own}", form)
    assert answer.status_code == 409
    assert "Nobody corrects their own hours" in answer.text


async def test_a_member_has_no_shifts(as_) -> None:
    mo = await as_("mo")
    assert (await mo.get("/my-shifts")).status_code == 404
    assert (await mo.post("/my-shifts", {"id": str(new_id())})).status_code == 404
