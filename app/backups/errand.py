"""Bringing a backup back while nobody watches: asked for on the page, done by the supervisor's child, told in a file.

The file is not in the database, because the database is what changes places. Run as `python -m app.backups.errand`.
"""

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from app import clock, log, settings
from app.accounts.actions import audit
from app.backups import house, keys, restore
from app.backups.archive import RefusedError
from app.db import Db, connect, new_id
from app.settings import Settings
from app.supervisor.child import die_with_parent
from app.web.cache import open_cache

ASKED, TOLD = "restore.asked", "restore.json"


class Wish(msgspec.Struct, frozen=True):
    """What somebody asked for. With the kit's secret in it, so only we may read it, and only until it is done."""

    key: str  # whoever knows it may look how far it is
    kind: str  # restore or undo
    name: str = ""
    kit: str = ""
    by: str = ""


class Told(msgspec.Struct, frozen=True):
    """How far it is. `state`: waiting, running, done, refused, broken."""

    key: str
    kind: str
    name: str
    state: str
    step: str = ""
    code: str = ""
    detail: str = ""
    at: datetime | None = None
    before: str = ""  # under which name the present is set aside, once it is


def asked_file(data: Path) -> Path:
    return data / "run" / ASKED


def is_under_way(data: Path) -> bool:
    known = told(data)
    return asked_file(data).exists() or (known is not None and known.state in {"waiting", "running"})


def ask(data: Path, wish: Wish, now: datetime) -> bool:
    """False while another one is under way."""
    if is_under_way(data):
        return False
    (data / "run").mkdir(parents=True, exist_ok=True, mode=0o700)
    tell(data, Told(wish.key, wish.kind, wish.name, "waiting", at=now))
    write(asked_file(data), msgspec.json.encode(wish))
    return True


def told(data: Path) -> Told | None:
    try:
        return msgspec.json.decode((data / "run" / TOLD).read_bytes(), type=Told)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def tell(data: Path, story: Told) -> None:
    write(data / "run" / TOLD, msgspec.json.encode(story))


def write(path: Path, text: bytes) -> None:
    draft = path.with_name(path.name + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text)
    draft.rename(path)


async def run(config: Settings) -> bool:
    """True when the databases have changed places, so that everybody must look again."""
    wish = msgspec.json.decode(asked_file(config.data).read_bytes(), type=Wish)
    story = Told(wish.key, wish.kind, wish.name, "running", at=clock.now())

    def say(step: str) -> None:
        nonlocal story
        story = msgspec.structs.replace(story, step=step, before=before if step == "swapping" else "")
        tell(config.data, story)

    shelf = house.shelf(config, config.direct or "")
    now = clock.now()
    before = f"{shelf.server.name}{restore.BEFORE}{now:%Y%m%d%H%M%S}"
    say("verifying")
    try:
        await fulfil(shelf, wish, now, say)
    except RefusedError as error:
        story = msgspec.structs.replace(story, state="refused", code=error.refused.code, detail=error.refused.detail[:300])
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        story = msgspec.structs.replace(story, state="broken", detail=(str(error) or type(error).__name__)[:300])
    else:
        story = msgspec.structs.replace(story, state="done", step="")
    if story.state == "done":
        await remember(config, wish, now)
    asked_file(config.data).unlink(missing_ok=True)
    tell(config.data, story)
    return story.state == "done"


async def fulfil(shelf: house.Shelf, wish: Wish, now: datetime, say: house.Say) -> None:
    if wish.kind == "undo":
        say("swapping")
        await restore.put_back(shelf.server, wish.name, now=now)
        return
    kit = keys.read_kit(wish.kit) if wish.kit else None
    await house.bring_back(shelf, shelf.folder / wish.name, now=now, kit=kit, say=say)


async def remember(config: Settings, wish: Wish, now: datetime) -> None:
    """In the database that is there now; and nobody's kept session is believed any more."""
    connection: Any = await connect(config.direct or "")
    try:
        async with connection.transaction():
            db = Db(connection)
            await db.run(
                "insert into backup_run (id, kind, name, began_at, done_at, note) values ($1, 'restore', $2, $3, $4, $5)",
                new_id(), wish.name, now, clock.now(), wish.kind,
            )  # fmt: skip
            after = {"name": wish.name, "by": wish.by}
            await audit(db, None, f"backups.{wish.kind}", now=clock.now(), subject="backup", after=after)
    finally:
        await connection.close(timeout=3)
    await open_cache(config.valkey_url, config.data / "run").new_epoch()


async def recover(config: Settings) -> None:
    """After a crash in the middle: either the databases had changed places, or nothing has happened."""
    story = told(config.data)
    if story is None or story.state not in {"waiting", "running"}:
        return
    asked_file(config.data).unlink(missing_ok=True)
    swapped = story.before and story.before in await restore.set_aside(house.shelf(config, config.direct or "").server)
    tell(
        config.data,
        msgspec.structs.replace(story, state="done" if swapped else "broken", detail="" if swapped else "interrupted"),
    )


def main() -> None:
    die_with_parent()
    config = settings.load()
    log.configure(config)
    if "--recover" in sys.argv:
        asyncio.run(recover(config))
        return
    sys.exit(0 if asyncio.run(run(config)) else 3)


if __name__ == "__main__":
    main()
