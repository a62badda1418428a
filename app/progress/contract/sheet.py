"""A file against the contract: which kind it is, and every row with its record or its causes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from app.progress.contract import rows as parsing
from app.progress.contract.columns import KINDS, MOST_SLOTS, SLOT, Kind, guess, named
from app.progress.contract.issues import BadFile, Issue
from app.progress.contract.reading import MOST_COLUMNS, MOST_ROWS, Broken, Line, open_rows
from app.progress.rules.measures import Measure, plain_key


@dataclass(frozen=True, slots=True)
class Known:
    """What the gym and the person already have; empty `exercises` means that names are not looked at."""

    days: frozenset[date] = frozenset()
    sessions: frozenset[tuple[date, str]] = frozenset()
    exercises: frozenset[str] = frozenset()
    measures: Mapping[str, Measure] = field(default_factory=dict)  # by heading: measure_neck


@dataclass(frozen=True, slots=True)
class Row:
    """`state` is valid, warning, conflict or invalid; only an invalid row has no record."""

    line: int
    state: str
    day: date | None
    record: dict | None
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    kind: Kind
    encoding: str
    delimiter: str
    headings: dict[str, int]
    ignored: tuple[str, ...]  # columns that nobody knows
    slots: tuple[int, ...]
    lines: Iterator[Line]

    def rows(self, known: Known) -> Iterator[Row]:
        """Raises Broken where the file cannot be read any further."""
        reader = parsing.reader_for(self.kind.name, self.headings, self.slots, known)
        for count, line in enumerate(self.lines, 1):
            if count > MOST_ROWS:
                raise Broken("too_many_rows", line.number)
            yield to_row(line, len(self.headings) + len(self.ignored), reader, known)


def to_row(line: Line, width: int, reader: "parsing.RowReader", known: Known) -> Row:
    day, record, issues = reader.read(line.cells, width)
    if any(issue.level == "invalid" for issue in issues):
        return Row(line.number, "invalid", day, None, tuple(issues))
    state = "conflict" if day in known.days else "warning" if issues else "valid"
    return Row(line.number, state, day, record, tuple(issues))


def open_sheet(file: BinaryIO, kind_name: str = "") -> Sheet | BadFile:
    opened = open_rows(file)
    if isinstance(opened, BadFile):
        return opened
    try:
        heading = next(opened.rows, None)
    except Broken as broken:
        return BadFile(broken.code, line=broken.line)
    if heading is None:
        return BadFile("empty_file")
    if len(heading.cells) > MOST_COLUMNS:
        return BadFile("too_many_columns")
    keys = [plain_key(cell) for cell in heading.cells]
    while keys and not keys[-1]:
        keys.pop()  # a spreadsheet's empty columns at the end
    kind = KINDS.get(kind_name) or guess(keys)
    if kind is None:
        return BadFile("unknown_kind", tuple(key for key in keys[:12] if key))
    return with_headings(kind, keys, opened.encoding, opened.delimiter, opened.rows)


def with_headings(kind: Kind, keys: list[str], encoding: str, delimiter: str, lines: Iterator[Line]) -> Sheet | BadFile:
    names = [named(key, kind) for key in keys]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        return BadFile("duplicate_column", tuple(twice))
    missing = tuple(name for name in kind.required if name not in names)
    if missing:
        return BadFile("missing_column", missing)
    where = {name: place for place, name in enumerate(names)}
    mine = {column.name for column in kind.columns}
    slots = {int(slot[1]) for name in names if kind.has_slots and (slot := SLOT.fullmatch(name)) and int(slot[1]) <= MOST_SLOTS}
    ignored = tuple(name for name in names if not is_known(name, kind, mine))
    used = {name: place for name, place in where.items() if name not in ignored}
    return Sheet(kind, encoding, delimiter, used, ignored, tuple(sorted(slots)), lines)


def is_known(name: str, kind: Kind, mine: set[str]) -> bool:
    if name in mine or (kind.name == "check_ins" and name.startswith("measure_")):
        return True
    return kind.has_slots and name.startswith("exercise_") and SLOT.fullmatch(name) is not None
