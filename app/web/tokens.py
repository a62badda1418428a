"""Bearer tokens of /api/v1: signed with Ed25519, short, and worth nothing without their row in Postgres.

The header is one constant, compared byte by byte: there is no algorithm to choose, so none to confuse.
"""

import base64
import hashlib
import hmac
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.actor import Actor
from app.db import Database
from app.keyring import derived
from app.web.sessions import Known, Sessions

ISSUER, AUDIENCE = "spotter", "spotter-api"
LONGEST = 1_000


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    iss: str
    aud: str
    sub: str
    jti: UUID
    nbf: int
    exp: int


@dataclass(frozen=True, slots=True)
class Refresh:
    family_id: UUID
    generation: int


class Tokens:
    """Signs and reads. Whose token it is, and whether it still counts, Postgres says (`lookup`)."""

    def __init__(self, sessions: Sessions, lookup: Callable[[Any, UUID, datetime], Any]) -> None:
        self.sessions = sessions
        self.lookup = lookup
        secret = sessions.settings.secret
        self.key = Ed25519PrivateKey.from_private_bytes(derived(secret, "api tokens"))
        self.refresh_key = derived(secret, "refresh tokens")
        kid = hashlib.sha256(self.key.public_key().public_bytes_raw()).hexdigest()[:16]
        self.header = packed(b'{"alg":"EdDSA","typ":"at+jwt","kid":"' + kid.encode() + b'"}')
        self.signed = lru_cache(1_000)(self._signed)  # a turnstile shows the same token all day

    def sign(self, id: UUID, subject: UUID, now: datetime, ends_at: datetime) -> str:
        claims = Claims(ISSUER, AUDIENCE, str(subject), id, int(now.timestamp()), int(ends_at.timestamp()))
        said = self.header + "." + packed(msgspec.json.encode(claims))
        return said + "." + packed(self.key.sign(said.encode()))

    def read(self, token: str, now: datetime) -> Claims | None:
        """What the token says, when it is ours and its time has come and not gone."""
        if len(token) > LONGEST:
            return None
        try:
            claims = self.signed(token)
        except (InvalidSignature, ValueError, msgspec.MsgspecError):
            return None
        moment = int(now.timestamp())
        ours = claims.iss == ISSUER and claims.aud == AUDIENCE and claims.nbf <= moment + 5
        return claims if ours and moment < claims.exp else None

    def _signed(self, token: str) -> Claims:
        """What it says, if it is ours; an error is not remembered."""
        head, said, mark = token.split(".")
        if head != self.header:
            raise InvalidSignature
        self.key.public_key().verify(unpacked(mark), f"{head}.{said}".encode())
        return msgspec.json.decode(unpacked(said), type=Claims)

    def sign_refresh(self, family_id: UUID, generation: int) -> str:
        """Nothing is kept of it: a database that leaks gives no refresh token away."""
        said = family_id.bytes + struct.pack(">I", generation)
        return "rt_" + packed(said + hmac.digest(self.refresh_key, said, "sha256"))

    def read_refresh(self, token: str) -> Refresh | None:
        try:
            whole = unpacked(token.removeprefix("rt_")) if token.startswith("rt_") else b""
        except ValueError:
            return None
        said, mark = whole[:20], whole[20:]
        if len(said) != 20 or not hmac.compare_digest(hmac.digest(self.refresh_key, said, "sha256"), mark):
            return None
        return Refresh(UUID(bytes=said[:16]), struct.unpack(">I", said[16:])[0])

    async def actor(self, database: Database, token: str, now: datetime) -> Actor | None:
        """One cache read; without a cache one statement; without Postgres an error, never a guess."""
        claims = self.read(token, now)
        if claims is None:
            return None
        key = f"jti:{claims.jti}"
        epoch, kept = await self.sessions.cache.get(key)
        known = msgspec.msgpack.decode(kept, type=Known) if kept else None
        if known is None:
            known = await self.lookup(database.reading(), claims.jti, now)
            if known is None:
                return None
            await self.sessions.cache.put(key, msgspec.msgpack.encode(known), epoch)
        return self.sessions.as_actor(known, b"") if known.ends_at > now else None


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    """Strict: one text per value, so that a signature cannot be written in two ways."""
    data = base64.b64decode(text.encode("ascii", "replace") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if packed(data) != text:
        raise ValueError("not the shortest form")
    return data
