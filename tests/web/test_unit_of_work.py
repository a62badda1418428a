"""Nothing says yes before COMMIT."""

import asyncio
from typing import Any

import asyncpg
import pytest

from app.db import CommitFailed, Database, Db, Unit, new_id, open_pool
from app.visit import Visit
from app.web.front import Answer
from tests.conftest import Committed


async def test_an_aborted_transaction_does_not_commit_quietly(committed: Committed) -> None:
    unit = Unit(committed.database.pool)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await unit.value("select 1/0")
    with pytest.raises(CommitFailed):
        await unit.commit()


async def test_a_backend_killed_before_commit_is_no_yes(committed: Committed) -> None:
    unit = committed.database.unit("kill")
    await unit.run("update club set name = 'Other'")
    pid = await unit.value("select pg_backend_pid()")
    await committed.db.value("select pg_terminate_backend($1)", pid)
    with pytest.raises(CommitFailed):
        await unit.commit()
    assert await committed.db.value("select name from club") == "Iron Yard"


async def test_the_requests_id_reaches_the_database(committed: Committed) -> None:
    async with committed.database.work("0123abcd") as db:
        assert await db.value("select current_setting('application_name')") == "0123abcd"
    assert await committed.db.value("select current_setting('application_name')") != "0123abcd"


async def test_what_nobody_waits_for_may_take_ten_minutes_and_no_clock_of_a_request_stops_it(committed: Committed) -> None:
    clocks = "select current_setting('statement_timeout'), current_setting('transaction_timeout')"
    before = tuple((await committed.database.pool.fetchrow(clocks)).values())
    async with committed.database.long_work("a night") as db:
        await db.run("select 1")
        assert db.connection is not None
        assert tuple((await db.connection.fetchrow(clocks)).values()) == ("10min", "10min")
    assert tuple((await committed.database.pool.fetchrow(clocks)).values()) == before


async def test_connections_come_back_clean_after_a_failure(committed: Committed) -> None:
    for _try in range(15):  # more than the pool holds
        with pytest.raises(asyncpg.UndefinedTableError):
            async with committed.database.work() as db:
                await db.run("select * from nowhere")
    assert await committed.db.value("select 1") == 1


async def test_a_restarted_postgres_is_found_again_without_a_failed_answer(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committed.app, "patience", (0.1, 0.2, 0.4, 0.8, 1.0))  # the house is shared by the tests that follow
    mo = await committed.as_("mo")
    assert (await mo.get("/")).headers["location"] == "/today"
    await committed.app.sessions.cache.new_epoch()
    await committed.db.value(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()",
        committed.name,
    )
    answers = await asyncio.gather(*(mo.get("/") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.headers["location"] for answer in answers} == {"/today"}


async def test_what_follows_a_commit_and_fails_does_not_deny_it() -> None:
    sent, heard = [], []

    async def broken() -> None:
        raise OSError("the bell is gone")

    async def keep(message: dict[str, Any]) -> None:
        sent.append(message)

    async def listen() -> None:
        heard.append("bell")

    visit = Visit(after=[broken, listen])
    await Answer(None, visit, {"method": "POST", "path": "/"}, {}, keep).send({"type": "http.response.start", "status": 201})  # type: ignore[arg-type]
    assert sent[0]["status"] == 201
    assert heard == ["bell"]


async def test_ids_sort_by_the_moment_they_were_made() -> None:
    ids = []
    for _ in range(3):
        ids.append(new_id())
        await asyncio.sleep(0.002)
    assert ids == sorted(ids)
    assert {id.version for id in ids} == {7}


async def test_rows_become_dataclasses_with_what_is_nested(db: Db) -> None:
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class Inner:
        n: int

    @dataclass(frozen=True)
    class Outer:
        name: str
        inners: list[Inner]

    found = await db.one(Outer, "select 'a' as name, json_agg(json_build_object('n', n)) as inners from generate_series(1, 2) n")
    assert found == Outer("a", [Inner(1), Inner(2)])


async def test_old_poolers_are_spoken_to_without_prepared_statements(committed: Committed) -> None:
    pool = await open_pool(committed.dsn, size=1, statement_cache=False)
    assert await Database(pool).reading().value("select 1") == 1
    await pool.close()
