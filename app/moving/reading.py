"""A file as sheets of text cells, or a code for why it is none. Read beside the event loop; nothing in it is ever run."""

import csv
import io
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.ansi import ansi

MOST_ROWS = 20_000
MOST_VISITS = 200_000
MOST_COLUMNS = 60
STEPS = 2_000  # instructions of SQLite between two looks at whether it has had enough
ENOUGH = 200_000  # looks: about ten seconds


@dataclass(frozen=True, slots=True)
class Sheet:
    kind: str  # types, members or visits
    columns: list[str]
    rows: list[list[str]]
    mapping: list[str] | None = None  # known beforehand; else guessed from the columns


@dataclass(frozen=True, slots=True)
class Unreadable:
    """`empty`, `spreadsheet`, `not_text`, `no_rows`, `too_many`, `too_wide`, `broken`, `not_sqlite`, `not_theirs`, `not_here`."""

    code: str


def read_csv(data: bytes, kind: str) -> Sheet | Unreadable:
    if not data.strip():
        return Unreadable("empty")
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return Unreadable("spreadsheet")
    if data[:16] == b"SQLite format 3\x00":
        return Unreadable("not_here")
    text = decoded(data)
    if text is None:
        return Unreadable("not_text")
    most = MOST_VISITS if kind == "visits" else MOST_ROWS
    try:
        rows = rows_of(text, most)
    except csv.Error:
        return Unreadable("broken")
    if len(rows) > most + 1:
        return Unreadable("too_many")
    if len(rows) < 2:
        return Unreadable("no_rows")
    if max(map(len, rows)) > MOST_COLUMNS:
        return Unreadable("too_wide")
    return Sheet(kind, [cell[:80] for cell in rows[0]], rows[1:])


def decoded(data: bytes) -> str | None:
    """UTF-8 or UTF-16 by their marks, else what Windows writes, east or west; bytes that are no text are refused."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tries = ["utf-16"]
    elif b"\x00" in data[:4096]:
        return None
    else:
        tries = ["utf-8-sig", ansi(frozenset(data))]
    for name in tries:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        odd = sum(1 for ch in text[:20_000] if ord(ch) < 32 and ch not in "\t\r\n")
        return None if odd > len(text[:20_000]) // 100 + 2 else text
    return None


def rows_of(text: str, most: int) -> list[list[str]]:
    first = text.lstrip("\ufeff\r\n")[:4000].split("\n", 1)[0]
    delimiter = max(";\t,|", key=first.count)
    csv.field_size_limit(20_000)
    found: list[list[str]] = []
    for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter):
        if any(cell.strip() for cell in row):
            found.append([cell[:4_000] for cell in row])
        if len(found) > most + 1:
            break
    return found


# ── The reference desk's database ────────────────────────────────────────────────────────────────

# Tables are known by what stands in them, not by their names: those have changed between versions.
SHAPES: dict[str, frozenset[str]] = {
    "members": frozenset({"first_name", "last_name", "card_id"}),
    "types": frozenset({"name", "duration_days"}),
    "memberships": frozenset({"member_id", "start_date", "end_date"}),
    "visits": frozenset({"member_id", "entry_time", "status"}),
}


def read_desk(data: bytes) -> list[Sheet] | Unreadable:
    """From the bytes alone, read-only, with everything switched off that a hostile file could use."""
    if data[:16] != b"SQLite format 3\x00":
        return Unreadable("not_sqlite")
    try:
        base = opened(data)
        try:
            return sheets(base)
        finally:
            base.close()
    except (sqlite3.Error, UnicodeError, ValueError, OverflowError, MemoryError):
        return Unreadable("broken")


def opened(data: bytes) -> sqlite3.Connection:
    # A file that was in WAL mode opens only beside its log; what was checkpointed is whole without it.
    image = bytearray(data)
    image[18] = image[19] = 1
    base = sqlite3.connect(":memory:", check_same_thread=False)
    base.deserialize(bytes(image))
    base.text_factory = lambda raw: raw.decode("utf-8", "replace")
    for pragma in ("trusted_schema = off", "query_only = on", "cell_size_check = on", "mmap_size = 0"):
        base.execute(f"pragma {pragma}")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
    base.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 20_000)
    looks = iter(range(ENOUGH))
    base.set_progress_handler(lambda: next(looks, None) is None, STEPS)
    if base.execute("pragma quick_check(1)").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("damaged")
    return base


def sheets(base: sqlite3.Connection) -> list[Sheet] | Unreadable:
    tables = found_tables(base)
    if not {"members", "types", "memberships"} <= tables.keys():
        return Unreadable("not_theirs")
    types = {row["id"]: row for row in rows_in(base, *tables["types"], MOST_ROWS)}
    members = rows_in(base, *tables["members"], MOST_ROWS)
    sold = rows_in(base, *tables["memberships"], MOST_VISITS)
    entries = rows_in(base, *tables["visits"], MOST_VISITS) if "visits" in tables else []
    if len(members) > MOST_ROWS or len(sold) > MOST_VISITS or len(entries) > MOST_VISITS:
        return Unreadable("too_many")
    return [type_sheet(list(types.values())), member_sheet(members, sold, types), visit_sheet(entries)]


def found_tables(base: sqlite3.Connection) -> dict[str, tuple[str, set[str]]]:
    found: dict[str, tuple[str, set[str]]] = {}
    for (name,) in base.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'").fetchall()[
        :100
    ]:
        columns = {row[1].lower() for row in base.execute(f"pragma table_info({quoted(name)})").fetchall()[:200]}
        for what, shape in SHAPES.items():
            if shape <= columns:
                found.setdefault(what, (name, columns))
    return found


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


WANTED = (
    "id", "first_name", "last_name", "card_id", "email", "phone", "date_of_birth", "created_at", "is_deleted", "name", "duration_days",
    "visit_limit", "price", "enter_by", "is_active", "member_id", "membership_type_id", "type_id", "start_date", "end_date",
    "remaining_visits", "status", "purchase_date", "entry_time",
)  # fmt: skip


def rows_in(base: sqlite3.Connection, table: str, columns: set[str], most: int) -> list[dict[str, Any]]:
    wanted = [name for name in WANTED if name in columns]
    said = ", ".join(quoted(name) for name in wanted)
    found = base.execute(f"select {said} from {quoted(table)} limit {most + 1}").fetchall()
    rows = [dict(zip(wanted, row, strict=True)) for row in found]
    return [row for row in rows if not row.get("is_deleted")]


def text(value: Any) -> str:
    if value is None or isinstance(value, bytes):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)[:4_000]


def type_sheet(types: Sequence[dict[str, Any]]) -> Sheet:
    rows = [
        [text(row.get(name)) for name in ("name", "duration_days", "visit_limit", "price", "enter_by", "is_active")]
        for row in types
    ]
    mapping = ["name", "days", "visits", "price", "until_hour", "is_active"]
    return Sheet("types", ["name", "duration_days", "visit_limit", "price", "enter_by", "is_active"], rows, mapping)


MEMBER_COLUMNS = [
    "key",
    "first_name",
    "last_name",
    "email",
    "phone",
    "born_on",
    "joined_on",
    "card",
    "type",
    "starts_on",
    "ends_on",
    "visits_left",
    "state",
]


def member_sheet(members: Sequence[dict[str, Any]], sold: Sequence[dict[str, Any]], types: dict[Any, dict[str, Any]]) -> Sheet:
    """One row for each membership, and one for whoever has none; the oldest first, as they were sold."""
    theirs: dict[Any, list[dict[str, Any]]] = {}
    for one in sorted(sold, key=lambda row: text(row.get("start_date"))):
        theirs.setdefault(one.get("member_id"), []).append(one)
    rows = []
    for member in members:
        who = [
            text(member.get(name))
            for name in ("id", "first_name", "last_name", "email", "phone", "date_of_birth", "created_at", "card_id")
        ]
        who[5], who[6] = who[5][:10], who[6][:10]
        for one in theirs.get(member.get("id")) or [{}]:
            kind = types.get(one.get("membership_type_id", one.get("type_id")), {})
            left = text(one.get("remaining_visits")) if kind.get("visit_limit") else ""
            rows.append(
                [
                    *who,
                    text(kind.get("name")),
                    text(one.get("start_date"))[:10],
                    text(one.get("end_date"))[:10],
                    left,
                    text(one.get("status")),
                ]
            )
    return Sheet("members", MEMBER_COLUMNS, rows, MEMBER_COLUMNS)


def visit_sheet(entries: Sequence[dict[str, Any]]) -> Sheet:
    """Who came in; who was turned away did not come."""
    rows = [
        [text(row.get("member_id")), utc(text(row.get("entry_time")))]
        for row in entries
        if text(row.get("status")).startswith("allowed") and row.get("member_id") is not None
    ]
    return Sheet("visits", ["key", "at"], rows, ["key", "at"])


def utc(moment: str) -> str:
    """Their times are UTC, and mostly do not say so."""
    return moment if moment.endswith("Z") or "+" in moment[10:] or len(moment) < 16 else moment + "+00:00"
