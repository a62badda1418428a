"""The first screen of a member: what comes next, the way in, the week."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.db import Db, new_id
from tests.conftest import Client, World

As = Callable[[str], Awaitable[Client]]


async def hold(db: Db, world: World, member: UUID, *, days: int, visits: int | None = None) -> None:
    kind, today = new_id(), datetime.now(UTC).date()
    what = "membership" if visits is None else "pack"
    await db.run(
        "insert into membership_type (id, name, kind, visits, duration, duration_unit, price) values ($1, 'Ten', $2, $3, 1, 'month', 100)",
        *(kind, what, None if visits is None else 10),
    )
    await db.run(
        """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on,
             visits_sold, visits_left, price, joining_fee, currency, windows, gym_ids, grace_days, is_shared, sold_by, sold_at)
           values ($1, $2, $3, $4, $5, 'Ten', $6, $7, $6, $7, $8, $9, 100, 0, 'EUR', '[]', '{}', 0, false, $10, now())""",
        *(new_id(), member, kind, world.gym_id, what, today - timedelta(days=20), today + timedelta(days=days)),
        *(None if visits is None else 10, visits, world.id("dee")),
    )


async def join(db: Db, world: World, key: str, card: str) -> UUID:
    member = new_id()
    await db.run(
        "insert into member (id, person_id, home_gym_id, number, joined_on) values ($1, $2, $3, 4711, '2026-01-01')",
        *(member, world.id(key), world.gym_id),
    )
    await db.run("insert into card (id, member_id, code, created_at) values ($1, $2, $3, now())", new_id(), member, card)
    return member


async def train(db: Db, world: World, key: str, name: str, began: datetime, *, running: bool = False) -> None:
    ended = None if running else began + timedelta(hours=1)
    await db.run(
        """insert into workout (id, person_id, gym_id, unit_name, started_at, started_on, ended_at, zone, status, duration_seconds, at)
           values ($1, $2, $3, $4, $5, $6, $7, 'Europe/Belgrade', $8, $9, $5)""",
        *(new_id(), world.id(key), world.gym_id, name, began, began.date(), ended),
        *("in_progress" if running else "completed", None if running else 3600),
    )


async def test_a_stranger_is_asked_who_they_are(anybody: Client) -> None:
    answer = await anybody.get("/today")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/today"


async def test_a_newcomer_is_offered_a_beginning(as_: As) -> None:
    mo = await as_("mo")
    answer = await mo.get("/today")
    assert answer.status_code == 200
    assert "Hello, Mo" in answer.text
    assert "Ready when you are" in answer.text


async def test_mo_holds_his_card_to_the_scanner(as_: As, db: Db, world: World) -> None:
    await join(db, world, "mo", "MO4711")
    answer = await (await as_("mo")).get("/today")
    assert 'class="qr"' in answer.text
    assert "MO4711" in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize(
    ("days", "visits", "says"),
    [
        (10, None, ("Active", "until")),
        (10, 1, ("Active", "1 visit left")),
        (-3, None, ("Expired", "since")),
        (10, 0, ("Expired",)),
    ],
)
async def test_what_the_door_would_say(
    as_: As, db: Db, world: World, days: int, visits: int | None, says: tuple[str, ...]
) -> None:
    await hold(db, world, await join(db, world, "pat", "PAT"), days=days, visits=visits)
    answer = await (await as_("pat")).get("/today")
    assert answer.status_code == 200
    assert all(word in answer.text for word in says)


async def test_a_lost_card_opens_nothing(as_: As, db: Db, world: World) -> None:
    await join(db, world, "mo", "MO4711")
    await db.run("update card set lost_at = now()")
    answer = await (await as_("mo")).get("/today")
    assert "MO4711" not in answer.text


async def test_what_runs_comes_first(as_: As, db: Db, world: World) -> None:
    now = datetime.now(UTC)
    await train(db, world, "mo", "Push", now - timedelta(minutes=20), running=True)
    answer = await (await as_("mo")).get("/today")
    assert "Resume" in answer.text
    assert "Ready when you are" not in answer.text


async def test_the_week_shows_the_days_that_were_trained(as_: As, db: Db, world: World) -> None:
    now = datetime.now(UTC)
    for ago in (1, 3, 30):
        await train(db, world, "mo", "Pull", now - timedelta(days=ago))
    answer = await (await as_("mo")).get("/today")
    assert answer.text.count("data-done") == 2
    assert "2 days trained" in answer.text


async def test_nobody_sees_the_workouts_of_others(as_: As, db: Db, world: World) -> None:
    await train(db, world, "mo", "Mo's secret day", datetime.now(UTC) - timedelta(days=1))
    answer = await (await as_("pat")).get("/today")
    assert "secret" not in answer.text


async def test_what_changed_since_the_last_look_is_seen(as_: As, db: Db, world: World) -> None:
    """What did not change is not drawn again: each thing that can change has to draw its part anew."""
    mo, today = await as_("mo"), datetime.now(UTC)

    async def seen() -> str:
        return (await mo.get("/today")).text

    assert "Written" not in await seen()
    await db.run(
        "insert into daily_check_in (id, person_id, day) values ($1, $2, ($3::timestamptz at time zone 'Europe/Belgrade')::date)",
        *(new_id(), world.id("mo"), today),
    )
    assert "Written" in await seen()
    await train(db, world, "mo", "Pull", today - timedelta(days=1))
    assert "1 day trained" in await seen()
    await train(db, world, "mo", "Push", today - timedelta(minutes=5), running=True)
    assert "Resume" in await seen()
    member = await join(db, world, "mo", "MO4711")
    await hold(db, world, member, days=20)
    page = await seen()
    assert "MO4711" in page
    assert "Active" in page
    await db.run("update membership set cancelled_on = current_date - 2 where member_id = $1", member)
    await db.run("update card set lost_at = now() where member_id = $1", member)
    page = await seen()
    assert "Cancelled" in page
    assert "MO4711" not in page
    await db.run("update workout set unit_name = 'Legs' where person_id = $1", world.id("mo"))
    assert (await seen()).count("Legs") >= 2


async def test_the_screen_costs_one_statement(as_: As, db: Db, world: World, statements: Callable[[], Any]) -> None:
    await join(db, world, "mo", "MO4711")
    mo = await as_("mo")
    with statements() as seen:
        await mo.get("/today")
    assert len(seen) == 1


async def test_behind_the_door_the_phone_offers_todays_workout(as_: As, db: Db, world: World) -> None:
    await hold(db, world, await join(db, world, "mo", "MO4711"), days=10)
    mo, dee = await as_("mo"), await as_("dee")
    made = await mo.post("/plans", {"id": str(new_id()), "name": "Mine", "text": "# 1: Push A\nBench 3x8"})
    plan = made.headers["hx-location"].removesuffix("/edit")
    await mo.post(f"{plan}/start", {"id": str(new_id()), "starts_on": datetime.now(UTC).date().isoformat()})
    before = await mo.get("/today")
    assert "You are in" not in before.text
    tap = str(new_id())
    assert (await dee.post("/desk/check-ins", {"id": tap, "q": "MO4711", "via": "scan"})).status_code == 200
    behind = await mo.get("/today", htmx=True)  # the phone is taken out again: only what comes next is drawn anew
    assert 'hx-target="#next"' in behind.text
    assert "You are in" in behind.text
    assert "Start Push A" in behind.text
    assert "You are in" not in (await (await as_("pat")).get("/today")).text
    await mo.post("/workouts", {"id": str(new_id()), "source": "free"})
    assert "You are in" not in (await mo.get("/today")).text  # once begun, the workout itself comes first


async def test_a_visit_that_was_taken_back_offers_nothing(as_: As, db: Db, world: World) -> None:
    await hold(db, world, await join(db, world, "mo", "MO4711"), days=10)
    mo, dee = await as_("mo"), await as_("dee")
    await dee.post("/desk/check-ins", {"id": str(new_id()), "q": "MO4711", "via": "scan"})
    assert "You are in" in (await mo.get("/today")).text
    await db.run("update visit set is_undone = true")
    assert "You are in" not in (await mo.get("/today")).text
