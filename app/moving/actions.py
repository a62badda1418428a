"""A brought file: its rows are put down, decided about, taken in in one transaction, and taken back within a day."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from babel.numbers import get_currency_precision

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.desk import before
from app.jobs.actions import enqueue
from app.members import actions as members
from app.members.actions import arriving
from app.members.rules import part_of
from app.money.actions import opening
from app.moving import queries
from app.moving.queries import Row, Run
from app.moving.reading import Sheet
from app.moving.rules import deciding, values
from app.moving.rules.columns import FIELDS, guess
from app.moving.rules.deciding import Book, Decision, Type, Visited
from app.moving.rules.values import Came, Fault, Offered, Person, Reading

Thing = TypeVar("Thing")

SOME = 2_000  # rows in one statement
LONG = 1_500  # rows: with more of them nobody waits for the answer
ALL_DAY = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]


Told = Callable[[int], Awaitable[None]]  # hears how far it is, in percent


async def nobody(percent: int) -> None:
    """Whoever waits for the answer needs no progress."""


def job_of(run_id: UUID, act: str) -> UUID:
    return part_of(run_id, f"job:{act}")


async def put_off(db: Db, actor: Actor, run_id: UUID, act: str, *, now: datetime) -> None:
    """`look`, `take_in` or `take_back`, for the worker. Asked twice it is one job."""
    args = {"id": str(run_id), "person": str(actor.person_id), "gym": str(actor.gym_id)}
    await enqueue(db, f"moving.{act}", args, id=job_of(run_id, act), now=now)


async def patiently(db: Db) -> None:
    """A whole club takes longer than a tap; each statement still has to be quick."""
    await db.run("set local transaction_timeout = 0")
    await db.run("set local idle_in_transaction_session_timeout = '60s'")


# Putting down


async def put_down(
    db: Db, actor: Actor, sheets: Sequence[Sheet], kind: str, name: str, hash: str, *, id: UUID, now: datetime, day_first: bool
) -> None:
    """The rows as they were read; nothing else changes. The same id twice is one file."""
    await patiently(db)
    columns = {sheet.kind: sheet.columns for sheet in sheets}
    mapping = {sheet.kind: sheet.mapping or guess(sheet.columns, sheet.kind) for sheet in sheets}
    day_first = all(says_day_first(sheet, mapping[sheet.kind], day_first) for sheet in sheets)
    new = await db.run(
        """insert into moving_run (id, gym_id, kind, name, hash, columns, mapping, day_first, "by", made_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing""",
        id, actor.gym_id, kind, name[:200], hash, columns, mapping, day_first, actor.person_id, now,
    )  # fmt: skip
    if not new:
        return
    for sheet in sheets:
        for n in range(0, len(sheet.rows), SOME):
            some = sheet.rows[n : n + SOME]
            await db.run(
                """insert into moving_row (run_id, sheet, n, given)
                   select $1, $2, line.n, line.given::jsonb from unnest($3::int[], $4::text[]) as line(n, given)""",
                id, sheet.kind, [n + k + 2 for k in range(len(some))], [as_json(row) for row in some],
            )  # fmt: skip
    await look(db, actor, id, sum(len(sheet.rows) for sheet in sheets), now=now)


async def look(db: Db, actor: Actor, run_id: UUID, size: int, *, now: datetime) -> None:
    if size > LONG:
        await put_off(db, actor, run_id, "look", now=now)
    else:
        await decide_again(db, actor, run_id, now=now)


def as_json(row: list[str]) -> str:
    return msgspec.json.encode([values.clean(cell) for cell in row]).decode()


DATES = {"born_on", "joined_on", "starts_on", "ends_on", "at", "day"}


def says_day_first(sheet: Sheet, mapping: Sequence[str], otherwise: bool) -> bool:
    cells = [row[n] for row in sheet.rows[:2000] for n, name in enumerate(mapping) if name in DATES and n < len(row)]
    return values.writes_day_first(cells, otherwise)


# Deciding


@dataclass(frozen=True, slots=True)
class Decided:
    run: Run
    types: list[tuple[Offered, Type]]
    people: list[Decision]
    visits: list[Visited]
    faults: list[tuple[str, int, str]]  # sheet, line, why

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(one.outcome for one in self.people)
        found.update(f"visits_{one.outcome}" for one in self.visits)
        found.update(f"made_{what}" for one in self.people for what in one.made)
        found["made_type"] = len({kind.id for kind in self.new_types})
        found["refused"] += len([fault for fault in self.faults if fault[0] != "visits"])
        found["visits_refused"] += len([fault for fault in self.faults if fault[0] == "visits"])
        return {name: count for name, count in found.items() if count}

    @property
    def new_types(self) -> list[Type]:
        kinds = [kind for _line, kind in self.types] + [one.selling.type for one in self.people if one.selling]
        return list({kind.id: kind for kind in kinds if kind.is_new}.values())


async def decide(db: Db, actor: Actor, run: Run, *, now: datetime) -> Decided:
    """Every line against what is here at this moment; nothing is written."""
    book = await queries.book(db, actor.currency)
    how = Reading(actor.zone, get_currency_precision(actor.currency), run.day_first)
    faults: list[tuple[str, int, str]] = []
    lines: dict[str, list[Any]] = {"types": [], "members": [], "visits": []}
    readers: dict[str, Any] = {"types": values.offered, "members": values.person, "visits": values.came}
    for row in await queries.every_row(db, run.id):
        read = readers[row.sheet](row.n, values.fields(row.given, run.mapping.get(row.sheet, [])), how)
        if isinstance(read, Fault):
            faults.append((row.sheet, row.n, f"{read.code}:{read.detail}" if read.detail else read.code))
        else:
            lines[row.sheet].append(read)
    return await decide_lines(db, actor, run, book, lines, faults, now=now)


async def decide_lines(
    db: Db, actor: Actor, run: Run, book: Book, lines: dict[str, list[Any]], faults: list[tuple[str, int, str]], *, now: datetime
) -> Decided:
    offered: list[Offered] = lines["types"]
    persons: list[Person] = lines["members"]
    came: list[Came] = lines["visits"]
    types = deciding.types(offered, book, run.id)
    people = deciding.people(persons, book, run.id, actor.today(now))
    moments = [one.at for one in came]
    seen = await queries.seen(db, list(book.members), min(moments), max(moments)) if moments else set()
    return Decided(run, types, people, deciding.visits(came, book, seen, now), faults)


async def decide_again(db: Db, actor: Actor, run_id: UUID, *, now: datetime) -> None:
    """What each row would do, for the page that asks before anything happens."""
    run = await queries.run(db, actor.gym_id, run_id)
    assert run is not None
    await write_down(db, await decide(db, actor, run, now=now))


async def write_down(db: Db, found: Decided) -> None:
    rows = [
        *(
            ("types", line.n, "new" if kind.is_new else "same", "", None, ["type"] if kind.is_new else [])
            for line, kind in found.types
        ),
        *(("members", one.n, one.outcome, one.reason, one.member_id, one.made) for one in found.people),
        *(
            ("visits", one.n, one.outcome, one.reason, one.member_id, ["visit"] if one.outcome == "new" else [])
            for one in found.visits
        ),
        *((sheet, n, "refused", why, None, []) for sheet, n, why in found.faults),
    ]
    for n in range(0, len(rows), SOME):
        sheets, numbers, outcomes, reasons, ids, made = zip(*rows[n : n + SOME], strict=True)
        await db.run(
            """update moving_row r set outcome = line.outcome, reason = left(line.reason, 300), member_id = line.member_id,
                      made = coalesce(string_to_array(nullif(line.made, ''), ','), '{}'), left_alone = ''
                 from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::uuid[], $7::text[])
                      as line(sheet, n, outcome, reason, member_id, made)
                where r.run_id = $1 and r.sheet = line.sheet and r.n = line.n""",
            found.run.id, sheets, numbers, outcomes, reasons, ids, [",".join(one) for one in made],
        )  # fmt: skip
    await db.run("update moving_run set counts = $2 where id = $1", found.run.id, found.counts)


async def set_columns(db: Db, actor: Actor, run: Run, mapping: dict[str, list[str]], *, day_first: bool, now: datetime) -> None:
    """What each column means, corrected by a person."""
    await patiently(db)
    kept = {
        sheet: [name if name in FIELDS[sheet] else "" for name in mapping.get(sheet, names)]
        for sheet, names in run.mapping.items()
    }
    await db.run("update moving_run set mapping = $2, day_first = $3 where id = $1 and state = 'read'", run.id, kept, day_first)
    await look(db, actor, run.id, run.size, now=now)


async def drop(db: Db, run: Run) -> bool:
    """A file that was only looked at goes without a trace."""
    return bool(await db.run("delete from moving_run where id = $1 and state = 'read'", run.id))


# Taking in


async def take_in(db: Db, actor: Actor, run_id: UUID, *, now: datetime, told: Told = nobody) -> Run | None:
    """All of it in this one transaction, decided anew under the lock. A second time nothing happens."""
    # One import at a time: two files with the same people would not see each other.
    await db.value("select id from club for no key update")
    await db.value("select id from moving_run where id = $1 for no key update", run_id)
    run = await queries.run(db, actor.gym_id, run_id)
    if run is None or run.state != "read":
        return run
    found = await decide(db, actor, run, now=now)
    await write_down(db, found)
    await carry_out(db, actor, found, now=now, told=told)
    await db.run("update moving_run set state = 'done', done_at = $2, done_by = $3 where id = $1", run_id, now, actor.person_id)
    await audit(db, actor, "import.take_in", now=now, subject=run.name, subject_id=run_id, after=found.counts)
    return await queries.run(db, actor.gym_id, run_id)


@dataclass
class Slices:
    """Rows of several kinds, a slice at a time; who looks hears how far it is."""

    total: int
    told: Told
    done: int = 0

    async def each(self, rows: Sequence[Thing], act: Callable[[Sequence[Thing]], Awaitable[None]]) -> None:
        for n in range(0, len(rows), SOME):
            some = rows[n : n + SOME]
            await act(some)
            self.done += len(some)
            await self.told(self.done * 100 // self.total)


async def carry_out(db: Db, actor: Actor, found: Decided, *, now: datetime, told: Told = nobody) -> None:
    today = actor.today(now)
    for kind in found.new_types:
        await offer(db, actor, kind, now=now)
    new = [
        newcomer(one.member_id, one.person, today)
        for one in found.people
        if one.outcome == "new" and one.person and one.member_id
    ]
    changed = [one for one in found.people if one.outcome in {"new", "more"} and one.member_id]
    sold = [brought(one, today) for one in changed if one.selling]
    run_id = found.run.id
    cards = [(part_of(run_id, f"card:{one.n}"), one.member_id, one.card) for one in changed if one.card and one.member_id]
    balances = [
        opening.Opening(part_of(run_id, f"balance:{one.n}"), one.member_id, one.owes, today)
        for one in changed
        if one.owes and one.member_id
    ]
    visits = [
        before.Earlier(part_of(run_id, f"visit:{one.n}"), one.member_id, one.at)
        for one in found.visits
        if one.outcome == "new" and one.member_id and one.at
    ]
    visits.sort(key=lambda one: one.at)
    slices = Slices(len(new) + len(sold) + len(cards) + len(balances) + len(visits), told)
    await slices.each(new, lambda some: arriving.welcome(db, actor, some, now=now))
    await slices.each(sold, lambda some: arriving.bring_memberships(db, actor, some, now=now))
    await slices.each(cards, lambda some: arriving.bring_cards(db, some, now=now))
    await slices.each(balances, lambda some: opening.open_accounts(db, actor, some, now=now))
    await slices.each(visits, lambda some: before.bring_visits(db, actor, some))


async def offer(db: Db, actor: Actor, kind: Type, *, now: datetime) -> None:
    """A type that came with the file: on sale only when it was on sale there."""
    to = f"{kind.until_hour:02}:00" if kind.until_hour else ""
    terms = {
        "name": kind.name, "kind": kind.kind, "visits": kind.visits, "duration": kind.duration, "duration_unit": kind.duration_unit,
        "price": kind.price, "joining_fee": 0, "windows": [{**window, "to": to} for window in ALL_DAY] if to else [], "gym_ids": [],
        "daily_limit": 1 if kind.kind == "pack" else None, "grace_days": 0, "is_shared": False,
    }  # fmt: skip
    await members.offer(db, actor, terms, id=kind.id, now=now)
    if not kind.is_active:
        await members.withdraw(db, actor, kind.id, is_active=False, now=now)


def newcomer(id: UUID, line: Person, today: date) -> arriving.Newcomer:
    starts_on = min(line.starts_on, today) if line.starts_on else today
    return arriving.Newcomer(id, line.name, line.joined_on or starts_on, line.email, line.phone, line.born_on, line.alert)


def brought(one: Decision, today: date) -> arriving.Brought:
    selling = one.selling
    assert selling is not None
    assert one.member_id is not None
    return arriving.Brought(
        selling.id, one.member_id, selling.type.id, selling.starts_on, selling.ends_on, selling.price, selling.visits_left,
        suspended_on=max(selling.starts_on, today) if selling.state == "suspended" else None,
        cancelled_on=max(selling.starts_on, today) if selling.state == "cancelled" and selling.ends_on >= today else None,
    )  # fmt: skip


# Taking back


@dataclass(frozen=True, slots=True)
class TooLate:
    until: datetime


async def take_back(db: Db, actor: Actor, run_id: UUID, *, now: datetime, told: Told = nobody) -> Run | TooLate | None:
    """Within a day. What somebody has used since stays, and says why."""
    await db.value("select id from club for no key update")
    await db.value("select id from moving_run where id = $1 for no key update", run_id)
    run = await queries.run(db, actor.gym_id, run_id)
    if run is None or run.state != "done" or run.done_at is None:
        return run
    if run.is_too_late(now):
        return TooLate(run.done_at + queries.DAY)
    rows = [row for row in await queries.every_row(db, run_id) if row.made]
    kept = await what_stays(db, run, rows)
    gone = [row for row in rows if not kept.get(row.n if row.sheet == "members" else -row.n)]
    await undo_rows(db, actor, run, gone, now=now, told=told)
    await db.lots(
        "update moving_row set left_alone = $4 where run_id = $1 and sheet = $2 and n = $3",
        [(run_id, "members" if n > 0 else "visits", abs(n), why) for n, why in kept.items()],
    )
    await db.run(
        "update moving_run set state = 'undone', undone_at = $2, undone_by = $3 where id = $1", run_id, now, actor.person_id
    )
    await audit(db, actor, "import.take_back", now=now, subject=run.name, subject_id=run_id, after={"kept": len(kept)})
    return await queries.run(db, actor.gym_id, run_id)


async def what_stays(db: Db, run: Run, rows: Sequence[Row]) -> dict[int, str]:
    """By line of the members' sheet (visits are minus their line): why it is left alone."""
    created = {row.member_id for row in rows if row.made and "member" in row.made and row.member_id}
    used = await used_of(db, run, rows, created)
    sold = [part_of(run.id, f"membership:{row.n}") for row in rows if row.made and "membership" in row.made]
    sold_used: set[UUID] = set()
    for n in range(0, len(sold), SOME):
        sold_used |= await queries.used_memberships(db, sold[n : n + SOME])
    kept: dict[int, str] = {}
    for row in rows:
        if row.member_id in used:
            kept[row.n if row.sheet == "members" else -row.n] = used[row.member_id]
        elif row.sheet == "members" and row.member_id not in created and part_of(run.id, f"membership:{row.n}") in sold_used:
            kept[row.n] = "visited"
    return kept


async def used_of(db: Db, run: Run, rows: Sequence[Row], created: set[UUID]) -> dict[UUID, str]:
    """Of the members who came with the run: who was used since, and how."""
    assert run.done_at is not None
    own: dict[UUID, list[UUID]] = {}
    for row in rows:
        if row.sheet == "members" and row.member_id in created:
            own.setdefault(row.member_id, []).extend(
                part_of(run.id, f"{what}:{row.n}") for what in ("membership", "card", "balance")
            )
    members = list(own)
    used: dict[UUID, str] = {}
    for n in range(0, len(members), SOME):
        some = members[n : n + SOME]
        used |= await queries.used(db, some, [id for member in some for id in own[member]], run.done_at)
    return used


async def undo_rows(db: Db, actor: Actor, run: Run, rows: Sequence[Row], *, now: datetime, told: Told = nobody) -> None:
    def made(what: str) -> list[UUID]:
        return [part_of(run.id, f"{what}:{row.n}") for row in rows if row.made and what in row.made]

    gone = [row.member_id for row in rows if row.made and "member" in row.made and row.member_id]
    visits, balances, memberships, cards = made("visit"), made("balance"), made("membership"), made("card")
    most = range(max(len(gone), len(memberships), len(cards)))
    slices = Slices(len(visits) + len(balances) + len(most), told)
    await slices.each(visits, lambda some: before.take_back_visits(db, some))
    await slices.each(balances, lambda some: opening.take_back_openings(db, actor, some, now=now))

    async def away(some: Sequence[int]) -> None:
        part = slice(some[0], some[-1] + 1)
        await arriving.take_away(db, gone[part], memberships[part], cards[part], today=actor.today(now), now=now)

    await slices.each(most, away)
