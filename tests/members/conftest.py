"""The cast as members, with something on sale."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from app.actor import Actor
from app.db import Db, new_id
from app.demo import members as demo
from app.demo.world import PEOPLE
from app.demo.year import actor_of
from app.members.actions import Sold
from app.money import actions as money
from tests.conftest import NOW

TODAY = NOW.date()


@dataclass(frozen=True)
class Gym:
    """The club with its members: shorthand for tests."""

    db: Db
    dee: Actor
    ana: Actor
    now: datetime = NOW
    today: date = TODAY

    def member(self, key: str) -> UUID:
        return demo.member_id(key)

    def type(self, key: str) -> UUID:
        return demo.type_id(key)

    async def sell(self, key: str, kind: str = "month", *, days_ago: int = 0, id: UUID | None = None) -> Sold:
        at = self.now - timedelta(days=days_ago)
        sold = await money.sell(
            self.db,
            self.dee,
            self.member(key),
            self.type(kind),
            starts_on=self.today - timedelta(days=days_ago),
            id=id or new_id(),
            now=at,
        )
        assert isinstance(sold, Sold), sold
        return sold


@asynccontextmanager
async def refused_by_the_database(db: Db, error: type[Exception]) -> AsyncIterator[None]:
    """The statement inside must fail so, and the test's transaction goes on."""
    await db.run("savepoint promise")
    with pytest.raises(error):
        yield
    await db.run("rollback to savepoint promise")


@pytest.fixture
def gym(db: Db) -> Gym:
    """On the ground of that name, see tests/conftest.py."""
    return Gym(db, actor_of(PEOPLE["dee"]), actor_of(PEOPLE["ana"]))
