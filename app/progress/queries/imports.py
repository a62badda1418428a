"""Files that were looked at, and what the house has to know to judge a file."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.progress.contract.sheet import Known
from app.progress.queries.limits import limits_of

HOLDING = {
    "check_ins": "select day from daily_check_in where person_id = $1",
    "diet": "select day from diet_day where person_id = $1",
    "workout": "select distinct day from dated_session where person_id = $1",
    "sessions": "select distinct day from dated_session where person_id = $1",
    "exercises": "select distinct s.day from dated_session s join dated_exercise x on x.session_id = s.id where s.person_id = $1",
    "supplements": "select distinct d.day from supplement_day d join supplement s on s.id = d.supplement_id where s.person_id = $1",
    "done_sessions": "select distinct day from done_session where person_id = $1",
}


@dataclass(frozen=True, slots=True)
class Code:
    day: date
    code: str


async def known_to(db: Db, actor: Actor, kind: str) -> Known:
    days: list[date] = await db.column(HOLDING[kind], actor.person_id)
    sessions = await db.all(
        Code,
        "select day, lower(code) as code from dated_session where person_id = $1 and $2 = 'exercises'",
        actor.person_id,
        kind,
    )
    names = await exercise_names(db, actor) if kind in ("workout", "exercises") else []
    limits = await limits_of(db, actor.person_id) if kind == "check_ins" else {}
    return Known(
        frozenset(days), frozenset((one.day, one.code) for one in sessions), frozenset(name.casefold() for name in names), limits
    )


async def exercise_names(db: Db, actor: Actor) -> list[str]:
    """Every movement that this member can log here."""
    return await db.column(
        """select name from exercise where is_active and (scope = 'catalogue' or (scope = 'gym' and gym_id = any($2)) or owner_id = $1)
           order by name""",
        actor.person_id,
        list(actor.gym_ids),
    )


async def equipment_here(db: Db, gym_id: UUID) -> list[str]:
    return await db.column("select equipment from gym_equipment where gym_id = $1 and count > 0 order by equipment", gym_id)


async def classes_here(db: Db, actor: Actor) -> list[str]:
    """What classes are called in this gym: the names that its members use most."""
    return await db.column(
        """select min(s.focus) from done_session s join person p on p.id = s.person_id
           where s.kind = 'class' and s.focus <> '' and p.home_gym_id = $1 group by lower(s.focus)
           having count(distinct s.person_id) > 1 or bool_or(s.person_id = $2) order by count(*) desc limit 20""",
        actor.gym_id,
        actor.person_id,
    )


@dataclass(frozen=True, slots=True)
class Cause:
    code: str
    column: str
    level: str
    rows: int
    lines: list[int]
    sample: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why the whole file was refused; `failed` when it was our fault."""

    code: str
    names: list[str] = field(default_factory=list)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    id: UUID
    kind: str
    file_name: str
    encoding: str
    delimiter: str
    ignored: list[str]
    causes: list[Cause]
    valid: int
    warned: int
    conflicts: int
    invalid: int
    state: str
    mode: str | None
    written: int
    created_at: datetime
    done: int
    parts: int
    wrong: Wrong | None
    days_back: int
    days_left: int

    @property
    def rows(self) -> int:
        return self.valid + self.warned + self.conflicts + self.invalid

    @property
    def is_working(self) -> bool:
        return self.state in ("looking", "applying", "undoing")

    @property
    def usable(self) -> int:
        return self.rows - self.invalid


RUN = """select id, kind, file_name, encoding, delimiter, ignored, causes, valid, warned, conflicts, invalid, state, mode, written, created_at,
  done, parts, wrong, days_back, days_left from import_run where person_id = $1 and state <> 'discarded'"""


async def runs(db: Db, person_id: UUID) -> list[Run]:
    return await db.all(Run, f"{RUN} order by created_at desc limit 10", person_id)


async def run_of(db: Db, person_id: UUID, id: UUID) -> Run | None:
    return await db.one(Run, f"{RUN} and id = $2", person_id, id)


@dataclass(frozen=True, slots=True)
class Issue:
    code: str
    column: str = ""
    value: str = ""
    level: str = "invalid"


@dataclass(frozen=True, slots=True)
class Line:
    line: int
    state: str
    day: date | None
    record: dict[str, Any] | None
    issues: list[Issue] = field(default_factory=list)


ROWS_SHOWN = 50
DAYS_SHOWN = 20


async def lines(db: Db, id: UUID, *, state: str = "", page: int = 0) -> list[Line]:
    """One more than is shown tells that there is another page."""
    return await db.all(
        Line,
        """select line, state, day, record, issues from import_row
           where run_id = $1 and ($2 = '' or state = $2) order by line limit $3::int + 1 offset $3::int * $4::bigint""",
        id,
        state,
        ROWS_SHOWN,
        page,
    )


async def troubled(db: Db, id: UUID, *, after: int, limit: int = 1000) -> list[Line]:
    return await db.all(
        Line,
        "select line, state, day, record, issues from import_row where run_id = $1 and issues <> '[]' and line > $2 order by line limit $3",
        id,
        after,
        limit,
    )


@dataclass(frozen=True, slots=True)
class Differing:
    """A day that holds something already: what is there, and what the file says."""

    day: date
    there: list[dict[str, Any]]
    said: list[dict[str, Any]]


THERE = {
    "check_ins": """select to_jsonb(t) || jsonb_build_object('measures', (select coalesce(jsonb_object_agg(m.key, w.value), '{}')
      from measured_day w join own_measure m on m.id = w.measure_id where m.person_id = $2 and w.day = t.day)) as one
      from daily_check_in t where t.person_id = $2 and t.day = d.day""",
    "diet": "select to_jsonb(t) as one from diet_day t where t.person_id = $2 and t.day = d.day",
    "supplements": """select to_jsonb(t) || jsonb_build_object('supplement', s.name) as one from supplement_day t
      join supplement s on s.id = t.supplement_id where s.person_id = $2 and t.day = d.day""",
    "done_sessions": """select to_jsonb(t) || jsonb_build_object('exercises', (select coalesce(jsonb_agg(
      to_jsonb(l) - array['session_id', 'top_set', 'position'] order by l.position), '[]') from done_lift l where l.session_id = t.id)) as one
      from done_session t where t.person_id = $2 and t.day = d.day""",
}
PLANNED = """select to_jsonb(t) || jsonb_build_object('exercises', (select coalesce(jsonb_agg(to_jsonb(x) order by x.position), '[]')
  from dated_exercise x where x.session_id = t.id)) as one from dated_session t where t.person_id = $2 and t.day = d.day"""


async def differing(db: Db, person_id: UUID, run: Run, page: int = 0) -> list[Differing]:
    """One more day than is shown tells that there is another page."""
    return await db.all(
        Differing,
        f"""select d.day, (select coalesce(jsonb_agg(one), '[]') from ({THERE.get(run.kind, PLANNED)}) t) as there,
              (select coalesce(jsonb_agg(r.record order by r.line), '[]') from import_row r
               where r.run_id = $1 and r.day = d.day and r.state <> 'invalid') as said
            from (select distinct day from import_row where run_id = $1 and state = 'conflict' order by day limit $3::int + 1 offset $3::int * $4::bigint) d order by d.day""",
        run.id,
        person_id,
        DAYS_SHOWN,
        page,
    )
