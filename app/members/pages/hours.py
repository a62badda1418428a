"""The hours of a membership type: any number of rows, each with its days and its times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from litestar.datastructures import FormMultiDict
from msgspec import Struct

from app.web.forms import Form, read
from app.words import _

MOST = 12
MIDNIGHT = "24:00"


class Hours(Struct):
    days: list[int] = []
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """As it stands on the form."""

    days: tuple[str, ...] = ()
    opens: str = ""
    closes: str = ""
    error: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.days or self.opens or self.closes)


EMPTY = Row()


def rows_of(windows: Sequence[dict[str, Any]]) -> list[Row]:
    """What is kept, the days with the same times in one row; midnight at either end is an empty field."""
    days: dict[tuple[str, str], list[str]] = {}
    for window in windows:
        days.setdefault((window["from"], window["to"]), []).append(str(window["day"]))
    return [
        Row(tuple(each), "" if opens == "00:00" else opens, "" if closes == MIDNIGHT else closes)
        for (opens, closes), each in days.items()
    ] or [EMPTY]


def rows_in(data: FormMultiDict) -> list[Row]:
    """What was typed, row by row, after the button that was pressed: one row more, or one less."""
    found = [_row(data, n)[0] for n in range(_count(data))]
    pressed = str(data.get("hours", ""))
    if pressed == "more":
        return [*found, EMPTY][:MOST]
    if pressed.startswith("drop-") and pressed[5:].isdigit():
        found = [row for n, row in enumerate(found) if n != int(pressed[5:])]
    return found or [EMPTY]


def windows_in(data: FormMultiDict) -> tuple[list[dict[str, Any]], bool]:
    """What is meant, and whether all of it makes sense. Nothing at all is always."""
    read_ = [_row(data, n) for n in range(_count(data))]
    meant = [window for _typed, hours in read_ if hours for window in _windows(hours)]
    unique = {(window["day"], window["from"], window["to"]): window for window in meant}
    return [unique[key] for key in sorted(unique)], not any(typed.error for typed, _hours in read_)


def _count(data: FormMultiDict) -> int:
    said = str(data.get("rows", "1"))
    return min(MOST, int(said)) if said.isascii() and said.isdigit() and len(said) < 4 else 1


def _row(data: FormMultiDict, n: int) -> tuple[Row, Hours | None]:
    form = read(Hours, {name: data.getall(f"{name}-{n}", []) for name in ("days", "opens", "closes")})
    typed = Row(tuple(str(day) for day in form.typed["days"]), str(form.typed["opens"]), str(form.typed["closes"]))
    trouble = _trouble(form)
    if trouble:
        return Row(typed.days, typed.opens, typed.closes, trouble), None
    return typed, None if typed.is_empty else form.value


def _trouble(form: Form[Hours]) -> str:
    if form.value is None:
        return next(iter(form.errors.values()))
    if any(not 0 <= day <= 6 for day in form.value.days):
        return _("This choice is not known here.")
    if form.value.opens is not None and form.value.opens == form.value.closes:
        return _("From and until are the same time.")
    return ""


def _windows(hours: Hours) -> list[dict[str, Any]]:
    """No day is every day; until before from is after midnight."""
    opens = (hours.opens or time(0)).strftime("%H:%M")
    closes = hours.closes.strftime("%H:%M") if hours.closes and hours.closes != time(0) else MIDNIGHT
    return [{"day": day, "from": opens, "to": closes} for day in sorted(set(hours.days)) or range(7)]
