"""Months of the ledger: their figures, frozen when they are closed, beside what the ledger says now."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.db import Db

# The figures of gym $1 in the month that begins on $2, straight from the ledger: what is frozen and what it is compared with.
FIGURES = """
jsonb_build_object(
  'active', (select count(*) from member_month where gym_id = $1 and month = $2),
  'recurring', (select coalesce(sum(recurring), 0) from member_month where gym_id = $1 and month = $2),
  'opening', (select coalesce(sum(l.amount), 0) from ledger_line l, gym g
               where g.id = $1 and l.gym_id = $1 and l.currency = g.currency and l.at < $2::timestamp at time zone g.zone),
  'lines', (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'code', code, 'method', method, 'type', type, 'currency', currency,
                     'amount', amount, 'lines', lines) order by kind, code, method, type, currency), '[]')
              from (select l.kind, l.code, coalesce(l.method, '') as method, coalesce(s.name, '') as type, l.currency, sum(l.amount) as amount,
                           count(*) as lines
                      from gym g join ledger_line l on l.gym_id = g.id left join membership s on s.id = l.membership_id
                     where g.id = $1 and l.at >= $2::timestamp at time zone g.zone
                       and l.at < ($2::timestamp + interval '1 month') at time zone g.zone
                     group by 1, 2, 3, 4, 5) t))"""


@dataclass(frozen=True, slots=True)
class Sum:
    """Lines of one month that are of one kind."""

    kind: str
    currency: str
    amount: int
    lines: int
    code: str = ""
    method: str | None = ""
    type: str | None = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return (self.kind, self.code, self.method or "", self.type or "", self.currency)


@dataclass(frozen=True, slots=True)
class Figures:
    active: int = 0
    recurring: int = 0
    opening: int = 0
    lines: list[Sum] = field(default_factory=list)

    @property
    def moved(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def closing(self) -> int:
        return self.opening + self.moved

    def of(self, *kinds: str) -> int:
        return sum(line.amount for line in self.lines if line.kind in kinds)


@dataclass(frozen=True, slots=True)
class Month:
    month: date
    now: Figures
    then: Figures | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None

    @property
    def is_as_closed(self) -> bool:
        return self.then is not None and self.then.lines == self.now.lines and self.then.opening == self.now.opening

    @property
    def rows(self) -> list[tuple[Sum, int, int]]:
        """Each kind of line: as it was frozen, and as it is now."""
        then = {line.key: line for line in (self.then.lines if self.then else [])}
        now = {line.key: line for line in self.now.lines}
        return [
            (now.get(key) or then[key], then[key].amount if key in then else 0, now[key].amount if key in now else 0)
            for key in sorted(then | now)
        ]


async def month(db: Db, gym_id: UUID, first: date) -> Month:
    found = await db.one(
        Month,
        f"""select $2::date as month, {FIGURES} as now, c.figures as "then", c.at as closed_at, p.name as closed_by
              from (select 1) one left join month_close c on c.gym_id = $1 and c.month = $2 left join person p on p.id = c.by""",
        gym_id, first,
    )  # fmt: skip
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    month: date
    came_in: int
    charged: int
    lines: int
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_amount: int | None = None
    closed_lines: int | None = None
    amount: int = 0

    @property
    def has_moved(self) -> bool:
        return self.closed_at is not None and (self.closed_amount, self.closed_lines) != (self.amount, self.lines)


async def months(db: Db, gym_id: UUID, currency: str, first: date, last: date) -> list[Listed]:
    """Newest first, from the first month asked for to the running one."""
    return await db.all(
        Listed,
        """select m.month::date as month, coalesce(-sum(l.amount) filter (where l.kind in ('payment', 'refund')), 0)::bigint as came_in,
                  coalesce(sum(l.amount) filter (where l.kind = 'charge'), 0)::bigint as charged, count(l.id) as lines,
                  coalesce(sum(l.amount), 0)::bigint as amount, c.at as closed_at, p.name as closed_by,
                  (select sum((line ->> 'amount')::bigint)::bigint from jsonb_array_elements(c.figures -> 'lines') line) as closed_amount,
                  (select sum((line ->> 'lines')::int)::int from jsonb_array_elements(c.figures -> 'lines') line) as closed_lines
             from gym g cross join generate_series($3::timestamp, $4::timestamp, interval '1 month') m(month)
             left join ledger_line l on l.gym_id = g.id and l.currency = $2 and l.at >= m.month at time zone g.zone
                                    and l.at < (m.month + interval '1 month') at time zone g.zone
             left join month_close c on c.gym_id = g.id and c.month = m.month::date left join person p on p.id = c.by
            where g.id = $1 group by m.month, c.at, p.name, c.figures order by m.month desc""",
        gym_id, currency, first, last,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Later:
    """A line of the month that was taken back after it, in a line of its own."""

    day: date
    on: date
    kind: str
    code: str
    amount: int
    payer: str
    note: str
    by: str | None = None


async def taken_back_later(db: Db, gym_id: UUID, first: date) -> list[Later]:
    return await db.all(
        Later,
        """select (l.at at time zone g.zone)::date as day, (r.at at time zone g.zone)::date as "on", l.kind, l.code, r.amount, p.name as payer,
                  r.note, w.name as by
             from gym g join ledger_line l on l.gym_id = g.id join ledger_line r on r.reverses_id = l.id
             join person p on p.id = l.payer_id left join person w on w.id = r.by
            where g.id = $1 and l.at >= $2::timestamp at time zone g.zone and l.at < ($2::timestamp + interval '1 month') at time zone g.zone
              and r.at >= ($2::timestamp + interval '1 month') at time zone g.zone order by r.at, r.id limit 500""",
        gym_id, first,
    )  # fmt: skip
