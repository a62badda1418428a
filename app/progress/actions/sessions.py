"""Sessions of the day as the member tells them, beside what was logged set by set."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.actor import Actor
from app.db import Db


@dataclass(frozen=True, slots=True)
class ToldLift:
    name: str
    weight_kg: Decimal | None = None
    reps: int | None = None
    rpe: Decimal | None = None
    top_set: str = ""


@dataclass(frozen=True, slots=True)
class ToldSession:
    kind: str
    is_done: bool | None
    focus: str = ""
    rpe: Decimal | None = None
    notes: str = ""
    lifts: tuple[ToldLift, ...] = ()


MOST = 24


async def tell_session(db: Db, actor: Actor, day: date, told: ToldSession, *, id: UUID, now: datetime) -> str:
    """`too_many` when the day is full, `gone` when the id is somebody else's. A session moved to another day gets the next number there."""
    await db.value("select pg_advisory_xact_lock(hashtextextended($1, 17))", str(actor.person_id))
    there = await db.column("select day from done_session where id = $1 and person_id = $2", id, actor.person_id)
    if there != [day]:
        free = await db.value(
            """select min(n) from generate_series(1, $3::int) n
               where not exists (select from done_session where person_id = $1 and day = $2 and position = n)""",
            actor.person_id, day, MOST,
        )  # fmt: skip
        if free is None:
            return "too_many"
        if there:
            await db.run("update done_session set day = $2, position = $3 where id = $1", id, day, free)
    else:
        free = 1
    touched = await db.run(
        """insert into done_session as s (id, person_id, day, position, kind, is_done, focus, rpe, notes, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           on conflict (id) do update set kind = excluded.kind, is_done = excluded.is_done, focus = excluded.focus,
             rpe = excluded.rpe, notes = excluded.notes where s.person_id = excluded.person_id""",
        id, actor.person_id, day, free, told.kind, told.is_done, told.focus, told.rpe, told.notes, now,
    )  # fmt: skip
    if not touched:
        return "gone"
    await lift(db, id, told.lifts if told.kind == "strength" else ())
    return ""


async def lift(db: Db, session_id: UUID, lifts: tuple[ToldLift, ...]) -> None:
    await db.run("delete from done_lift where session_id = $1", session_id)
    await db.many(
        "insert into done_lift (session_id, position, name, weight_kg, reps, rpe, top_set) values ($1, $2, $3, $4, $5, $6, $7)",
        [(session_id, place, one.name, one.weight_kg, one.reps, one.rpe, one.top_set) for place, one in enumerate(lifts, 1)],
    )


async def drop_session(db: Db, actor: Actor, id: UUID) -> bool:
    return await db.run("delete from done_session where id = $1 and person_id = $2", id, actor.person_id) == 1
