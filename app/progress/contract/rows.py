"""Rows become records: a day's check-in, a day's diet, a session with its exercises. Each row is judged by itself and the day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from app.progress.contract.cells import Reader
from app.progress.contract.columns import (
    BODY,
    CHECK_INS,
    DIET,
    DONE_SESSIONS,
    EXERCISES,
    KINDS,
    MEALS,
    SESSIONS,
    SLOT_COLUMNS,
    SLOT_NAMES,
    SUPPLEMENTS,
    WORKOUT,
    Column,
    Kind,
)
from app.progress.contract.issues import Issue, invalid, warning
from app.progress.rules.measures import Measure

Read = tuple[date | None, dict[str, Any] | None, list[Issue]]
LINE = ("weight_kg", "reps", "rpe", "topset_text")


class Facts(Protocol):
    """What the person and the gym have already: see `sheet.Known`."""

    @property
    def days(self) -> frozenset[date]: ...
    @property
    def sessions(self) -> frozenset[tuple[date, str]]: ...
    @property
    def exercises(self) -> frozenset[str]: ...
    @property
    def measures(self) -> Mapping[str, Measure]: ...


class RowReader:
    """Remembers what the file said before: a day that comes twice, the number of a day's next session."""

    def __init__(self, kind: Kind, where: dict[str, int], slots: tuple[int, ...], known: Facts) -> None:
        self.kind, self.where, self.slots, self.known = kind, where, slots, known
        self.seen: set[Any] = set()
        self.counts: dict[date, int] = {}
        self.cast = {column.name: column for column in kind.columns}
        self.extra = {name: Column(name, "number", known.measures[name]) for name in where if name in known.measures}
        self.strangers = [name for name in where if name.startswith("measure_") and name not in self.extra]

    def read(self, cells: list[str], width: int) -> Read:
        reader = Reader(cells, self.where)
        if any(cell.strip() for cell in cells[width:]):
            reader.issues.append(invalid("too_many_cells", "", " | ".join(cells[width:])))
        record = {name: reader.value(column) for name, column in self.cast.items()}
        day = record["log_date"]
        READERS[self.kind.name](self, reader, record)
        return day, record, reader.issues

    def once(self, reader: Reader, key: Any, code: str, column: str, value: str) -> None:
        if key in self.seen:
            reader.issues.append(invalid(code, column, value))
        self.seen.add(key)


def check_in(sheet: RowReader, reader: Reader, record: dict[str, Any]) -> None:
    record["measures"] = {name: value for name, column in sheet.extra.items() if (value := reader.value(column)) is not None}
    for name in sheet.strangers:
        if reader.raw(name).strip():
            reader.issues.append(warning("unknown_measure", name, reader.raw(name)))
    for dropped in ("photo_yn", "photo_path", "whr"):
        record.pop(dropped)
    if record["log_date"] is not None:
        sheet.once(reader, record["log_date"], "day_twice", "log_date", str(record["log_date"]))
    if (
        not reader.issues
        and not record["measures"]
        and all(record[name] is None for name in (*BODY, "mood", "note", "creatine_yn"))
    ):
        reader.issues.append(warning("nothing_said"))


def diet(sheet: RowReader, reader: Reader, record: dict[str, Any]) -> None:
    if record["log_date"] is not None:
        sheet.once(reader, record["log_date"], "day_twice", "log_date", str(record["log_date"]))
    empty = [meal for meal in MEALS if record[meal] is None]
    if 0 < len(empty) < len(MEALS):
        reader.issues.append(warning("meals_missing", empty[0]))
    kcal, grams = record["calories_target_kcal"], [record[f"{macro}_target_g"] for macro in ("protein", "carbs", "fat")]
    if kcal is not None and None not in grams and is_incoherent(kcal, *grams):
        reader.issues.append(warning("energy", "calories_target_kcal", f"{energy(*grams):.0f}"))


def energy(protein: Decimal, carbs: Decimal, fat: Decimal) -> Decimal:
    """A gram of protein or carbohydrate gives 4 kcal, a gram of fat 9."""
    return 4 * protein + 4 * carbs + 9 * fat


def is_incoherent(kcal: Decimal, protein: Decimal, carbs: Decimal, fat: Decimal) -> bool:
    return abs(kcal - energy(protein, carbs, fat)) > max(Decimal(100), kcal / 10)


def workout(sheet: RowReader, reader: Reader, record: dict[str, Any]) -> None:
    day = record["log_date"]
    if day is not None:
        sheet.counts[day] = sheet.counts.get(day, 0) + 1
        record["plan_session_id"] = record["plan_session_id"] or f"S{sheet.counts[day]:02d}"
        key = (day, record["plan_session_id"].lower())
        sheet.once(reader, key, "session_twice", "plan_session_id", record["plan_session_id"])
    record["exercises"] = [line for slot in sheet.slots if (line := slot_of(sheet, reader, slot)) is not None]
    if record["session_type"] == "class" and record["exercises"]:
        reader.issues.append(warning("class_drops_exercises", "session_type"))
        record["exercises"] = []


def slot_of(sheet: RowReader, reader: Reader, slot: int) -> dict[str, Any] | None:
    prefix = f"exercise_{slot}_"
    if not any(reader.raw(prefix + name).strip() for name in SLOT_NAMES):
        return None
    line = {column.name: reader.value(column, prefix + column.name) for column in SLOT_COLUMNS}
    if line["name"] is None:
        reader.issues.append(invalid("name_missing", prefix + "name"))
    else:
        known_or_warned(sheet, reader, prefix + "name", line["name"])
    in_order(reader, prefix + "reps_min", line["reps_min"], line["reps_max"])
    return line


def known_or_warned(sheet: RowReader, reader: Reader, column: str, name: str) -> None:
    if sheet.known.exercises and name.casefold() not in sheet.known.exercises:
        reader.issues.append(warning("unknown_exercise", column, name))


def in_order(reader: Reader, column: str, least: Decimal | None, most: Decimal | None) -> None:
    if least is not None and most is not None and least > most:
        reader.issues.append(invalid("reps_crossed", column, f"{least} > {most}"))


def session(sheet: RowReader, reader: Reader, record: dict[str, Any]) -> None:
    day, code = record["log_date"], record["plan_session_id"]
    if day is not None and code is not None:
        sheet.once(reader, (day, code.lower()), "session_twice", "plan_session_id", code)
    record["exercises"] = None  # they come in the second file; what is there stays


def exercise(sheet: RowReader, reader: Reader, record: dict[str, Any]) -> None:
    day, code, order = record["log_date"], record["plan_session_id"], record["exercise_order"]
    if day is not None and code is not None:
        if (day, code.lower()) not in sheet.known.sessions:
            reader.issues.append(invalid("no_such_session", "plan_session_id", code))
        if order is not None:
            sheet.once(reader, (day, code.lower(), int(order)), "order_twice", "exercise_order", str(order))
    if record["exercise_name"] is not None:
        known_or_warned(sheet, reader, "exercise_name", record["exercise_name"])
    in_order(reader, "target_reps_min", record["target_reps_min"], record["target_reps_max"])


def supplement(sheet: RowReader, reader: Reader, record: dict[str, Any]) -> None:
    if record["log_date"] is not None and record["supplement"] is not None:
        key = (record["log_date"], record["supplement"].casefold())
        sheet.once(reader, key, "supplement_twice", "supplement", record["supplement"])


def done_session(sheet: RowReader, reader: Reader, record: dict[str, Any]) -> None:
    if record["exercise_name"] is None and any(record[name] is not None for name in LINE):
        reader.issues.append(invalid("name_missing", "exercise_name"))
    if record["session_type"] == "class" and record["exercise_name"] is not None:
        reader.issues.append(warning("class_drops_exercises", "session_type"))
        record["exercise_name"] = None


READERS = {
    CHECK_INS.name: check_in,
    DIET.name: diet,
    WORKOUT.name: workout,
    SESSIONS.name: session,
    EXERCISES.name: exercise,
    SUPPLEMENTS.name: supplement,
    DONE_SESSIONS.name: done_session,
}


def reader_for(kind: str, where: dict[str, int], slots: tuple[int, ...], known: Facts) -> RowReader:
    return RowReader(KINDS[kind], where, slots, known)
