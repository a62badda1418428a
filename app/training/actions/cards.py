"""What a lifter does to one exercise of a workout. Each word carries its time; an older one changes nothing."""

from datetime import datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.plans.rules import Line
from app.training.actions.counting import recount
from app.training.actions.starting import NOT_PLANNED, Past, past, put_in
from app.training.queries.workouts import card as card_of
from app.training.rules.cards import Card
from app.training.rules.targets import suggest

# $1 exercise of a workout, $2 person, $3 at: the row, when it is theirs and this is the latest word.
MINE = """update workout_exercise e set at = $3, {set}
          from workout w where w.id = e.workout_id and e.id = $1 and w.person_id = $2 and w.status <> 'aborted' and e.at <= $3"""
SKIPS = ("busy", "pain", "time", "tired", "other")


async def skip(db: Db, person_id: UUID, card_id: UUID, reason: str | None, *, at: datetime) -> bool:
    """None brings it back."""
    return bool(await db.run(MINE.format(set="skip_reason = $4"), card_id, person_id, at, reason))


async def note(db: Db, person_id: UUID, card_id: UUID, text: str, *, at: datetime) -> bool:
    return bool(await db.run(MINE.format(set="note = $4"), card_id, person_id, at, text))


async def approve(db: Db, person_id: UUID, card_id: UUID, yes: bool, *, at: datetime) -> bool:
    """The lifter says yes to the suggested step, or takes the yes back."""
    return bool(await db.run(MINE.format(set="is_next_accepted = $4"), card_id, person_id, at, yes))


async def rest(db: Db, person_id: UUID, card_id: UUID, seconds: int, *, at: datetime) -> bool:
    return bool(await db.run(MINE.format(set="rest_seconds = $4"), card_id, person_id, at, seconds))


async def pair(db: Db, person_id: UUID, card_id: UUID, superset: int | None, *, at: datetime) -> bool:
    """Exercises with the same number take turns."""
    return bool(await db.run(MINE.format(set="superset = $4"), card_id, person_id, at, superset))


async def remove(db: Db, person_id: UUID, card_id: UUID, *, at: datetime) -> bool:
    """Out of the workout; its sets stay under it, so that a later word from another phone can bring them back."""
    gone = await db.run(MINE.format(set="removed_at = $3, position = null"), card_id, person_id, at)
    return bool(gone)


async def restore(db: Db, person_id: UUID, card_id: UUID, *, at: datetime) -> bool:
    last = "coalesce((select max(x.position) from workout_exercise x where x.workout_id = e.workout_id), 0) + 1"
    return bool(
        await db.run(
            MINE.format(set=f"removed_at = null, position = {last}") + " and e.removed_at is not null", card_id, person_id, at
        )
    )


async def swap(db: Db, actor: Actor, card_id: UUID, exercise_id: UUID, *, id: UUID, at: datetime) -> bool | None:
    """Another movement in its place, with its own last time. What is already done stays under the old name."""
    card = await card_of(db, actor.person_id, card_id)
    known = await past(db, actor, [exercise_id])
    if card is None or not known or known[0].mode != card.mode:
        return None
    if card.exercise_id == exercise_id:
        return False
    if any(row.is_done for row in card.sets):
        return await _go_on_with(db, actor, card, known[0], id=id, at=at)
    return await _replace(db, actor, card, known[0], at=at)


async def _replace(db: Db, actor: Actor, card: Card, other: Past, *, at: datetime) -> bool:
    line = _line(card, other)
    target = suggest(line, other.working(), actor.units, best=other.best)
    sets = """exercise_id = $4, exercise_name = $5, next_grams = $6, next_reps = $7, next_seconds = $8, next_metres = $9,
              next_why = $10, is_next_accepted = false, previous = $11, previous_on = $12, target_grams = null"""
    return bool(
        await db.run(
            MINE.format(set=sets),
            card.id,
            actor.person_id,
            at,
            other.exercise_id,
            other.name[:100],
            target.grams,
            target.reps,
            target.seconds,
            target.metres,
            target.why,
            other.latest,
            other.started_on,
        )
    )


async def _go_on_with(db: Db, actor: Actor, card: Card, other: Past, *, id: UUID, at: datetime) -> bool:
    """Half done: the rest of its sets move to the new movement, right after it."""
    open_sets = [row.id for row in card.sets if not row.is_done]
    if await db.value("select exists(select from workout_exercise where id = $1)", id) or not open_sets:
        return False
    await db.run(
        "update workout_exercise set position = -position where workout_id = $1 and position > $2", card.workout_id, card.position
    )
    await db.run("update workout_exercise set position = 1 - position where workout_id = $1 and position < 0", card.workout_id)
    await db.run("update workout_set set removed_at = $2, position = null, at = $2 where id = any($1)", open_sets, at)
    line = _line(card, other, sets=len(open_sets))
    await put_in(db, actor, card.workout_id, [line], first=card.position + 1, id=id)
    return True


def _line(card: Card, other: Past, sets: int | None = None) -> Line:
    """The plan's aim without its weight: another movement has another one."""
    return Line(
        NOT_PLANNED,
        other.name,
        other.mode,
        other.exercise_id,
        sets=sets or len(card.sets) or 1,
        reps_min=card.reps_min,
        reps_max=card.reps_max,
        target_time_seconds=card.target_seconds,
        rest_seconds=card.rest_seconds,
        superset=card.superset,
    )


async def settle(db: Db, person_id: UUID, workout_id: UUID) -> None:
    """After the past was touched: what is kept about a finished workout follows. A running one has nothing kept yet."""
    if await db.value("select status = 'completed' from workout where id = $1 and person_id = $2", workout_id, person_id):
        await recount(db, person_id, workout_id)


async def keep_note(db: Db, person_id: UUID, exercise_id: UUID, body: str, *, at: datetime) -> None:
    """What this person wants to read every time they do this exercise. Empty: nothing any more."""
    if not body.strip():
        await db.run(
            "delete from exercise_note where person_id = $1 and exercise_id = $2 and at <= $3", person_id, exercise_id, at
        )
        return
    await db.run(
        """insert into exercise_note (person_id, exercise_id, body, at)
           select $1, id, $3, $4 from exercise where id = $2
           on conflict (person_id, exercise_id) do update set body = excluded.body, at = excluded.at
           where exercise_note.at <= excluded.at""",
        person_id,
        exercise_id,
        body,
        at,
    )
