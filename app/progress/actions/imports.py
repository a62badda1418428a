"""A file comes in: looked at row by row, shown, applied exactly as it was shown, and taken back if it was a mistake."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

import msgspec

from app.actor import Actor
from app.db import Db
from app.progress.actions.import_sql import SNAPSHOTS, WRITES
from app.progress.contract.issues import BadFile, Cause
from app.progress.contract.reading import Broken
from app.progress.contract.sheet import Known, Row, Sheet, open_sheet

BATCH = 2_000
DAYS = 1_000
KEPT_RUNS = 20


@dataclass(slots=True)
class Count:
    states: dict[str, int] = field(default_factory=dict)
    causes: dict[tuple[str, str], Cause] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        self.states[row.state] = self.states.get(row.state, 0) + 1
        for issue in row.issues:
            cause = self.causes.setdefault((issue.code, issue.column), Cause(issue.code, issue.column, issue.level))
            cause.rows += 1
            cause.sample = cause.sample or issue.value
            if len(cause.lines) < 5:
                cause.lines.append(row.line)

    def sorted(self) -> list[Cause]:
        return sorted(self.causes.values(), key=lambda one: (one.level != "invalid", -one.rows, one.code, one.column))


async def look(
    db: Db, actor: Actor, file: BinaryIO, known: Known, *, kind: str, name: str, id: UUID, now: datetime
) -> BadFile | None:
    """Nothing of the person's is touched: the rows are kept beside, to be applied as they are."""
    sheet = await asyncio.to_thread(open_sheet, file, kind)
    if isinstance(sheet, BadFile):
        return sheet
    fresh = await db.run(
        """insert into import_run (id, person_id, kind, file_name, encoding, delimiter, ignored, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing""",
        id, actor.person_id, sheet.kind.name, name, sheet.encoding, sheet.delimiter, list(sheet.ignored), now,
    )  # fmt: skip
    if not fresh:
        return None
    count = Count()
    bad = await read_through(sheet, known, count, lambda batch: keep(db, id, batch))
    if bad is not None:
        await db.run("delete from import_run where id = $1", id)
        return bad
    await total(db, actor.person_id, id, count)
    return None


async def read_through(sheet: Sheet, known: Known, count: Count, put: Callable[[list[Row]], Awaitable[None]]) -> BadFile | None:
    """Row by row, a batch at a time, beside the loop; `put` keeps a batch."""
    rows = sheet.rows(known)
    try:
        while batch := await asyncio.to_thread(lambda: list(islice(rows, BATCH))):
            for row in batch:
                count.add(row)
            await put(batch)
    except Broken as broken:
        return BadFile(broken.code, line=broken.line)
    return None if count.states else BadFile("no_rows")


async def keep(db: Db, id: UUID, batch: list[Row]) -> None:
    await db.run(
        """insert into import_row (run_id, line, state, day, record, issues)
           select $1, line, state, day, record::jsonb, issues::jsonb
           from unnest($2::int[], $3::text[], $4::date[], $5::text[], $6::text[]) as said(line, state, day, record, issues)""",
        id,
        [row.line for row in batch],
        [row.state for row in batch],
        [row.day for row in batch],
        [None if row.record is None else as_json(row.record) for row in batch],
        [as_json(row.issues) for row in batch],
    )


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


async def total(db: Db, person_id: UUID, id: UUID, count: Count) -> None:
    """The file was read to its end: what it holds, and away with the oldest of those before it."""
    states = count.states
    await db.run(
        "update import_run set state = 'previewed', valid = $2, warned = $3, conflicts = $4, invalid = $5, causes = $6 where id = $1",
        id, states.get("valid", 0), states.get("warning", 0), states.get("conflict", 0), states.get("invalid", 0), count.sorted(),
    )  # fmt: skip
    await db.run(
        """delete from import_run where person_id = $1 and id in (
             select id from import_run where person_id = $1 order by created_at desc, id desc offset $2)
           and state not in ('looking', 'applying', 'undoing')""",
        person_id,
        KEPT_RUNS,
    )


@dataclass(frozen=True, slots=True)
class Run:
    kind: str
    state: str
    invalid: int


async def apply(db: Db, actor: Actor, id: UUID, *, mode: str, policy: str, now: datetime) -> str:
    """Refusals: `gone`, `has_invalid` (nothing was the choice), `decided`. Applying twice is applying once."""
    run = await db.one(
        Run, "select kind, state, invalid from import_run where id = $1 and person_id = $2 for update", id, actor.person_id
    )
    if run is None:
        return "gone"
    if run.state != "previewed":
        return "" if run.state == "applied" else "decided"
    if policy == "all" and run.invalid:
        return "has_invalid"
    await write(db, actor.person_id, id, run.kind, mode, now=now, said=nobody_listens)
    return ""


async def nobody_listens(done: int) -> None: ...


async def days_of(db: Db, id: UUID) -> list[date]:
    return await db.column("select distinct day from import_row where run_id = $1 and state <> 'invalid' order by day", id)


Said = Callable[[int], Awaitable[None]]


async def write(db: Db, person_id: UUID, id: UUID, kind: str, mode: str, *, now: datetime, said: Said) -> None:
    """All of it in the transaction that `db` is: `said` hears how many days are done."""
    days = await days_of(db, id)
    for start in range(0, len(days), DAYS):
        await apply_days(db, person_id, id, kind, mode, days[start : start + DAYS])
        await said(min(start + DAYS, len(days)))
    await db.run(
        """update import_run set state = 'applied', mode = $2, applied_at = $3,
             written = (select count(*) from import_row r join import_before b on b.run_id = r.run_id and b.day = r.day
                        where r.run_id = $1 and r.state <> 'invalid') where id = $1""",
        id, mode, now,
    )  # fmt: skip


async def apply_days(db: Db, person_id: UUID, id: UUID, kind: str, mode: str, days: list[date]) -> None:
    snapshot, has_any = SNAPSHOTS[kind].json, SNAPSHOTS[kind].has_any
    only_new = f"where not ({has_any})" if mode == "new" and kind != "exercises" else ""
    await db.run(
        f"""insert into import_before (run_id, day, before)
            select $1, d.day, {snapshot} from unnest($3::date[]) as d(day) cross join (select $2::uuid as id) p {only_new}""",
        id, person_id, days,
    )  # fmt: skip
    for statement in WRITES[kind](mode):
        await db.run(statement, id, person_id, days)
    await db.run(
        f"update import_before d set after = {snapshot} from (select $2::uuid as id) p where d.run_id = $1 and d.day = any($3::date[])",
        id, person_id, days,
    )  # fmt: skip


async def undo(db: Db, actor: Actor, id: UUID, *, now: datetime) -> tuple[int, int] | None:
    """Days go back to what they held. A day that was changed since stays: (days back, days left alone)."""
    run = await db.one(
        Run, "select kind, state, invalid from import_run where id = $1 and person_id = $2 for update", id, actor.person_id
    )
    if run is None or run.state != "applied":
        return None
    return await put_back(db, actor.person_id, id, run.kind, now=now, said=nobody_listens)


async def put_back(db: Db, person_id: UUID, id: UUID, kind: str, *, now: datetime, said: Said) -> tuple[int, int]:
    snapshot = SNAPSHOTS[kind]
    touched: list[date] = await db.column("select day from import_before where run_id = $1 order by day", id)
    back = 0
    for start in range(0, len(touched), DAYS):
        days = touched[start : start + DAYS]
        same: list[date] = await db.column(
            f"""select d.day from import_before d cross join (select $2::uuid as id) p
                where d.run_id = $1 and d.day = any($3::date[]) and d.after = {snapshot.json}""",
            id, person_id, days,
        )  # fmt: skip
        for statement in snapshot.restore():
            await db.run(statement, id, person_id, same)
        back += len(same)
        await said(min(start + DAYS, len(touched)))
    left = len(touched) - back
    await db.run(
        "update import_run set state = 'undone', undone_at = $2, days_back = $3, days_left = $4 where id = $1", id, now, back, left
    )  # fmt: skip
    return back, left


async def discard(db: Db, actor: Actor, id: UUID) -> bool:
    """Nobody waits here for the worker: what it is reading is marked, and it lays the file down at its next look."""
    return await dropped(db, actor, id) or await marked(db, actor, id) or await dropped(db, actor, id)


async def dropped(db: Db, actor: Actor, id: UUID) -> bool:
    return await db.run(
        """delete from import_run where id in (
             select id from import_run where id = $1 and person_id = $2 and state in ('looking', 'refused', 'previewed')
             for update skip locked)""",
        id, actor.person_id,
    ) == 1  # fmt: skip


async def marked(db: Db, actor: Actor, id: UUID) -> bool:
    sql = "update import_run set state = 'discarded' where id = $1 and person_id = $2 and state = 'looking'"
    return await db.run(sql, id, actor.person_id) == 1
