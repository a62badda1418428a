"""Writing a day's plan by hand, scoring it, taking it away."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.progress.rules.adherence import Scored, is_kept


@dataclass(frozen=True, slots=True)
class DietSaid:
    kcal: Decimal
    protein_g: Decimal
    carbs_g: Decimal
    fat_g: Decimal
    breakfast: str = ""
    snack_1: str = ""
    lunch: str = ""
    snack_2: str = ""
    dinner: str = ""
    notes: str = ""


async def plan_diet(db: Db, actor: Actor, day: date, said: DietSaid) -> None:
    await db.run(
        """insert into diet_day (person_id, day, kcal, protein_g, carbs_g, fat_g, breakfast, snack_1, lunch, snack_2, dinner, notes)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           on conflict (person_id, day) do update set kcal = excluded.kcal, protein_g = excluded.protein_g,
             carbs_g = excluded.carbs_g, fat_g = excluded.fat_g, breakfast = excluded.breakfast, snack_1 = excluded.snack_1,
             lunch = excluded.lunch, snack_2 = excluded.snack_2, dinner = excluded.dinner, notes = excluded.notes,
             source = 'form', import_id = null""",
        actor.person_id, day, said.kcal, said.protein_g, said.carbs_g, said.fat_g, said.breakfast, said.snack_1, said.lunch,
        said.snack_2, said.dinner, said.notes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExerciseSaid:
    name: str
    sets: int | None = None
    reps_min: int | None = None
    reps_max: int | None = None
    weight_kg: Decimal | None = None
    rpe: Decimal | None = None
    progression: str = ""


@dataclass(frozen=True, slots=True)
class SessionSaid:
    kind: str
    warmup: str = ""
    class_sessions: str = ""
    cardio: str = ""
    mobility_cooldown: str = ""
    additional_exercises: str = ""
    notes: str = ""
    exercises: tuple[ExerciseSaid, ...] = ()


async def plan_session(db: Db, actor: Actor, day: date, said: SessionSaid, *, id: UUID) -> bool:
    """A new session takes the day's next free code. False: the id is somebody else's."""
    await db.value("select pg_advisory_xact_lock(hashtextextended($1, 18))", str(actor.person_id))
    touched = await db.run(
        """insert into dated_session as s (id, person_id, day, code, kind, warmup, class_sessions, cardio, mobility_cooldown,
             additional_exercises, notes)
           select $1, $2, $3, coalesce((select code from dated_session where id = $1), (
               select 'S' || lpad(n::text, 2, '0') from generate_series(1, 99) n where not exists (
                 select from dated_session where person_id = $2 and day = $3 and lower(code) = 's' || lpad(n::text, 2, '0'))
               order by n limit 1)), $4, $5, $6, $7, $8, $9, $10
           on conflict (id) do update set kind = excluded.kind, warmup = excluded.warmup, class_sessions = excluded.class_sessions,
             cardio = excluded.cardio, mobility_cooldown = excluded.mobility_cooldown,
             additional_exercises = excluded.additional_exercises, notes = excluded.notes, source = 'form', import_id = null
           where s.person_id = excluded.person_id and s.day = excluded.day""",
        id, actor.person_id, day, said.kind, said.warmup, said.class_sessions, said.cardio, said.mobility_cooldown,
        said.additional_exercises, said.notes,
    )  # fmt: skip
    if not touched:
        return False
    await db.run("delete from dated_exercise where session_id = $1", id)
    await db.many(
        """insert into dated_exercise (session_id, position, name, sets, reps_min, reps_max, weight_kg, rpe, progression_weight_rule)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        [
            (id, place, one.name, one.sets, one.reps_min, one.reps_max, one.weight_kg, one.rpe, one.progression)
            for place, one in enumerate(said.exercises if said.kind == "strength" else (), 1)
        ],
    )
    return True


async def drop_diet(db: Db, actor: Actor, day: date) -> bool:
    return await db.run("delete from diet_day where person_id = $1 and day = $2", actor.person_id, day) == 1


async def drop_session(db: Db, actor: Actor, id: UUID) -> bool:
    return await db.run("delete from dated_session where id = $1 and person_id = $2", id, actor.person_id) == 1


async def flush(db: Db, actor: Actor, what: str) -> int:
    """Every planned day of one kind. What really happened is never touched."""
    table = {"diet": "diet_day", "workout": "dated_session"}[what]
    return await db.run(f"delete from {table} where person_id = $1", actor.person_id)


async def score(db: Db, actor: Actor, scored: Scored, note: str) -> None:
    """Empty and without a note: the row goes."""
    if not is_kept(scored, note):
        await db.run("delete from day_score where person_id = $1 and day = $2", actor.person_id, scored.day)
        return
    await db.run(
        """insert into day_score (person_id, day, diet, workout, note) values ($1, $2, $3, $4, $5)
           on conflict (person_id, day) do update set diet = excluded.diet, workout = excluded.workout, note = excluded.note""",
        actor.person_id, scored.day, scored.diet, scored.workout, note,
    )  # fmt: skip
