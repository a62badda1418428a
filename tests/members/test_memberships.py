"""Selling, freezing and ending memberships on a real database."""

from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest

from app.db import new_id
from app.demo.members import PLAIN
from app.members import actions, queries
from app.members.actions import Cancelled, Sold
from app.members.queries import Held
from app.members.rules import Freezing, Refused, Thawing, status
from app.money import actions as money
from app.money import queries as ledger
from tests.members.conftest import Gym, refused_by_the_database

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def balance(gym: Gym, key: str = "mo") -> int:
    return (await ledger.account(gym.db, await queries.payer_of(gym.db, gym.member(key)), "EUR")).balance


async def test_a_sale_writes_the_membership_and_its_charges_together(gym: Gym) -> None:
    sold = await gym.sell("mo")
    assert (sold.starts_on, sold.total) == (gym.today, 6400)
    assert await balance(gym) == 6400
    lines = await ledger.charged_for(gym.db, sold.id)
    assert [(line.code, line.amount) for line in lines] == [("membership", 4900), ("joining_fee", 1500)] or len(lines) == 2


async def test_the_same_sale_sent_twice_is_one_sale(gym: Gym) -> None:
    id = new_id()
    first, second = await gym.sell("mo", id=id), await gym.sell("mo", id=id)
    assert (first.is_new, second.is_new) == (True, False)
    assert await balance(gym) == 6400


async def test_raising_the_price_touches_nothing_sold(gym: Gym) -> None:
    sold = await gym.sell("mo")
    terms = {**PLAIN, "name": "Monthly", "kind": "membership", "price": 9900}
    await actions.offer(gym.db, gym.ana, terms, id=gym.type("month"), now=gym.now)
    (held,) = await queries.held_by(gym.db, gym.member("mo"))
    assert (held.id, held.price) == (sold.id, 4900)


async def test_withdrawing_a_type_touches_nothing_sold_and_sells_no_more(gym: Gym) -> None:
    await gym.sell("mo")
    await actions.withdraw(gym.db, gym.ana, gym.type("month"), is_active=False, now=gym.now)
    (held,) = await queries.held_by(gym.db, gym.member("mo"))
    assert status(held, gym.today).code == "active"
    refused = await money.sell(
        gym.db, gym.dee, gym.member("pat"), gym.type("month"), starts_on=gym.today, id=new_id(), now=gym.now
    )
    assert refused == Refused("withdrawn")


async def test_overlap_is_refused_when_selling(gym: Gym) -> None:
    sold = await gym.sell("mo")
    refused = await money.sell(
        gym.db, gym.dee, gym.member("mo"), gym.type("mornings"), starts_on=sold.ends_on, id=new_id(), now=gym.now
    )
    assert refused == Refused("overlaps", on=sold.ends_on)


async def test_the_database_refuses_an_overlap_that_code_let_through(gym: Gym) -> None:
    sold = await gym.sell("mo")
    copy = """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on, price,
                  currency, sold_at)
              select $2, member_id, type_id, gym_id, kind, name, $3, $4, $3, $4, price, currency, sold_at from membership where id = $1"""
    async with refused_by_the_database(gym.db, asyncpg.ExclusionViolationError):
        await gym.db.run(copy, sold.id, new_id(), sold.ends_on, sold.ends_on + 30 * DAY)
    await gym.db.run(copy, sold.id, new_id(), sold.ends_on + DAY, sold.ends_on + 30 * DAY)


async def test_editing_dates_into_an_overlap_is_refused_too(gym: Gym) -> None:
    sold = await gym.sell("mo")
    later = await money.renew(gym.db, gym.dee, gym.member("mo"), sold.id, None, from_end=True, id=new_id(), now=gym.now)
    assert isinstance(later, Sold)
    async with refused_by_the_database(gym.db, asyncpg.ExclusionViolationError):
        await gym.db.run(
            "update membership set starts_on = starts_on - 1, sold_starts_on = sold_starts_on - 1 where id = $1", later.id
        )


async def test_renewing_from_the_end_follows_at_once_and_asks_no_joining_fee(gym: Gym) -> None:
    sold = await gym.sell("mo", days_ago=10)
    later = await money.renew(gym.db, gym.dee, gym.member("mo"), sold.id, None, from_end=True, id=new_id(), now=gym.now)
    assert isinstance(later, Sold)
    assert later.starts_on == sold.ends_on + DAY
    assert later.total == 4900


async def test_renewing_what_has_ended_starts_today_also_to_another_type(gym: Gym) -> None:
    sold = await gym.sell("lou", days_ago=60)
    later = await money.renew(
        gym.db, gym.dee, gym.member("lou"), sold.id, gym.type("year"), from_end=True, id=new_id(), now=gym.now
    )
    assert isinstance(later, Sold)
    assert (later.starts_on, later.name) == (gym.today, "Yearly")


async def test_a_used_up_pack_is_renewed_from_today(gym: Gym) -> None:
    sold = await gym.sell("pat", "ten")
    await gym.db.run("update membership set visits_left = 0 where id = $1", sold.id)
    again = await money.renew(gym.db, gym.dee, gym.member("pat"), sold.id, None, from_end=True, id=new_id(), now=gym.now)
    assert isinstance(again, Sold)
    assert again.starts_on == gym.today
    await gym.db.run("update membership set visits_left = 1 where id = $1", sold.id)  # an undone visit comes back all the same


async def test_visits_never_go_below_zero_or_above_what_was_sold(gym: Gym) -> None:
    sold = await gym.sell("pat", "ten")
    for wrong in (-1, 11):
        async with refused_by_the_database(gym.db, asyncpg.CheckViolationError):
            await gym.db.run("update membership set visits_left = $2 where id = $1", sold.id, wrong)


async def test_fay_freezes_and_comes_back_early(gym: Gym) -> None:
    sold = await gym.sell("fay")
    fay = gym.member("fay")
    frozen = await actions.freeze(
        gym.db,
        gym.dee,
        fay,
        sold.id,
        starts_on=gym.today,
        ends_on=gym.today + 9 * DAY,
        why="Knee",
        id=new_id(),
        now=gym.now,
        by_staff=True,
    )
    assert isinstance(frozen, Freezing)
    assert frozen.ends_on == sold.ends_on + 10 * DAY
    (held,) = await queries.held_by(gym.db, fay)
    assert status(held, gym.today).code == "frozen"
    back = await actions.thaw(gym.db, gym.dee, fay, sold.id, id=new_id(), now=gym.now + 3 * DAY)
    assert isinstance(back, Thawing)
    (held,) = await queries.held_by(gym.db, fay)
    assert (held.ends_on, status(held, gym.today + 3 * DAY).code) == (sold.ends_on + 3 * DAY, "active")
    again = await actions.thaw(gym.db, gym.dee, fay, sold.id, id=new_id(), now=gym.now + 3 * DAY)
    assert isinstance(again, Thawing)
    assert (await queries.held_by(gym.db, fay))[0].ends_on == sold.ends_on + 3 * DAY


async def test_the_same_freeze_sent_twice_extends_once(gym: Gym) -> None:
    sold = await gym.sell("fay")
    id = new_id()
    for _ in range(2):
        done = await actions.freeze(
            gym.db, gym.dee, gym.member("fay"), sold.id, starts_on=gym.today, ends_on=gym.today + 9 * DAY, why="", id=id, now=gym.now,
            by_staff=True,
        )  # fmt: skip
        assert isinstance(done, Freezing)
    assert (await queries.held_by(gym.db, gym.member("fay")))[0].ends_on == sold.ends_on + 10 * DAY


async def test_freezing_pushes_the_renewal_and_thawing_pulls_it_back(gym: Gym) -> None:
    sold = await gym.sell("fay")
    fay = gym.member("fay")
    later = await money.renew(gym.db, gym.dee, fay, sold.id, None, from_end=True, id=new_id(), now=gym.now)
    assert isinstance(later, Sold)
    await actions.freeze(
        gym.db,
        gym.dee,
        fay,
        sold.id,
        starts_on=gym.today,
        ends_on=gym.today + 20 * DAY,
        why="",
        id=new_id(),
        now=gym.now,
        by_staff=True,
    )
    held = {one.id: one for one in await queries.held_by(gym.db, fay)}
    assert held[later.id].starts_on == held[sold.id].ends_on + DAY == later.starts_on + 21 * DAY
    await actions.thaw(gym.db, gym.dee, fay, sold.id, id=new_id(), now=gym.now)
    held = {one.id: one for one in await queries.held_by(gym.db, fay)}
    assert (held[sold.id].ends_on, held[later.id].starts_on) == (sold.ends_on, later.starts_on)


async def freeze(gym: Gym, key: str, membership_id: UUID, first: int, last: int, id: UUID | None = None) -> Freezing | Refused:
    """Days count from today."""
    days = {"starts_on": gym.today + first * DAY, "ends_on": gym.today + last * DAY}
    return await actions.freeze(
        gym.db, gym.dee, gym.member(key), membership_id, **days, why="", id=id or new_id(), now=gym.now, by_staff=True
    )


async def test_freezing_pushes_a_renewal_that_is_frozen_itself(gym: Gym) -> None:
    """Its holiday stays where it is in the calendar as long as it still lies inside; nothing of it is lost."""
    sold, fay = await gym.sell("fay"), gym.member("fay")
    later = await money.renew(gym.db, gym.dee, fay, sold.id, None, from_end=True, id=new_id(), now=gym.now)
    assert isinstance(later, Sold)
    first = (later.starts_on - gym.today).days
    assert isinstance(await freeze(gym, "fay", later.id, first + 12, first + 18), Freezing)
    assert isinstance(await freeze(gym, "fay", sold.id, 0, 4), Freezing)
    held = {one.id: one for one in await queries.held_by(gym.db, fay)}
    assert (held[later.id].starts_on, held[later.id].ends_on) == (later.starts_on + 5 * DAY, later.ends_on + 12 * DAY)
    assert held[later.id].spells[0].starts_on == later.starts_on + 12 * DAY
    assert isinstance(await freeze(gym, "fay", sold.id, 10, 19), Freezing)
    held = {one.id: one for one in await queries.held_by(gym.db, fay)}
    assert held[later.id].starts_on == later.starts_on + 15 * DAY
    assert (
        held[later.id].spells[0].starts_on == later.starts_on + 22 * DAY
    )  # it would have begun before its membership: it went along
    await actions.thaw(gym.db, gym.dee, fay, sold.id, id=new_id(), now=gym.now)
    held = {one.id: one for one in await queries.held_by(gym.db, fay)}
    assert (held[later.id].starts_on, held[later.id].ends_on) == (later.starts_on + 10 * DAY, later.ends_on + 17 * DAY)
    assert held[sold.id].ends_on + DAY == held[later.id].starts_on


async def test_every_act_sent_twice_is_answered_as_then_and_changes_nothing(gym: Gym) -> None:
    sold, mo = await gym.sell("mo"), gym.member("mo")
    about, now = (gym.db, gym.dee, mo, sold.id), gym.now
    suspended, lifted, ended, kept = new_id(), new_id(), new_id(), new_id()
    assert await actions.suspend(*about, why="Unpaid", id=suspended, now=now) is None
    assert await actions.lift(*about, id=lifted, now=now) is None
    assert await actions.suspend(*about, why="Unpaid", id=suspended, now=now) is None
    assert status((await queries.held_by(gym.db, mo))[0], gym.today).code == "active", "the old tap suspended anew"
    first = await money.cancel(*about, why="", id=ended, now=now, by_staff=True)
    assert isinstance(await money.keep(*about, id=kept, now=now), Held)
    owed = await balance(gym, "mo")
    assert await money.cancel(*about, why="", id=ended, now=now + 3 * DAY, by_staff=True) == first
    assert (await balance(gym, "mo"), (await queries.held_by(gym.db, mo))[0].cancelled_on) == (owed, None)
    await money.cancel(*about, why="", id=new_id(), now=now, by_staff=True)
    credited = await balance(gym, "mo")
    assert isinstance(await money.keep(*about, id=kept, now=now), Held)
    assert (await balance(gym, "mo"), (await queries.held_by(gym.db, mo))[0].cancelled_on is None) == (credited, False)


async def test_a_refused_act_stays_refused_under_its_id_and_the_id_is_for_nothing_else(gym: Gym) -> None:
    sold, fay = await gym.sell("fay"), gym.member("fay")
    id = new_id()
    no = await actions.thaw(gym.db, gym.dee, fay, sold.id, id=id, now=gym.now)
    assert no == Refused("not_frozen")
    assert isinstance(await freeze(gym, "fay", sold.id, 0, 9), Freezing)
    assert await actions.thaw(gym.db, gym.dee, fay, sold.id, id=id, now=gym.now) == no
    assert await actions.lift(gym.db, gym.dee, fay, sold.id, id=id, now=gym.now) == Refused("other_act")
    again = new_id()
    answers = [await actions.thaw(gym.db, gym.dee, fay, sold.id, id=again, now=gym.now + n * DAY) for n in (2, 5)]
    assert answers[0] == answers[1]
    assert isinstance(answers[0], Thawing)


async def test_a_freeze_by_the_member_costs_what_the_gym_says(gym: Gym) -> None:
    await actions.set_rules(gym.db, gym.ana, queries.sold.GymRules(freeze_fee=700), now=gym.now)
    sold = await gym.sell("fay")
    done = await money.freeze(
        gym.db, gym.dee, gym.member("fay"), sold.id, starts_on=gym.today, ends_on=gym.today + 9 * DAY, why="", id=new_id(), now=gym.now,
        by_staff=False,
    )  # fmt: skip
    assert isinstance(done, Freezing)
    assert await balance(gym, "fay") == 6400 + 700


async def test_suspended_does_not_extend(gym: Gym) -> None:
    sold = await gym.sell("mo")
    assert await actions.suspend(gym.db, gym.dee, gym.member("mo"), sold.id, why="Unpaid", id=new_id(), now=gym.now) is None
    (held,) = await queries.held_by(gym.db, gym.member("mo"))
    assert (status(held, gym.today).code, held.ends_on) == ("suspended", sold.ends_on)
    await actions.lift(gym.db, gym.dee, gym.member("mo"), sold.id, id=new_id(), now=gym.now + 5 * DAY)
    (held,) = await queries.held_by(gym.db, gym.member("mo"))
    assert (status(held, gym.today).code, held.ends_on) == ("active", sold.ends_on)


async def test_cancelling_with_notice_gives_the_paid_days_back_as_credit(gym: Gym) -> None:
    sold = await gym.sell("mo")
    done = await money.cancel(
        gym.db, gym.dee, gym.member("mo"), sold.id, why="Moving away", id=new_id(), now=gym.now, by_staff=True
    )
    assert isinstance(done, Cancelled)
    length = (sold.ends_on - sold.starts_on).days + 1
    assert done.what.cancelled_on == gym.today + 15 * DAY
    assert done.what.amount_returned == 4900 * (length - 15) // length
    assert await balance(gym) == 6400 - done.what.amount_returned
    again = await money.cancel(gym.db, gym.dee, gym.member("mo"), sold.id, why="", id=new_id(), now=gym.now, by_staff=True)
    assert isinstance(again, Refused)
    assert await balance(gym) == 6400 - done.what.amount_returned


async def test_cancelling_ends_the_renewal_with_it_and_returns_its_whole_price(gym: Gym) -> None:
    sold = await gym.sell("mo")
    later = await money.renew(gym.db, gym.dee, gym.member("mo"), sold.id, None, from_end=True, id=new_id(), now=gym.now)
    assert isinstance(later, Sold)
    done = await money.cancel(gym.db, gym.dee, gym.member("mo"), sold.id, why="", id=new_id(), now=gym.now, by_staff=True)
    assert isinstance(done, Cancelled)
    assert [what.amount_returned for _held, what in done.later] == [4900]


async def test_changing_ones_mind_keeps_the_membership_and_takes_the_credit_back(gym: Gym) -> None:
    sold = await gym.sell("mo")
    await money.cancel(gym.db, gym.dee, gym.member("mo"), sold.id, why="", id=new_id(), now=gym.now, by_staff=True)
    assert not isinstance(await money.keep(gym.db, gym.dee, gym.member("mo"), sold.id, id=new_id(), now=gym.now + DAY), Refused)
    assert await balance(gym) == 6400
    done = await money.cancel(
        gym.db, gym.dee, gym.member("mo"), sold.id, why="", id=new_id(), now=gym.now + 2 * DAY, by_staff=True
    )
    assert isinstance(done, Cancelled)
    assert await balance(gym) == 6400 - done.what.amount_returned


async def test_a_sale_by_mistake_is_taken_back_on_the_same_day(gym: Gym) -> None:
    sold = await gym.sell("mo")
    assert (
        await money.take_back_sale(gym.db, gym.dee, gym.member("mo"), sold.id, id=new_id(), now=gym.now, note="Wrong type")
        is None
    )
    assert await balance(gym) == 0
    assert (await gym.sell("mo", "year")).joining_fee == 0


async def test_day_pass_is_sold_charged_and_paid_in_one_go(gym: Gym) -> None:
    id = new_id()
    for _ in range(2):
        done = await money.sell_day_pass(gym.db, gym.dee, gym.member("lou"), gym.type("day"), "cash", id=id, now=gym.now)
        assert isinstance(done, money.DayPass)
        assert (done.sold.ends_on, done.taken and done.taken.amount) == (gym.today, 900)
    assert await balance(gym, "lou") == 0
    assert len(await ledger.lines(gym.db, gym.dee.person_id, gym.member("lou"))) == 2


async def test_a_trial_is_had_once(gym: Gym) -> None:
    first = await money.sell_day_pass(
        gym.db, gym.dee, gym.member("lou"), gym.type("trial"), "cash", id=new_id(), now=gym.now - 30 * DAY
    )
    assert isinstance(first, money.DayPass)
    again = await money.sell_day_pass(gym.db, gym.dee, gym.member("lou"), gym.type("trial"), "cash", id=new_id(), now=gym.now)
    assert again == Refused("trial_had")


async def test_the_sql_status_is_the_rules_status(gym: Gym) -> None:
    """Lists filter by status in SQL; the rule is the truth. They must agree on every day of every history."""
    sold = await gym.sell("fay", days_ago=5)
    await actions.freeze(
        gym.db, gym.dee, gym.member("fay"), sold.id, starts_on=gym.today, ends_on=gym.today + 9 * DAY, why="", id=new_id(), now=gym.now,
        by_staff=True,
    )  # fmt: skip
    await actions.thaw(gym.db, gym.dee, gym.member("fay"), sold.id, id=new_id(), now=gym.now + 4 * DAY)
    mo = await gym.sell("mo")
    await money.cancel(gym.db, gym.dee, gym.member("mo"), mo.id, why="", id=new_id(), now=gym.now, by_staff=True)
    lou = await gym.sell("lou")
    await actions.suspend(gym.db, gym.dee, gym.member("lou"), lou.id, why="", id=new_id(), now=gym.now + 3 * DAY)
    pat = await gym.sell("pat", "ten")
    await gym.db.run("update membership set visits_left = 0 where id = $1", pat.id)
    for key in ("fay", "mo", "lou", "pat"):
        (held,) = await queries.held_by(gym.db, gym.member(key))
        for n in range(-8, 120):
            day = gym.today + n * DAY
            in_sql = await gym.db.value(
                f"select {queries.status_sql('s', '$2::date')} from membership s where id = $1", held.id, day
            )
            assert in_sql == status(held, day).code, (key, day)


async def test_zones_decide_what_today_is(gym: Gym) -> None:
    """Half past eleven at night in UTC is tomorrow at the gym; the sale starts on the gym's day."""
    late = gym.now.replace(hour=23, minute=30)
    done = await money.sell_day_pass(gym.db, gym.dee, gym.member("mo"), gym.type("day"), "cash", id=new_id(), now=late)
    assert isinstance(done, money.DayPass)
    assert done.sold.starts_on == date(2026, 11, 22)


async def test_yesterdays_sale_is_not_taken_back_once_it_runs(gym: Gym) -> None:
    sold = await gym.sell("mo", days_ago=1)
    refused = await money.take_back_sale(gym.db, gym.dee, gym.member("mo"), sold.id, id=new_id(), now=gym.now, note="Too late")
    assert refused == Refused("too_late")
    assert await balance(gym) == 6400


async def test_a_pack_that_was_used_today_is_not_taken_back(gym: Gym) -> None:
    sold = await gym.sell("pat", "ten")
    await gym.db.run("update membership set visits_left = 9 where id = $1", sold.id)
    refused = await money.take_back_sale(
        gym.db, gym.dee, gym.member("pat"), sold.id, id=new_id(), now=gym.now, note="Used already"
    )
    assert refused == Refused("too_late")


async def test_a_sale_made_after_midnight_at_the_gym_is_todays(gym: Gym) -> None:
    """00:30 at the gym is 23:30 of the day before in UTC: still the gym's today."""
    at = gym.now.replace(hour=23, minute=30)
    id = new_id()
    sold = await money.sell(gym.db, gym.dee, gym.member("mo"), gym.type("month"), starts_on=date(2026, 11, 22), id=id, now=at)
    assert isinstance(sold, Sold)
    assert (
        await money.take_back_sale(gym.db, gym.dee, gym.member("mo"), id, id=new_id(), now=at + timedelta(hours=12), note="Oops")
        is None
    )
