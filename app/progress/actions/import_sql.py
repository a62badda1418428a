"""The statements that write a looked-at file into a person's days. $1 is the run, $2 the person, $3 the days of this round.

A mode is `new` (days that hold nothing yet), `merge` (what the file says wins, what it leaves out stays) or `replace` (the day
becomes what the file says, and nothing else). `import_before` holds exactly the days that may be written.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.progress.contract.columns import MEALS, PARTS


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    where: str  # which rows t are this day's, with d.day and p.id


@dataclass(frozen=True, slots=True)
class Snapshot:
    tables: tuple[Table, ...]  # parents first

    @property
    def json(self) -> str:
        """Everything that the day holds, in an order that does not depend on chance."""
        parts = ", ".join(
            f"'{table.name}', (select coalesce(jsonb_agg(to_jsonb(t) order by to_jsonb(t)), '[]') from {table.name} t where {table.where})"
            for table in self.tables
        )
        return f"jsonb_build_object({parts})"

    @property
    def has_any(self) -> str:
        return " or ".join(f"exists (select from {table.name} t where {table.where})" for table in self.tables[:1])

    def restore(self) -> list[str]:
        days = "unnest($3::date[]) as d(day), (select $2::uuid as id) p"
        away = [
            f"delete from {table.name} t using {days} where $1::uuid is not null and {table.where}"
            for table in reversed(self.tables)
        ]
        back = [
            f"""insert into {table.name} select (jsonb_populate_recordset(null::{table.name}, d.before -> '{table.name}')).*
                from import_before d where d.run_id = $1 and d.day = any($3::date[]) and $2::uuid is not null"""
            for table in self.tables
        ]
        return away + back


OF_DAY = "t.person_id = p.id and t.day = d.day"
SESSION = Table("dated_session", OF_DAY)
PLANNED = Snapshot(
    (
        SESSION,
        Table("dated_exercise", "t.session_id in (select s.id from dated_session s where s.person_id = p.id and s.day = d.day)"),
    )
)
SNAPSHOTS = {
    "check_ins": Snapshot(
        (
            Table("daily_check_in", OF_DAY),
            Table("measured_day", "t.day = d.day and t.measure_id in (select m.id from own_measure m where m.person_id = p.id)"),
        )
    ),
    "diet": Snapshot((Table("diet_day", OF_DAY),)),
    "workout": PLANNED,
    "sessions": PLANNED,
    "exercises": PLANNED,
    "supplements": Snapshot(
        (
            Table(
                "supplement_day", "t.day = d.day and t.supplement_id in (select s.id from supplement s where s.person_id = p.id)"
            ),
        )
    ),
    "done_sessions": Snapshot(
        (
            Table("done_session", OF_DAY),
            Table("done_lift", "t.session_id in (select s.id from done_session s where s.person_id = p.id and s.day = d.day)"),
        )
    ),
}

ROWS = """(select r.line, r.day, r.record as say from import_row r join import_before b on b.run_id = r.run_id and b.day = r.day
  where r.run_id = $1 and r.state <> 'invalid' and r.day = any($3::date[]))"""


def text(name: str) -> str:
    return f"coalesce(r.say ->> '{name}', '')"


def numeric(name: str, kind: str = "numeric") -> str:
    return f"(r.say ->> '{name}')::{kind}"


def taken(names: tuple[str, ...], mode: str, table: str, *, texts: tuple[str, ...] = ()) -> str:
    """The SET list: what the file says, or, merging, what it says and otherwise what was there."""
    if mode != "merge":
        return ", ".join(f"{name} = excluded.{name}" for name in names)
    return ", ".join(
        f"{name} = coalesce(nullif(excluded.{name}, ''), {table}.{name})"
        if name in texts
        else f"{name} = coalesce(excluded.{name}, {table}.{name})"
        for name in names
    )


NUMBERS = ("sleep_hours", "sleep_quality", "steps", "weight_kg", "waist_cm", "hip_cm", "alcohol_units", "mood")
WHOLE = {"sleep_quality": "smallint", "steps": "int", "alcohol_units": "smallint", "mood": "smallint"}


def check_ins(mode: str) -> list[str]:
    names = (*NUMBERS, "had_creatine", "note")
    wipe = "delete from measured_day t using own_measure m where m.id = t.measure_id and m.person_id = $2 and t.day = any($3::date[])"
    wipe += " and t.day in (select b.day from import_before b where b.run_id = $1)"
    return [
        f"""insert into daily_check_in as t (id, person_id, day, {", ".join(names)}, import_id)
            select uuidv7(), $2, r.day, {", ".join(numeric(name, WHOLE.get(name, "numeric")) for name in NUMBERS)},
              (r.say ->> 'creatine_yn')::boolean, {text("note")}, $1 from {ROWS} r
            on conflict (person_id, day) do update set {taken(names, mode, "t", texts=("note",))},
              version = t.version + 1, import_id = excluded.import_id, changed_at = now()""",
        *([wipe] if mode == "replace" else []),
        f"""insert into measured_day as t (measure_id, day, value)
            select m.id, r.day, said.value::numeric from {ROWS} r, jsonb_each_text(coalesce(r.say -> 'measures', '{{}}')) as said(key, value)
            join own_measure m on m.person_id = $2 and m.key = said.key
            on conflict (measure_id, day) do update set value = excluded.value""",
    ]


def diet(mode: str) -> list[str]:
    macros = {
        "kcal": "calories_target_kcal",
        "protein_g": "protein_target_g",
        "carbs_g": "carbs_target_g",
        "fat_g": "fat_target_g",
    }
    texts = (*MEALS, "notes")
    return [
        f"""insert into diet_day as t (person_id, day, {", ".join((*macros, *texts))}, source, import_id)
            select $2, r.day, {", ".join(numeric(name) for name in macros.values())}, {", ".join(text(name) for name in texts)}, 'file', $1
            from {ROWS} r
            on conflict (person_id, day) do update set {taken((*macros, *texts), mode, "t", texts=texts)}, source = 'file',
              import_id = excluded.import_id"""
    ]


WIPE_PLANNED = """delete from dated_session t using import_before b
  where b.run_id = $1 and t.person_id = $2 and t.day = b.day and t.day = any($3::date[])"""


def sessions(mode: str) -> list[str]:
    return [
        *([WIPE_PLANNED] if mode == "replace" else []),
        f"""insert into dated_session as t (id, person_id, day, code, kind, {", ".join(PARTS)}, source, import_id)
            select uuidv7(), $2, r.day, r.say ->> 'plan_session_id', r.say ->> 'session_type', {", ".join(text(part) for part in PARTS)},
              'file', $1 from {ROWS} r
            on conflict (person_id, day, lower(code)) do update set {taken(("kind", *PARTS), mode, "t", texts=PARTS)}, source = 'file',
              import_id = excluded.import_id""",
    ]


RULES = ("intensity_target", "progression_weight_rule", "progression_reps_rule")
NAMED = "s.person_id = $2 and s.day = r.day and lower(s.code) = lower(r.say ->> 'plan_session_id')"


def workout(mode: str) -> list[str]:
    """The exercises of a session that the file names are the file's."""
    return [
        *sessions(mode),
        f"delete from dated_exercise t using dated_session s, {ROWS} r where t.session_id = s.id and {NAMED}",
        f"""insert into dated_exercise (session_id, position, name, sets, reps_min, reps_max, weight_kg, rpe, {", ".join(RULES)})
            select s.id, x.place, x.one ->> 'name', (x.one ->> 'sets')::smallint, (x.one ->> 'reps_min')::smallint,
              (x.one ->> 'reps_max')::smallint, (x.one ->> 'weight_kg')::numeric, (x.one ->> 'rpe')::numeric,
              {", ".join(f"coalesce(x.one ->> '{rule}', '')" for rule in RULES)}
            from {ROWS} r join dated_session s on {NAMED},
              jsonb_array_elements(r.say -> 'exercises') with ordinality as x(one, place)""",
    ]


def exercises(mode: str) -> list[str]:
    """The second file of the pair: `replace` and `new` speak of a session's exercises, the session itself stays."""
    wipe = f"delete from dated_exercise t using dated_session s, {ROWS} r where t.session_id = s.id and {NAMED}"
    names = ("name", "sets", "reps_min", "reps_max", "weight_kg", "rpe", *RULES)
    then = "do nothing" if mode == "new" else f"do update set {taken(names, mode, 't', texts=RULES)}"
    return [
        *([wipe] if mode == "replace" else []),
        f"""insert into dated_exercise as t (session_id, position, {", ".join(names)})
            select s.id, {numeric("exercise_order", "smallint")}, r.say ->> 'exercise_name', {numeric("target_sets", "smallint")},
              {numeric("target_reps_min", "smallint")}, {numeric("target_reps_max", "smallint")}, {numeric("target_weight_kg")},
              {numeric("target_rpe")}, {", ".join(text(rule) for rule in RULES)}
            from {ROWS} r join dated_session s on {NAMED} on conflict (session_id, position) {then}""",
    ]


def supplements(mode: str) -> list[str]:
    """A supplement that is not on the shelf is put there; the target is the file's, else today's."""
    wipe = "delete from supplement_day t using supplement s, import_before b where b.run_id = $1 and s.id = t.supplement_id"
    wipe += " and s.person_id = $2 and t.day = b.day and t.day = any($3::date[])"
    return [
        f"""insert into supplement (id, person_id, name, doses_per_day)
            select uuidv7(), $2, one.name, one.doses from (
              select distinct on (lower(r.say ->> 'supplement')) r.say ->> 'supplement' as name,
                coalesce({numeric("doses_per_day", "smallint")}, 1) as doses from {ROWS} r
              order by lower(r.say ->> 'supplement'), r.day desc) one
            on conflict (person_id, lower(name)) do nothing""",
        *([wipe] if mode == "replace" else []),
        f"""insert into supplement_day as t (supplement_id, day, doses_taken, target, notes)
            select s.id, r.day, {numeric("doses_taken", "smallint")}, coalesce({numeric("doses_per_day", "smallint")}, s.doses_per_day),
              {text("notes")} from {ROWS} r join supplement s on s.person_id = $2 and lower(s.name) = lower(r.say ->> 'supplement')
            on conflict (supplement_id, day) do update set {taken(("doses_taken", "target", "notes"), mode, "t", texts=("notes",))}""",
    ]


SAME = "s.person_id = $2 and s.day = r.day and s.position = (r.say ->> 'session_order')::int"


def done_sessions(mode: str) -> list[str]:
    """A row is one exercise of one session; the first row of a session speaks for the session."""
    wipe = "delete from done_session t using import_before b where b.run_id = $1 and t.person_id = $2 and t.day = b.day"
    wipe += " and t.day = any($3::date[])"
    told = ("kind", "is_done", "focus", "rpe", "notes")
    return [
        *([wipe] if mode == "replace" else []),
        f"""insert into done_session as t (id, person_id, day, position, {", ".join(told)})
            select uuidv7(), $2, one.* from (
              select distinct on (r.day, r.say ->> 'session_order') r.day, {numeric("session_order", "smallint")}, r.say ->> 'session_type',
                (r.say ->> 'session_done_yn')::boolean, {text("class_done")}, {numeric("rpe_session")}, {text("notes")}
              from {ROWS} r order by r.day, r.say ->> 'session_order', r.line) one
            on conflict (person_id, day, position) do update set {taken(told, mode, "t", texts=("focus", "notes"))}""",
        f"delete from done_lift t using done_session s, {ROWS} r where t.session_id = s.id and {SAME}",
        f"""insert into done_lift (session_id, position, name, weight_kg, reps, rpe, top_set)
            select s.id, row_number() over (partition by s.id order by r.line), r.say ->> 'exercise_name', {numeric("weight_kg")},
              {numeric("reps", "smallint")}, {numeric("rpe")}, {text("topset_text")}
            from {ROWS} r join done_session s on {SAME} where r.say ->> 'exercise_name' is not null""",
    ]


WRITES: dict[str, Callable[[str], list[str]]] = {
    "check_ins": check_ins,
    "diet": diet,
    "workout": workout,
    "sessions": sessions,
    "exercises": exercises,
    "supplements": supplements,
    "done_sessions": done_sessions,
}
