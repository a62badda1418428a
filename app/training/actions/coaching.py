"""A member opens their training to a coach and closes it again; the coach says something about a set."""

from datetime import datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.training.queries.coaching import GRANTED, IS_COACH


async def open_to(db: Db, actor: Actor, coach_id: UUID, *, id: UUID, now: datetime) -> bool:
    """Only somebody who coaches here. Doing it twice leaves one open grant."""
    return bool(
        await db.run(
            f"""insert into coach_grant (id, person_id, coach_id, granted_at)
                select $3, $4, p.id, $5 from person p where p.id = $1 and p.id <> $4 and p.is_active and {IS_COACH}
                on conflict do nothing""",
            coach_id,
            list(actor.gym_ids),
            id,
            actor.person_id,
            now,
        )
    )


async def close(db: Db, actor: Actor, grant_id: UUID, *, now: datetime) -> bool:
    return bool(
        await db.run(
            """update coach_grant set revoked_at = greatest($3, granted_at)
               where id = $1 and person_id = $2 and revoked_at is null""",
            grant_id,
            actor.person_id,
            now,
        )
    )


async def say(db: Db, actor: Actor, workout_id: UUID, body: str, *, set_id: UUID | None, id: UUID, now: datetime) -> bool:
    """One statement decides and writes: the grant must stand at this very moment."""
    return bool(
        await db.run(
            f"""insert into workout_comment (id, workout_id, set_id, author_id, body, at)
                select $2, w.id, $4, $1, $5, $6 from workout w
                where w.id = $3 and w.status <> 'aborted' and {GRANTED.format(person="w.person_id")}
                  and ($4::uuid is null or exists (select from workout_set s join workout_exercise e on e.id = s.workout_exercise_id
                    where s.id = $4 and e.workout_id = w.id))
                on conflict (id) do nothing""",
            actor.person_id,
            id,
            workout_id,
            set_id,
            body,
            now,
        )
    )


async def seen(db: Db, person_id: UUID, workout_id: UUID, *, now: datetime) -> None:
    await db.run(
        """update workout_comment c set seen_at = $3 from workout w
           where w.id = c.workout_id and w.id = $2 and w.person_id = $1 and c.seen_at is null""",
        person_id,
        workout_id,
        now,
    )
