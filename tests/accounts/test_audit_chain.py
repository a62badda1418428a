"""The audit is a chain: every line sealed over the one before, so that nothing is changed or lost unseen."""

import asyncio
from typing import Any

import asyncpg
import pytest

from app.accounts.actions import audit
from app.accounts.queries.audit import chain
from app.clock import now
from tests.conftest import Committed


async def write(committed: Committed, act: str) -> None:
    async with committed.database.work() as db:
        await audit(db, None, act, now=now(), after={"of": act})


async def behind_our_back(committed: Committed, sql: str) -> None:
    """As somebody would who owns the machine: the triggers are switched off first."""
    committed.cluster.psql(f"set session_replication_role = replica; {sql}", committed.name)


async def test_lines_that_are_written_at_once_make_one_whole_chain(committed: Committed) -> None:
    before = await chain(committed.db)
    await asyncio.gather(*(write(committed, f"act.{number}") for number in range(20)))
    found = await chain(committed.db)
    assert (found.is_whole, found.lines, found.head != before.head) == (True, before.lines + 20, True)


@pytest.mark.parametrize(
    "sql",
    [
        "update audit_line set act = 'act.9' where act = 'act.1'",
        "update audit_line set after = null where act = 'act.1'",
        "delete from audit_line where act = 'act.1'",
        "delete from audit_line where act = 'act.2'",
        "delete from audit_seal where line_id = (select id from audit_line where act = 'act.1'); delete from audit_line where act = 'act.1'",
        "insert into audit_line (id, at, act) values (gen_random_uuid(), now(), 'act.0')",
        "update audit_seal set hash = '' where seq = (select max(seq) from audit_seal)",
    ],
)
async def test_what_is_changed_behind_our_back_is_seen(committed: Committed, sql: str) -> None:
    for number in range(3):
        await write(committed, f"act.{number}")
    assert (await chain(committed.db)).is_whole
    await behind_our_back(committed, sql)
    assert not (await chain(committed.db)).is_whole


async def test_the_house_itself_cannot_touch_a_seal(committed: Committed) -> None:
    await write(committed, "act.1")
    attempts: Any = ("update audit_seal set hash = ''", "delete from audit_seal", "truncate audit_seal")
    for sql in attempts:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="only ever added to"):
            await committed.db.run(sql)
