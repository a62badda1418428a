"""Backups of this house: where they lie, which database they are of, making, proving and bringing back one."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app import embedded
from app.backups import archive, dump, keys, places, restore
from app.backups.archive import Manifest
from app.backups.rules import Keep, Kept, to_delete
from app.settings import Settings

Say = dump.Say


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder in the data folder, and the other place that the owner chose, if any."""

    server: restore.Server
    data: Path
    other: str | None = None

    @property
    def folder(self) -> Path:
        return self.data / "backups"

    @property
    def keys(self) -> keys.Keys:
        return keys.load(self.data)


def shelf(settings: Settings, dsn: str) -> Shelf:
    """`dsn` past any pooler. In a hub the embedded server's own administrator makes and renames databases."""
    admin = dsn
    if settings.hub and settings.data.joinpath("postgres").is_dir():
        sockets = parse_qs(urlsplit(dsn).query).get("host", [""])[0]
        folder = settings.data / "postgres"
        cluster = embedded.Cluster(folder, Path(sockets), embedded.account_for(folder), embedded.cluster_key(folder))
        admin = cluster.dsn("postgres", "postgres")
    else:
        admin = restore.Server(dsn, dsn).at("postgres")
    return Shelf(restore.Server(dsn, admin), settings.data, settings.backup_place)


@dataclass(frozen=True, slots=True)
class Held:
    """One backup on the shelf."""

    name: str
    made_at: datetime
    size: int
    rows: int
    is_ours: bool


def held(shelf: Shelf) -> list[Held]:
    if not shelf.folder.is_dir():
        return []
    found = [look(shelf, folder) for folder in shelf.folder.iterdir() if (folder / archive.MANIFEST).is_file()]
    return sorted((one for one in found if one), key=lambda one: one.made_at, reverse=True)


def look(shelf: Shelf, folder: Path) -> Held | None:
    try:
        manifest = archive.read_manifest((folder / archive.MANIFEST).read_bytes(), shelf.keys.public)
    except archive.RefusedError:
        return None
    size = sum(part.size for part in manifest.parts)
    return Held(folder.name, datetime.fromisoformat(manifest.made_at), size, sum(one.rows for one in manifest.counts), True)


async def make(shelf: Shelf, *, now: datetime, say: Say = lambda _: None) -> Path:
    """Make one, carry it to the other place, and let go of those that the rule no longer keeps."""
    shelf.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = await dump.make(shelf.server.dsn, shelf.data, shelf.folder, shelf.keys, now=now, say=say)
    if shelf.other:
        say("uploading")
        await places.upload(places.open_place(shelf.other), folder)
    return folder


async def tidy(shelf: Shelf, proven: set[str], keep: Keep) -> list[str]:
    """The same rule here and in the other place."""
    ours = [Kept(one.name, one.made_at, one.name in proven) for one in await asyncio.to_thread(held, shelf)]
    gone = [one.name for one in to_delete(ours, keep)]
    local = places.open_place(str(shelf.folder))
    for name in gone:
        await places.delete(local, name)
        await asyncio.to_thread(_remove_empty, shelf.folder / name)
    if shelf.other:
        other = places.open_place(shelf.other)
        for name in set(gone) & set(await places.complete(other)):
            await places.delete(other, name)
    return gone


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


async def prove(shelf: Shelf, name: str, *, say: Say = lambda _: None) -> Manifest:
    return await restore.drill(shelf.server, shelf.folder / name, shelf.keys.public, shelf.keys.drill, say=say)


async def bring_back(
    shelf: Shelf, folder: Path, *, now: datetime, kit: keys.Kit | None = None, say: Say = lambda _: None
) -> restore.Restored:
    """One of ours with our own keys; one of another machine with the owner's kit."""
    trusted, identity = shelf.keys.public, shelf.keys.drill
    if kit is not None:
        trusted, identity = kit.hub or trusted, opened(kit)
    return await restore.restore(shelf.server, folder, shelf.data, trusted, identity, now=now, say=say)


def opened(kit: keys.Kit) -> Any:
    try:
        return keys.x25519.Identity.from_str(kit.secret)
    except keys.IdentityError:
        raise archive.refuse("wrong_key") from None
