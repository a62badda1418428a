"""Where backups are kept: a folder, or any S3-compatible storage. An upload counts when it was read back whole."""

import asyncio
import hashlib
import os
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import obstore
from obstore.store import LocalStore, S3Store

from app.backups.archive import MANIFEST, refuse

CHUNK = 8 * 1024 * 1024
PIECES = re.compile(r"\.\d{5}$")
PIECE = 64 * 1024 * 1024  # what is sent in one go to a storage far away; an interrupted upload goes on at the next piece
KEPT = "place.json"


class Place(msgspec.Struct, frozen=True):
    """`/mnt/usb/backups`, or `s3://bucket/prefix` with its endpoint and keys."""

    url: str
    endpoint: str = ""
    region: str = ""
    key_id: str = ""
    secret: str = ""

    @property
    def is_far(self) -> bool:
        return self.url.startswith("s3://")


def load(data: Path, otherwise: str | None = None) -> Place | None:
    """What the owner set on the page; else what the machine's settings say."""
    path = data / "keys" / KEPT
    if path.exists():
        found = msgspec.json.decode(path.read_bytes(), type=Place)
        return found if found.url else None
    return Place(otherwise) if otherwise else None


def keep(data: Path, place: Place) -> None:
    """Beside the keys: it holds one, and a restore must not change where backups go."""
    folder = data / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / (KEPT + ".new")
    draft.touch(mode=0o600)
    draft.write_bytes(msgspec.json.encode(place))
    draft.rename(folder / KEPT)


def open_place(place: Place) -> Any:
    if place.is_far:
        given = {"endpoint": place.endpoint, "region": place.region or "us-east-1"}
        given |= {"access_key_id": place.key_id, "secret_access_key": place.secret}
        plain = place.endpoint.startswith("http://")
        options = {"allow_http": plain, "timeout": "120s", "connect_timeout": "10s"}
        retries = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}
        return S3Store.from_url(
            place.url,
            client_options=options,
            retry_config=retries,
            **{name: value for name, value in given.items() if value},
        )
    path = Path(place.url)
    path.mkdir(parents=True, exist_ok=True)
    return LocalStore(path)


async def attempt(place: Place) -> str:
    """Writes, reads back and deletes a small file. What went wrong, or nothing."""
    text = os.urandom(32)
    try:
        store = open_place(place)
        await obstore.put_async(store, TRIAL, text)
        found = await (await obstore.get_async(store, TRIAL)).bytes_async()
        await obstore.delete_async(store, TRIAL)
    except Exception as error:  # whatever a storage of somebody else's may say
        return first_line(error)
    return "" if bytes(found) == text else "what was read back is not what was written"


TRIAL = ".spotter-trial"
MESSAGE = re.compile(r"<Message>(.+?)</Message>")


def first_line(error: Exception) -> str:
    """What the storage says itself, when it says something."""
    text = str(error)
    if said := MESSAGE.search(text):
        return said.group(1)[:300]
    return next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)[:300]


async def upload(place: Any, folder: Path, *, piece: int = PIECE) -> None:
    """Parts first, each read back; the manifest last. A piece that is there already and whole is not sent again."""
    parts = [path for path in sorted(folder.iterdir()) if path.name != MANIFEST]
    for path in [*parts, folder / MANIFEST]:
        for key, start, size in pieces(folder.name, path, 0 if isinstance(place, LocalStore) else piece):
            await send(place, key, path, start, size)


def pieces(name: str, path: Path, most: int) -> list[tuple[str, int, int]]:
    """Where each stretch of a file goes. A small one stays one object under its own name."""
    size = path.stat().st_size
    if not most or size <= most:
        return [(f"{name}/{path.name}", 0, size)]
    return [
        (f"{name}/{path.name}.{number:05}", start, min(most, size - start)) for number, start in enumerate(range(0, size, most))
    ]


async def send(place: Any, key: str, path: Path, start: int, size: int) -> None:
    wanted = await asyncio.to_thread(digest, path, start, size)
    if await held(place, key, size) == wanted:
        return
    with path.open("rb") as file:
        file.seek(start)
        await obstore.put_async(place, key, file if start == 0 and size == path.stat().st_size else file.read(size))
    if await held(place, key, size) != wanted:
        raise OSError(f"{key} did not arrive whole")


async def held(place: Any, key: str, size: int) -> str | None:
    """The hash of what lies there, read back; None when it is not there or of another size."""
    try:
        meta = await obstore.head_async(place, key)
    except FileNotFoundError:
        return None
    if meta["size"] != size:
        return None
    answer = await obstore.get_async(place, key)
    found = hashlib.sha256()
    async for chunk in answer.stream(min_chunk_size=CHUNK):
        found.update(chunk)
    return found.hexdigest()


async def download(place: Any, name: str, folder: Path) -> Path:
    """Under a draft name until everything is there."""
    draft, target = folder / f".{name}.fetched", folder / name
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for key in sorted(await keys_of(place, name)):
        answer = await obstore.get_async(place, key)
        whole = PIECES.sub("", key.rsplit("/", 1)[-1])
        with (draft / whole).open("ab") as file:
            async for chunk in answer.stream(min_chunk_size=CHUNK):
                file.write(chunk)
    if not (draft / MANIFEST).exists():
        shutil.rmtree(draft, ignore_errors=True)
        raise refuse("partial", MANIFEST)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    return target


async def keys_of(place: Any, prefix: str) -> list[str]:
    found: list[str] = []
    async for batch in obstore.list(place, prefix=f"{prefix}/"):
        found += [meta["path"] for meta in batch]
    return found


async def complete(place: Any) -> list[str]:
    """Names of the backups that are whole, newest first: those with a manifest."""
    found: list[str] = []
    async for batch in obstore.list(place):
        found += [meta["path"].rsplit("/", 1)[0] for meta in batch if meta["path"].endswith("/" + MANIFEST)]
    return sorted(found, reverse=True)


async def delete(place: Any, name: str) -> None:
    """The manifest first: from then on it is no backup any more, whatever happens next."""
    keys = sorted(await keys_of(place, name), key=lambda key: not key.endswith(MANIFEST))
    for key in keys:
        await obstore.delete_async(place, key)


def digest(path: Path, start: int, size: int) -> str:
    found, left = hashlib.sha256(), size
    with path.open("rb") as file:
        file.seek(start)
        while left and (chunk := file.read(min(CHUNK, left))):
            found.update(chunk)
            left -= len(chunk)
    return found.hexdigest()
