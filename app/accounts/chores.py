"""What nobody needs any more: ended sessions and tokens, answered challenges, forgotten guesses."""

from datetime import datetime

from app.accounts.actions import guessing, sessions
from app.db import Db


async def clear_away(db: Db, now: datetime) -> None:
    await sessions.sweep(db, now)
    await guessing.sweep(db, now)
