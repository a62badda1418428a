"""A file too large to wait for: put aside, read, applied and taken back by the worker, while the page shows how far it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID, uuid5

import asyncpg
import structlog

from app import clock
from app.actor import Actor
from app.db import CommitFailed, Database, Db
from app.jobs.actions import enqueue
from app.progress.actions import imports
from app.progress.actions.belongings import themself
from app.progress.contract.issues import BadFile
from app.progress.contract.sheet import Row, open_sheet
from app.progress.queries import imports as looked

PIECE = 1 << 20
LONG_FILE = 150_000  # bytes: what is read in the blink of a request
LONG_ROWS = 2_000
AWAY = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError, CommitFailed)

log = structlog.get_logger("spotter")


@dataclass(frozen=True, slots=True)
class Asked:
    person_id: UUID
    kind: str
    mode: str | None


async def put_aside(db: Db, actor: Actor, file: BinaryIO, *, size: int, kind: str, name: str, id: UUID, now: datetime) -> None:
    """The same file sent twice is one."""
    fresh = await db.run(
        """insert into import_run (id, person_id, kind, file_name, encoding, delimiter, state, parts, created_at)
           values ($1, $2, $3, $4, '', '', 'looking', $5, $6) on conflict (id) do nothing""",
        id, actor.person_id, kind, name, size, now,
    )  # fmt: skip
    if not fresh:
        return
    file.seek(0)
    position = 0
    while piece := file.read(PIECE):
        position += 1
        await db.run("insert into import_piece (run_id, position, content) values ($1, $2, $3)", id, position, piece)
    await enqueue(db, "progress.look", {"id": str(id), "gyms": [str(gym) for gym in actor.gym_ids]}, id=id, now=now)


async def put_down(db: Db, actor: Actor, id: UUID, *, act: str, mode: str | None, now: datetime) -> bool:
    """`applying` or `undoing`: exactly one of two taps gets it."""
    before = {"applying": "previewed", "undoing": "applied"}[act]
    fresh = await db.run(
        """update import_run r set state = $3, mode = coalesce($4, mode), done = 0, wrong = null, parts = case $3
             when 'applying' then (select count(distinct day) from import_row w where w.run_id = r.id and w.state <> 'invalid')
             else (select count(*) from import_before b where b.run_id = r.id) end
           where id = $1 and person_id = $2 and state = $5""",
        id, actor.person_id, act, mode, before,
    )  # fmt: skip
    if fresh:
        await enqueue(db, f"progress.{act}", {"id": str(id)}, id=uuid5(id, act), now=now)
    return bool(fresh)


# ---- the worker's part


class ThrownAway(Exception):
    """The member does not want this file any more."""


def hears(database: Database, id: UUID, state: str) -> Callable[[int], Awaitable[None]]:
    """Progress is told past the transaction, or nobody would see it before the end."""

    async def said(done: int) -> None:
        if not await database.swift().run("update import_run set done = $2 where id = $1 and state = $3", id, done, state):
            raise ThrownAway

    return said


async def asked(db: Db, id: UUID, state: str) -> Asked | None:
    """None when it was done, thrown away or is being done by another worker at this moment."""
    if not await db.value("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", str(id)):
        return None
    return await db.one(Asked, "select person_id, kind, mode from import_run where id = $1 and state = $2", id, state)


async def broke(database: Database, id: UUID, state: str, back: str) -> None:
    """Trying again would break again: the member hears of it, the log has the reason."""
    async with database.work("broke") as db:
        await db.run(
            "update import_run set state = $3, wrong = $4 where id = $1 and state = $2", id, state, back, {"code": "failed"}
        )  # fmt: skip


async def look(database: Database, args: dict[str, Any]) -> None:
    id = UUID(args["id"])
    try:
        with TemporaryFile() as file:
            await read(database, id, file, tuple(UUID(gym) for gym in args["gyms"]))
    except AWAY:
        raise
    except ThrownAway:
        log.info("import_thrown_away", run=str(id))
    except Exception as error:
        log.error("import_failed", run=str(id), exc_info=error)
        await broke(database, id, "looking", "refused")
    await put_away(database, id)


async def put_away(database: Database, id: UUID) -> None:
    """What was thrown away while a worker had it in hand. A worker that died meanwhile comes here the next time."""
    async with database.work("put_away") as db:
        await db.run("delete from import_run where id = $1 and state = 'discarded'", id)


async def read(database: Database, id: UUID, file: Any, gym_ids: tuple[UUID, ...]) -> None:
    async with database.long_work("look") as db:
        found = await asked(db, id, "looking")
        if found is None:
            return
        await db.run("delete from import_row where run_id = $1", id)
        places = await db.column("select position from import_piece where run_id = $1 order by position", id)
        for place in places:
            file.write(await db.value("select content from import_piece where run_id = $1 and position = $2", id, place))
        bad = await read_sheet(db, id, file, found, gym_ids, hears(database, id, "looking"))
        if bad is not None:
            wrong = {"code": bad.code, "names": list(bad.names), "line": bad.line}
            await db.run("delete from import_row where run_id = $1", id)
            await db.run("update import_run set state = 'refused', wrong = $2 where id = $1 and state = 'looking'", id, wrong)
        await db.run("delete from import_piece where run_id = $1", id)


async def still_wanted(db: Db, id: UUID) -> None:
    """From here on nobody can throw it away until this is kept."""
    if await db.value("select state from import_run where id = $1 for no key update", id) != "looking":
        raise ThrownAway


async def read_sheet(
    db: Db, id: UUID, file: BinaryIO, found: Asked, gym_ids: tuple[UUID, ...], said: Callable[[int], Awaitable[None]]
) -> BadFile | None:
    sheet = open_sheet(file, found.kind)
    if isinstance(sheet, BadFile):
        return sheet
    actor = replace(await themself(db, found.person_id), gym_ids=gym_ids)
    known, count = await looked.known_to(db, actor, sheet.kind.name), imports.Count()

    async def put(batch: list[Row]) -> None:
        await imports.keep(db, id, batch)
        await said(file.tell())

    bad = await imports.read_through(sheet, known, count, put)
    if bad is None:
        await still_wanted(db, id)
        await imports.total(db, found.person_id, id, count)
        await db.run(
            "update import_run set kind = $2, encoding = $3, delimiter = $4, ignored = $5 where id = $1",
            id, sheet.kind.name, sheet.encoding, sheet.delimiter, list(sheet.ignored),
        )  # fmt: skip
    return bad


async def apply(database: Database, args: dict[str, Any]) -> None:
    """All days or none: one transaction, however long it takes."""
    await act(database, UUID(args["id"]), "applying", "previewed")


async def undo(database: Database, args: dict[str, Any]) -> None:
    await act(database, UUID(args["id"]), "undoing", "applied")


async def act(database: Database, id: UUID, state: str, back: str) -> None:
    try:
        async with database.long_work(state) as db:
            found = await asked(db, id, state)
            if found is None:
                return
            said = hears(database, id, state)
            if state == "applying":
                await imports.write(db, found.person_id, id, found.kind, found.mode or "new", now=clock.now(), said=said)
            else:
                await imports.put_back(db, found.person_id, id, found.kind, now=clock.now(), said=said)
    except AWAY:
        raise
    except Exception as error:
        log.error("import_failed", run=str(id), exc_info=error)
        await broke(database, id, state, back)
