"""Warm-up sets before the work."""

from collections.abc import Sequence

from app.db import Db, new_id
from app.training.actions.starting import UNSAID
from app.training.rules.cards import Card
from app.training.rules.plates import WarmUp


async def prepend(db: Db, card: Card, ramp: Sequence[WarmUp]) -> None:
    """Nothing when warm-ups already stand there, or the work has begun."""
    if not ramp or any(row.kind == "warmup" or row.is_done for row in card.sets):
        return
    await db.run("update workout_set set position = -position where workout_exercise_id = $1 and removed_at is null", card.id)
    await db.run(
        "update workout_set set position = $2 - position where workout_exercise_id = $1 and position < 0", card.id, len(ramp)
    )
    await db.copy(
        "workout_set",
        ["id", "workout_exercise_id", "position", "kind", "grams", "at"],
        [(new_id(), card.id, place, "warmup", one.grams, UNSAID) for place, one in enumerate(ramp, start=1)],
    )
