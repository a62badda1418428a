"""Two desks at once, on a database where COMMIT means COMMIT."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.db import new_id
from app.demo import members as demo
from app.demo.world import PEOPLE
from app.demo.year import actor_of
from app.members import actions
from app.members.actions import Sold
from app.money import actions as money
from tests.conftest import NOW, Committed

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house(committed: Committed) -> Committed:
    async with committed.database.work() as db:
        await demo.stock(db, actor_of(PEOPLE["ana"]), now=NOW - timedelta(days=300))
        await demo.cast(db, joined_on=(NOW - timedelta(days=300)).date(), at=NOW - timedelta(days=300))
    return committed


async def sells(house: Committed, id: Any, kind: str = "month") -> Any:
    async with house.database.work() as db:
        return await money.sell(
            db, actor_of(PEOPLE["dee"]), demo.member_id("mo"), demo.type_id(kind), starts_on=NOW.date(), id=id, now=NOW
        )


async def test_eight_desks_sell_one_membership_once(house: Committed) -> None:
    outcomes = await asyncio.gather(*(sells(house, new_id()) for _ in range(8)))
    assert sum(isinstance(outcome, Sold) for outcome in outcomes) == 1
    assert {outcome.code for outcome in outcomes if not isinstance(outcome, Sold)} == {"overlaps"}
    assert await house.db.value("select balance from account where payer_id = $1", PEOPLE["mo"].id) == 6400


async def test_the_same_sale_from_everywhere_at_once_is_one_sale(house: Committed) -> None:
    id = new_id()
    outcomes = await asyncio.gather(*(sells(house, id) for _ in range(8)))
    assert sorted(outcome.is_new for outcome in outcomes) == [False] * 7 + [True]
    assert await house.db.value("select count(*) from ledger_line") == 2


async def test_without_the_lock_the_database_still_refuses(house: Committed) -> None:
    """The negative control: writers that ask no rule at all. One row, whatever they do."""
    id = new_id()
    await sells(house, id)
    copy = """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on, price,
                  currency, sold_at)
              select $2, member_id, type_id, gym_id, kind, name, ends_on + 1, ends_on + 30, ends_on + 1, ends_on + 30, price, currency, sold_at
                from membership where id = $1"""
    outcomes = await asyncio.gather(*(house.db.run(copy, id, new_id()) for _ in range(8)), return_exceptions=True)
    assert [type(outcome).__name__ for outcome in outcomes].count("int") == 1
    assert {type(outcome).__name__ for outcome in outcomes} == {"int", "ExclusionViolationError"}


async def test_receipts_have_no_gaps_and_no_doubles(house: Committed) -> None:
    same = new_id()

    async def pays(id: Any) -> Any:
        async with house.database.work() as db:
            return await money.take_payment(db, actor_of(PEOPLE["dee"]), PEOPLE["mo"].id, 100, "cash", id=id, now=NOW)

    outcomes = await asyncio.gather(*(pays(same if n < 4 else new_id()) for n in range(16)))
    assert sum(outcome.is_new for outcome in outcomes) == 13
    assert await house.db.column("select receipt from ledger_line order by receipt") == list(range(1, 14))
    assert await house.db.value("select balance from account") == -1300


async def test_two_desks_giving_out_one_card(house: Committed) -> None:
    async def gives(key: str) -> Any:
        async with house.database.work() as db:
            return await actions.give_card(db, actor_of(PEOPLE["dee"]), demo.member_id(key), "777", id=new_id(), now=NOW)

    outcomes = await asyncio.gather(*(gives(key) for key in ("mo", "fay", "lou", "pat")))
    assert [outcome.code if outcome else None for outcome in outcomes].count(None) == 1
    assert await house.db.value("select count(*) from card where code = '777'") == 1


async def test_a_refund_is_never_given_twice(house: Committed) -> None:
    async with house.database.work() as db:
        await money.take_payment(db, actor_of(PEOPLE["dee"]), PEOPLE["mo"].id, 1000, "cash", id=new_id(), now=NOW)

    async def returns() -> Any:
        async with house.database.work() as db:
            return await money.refund(
                db, actor_of(PEOPLE["ana"]), PEOPLE["mo"].id, 1000, "cash", id=new_id(), now=NOW, note="Broken machine"
            )

    outcomes = await asyncio.gather(*(returns() for _ in range(6)))
    assert sum(isinstance(outcome, money.Taken) for outcome in outcomes) == 1
