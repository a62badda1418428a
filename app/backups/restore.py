"""Bringing a backup back: into a database of its own first, compared, and only then in the place of the present one.

The present is set aside under another name for a week: there is always a way back, and never neither.
"""

import asyncio
import subprocess
import tarfile
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from alembic.script import ScriptDirectory

from app import schema
from app.backups import archive, dump
from app.backups.archive import Manifest, refuse
from app.embedded import BIN
from app.places import MIGRATIONS

Say = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Server:
    """`dsn` is the club's database as its owner; `admin` may make, rename and drop databases."""

    dsn: str
    admin: str

    @property
    def name(self) -> str:
        return urlsplit(self.dsn).path.removeprefix("/")

    @property
    def owner(self) -> str:
        return str(urlsplit(self.dsn).username or "")

    def at(self, database: str) -> str:
        return urlunsplit(urlsplit(self.dsn)._replace(path=f"/{database}"))


def known_schemas() -> list[str]:
    return [str(script.revision) for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


@asynccontextmanager
async def scratch(server: Server, name: str) -> AsyncIterator[str]:
    """A database for this restore alone; dropped unless somebody renamed it."""
    await command(server, f'drop database if exists "{name}" with (force)', f'create database "{name}" owner "{server.owner}"')
    try:
        yield server.at(name)
    finally:
        await command(server, f'drop database if exists "{name}" with (force)')


async def command(server: Server, *statements: str) -> None:
    connection = await asyncpg.connect(server.admin, statement_cache_size=0)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close(timeout=3)


async def fill(folder: Path, manifest: Manifest, identity: Any, dsn: str, say: Say) -> None:
    """Decrypt, restore as the owner without special rights, count and compare."""
    part = next((one for one in manifest.parts if one.name == "database.age"), None)
    if part is None:
        raise refuse("partial", "database.age")
    with tempfile.NamedTemporaryFile(dir=folder.parent, prefix=".restore") as file:
        say("decrypting")
        await asyncio.to_thread(archive.unseal, folder / part.name, part, identity, file)
        file.flush()
        say("restoring")
        await asyncio.to_thread(pg_restore, file.name, dsn)
    say("comparing")
    connection = await asyncpg.connect(dsn, server_settings={"statement_timeout": "0"})
    try:
        found = {one.table: one for one in await dump.count(connection)}
    finally:
        await connection.close(timeout=3)
    different = [one.table for one in manifest.counts if found.get(one.table) != one]
    if different:
        raise refuse("does_not_fit", ", ".join(different[:5]))


def pg_restore(path: str, dsn: str) -> None:
    done = subprocess.run(
        [BIN / "pg_restore", "--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", "--dbname", dsn, path],
        capture_output=True, text=True, check=False, env=dump.quiet_environment(),
    )  # fmt: skip
    if done.returncode:
        raise refuse("does_not_fit", done.stderr.strip().splitlines()[-1][:200] if done.stderr.strip() else "")


async def drill(server: Server, folder: Path, trusted: str, identity: Any, *, say: Say = lambda _: None) -> Manifest:
    """A whole restore into a scratch database, counted, compared, dropped. Only this proves a backup."""
    manifest = await asyncio.to_thread(archive.verify, folder, trusted, known_schemas(), say)
    async with scratch(server, f"{server.name}_drill") as dsn:
        await fill(folder, manifest, identity, dsn, say)
    return manifest


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    before: str  # the name under which the present was set aside


async def restore(
    server: Server, folder: Path, data: Path, trusted: str, identity: Any, *, now: datetime, say: Say = lambda _: None
) -> Restored:
    """Nothing of the present is touched before the restored one has been compared and brought to this version."""
    manifest = await asyncio.to_thread(archive.verify, folder, trusted, known_schemas(), say)
    new, before = f"{server.name}_new", f"{server.name}_before_{now:%Y%m%d%H%M%S}"
    async with scratch(server, new) as dsn:
        await fill(folder, manifest, identity, dsn, say)
        say("updating")
        await asyncio.to_thread(schema.upgrade, dsn)
        await begin_epoch(dsn)
        photos = await asyncio.to_thread(unpack, folder, manifest, identity, data)
        say("swapping")
        await swap(server, new, before)
    await asyncio.to_thread(put_photos, photos, data, before)
    return Restored(manifest, before)


async def begin_epoch(dsn: str) -> None:
    """Whoever was signed in signs in again, and devices learn that time was turned back."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("begin; delete from sign_in; update club set hub_epoch = hub_epoch + 1; commit")
    finally:
        await connection.close(timeout=3)


async def swap(server: Server, new: str, before: str) -> None:
    """Both renames or none; connections to the present are cut, and come back to the restored one."""
    connection = await asyncpg.connect(server.admin, statement_cache_size=0)
    try:
        await connection.execute(f'alter database "{server.name}" with allow_connections false')
        try:
            await connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", server.name)
            await rename(connection, server.name, before)
        finally:
            with suppress(asyncpg.InvalidCatalogNameError):
                await connection.execute(f'alter database "{server.name}" with allow_connections true')
        try:
            await rename(connection, new, server.name)
        except BaseException:
            await rename(connection, before, server.name)
            raise
        finally:
            with suppress(asyncpg.InvalidCatalogNameError):
                await connection.execute(f'alter database "{before}" with allow_connections true')
    finally:
        await connection.close(timeout=3)


async def rename(connection: asyncpg.Connection, old: str, new: str) -> None:
    """A backend that was just told to go may need a moment."""
    for _try in range(50):
        try:
            await connection.execute(f'alter database "{old}" rename to "{new}"')
        except asyncpg.ObjectInUseError:
            await connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", old)
            await asyncio.sleep(0.1)
        else:
            return
    raise refuse("does_not_fit", f"{old} is in use")


def unpack(folder: Path, manifest: Manifest, identity: Any, data: Path) -> Path | None:
    """The photos beside the present ones, not yet in their place."""
    part = next((one for one in manifest.parts if one.name == "photos.age"), None)
    if part is None:
        return None
    target = Path(tempfile.mkdtemp(dir=data, prefix=".photos-"))
    with tempfile.TemporaryFile(dir=data) as file:
        archive.unseal(folder / part.name, part, identity, file)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r|") as tar:
            tar.extractall(target, filter="data")
    return target


def put_photos(photos: Path | None, data: Path, before: str) -> None:
    if photos is None:
        return
    present = data / "photos"
    if present.exists():
        present.rename(data / f"photos_{before}")
    photos.rename(present)


async def put_back(server: Server, data: Path, before: str) -> None:
    """The way back: the present of before takes its place again."""
    await swap(server, before, f"{server.name}_undone")
    set_aside = data / f"photos_{before}"
    if set_aside.is_dir():
        (data / "photos").rename(data / f"photos_{before}_undone")
        set_aside.rename(data / "photos")
