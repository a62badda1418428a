"""Movements for every test of training."""

from collections.abc import Awaitable, Callable

import pytest

from app.db import Db
from tests.conftest import Client
from tests.training.lifting import Lifter, settle


@pytest.fixture
async def movements(db: Db) -> None:
    await settle(db)


@pytest.fixture
def lifter(db: Db, movements: None, as_: Callable[[str], Awaitable[Client]]) -> Callable[[str], Awaitable[Lifter]]:
    """`await lifter("mo")`: Mo, in an empty workout that has just begun."""

    async def begun(key: str) -> Lifter:
        return await Lifter(await as_(key), db).start()

    return begun
