"""The cache in front of sessions. Nothing true lives here.

Every entry carries the epoch it was read under. Anything that changes who may do what (a sign-out, a role, a revoked
device) draws a new epoch *after* its commit, so every entry of every worker is read again from Postgres once. That is
one rule instead of many invalidations, and a slow reader cannot bring an old truth back: what it read carries the old epoch.
"""

import asyncio
import mmap
import os
import time
from pathlib import Path
from typing import Any, Protocol

from app.web.pipe import Pipe, Word

LIFE = 60  # seconds an entry is trusted without asking Postgres


class Cache(Protocol):
    async def get(self, key: str) -> tuple[bytes, bytes | None]:
        """The epoch now, and what is kept under the key in this epoch."""

    async def put(self, key: str, value: bytes, epoch: bytes) -> None: ...

    async def new_epoch(self) -> None: ...

    async def close(self) -> None: ...


class HouseCache:
    """In the process; the epoch lives in eight shared bytes that all workers of this machine map."""

    def __init__(self, folder: Path | None = None, limit: int = 5_000) -> None:
        self.kept: dict[str, tuple[bytes, float, bytes]] = {}
        self.limit = limit
        self.epoch: Any = _shared_bytes(folder / "epoch") if folder else bytearray(8)

    async def get(self, key: str) -> tuple[bytes, bytes | None]:
        epoch = bytes(self.epoch[:8])
        entry = self.kept.get(key)
        if entry is None or entry[0] != epoch or entry[1] < time.monotonic():
            return epoch, None
        return epoch, entry[2]

    async def put(self, key: str, value: bytes, epoch: bytes) -> None:
        if len(self.kept) >= self.limit:
            self.kept.clear()
        self.kept[key] = (epoch, time.monotonic() + LIFE, value)

    async def new_epoch(self) -> None:
        self.epoch[:8] = os.urandom(8)

    async def close(self) -> None:
        if isinstance(self.epoch, mmap.mmap):
            self.epoch.close()


def _shared_bytes(path: Path) -> mmap.mmap:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.fstat(descriptor).st_size < 8:
            os.write(descriptor, os.urandom(8))
        return mmap.mmap(descriptor, 8)
    finally:
        os.close(descriptor)


EPOCH = "spotter:epoch"


class ValkeyCache:
    """Shared by all processes of a club. Slow or gone, it counts as empty for five seconds, and Postgres answers."""

    def __init__(self, url: str) -> None:
        self.pipe = Pipe(url, patience=0.1)
        self.closed_until = 0.0
        self.pending: asyncio.Task[None] | None = None

    @property
    def is_away(self) -> bool:
        return time.monotonic() < self.closed_until

    async def get(self, key: str) -> tuple[bytes, bytes | None]:
        answer = await self._ask("MGET", EPOCH, key)
        if answer is None:
            return b"", None
        epoch, kept = answer
        if epoch is None:
            epoch = os.urandom(8)
            await self._ask("SET", EPOCH, epoch, "NX")
            return epoch, None
        return epoch, kept[8:] if kept is not None and kept[:8] == epoch else None

    async def put(self, key: str, value: bytes, epoch: bytes) -> None:
        if epoch:
            await self._ask("SET", key, epoch + value, "EX", LIFE)

    async def new_epoch(self) -> None:
        if not await self._draw():
            # Others may still reach it: keep trying until the old entries are dead, here and by their own age.
            self.pending = asyncio.create_task(self._keep_drawing())

    async def _draw(self) -> bool:
        try:
            await self.pipe.ask("SET", EPOCH, os.urandom(8))
        except (OSError, TimeoutError):
            return False
        return True

    async def _keep_drawing(self) -> None:
        for _try in range(2 * LIFE):
            await asyncio.sleep(0.5)
            if await self._draw():
                return

    async def _ask(self, *words: Word) -> Any:
        if self.is_away:
            return None
        try:
            return await self.pipe.ask(*words)
        except (OSError, TimeoutError):
            self.closed_until = time.monotonic() + 5
            return None

    async def close(self) -> None:
        if self.pending:
            self.pending.cancel()
        await self.pipe.close()


def open_cache(valkey_url: str | None, folder: Path | None) -> Cache:
    return ValkeyCache(valkey_url) if valkey_url else HouseCache(folder)
