"""How a person likes to log, and the weeks they rest."""

from datetime import date
from uuid import UUID

from app.db import Db


async def choose(db: Db, person_id: UUID, *, weekly_target: int, rest_seconds: int, shows_rpe: bool, accepts_next: bool) -> None:
    await db.run(
        """insert into training_choice (person_id, weekly_target, rest_seconds, shows_rpe, accepts_next)
           values ($1, $2, $3, $4, $5)
           on conflict (person_id) do update set weekly_target = excluded.weekly_target, rest_seconds = excluded.rest_seconds,
             shows_rpe = excluded.shows_rpe, accepts_next = excluded.accepts_next""",
        person_id,
        weekly_target,
        rest_seconds,
        shows_rpe,
        accepts_next,
    )


async def rest_week(db: Db, person_id: UUID, week: date, is_resting: bool) -> None:
    if is_resting:
        await db.run("insert into rest_week (person_id, week_on) values ($1, $2) on conflict do nothing", person_id, week)
    else:
        await db.run("delete from rest_week where person_id = $1 and week_on = $2", person_id, week)
