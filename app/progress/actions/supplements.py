"""A member's own catalogue: supplements, and measures that the house does not have."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.progress.rules.measures import plain_key

MOST = 60


async def stock(
    db: Db, actor: Actor, *, id: UUID, name: str, doses_per_day: int, is_active: bool, notes: str, now: datetime
) -> str:
    """Adds a supplement or changes it; `name_taken` and `too_many` are refusals. A new target counts from the next entry on."""
    taken = await db.value(
        "select count(*) filter (where lower(name) = lower($2) and id <> $3) + case when count(*) >= $4 then 1000 else 0 end"
        " from supplement where person_id = $1",
        actor.person_id, name, id, MOST,
    )  # fmt: skip
    if taken % 1000:
        return "name_taken"
    touched = await db.run(
        """insert into supplement as s (id, person_id, name, doses_per_day, is_active, notes, created_at)
           select $1, $2, $3, $4, $5, $6, $7 where not $8 or exists (select from supplement where id = $1)
           on conflict (id) do update set name = excluded.name, doses_per_day = excluded.doses_per_day,
             is_active = excluded.is_active, notes = excluded.notes where s.person_id = excluded.person_id""",
        id, actor.person_id, name, doses_per_day, is_active, notes, now, taken >= 1000,
    )  # fmt: skip
    return "" if touched else "too_many" if taken >= 1000 else "gone"


async def discard(db: Db, actor: Actor, id: UUID) -> bool:
    """With its whole log. Whoever only stopped taking it makes it inactive."""
    return await db.run("delete from supplement where id = $1 and person_id = $2", id, actor.person_id) == 1


async def clear_day(db: Db, actor: Actor, day: date) -> int:
    return await db.run(
        "delete from supplement_day using supplement s where s.id = supplement_id and s.person_id = $1 and day = $2",
        actor.person_id,
        day,
    )


async def define(
    db: Db,
    actor: Actor,
    *,
    id: UUID,
    name: str,
    unit: str,
    lowest: Decimal,
    highest: Decimal,
    lower_is_better: bool | None,
    now: datetime,
) -> str:
    """A body measure of one's own; its key never changes, so that files go on fitting."""
    key = f"measure_{plain_key(name)}"[:48]
    if key == "measure_":
        return "no_letters"
    taken = await db.value(
        "select count(*) from own_measure where person_id = $1 and key = $2 and id <> $3", actor.person_id, key, id
    )
    if taken:
        return "name_taken"
    touched = await db.run(
        """insert into own_measure as m (id, person_id, name, key, unit, lowest, highest, lower_is_better, created_at)
           select $1, $2, $3, $4, $5, $6, $7, $8, $9 where (select count(*) from own_measure where person_id = $2 and id <> $1) < $10
           on conflict (id) do nothing""",
        id, actor.person_id, name, key, unit, lowest, highest, lower_is_better, now, MOST,
    )  # fmt: skip
    again = await db.value("select count(*) from own_measure where id = $1 and person_id = $2", id, actor.person_id)
    return "" if touched or again else "too_many"


async def retire_measure(db: Db, actor: Actor, id: UUID, *, is_active: bool) -> bool:
    return await db.run(
        "update own_measure set is_active = $3 where id = $1 and person_id = $2", id, actor.person_id, is_active
    ) == 1  # fmt: skip


async def drop_measure(db: Db, actor: Actor, id: UUID) -> bool:
    return await db.run("delete from own_measure where id = $1 and person_id = $2", id, actor.person_id) == 1
