"""What the owner sees of the backups."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.backups.rules import is_paper_due, light
from app.db import Db


@dataclass(frozen=True, slots=True)
class Safety:
    """When the last backup was made, and when one was last proven by a restore."""

    made_at: datetime | None
    proven_at: datetime | None
    light: str = "red"
    paper_seen_at: datetime | None = None  # the recovery kit, when somebody last had it in their hand
    is_paper_due: bool = False


async def safety(db: Db, now: datetime) -> Safety:
    found = await db.one(
        Safety,
        """select max(done_at) filter (where kind = 'backup' and error = '') as made_at,
                  max(done_at) filter (where kind = 'drill' and error = '') as proven_at,
                  (select max(at) from audit_line where act = any('{backups.kit,backups.kit_seen}')) as paper_seen_at
             from backup_run where done_at <= $1""",
        now,
    )
    assert found is not None
    seen = found.paper_seen_at
    return Safety(found.made_at, found.proven_at, light(found.proven_at, found.made_at, now), seen, is_paper_due(seen, now))


@dataclass(frozen=True, slots=True)
class Run:
    kind: str
    name: str
    began_at: datetime
    done_at: datetime | None
    error: str
    by: str | None


async def runs(db: Db) -> list[Run]:
    return await db.all(
        Run,
        """select r.kind, r.name, r.began_at, r.done_at, r.error, p.name as by
             from backup_run r left join person p on p.id = r.by order by r.began_at desc limit 20""",
    )


async def newest(db: Db) -> str | None:
    name: str | None = await db.value(
        "select name from backup_run where kind = 'backup' and error = '' and done_at is not null order by done_at desc limit 1"
    )
    return name


async def proven(db: Db) -> list[str]:
    return await db.column("select name from backup_run where kind = 'drill' and error = '' and done_at is not null")


async def began_at(db: Db, id: UUID) -> datetime | None:
    found: datetime | None = await db.value("select began_at from backup_run where id = $1", id)
    return found
