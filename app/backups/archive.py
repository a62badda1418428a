"""A backup is a folder: encrypted parts, and a signed manifest written last. Without the manifest it does not exist."""

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import msgspec
import pyrage

from app.backups import keys as keys_
from app.backups.keys import Keys
from app.backups.rules import Refused

MANIFEST = "manifest.json"
FORMAT = 1


class Part(msgspec.Struct, frozen=True):
    name: str
    size: int
    sha256: str  # of the file as it lies there
    inner_sha256: str  # of what is inside


class Count(msgspec.Struct, frozen=True):
    table: str
    rows: int
    content: str  # the same for the same rows in any order


class Manifest(msgspec.Struct, frozen=True):
    format: int
    club: str
    club_id: str
    made_at: str
    app: str
    schema: str
    epoch: int
    parts: list[Part]
    counts: list[Count]


class Signed(msgspec.Struct, frozen=True):
    manifest: str  # the very text that was signed
    signature: str
    hub: str


class RefusedError(Exception):
    def __init__(self, refused: Refused) -> None:
        super().__init__(f"{refused.code} {refused.detail}".strip())
        self.refused = refused


def refuse(code: str, detail: str = "") -> RefusedError:
    return RefusedError(Refused(code, detail))


class Counting(io.RawIOBase):
    """Passes bytes on and knows their sum and their hash."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.size = 0
        self.hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._seen(self.inner.read(size))

    def write(self, data: Any) -> int:
        self.inner.write(data)
        self._seen(bytes(data))
        return len(data)

    def flush(self) -> None:
        self.inner.flush()

    def _seen(self, data: bytes) -> bytes:
        self.size += len(data)
        self.hash.update(data)
        return data


def seal(source: Any, path: Path, keys: Keys) -> Part:
    """Encrypts what is read into a file, under a draft name until it is whole."""
    draft = path.with_suffix(".part")
    inner = Counting(source)
    with draft.open("wb") as file:
        outer = Counting(file)
        pyrage.encrypt_io(inner, outer, keys.recipients)
        settle(file)
    draft.rename(path)
    return Part(path.name, outer.size, outer.hash.hexdigest(), inner.hash.hexdigest())


def settle(file: Any) -> None:
    """On the disk, not only on its way there: after this its name may say that it is whole."""
    file.flush()
    os.fsync(file.fileno())


def unseal(path: Path, part: Part, identity: Any, target: Any) -> None:
    """Decrypts a part that was checked before; what comes out must be what went in."""
    inner = Counting(target)
    with path.open("rb") as file:
        try:
            pyrage.decrypt_io(file, inner, [identity])
        except pyrage.DecryptError as error:
            raise refuse("wrong_key" if "No matching keys" in str(error) else "altered", part.name) from None
    if inner.hash.hexdigest() != part.inner_sha256:
        raise refuse("altered", part.name)


def write_manifest(folder: Path, manifest: Manifest, keys: Keys) -> None:
    text = msgspec.json.encode(manifest)
    signed = Signed(text.decode(), keys_.sign(keys, text), keys.public)
    draft = folder / (MANIFEST + ".part")
    with draft.open("wb") as file:
        file.write(wrapped(signed))
        settle(file)
    draft.rename(folder / MANIFEST)


def wrapped(signed: Signed) -> bytes:
    return msgspec.json.format(msgspec.json.encode(signed))


def hub_of(text: bytes) -> str:
    """Whose key the manifest names. What it says of itself: trust comes from `read_manifest` alone."""
    try:
        return msgspec.json.decode(text, type=Signed).hub
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise refuse("not_a_backup") from None


def read_manifest(text: bytes, trusted: str) -> Manifest:
    """The manifest, if the hub that we trust has signed it."""
    try:
        signed = msgspec.json.decode(text, type=Signed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise refuse("not_a_backup") from None
    if text != wrapped(signed):  # one way to write it, so that not even a blank may change
        raise refuse("altered", MANIFEST)
    if signed.hub != trusted:
        raise refuse("foreign")
    if not keys_.is_signed_by(trusted, signed.manifest.encode(), signed.signature):
        raise refuse("altered", MANIFEST)
    try:
        return msgspec.json.decode(signed.manifest, type=Manifest)
    except msgspec.DecodeError:
        raise refuse("not_a_backup") from None


def verify(folder: Path, trusted: str, known_schemas: list[str]) -> Manifest:
    """Every part is there, whole and unaltered, and this version knows the schema. Nothing has been decrypted yet."""
    path = folder / MANIFEST
    if not path.exists():
        raise refuse("partial", MANIFEST)
    manifest = read_manifest(path.read_bytes(), trusted)
    if manifest.format > FORMAT or manifest.schema not in known_schemas:
        raise refuse("newer_schema", manifest.schema)
    for part in manifest.parts:
        check_part(folder, part)
    return manifest


def check_part(folder: Path, part: Part) -> None:
    if "/" in part.name or part.name.startswith("."):
        raise refuse("not_a_backup", part.name)
    path = folder / part.name
    if not path.is_file() or path.is_symlink():
        raise refuse("partial", part.name)
    if path.stat().st_size != part.size:
        raise refuse("partial" if path.stat().st_size < part.size else "altered", part.name)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
            raise refuse("altered", part.name)
