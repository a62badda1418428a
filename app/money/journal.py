"""The ledger as an accountant reads it: by day, kind, method and type, each line as debit and credit."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.db import Db
from app.money.rules import Entry, LineKind, entry


@dataclass(frozen=True, slots=True)
class Posted:
    """All lines of one day that moved the same way for the same thing."""

    day: date
    gym: str
    kind: LineKind
    code: str
    currency: str
    amount: int
    lines: int
    is_reversal: bool
    method: str | None = None
    type: str | None = None

    @property
    def entry(self) -> Entry:
        return entry(self.kind, self.method, self.amount, self.code)


async def posted(db: Db, gym_ids: tuple[UUID, ...], currency: str, start: datetime, end: datetime) -> list[Posted]:
    return await db.all(
        Posted,
        """select (l.at at time zone g.zone)::date as day, g.name as gym, l.kind, l.code, l.method, s.name as type, l.currency,
                  l.reverses_id is not null as is_reversal, sum(l.amount)::bigint as amount, count(*) as lines
             from ledger_line l join gym g on g.id = l.gym_id left join membership s on s.id = l.membership_id
            where l.gym_id = any($1) and l.currency = $2 and l.at >= $3 and l.at < $4
            group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 8""",
        list(gym_ids), currency, start, end,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Booked:
    """One line of the ledger, whole."""

    at: datetime
    gym: str
    kind: str
    code: str
    amount: int
    currency: str
    payer: str
    note: str
    method: str | None = None
    type: str | None = None
    receipt: int | None = None
    due_on: date | None = None
    by: str | None = None
    is_reversal: bool = False


async def booked(
    db: Db, gym_ids: tuple[UUID, ...], currency: str, start: datetime, end: datetime, *, limit: int = 100_000
) -> list[Booked]:
    return await db.all(
        Booked,
        """select l.at, g.name as gym, l.kind, l.code, l.method, s.name as type, l.amount, l.currency, p.name as payer, l.note, l.receipt,
                  l.due_on, w.name as by, l.reverses_id is not null as is_reversal
             from ledger_line l join gym g on g.id = l.gym_id join person p on p.id = l.payer_id
             left join membership s on s.id = l.membership_id left join person w on w.id = l.by
            where l.gym_id = any($1) and l.currency = $2 and l.at >= $3 and l.at < $4 order by l.at, l.id limit $5""",
        list(gym_ids), currency, start, end, limit,
    )  # fmt: skip
