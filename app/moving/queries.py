"""What is here already, and what became of the files that were brought."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.db import Db
from app.moving.rules.columns import fold
from app.moving.rules.deciding import Book, Known, Sold, Type


@dataclass(frozen=True, slots=True)
class _Email:
    email: str


@dataclass(frozen=True, slots=True)
class _Card:
    code: str
    member_id: UUID


@dataclass(frozen=True, slots=True)
class _Opening:
    member_id: UUID
    amount: int


async def book(db: Db, currency: str) -> Book:
    """Everybody of the club: somebody of another gym is the same person."""
    found = Book()
    for email in await db.all(_Email, "select lower(email) as email from person where email is not null"):
        found.emails[email.email] = None
    for member in await db.all(
        Known,
        """select m.id, p.name, p.email, m.phone, m.born_on from member m join person p on p.id = m.person_id
            where m.erased_at is null and m.merged_into_id is null order by m.number""",
    ):
        found.add(member)
    for card in await db.all(_Card, "select code, member_id from card where ended_at is null"):
        found.cards[card.code] = card.member_id
    for type_ in await db.all(Type, "select id, name, kind, visits, duration, duration_unit, price from membership_type"):
        found.types[fold(type_.name)] = type_
    for sold in await db.all(
        Sold,
        """select member_id, kind, type_id, sold_starts_on, sold_ends_on, starts_on, least(ends_on, cancelled_on - 1) as ends_on
             from membership where not is_replaced and cancelled_on is distinct from starts_on""",
    ):
        found.sold.setdefault(sold.member_id, []).append(sold)
    for line in await db.all(
        _Opening,
        """select l.member_id, l.amount from ledger_line l
            where l.code = 'opening' and l.currency = $1 and l.reverses_id is null and l.member_id is not null
              and not exists (select from ledger_line r where r.reverses_id = l.id)""",
        currency,
    ):
        found.opening[line.member_id] = line.amount
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    member_id: UUID
    at: datetime


async def seen(db: Db, member_ids: list[UUID], first: datetime, last: datetime) -> set[tuple[UUID, datetime]]:
    found = await db.all(
        _Seen,
        "select member_id, at from visit where member_id = any($1) and at between $2 and $3 and not is_undone",
        member_ids,
        first,
        last,
    )
    return {(one.member_id, one.at.replace(second=0, microsecond=0)) for one in found}


DAY = timedelta(days=1)  # so long it can be taken back


@dataclass(frozen=True, slots=True)
class Run:
    id: UUID
    kind: str
    name: str
    hash: str
    columns: dict[str, list[str]]
    mapping: dict[str, list[str]]
    day_first: bool
    state: str
    counts: dict[str, int]
    by: str
    made_at: datetime
    done_at: datetime | None = None
    done_by: str | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None
    act: str = ""  # what the worker is to do with it: look, take_in, take_back
    percent: int = 0
    is_stuck: bool = False  # the worker gave up: a person has to say what now

    @property
    def size(self) -> int:
        """Lines that were decided about."""
        names = ("new", "more", "same", "refused")
        return sum(self.counts.get(prefix + name, 0) for name in names for prefix in ("", "visits_"))

    def is_too_late(self, now: datetime) -> bool:
        return self.done_at is not None and now > self.done_at + DAY


RUN = """
select r.id, r.kind, r.name, r.hash, r.columns, r.mapping, r.day_first, r.state, r.counts, p.name as by, r.made_at, r.done_at, d.name as done_by,
       r.undone_at, u.name as undone_by,
       coalesce(replace(j.kind, 'moving.', ''), '') as act, coalesce(nullif(j.step, '')::int, 0) as percent,
       j.parked_at is not null as is_stuck
  from moving_run r join person p on p.id = r.by left join person d on d.id = r.done_by left join person u on u.id = r.undone_by
  left join lateral (select kind, step, parked_at from job where kind like 'moving.%' and args ->> 'id' = r.id::text
                      order by made_at limit 1) j on true
"""


async def runs(db: Db, gym_id: UUID) -> list[Run]:
    return await db.all(Run, RUN + " where r.gym_id = $1 order by r.made_at desc limit 50", gym_id)


async def run(db: Db, gym_id: UUID, id: UUID) -> Run | None:
    return await db.one(Run, RUN + " where r.gym_id = $1 and r.id = $2", gym_id, id)


async def taken_in_before(db: Db, gym_id: UUID, hash: str, id: UUID) -> Run | None:
    return await db.one(
        Run,
        RUN + " where r.gym_id = $1 and r.hash = $2 and r.id <> $3 and r.state = 'done' order by r.done_at desc limit 1",
        gym_id,
        hash,
        id,
    )


@dataclass(frozen=True, slots=True)
class Row:
    sheet: str
    n: int
    given: list[str]
    outcome: str = ""
    reason: str = ""
    member_id: UUID | None = None
    made: list[str] | None = None
    left_alone: str = ""


ROW = "select sheet, n, given, outcome, reason, member_id, made, left_alone from moving_row"


async def every_row(db: Db, run_id: UUID) -> list[Row]:
    """All of them, a slice at a time."""
    found: list[Row] = []
    for sheet in ("types", "members", "visits"):
        last = 0
        while some := await db.all(
            Row, ROW + " where run_id = $1 and sheet = $2 and n > $3 order by n limit 20000", run_id, sheet, last
        ):
            found += some
            last = some[-1].n
    return found


async def rows(db: Db, run_id: UUID, *, outcome: str = "", limit: int = 20_000) -> list[Row]:
    return await db.all(
        Row,
        ROW + " where run_id = $1 and ($2 = '' or outcome = $2) order by array_position(array['types', 'members', 'visits'], sheet), n limit $3",
        run_id, outcome, limit,
    )  # fmt: skip


async def left_alone(db: Db, run_id: UUID, limit: int = 200) -> list[Row]:
    return await db.all(Row, ROW + " where run_id = $1 and left_alone <> '' order by sheet, n limit $2", run_id, limit)


@dataclass(frozen=True, slots=True)
class Used:
    """Why a member who came with an import cannot be taken away again."""

    member_id: UUID
    why: str


async def used(db: Db, member_ids: list[UUID], own: list[UUID], since: datetime) -> dict[UUID, str]:
    """`own`: the ids of everything that the import itself wrote."""
    found = await db.all(
        Used,
        """select m.id as member_id, case
                 when exists (select from attempt a where a.member_id = m.id and a.device <> 'import') then 'visited'
                 when exists (select from membership s where s.member_id = m.id and s.id <> all($2)) then 'sold'
                 when exists (select from membership s where s.member_id = m.id and s.id = any($2)
                                and (s.suspended_on > $4 or s.cancelled_at >= $3 or exists (
                                       select from membership_freeze f where f.membership_id = s.id))) then 'changed'
                 when exists (select from ledger_line l where (l.payer_id = m.person_id or l.member_id = m.id) and l.id <> all($2)) then 'paid'
                 when exists (select from card c where c.member_id = m.id and c.id <> all($2)) then 'card'
                 when p.password_hash is not null or exists (select from link k where k.person_id = p.id) then 'signs_in'
                 when exists (select from waiver_signature w where w.member_id = m.id) then 'signed'
                 when exists (select from household_place h where h.member_id = m.id) then 'household'
                 when exists (select from member_note n where n.member_id = m.id) or m.photo is not null then 'noted'
                 else '' end as why
             from member m join person p on p.id = m.person_id where m.id = any($1)""",
        member_ids, own, since, since.date(),
    )  # fmt: skip
    return {one.member_id: one.why for one in found if one.why}


async def used_memberships(db: Db, ids: list[UUID]) -> set[UUID]:
    """Of memberships that were brought for members who were here before: those that somebody has used since."""
    return set(
        await db.column(
            """select s.id from membership s where s.id = any($1) and (
                 exists (select from visit v where v.membership_id = s.id and not v.is_undone)
                 or exists (select from membership_freeze f where f.membership_id = s.id) or s.cancelled_at is not null)""",
            ids,
        )
    )
