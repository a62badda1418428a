"""Planning work, beginning and ending it, and putting right what somebody forgot."""

from datetime import datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.staff import queries, rules
from app.staff.rules import Refused


async def plan(
    db: Db, actor: Actor, person_id: UUID, starts_at: datetime, ends_at: datetime, *, note: str, id: UUID, now: datetime
) -> Refused | None:
    """One more shift in the rota. Nobody stands in two places at once."""
    if ends_at <= starts_at:
        return Refused("backwards")
    if abs(starts_at - now) > rules.AHEAD:
        return Refused("too_far")
    # The person is locked, so that two plans for them take turns; the exclusion is the last word.
    await db.value("select id from person where id = $1 for no key update", person_id)
    if await db.value("select exists(select from rota_shift where id = $1)", id):
        return None
    if await db.value(
        "select exists(select from rota_shift where person_id = $1 and dropped_at is null and starts_at < $3 and ends_at > $2)",
        person_id, starts_at, ends_at,
    ):  # fmt: skip
        return Refused("busy")
    await db.run(
        """insert into rota_shift (id, gym_id, person_id, starts_at, ends_at, note, made_by, made_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        id, actor.gym_id, person_id, starts_at, ends_at, note, actor.person_id, now,
    )  # fmt: skip
    after = {"from": starts_at.isoformat(), "to": ends_at.isoformat()}
    await audit(db, actor, "rota.plan", now=now, subject="person", subject_id=person_id, after=after)
    return None


async def drop(db: Db, actor: Actor, shift_id: UUID, *, now: datetime) -> bool:
    person_id = await db.value("select person_id from rota_shift where id = $1 and gym_id = $2", shift_id, actor.gym_id)
    if await db.run(
        "update rota_shift set dropped_at = $3 where id = $1 and gym_id = $2 and dropped_at is null", shift_id, actor.gym_id, now
    ):
        await audit(db, actor, "rota.drop", now=now, subject="person", subject_id=person_id)
    return person_id is not None


async def clock_in(db: Db, actor: Actor, *, id: UUID, now: datetime) -> None:
    """Twice is once: whoever is working already goes on."""
    await db.run(
        "insert into work_spell (id, gym_id, person_id, began_at) values ($1, $2, $3, $4) on conflict do nothing",
        id, actor.gym_id, actor.person_id, now,
    )  # fmt: skip


async def clock_out(db: Db, actor: Actor, spell_id: UUID, *, now: datetime) -> bool:
    """Their own. True when it has ended, by this or before."""
    await db.run(
        """update work_spell set ended_at = greatest($3, began_at + interval '1 second')
            where id = $1 and person_id = $2 and ended_at is null""",
        spell_id, actor.person_id, now,
    )  # fmt: skip
    return bool(
        await db.value("select exists(select from work_spell where id = $1 and person_id = $2)", spell_id, actor.person_id)
    )


async def correct(
    db: Db, actor: Actor, spell_id: UUID, began_at: datetime, ended_at: datetime, *, why: str, now: datetime
) -> Refused | None:
    """Somebody forgot. Nobody corrects their own hours, and what stood there before is in the audit."""
    kept = await queries.spell(db, actor.gym_id, spell_id)
    if kept is None:
        return Refused("gone")
    if kept.person_id == actor.person_id:
        return Refused("own_hours")
    if refused := rules.correcting(began_at, ended_at, now):
        return refused
    await db.run(
        "update work_spell set began_at = $2, ended_at = $3, corrected_by = $4, why = $5 where id = $1",
        spell_id, began_at, ended_at, actor.person_id, why,
    )  # fmt: skip
    before = {"from": kept.began_at.isoformat(), "to": kept.ended_at.isoformat() if kept.ended_at else None}
    after = {"from": began_at.isoformat(), "to": ended_at.isoformat(), "why": why}
    await audit(db, actor, "hours.correct", now=now, subject="person", subject_id=kept.person_id, before=before, after=after)
    return None
