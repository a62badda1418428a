"""Backups of this house: where they lie, which database they are of, making, proving and bringing back one."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg

from app import embedded
from app.backups import archive, dump, keys, places, restore
from app.backups.archive import Manifest
from app.backups.rules import Keep, Kept, to_delete
from app.settings import Settings

Say = dump.Say
name_of = dump.name_of


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder in the data folder, and the other place that the owner chose, if any."""

    server: restore.Server
    data: Path
    other: places.Place | None = None

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
    return Shelf(restore.Server(dsn, admin), settings.data, places.load(settings.data, settings.backup_place))


@dataclass(frozen=True, slots=True)
class Held:
    """One backup on the shelf."""

    name: str
    made_at: datetime
    size: int
    rows: int
    is_ours: bool
    club: str = ""
    app: str = ""


def held(shelf: Shelf) -> list[Held]:
    if not shelf.folder.is_dir():
        return []
    folders = [folder for folder in shelf.folder.iterdir() if not folder.name.startswith(".")]
    found = [look(shelf, folder) for folder in folders if (folder / archive.MANIFEST).is_file()]
    return sorted((one for one in found if one), key=lambda one: one.made_at, reverse=True)


def look(shelf: Shelf, folder: Path) -> Held | None:
    """One of another hub is shown as such: only that hub's kit can bring it back."""
    text = (folder / archive.MANIFEST).read_bytes()
    try:
        manifest = archive.read_manifest(text, hub := archive.hub_of(text))
    except archive.RefusedError:
        return None
    size, rows = sum(part.size for part in manifest.parts), sum(one.rows for one in manifest.counts)
    is_ours = hub == shelf.keys.public
    return Held(folder.name, datetime.fromisoformat(manifest.made_at), size, rows, is_ours, manifest.club, manifest.app)


async def make(shelf: Shelf, *, now: datetime, name: str = "", say: Say = lambda _: None) -> Path:
    """Make one and carry it to the other place."""
    shelf.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = await dump.make(shelf.server.dsn, shelf.data, shelf.folder, shelf.keys, now=now, name=name, say=say)
    if shelf.other:
        say("uploading")
        await places.upload(places.open_place(shelf.other), folder)
    return folder


async def elsewhere(shelf: Shelf) -> list[str]:
    """Whole backups in the other place that are not here."""
    if shelf.other is None:
        return []
    here = {one.name for one in await asyncio.to_thread(held, shelf)}
    return [name for name in await places.complete(places.open_place(shelf.other)) if name not in here]


async def known_elsewhere(shelf: Shelf) -> list[str]:
    """For a page: a storage that does not answer is no reason not to show the rest."""
    try:
        async with asyncio.timeout(4):
            return await elsewhere(shelf)
    except Exception:  # whatever a storage of somebody else's may say
        return []


async def known_before(shelf: Shelf) -> list[str]:
    """For a page: what could be gone back to, when the server lets us look."""
    try:
        return await restore.set_aside(shelf.server)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError):
        return []


async def fetch(shelf: Shelf, name: str) -> Path:
    if shelf.other is None or name not in await elsewhere(shelf):
        raise archive.refuse("partial", name)
    return await places.download(places.open_place(shelf.other), name, shelf.folder)


def sweep(shelf: Shelf, now: datetime) -> None:
    """What an interrupted backup, fetch or upload left behind a day ago."""
    if shelf.folder.is_dir():
        for path in shelf.folder.iterdir():
            if path.name.startswith(".") and now.timestamp() - path.stat().st_mtime > 86_400:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


async def tidy(shelf: Shelf, proven: set[str], keep: Keep) -> list[str]:
    """The same rule here and in the other place."""
    known = await asyncio.to_thread(held, shelf)
    ours = [Kept(one.name, one.made_at, one.name in proven) for one in known if one.is_ours]
    gone = [one.name for one in to_delete(ours, keep)]
    local = places.open_place(places.Place(str(shelf.folder)))
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
    return await restore.restore(shelf.server, folder, trusted, identity, now=now, say=say)


def opened(kit: keys.Kit) -> Any:
    try:
        return keys.x25519.Identity.from_str(kit.secret)
    except keys.IdentityError:
        raise archive.refuse("wrong_key") from None
