"""Connections on hand, over a real database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import asyncpg
import pytest

from app import db
from app.pool import Pool

PID = "select pg_backend_pid()"


@pytest.fixture
async def pool(shared_dsn: str) -> AsyncIterator[Pool]:
    pool = await db.open_pool(shared_dsn, size=2)
    yield pool
    pool.terminate()


async def soon(what: Awaitable[Any]) -> Any:
    return await asyncio.wait_for(what, 10)


async def test_the_same_connection_is_lent_again_while_one_is_enough(pool):
    assert {await pool.fetchval(PID) for _ in range(5)} == {await pool.fetchval(PID)}
    assert (pool.get_size(), pool.get_idle_size(), pool.get_max_size()) == (1, 1, 2)


async def test_whoever_comes_when_all_are_lent_gets_the_first_that_comes_back(pool):
    one, two = await pool.acquire(), await pool.acquire()
    third, fourth = asyncio.ensure_future(pool.take()), asyncio.ensure_future(pool.take())
    await asyncio.sleep(0)
    pool.put_back(two)
    assert await soon(third) is two
    assert not fourth.done()
    pool.put_back(one)
    assert await soon(fourth) is one


async def test_who_gives_up_waiting_takes_nobodys_turn(pool):
    one, two = await pool.acquire(), await pool.acquire()
    tired, patient = asyncio.ensure_future(pool.take()), asyncio.ensure_future(pool.take())
    await asyncio.sleep(0)
    pool.put_back(one)  # it is the tired one's turn
    tired.cancel()
    assert await soon(patient) is one
    pool.put_back(two)
    assert pool.get_idle_size() == 1


@pytest.mark.parametrize("said", ["select 1 / 0", "select nonsense", "select $1::int"])
async def test_what_the_server_or_the_driver_refuses_costs_no_connection(pool, said):
    before = await pool.fetchval(PID)
    with pytest.raises((asyncpg.PostgresError, asyncpg.DataError)):
        await pool.fetch(said, *(["no number"] if "$1" in said else []))
    assert await pool.fetchval(PID) == before


async def test_a_connection_whose_statement_was_cut_off_is_not_lent_again(pool):
    async with asyncio.timeout(10), pool.acquire() as other:
        sleeping = asyncio.ensure_future(pool.fetch("select pg_sleep(60)"))
        busy = (
            "select pid from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active' and pid <> pg_backend_pid()"
        )
        while (before := await other.fetchval(busy)) is None:
            await asyncio.sleep(0)
    sleeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sleeping
    assert before not in {await pool.fetchval(PID) for _ in range(3)}
    one, two = await soon(pool.take()), await soon(pool.take())
    assert one is not two


async def test_a_transaction_that_nobody_ended_goes_with_its_connection(pool):
    async with pool.acquire() as connection:
        before = await connection.fetchval(PID)
        await connection.execute("begin")
    assert await pool.fetchval(PID) != before


async def test_a_connection_that_the_server_ended_is_made_anew(pool, shared_dsn):
    before = await pool.fetchval(PID)
    killer = await asyncpg.connect(shared_dsn)
    await killer.fetchval("select pg_terminate_backend($1, 5000)", before)
    async with asyncio.timeout(10):
        while pool.free and not pool.free[0].is_closed():
            await asyncio.sleep(0)
    assert await pool.fetchval(PID) != before
    await killer.close()


async def test_a_wrong_address_is_an_error_for_everybody_who_waits():
    pool = Pool("postgresql://nobody@/nowhere?host=/nowhere", size=1)
    said = await soon(asyncio.gather(*(pool.fetch("select 1") for _ in range(3)), return_exceptions=True))
    assert all(isinstance(each, OSError) for each in said)


async def test_what_nobody_needed_for_a_while_is_closed_but_for_one(pool):
    one, two = await pool.acquire(), await pool.acquire()
    pool.put_back(one)
    pool.put_back(two)
    pool._rest()
    assert pool.get_size() == 2, "both were in use since the last look"
    pool._rest()
    assert (pool.get_size(), pool.get_idle_size()) == (1, 1)


async def test_it_closes_when_the_last_one_has_come_back_and_lends_none_after(pool):
    one = await pool.acquire()
    closing = asyncio.ensure_future(pool.close())
    await asyncio.sleep(0)
    assert await one.fetchval("select 1") == 1, "whoever has one may finish"
    await pool.release(one)
    await soon(closing)
    assert one.is_closed()
    with pytest.raises(asyncpg.InterfaceError):
        await pool.fetch("select 1")
