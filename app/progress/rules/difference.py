"""What a file would change on a day that holds something: thing by thing, field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Thing = Mapping[str, Any]

SAME_AS = {  # what a file's column is called where it is kept
    "calories_target_kcal": "kcal",
    "protein_target_g": "protein_g",
    "carbs_target_g": "carbs_g",
    "fat_target_g": "fat_g",
    "session_type": "kind",
    "plan_session_id": "code",
    "session_done_yn": "is_done",
    "class_done": "focus",
    "rpe_session": "rpe",
    "session_order": "position",
    "creatine_yn": "had_creatine",
    "doses_per_day": "target",
}
HIDDEN = {
    "log_date",
    "day",
    "id",
    "person_id",
    "import_id",
    "source",
    "version",
    "created_at",
    "changed_at",
    "supplement_id",
    "line",
}
NAMED = {"workout": "code", "sessions": "code", "exercises": "code", "supplements": "supplement", "done_sessions": "position"}
LIFT = {"exercise_name": "name", "weight_kg": "weight_kg", "reps": "reps", "rpe": "rpe"}


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    now: str
    said: str


@dataclass(frozen=True, slots=True)
class Change:
    """`state`: new, changed, same, or left_out, which goes when the day is replaced and stays when it is merged."""

    name: str
    state: str
    fields: tuple[Field, ...] = ()


def difference(kind: str, there: Iterable[Thing], said: Iterable[Thing]) -> list[Change]:
    key = NAMED.get(kind)
    now = {named(thing, key): plain(thing) for thing in there}
    then: dict[str, dict[str, str]] = {}
    for thing in gathered(kind, said):
        then.setdefault(named(thing, key), {}).update(plain(thing))
    return [change(name, now.get(name), then.get(name)) for name in sorted(now.keys() | then.keys())]


def gathered(kind: str, said: Iterable[Thing]) -> list[Thing]:
    """Rows that speak of one session become that session with its exercises."""
    if kind not in ("done_sessions", "exercises"):
        return list(said)
    found: dict[str, dict[str, Any]] = {}
    for row in said:
        name = named(row, NAMED[kind])
        thing = found.setdefault(name, {key: value for key, value in row.items() if key in SAME_AS or key == "notes"})
        lines = thing.setdefault("exercises", [])
        if row.get("exercise_name"):
            lines.append(lift_of(kind, row))
    return list(found.values())


def lift_of(kind: str, row: Thing) -> dict[str, Any]:
    if kind == "done_sessions":
        return {ours: row.get(theirs) for theirs, ours in LIFT.items()}
    targets = {name.removeprefix("target_"): value for name, value in row.items() if name.startswith("target_")}
    return {"name": row["exercise_name"], **targets}


def named(thing: Thing, key: str | None) -> str:
    if key is None:
        return ""
    found = next((thing[name] for name in (key, *(old for old, new in SAME_AS.items() if new == key)) if thing.get(name)), "")
    return str(found)


def plain(thing: Thing) -> dict[str, str]:
    """By our names, as it would be read aloud; what is empty is not there."""
    found: dict[str, str] = {}
    for key, value in thing.items():
        if key not in HIDDEN and (text := text_of(value)):
            found[SAME_AS.get(key, key)] = text
    return found


def text_of(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, list):
        return "; ".join(exercise_text(one) if isinstance(one, Mapping) else str(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name.removeprefix('measure_')} {number(one)}" for name, one in sorted(value.items()))
    return number(value)


def number(value: Any) -> str:
    if isinstance(value, bool):
        return "Y" if value else "N"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def exercise_text(one: Thing) -> str:
    """Squat 4×6-8 100 kg @8."""
    least, most = one.get("reps_min", one.get("reps")), one.get("reps_max")
    reps = "" if least is None else number(least) if most in (None, least) else f"{number(least)}-{number(most)}"
    sets = f"{number(one['sets'])}×{reps}" if one.get("sets") is not None else f"×{reps}" if reps else ""
    weight = f"{number(one['weight_kg'])} kg" if one.get("weight_kg") is not None else ""
    rpe = f"@{number(one['rpe'])}" if one.get("rpe") is not None else ""
    rules = [one[name] for name in ("progression_weight_rule", "progression_reps_rule") if one.get(name)]
    return " ".join(part for part in (str(one.get("name", "")), sets, weight, rpe, *rules) if part)


def change(name: str, now: Mapping[str, str] | None, said: Mapping[str, str] | None) -> Change:
    if now is None:
        return Change(name, "new", tuple(Field(key, "", text) for key, text in (said or {}).items()))
    if said is None:
        return Change(name, "left_out", tuple(Field(key, text, "") for key, text in now.items()))
    keys = dict.fromkeys((*now, *said))
    fields = tuple(Field(key, now.get(key, ""), said.get(key, "")) for key in keys if now.get(key, "") != said.get(key, ""))
    return Change(name, "changed" if fields else "same", fields)
