"""A person's days as rows of the same files that the importer reads."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.db import Db
from app.progress.contract.columns import DONE_SESSIONS, MEALS, PARTS, SLOT_NAMES, SUPPLEMENTS
from app.progress.contract.writing import workout_headings
from app.progress.queries.day import CREATINE
from app.progress.queries.limits import own_measures

File = tuple[list[str], list[Sequence[Any]]]
BODY = ("sleep_hours", "sleep_quality", "steps", "weight_kg", "waist_cm", "hip_cm", "alcohol_units")
KINDS = ("check_ins", "supplements", "done_sessions", "diet", "workout")


async def export(db: Db, person_id: UUID, kind: str, first: date, last: date) -> File:
    return await {
        "check_ins": check_ins,
        "supplements": supplements,
        "done_sessions": done_sessions,
        "diet": diet,
        "workout": workout,
    }[kind](db, person_id, first, last)


async def rows_of(db: Db, sql: str, *args: Any) -> list[Sequence[Any]]:
    return [tuple(row) for row in await (await db.ready()).fetch(sql, *args)]


async def check_ins(db: Db, person_id: UUID, first: date, last: date) -> File:
    own = await own_measures(db, person_id)
    mine = "".join(f", (select value from measured_day m where m.measure_id = '{one.id}' and m.day = c.day)" for one in own)
    found = await rows_of(
        db,
        f"""select c.day, {", ".join(f"c.{name}" for name in BODY)}, {CREATINE},
              exists (select from progress_photo p where p.person_id = $1 and p.day = c.day and not p.is_offered), c.mood, c.note,
              round(c.waist_cm / c.hip_cm, 3){mine}
            from daily_check_in c where c.person_id = $1 and c.day between $2 and $3 order by c.day""",
        person_id, first, last,
    )  # fmt: skip
    return ["log_date", *BODY, "creatine_yn", "photo_yn", "mood", "note", "whr", *(one.key for one in own)], found


async def supplements(db: Db, person_id: UUID, first: date, last: date) -> File:
    found = await rows_of(
        db,
        """select d.day, s.name, d.doses_taken, d.target, d.notes from supplement_day d join supplement s on s.id = d.supplement_id
           where s.person_id = $1 and d.day between $2 and $3 order by d.day, lower(s.name)""",
        person_id, first, last,
    )  # fmt: skip
    return [column.name for column in SUPPLEMENTS.columns], found


async def done_sessions(db: Db, person_id: UUID, first: date, last: date) -> File:
    found = await rows_of(
        db,
        """select s.day, s.position, s.kind, s.is_done, s.focus, s.rpe, s.notes, l.name, l.weight_kg, l.reps, l.rpe, l.top_set
           from done_session s left join done_lift l on l.session_id = s.id
           where s.person_id = $1 and s.day between $2 and $3 order by s.day, s.position, l.position""",
        person_id, first, last,
    )  # fmt: skip
    return [column.name for column in DONE_SESSIONS.columns], found


async def diet(db: Db, person_id: UUID, first: date, last: date) -> File:
    found = await rows_of(
        db,
        f"""select day, kcal, protein_g, carbs_g, fat_g, {", ".join(MEALS)}, notes from diet_day
            where person_id = $1 and day between $2 and $3 order by day""",
        person_id, first, last,
    )  # fmt: skip
    macros = ["calories_target_kcal", "protein_target_g", "carbs_target_g", "fat_target_g"]
    return ["log_date", *macros, *MEALS, "notes"], found


async def workout(db: Db, person_id: UUID, first: date, last: date) -> File:
    """As many exercises wide as the longest session."""
    columns = ", ".join(f"x.{name}" for name in SLOT_NAMES)
    found = await rows_of(
        db,
        f"""select s.day, s.kind, s.code, {", ".join(f"s.{part}" for part in PARTS)}, s.id, {columns}
            from dated_session s left join dated_exercise x on x.session_id = s.id
            where s.person_id = $1 and s.day between $2 and $3 order by s.day, lower(s.code), x.position""",
        person_id, first, last,
    )  # fmt: skip
    wide: dict[UUID, list[Any]] = {}
    at = 3 + len(PARTS)
    for row in found:
        wide.setdefault(row[at], list(row[:at])).extend(row[at + 1 :] if row[at + 1] is not None else ())
    most = max((len(row) - at for row in wide.values()), default=0) // len(SLOT_NAMES)
    headings = workout_headings(most, with_id=True)
    return headings, [[*row, *[None] * (len(headings) - len(row))] for row in wide.values()]
