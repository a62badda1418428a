"""Records become a CSV that a spreadsheet cannot be tricked by and our own reader takes back exactly."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.progress.contract.columns import (
    KINDS,
    LEAST_SLOTS,
    PARTS,
    SLOT_COLUMNS,
    SLOT_NAMES,
    Column,
)
from app.progress.rules.measures import plain

RISKY = re.compile(r"'*[=+\-@\t\r]")


def cell(value: Any) -> str:
    """Numbers, days and flags as they are; a text that a spreadsheet would run gets a quote in front, and one that
    already looks disarmed gets another, so that taking one away is always right."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, Decimal):
        return str(plain(value))
    if isinstance(value, int | float | date):
        return str(value)
    text = str(value)
    return f"'{text}" if RISKY.match(text) else text


def lines(headings: Sequence[str], records: Iterable[Sequence[Any]], delimiter: str = ",") -> Iterator[str]:
    """One CSV line at a time, every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(headings)
    yield taken(out)
    for record in records:
        writer.writerow([cell(value) for value in record])
        yield taken(out)


def taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def slot_headings(slots: int) -> list[str]:
    return [f"exercise_{slot}_{name}" for slot in range(1, max(slots, LEAST_SLOTS) + 1) for name in SLOT_NAMES]


def workout_headings(slots: int = LEAST_SLOTS, *, with_id: bool = False) -> list[str]:
    return ["log_date", "session_type", *(["plan_session_id"] if with_id else []), *PARTS, *slot_headings(slots)]


def headings_of(kind: str) -> list[str]:
    """The heading row of a template."""
    if kind == "workout":
        return workout_headings()
    return [column.name for column in KINDS[kind].columns if column.kind != "ignored"]


HINTS = {
    "log_date": "# YYYY-MM-DD",
    "session_type": "class | strength",
    "session_done_yn": "Y | N",
    "creatine_yn": "Y | N",
    "photo_yn": "Y | N",
    "exercise_order": "1-32",
    "session_order": "1-24",
    "plan_session_id": "S01",
}


def template(kind: str) -> str:
    """The heading and one row of hints, which the importer skips."""
    headings = headings_of(kind)
    return "".join(lines(headings, [[hint(kind, name) for name in headings]]))


def hint(kind: str, name: str) -> str:
    if name in HINTS:
        return HINTS[name]
    column = column_of(kind, name)
    if column is None:
        return ""
    if column.measure is not None:
        whole = " (whole)" if column.measure.is_whole else ""
        return f"{column.measure.lowest}-{column.measure.highest}{whole}".replace("-", "…", 1)
    return f"text ≤ {column.limit}" if column.limit else ""


def column_of(kind: str, name: str) -> Column | None:
    found = {column.name: column for column in KINDS[kind].columns}
    if name in found:
        return found[name]
    return {column.name: column for column in SLOT_COLUMNS}.get(re.sub(r"^exercise_\d+_", "", name))
