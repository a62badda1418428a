"""What the owner decides about a door."""

from datetime import datetime

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.desk import queries


async def rule(db: Db, actor: Actor, rules: queries.DoorRules, *, now: datetime) -> None:
    before = await queries.door_rules(db, actor.gym_id)
    was, becomes = {"changes": before.changes}, {"changes": rules.changes}
    await audit(db, actor, "door_policy.rule", now=now, subject_id=actor.gym_id, before=was, after=becomes)
    await db.run(
        """insert into door_policy (gym_id, again_minutes, overdue_amount, overdue_days, soon_days, stay_minutes, keep_months,
          changes, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (gym_id) do update set again_minutes = excluded.again_minutes, overdue_amount = excluded.overdue_amount,
          overdue_days = excluded.overdue_days, soon_days = excluded.soon_days, stay_minutes = excluded.stay_minutes,
          keep_months = excluded.keep_months, changes = excluded.changes, changed_by = excluded.changed_by,
          changed_at = excluded.changed_at""",
        actor.gym_id,
        rules.again_minutes,
        rules.overdue_amount,
        rules.overdue_days,
        rules.soon_days,
        rules.stay_minutes,
        rules.keep_months,
        dict(rules.changes),
        actor.person_id,
        now,
    )
