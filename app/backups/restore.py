"""Bringing a backup back: into a database of its own first, compared, and only then in the place of the present one.

The present is set aside under another name for a week: there is always a way back, and never neither.
"""

import asyncio
import importlib
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from app.backups import archive, dump
from app.backups.archive import Manifest, refuse
from app.embedded import BIN

Say = Callable[[str], Any]
BEFORE, UNDONE = "_before_", "_undone_"  # and the moment when it was set aside
KEPT_ASIDE = timedelta(days=7)


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
    return list(tables().known())


def tables() -> Any:
    """What migrates is a third of a web process's memory, and needed here once a week."""
    return importlib.import_module("app.schema")


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
        [BIN / "pg_restore", "--no-owner", "--no-acl", "--exit-on-error", "--jobs=2", "--dbname", dsn, path],
        capture_output=True, text=True, check=False, env=dump.quiet_environment(),
    )  # fmt: skip
    if done.returncode:
        raise refuse("does_not_fit", done.stderr.strip().splitlines()[-1][:200] if done.stderr.strip() else "")


async def drill(server: Server, folder: Path, trusted: str, identity: Any, *, say: Say = lambda _: None) -> Manifest:
    """A whole restore into a scratch database, counted, compared, dropped. Only this proves a backup."""
    say("verifying")
    manifest = await asyncio.to_thread(archive.verify, folder, trusted, known_schemas())
    async with scratch(server, f"{server.name}_drill") as dsn:
        await fill(folder, manifest, identity, dsn, say)
    return manifest


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    before: str  # the name under which the present was set aside


async def restore(
    server: Server, folder: Path, trusted: str, identity: Any, *, now: datetime, say: Say = lambda _: None
) -> Restored:
    """Nothing of the present is touched before the restored one has been compared and brought to this version."""
    say("verifying")
    manifest = await asyncio.to_thread(archive.verify, folder, trusted, known_schemas())
    new, before = f"{server.name}_new", f"{server.name}{BEFORE}{now:%Y%m%d%H%M%S}"
    async with scratch(server, new) as dsn:
        await fill(folder, manifest, identity, dsn, say)
        say("updating")
        await asyncio.to_thread(tables().upgrade, dsn)
        await begin_epoch(dsn)
        say("swapping")
        await swap(server, new, before)
    return Restored(manifest, before)


async def begin_epoch(dsn: str) -> None:
    """Whoever was signed in signs in again, and devices learn that time was turned back."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("begin; delete from sign_in; update club set hub_epoch = hub_epoch + 1; commit")
    finally:
        await connection.close(timeout=3)


async def swap(server: Server, new: str, before: str) -> None:
    """Both renames in one transaction: whenever the power goes, there is exactly one database of that name."""
    connection = await asyncpg.connect(server.admin, statement_cache_size=0)
    clearing = asyncio.create_task(clear_out(server))
    try:
        for _try in range(10):
            with suppress(asyncpg.ObjectInUseError):
                async with connection.transaction():
                    await connection.execute(f'alter database "{server.name}" rename to "{before}"')
                    await connection.execute(f'alter database "{new}" rename to "{server.name}"')
                return
        raise refuse("does_not_fit", f"{server.name} is in use")
    finally:
        clearing.cancel()
        await asyncio.gather(clearing, return_exceptions=True)
        await connection.close(timeout=3)


async def clear_out(server: Server) -> None:
    """The rename waits until nobody is in, and holds the door meanwhile: whoever is in goes, whoever comes waits."""
    connection = await asyncpg.connect(server.admin, statement_cache_size=0)
    try:
        while True:
            await connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", server.name)
            await asyncio.sleep(0.1)
    finally:
        connection.terminate()


async def put_back(server: Server, before: str, *, now: datetime) -> None:
    """The way back: the present of before takes its place again."""
    if before not in await set_aside(server):
        raise refuse("partial", before)
    await swap(server, before, f"{server.name}{UNDONE}{now:%Y%m%d%H%M%S}")


async def set_aside(server: Server) -> list[str]:
    """Presents of before, newest first."""
    connection = await asyncpg.connect(server.admin, statement_cache_size=0)
    try:
        rows = await connection.fetch("select datname from pg_database where starts_with(datname, $1)", server.name + BEFORE)
    finally:
        await connection.close(timeout=3)
    return sorted((row[0] for row in rows), reverse=True)


async def let_go(server: Server, now: datetime) -> list[str]:
    """What was set aside more than a week ago is dropped."""
    connection = await asyncpg.connect(server.admin, statement_cache_size=0)
    try:
        rows = await connection.fetch(
            "select datname from pg_database where starts_with(datname, $1) or starts_with(datname, $2)",
            server.name + BEFORE,
            server.name + UNDONE,
        )
    finally:
        await connection.close(timeout=3)
    limit = f"{now - KEPT_ASIDE:%Y%m%d%H%M%S}"
    gone = [name for (name,) in rows if name.rsplit("_", 1)[-1] < limit]
    for name in gone:
        await command(server, f'drop database if exists "{name}" with (force)')
    return gone
