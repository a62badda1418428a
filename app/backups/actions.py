"""What is written down about backups, and the jobs that make and prove them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from app import clock, settings
from app.accounts.actions import audit
from app.actor import Actor
from app.backups import house, queries, restore
from app.backups.archive import RefusedError
from app.backups.house import Say
from app.backups.rules import Keep
from app.db import Database, Db, new_id
from app.jobs import actions as jobs


async def begin(db: Db, kind: str, *, id: UUID, name: str, by: UUID | None, now: datetime) -> bool:
    """False when this very run is known already."""
    return bool(
        await db.run(
            "insert into backup_run (id, kind, name, by, began_at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing",
            id, kind, name, by, now,
        )
    )  # fmt: skip


async def end(db: Db, id: UUID, *, now: datetime, name: str = "", size: int | None = None, error: str = "") -> None:
    await db.run(
        "update backup_run set done_at = $2, name = coalesce(nullif($3, ''), name), size = coalesce($4, size), error = $5 where id = $1",
        id, now, name, size, error[:500],
    )  # fmt: skip


async def ask_for(db: Db, actor: Actor | None, kind: str, *, id: UUID, name: str = "", now: datetime) -> None:
    """A backup or a drill, done by the worker. Asking twice with one id is asking once."""
    if await begin(db, kind, id=id, name=name, by=actor.person_id if actor else None, now=now):
        await jobs.enqueue(db, f"backups.{kind}", {"id": str(id), "name": name}, id=id, now=now)
        await audit(db, actor, f"backups.{kind}", now=now, subject="backup", after={"name": name})


async def nightly(db: Db, now: datetime) -> None:
    await ask_for(db, None, "backup", id=new_id(), now=now)


async def weekly(db: Db, now: datetime) -> None:
    """The newest one, restored and compared by itself."""
    newest = await queries.newest(db)
    if newest:
        await ask_for(db, None, "drill", id=new_id(), name=newest, now=now)


async def do_backup(database: Database, args: dict[str, Any]) -> None:
    """Begun again after a crash it is the same backup: it has the name of the moment when it was asked for."""
    shelf = house.shelf(settings.load(), database.direct_dsn)
    id, now = UUID(args["id"]), clock.now()
    began = await queries.began_at(database.reading(), id) or now
    try:
        async with telling(database, id) as say:
            folder = await house.make(shelf, now=now, name=house.name_of(began), say=say)
    except Exception as error:
        await end(database.swift(), id, now=clock.now(), error=str(error) or type(error).__name__)
        raise
    size = sum(path.stat().st_size for path in folder.iterdir())
    await end(database.swift(), id, now=clock.now(), name=folder.name, size=size)
    await house.tidy(shelf, set(await queries.proven(database.reading())), Keep())
    await asyncio.to_thread(house.sweep, shelf, now)
    await restore.let_go(shelf.server, now)


async def do_drill(database: Database, args: dict[str, Any]) -> None:
    shelf = house.shelf(settings.load(), database.direct_dsn)
    await tried(database, UUID(args["id"]), lambda say: house.prove(shelf, args["name"], say=say))


async def do_fetch(database: Database, args: dict[str, Any]) -> None:
    """From the other place onto the shelf."""
    shelf = house.shelf(settings.load(), database.direct_dsn)

    async def fetch(say: Say) -> None:
        say("fetching")
        await house.fetch(shelf, args["name"])

    await tried(database, UUID(args["id"]), fetch)


async def tried(database: Database, id: UUID, work: Callable[[Say], Awaitable[Any]]) -> None:
    try:
        async with telling(database, id) as say:
            await work(say)
    except RefusedError as error:  # trying again would find the same
        await end(database.swift(), id, now=clock.now(), error=str(error))
        return
    await end(database.swift(), id, now=clock.now())


@asynccontextmanager
async def telling(database: Database, id: UUID) -> AsyncIterator[Say]:
    """Each step is written down for whoever looks; a step that cannot be told stops nothing."""
    told: set[asyncio.Task[None]] = set()

    async def tell(step: str) -> None:
        with suppress(Exception):
            await jobs.tell(database.swift(), id, step)

    def say(step: str) -> None:
        told.add(asyncio.ensure_future(tell(step)))

    yield say
    await asyncio.gather(*told)
