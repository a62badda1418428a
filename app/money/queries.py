"""Reads of the ledger: one payer, one gym, one shift."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.db import Db
from app.members.queries.people import visible


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    kind: str
    code: str
    amount: int
    currency: str
    note: str
    at: datetime
    payer_id: UUID
    payer: str
    method: str | None = None
    receipt: int | None = None
    reverses_id: UUID | None = None
    reversed_by: UUID | None = None
    by: str | None = None
    member_id: UUID | None = None
    member: str | None = None
    due_on: date | None = None
    gym_id: UUID | None = None


LINE = """
select l.id, l.kind, l.code, l.amount, l.currency, l.note, l.at, l.payer_id, payer.name as payer, l.method, l.receipt, l.reverses_id,
       r.id as reversed_by, w.name as by, l.member_id, who.name as member, l.due_on, l.gym_id
  from ledger_line l join person payer on payer.id = l.payer_id
  left join ledger_line r on r.reverses_id = l.id
  left join person w on w.id = l.by
  left join member m on m.id = l.member_id left join person who on who.id = m.person_id
"""


@dataclass(frozen=True, slots=True)
class Account:
    balance: int = 0
    owed_since: date | None = None


async def account(db: Db, payer_id: UUID, currency: str) -> Account:
    found = await db.one(
        Account, "select balance, owed_since from account where payer_id = $1 and currency = $2", payer_id, currency
    )
    return found or Account()


async def lines(db: Db, payer_id: UUID, member_id: UUID | None = None, *, limit: int = 100) -> list[Line]:
    """What this payer's account holds, and what was written for this member on somebody else's."""
    return await db.all(
        Line,
        f"{LINE} where l.payer_id = $1 or l.member_id = $2 order by l.at desc, l.id desc limit $3",
        payer_id,
        member_id,
        limit,
    )


async def line(db: Db, line_id: UUID, gym_ids: tuple[UUID, ...]) -> Line | None:
    return await db.one(Line, f"{LINE} where l.id = $1 and l.gym_id = any($2)", line_id, list(gym_ids))


async def own_line(db: Db, line_id: UUID, payer_id: UUID) -> Line | None:
    return await db.one(Line, f"{LINE} where l.id = $1 and l.payer_id = $2", line_id, payer_id)


@dataclass(frozen=True, slots=True)
class House:
    """Who hands out the receipt."""

    gym: str
    club: str


async def house(db: Db, gym_id: UUID) -> House | None:
    return await db.one(
        House, "select g.name as gym, c.name as club from gym g join club c on c.id = g.club_id where g.id = $1", gym_id
    )


@dataclass(frozen=True, slots=True)
class Owing:
    payer_id: UUID
    payer: str
    balance: int
    fresh: int
    month: int
    quarter: int
    old: int
    owed_since: date | None = None
    member_id: UUID | None = None
    phone: str = ""


async def owing(db: Db, gym_ids: tuple[UUID, ...], currency: str, day: date, *, limit: int = 200) -> list[Owing]:
    """Who owes, oldest debt first, by age; money that was moved about by hand is not asked for."""
    return await db.all(
        Owing,
        f"""select a.payer_id, p.name as payer, a.balance, a.owed_since, m.id as member_id, coalesce(m.phone, '') as phone,
                  coalesce(sum(o.open) filter (where $3::date - o.due_on <= 30), 0)::bigint as fresh,
                  coalesce(sum(o.open) filter (where $3::date - o.due_on between 31 and 60), 0)::bigint as month,
                  coalesce(sum(o.open) filter (where $3::date - o.due_on between 61 and 90), 0)::bigint as quarter,
                  coalesce(sum(o.open) filter (where $3::date - o.due_on > 90), 0)::bigint as old
             from account a join person p on p.id = a.payer_id left join member m on m.person_id = p.id
             cross join lateral ledger_open(a.payer_id, a.currency) o
            where a.balance > 0 and a.currency = $2 and (m.id is null or {visible("m", "$1")})
            group by a.payer_id, p.name, a.balance, a.owed_since, m.id, m.phone
            order by a.owed_since, a.balance desc limit $4""",
        list(gym_ids),
        currency,
        day,
        limit,
    )


@dataclass(frozen=True, slots=True)
class Shift:
    id: UUID
    gym_id: UUID
    person_id: UUID
    person: str
    currency: str
    opening_cash: int
    opened_at: datetime
    cash_in: int
    cash_out: int
    terminal: int
    transfer: int
    payments: int
    counted_cash: int | None = None
    expected_cash: int | None = None
    note: str = ""
    closed_at: datetime | None = None

    @property
    def expected(self) -> int:
        return self.opening_cash + self.cash_in - self.cash_out


SHIFT = """
select s.id, s.gym_id, s.person_id, p.name as person, s.currency, s.opening_cash, s.opened_at, s.counted_cash, s.expected_cash, s.note, s.closed_at,
       coalesce(-sum(l.amount) filter (where l.method = 'cash' and l.kind = 'payment'), 0)::bigint as cash_in,
       coalesce(sum(l.amount) filter (where l.method = 'cash' and l.kind = 'refund'), 0)::bigint as cash_out,
       coalesce(-sum(l.amount) filter (where l.method = 'terminal'), 0)::bigint as terminal,
       coalesce(-sum(l.amount) filter (where l.method = 'transfer'), 0)::bigint as transfer,
       count(l.id) filter (where l.kind = 'payment' and l.reverses_id is null) as payments
  from shift s join person p on p.id = s.person_id left join ledger_line l on l.shift_id = s.id
"""


async def open_shift(db: Db, gym_id: UUID, person_id: UUID) -> Shift | None:
    return await db.one(
        Shift,
        f"{SHIFT} where s.gym_id = $1 and s.person_id = $2 and s.closed_at is null group by s.id, p.name",
        gym_id,
        person_id,
    )


async def shift(db: Db, shift_id: UUID, gym_ids: tuple[UUID, ...]) -> Shift | None:
    return await db.one(Shift, f"{SHIFT} where s.id = $1 and s.gym_id = any($2) group by s.id, p.name", shift_id, list(gym_ids))


async def shifts(db: Db, gym_ids: tuple[UUID, ...], person_id: UUID | None, *, limit: int = 30) -> list[Shift]:
    """Everybody's for those who see totals, one's own otherwise."""
    return await db.all(
        Shift,
        f"""{SHIFT} where s.gym_id = any($1) and ($2::uuid is null or s.person_id = $2)
            group by s.id, p.name order by s.opened_at desc limit $3""",
        list(gym_ids),
        person_id,
        limit,
    )


async def of_shift(db: Db, shift_id: UUID) -> list[Line]:
    return await db.all(Line, f"{LINE} where l.shift_id = $1 order by l.at desc, l.id desc limit 500", shift_id)


@dataclass(frozen=True, slots=True)
class Takings:
    """What came in over a span, by method, and what was charged."""

    cash: int
    terminal: int
    transfer: int
    other: int
    refunds: int
    charges: int
    write_offs: int

    @property
    def total(self) -> int:
        return self.cash + self.terminal + self.transfer + self.other - self.refunds


async def takings(db: Db, gym_ids: tuple[UUID, ...], currency: str, start: datetime, end: datetime) -> Takings:
    found = await db.one(
        Takings,
        """select coalesce(-sum(amount) filter (where kind = 'payment' and method = 'cash'), 0)::bigint as cash,
                  coalesce(-sum(amount) filter (where kind = 'payment' and method = 'terminal'), 0)::bigint as terminal,
                  coalesce(-sum(amount) filter (where kind = 'payment' and method = 'transfer'), 0)::bigint as transfer,
                  coalesce(-sum(amount) filter (where kind = 'payment' and method = 'other'), 0)::bigint as other,
                  coalesce(sum(amount) filter (where kind = 'refund'), 0)::bigint as refunds,
                  coalesce(sum(amount) filter (where kind = 'charge'), 0)::bigint as charges,
                  coalesce(-sum(amount) filter (where kind = 'write_off'), 0)::bigint as write_offs
             from ledger_line where gym_id = any($1) and currency = $2 and at >= $3 and at < $4""",
        list(gym_ids),
        currency,
        start,
        end,
    )
    assert found is not None
    return found


async def charged_for(db: Db, membership_id: UUID) -> list[Line]:
    """The lines that a sale made, so that it can be taken back."""
    return await db.all(Line, f"{LINE} where l.membership_id = $1 and l.reverses_id is null order by l.at, l.id", membership_id)
