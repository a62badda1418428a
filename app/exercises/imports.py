"""Movements out of a file: the public free-exercise-db JSON, or CSV. Every row is taken or refused with a reason, none in silence."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from app.db import Db
from app.exercises.rules import Draft, Fault, faults, folded, search_text

MOST_ROWS = 10_000
COLUMNS = ("name", "category", "level", "force", "mechanic", "mode", "equipment", "primary", "secondary", "tags", "cue")
ALIASES = {"primarymuscles": "primary", "secondarymuscles": "secondary", "instructions": "cue", "primary muscles": "primary",
           "secondary muscles": "secondary", "muscles": "primary", "difficulty": "level", "description": "cue"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    draft: Draft
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The file as a whole: not_text, not_json, no_name_column, too_many_rows, empty."""

    code: str


@dataclass(frozen=True, slots=True)
class Preview:
    new: tuple[Row, ...]
    known: int
    refused: tuple[Row, ...]


def read(content: bytes) -> tuple[Row, ...] | Unreadable:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Unreadable("not_text")
    text = text.replace("\x00", "")
    if not text.strip():
        return Unreadable("empty")
    found = _json(text) if text.lstrip()[:1] in "[{" else _csv(text)
    if isinstance(found, Unreadable):
        return found
    return tuple(_checked(found)) if len(found) <= MOST_ROWS else Unreadable("too_many_rows")


def _json(text: str) -> list[tuple[int, dict[str, Any]]] | Unreadable:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return Unreadable("not_json")
    if not isinstance(found, list):
        return Unreadable("not_json")
    return [(n, _renamed(row) if isinstance(row, dict) else {}) for n, row in enumerate(found, 1)]


def _csv(text: str) -> list[tuple[int, dict[str, Any]]] | Unreadable:
    first = text.lstrip().splitlines()[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    if "name" not in {_column(name) for name in reader.fieldnames or ()}:
        return Unreadable("no_name_column")
    try:
        return [(n, _renamed(row)) for n, row in enumerate(reader, 2)]
    except csv.Error:
        return Unreadable("not_text")


def _renamed(row: dict[Any, Any]) -> dict[str, Any]:
    return {_column(name): value for name, value in row.items() if name is not None}


def _column(name: object) -> str:
    plain = str(name).strip().lower()
    return ALIASES.get(plain, plain)


def _checked(rows: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[Row]:
    seen: set[str] = set()
    for number, row in rows:
        draft = _draft(row)
        wrong = faults(draft)
        fault = wrong[0] if wrong else Fault("name", "name_twice", draft.name) if folded(draft.name) in seen else None
        seen.add(folded(draft.name))
        yield Row(number, draft, fault)


def _draft(row: dict[str, Any]) -> Draft:
    return Draft(
        name=" ".join(_text(row.get("name")).split())[:200],
        category=_text(row.get("category")).lower() or "strength",
        level=_text(row.get("level")).lower() or "beginner",
        primary=_words(row.get("primary")),
        secondary=tuple(word for word in _words(row.get("secondary")) if word not in _words(row.get("primary"))),
        equipment=_words(row.get("equipment")),
        tags=_words(row.get("tags")),
        force=_text(row.get("force")).lower() or None,
        mechanic=_text(row.get("mechanic")).lower() or None,
        mode=_text(row.get("mode")).lower() or _usual_mode(row),
        cue=_cue(row.get("cue")),
    )


def _usual_mode(row: dict[str, Any]) -> str:
    return {"stretching": "time", "cardio": "distance"}.get(_text(row.get("category")).lower(), "reps")


def _text(value: Any) -> str:
    """Only what is text or a number; a lone surrogate is no letter."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    return str(value).encode("utf-8", "replace").decode().strip()


def _words(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else _text(value).replace(";", ",").split(",")
    return tuple(dict.fromkeys(word for word in (_text(part).lower() for part in parts) if word))


def _cue(value: Any) -> str:
    said = "\n".join(_text(part) for part in value) if isinstance(value, list) else _text(value)
    return said[:4000].strip()


async def preview(db: Db, gym_id: UUID, rows: tuple[Row, ...]) -> Preview:
    """What would happen: a name that the catalogue or the gym has already is known, not taken twice."""
    good = [row for row in rows if row.fault is None]
    known = set(
        await db.column(
            """select asked.plain from unnest($2::text[]) asked(plain) where exists (select from exercise e
               where e.is_active and (e.scope = 'catalogue' or (e.scope = 'gym' and e.gym_id = $1))
                 and e.folded like '%|' || asked.plain || '|%')""",
            *(gym_id, [folded(row.draft.name) for row in good]),
        )
    )
    new = tuple(row for row in good if folded(row.draft.name) not in known)
    return Preview(new, len(good) - len(new), tuple(row for row in rows if row.fault is not None))


async def take_in(db: Db, gym_id: UUID, rows: tuple[Row, ...]) -> int:
    """All new rows become the gym's movements, in the caller's transaction: all of them or none. Again changes nothing."""
    movements = [_movement(gym_id, row.draft) for row in rows]
    added = await db.column(
        """insert into exercise (id, name, cue, folded, force, level, mechanic, category, mode, scope, gym_id)
           select id, name, cue, folded, force, level, mechanic, category, mode, 'gym', $2
           from jsonb_to_recordset($1::jsonb) as m(id uuid, name text, cue text, folded text, force text, level text,
                mechanic text, category text, mode text)
           on conflict do nothing returning id""",
        *(movements, gym_id),
    )
    fresh = [movement for movement in movements if UUID(movement["id"]) in set(added)]
    for table, column, field, role in (
        ("exercise_muscle", "muscle", "primary", ", 'primary'"),
        ("exercise_muscle", "muscle", "secondary", ", 'secondary'"),
        ("exercise_equipment", "equipment", "equipment", ""),
        ("exercise_tag", "tag", "tags", ""),
    ):
        await db.run(
            f"""insert into {table} (exercise_id, {column}{", role" if role else ""})
                select (m->>'id')::uuid, w{role} from jsonb_array_elements($1::jsonb) m, jsonb_array_elements_text(m->'{field}') w
                on conflict do nothing""",
            fresh,
        )
    return len(fresh)


def _movement(gym_id: UUID, draft: Draft) -> dict[str, Any]:
    return {
        "id": str(uuid5(gym_id, f"movement:{folded(draft.name)}")),
        "folded": search_text(draft.name),
        **{field: getattr(draft, field) for field in ("name", "cue", "force", "level", "mechanic", "category", "mode")},
        **{field: list(getattr(draft, field)) for field in ("primary", "secondary", "equipment", "tags")},
    }
