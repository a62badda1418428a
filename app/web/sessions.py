"""Cookie → session → Actor. Postgres is the truth; the cache only saves asking it.

The id in the cookie is 256 random bits, kept as SHA-256. It changes at sign-in. Anonymous visitors have no session.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app import metrics
from app.actor import Actor
from app.db import Database
from app.settings import Settings
from app.visit import Visit
from app.web.cache import Cache


class Known(msgspec.Struct, frozen=True):
    """What the cache keeps of a session: plain values, no secrets but the ids."""

    person_id: UUID
    session_id: UUID
    club_id: UUID
    gym_id: UUID
    gym_ids: tuple[UUID, ...]
    gym_name: str
    name: str
    roles: frozenset[str]
    permissions: frozenset[str]
    zone: str
    locale: str
    currency: str
    units: str
    theme: str
    country: str
    is_demo: bool
    fresh_at: datetime
    ends_at: datetime
    accent: str = ""
    logo: str = ""
    step: str = "open"  # or what is still missing: factor, enrol, locked
    locks_at: datetime | None = None  # nobody touched it for too long: the PIN, please
    touch_at: datetime | None = None  # worth writing down that somebody is still here
    slides_by: timedelta | None = None  # and the end moves with it


HIT, MISS = metrics.lookups.labels("hit"), metrics.lookups.labels("miss")

# Reads the session by the token's hash. Set by accounts when the app is put together: web knows no feature.
Lookup = Callable[[Any, bytes, datetime], Any]
Touch = Callable[[Any, UUID, datetime, datetime], Any]


class Sessions:
    def __init__(self, settings: Settings, cache: Cache, lookup: Lookup, touch: Touch) -> None:
        self.settings = settings
        self.cache = cache
        self.lookup = lookup
        self.touch = touch
        # The same person asks again and again: what the cache keeps of them is unpacked once, and their form token made once.
        self.read = lru_cache(1_000)(self._read)
        self.token_of = lru_cache(1_000)(self._token_of)

    def cookie_name(self, secure: bool) -> str:
        return "__Host-sid" if secure else "sid"

    async def actor(self, database: Database, token: str, now: datetime, visit: Visit | None = None) -> Actor | None:
        """One cache read. With a visit it counts as somebody being there; a stream that only looks on does not."""
        token_hash = hashlib.sha256(token.encode()).digest()
        key = "sid:" + token_hash.hex()
        epoch, kept = await self.cache.get(key)
        known, who = self.read(kept, token_hash) if kept is not None else (None, None)
        (HIT if known else MISS).inc()
        if known is None or is_due(known, now):
            # The copy may be a minute old: before anything is locked or written, the truth is read.
            known = await self.lookup(database.reading(), token_hash, now)
            if known is None:
                return None
            if known.locks_at is not None and known.locks_at <= now:
                known = msgspec.structs.replace(known, step="locked")
            elif visit is not None and is_due(known, now):
                known = await self._still_here(database, known, token, now, visit)
            await self.cache.put(key, msgspec.msgpack.encode(known), epoch)
            who = self.as_actor(known, token_hash)
        return who if known.ends_at > now else None

    def _read(self, kept: bytes, token_hash: bytes) -> tuple[Known, Actor]:
        known = msgspec.msgpack.decode(kept, type=Known)
        return known, self.as_actor(known, token_hash)

    async def _still_here(self, database: Database, known: Known, token: str, now: datetime, visit: Visit) -> Known:
        ends_at = now + known.slides_by if known.slides_by else known.ends_at
        await self.touch(database.reading(), known.session_id, now, ends_at)
        if known.slides_by:
            self.give(visit, token, known.slides_by)
        return msgspec.structs.replace(known, touch_at=now + timedelta(minutes=5), locks_at=None, ends_at=ends_at)

    def as_actor(self, known: Known, token_hash: bytes) -> Actor:
        return Actor(
            person_id=known.person_id,
            session_id=known.session_id,
            club_id=known.club_id,
            gym_id=known.gym_id,
            gym_ids=known.gym_ids,
            gym_name=known.gym_name,
            name=known.name,
            roles=known.roles,
            permissions=known.permissions,
            zone=ZoneInfo(known.zone),
            locale=known.locale,
            currency=known.currency,
            units=known.units,
            theme=known.theme,
            country=known.country,
            is_demo=known.is_demo,
            accent=known.accent,
            logo=known.logo,
            fresh_at=known.fresh_at,
            step=known.step,
            token=token_hash,
        )

    def csrf(self, actor: Actor) -> str:
        return self.token_of(actor.token)

    def _token_of(self, token: bytes) -> str:
        return hmac.new(self.settings.secret, b"csrf" + token, hashlib.sha256).hexdigest()[:40]

    def is_csrf(self, actor: Actor, given: str) -> bool:
        return hmac.compare_digest(self.csrf(actor).encode(), given.encode("utf-8", "replace"))

    def give(self, visit: Visit, token: str, life: timedelta) -> None:
        """Hand the browser its session cookie."""
        secure = "; Secure" if visit.secure else ""
        name = self.cookie_name(visit.secure)
        age = int(life.total_seconds())
        visit.cookies.append(f"{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")

    def take_back(self, visit: Visit) -> None:
        secure = "; Secure" if visit.secure else ""
        visit.cookies.append(f"{self.cookie_name(visit.secure)}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}")

    def forget(self, visit: Visit) -> None:
        """Who may do what has changed: everybody's next request asks Postgres, once this is committed."""
        visit.after.append(self.cache.new_epoch)


def new_token() -> tuple[str, bytes]:
    token = secrets.token_urlsafe(32)
    return token, hashlib.sha256(token.encode()).digest()


def is_due(known: Known, now: datetime) -> bool:
    due = [moment for moment in (known.locks_at, known.touch_at) if moment is not None]
    return known.step == "open" and bool(due) and min(due) <= now
