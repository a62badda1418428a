"""argon2id, never on the event loop: at most two hashes at once, at most twenty people waiting.

Whoever has signed in from this very browser before finds twenty more places: a crowd of guessers does not fill those.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

COST: dict[str, Any] = {"time_cost": 2, "memory_cost": 19_456, "parallelism": 1}
hasher = PasswordHasher(**COST)


def _give_way() -> None:
    """Whoever signs in waits a moment longer, and the desk beside them does not notice."""
    if sys.platform == "linux":  # there a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)


_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2", initializer=_give_way)
_waiting = 0
MOST_WAITING = 20
KEPT_FREE = 20

# Verified when the address is unknown, so that both answers take the same work: of 32 random bytes that nobody has kept.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$uLhlLR3GxN29mK2OP245UA$Mj2j5O2t0No4w7a/olNbBPC01ez3rGRDcx6TItLjDuU"


class TooBusy(Exception):
    """More people are signing in than this machine can check; ask again in a moment."""


async def _in_pool(work: Callable[..., Any], *args: Any, is_known: bool = False) -> Any:
    global _waiting
    if _waiting >= MOST_WAITING + KEPT_FREE * is_known:
        raise TooBusy
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, work, *args)
    finally:
        _waiting -= 1


async def make_hash(password: str) -> str:
    return str(await _in_pool(hasher.hash, password))


async def verify(password_hash: str | None, password: str, *, is_known: bool = False) -> bool:
    return bool(await _in_pool(_verify, password_hash or NOBODY, password, is_known=is_known)) and password_hash is not None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    return hasher.check_needs_rehash(password_hash)
