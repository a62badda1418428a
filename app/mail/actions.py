"""Letters are written inside the transaction that they tell about, and posted by the worker.

A letter may hold a way in, so it waits in the database sealed with this house's key: neither a dump nor a log can read it.
"""

import base64
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from app import clock, settings
from app.db import Database, Db
from app.jobs.actions import PermanentError, enqueue
from app.keyring import derived
from app.mail import post
from app.mail.letters import Letter, envelope
from app.settings import Settings

KIND = "mail.send"


async def write(db: Db, config: Settings, letter: Letter, *, id: UUID, now: datetime, due: datetime | None = None) -> bool:
    """False when this gym has no mail: then a person hands it over. The same id twice is one letter."""
    if config.mail_url is None:
        return False
    await enqueue(db, KIND, {"id": str(id), "sealed": seal(config, letter, id)}, id=id, now=now, due=due)
    return True


async def send(_: Database, args: dict[str, Any], config: Settings | None = None) -> None:
    """The job. A letter that was accepted but not ticked off goes again under the same Message-ID."""
    config = config or settings.load()
    id = UUID(args["id"])
    message = envelope(unseal(config, args["sealed"], id), config.mail_from, id=id, now=clock.now())
    try:
        await post.deliver(config, message)
    except post.RefusedError as refused:
        raise PermanentError(str(refused)) from None


def seal(config: Settings, letter: Letter, id: UUID) -> str:
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + box(config).encrypt(nonce, msgspec.json.encode(letter), id.bytes)).decode()


def unseal(config: Settings, sealed: str, id: UUID) -> Letter:
    raw = base64.b64decode(sealed)
    try:
        return msgspec.json.decode(box(config).decrypt(raw[:12], raw[12:], id.bytes), type=Letter)
    except InvalidTag:
        raise PermanentError("written under another key of this house") from None


def box(config: Settings) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(derived(config.secret, "letters"))
