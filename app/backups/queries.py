"""What the owner sees of the backups."""

from dataclasses import dataclass
from datetime import datetime

from app.backups.rules import light
from app.db import Db


@dataclass(frozen=True, slots=True)
class Safety:
    """When the last backup was made, and when one was last proven by a restore."""

    made_at: datetime | None
    proven_at: datetime | None
    light: str = "red"


async def safety(db: Db, now: datetime) -> Safety:
    found = await db.one(
        Safety,
        """select max(done_at) filter (where kind = 'backup' and error = '') as made_at,
                  max(done_at) filter (where kind = 'drill' and error = '') as proven_at from backup_run where done_at <= $1""",
        now,
    )
    assert found is not None
    return Safety(found.made_at, found.proven_at, light(found.proven_at, found.made_at, now))
