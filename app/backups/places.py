"""Where backups are kept: a folder, or any S3-compatible storage. An upload counts when it was read back whole."""

import hashlib
from pathlib import Path
from typing import Any

import obstore
from obstore.store import LocalStore, S3Store

from app.backups.archive import MANIFEST, refuse

CHUNK = 8 * 1024 * 1024


def open_place(url: str, options: dict[str, str] | None = None) -> Any:
    """`/mnt/usb/backups` or `s3://bucket/prefix`, with endpoint and keys in the options."""
    if url.startswith("s3://"):
        given = dict(options or {})
        plain = given.get("endpoint", "").startswith("http://")
        return S3Store.from_url(url, client_options={"allow_http": plain}, **given)
    path = Path(url)
    path.mkdir(parents=True, exist_ok=True)
    return LocalStore(path)


async def upload(place: Any, folder: Path) -> None:
    """Parts first, each read back; the manifest last. A part that is there already and whole is not sent again."""
    parts = [path for path in sorted(folder.iterdir()) if path.name != MANIFEST]
    for path in [*parts, folder / MANIFEST]:
        wanted = digest(path)
        key = f"{folder.name}/{path.name}"
        if await held(place, key, path.stat().st_size) == wanted:
            continue
        with path.open("rb") as file:
            await obstore.put_async(place, key, file)
        if await held(place, key, path.stat().st_size) != wanted:
            raise OSError(f"{path.name} did not arrive whole")


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
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    for key in await keys_of(place, name):
        answer = await obstore.get_async(place, key)
        with (target / key.rsplit("/", 1)[-1]).open("wb") as file:
            async for chunk in answer.stream(min_chunk_size=CHUNK):
                file.write(chunk)
    if not (target / MANIFEST).exists():
        raise refuse("partial", MANIFEST)
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


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
