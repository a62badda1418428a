"""Cookie → session → Actor. Postgres is the truth; the cache only saves asking it.

The id in the cookie is 256 random bits, kept as SHA-256. It changes at sign-in. Anonymous visitors have no session.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.actor import Actor
from app.db import Database
from app.settings import Settings
from app.visit import Visit
from app.web.cache import Cache

MEMBER_LIFE = timedelta(days=90)
STAFF_LIFE = timedelta(hours=12)


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


# Reads the session by the token's hash. Set by accounts when the app is put together: web knows no feature.
Lookup = Callable[[Any, bytes, datetime], Any]


class Sessions:
    def __init__(self, settings: Settings, cache: Cache, lookup: Lookup) -> None:
        self.settings = settings
        self.cache = cache
        self.lookup = lookup

    def cookie_name(self, secure: bool) -> str:
        return "__Host-sid" if secure else "sid"

    async def actor(self, database: Database, token: str, now: datetime) -> Actor | None:
        token_hash = hashlib.sha256(token.encode()).digest()
        key = "sid:" + token_hash.hex()
        epoch, kept = await self.cache.get(key)
        known = msgspec.msgpack.decode(kept, type=Known) if kept else None
        if known is None:
            known = await self.lookup(database.reading(), token_hash, now)
            if known is None:
                return None
            await self.cache.put(key, msgspec.msgpack.encode(known), epoch)
        return self._actor(known, token_hash) if known.ends_at > now else None

    def _actor(self, known: Known, token_hash: bytes) -> Actor:
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
            fresh_at=known.fresh_at,
            token=token_hash,
        )

    def csrf(self, actor: Actor) -> str:
        return hmac.new(self.settings.secret, b"csrf" + actor.token, hashlib.sha256).hexdigest()[:40]

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
