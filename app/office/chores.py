"""Every night: former members are forgotten by the rule that somebody made, in their name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.actor import Actor
from app.db import Db
from app.office import actions
from app.office.rules import first_kept


@dataclass(frozen=True, slots=True)
class _Rule:
    former_months: int
    changed_by: UUID
    name: str
    club_id: UUID
    gym_id: UUID
    gym: str
    zone: str
    currency: str


async def forget_former(db: Db, now: datetime) -> int:
    rule = await db.one(
        _Rule,
        """select k.former_months, k.changed_by, p.name, k.club_id, g.id as gym_id, g.name as gym, g.zone, g.currency
             from keeping k join person p on p.id = k.changed_by
             cross join lateral (select * from gym where club_id = k.club_id order by created_at limit 1) g
            where k.former_months is not null""",
    )
    if rule is None:
        return 0
    actor = Actor(
        rule.changed_by, rule.changed_by, rule.club_id, rule.gym_id, (), rule.gym, rule.name, frozenset(), frozenset(),
        ZoneInfo(rule.zone), "en", rule.currency, "kg", "system",
    )  # fmt: skip
    return await actions.forget_former(db, actor, first_kept(actor.today(now), rule.former_months), now=now)
