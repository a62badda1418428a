"""Who writes to whom about an e-mail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.accounts.rules import Link
from app.db import Db


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody a letter goes to: how they are called, in which language, and whose name stands below."""

    person_id: UUID
    name: str
    email: str | None
    has_password: bool
    gym: str
    locale: str
    zone: str


READER = """
select p.id as person_id, p.name, p.email, p.password_hash is not null as has_password, coalesce(g.name, (select name from club)) as gym,
       coalesce(p.locale, g.locale, 'en') as locale, coalesce(p.zone, g.zone, 'UTC') as zone
  from person p left join gym g on g.id = p.home_gym_id
"""


async def reader(db: Db, person_id: UUID) -> Reader | None:
    return await db.one(Reader, READER + " where p.id = $1", person_id)


async def by_email(db: Db, email: str) -> Reader | None:
    return await db.one(Reader, READER + " where lower(p.email) = lower($1) and p.is_active", email)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new e-mail that waits for its owner's yes."""

    person_id: UUID
    name: str
    email: str
    old: str | None
    ends_at: datetime
    used_at: datetime | None
    replaced_at: datetime | None

    @property
    def link(self) -> Link:
        return Link("email", self.person_id, self.ends_at, self.used_at, self.replaced_at)


async def by_link(db: Db, key_hash: bytes) -> Wanted | None:
    return await db.one(
        Wanted,
        """select l.person_id, p.name, l.email, p.email as old, l.ends_at, l.used_at, l.replaced_at
             from link l join person p on p.id = l.person_id and p.is_active where l.token_hash = $1 and l.purpose = 'email'""",
        key_hash,
    )


async def is_taken(db: Db, email: str, person_id: UUID) -> bool:
    return bool(await db.value("select exists(select from person where lower(email) = lower($1) and id <> $2)", email, person_id))
