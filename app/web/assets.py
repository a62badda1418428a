"""Assets by content: `/assets/<hash>/css/base.css` never changes, so browsers keep it for ever.

Read, fingerprinted and compressed once when the process starts. The hash is of the whole set, which lets modules import
each other by relative paths and still change all together.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.places import ASSETS

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("image/svg+xml", ".svg")
mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("image/webp", ".webp")

TEXT = {".css", ".js", ".svg", ".webmanifest", ".json", ".wasm", ".txt"}
HIDDEN = {".toml", ".md", ".po"}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    packed: bytes | None
    kind: str
    etag: str


class Assets:
    def __init__(self, folder: Path = ASSETS, *, dev: bool = False) -> None:
        self.folder = folder
        self.dev = dev
        self.read()

    def read(self) -> None:
        self.files: dict[str, Asset] = {}
        whole = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and path.suffix not in HIDDEN and not path.name.startswith("."):
                self.files[name] = read_asset(path)
                whole.update(name.encode() + self.files[name].etag.encode())
        self.version = whole.hexdigest()[:12]

    def url(self, name: str) -> str:
        if name not in self.files:
            raise LookupError(f"there is no asset {name!r}")
        return f"/assets/{self.version}/{name}"

    def worker(self) -> Asset | None:
        """The service worker, told what belongs to this version, so that it changes with each release."""
        if "sw.js" not in self.files:
            return None
        kept = [
            self.url(name)
            for name in self.files
            if name.startswith(("css/", "js/", "icons/", "vendor/"))
            and not name.startswith("vendor/qr/")
            and not name.endswith((".wasm", ".png"))
        ]
        head = f"const VERSION = {msgspec.json.encode(self.version).decode()};\nconst ASSETS = {msgspec.json.encode(kept).decode()};\n"
        body = head.encode() + self.files["sw.js"].body
        return Asset(body, gzip.compress(body, 9, mtime=0), "text/javascript; charset=utf-8", etag_of(body))

    def answer(self, path: str, accepts: str, if_none_match: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Status, headers and body for a path under /assets/."""
        version, _slash, name = path.partition("/")
        if self.dev:
            self.read()
        asset = self.files.get(name)
        if asset is None:
            return 404, [(b"content-type", b"text/plain; charset=utf-8")], b"There is no such file."
        return reply(asset, FOREVER if version == self.version and not self.dev else "no-cache", accepts, if_none_match)


def reply(asset: Asset, cache: str, accepts: str, if_none_match: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    headers = [(b"cache-control", cache.encode()), (b"etag", asset.etag.encode()), (b"vary", b"accept-encoding")]
    if asset.etag in if_none_match:
        return 304, headers, b""
    body = asset.body
    if asset.packed is not None and "gzip" in accepts:
        body = asset.packed
        headers.append((b"content-encoding", b"gzip"))
    headers += [(b"content-type", asset.kind.encode()), (b"content-length", str(len(body)).encode())]
    return 200, headers, body


def read_asset(path: Path) -> Asset:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    is_text = path.suffix in TEXT
    packed = gzip.compress(body, 9, mtime=0) if is_text and len(body) > 200 else None
    charset = "; charset=utf-8" if is_text and path.suffix != ".wasm" else ""
    return Asset(body, packed, kind + charset, etag_of(body))


def etag_of(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'
