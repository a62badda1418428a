"""Writing plans and units. Every act comes under an id, leaves behind what stood there before, and overwrites nobody."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.actor import Actor
from app.db import Db, new_id
from app.exercises import actions as exercises
from app.exercises.queries import named
from app.plans.access import READS_UNIT, WRITES_PLAN, WRITES_UNIT, who
from app.plans.outlines import Draft, as_json, plan_draft, unit_draft, write_plan, write_unit
from app.plans.rules.changes import Step, copied, copied_unit
from app.plans.rules.outline import Day, Fault, Line, Outline, Unit, faults, plan_faults


@dataclass(frozen=True, slots=True)
class Home:
    """The document that is being written: a plan, or a unit that stands alone."""

    kind: str  # plan or unit
    id: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """An act: its name, what exactly was asked for, and (for text) which revision the author was looking at."""

    act: str
    wish: tuple[Any, ...] = ()
    unit_id: UUID | None = None
    revision: int | None = None

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(repr((self.act, self.wish, self.unit_id)).encode("utf-8", "replace")).digest()


@dataclass(frozen=True, slots=True)
class Changed:
    outline: Outline
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else wrote meanwhile: this is what stands there now."""

    outline: Outline
    revision: int


Outcome = Changed | Refused | Conflict | None


async def change(db: Db, actor: Actor, home: Home, asked: Asked, step: Step, *, id: UUID, now: datetime) -> Outcome:
    """None: not there for this person. The row is locked first, so that two authors take turns."""
    if not await locked(db, actor, home, now):
        return None
    draft = await draft_of(db, home)
    if draft is None:
        return None
    first = await noted(db, actor, home, asked, id, now)
    if first is not None:
        return Changed(draft.outline, is_new=False) if first == asked.digest else Refused((Fault("id", "id_used"),))
    if stale := _stale(draft, asked):
        await _forget(db, id)
        return stale
    new = step(draft.outline)
    if wrong := _all_faults(new) or await _clash(db, home, draft, new):
        await _forget(db, id)
        return Refused(wrong)
    if new != draft.outline:
        await db.run("update plan_edit set before = $2 where id = $1", id, as_json(draft.outline))
        await rewrite(db, home, draft, new, now)
        await exercises.used(db, actor.person_id, _fresh_movements(draft.outline, new), now)
    return Changed(new)


async def locked(db: Db, actor: Actor, home: Home, now: datetime) -> bool:
    if home.kind == "plan":
        sql = f"select true from plan p where p.id = $4 and {WRITES_PLAN} for update"
    else:
        sql = f"select true from training_unit u where u.id = $4 and u.plan_id is null and {WRITES_UNIT} for update"
    return bool(await db.value(sql, *who(actor, now), home.id))


async def draft_of(db: Db, home: Home) -> Draft | None:
    return await (plan_draft(db, home.id) if home.kind == "plan" else unit_draft(db, home.id))


async def rewrite(db: Db, home: Home, draft: Draft, new: Outline, now: datetime) -> None:
    if home.kind == "plan":
        await write_plan(db, home.id, draft.owner_id, draft.outline, new, now)
    else:
        await write_unit(db, draft.outline, new, now)


async def noted(db: Db, actor: Actor, home: Home, asked: Asked, id: UUID, now: datetime) -> bytes | None:
    """None when this id is new here; otherwise the digest of what it was first used for."""
    is_new = await db.value(
        """insert into plan_edit (id, plan_id, unit_id, person_id, at, act, digest) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (id) do nothing returning true""",
        *(id, home.id if home.kind == "plan" else None, home.id if home.kind == "unit" else None),
        *(actor.person_id, now, asked.act, asked.digest),
    )
    if is_new:
        return None
    known = await db.value(
        "select digest from plan_edit where id = $1 and coalesce(plan_id, unit_id) = $2 and person_id = $3",
        *(id, home.id, actor.person_id),
    )
    return known or b"somebody else's"


async def _forget(db: Db, id: UUID) -> None:
    """A refused edit is corrected and sent again under the same id."""
    await db.run("delete from plan_edit where id = $1", id)


def _stale(draft: Draft, asked: Asked) -> Conflict | None:
    if asked.revision is None:
        return None
    unit = draft.outline.unit(asked.unit_id) if asked.unit_id else None
    revision = unit.revision if unit else draft.revision
    return None if revision == asked.revision else Conflict(draft.outline, revision)


def _all_faults(outline: Outline) -> tuple[Fault, ...]:
    units = tuple(
        Fault("name", code)
        for unit in outline.units
        for code, wrong in (("name_missing", not unit.name.strip()), ("name_too_long", len(unit.name) > 100))
        if wrong
    )
    return plan_faults(outline) + units + tuple(fault for line in outline.lines for fault in faults(line))


async def _clash(db: Db, home: Home, draft: Draft, new: Outline) -> tuple[Fault, ...]:
    """Names of one author are decided one after the other, so that the second of two at the same moment hears about it."""
    was, name = (one.name if home.kind == "plan" else one.units[0].name for one in (draft.outline, new))
    if draft.owner_id is None or was.lower() == name.lower():
        return ()
    await db.run("select pg_advisory_xact_lock(hashtextextended($1::text, 4))", str(draft.owner_id))
    table, alone = ("plan", "") if home.kind == "plan" else ("training_unit", "and plan_id is null")
    taken = await db.value(
        f"select exists (select from {table} where owner_id = $1 and lower(name) = lower($2) and id <> $3 {alone})",
        *(draft.owner_id, name, home.id),
    )
    return (Fault("name", "name_taken"),) if taken else ()


def _fresh_movements(old: Outline, new: Outline) -> list[UUID]:
    had = {line.exercise_id for line in old.lines}
    return [line.exercise_id for line in new.lines if line.exercise_id and line.exercise_id not in had]


async def make_plan(
    db: Db,
    actor: Actor,
    outline: Outline,
    *,
    id: UUID,
    now: datetime,
    from_id: UUID | None = None,
    from_version: int | None = None,
) -> UUID | Refused:
    """A plan of one's own; the same id twice is one plan."""
    outline = replace(outline, name=" ".join(outline.name.split()))
    if wrong := _all_faults(outline):
        return Refused(wrong)
    if await db.value("select true from plan where id = $1 and owner_id = $2", id, actor.person_id):
        return id
    if await _name_taken(db, "plan", actor.person_id, outline.name):
        return Refused((Fault("name", "name_taken"),))
    is_new = await db.value(
        """insert into plan (id, owner_id, gym_id, name, description, difficulty, goal, weeks, cycle_days, copied_from_id,
                             copied_version, created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) on conflict do nothing returning true""",
        *(id, actor.person_id, actor.gym_id, outline.name, outline.description, outline.difficulty, outline.goal),
        *(outline.weeks, outline.cycle_days, from_id, from_version, now),
    )
    if not is_new:
        return Refused((Fault("name", "name_taken"),))
    await write_plan(db, id, actor.person_id, replace(outline, days=()), outline, now)
    await exercises.used(db, actor.person_id, [line.exercise_id for line in outline.lines if line.exercise_id], now)
    return id


async def _name_taken(db: Db, table: str, owner_id: UUID, name: str) -> bool:
    alone = "and plan_id is null" if table == "training_unit" else ""
    return await db.value(
        f"select exists (select from {table} where owner_id = $1 and lower(name) = lower($2) {alone})", owner_id, name
    )


async def make_unit(db: Db, actor: Actor, unit: Unit, *, now: datetime, from_id: UUID | None = None) -> UUID | Refused:
    outline = Outline(unit.name, days=(Day(1, (unit,)),))
    if wrong := _all_faults(outline):
        return Refused(wrong)
    if await db.value("select true from training_unit where id = $1 and owner_id = $2", unit.id, actor.person_id):
        return unit.id
    if await _name_taken(db, "training_unit", actor.person_id, unit.name):
        return Refused((Fault("name", "name_taken"),))
    is_new = await db.value(
        """insert into training_unit (id, owner_id, gym_id, name, description, copied_from_id, created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict do nothing returning true""",
        *(unit.id, actor.person_id, actor.gym_id, unit.name, unit.description, from_id, now),
    )
    if not is_new:
        return Refused((Fault("name", "name_taken"),))
    await write_unit(db, replace(outline, days=(Day(1, (replace(unit, lines=()),)),)), outline, now)
    return unit.id


async def copy_plan(
    db: Db, actor: Actor, content: Outline, plan_id: UUID, version: int, *, id: UUID, now: datetime
) -> UUID | Refused:
    """A snapshot of one's own that remembers where it came from. What it may be copied from was looked up by the caller."""
    if await db.value("select true from plan where id = $1 and owner_id = $2", id, actor.person_id):
        return id
    name = await free_name(db, "plan", actor.person_id, content.name)
    mine = replace(copied(content, new_id), name=name)
    return await make_plan(db, actor, mine, id=id, now=now, from_id=plan_id, from_version=version)


async def copy_unit(db: Db, actor: Actor, unit_id: UUID, *, id: UUID, now: datetime) -> UUID | Refused | None:
    draft = await unit_draft(db, unit_id)
    readable = await db.value(f"select true from training_unit u where u.id = $4 and {READS_UNIT}", *who(actor, now), unit_id)
    if draft is None or not readable:
        return None
    return await copy_linked_unit(db, actor, draft.outline.units[0], id=id, now=now)


async def copy_linked_unit(db: Db, actor: Actor, unit: Unit, *, id: UUID, now: datetime) -> UUID | Refused:
    """What it may be copied from was looked up by the caller. The same id twice is one copy."""
    if await db.value("select true from training_unit where id = $1 and owner_id = $2", id, actor.person_id):
        return id
    name = await free_name(db, "training_unit", actor.person_id, unit.name)
    return await make_unit(db, actor, replace(copied_unit(unit, new_id), id=id, name=name), now=now, from_id=unit.id)


async def free_name(db: Db, table: str, owner_id: UUID, name: str) -> str:
    """The same name with a number behind it where it is taken."""
    alone = "and plan_id is null" if table == "training_unit" else ""
    taken = set(await db.column(f"select lower(name) from {table} where owner_id = $1 {alone}", owner_id))
    tries = (name, *(f"{name[:95]} {n}" for n in range(2, 1000)))
    return next((one for one in tries if one.lower() not in taken), name)


async def discard(db: Db, actor: Actor, plan_id: UUID, *, now: datetime) -> bool:
    """Its owner throws it away. Whoever still trains by it keeps their version: then it is only put away."""
    in_use = await db.value(
        "select exists (select from following where plan_id = $1 and ended_at is null and person_id <> $2)",
        *(plan_id, actor.person_id),
    )
    if in_use:
        return bool(
            await db.run(
                "update plan set archived_at = $3, name = left(name, 80) || ' · ' || left(id::text, 8) where id = $1 and owner_id = $2",
                *(plan_id, actor.person_id, now),
            )
        )
    owned = await db.value("select true from plan where id = $1 and owner_id = $2 for update", plan_id, actor.person_id)
    if owned:
        await db.run("delete from plan_unit where plan_id = $1", plan_id)
        await db.run("delete from plan where id = $1", plan_id)
    return bool(owned)


async def discard_unit(db: Db, actor: Actor, unit_id: UUID) -> bool:
    return bool(
        await db.run("delete from training_unit where id = $1 and owner_id = $2 and plan_id is null", unit_id, actor.person_id)
    )


async def resolved(db: Db, actor: Actor, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Scribbled names become movements of the catalogue where they are known; every line gets an id of its own."""
    known = await named(db, actor, [line.exercise_name for line in lines]) if lines else {}
    return tuple(_resolved(line, known.get(line.exercise_name)) for line in lines)


def _resolved(line: Line, found: Any) -> Line:
    if found is None:
        return replace(line, id=new_id())
    return replace(line, id=new_id(), exercise_id=found.exercise_id, exercise_name=found.name)
