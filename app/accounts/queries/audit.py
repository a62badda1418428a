"""The audit, newest first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.db import Db


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    at: datetime
    person_id: UUID | None
    person: str | None
    gym: str | None
    act: str
    subject: str
    subject_id: UUID | None
    about: str | None
    address: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Filter:
    gym_ids: tuple[UUID, ...]
    is_whole_club: bool = False
    person_id: UUID | None = None
    act: str = ""
    start: datetime | None = None
    end: datetime | None = None


# What happened in a gym that is not mine, or to the whole club, is for its owners to read.
LINES = """
select l.id, l.at, l.person_id, p.name as person, g.name as gym, l.act, l.subject, l.subject_id,
       coalesce(o.name, d.name, r.name) as about, l.address, l.before, l.after
  from audit_line l
  left join person p on p.id = l.person_id
  left join gym g on g.id = l.gym_id
  left join person o on l.subject = 'person' and o.id = l.subject_id
  left join device d on l.subject = 'device' and d.id = l.subject_id
  left join role r on l.subject = 'role' and r.id = l.subject_id
 where (l.gym_id = any($1) or $2) and ($3::uuid is null or l.person_id = $3 or (l.subject = 'person' and l.subject_id = $3))
   and ($4 = '' or l.act = $4 or l.act like $4 || '.%') and ($5::timestamptz is null or l.at >= $5) and ($6::timestamptz is null or l.at < $6)
   and ($7::timestamptz is null or (l.at, l.id) < ($7, $8))
 order by l.at desc, l.id desc limit $9
"""


async def lines(db: Db, given: Filter, *, before: tuple[datetime, UUID] | None = None, limit: int = 100) -> list[Line]:
    at, id = before or (None, None)
    return await db.all(
        Line, LINES, list(given.gym_ids), given.is_whole_club, given.person_id, given.act, given.start, given.end, at, id, limit
    )


async def all_lines(db: Db, given: Filter, most: int = 50_000) -> AsyncIterator[Line]:
    """For the export: page after page, so that a long year does not sit in memory at once."""
    last: tuple[datetime, UUID] | None = None
    for _page in range(most // 500):
        found = await lines(db, given, before=last, limit=500)
        for line in found:
            yield line
        if len(found) < 500:
            return
        last = (found[-1].at, found[-1].id)


async def acts(db: Db) -> list[str]:
    """Which acts there are to filter by; a loose index scan, however long the audit is."""
    return await db.column(
        """with recursive found as (
             (select act from audit_line order by act limit 1)
             union all select (select l.act from audit_line l where l.act > found.act order by l.act limit 1) from found where found.act is not null)
           select act from found where act is not null"""
    )


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether the audit is whole: how long it is, its last seal, and the first place where it does not fit."""

    lines: int
    seals: int
    head: str
    broken_at: datetime | None
    is_broken: bool

    @property
    def is_whole(self) -> bool:
        return not self.is_broken and self.lines == self.seals


async def chain(db: Db) -> Chain:
    """Every seal is computed again from its line and the seal before it."""
    found = await db.one(
        Chain,
        """with seal as (
             select s.seq, s.hash, l, l.at, s.hash = audit_hash(lag(s.hash) over w, l) and s.seq = row_number() over w as fits
               from audit_seal s join audit_line l on l.id = s.line_id window w as (order by s.seq)),
           broken as (select at from seal where not fits order by seq limit 1)
           select (select count(*) from audit_line) as lines, (select count(*) from audit_seal) as seals,
                  coalesce((select encode(hash, 'hex') from audit_seal order by seq desc limit 1), '') as head,
                  (select at from broken) as broken_at, exists(select from broken) as is_broken""",
    )
    assert found is not None
    return found


def as_text(value: dict[str, Any] | None) -> str:
    return msgspec.json.encode(value).decode() if value else ""
