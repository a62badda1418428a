"""The spreadsheets that other loggers export, read into one shape: Strong, Hevy, FitNotes and our own."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from app.training.rules.sets import Numbers
from app.training.rules.weights import HEAVIEST, grams

MOST_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One set as another app wrote it down; `started` and `minutes` are in that phone's own local time."""

    line: int
    started: datetime
    workout: str
    minutes: int | None
    exercise: str
    kind: str
    numbers: Numbers
    rpe: Decimal | None = None
    note: str = ""
    workout_note: str = ""
    superset: str = ""
    ref: str = ""  # our own files name the workout
    zone: str = ""  # and where it was


@dataclass(frozen=True, slots=True)
class Trouble:
    line: int
    code: str  # date, number, name, empty, columns, too_big
    said: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    app: str  # strong, hevy, fitnotes, spotter or "" when nobody knows this file
    rows: tuple[Row, ...]
    troubles: tuple[Trouble, ...]


class UnreadableError(ValueError):
    """This row cannot become a set; the code says why. Never leaves this module."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(code)
        self.code, self.said = code, said


def read(data: bytes, units: str) -> Reading:
    """Every row that makes sense, and one trouble for each that does not. Unmarked weights are in `units`."""
    text = _decoded(data)
    table = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        header = [_column(cell) for cell in next(table, [])]
        lines = list(table)
    except csv.Error:
        return Reading("", (), (Trouble(1, "columns"),))
    app = next((name for name, marks in MARKS.items() if marks <= {cell.split(" (")[0] for cell in header}), "")
    if not app:
        return Reading("", (), (Trouble(1, "columns"),))
    if len(lines) > MOST_ROWS:
        return Reading(app, (), (Trouble(1, "too_big"),))
    return _collected(app, _cells(header, lines), units)


def _collected(app: str, cells: Iterable[tuple[int, dict[str, str]]], units: str) -> Reading:
    rows, troubles = [], []
    for line, cell in cells:
        try:
            row = READERS[app](line, cell, units)
        except UnreadableError as why:
            troubles.append(Trouble(line, why.code, why.said[:80]))
        else:
            rows.extend([row] if row else [])
    return Reading(app, tuple(rows), tuple(troubles))


def _cells(header: list[str], lines: list[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    for line, values in enumerate(lines, start=2):
        if any(value.strip() for value in values):
            yield line, {name: _bare(value) for name, value in zip(header, values, strict=False)}


def _strong(line: int, cell: dict[str, str], units: str) -> Row | None:
    order = cell.get("set order", "").lower()
    if order in {"rest timer", "note", "notes"}:
        return None
    weight, unit = _weight(cell, units)
    seconds = _seconds(cell.get("seconds", ""))
    numbers = _numbers(weight, unit, cell.get("reps", ""), seconds, _metres(cell))
    return Row(
        line,
        _moment(cell.get("date", "")),
        cell.get("workout name", "")[:100],
        _minutes(cell.get("duration", "") or cell.get("duration (sec)", "")),
        _name(cell.get("exercise name", "")),
        {"w": "warmup", "d": "drop", "f": "failure"}.get(order[:1], "normal"),
        numbers,
        _rpe(cell.get("rpe", "")),
        cell.get("notes", "")[:1000],
        cell.get("workout notes", "")[:2000],
    )


def _hevy(line: int, cell: dict[str, str], units: str) -> Row | None:
    unit = "lb" if "weight_lbs" in cell else "kg"
    weight = _decimal(cell.get("weight_lbs") or cell.get("weight_kg") or "")
    started, ended = _moment(cell.get("start_time", "")), cell.get("end_time", "")
    far = _decimal(cell.get("distance_km") or cell.get("distance_miles") or "")
    metres = None if far is None else int(far * (Decimal("1609.344") if "distance_miles" in cell else 1000))
    seconds = _whole(cell.get("duration_seconds", ""))
    numbers = _numbers(weight, unit, cell.get("reps", ""), seconds, metres)
    return Row(
        line,
        started,
        cell.get("title", "")[:100],
        max(0, int((_moment(ended) - started).total_seconds() // 60)) if ended else None,
        _name(cell.get("exercise_title", "")),
        {"warmup": "warmup", "dropset": "drop", "drop": "drop", "failure": "failure"}.get(cell.get("set_type", ""), "normal"),
        numbers,
        _rpe(cell.get("rpe", "")),
        cell.get("exercise_notes", "")[:1000],
        cell.get("description", "")[:2000],
        cell.get("superset_id", "")[:4],
    )


def _fitnotes(line: int, cell: dict[str, str], units: str) -> Row | None:
    weight, unit = _weight(cell, units)
    seconds = _seconds(cell.get("time", ""))
    numbers = _numbers(weight, unit, cell.get("reps", ""), seconds, _metres(cell))
    started = _moment(cell.get("date", "")).replace(hour=12, minute=0, second=0)  # it keeps days only
    comment = cell.get("comment", "")[:1000]
    return Row(line, started, "", None, _name(cell.get("exercise", "")), "normal", numbers, None, comment)


def _spotter(line: int, cell: dict[str, str], units: str) -> Row | None:
    numbers = _own_numbers(cell, units)
    kind = cell.get("kind", "normal")
    return Row(
        line,
        _moment(cell.get("started", "")),
        cell.get("workout", "")[:100],
        _whole(cell.get("minutes", "")),
        _name(cell.get("exercise", "")),
        kind if kind in {"warmup", "normal", "drop", "failure"} else "normal",
        numbers,
        _rpe(cell.get("rpe", "")),
        cell.get("note", "")[:1000],
        cell.get("workout note", "")[:2000],
        cell.get("superset", "")[:4],
        cell.get("workout id", "")[:40],
        cell.get("zone", "")[:50],
    )


MARKS: dict[str, frozenset[str]] = {
    "spotter": frozenset({"started", "workout", "exercise", "kind", "units"}),
    "hevy": frozenset({"start_time", "exercise_title", "set_type"}),
    "strong": frozenset({"date", "exercise name", "set order"}),
    "fitnotes": frozenset({"date", "exercise", "category"}),
}
READERS: dict[str, Callable[[int, dict[str, str], str], Row | None]] = {
    "strong": _strong,
    "hevy": _hevy,
    "fitnotes": _fitnotes,
    "spotter": _spotter,
}


def _numbers(weight: Decimal | None, unit: str, reps: str, seconds: int | None, metres: int | None) -> Numbers:
    """At most one metric: repetitions before distance before time, as the exercise will be counted. A distance keeps its time."""
    load = grams(weight, unit) if weight else None
    if load is not None and not 0 <= load <= HEAVIEST:
        raise UnreadableError("number", str(weight))
    count = _whole(reps)
    if count:
        return Numbers(load, reps=_within(count, 10_000))
    if metres:
        return Numbers(load, metres=_within(metres, 1_000_000), took_seconds=_within(seconds, 86_400) if seconds else None)
    if seconds:
        return Numbers(load, seconds=_within(seconds, 86_400))
    raise UnreadableError("empty")


def _own_numbers(cell: dict[str, str], units: str) -> Numbers:
    """Ours are taken at their word: nothing lifted, no repetition and a set without numbers are all things that happen.
    Seconds beside metres are how long those took."""
    weight = _decimal(cell.get("weight", ""))
    load = None if weight is None else grams(weight, cell.get("units", units))
    found = Numbers(load, _whole(cell.get("reps", "")), _whole(cell.get("seconds", "")), _whole(cell.get("metres", "")))
    most = ((found.grams, HEAVIEST), (found.reps, 10_000), (found.seconds, 86_400), (found.metres, 1_000_000))
    for number, limit in most:
        _within(number or 0, limit)
    if found.seconds == 0 or found.metres == 0:
        raise UnreadableError("number")
    if found.metres:
        found = replace(found, seconds=None, took_seconds=found.seconds)
    if [found.reps, found.seconds, found.metres].count(None) < 2:
        raise UnreadableError("number")
    return found


def _weight(cell: dict[str, str], units: str) -> tuple[Decimal | None, str]:
    for name, value in cell.items():
        if name.startswith("weight") and name != "weight unit":
            marked = name + " " + cell.get("weight unit", "")
            unit = "lb" if "lb" in marked else "kg" if "kg" in marked else units
            return _decimal(value), unit
    return None, units


def _metres(cell: dict[str, str]) -> int | None:
    for name, value in cell.items():
        if name.startswith("distance") and name != "distance unit" and (far := _decimal(value)):
            marked = name + " " + cell.get("distance unit", "").lower()
            by = 1 if re.search(r"\b(m|meters|metres)\b", marked) else Decimal("1609.344") if "mi" in marked else 1000
            return int(far * by)
    return None


def _within(number: int, most: int) -> int:
    if not 0 <= number <= most:
        raise UnreadableError("number", str(number))
    return number


def _name(said: str) -> str:
    if not said.strip():
        raise UnreadableError("name")
    return said.strip()[:100]


def _rpe(said: str) -> Decimal | None:
    value = _decimal(said)
    return value if value is not None and 1 <= value <= 10 and value * 2 == int(value * 2) else None


def _decimal(said: str) -> Decimal | None:
    if not said:
        return None
    try:
        value = Decimal(said.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise UnreadableError("number", said) from None
    if not value.is_finite() or abs(value) > 1_000_000:
        raise UnreadableError("number", said)
    return value


def _whole(said: str) -> int | None:
    value = _decimal(said)
    return None if value is None else int(value)


def _seconds(said: str) -> int | None:
    """0:01:30, 1:30 or 90."""
    if ":" not in said:
        return _whole(said)
    total = 0
    for part in said.split(":"):
        total = total * 60 + (_whole(part) or 0)
    return total


def _minutes(said: str) -> int | None:
    """1h 5m, 58m, 45s, or plain seconds."""
    parts = re.findall(r"(\d{1,6})\s*([hms])", said.lower())
    if parts:
        seconds = sum(int(count) * {"h": 3600, "m": 60, "s": 1}[unit] for count, unit in parts)
        return min(seconds // 60, 1440)
    return min(int(said) // 60, 1440) if said.isascii() and said.isdigit() else None


SHAPES = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d",
    "%d %b %Y, %H:%M", "%d %B %Y, %H:%M", "%b %d, %Y, %I:%M %p", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y",
)  # fmt: skip
MONTHS = {
    "ene": "Jan", "abr": "Apr", "ago": "Aug", "dic": "Dec", "sept": "Sep",
    "maj": "May", "avg": "Aug", "okt": "Oct", "mai": "May", "dez": "Dec", "mär": "Mar",
}  # fmt: skip


def _moment(said: str) -> datetime:
    text = re.sub(
        r"[^\W\d_]+\.?", lambda word: MONTHS.get(word[0].lower().rstrip("."), word[0].rstrip(".")), said.strip(), count=1
    )
    for shape in SHAPES:
        try:
            found = datetime.strptime(text, shape)  # noqa: DTZ007  a phone's local time; the importer knows the zone
        except ValueError:
            continue
        if 1970 <= found.year <= 2100:
            return found
    raise UnreadableError("date", said)


def ended(row: Row) -> datetime | None:
    return None if row.minutes is None else row.started + timedelta(minutes=row.minutes)


def _decoded(data: bytes) -> str:
    for coding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"):
        try:
            return data.decode(coding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", errors="replace").replace("\0", "")


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max((",", ";", "\t"), key=first.count)


def _column(cell: str) -> str:
    return cell.strip().strip('"').lower()


def _bare(value: str) -> str:
    """Our export puts an apostrophe before what a spreadsheet would take for a formula; take exactly that one off."""
    value = value.strip()
    return value[1:] if value[:1] == "'" and value[1:2] in set("=+-@\t\r") else value
