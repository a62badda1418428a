"""What once went out as a file of ours comes back: into the same account as it was, into another one under ids of its own."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from app.actor import Actor
from app.db import Db
from app.exercises import actions as exercises
from app.exercises.actions import Refused
from app.plans import actions as plans
from app.plans.rules import Line, Outline, Unit
from app.training.actions.counting import count_all
from app.training.actions.moving_in import MovedIn, catalogue, remembered
from app.training.packed import Packed, PackedCard, PackedSet, PackedWorkout
from app.training.rules.names import match

WORKOUT = [
    "id", "person_id", "plan_name", "unit_name", "day_number", "started_at", "started_on", "ended_at", "zone", "status", "aborted_at",
    "duration_seconds", "notes", "at",
]  # fmt: skip
CARD = [name for name in PackedCard.__struct_fields__ if name != "sets"]
INSERT_CARD = f"""insert into workout_exercise (workout_id, {", ".join(CARD)})
    values ({", ".join(f"${n}" for n in range(1, len(CARD) + 2))})"""
SET = list(PackedSet.__struct_fields__)
Known = dict[UUID, UUID | None]


async def come_back(db: Db, actor: Actor, packed: Packed, *, now: datetime) -> MovedIn:
    """Twice changes nothing. What is here already stays as it is."""
    known = await _movements(db, actor, packed, now)
    fresh = await _workouts(db, actor, packed, known)
    await _habits(db, actor, packed, known)
    await _plans(db, actor, packed, known, now)
    return MovedIn(len(fresh), sum(len(card.sets) for one in fresh for card in one.exercises), len(packed.workouts) - len(fresh))


async def _movements(db: Db, actor: Actor, packed: Packed, now: datetime) -> Known:
    """What each movement of the file is called here: itself, one's own made anew, one of the same name, or nothing."""
    known: Known = {}
    for one in packed.movements:
        taken = await db.value("select owner_id is distinct from $2 from exercise where id = $1", one.id, actor.person_id)
        id = uuid5(actor.person_id, str(one.id)) if taken else one.id
        made = await exercises.describe(db, actor, one.draft, for_gym=False, id=id, now=now)
        known[one.id] = await _of_that_name(db, actor, one.draft.name) if isinstance(made, Refused) else made
    asked = {id for id in _named(packed) if id not in known}
    here = await db.column(
        "select id from exercise where id = any($1) and (scope = 'catalogue' or owner_id = $2 or gym_id = any($3))",
        *(list(asked), actor.person_id, list(actor.gym_ids)),
    )
    return known | {id: id for id in here} | await _by_name(db, actor, packed, asked - set(here))


async def _of_that_name(db: Db, actor: Actor, name: str) -> UUID | None:
    return await db.value(
        "select id from exercise where owner_id = $1 and scope = 'own' and is_active and lower(name) = lower($2)",
        *(actor.person_id, name.strip()),
    )


def _named(packed: Packed) -> Iterable[UUID]:
    lines = [line for one in packed.plans for line in one.outline.lines] + [line for unit in packed.units for line in unit.lines]
    found = {card.exercise_id for card in packed.cards} | {one.exercise_id for one in packed.aliases}
    found |= {line.exercise_id for line in lines} | {one.exercise_id for one in packed.exercise_notes}
    return {id for id in found if id is not None}


async def _by_name(db: Db, actor: Actor, packed: Packed, strangers: set[UUID]) -> Known:
    if not strangers:
        return {}
    names = {card.exercise_id: card.exercise_name for card in packed.cards if card.exercise_id in strangers}
    told = {name: id for name, id in (await remembered(db, actor.person_id)).items() if id}
    here = await catalogue(db, actor)
    return {id: match(name, here, told).chosen for id, name in names.items() if id}


async def _workouts(db: Db, actor: Actor, packed: Packed, known: Known) -> list[PackedWorkout]:
    own = await _ids(db, actor, packed)
    here = set(await db.column("select id from workout where id = any($1)", [own(one.id) for one in packed.workouts]))
    fresh = [one for one in packed.workouts if own(one.id) not in here]
    cards = [(one, card) for one in fresh for card in one.exercises]
    await db.copy("workout", WORKOUT, [_workout(actor, own, one) for one in fresh])
    await db.many(INSERT_CARD, [(own(one.id), *_card(own, card, known)) for one, card in cards])  # COPY knows no jsonb
    sets = [(own(card.id), own(one.id), *_rest(one, SET)) for _, card in cards for one in card.sets]
    await db.copy("workout_set", ["workout_exercise_id", *SET], sets)
    await count_all(db, actor.person_id, [own(one.id) for one in fresh if one.status == "completed"])
    return fresh


async def _ids(db: Db, actor: Actor, packed: Packed) -> Callable[[UUID], UUID]:
    """Under their own ids, unless one of them is known here as somebody else's or as part of something else."""
    elsewhere = await db.value(
        """select exists (select from workout where id = any($1) and person_id <> $4)
               or exists (select from workout_exercise e join workout w on w.id = e.workout_id
                          where e.id = any($2) and (w.person_id <> $4 or w.id <> all($1)))
               or exists (select from workout_set s join workout_exercise e on e.id = s.workout_exercise_id
                          where s.id = any($3) and e.id <> all($2))""",
        *([one.id for one in packed.workouts], [one.id for one in packed.cards], [one.id for one in packed.sets]),
        actor.person_id,
    )
    return (lambda old: uuid5(actor.person_id, str(old))) if elsewhere else (lambda old: old)


def _workout(actor: Actor, own: Callable[[UUID], UUID], one: PackedWorkout) -> tuple[object, ...]:
    seconds = int((one.ended_at - one.started_at).total_seconds()) if one.ended_at else None
    return (
        own(one.id), actor.person_id, one.plan_name, one.unit_name, one.day_number, one.started_at, one.started_on, one.ended_at,
        one.zone, one.status, one.aborted_at, seconds if one.status != "in_progress" else None, one.notes, one.at,
    )  # fmt: skip


def _card(own: Callable[[UUID], UUID], card: PackedCard, known: Known) -> tuple[object, ...]:
    exercise = known.get(card.exercise_id) if card.exercise_id else None
    previous = [msgspec.to_builtins(one) for one in card.previous]
    mine = {"id": own(card.id), "exercise_id": exercise, "previous": previous}
    return tuple(mine.get(name, getattr(card, name)) if name in mine else getattr(card, name) for name in CARD)


def _rest(one: PackedSet, names: list[str]) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in names[1:])


async def _habits(db: Db, actor: Actor, packed: Packed, known: Known) -> None:
    """Notes, rest weeks, answers about names and choices: what stands here already has the last word."""
    me = actor.person_id
    notes = [(me, known[one.exercise_id], one.body, one.at) for one in packed.exercise_notes if known.get(one.exercise_id)]
    await db.many(
        "insert into exercise_note (person_id, exercise_id, body, at) values ($1, $2, $3, $4) on conflict do nothing", notes
    )
    await db.many(
        "insert into rest_week (person_id, week_on) values ($1, $2) on conflict do nothing",
        [(me, week) for week in packed.rest_weeks],
    )
    aliases = [
        (me, one.folded, known.get(one.exercise_id) if one.exercise_id else None)
        for one in packed.aliases
        if one.exercise_id is None or known.get(one.exercise_id)
    ]
    await db.many(
        "insert into exercise_alias (person_id, folded, exercise_id) values ($1, $2, $3) on conflict do nothing", aliases
    )
    if said := packed.choices:
        await db.run(
            """insert into training_choice (person_id, weekly_target, rest_seconds, shows_rpe, accepts_next)
               values ($1, $2, $3, $4, $5) on conflict do nothing""",
            *(me, said.weekly_target, said.rest_seconds, said.shows_rpe, said.accepts_next),
        )


async def _plans(db: Db, actor: Actor, packed: Packed, known: Known, now: datetime) -> None:
    for plan in packed.plans:
        id = await _own_id(db, actor, "plan", plan.id)
        if id and not await db.value("select exists (select from plan where id = $1)", id):
            outline = await _renamed(db, actor, plan.outline, known)
            await plans.make_plan(db, actor, outline, id=id, now=now)
    for unit in packed.units:
        id = await _own_id(db, actor, "training_unit", unit.id)
        if id and not await db.value("select exists (select from training_unit where id = $1)", id):
            name = await plans.free_name(db, "training_unit", actor.person_id, unit.name)
            fresh = await _free_lines(db, actor, unit, known)
            await plans.make_unit(db, actor, replace(fresh, id=id, name=name), now=now)


async def _own_id(db: Db, actor: Actor, table: str, id: UUID) -> UUID:
    taken = await db.value(f"select owner_id is distinct from $2 from {table} where id = $1", id, actor.person_id)
    return uuid5(actor.person_id, str(id)) if taken else id


async def _renamed(db: Db, actor: Actor, outline: Outline, known: Known) -> Outline:
    """Its name where it is free, its units and lines under ids that nothing here has."""
    days = []
    for day in outline.days:
        units = [await _free_lines(db, actor, unit, known) for unit in day.units]
        days.append(replace(day, units=tuple(units)))
    name = await plans.free_name(db, "plan", actor.person_id, outline.name)
    return replace(outline, name=name, days=tuple(days))


async def _free_lines(db: Db, actor: Actor, unit: Unit, known: Known) -> Unit:
    used = await db.value(
        "select exists (select from training_unit where id = $1) or exists (select from unit_exercise where id = any($2))",
        *(unit.id, [line.id for line in unit.lines]),
    )
    own: Callable[[UUID], UUID] = (lambda old: uuid5(actor.person_id, str(old))) if used else (lambda old: old)

    def line_of(line: Line) -> Line:
        return replace(line, id=own(line.id), exercise_id=known.get(line.exercise_id) if line.exercise_id else None)

    return replace(unit, id=own(unit.id), lines=tuple(line_of(line) for line in unit.lines))
