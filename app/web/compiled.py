"""What templates became in a language, kept beside them as Python keeps its own modules: the next start need not compile again.

In the compiled text stand words, addresses of routes and of assets, so any change of the house makes all of it anew.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from app.places import APP, ASSETS, TEMPLATES

FOLDER = TEMPLATES / "__pycache__"


class Compiled(FileSystemBytecodeCache):
    """A folder that cannot be written, a full disk: then each start compiles for itself."""

    def __init__(self, kind: str, folder: Path = FOLDER, sources: tuple[Path, ...] = (APP, TEMPLATES, ASSETS)) -> None:
        self.place = folder / stamp(sources)
        super().__init__(str(self.place), f"{kind}-%s.cache")
        with suppress(OSError):
            if not self.place.exists():
                shutil.rmtree(folder, ignore_errors=True)
                self.place.mkdir(parents=True)

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def stamp(sources: tuple[Path, ...]) -> str:
    """Another one as soon as any file is another one."""
    seen = sorted(f"{path} {at.st_mtime_ns} {at.st_size}" for source in sources for path, at in files(str(source)))
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:20]


def files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as found:
        for one in found:
            if one.is_dir():
                if one.name != "__pycache__":
                    yield from files(one.path)
            else:
                yield one.path, one.stat()
