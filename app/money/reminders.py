"""Reads about reminders: who could be reminded, who was, and the letters of one batch."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.db import Db
from app.members.queries.people import visible


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whom to write to, in which language, about how much."""

    payer_id: UUID
    name: str
    amount: int
    locale: str
    gym: str
    email: str | None = None
    phone: str = ""
    since: date | None = None


async def debtors(db: Db, payer_ids: list[UUID], gym_ids: tuple[UUID, ...], currency: str, fallback: UUID) -> list[Debtor]:
    """Of those asked for, who owes and is ours to see."""
    return await db.all(
        Debtor,
        f"""select p.id as payer_id, p.name, a.balance as amount, a.owed_since as since, p.email, coalesce(m.phone, '') as phone,
                  coalesce(p.locale, g.locale) as locale, g.name as gym
             from account a join person p on p.id = a.payer_id left join member m on m.person_id = p.id
             join gym g on g.id = coalesce(m.home_gym_id, p.home_gym_id, $4)
            where a.payer_id = any($1) and a.currency = $3 and a.balance > 0 and (m.id is null or {visible("m", "$2")})
            order by lower(p.name), p.id""",
        payer_ids, list(gym_ids), currency, fallback,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reminded:
    payer_id: UUID
    batch_id: UUID
    at: datetime
    channel: str
    times: int


async def last_reminded(db: Db, payer_ids: list[UUID], currency: str) -> dict[UUID, Reminded]:
    """The latest reminder of each since their debt began."""
    found = await db.all(
        Reminded,
        """select distinct on (r.payer_id) r.payer_id, r.batch_id, r.at, r.channel,
                  count(*) over (partition by r.payer_id) as times
             from reminder r join account a on a.payer_id = r.payer_id and a.currency = r.currency
            where r.payer_id = any($1) and r.currency = $2 and (a.owed_since is null or r.at::date >= a.owed_since)
            order by r.payer_id, r.at desc""",
        payer_ids, currency,
    )  # fmt: skip
    return {one.payer_id: one for one in found}


@dataclass(frozen=True, slots=True)
class Letter:
    id: UUID
    payer_id: UUID
    name: str
    channel: str
    locale: str
    subject: str
    body: str
    amount: int
    currency: str
    at: datetime
    by: str
    gym: str
    club: str
    phone: str = ""
    email: str | None = None
    member_id: UUID | None = None


async def batch(db: Db, batch_id: UUID, gym_ids: tuple[UUID, ...]) -> list[Letter]:
    return await db.all(
        Letter,
        """select r.id, r.payer_id, p.name, r.channel, r.locale, r.subject, r.body, r.amount, r.currency, r.at, w.name as by, g.name as gym,
                  c.name as club, coalesce(m.phone, '') as phone, p.email, m.id as member_id
             from reminder r join person p on p.id = r.payer_id join person w on w.id = r.by join gym g on g.id = r.gym_id
             join club c on c.id = g.club_id left join member m on m.person_id = p.id
            where r.batch_id = $1 and r.gym_id = any($2) order by lower(p.name), r.id""",
        batch_id, list(gym_ids),
    )  # fmt: skip
