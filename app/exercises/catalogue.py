"""The movements that come with the house: written here, the same ids in every gym, renewed without touching anybody's own."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from app.db import Db
from app.exercises.rules import KINDS, MUSCLES, STATIONS, TAGS, catalogue_id, search_text

FILE = Path(__file__).with_name("catalogue.csv")
LISTS = ("aliases", "primary", "secondary", "equipment", "tags")

# Each takes $1: everything below as one JSON document. Run in this order; running them again changes nothing.
SEED = (
    """insert into muscle (code) select jsonb_array_elements_text($1::jsonb->'muscles') on conflict do nothing""",
    """insert into equipment (code, kind) select jsonb_array_elements_text($1::jsonb->'kinds'), null on conflict do nothing""",
    """update equipment set kind = code where kind is null and $1::jsonb->'kinds' ? code""",
    """insert into equipment (code, kind) select key, value from jsonb_each_text($1::jsonb->'stations')
       on conflict (code) do update set kind = excluded.kind where equipment.kind is distinct from excluded.kind""",
    """insert into tag (code) select jsonb_array_elements_text($1::jsonb->'tags') on conflict do nothing""",
    """update exercise set is_active = false, updated_at = now()
       where scope = 'catalogue' and is_active
         and id not in (select (m->>'id')::uuid from jsonb_array_elements($1::jsonb->'movements') m)""",
    """insert into exercise (id, slug, name, names, cue, cues, folded, force, level, mechanic, category, pattern, mode, scope)
       select id, slug, name, names, cue, cues, folded, force, level, mechanic, category, pattern, mode, 'catalogue'
       from jsonb_to_recordset($1::jsonb->'movements') as m(id uuid, slug text, name text, names jsonb, cue text, cues jsonb,
            folded text, force text, level text, mechanic text, category text, pattern text, mode text)
       on conflict (id) do update set (name, names, cue, cues, folded, force, level, mechanic, category, pattern, mode, is_active,
            updated_at) = (excluded.name, excluded.names, excluded.cue, excluded.cues, excluded.folded, excluded.force,
            excluded.level, excluded.mechanic, excluded.category, excluded.pattern, excluded.mode, true, now())
       where exercise.scope = 'catalogue' and (exercise.name, exercise.names, exercise.cue, exercise.cues, exercise.folded,
            exercise.force, exercise.level, exercise.mechanic, exercise.category, exercise.pattern, exercise.mode,
            exercise.is_active) is distinct from (excluded.name, excluded.names, excluded.cue, excluded.cues, excluded.folded,
            excluded.force, excluded.level, excluded.mechanic, excluded.category, excluded.pattern, excluded.mode, true)""",
    *(
        f"""with wanted as (
               select (m->>'id')::uuid as exercise_id, w.code
               from jsonb_array_elements($1::jsonb->'movements') m, jsonb_array_elements_text(m->'{field}') w(code)),
             gone as (
               delete from {table} x using exercise e
               where e.id = x.exercise_id and e.scope = 'catalogue' {role and f"and x.role = '{role}'"}
                 and not exists (select from wanted where wanted.exercise_id = x.exercise_id and wanted.code = x.{column}))
           insert into {table} (exercise_id, {column}{role and ", role"})
           select exercise_id, code{role and f", '{role}'"} from wanted on conflict do nothing"""
        for field, table, column, role in (
            ("primary", "exercise_muscle", "muscle", "primary"),
            ("secondary", "exercise_muscle", "muscle", "secondary"),
            ("equipment", "exercise_equipment", "equipment", ""),
            ("tags", "exercise_tag", "tag", ""),
        )
    ),
)


async def seed(db: Db) -> None:
    """Everything above, as often as one likes."""
    for statement in SEED:
        await db.run(statement, document())


@cache
def document() -> dict[str, Any]:
    return {
        "muscles": list(MUSCLES),
        "kinds": list(KINDS),
        "stations": STATIONS,
        "tags": list(TAGS),
        "movements": [_movement(row) for row in rows()],
    }


def _movement(row: dict[str, Any]) -> dict[str, Any]:
    names, cues = ({locale: row[f"{what}_{locale}"] for locale in ("es", "sr")} for what in ("name", "cue"))
    return {
        **{field: row[field] or None for field in ("force", "mechanic")},
        **{field: row[field] for field in ("slug", "name", "cue", "level", "category", "pattern", "mode", *LISTS[1:])},
        "id": str(catalogue_id(row["slug"])),
        "names": names,
        "cues": cues,
        "folded": search_text(row["name"], *names.values(), *row["aliases"]),
    }


@cache
def rows() -> list[dict[str, Any]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [{**row, **{field: _list(row[field]) for field in LISTS}} for row in csv.DictReader(file)]


def _list(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(",") if word.strip()]
