"""What people do with movements and with the floor they train on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.exercises.rules import Draft, Fault, faults, search_text


async def used(db: Db, person_id: UUID, exercise_ids: Sequence[UUID], now: datetime) -> None:
    """Planned or lifted: it comes first in this person's next search."""
    await db.run(
        """insert into recent_exercise (person_id, exercise_id, used_at)
           select $1, id, $3 from exercise where id = any($2::uuid[])
           on conflict (person_id, exercise_id) do update set used_at = greatest(excluded.used_at, recent_exercise.used_at)""",
        *(person_id, list(exercise_ids), now),
    )


async def favour(db: Db, actor: Actor, exercise_id: UUID, now: datetime) -> None:
    await db.run(
        """insert into favourite_exercise (person_id, exercise_id, added_at) select $1, id, $3 from exercise where id = $2
           on conflict do nothing""",
        *(actor.person_id, exercise_id, now),
    )


async def unfavour(db: Db, actor: Actor, exercise_id: UUID) -> None:
    await db.run("delete from favourite_exercise where person_id = $1 and exercise_id = $2", actor.person_id, exercise_id)


@dataclass(frozen=True, slots=True)
class Refused:
    faults: tuple[Fault, ...]


async def describe(db: Db, actor: Actor, draft: Draft, *, for_gym: bool, id: UUID, now: datetime) -> UUID | Refused:
    """A person's own movement, or the gym's when a curator says so. The same id twice is one movement."""
    if wrong := faults(draft):
        return Refused(wrong)
    scope = "gym" if for_gym and actor.can("exercises.curate") else "own"
    if await _name_taken(db, actor, draft.name, scope, id):
        return Refused((Fault("name", "name_taken", draft.name),))
    is_new = await db.value(
        """insert into exercise (id, name, cue, folded, force, level, mechanic, category, pattern, mode, scope, owner_id, gym_id,
                                 created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
           on conflict do nothing returning id""",
        *(id, draft.name.strip(), draft.cue.strip(), search_text(draft.name), draft.force, draft.level, draft.mechanic),
        *(draft.category, draft.pattern, draft.mode, scope, actor.person_id, actor.gym_id if scope == "gym" else None, now),
    )
    if is_new:
        await _link(db, id, draft)
        return id
    is_replay = await db.value("select true from exercise where id = $1 and owner_id = $2", id, actor.person_id)
    return id if is_replay else Refused((Fault("name", "name_taken", draft.name),))


async def redescribe(db: Db, actor: Actor, exercise_id: UUID, draft: Draft, *, now: datetime) -> bool | Refused:
    """Its owner rewrites it; a curator may rewrite the gym's."""
    if wrong := faults(draft):
        return Refused(wrong)
    scope = await _mine(db, actor, exercise_id)
    if scope is None:
        return False
    if await _name_taken(db, actor, draft.name, scope, exercise_id):
        return Refused((Fault("name", "name_taken", draft.name),))
    await db.run(
        """update exercise set name = $2, cue = $3, folded = $4, force = $5, level = $6, mechanic = $7, category = $8,
                  pattern = $9, mode = $10, names = '{}', cues = '{}', updated_at = $11 where id = $1""",
        *(exercise_id, draft.name.strip(), draft.cue.strip(), search_text(draft.name), draft.force, draft.level),
        *(draft.mechanic, draft.category, draft.pattern, draft.mode, now),
    )
    for table in ("exercise_muscle", "exercise_equipment", "exercise_tag"):
        await db.run(f"delete from {table} where exercise_id = $1", exercise_id)
    await _link(db, exercise_id, draft)
    return True


async def _mine(db: Db, actor: Actor, exercise_id: UUID) -> str | None:
    return await db.value(
        """select scope from exercise where id = $1 and is_active
           and ((scope = 'own' and owner_id = $2) or (scope = 'gym' and gym_id = $3 and $4))""",
        *(exercise_id, actor.person_id, actor.gym_id, actor.can("exercises.curate")),
    )


async def _name_taken(db: Db, actor: Actor, name: str, scope: str, but: UUID) -> bool:
    return await db.value(
        """select exists (select from exercise where lower(name) = lower($1) and scope = $2 and is_active and id <> $5
                          and (case when $2 = 'gym' then gym_id = $4 else owner_id = $3 end))""",
        *(name.strip(), scope, actor.person_id, actor.gym_id, but),
    )


async def _link(db: Db, exercise_id: UUID, draft: Draft) -> None:
    await db.run(
        """with muscles as (insert into exercise_muscle (exercise_id, muscle, role)
               select $1::uuid, muscle, 'primary' from unnest($2::text[]) muscle
               union all select $1::uuid, muscle, 'secondary' from unnest($3::text[]) muscle),
             tags as (insert into exercise_tag (exercise_id, tag) select $1::uuid, tag from unnest($5::text[]) tag)
           insert into exercise_equipment (exercise_id, equipment) select $1::uuid, equipment from unnest($4::text[]) equipment""",
        *(exercise_id, _once(draft.primary), _once(draft.secondary), _once(draft.equipment), _once(draft.tags)),
    )


def _once(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(words))


async def retire(db: Db, actor: Actor, exercise_id: UUID, *, now: datetime) -> bool:
    """It leaves the search; plans and histories that name it keep their words."""
    return bool(
        await db.run(
            """update exercise set is_active = false, updated_at = $5 where id = $1
               and ((scope = 'own' and owner_id = $2) or (scope = 'gym' and gym_id = $3 and $4))""",
            *(exercise_id, actor.person_id, actor.gym_id, actor.can("exercises.curate"), now),
        )
    )


async def offer(db: Db, actor: Actor, exercise_id: UUID, *, now: datetime) -> bool:
    """To the gym: a curator looks at it and takes it in, or not."""
    return bool(
        await db.run(
            """update exercise set offered_at = coalesce(offered_at, $3), gym_id = $4
               where id = $1 and owner_id = $2 and scope = 'own' and is_active""",
            *(exercise_id, actor.person_id, now, actor.gym_id),
        )
    )


async def take_in(db: Db, actor: Actor, exercise_id: UUID, *, now: datetime) -> bool | Refused:
    name = await db.value(
        "select name from exercise where id = $1 and gym_id = $2 and offered_at is not null and is_active and scope = 'own'",
        *(exercise_id, actor.gym_id),
    )
    if name is None:
        return False
    if await _name_taken(db, actor, name, "gym", exercise_id):
        return Refused((Fault("name", "name_taken", name),))
    await db.run("update exercise set scope = 'gym', offered_at = null, updated_at = $2 where id = $1", exercise_id, now)
    return True


async def decline(db: Db, actor: Actor, exercise_id: UUID) -> bool:
    """It stays its owner's; nobody else ever saw it."""
    return bool(
        await db.run(
            "update exercise set offered_at = null, gym_id = null where id = $1 and gym_id = $2 and scope = 'own'",
            *(exercise_id, actor.gym_id),
        )
    )


async def furnish(db: Db, actor: Actor, counts: dict[str, int]) -> None:
    """What stands on the floor, as staff counted it. What broke stays broken, as far as it still exists."""
    await db.run(
        """insert into gym_equipment (gym_id, equipment, count)
           select $1, q.code, asked.count from unnest($2::text[], $3::int[]) as asked(code, count) join equipment q using (code)
           on conflict (gym_id, equipment) do update
           set count = excluded.count, out_of_order = least(gym_equipment.out_of_order, excluded.count)""",
        *(actor.gym_id, list(counts), [max(0, min(999, count)) for count in counts.values()]),
    )
    await db.run("delete from gym_equipment where gym_id = $1 and count = 0", actor.gym_id)


async def report(db: Db, actor: Actor, equipment: str, count: int, note: str, *, id: UUID, now: datetime) -> bool:
    """Broken, says a member. Two people who say so do not break it twice."""
    there = await db.value(
        "select count from gym_equipment where gym_id = $1 and equipment = $2 for update", actor.gym_id, equipment
    )
    if not there:
        return False
    broken = max(1, min(there, count))
    is_new = await db.value(
        """insert into equipment_report (id, gym_id, equipment, reported_by, reported_at, count, note)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning true""",
        *(id, actor.gym_id, equipment, actor.person_id, now, broken, note.strip()[:500]),
    )
    if is_new:
        await db.run(
            "update gym_equipment set out_of_order = greatest(out_of_order, $3) where gym_id = $1 and equipment = $2",
            *(actor.gym_id, equipment, broken),
        )
    return True


async def clear(db: Db, actor: Actor, equipment: str, *, now: datetime) -> bool:
    """Back in order: every open report about it is answered."""
    touched = await db.run(
        "update gym_equipment set out_of_order = 0 where gym_id = $1 and equipment = $2 and out_of_order > 0",
        *(actor.gym_id, equipment),
    )
    await db.run(
        """update equipment_report set cleared_at = $3, cleared_by = $4
           where gym_id = $1 and equipment = $2 and cleared_at is null""",
        *(actor.gym_id, equipment, now, actor.person_id),
    )
    return bool(touched)


async def rack_plates(db: Db, actor: Actor, unit: str, plates: dict[Decimal, int]) -> None:
    """The single plates of one unit, counted afresh."""
    await db.run("delete from gym_plate where gym_id = $1 and unit = $2", actor.gym_id, unit)
    await db.run(
        """insert into gym_plate (gym_id, unit, weight, count)
           select $1, $2, asked.weight, asked.count from unnest($3::numeric[], $4::int[]) as asked(weight, count)
           where asked.count > 0""",
        *(actor.gym_id, unit, list(plates), list(plates.values())),
    )


async def add_bar(
    db: Db, actor: Actor, name: str, unit: str, weight: Decimal, count: int, *, is_usual: bool, id: UUID
) -> bool | Refused:
    taken = await db.value(
        "select true from gym_bar where gym_id = $1 and lower(name) = lower($2) and id <> $3", actor.gym_id, name.strip(), id
    )
    if taken:
        return Refused((Fault("name", "name_taken", name),))
    if is_usual:
        await db.run("update gym_bar set is_usual = false where gym_id = $1 and is_usual and id <> $2", actor.gym_id, id)
    added = await db.run(
        """insert into gym_bar (id, gym_id, name, unit, weight, count, is_usual) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (id) do nothing""",
        *(id, actor.gym_id, name.strip(), unit, weight, count, is_usual),
    )
    return bool(added)


async def remove_bar(db: Db, actor: Actor, bar_id: UUID) -> bool:
    return bool(await db.run("delete from gym_bar where id = $1 and gym_id = $2", bar_id, actor.gym_id))
