"""Nobody is told yes before the database has said so: the backend dies before COMMIT, or COMMIT itself refuses.

Here the kills are real, for every form that the cast finds on a page. `tests/lies.py` does the same for every other write that any test
sends, and fails the run when a mutating route was never lied to.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app import db as db_
from app.db import Db
from app.web.front import Front
from tests import lies
from tests.conftest import moved
from tests.every_form import Filled, forms
from tests.every_route import Answer, Somebody, knock
from tests.postgres import create_database
from tests.strangers import sign_in

pytestmark = pytest.mark.real

NUMBERS = itertools.count()
PEOPLE = ("ana", "dee", "mo")
HANDS_OFF: set[str] = {"backups.now", "backups.restore"}


class Saboteur:
    """In the pool's place: hands out real connections, and does something nasty just before a COMMIT."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.lie = ""
        self.lies = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pool, name)

    async def acquire(self) -> "Wrapped":
        return Wrapped(await self.pool.acquire(), self)

    async def release(self, connection: Any) -> None:
        await self.pool.release(connection.connection if isinstance(connection, Wrapped) else connection)

    async def act(self, connection: Any) -> None:
        self.lies += 1
        if self.lie == "refused":
            await connection.execute("insert into lie values (1), (1)")
        else:
            process = connection.get_server_pid()
            await self.pool.fetchval("select pg_terminate_backend($1)", process)
            while await self.pool.fetchval("select exists(select from pg_stat_activity where pid = $1)", process):
                await asyncio.sleep(0)


class Wrapped:
    def __init__(self, connection: Any, saboteur: Saboteur) -> None:
        self.connection, self.saboteur = connection, saboteur

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    async def execute(self, sql: str, *args: Any) -> Any:
        if sql == "commit" and self.saboteur.lie:
            await self.saboteur.act(self.connection)
        return await self.connection.execute(sql, *args)


@dataclass
class House:
    front: Front
    saboteur: Saboteur
    who: dict[str, Somebody]


@pytest.fixture
async def house(cluster: Any, template: str, front: Front, tmp_path: Path) -> AsyncIterator[House]:
    """A house whose COMMIT can be made to lie."""
    name = f"lying_gym_{os.getpid()}_{next(NUMBERS)}"
    create_database(cluster, name, template)
    pool = await db_.open_pool(cluster.dsn(name), size=4)
    await pool.execute("create table lie (n integer unique deferrable initially deferred)")
    saboteur = Saboteur(pool)
    with moved(front, saboteur, dsn=cluster.dsn(name), data=tmp_path):
        await front.sessions.cache.new_epoch()
        who = {key: await signed_in(Db(pool), front, key) for key in PEOPLE}
        yield House(front, saboteur, who)
    pool.terminate()
    cluster.psql(f'drop database "{name}" with (force)')


async def signed_in(db: Db, front: Front, key: str) -> Somebody:
    return Somebody(tuple((await sign_in(front, db, key)).items()))


async def send(house: House, form: Filled) -> Answer:
    return await knock(house.front, "POST", form.action, house.who[form.who], form.body)


async def test_no_form_is_told_yes_before_the_database_said_so(house: House) -> None:
    """For each form: killed before COMMIT, refused at COMMIT, and then the same form once more, honestly."""
    wrong: list[str] = []
    lied: set[str] = set()
    found = await forms(house.front, house.who)
    # Signing out and switching off come last: they end what the others stand on.
    for name, form in sorted(found.items(), key=lambda item: (item[0].startswith("accounts."), item[0])):
        if name in HANDS_OFF:
            continue
        house.who[form.who] = await signed_in(Db(house.saboteur.pool), house.front, form.who)
        if await lie_about(house, name, form, wrong):
            lied.add(name)
    assert not wrong, "\n".join(wrong)
    assert len(lied) >= 20, f"too few forms reached a COMMIT: {sorted(lied)}"
    lies.told |= lied


async def lie_about(house: House, name: str, form: Filled, wrong: list[str]) -> bool:
    """Whether this form reached a COMMIT at all."""
    for lie in ("killed", "refused"):
        house.saboteur.lie, house.saboteur.lies = lie, 0
        answer = await send(house, form)
        house.saboteur.lie = ""
        if not house.saboteur.lies:
            return False
        if answer.status < 400:
            wrong.append(f"{name}: the backend was {lie} at COMMIT, and the answer was {answer.status}")
        if answer.cookies() and any(line.startswith("sid=") for line in answer.cookies()):
            wrong.append(f"{name}: {lie}, and yet a session was handed out")
    answer = await send(house, form)
    if answer.status >= 400 and answer.status != 422:
        wrong.append(f"{name}: the honest retry was answered {answer.status}")
    return answer.status < 400


async def test_the_lie_is_seen_when_nobody_checks(house: House) -> None:
    """The negative control: a unit of work that does not look at COMMIT's answer would pass for a yes."""
    house.saboteur.lie = "refused"
    unit = house.front.database.unit()
    await unit.run("update club set name = 'Lied to'")
    with pytest.raises(db_.CommitFailed):
        await unit.commit()
    house.saboteur.lie = ""
    assert await house.saboteur.pool.fetchval("select name from club") == "Iron Yard"


async def test_the_lie_is_told_to_every_write(as_: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of tests/lies.py: where nobody looks at COMMIT's answer, the next write of any test fails."""

    async def careless(unit: Any) -> None:
        with suppress(Exception):
            await unit.connection.execute("release savepoint work")

    lies.told.discard("accounts.change_me")
    monkeypatch.setattr(db_.Unit, "commit", careless)
    mo = await as_("mo")
    with pytest.raises(AssertionError, match="when COMMIT was killed it answered 200"):
        await mo.post("/me", {"name": "Mo Haddad", "theme": "dark"})
