"""The cash drawer: opened with some change, counted at the end."""

from datetime import datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.money.queries import Shift, shift
from app.money.rules import Refused


async def open_shift(db: Db, actor: Actor, opening_cash: int, *, id: UUID, now: datetime) -> None:
    """One open drawer per person and gym; opening it twice is opening it once."""
    await db.run(
        """insert into shift (id, gym_id, person_id, currency, opening_cash, opened_at) values ($1, $2, $3, $4, $5, $6)
           on conflict do nothing""",
        id, actor.gym_id, actor.person_id, actor.currency, opening_cash, now,
    )  # fmt: skip


async def close_shift(db: Db, actor: Actor, shift_id: UUID, counted_cash: int, *, note: str, now: datetime) -> Shift | Refused:
    """What was counted stands beside what should be there. Payments under way finish first, later ones are not this shift's."""
    await db.value("select id from shift where id = $1 and person_id = $2 for update", shift_id, actor.person_id)
    found = await shift(db, shift_id, actor.gym_ids)
    if found is None or found.person_id != actor.person_id:
        return Refused("gone")
    if found.closed_at is None:
        await db.run(
            "update shift set counted_cash = $2, expected_cash = $3, note = $4, closed_at = $5 where id = $1 and closed_at is null",
            shift_id, counted_cash, found.expected, note, now,
        )  # fmt: skip
        after = {"counted": counted_cash, "expected": found.expected}
        await audit(db, actor, "shift.close", now=now, subject_id=shift_id, after=after)
    closed = await shift(db, shift_id, actor.gym_ids)
    assert closed is not None
    return closed
