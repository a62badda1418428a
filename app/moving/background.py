"""A file too large for a tap: looked at, taken in and taken back by the worker, while the page says how far it is.

Each act is the very one that a small file gets at once, in one transaction: a worker that dies in the middle leaves nothing, and the next
one begins again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app import clock
from app.actor import Actor
from app.db import Database, Db
from app.jobs.actions import tell
from app.moving import actions
from app.moving.actions import Told, job_of


async def look(database: Database, args: dict[str, Any]) -> None:
    async with for_whom(database, args, "look") as (db, actor, _told):
        if await db.value("select state from moving_run where id = $1 for no key update", UUID(args["id"])) == "read":
            await actions.decide_again(db, actor, UUID(args["id"]), now=clock.now())


async def take_in(database: Database, args: dict[str, Any]) -> None:
    async with for_whom(database, args, "take_in") as (db, actor, told):
        await actions.take_in(db, actor, UUID(args["id"]), now=clock.now(), told=told)


async def take_back(database: Database, args: dict[str, Any]) -> None:
    async with for_whom(database, args, "take_back") as (db, actor, told):
        await actions.take_back(db, actor, UUID(args["id"]), now=clock.now(), told=told)


@asynccontextmanager
async def for_whom(database: Database, args: dict[str, Any], act: str) -> AsyncIterator[tuple[Db, Actor, Told]]:
    """All of one act, as the one who asked for it."""
    async with database.long_work(f"moving {act}") as db:

        async def told(percent: int) -> None:
            """Past the transaction, or nobody would see it before the end."""
            await tell(database.swift(), job_of(UUID(args["id"]), act), str(percent))

        yield db, await who_asked(db, UUID(args["person"]), UUID(args["gym"])), told


@dataclass(frozen=True, slots=True)
class _Asked:
    name: str
    club_id: UUID
    gym: str
    zone: str
    currency: str


async def who_asked(db: Db, person_id: UUID, gym_id: UUID) -> Actor:
    """The audit names whoever pressed."""
    found = await db.one(
        _Asked,
        """select p.name, g.club_id, g.name as gym, g.zone, g.currency from person p cross join gym g where p.id = $1 and g.id = $2""",
        person_id,
        gym_id,
    )
    assert found is not None
    return Actor(
        person_id, person_id, found.club_id, gym_id, (gym_id,), found.gym, found.name, frozenset(), frozenset(),
        ZoneInfo(found.zone), "en", found.currency, "kg", "system",
    )  # fmt: skip
