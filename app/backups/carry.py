"""A backup as one file: a plain tar of its parts, to carry away and to bring back. It grows through the wire, never in memory."""

import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from app.backups import archive
from app.backups.archive import MANIFEST, Manifest, refuse

CHUNK = 1024 * 1024
PARTS = 16
MOST_MANIFEST = 4 * 1024 * 1024


def packed(folder: Path) -> Iterator[bytes]:
    """The manifest first, so that whoever takes it in knows what must follow."""
    for path in [folder / MANIFEST, *sorted(one for one in folder.iterdir() if one.name != MANIFEST)]:
        head = tarfile.TarInfo(path.name)
        head.size = path.stat().st_size
        yield head.tobuf(tarfile.PAX_FORMAT)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
        yield bytes(-head.size % tarfile.BLOCKSIZE)
    yield bytes(tarfile.BLOCKSIZE * 2)


def take_in(source: IO[bytes], draft: Path) -> str:
    """Unpacked under a draft name, checked to be whole and signed by the hub it names. What it is called.

    That says nothing about trust: bringing one of another hub back still needs that hub's kit.
    """
    try:
        draft.mkdir(parents=True)
        unpack(source, draft)
        return name_of(whole(draft))
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def put(draft: Path, target: Path) -> None:
    """On the shelf, once; a draft that never gets here is swept away after a day."""
    if not target.exists():
        draft.rename(target)
    shutil.rmtree(draft, ignore_errors=True)


def unpack(source: IO[bytes], draft: Path) -> None:
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for number, member in enumerate(tar):
                if number >= PARTS or not is_part(member):
                    raise refuse("not_a_backup", member.name[:80])
                inside = tar.extractfile(member)
                assert inside is not None
                with (draft / member.name).open("xb") as file:
                    shutil.copyfileobj(inside, file, CHUNK)
    except (tarfile.TarError, FileExistsError, EOFError):
        raise refuse("partial" if (draft / MANIFEST).exists() else "not_a_backup") from None


def is_part(member: tarfile.TarInfo) -> bool:
    """Plain files of ours: nothing that could land elsewhere, nothing endless before the manifest is known."""
    if member.name == MANIFEST:
        return member.isreg() and member.size <= MOST_MANIFEST
    return member.isreg() and member.name in {"database.age", "keys.age"}


def whole(draft: Path) -> Manifest:
    path = draft / MANIFEST
    if not path.is_file():
        raise refuse("not_a_backup")
    text = path.read_bytes()
    manifest = archive.read_manifest(text, archive.hub_of(text))
    for part in manifest.parts:
        archive.check_part(draft, part)
    return manifest


def name_of(manifest: Manifest) -> str:
    """From the moment when it was made, as on the shelf that it came from."""
    made: Any = "".join(letter for letter in manifest.made_at[:19] if letter.isdigit() or letter == "T")
    if len(made) != 15:
        raise refuse("not_a_backup", "made_at")
    return f"{made}Z"
