"""Making a backup: the database as of one instant (photos and settings are in it), and the keys."""

import asyncio
import os
import shutil
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg

from app.backups import archive
from app.backups.archive import Count, Manifest, Part
from app.backups.keys import Keys
from app.embedded import BIN

Say = Callable[[str], Any]


def name_of(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


async def make(
    dsn: str, data: Path, folder: Path, keys: Keys, *, now: datetime, name: str = "", say: Say = lambda _: None
) -> Path:
    """A complete backup in a new folder below `folder`; under a draft name until the manifest is written.

    The same name twice is one backup: what was interrupted is begun anew, what is whole stays.
    """
    name = name or name_of(now)
    draft, whole = folder / f".{name}.draft", folder / name
    if (whole / archive.MANIFEST).is_file():
        return whole
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    async with snapshot(dsn) as (connection, token):
        say("database")
        counts = await count(connection)
        club = await connection.fetchrow("select id, name, hub_epoch from club")
        schema = await connection.fetchval("select version_num from alembic_version")
        parts = [await asyncio.to_thread(dump, dsn, token, draft / "database.age", keys)]
    if (data / "keys").is_dir():
        say("keys")
        parts.append(await asyncio.to_thread(pack, data / "keys", draft / "keys.age", keys))
    manifest = Manifest(
        format=archive.FORMAT,
        club=club["name"] if club else "",
        club_id=str(club["id"]) if club else "",
        made_at=now.isoformat(),
        app=version("spotter"),
        schema=schema,
        epoch=club["hub_epoch"] if club else 0,
        parts=parts,
        counts=counts,
    )
    archive.write_manifest(draft, manifest, keys)
    draft.rename(whole)
    return whole


@asynccontextmanager
async def snapshot(dsn: str) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
    """One instant that the counts and the dump both see."""
    connection = await asyncpg.connect(dsn, server_settings={"statement_timeout": "0", "transaction_timeout": "0"})
    try:
        await connection.execute("set idle_in_transaction_session_timeout = 0")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection, await connection.fetchval("select pg_export_snapshot()")
    finally:
        await connection.close(timeout=3)


async def count(connection: asyncpg.Connection) -> list[Count]:
    """Rows and a hash of their content, for every table."""
    tables = await connection.fetch(
        """select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
            order by c.relname"""
    )
    found = []
    for (table,) in tables:
        row = await connection.fetchrow(
            f'select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as content from "{table}" t'
        )
        assert row is not None
        found.append(Count(table, row["rows"], row["content"]))
    return found


def dump(dsn: str, token: str, path: Path, keys: Keys) -> Part:
    command: list[Any] = [
        BIN / "pg_dump",
        "--format=custom",
        "--compress=6",
        "--no-owner",
        "--no-acl",
        f"--snapshot={token}",
        "--dbname",
        dsn,
    ]
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints, env=quiet_environment())
        assert process.stdout is not None
        try:
            part = archive.seal(process.stdout, path, keys)
        except BaseException:
            process.kill()
            raise
        finally:
            process.stdout.close()
            process.wait()
        if process.returncode:
            complaints.seek(0)
            path.unlink(missing_ok=True)
            raise OSError(complaints.read().decode("utf-8", "replace").strip()[-500:])
    return part


def pack(folder: Path, path: Path, keys: Keys) -> Part:
    """A tar of a folder, streamed through a pipe into the sealed part."""
    readable, writable = os.pipe()
    thread = threading.Thread(target=fill, args=(folder, writable))
    thread.start()
    with os.fdopen(readable, "rb") as source:
        part = archive.seal(source, path, keys)
    thread.join()
    return part


def fill(folder: Path, writable: int) -> None:
    with os.fdopen(writable, "wb") as target, tarfile.open(fileobj=target, mode="w|") as tar:
        tar.add(folder, arcname=".", filter=plain)


def plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Files and folders only, owned by nobody in particular; drafts stay behind."""
    if not (member.isfile() or member.isdir()) or member.name.endswith((".part", ".new")):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def quiet_environment() -> dict[str, str]:
    return {
        **os.environ,
        "PGOPTIONS": "-c statement_timeout=0 -c transaction_timeout=0 -c idle_in_transaction_session_timeout=0 -c lock_timeout=10s",
    }
