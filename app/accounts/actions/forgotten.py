"""A forgotten password, where the club has mail. The request puts a note down; the worker finds out whose it is."""

import base64
from datetime import datetime
from typing import Any
from uuid import UUID

from app import clock, settings
from app.accounts import keys, letters
from app.accounts.actions.links import make_link
from app.accounts.queries import addresses
from app.db import Database, Db
from app.jobs.actions import enqueue
from app.mail import actions as mail
from app.settings import Settings

FOR = b"forgotten"


async def ask(db: Db, config: Settings, email: str, *, id: UUID, now: datetime) -> None:
    sealed = base64.b64encode(keys.seal(config.secret, email.encode(), FOR)).decode()
    await enqueue(db, "accounts.forgotten", {"id": str(id), "sealed": sealed}, id=id, now=now)


async def answer(database: Database, args: dict[str, Any], config: Settings | None = None) -> None:
    """Whom we do not know gets no letter. The same note twice is one link and one letter."""
    config = config or settings.load()
    email = keys.unseal(config.secret, base64.b64decode(args["sealed"]), FOR)
    async with database.work("forgotten") as db:
        reader = await addresses.by_email(db, (email or b"").decode())
        id, now = UUID(args["id"]), clock.now()
        if reader is None or reader.email is None or await db.value("select exists(select from link where id = $1)", id):
            return
        key, key_hash = keys.new_key()
        ends_at = await make_link(db, None, reader.person_id, "reset", key_hash, id=id, now=now)
        link = f"{config.address}/welcome#{key}"
        letter = letters.way_in(
            reader.email, reader.name, reader.gym, link, "reset", ends_at, locale=reader.locale, zone=reader.zone
        )
        # The note's own id is taken until it is ticked off; the letter's is the link's key.
        await mail.write(db, config, letter, id=UUID(bytes=key_hash[:16]), now=now)
