"""The text that is signed, and who has signed which version of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Waiver:
    id: UUID
    number: int
    title: str
    body: str
    published_at: datetime
    signed: int = 0


async def current_waiver(db: Db) -> Waiver | None:
    return await db.one(
        Waiver,
        """select v.id, v.number, v.title, v.body, v.published_at, (select count(*) from waiver_signature w where w.version_id = v.id) as signed
             from waiver_version v order by v.number desc limit 1""",
    )


async def waivers(db: Db) -> list[Waiver]:
    return await db.all(
        Waiver,
        """select v.id, v.number, v.title, v.body, v.published_at, (select count(*) from waiver_signature w where w.version_id = v.id) as signed
             from waiver_version v order by v.number desc limit 50""",
    )


async def unsigned_waiver(db: Db, member_id: UUID) -> Waiver | None:
    """The current text when this member has not signed it; a new version asks again."""
    return await db.one(
        Waiver,
        """select v.id, v.number, v.title, v.body, v.published_at from waiver_version v
            where v.number = (select max(number) from waiver_version)
              and not exists (select from waiver_signature w where w.version_id = v.id and w.member_id = $1)""",
        member_id,
    )


@dataclass(frozen=True, slots=True)
class Signature:
    id: UUID
    typed_name: str
    is_guardian: bool
    signed_at: datetime
    number: int
    title: str
    has_drawing: bool
    witness: str | None = None


async def signature_of(db: Db, member_id: UUID) -> list[Signature]:
    return await db.all(
        Signature,
        """select s.id, s.typed_name, s.is_guardian, s.signed_at, v.number, v.title, s.drawing is not null as has_drawing, w.name as witness
             from waiver_signature s join waiver_version v on v.id = s.version_id left join person w on w.id = s.witnessed_by
            where s.member_id = $1 order by v.number desc""",
        member_id,
    )


async def drawing_of(db: Db, member_id: UUID, signature_id: UUID) -> bytes | None:
    found: bytes | None = await db.value(
        "select drawing from waiver_signature where id = $1 and member_id = $2", signature_id, member_id
    )
    return found
