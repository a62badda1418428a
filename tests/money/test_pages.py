"""Selling, paying and counting, as whole requests; and what members arrange by themselves."""

import re
from datetime import timedelta

import pytest

from app.db import new_id
from app.members import actions as members
from app.members import queries
from app.members.rules import GymRules, status
from app.money import queries as ledger
from tests.members.conftest import Gym
from tests.members.conftest import gym as gym

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def owed(gym: Gym, key: str = "mo") -> int:
    return (await ledger.account(gym.db, await queries.payer_of(gym.db, gym.member(key)), "EUR")).balance


async def test_lou_is_renewed_and_pays_in_one_go(gym: Gym, as_) -> None:
    old = await gym.sell("lou", days_ago=60)
    dee = await as_("dee")
    form = {"id": str(new_id()), "type_id": str(gym.type("month")), "method": "cash", "from_end": "on", "renews_id": str(old.id)}
    for _ in range(2):
        answer = await dee.post(f"/members/{gym.member('lou')}/memberships", form)
        assert answer.status_code == 200
    assert 'hx-target="#sold"' in answer.text
    assert len(await queries.held_by(gym.db, gym.member("lou"))) == 2
    assert await owed(gym, "lou") == 6400  # the old debt; the renewal is paid


async def test_an_overlap_is_said_at_the_field(gym: Gym, as_) -> None:
    await gym.sell("mo")
    form = {"id": str(new_id()), "type_id": str(gym.type("year")), "method": "later", "starts_on": gym.today.isoformat()}
    dee = await as_("dee")
    from app import clock

    form["starts_on"] = clock.now().date().isoformat()
    await gym.db.run(
        "update membership set starts_on = $1::date, ends_on = $1::date + 30, sold_starts_on = $1::date, sold_ends_on = $1::date + 30",
        clock.now().date(),
    )
    answer = await dee.post(f"/members/{gym.member('mo')}/memberships", form)
    assert answer.status_code == 409
    assert "There is a membership of this kind until" in answer.text


async def test_fay_is_frozen_and_thawed_from_the_record(gym: Gym, as_) -> None:
    from app import clock

    today = clock.now().astimezone(gym.dee.zone).date()
    sold = await gym.sell("fay")
    await gym.db.run(
        "update membership set starts_on = $1::date, ends_on = $1::date + 30, sold_starts_on = $1::date, sold_ends_on = $1::date + 30",
        today,
    )
    dee, path = await as_("dee"), f"/members/{gym.member('fay')}/memberships/{sold.id}"
    form = {"id": str(new_id()), "starts_on": today.isoformat(), "ends_on": (today + 9 * DAY).isoformat(), "why": "Holiday"}
    assert "Frozen" in (await dee.post(f"{path}/freeze", form)).text
    (held,) = await queries.held_by(gym.db, gym.member("fay"))
    assert (held.ends_on, status(held, today).code) == (today + 40 * DAY, "frozen")
    assert (await dee.post(path, {"id": str(new_id()), "act": "thaw"})).status_code == 200
    (held,) = await queries.held_by(gym.db, gym.member("fay"))
    assert (held.ends_on, status(held, today).code) == (today + 30 * DAY, "active")
    for act, code in (
        ("suspend", "suspended"),
        ("lift", "active"),
        ("cancel", "active"),
        ("keep", "active"),
        ("take_back", "cancelled"),
    ):
        assert (await dee.post(path, {"id": str(new_id()), "act": act, "why": "Because"})).status_code == 200, act
        (held,) = await queries.held_by(gym.db, gym.member("fay"))
        assert status(held, today).code == code, act
    assert await owed(gym, "fay") == 0


async def test_a_freeze_that_is_refused_keeps_what_was_typed(gym: Gym, as_) -> None:
    sold = await gym.sell("fay")
    form = {"id": str(new_id()), "starts_on": "2020-01-01", "ends_on": "2020-02-01", "why": "Time machine"}
    answer = await (await as_("dee")).post(f"/members/{gym.member('fay')}/memberships/{sold.id}/freeze", form)
    assert answer.status_code == 409
    assert "Time machine" in answer.text


async def test_a_payment_is_taken_once_and_printed(gym: Gym, as_) -> None:
    await gym.sell("mo")
    dee, path = await as_("dee"), f"/members/{gym.member('mo')}/payments"
    assert 'value="64.00"' in (await dee.get(path)).text
    form = {"id": str(new_id()), "amount": "64,00", "method": "cash"}
    for _ in range(2):
        answer = await dee.post(path, form)
        assert answer.status_code == 200
    assert await owed(gym) == 0
    receipt = re.search(r'href="(/receipts/[^"]+)"', answer.text)
    assert receipt
    assert "€64.00" in (await dee.get(receipt[1])).text
    assert (await (await as_("mo")).get(receipt[1])).status_code == 200
    assert (await (await as_("lou")).get(receipt[1])).status_code == 404


@pytest.mark.parametrize("amount", ["", "0", "-5", "abc", "1e99", "99999999999", "NaN", "Infinity", "1.000.000.000"])
async def test_amounts_that_are_no_payment(gym: Gym, as_, amount: str) -> None:
    answer = await (await as_("dee")).post(
        f"/members/{gym.member('mo')}/payments", {"id": str(new_id()), "amount": amount, "method": "cash"}
    )
    assert answer.status_code in (409, 422)
    assert await owed(gym) == 0


async def test_the_desk_gives_no_money_back_and_sees_no_totals(gym: Gym, as_) -> None:
    await gym.sell("mo")
    dee, mo = await as_("dee"), gym.member("mo")
    for path in ("refunds", "write-offs"):
        assert (
            await dee.post(f"/members/{mo}/{path}", {"id": str(new_id()), "amount": "1", "method": "cash", "note": "x"})
        ).status_code == 403
    assert (await dee.get("/money")).status_code == 403
    text = (await dee.get(f"/members/{mo}/payments")).text
    assert "Give money back" not in text
    assert "Take back" not in text


async def test_max_refunds_reverses_and_writes_off(gym: Gym, as_) -> None:
    await gym.sell("mo")
    boss, mo = await as_("max"), gym.member("mo")
    await boss.post(f"/members/{mo}/payments", {"id": str(new_id()), "amount": "10", "method": "cash"})
    given = await boss.post(
        f"/members/{mo}/refunds", {"id": str(new_id()), "amount": "4", "method": "cash", "note": "Shaker was broken"}
    )
    assert given.status_code == 200
    too_much = await boss.post(
        f"/members/{mo}/refunds", {"id": str(new_id()), "amount": "40", "method": "cash", "note": "Greedy"}
    )
    assert too_much.status_code == 409
    assert "Greedy" in too_much.text
    line = await gym.db.value("select id from ledger_line where code = 'joining_fee'")
    assert (
        await boss.post(f"/members/{mo}/lines/{line}/reversal", {"id": str(new_id()), "note": "A friend of Ana"})
    ).status_code == 200
    assert (await boss.post(f"/members/{mo}/lines/{line}/reversal", {"id": str(new_id()), "note": "Again"})).status_code == 409
    assert await owed(gym) == 4900 - 600
    off = await boss.post(f"/members/{mo}/write-offs", {"id": str(new_id()), "amount": "43", "note": "Moved away"})
    assert off.status_code == 200
    assert await owed(gym) == 0


async def test_another_members_line_is_not_reversed_from_here(gym: Gym, as_) -> None:
    await gym.sell("mo")
    line = await gym.db.value("select id from ledger_line limit 1")
    answer = await (await as_("max")).post(
        f"/members/{gym.member('lou')}/lines/{line}/reversal", {"id": str(new_id()), "note": "x"}
    )
    assert answer.status_code == 404


async def test_something_small_is_charged(gym: Gym, as_) -> None:
    dee = await as_("dee")
    form = {"id": str(new_id()), "amount": "3,50", "note": "Protein bar"}
    assert "Protein bar" in (await dee.post(f"/members/{gym.member('mo')}/charges", form)).text
    assert await owed(gym) == 350


async def test_a_drawer_from_opening_to_counting(gym: Gym, as_) -> None:
    dee = await as_("dee")
    await dee.post("/till", {"id": str(new_id()), "amount": "50"})
    await dee.post(f"/members/{gym.member('mo')}/payments", {"id": str(new_id()), "amount": "10", "method": "cash"})
    page = (await dee.get("/till")).text
    assert "€60.00" in page
    path = re.search(r'action="(/till/[^"]+/count)"', page)
    assert path
    closed = await dee.post(path[1], {"amount": "59", "note": "A coin short"})
    shift = await dee.get(closed.headers["hx-location"])
    assert "-€1.00" in shift.text or "−€1.00" in shift.text
    assert (await (await as_("ana")).get(closed.headers["hx-location"])).status_code == 200
    other = await as_("max")
    assert (await other.post(path[1], {"amount": "1"})).status_code == 404


async def test_owners_see_takings_and_debts(gym: Gym, as_) -> None:
    await gym.sell("lou", days_ago=70)
    ana = await as_("ana")
    text = (await ana.get("/money")).text
    assert "Lou Bianchi" in text
    assert "€64.00" in text
    for month in ("2026-01", "nonsense", "0001-01", "9999-12", "2026-13", ""):
        assert (await ana.get(f"/money?month={month}")).status_code == 200


# By themselves


@pytest.fixture
async def running(gym: Gym) -> Gym:
    """Mo holds a month that began today, whenever these tests run."""
    from app import clock

    today = clock.now().astimezone(gym.dee.zone).date()
    await gym.sell("mo")
    await gym.db.run(
        "update membership set starts_on = $1::date, ends_on = $1::date + 29, sold_starts_on = $1::date, sold_ends_on = $1::date + 29",
        today,
    )
    return Gym(gym.db, gym.dee, gym.ana, clock.now(), today)


async def test_mo_reads_what_a_freeze_costs_and_then_freezes(running: Gym, as_) -> None:
    gym = running
    await members.set_rules(gym.db, gym.dee, GymRules(freeze_fee=500), now=gym.now)
    (held,) = await queries.held_by(gym.db, gym.member("mo"))
    mo, path = await as_("mo"), f"/me/membership/{held.id}/freeze"
    assert (await mo.get(path)).status_code == 200
    dates = {
        "id": str(new_id()),
        "starts_on": gym.today.isoformat(),
        "ends_on": (gym.today + 9 * DAY).isoformat(),
        "why": "holiday",
    }
    plan = (await mo.get(path, params=dates)).text
    assert "€5.00" in plan
    assert await gym.db.value("select count(*) from membership_freeze") == 0
    for _ in range(2):
        assert (await mo.post(path, dates)).headers["hx-location"] == "/me/membership"
    assert await owed(gym) == 6400 + 500
    (held,) = await queries.held_by(gym.db, gym.member("mo"))
    assert held.ends_on == gym.today + 39 * DAY
    assert (await mo.post(f"/me/membership/{held.id}/thaw", {"id": str(new_id())})).status_code == 200
    (held,) = await queries.held_by(gym.db, gym.member("mo"))
    assert held.ends_on == gym.today + 29 * DAY


async def test_a_freeze_against_the_gyms_rules_says_which(running: Gym, as_) -> None:
    (held,) = await queries.held_by(running.db, running.member("mo"))
    dates = {"id": str(new_id()), "starts_on": running.today.isoformat(), "ends_on": (running.today + DAY).isoformat()}
    answer = await (await as_("mo")).post(f"/me/membership/{held.id}/freeze", dates)
    assert answer.status_code == 409
    assert "At least 7 days." in answer.text


async def test_mo_reads_what_cancelling_returns_and_then_cancels_and_stays_after_all(running: Gym, as_) -> None:
    (held,) = await queries.held_by(running.db, running.member("mo"))
    mo, path = await as_("mo"), f"/me/membership/{held.id}"
    text = (await mo.get(f"{path}/cancel")).text
    assert "€24.50" in text  # 15 of 30 days
    assert (await mo.post(f"{path}/cancel", {"id": str(new_id()), "why": "moving"})).headers["hx-location"] == "/me/membership"
    assert await owed(running) == 6400 - 2450
    assert "You may come until" in (await mo.get("/me/membership")).text
    assert (await mo.post(f"{path}/keep", {"id": str(new_id())})).status_code == 200
    assert await owed(running) == 6400


async def test_renewing_opens_when_the_gym_says(running: Gym, as_) -> None:
    mo = await as_("mo")
    form = {"id": str(new_id()), "type_id": str(running.type("month"))}
    await members.set_rules(running.db, running.dee, GymRules(renew_days_before=5), now=running.now)
    assert "Renewing is possible from" in (await mo.get("/me/membership/renew")).text
    assert (await mo.post("/me/membership/renew", form)).status_code == 409
    await members.set_rules(running.db, running.dee, GymRules(renew_days_before=30), now=running.now)
    for _ in range(2):
        assert (await mo.post("/me/membership/renew", form)).headers["hx-location"] == "/me/membership"
    held = await queries.held_by(running.db, running.member("mo"))
    assert [one.starts_on for one in held] == [running.today + 30 * DAY, running.today]
    assert await owed(running) == 6400 + 4900
    assert (await mo.post("/me/membership/renew", {**form, "id": str(new_id())})).status_code == 409


async def test_nobody_touches_another_members_membership(running: Gym, as_) -> None:
    (held,) = await queries.held_by(running.db, running.member("mo"))
    lou = await as_("lou")
    for path in ("freeze", "cancel"):
        assert (await lou.get(f"/me/membership/{held.id}/{path}")).status_code == 404
    for path in ("freeze", "cancel", "keep", "thaw"):
        form = {"id": str(new_id()), "starts_on": "2027-01-01", "ends_on": "2027-01-20"}
        assert (await lou.post(f"/me/membership/{held.id}/{path}", form)).status_code == 404


async def test_what_is_shared_is_seen_but_not_cancelled_by_others(gym: Gym, as_) -> None:
    sold = await gym.sell("kim", "family")
    await members.join_household(gym.db, gym.dee, await gym.db.value("select id from household"), gym.member("pat"), now=gym.now)
    pat = await as_("pat")
    assert "Family pack" in (await pat.get("/me/membership")).text
    assert (await pat.post(f"/me/membership/{sold.id}/cancel", {"id": str(new_id())})).status_code == 404


async def test_staff_without_a_membership_get_a_page_too(gym: Gym, as_) -> None:
    assert "You are not a member here" in (await (await as_("dee")).get("/me/membership")).text


async def test_withdrawn_or_unknown_types_are_not_renewed_with(running: Gym, as_) -> None:
    mo = await as_("mo")
    await members.withdraw(running.db, running.ana, running.type("year"), is_active=False, now=running.now)
    for type_id in (running.type("year"), running.type("day"), new_id()):
        assert (await mo.post("/me/membership/renew", {"id": str(new_id()), "type_id": str(type_id)})).status_code == 409
