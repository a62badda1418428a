"""The book: nothing is edited, only reversed; the account is always its sum."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actor import Actor
from app.db import Db, new_id
from app.demo.world import PEOPLE
from app.demo.year import actor_of
from app.money import actions, queries
from app.money.rules import Arrears, Debit, Refused, arrears, drawer, giving_back, signed, still_open, taking
from tests.conftest import NOW
from tests.members.conftest import refused_by_the_database

pytestmark = pytest.mark.anyio
MO = PEOPLE["mo"].id
TODAY = NOW.date()


@pytest.fixture
def dee() -> Actor:
    return actor_of(PEOPLE["dee"])


@pytest.fixture
def ana() -> Actor:
    return actor_of(PEOPLE["ana"])


async def owe(db: Db, actor: Actor, amount: int, days_ago: int = 0) -> UUID:
    id = new_id()
    at = NOW - timedelta(days=days_ago)
    await actions.charge(db, actor, MO, amount, code="other", id=id, now=at, due_on=at.date())
    return id


async def test_lines_are_never_changed_and_never_deleted(db: Db, dee: Actor) -> None:
    await owe(db, dee, 500)
    for sql in (
        "update ledger_line set amount = 1",
        "update ledger_line set note = 'x'",
        "delete from ledger_line",
        "truncate ledger_line",
    ):
        async with refused_by_the_database(db, asyncpg.PostgresError):
            await db.run(sql)
    assert await db.value("select sum(amount) from ledger_line") == 500


async def test_a_payment_has_a_receipt_and_settles(db: Db, dee: Actor) -> None:
    await owe(db, dee, 4900)
    taken = await actions.take_payment(db, dee, MO, 4900, "cash", id=new_id(), now=NOW)
    assert isinstance(taken, actions.Taken)
    assert (taken.balance, taken.receipt) == (0, 1)
    assert (await queries.account(db, MO, "EUR")).owed_since is None


async def test_the_same_payment_twice_is_one_payment_and_other_money_under_its_id_is_refused(db: Db, dee: Actor) -> None:
    id = new_id()
    await actions.take_payment(db, dee, MO, 500, "cash", id=id, now=NOW)
    again = await actions.take_payment(db, dee, MO, 500, "cash", id=id, now=NOW)
    assert isinstance(again, actions.Taken)
    assert not again.is_new
    assert await actions.take_payment(db, dee, MO, 900, "cash", id=id, now=NOW) == Refused("other_act")
    assert (await queries.account(db, MO, "EUR")).balance == -500


async def test_paying_too_much_stays_as_credit(db: Db, dee: Actor) -> None:
    await owe(db, dee, 300)
    await actions.take_payment(db, dee, MO, 1000, "terminal", id=new_id(), now=NOW)
    assert (await queries.account(db, MO, "EUR")).balance == -700


async def test_a_reversal_takes_back_exactly_one_line_once(db: Db, dee: Actor, ana: Actor) -> None:
    line = await owe(db, dee, 500)
    id = new_id()
    assert await actions.reverse(db, ana, line, id=id, now=NOW, note="Typing mistake") is None
    assert await actions.reverse(db, ana, line, id=id, now=NOW, note="Typing mistake") is None
    assert await actions.reverse(db, ana, line, id=new_id(), now=NOW, note="Again") == Refused("reversed_already")
    assert await actions.reverse(db, ana, id, id=new_id(), now=NOW, note="Of a reversal") == Refused("reversed_already")
    assert (await queries.account(db, MO, "EUR")).balance == 0


async def test_a_reversed_payment_is_owed_again_since_then(db: Db, dee: Actor, ana: Actor) -> None:
    await owe(db, dee, 500, days_ago=40)
    id = new_id()
    await actions.take_payment(db, dee, MO, 500, "cash", id=id, now=NOW)
    await actions.reverse(db, ana, id, id=new_id(), now=NOW, note="Card was declined")
    found = await queries.account(db, MO, "EUR")
    assert (found.balance, found.owed_since) == (500, TODAY - timedelta(days=40))


async def test_reversals_that_lie_are_refused_by_the_database(db: Db, dee: Actor) -> None:
    line = await owe(db, dee, 500)
    lie = """insert into ledger_line (id, gym_id, payer_id, kind, amount, currency, reverses_id, at)
             select $2, gym_id, payer_id, kind, $3, currency, id, at from ledger_line where id = $1"""
    async with refused_by_the_database(db, asyncpg.CheckViolationError):
        await db.run(lie, line, new_id(), -400)


async def test_a_charge_cannot_be_negative(db: Db, dee: Actor) -> None:
    sql = "insert into ledger_line (id, gym_id, payer_id, kind, amount, currency, at) values ($1, $2, $3, 'charge', -5, 'EUR', now())"
    async with refused_by_the_database(db, asyncpg.CheckViolationError):
        await db.run(sql, new_id(), dee.gym_id, MO)


async def test_the_oldest_debt_is_settled_first(db: Db, dee: Actor) -> None:
    await owe(db, dee, 1000, days_ago=100)
    await owe(db, dee, 1000, days_ago=70)
    await owe(db, dee, 1000, days_ago=5)
    await actions.take_payment(db, dee, MO, 1300, "cash", id=new_id(), now=NOW)
    (owing,) = await queries.owing(db, (dee.gym_id,), "EUR", TODAY)
    assert (owing.old, owing.quarter, owing.month, owing.fresh) == (0, 700, 0, 1000)
    assert owing.owed_since == TODAY - timedelta(days=70)


async def test_the_database_ages_debts_as_the_rule_does(db: Db, dee: Actor) -> None:
    debits = [Debit(TODAY - timedelta(days=n), 100 + n) for n in (5, 31, 60, 61, 90, 91, 200)]
    for debit in debits:
        await owe(db, dee, debit.amount, (TODAY - debit.due_on).days)
    await actions.take_payment(db, dee, MO, 350, "transfer", id=new_id(), now=NOW)
    (owing,) = await queries.owing(db, (dee.gym_id,), "EUR", TODAY)
    assert Arrears(owing.fresh, owing.month, owing.quarter, owing.old) == arrears(still_open(debits, 350), TODAY)


async def test_a_refund_is_never_more_than_was_paid(db: Db, dee: Actor, ana: Actor) -> None:
    await actions.take_payment(db, dee, MO, 500, "cash", id=new_id(), now=NOW)
    assert await actions.refund(db, ana, MO, 600, "cash", id=new_id(), now=NOW, note="-") == Refused("more_than_paid", 500)
    done = await actions.refund(db, ana, MO, 500, "cash", id=new_id(), now=NOW, note="Moved away")
    assert isinstance(done, actions.Taken)
    assert done.balance == 0


async def test_a_write_off_is_never_more_than_is_owed(db: Db, dee: Actor, ana: Actor) -> None:
    await owe(db, dee, 500)
    assert await actions.write_off(db, ana, MO, 501, id=new_id(), now=NOW, note="-") == Refused("more_than_owed", 500)
    id = new_id()
    assert await actions.write_off(db, ana, MO, 500, id=id, now=NOW, note="Gone") is None
    assert await actions.write_off(db, ana, MO, 500, id=id, now=NOW, note="Gone") is None
    assert (await queries.account(db, MO, "EUR")).balance == 0


async def test_a_drawer_adds_up(db: Db, dee: Actor) -> None:
    await actions.open_shift(db, dee, 5000, id=new_id(), now=NOW)
    await actions.open_shift(db, dee, 9999, id=new_id(), now=NOW)
    await actions.take_payment(db, dee, MO, 1000, "cash", id=new_id(), now=NOW)
    await actions.take_payment(db, dee, MO, 700, "terminal", id=new_id(), now=NOW)
    await actions.refund(db, dee, MO, 300, "cash", id=new_id(), now=NOW, note="-")
    shift = await queries.open_shift(db, dee.gym_id, dee.person_id)
    assert shift is not None
    assert (shift.expected, shift.terminal, shift.payments) == (5700, 700, 2)
    closed = await actions.close_shift(db, dee, shift.id, 5650, note="A coin rolled away", now=NOW)
    assert isinstance(closed, queries.Shift)
    assert (closed.counted_cash, closed.expected_cash) == (5650, 5700)
    again = await actions.close_shift(db, dee, shift.id, 1, note="", now=NOW)
    assert isinstance(again, queries.Shift)
    assert again.counted_cash == 5650


async def test_payments_after_closing_belong_to_no_closed_shift(db: Db, dee: Actor) -> None:
    id = new_id()
    await actions.open_shift(db, dee, 0, id=id, now=NOW)
    await actions.close_shift(db, dee, id, 0, note="", now=NOW)
    await actions.take_payment(db, dee, MO, 1000, "cash", id=new_id(), now=NOW)
    assert await queries.of_shift(db, id) == []


# Rules

amounts = st.integers(1, 10**7)
debits = st.lists(
    st.tuples(st.integers(0, 400), amounts).map(lambda d: Debit(date(2026, 1, 1) + timedelta(days=d[0]), d[1])), max_size=12
)


@given(debits, st.integers(0, 10**8))
def test_what_is_open_is_what_was_owed_less_what_was_paid(owed: list[Debit], paid: int) -> None:
    left = still_open(owed, paid)
    assert sum(d.amount for d in left) == max(0, sum(d.amount for d in owed) - paid)
    assert all(d.amount > 0 for d in left)
    assert arrears(left, date(2027, 6, 1)).total == sum(d.amount for d in left)


@given(debits, st.integers(0, 10**8))
def test_paying_never_makes_a_debt_older(owed: list[Debit], paid: int) -> None:
    before, after = still_open(owed, 0), still_open(owed, paid)
    if after:
        assert after[0].due_on >= before[0].due_on


@pytest.mark.parametrize(("days", "bucket"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (999, 3)])
def test_ages_of_debts(days: int, bucket: int) -> None:
    found = arrears([Debit(TODAY - timedelta(days=days), 7)], TODAY)
    assert [found.fresh, found.month, found.quarter, found.old][bucket] == 7


def test_signs() -> None:
    kinds = ("charge", "payment", "refund", "credit", "write_off")
    assert [signed(kind, 5) for kind in kinds] == [5, -5, 5, -5, -5]


def test_amounts_that_are_refused() -> None:
    assert taking(0, 100) == Refused("nothing")
    assert taking(-5, 100) == Refused("nothing")
    assert taking(10**12, 100) == Refused("too_much", 100)
    assert taking(150, 100) is None
    assert giving_back(0, 10) == Refused("nothing")
    assert drawer(100, 50, 30) == 120


@given(st.lists(st.tuples(st.sampled_from(["charge", "payment", "refund", "credit", "write_off"]), amounts), max_size=30))
def test_a_balance_is_the_sum_of_its_lines_in_any_order(lines: list[tuple[str, int]]) -> None:
    there = sum(signed(kind, amount) for kind, amount in lines)
    back = sum(signed(kind, amount) for kind, amount in reversed(lines))
    assert there == back


async def test_the_account_is_the_sum_of_its_lines_after_any_history(db: Db, dee: Actor, ana: Actor) -> None:
    """A hundred random acts of every kind; after each one the account is the sum, and what is open is what is owed."""
    chance = Random(7)
    lines: list[UUID] = []
    for _ in range(100):
        id, amount = new_id(), chance.randrange(1, 5000)
        at = NOW - timedelta(days=chance.randrange(200))
        match chance.randrange(6):
            case 0 | 1:
                await actions.charge(db, dee, MO, amount, code="other", id=id, now=at, due_on=at.date())
            case 2:
                await actions.take_payment(db, dee, MO, amount, "cash", id=id, now=at)
            case 3:
                await actions.refund(db, ana, MO, amount, "cash", id=id, now=at, note="-")
            case 4:
                await actions.write_off(db, ana, MO, amount, id=id, now=at, note="-")
            case 5:
                if lines:
                    await actions.reverse(db, ana, chance.choice(lines), id=id, now=at, note="-")
        lines.append(id)
        found = await queries.account(db, MO, "EUR")
        total = await db.value("select coalesce(sum(amount), 0) from ledger_line where payer_id = $1", MO)
        left = await db.value("select coalesce(sum(open), 0) from ledger_open($1, 'EUR')", MO)
        assert found.balance == total
        assert left == max(total, 0) or total < 0
        assert (found.owed_since is not None) == (found.balance > 0)
