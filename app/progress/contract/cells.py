"""One cell becomes a value, or an issue with its cause."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from app.progress.contract.columns import Column
from app.progress.contract.issues import Issue, invalid, warning
from app.progress.rules.measures import Wrong, read_number, tidy
from app.progress.rules.windows import EARLIEST, LATEST

DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII)
DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?", re.ASCII)
YES = frozenset(["y", "yes", "s", "si", "sí", "d", "da", "1", "true", "x"])
NO = frozenset(["n", "no", "ne", "0", "false"])
KINDS = {
    "clase": "class", "class": "class", "čas": "class", "cas": "class",
    "pesas": "strength", "strength": "strength", "weights": "strength", "snaga": "strength", "tegovi": "strength",
}  # fmt: skip
MIXED = frozenset(["mixta", "mixto", "mixed"])
QUOTED = re.compile(r"'+[=+\-@\t\r]")


class Reader:
    """Reads the cells of one row and collects what is wrong with them."""

    __slots__ = ("cells", "issues", "where")

    def __init__(self, cells: list[str], where: dict[str, int]) -> None:
        self.cells, self.where = cells, where
        self.issues: list[Issue] = []

    def raw(self, name: str) -> str:
        place = self.where.get(name)
        return "" if place is None or place >= len(self.cells) else self.cells[place]

    def value(self, column: Column, name: str = "") -> Any:
        """None when empty or wrong; wrong is among the issues."""
        name = name or column.name
        raw = self.raw(name)
        if not raw or raw.isspace():
            if column.is_filled:
                self.issues.append(invalid("missing", name))
            return None
        value = READ[column.kind](raw, column, name)
        if isinstance(value, Issue):
            self.issues.append(value)
            return None
        if isinstance(value, tuple):
            self.issues.append(value[1])
            return value[0]
        if value is None and column.is_filled:  # nothing was left of it: signs that nobody can see
            self.issues.append(invalid("missing", name))
        return value


def a_day(raw: str, column: Column, name: str) -> date | Issue:
    typed = raw.strip()
    found = DAY.fullmatch(typed)
    parts = found.groups() if found else None
    if parts is None and (dotted := DOTTED.fullmatch(typed)):
        parts = dotted.groups()[::-1]
    if parts is None:
        return invalid("bad_day", name, typed)
    try:
        day = date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return invalid("no_such_day", name, typed)
    return day if EARLIEST <= day <= LATEST else invalid("far_day", name, typed)


def a_number(raw: str, column: Column, name: str) -> Any:
    assert column.measure is not None
    read = read_number(raw, column.measure)
    if isinstance(read, Wrong):
        return invalid(read.code, name, raw.strip())
    if read != Decimal(raw.strip().replace(",", ".")):
        return read, warning("rounded", name, raw.strip())
    return read


def a_text(raw: str, column: Column, name: str) -> Any:
    text = tidy(raw)
    if QUOTED.match(text):  # the quote that a spreadsheet's formula was disarmed with
        text = text[1:]
    if len(text) > column.limit:
        return text[: column.limit].rstrip(), warning("clipped", name, text)
    return text or None


def a_line(raw: str, column: Column, name: str) -> Any:
    """A name stands on one line."""
    return a_text(" ".join(raw.split()), column, name)


def a_flag(raw: str, column: Column, name: str) -> bool | Issue:
    said = raw.strip().lower()
    if said in YES:
        return True
    return False if said in NO else invalid("bad_flag", name, raw.strip())


def a_session(raw: str, column: Column, name: str) -> str | Issue:
    said = raw.strip().lower()
    if said in MIXED:
        return invalid("mixed_session", name, raw.strip())
    return KINDS.get(said) or invalid("bad_session", name, raw.strip())


def a_path(raw: str, column: Column, name: str) -> Any:
    """Pictures do not travel in a CSV; a path that leaves its folder says what kind of file this is."""
    path = PurePosixPath(raw.strip().replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or path.parts[:1] != ("uploads",):
        return invalid("bad_path", name, raw.strip())
    return None, warning("photo_stays", name, raw.strip())


def nothing(raw: str, column: Column, name: str) -> None:
    """A column that an export writes for people and nobody reads back."""


READ: dict[str, Callable[[str, Column, str], Any]] = {
    "day": a_day,
    "number": a_number,
    "text": a_text,
    "line": a_line,
    "flag": a_flag,
    "session": a_session,
    "path": a_path,
    "ignored": nothing,
}
