"""What is wrong with a file or a row, as codes; and the same causes counted together."""

from collections.abc import Iterable
from dataclasses import dataclass, field

SAMPLE = 60  # letters of a cell that are shown back


@dataclass(frozen=True, slots=True)
class Issue:
    code: str
    column: str = ""
    value: str = ""
    level: str = "invalid"  # or warning


@dataclass(frozen=True, slots=True)
class BadFile:
    """The whole file is refused; nothing of it was looked at further."""

    code: str
    names: tuple[str, ...] = ()
    line: int = 0


@dataclass(slots=True)
class Cause:
    """Every row with the same trouble in the same column."""

    code: str
    column: str
    level: str
    rows: int = 0
    lines: list[int] = field(default_factory=list)
    sample: str = ""


def invalid(code: str, column: str = "", value: str = "") -> Issue:
    return Issue(code, column, value[:SAMPLE])


def warning(code: str, column: str = "", value: str = "") -> Issue:
    return Issue(code, column, value[:SAMPLE], "warning")


def grouped(rows: Iterable[tuple[int, Iterable[Issue]]]) -> list[Cause]:
    """Invalid before warnings, the commonest first, with up to five lines as a sample."""
    causes: dict[tuple[str, str], Cause] = {}
    for line, issues in rows:
        for issue in issues:
            cause = causes.setdefault((issue.code, issue.column), Cause(issue.code, issue.column, issue.level))
            cause.rows += 1
            cause.sample = cause.sample or issue.value
            if len(cause.lines) < 5:
                cause.lines.append(line)
    return sorted(causes.values(), key=lambda cause: (cause.level != "invalid", -cause.rows, cause.code, cause.column))
