"""What a workout does when its lifter forgot it: half a day later it is finished at its last set, or gone when nothing was done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db
from app.training.actions import workouts
from app.training.rules.course import FORGOTTEN


@dataclass(frozen=True, slots=True)
class _Open:
    id: UUID
    person_id: UUID
    last_at: datetime | None = None


async def close_forgotten(db: Db, now: datetime) -> int:
    found = await db.all(
        _Open,
        """select w.id, w.person_id, max(s.done_at) as last_at from workout w
           left join workout_exercise e on e.workout_id = w.id and e.removed_at is null
           left join workout_set s on s.workout_exercise_id = e.id and s.removed_at is null
           where w.status = 'in_progress' and w.started_at < $1
           group by w.id having coalesce(max(s.done_at), w.started_at) < $1 limit 200""",
        now - FORGOTTEN,
    )
    for one in found:
        if one.last_at is None:
            await workouts.discard(db, one.person_id, one.id, at=now, now=now)
        else:
            await workouts.finish(db, one.person_id, one.id, at=one.last_at, now=now)
    return len(found)
