"""How a door is set up: read once by each process and kept for as long as nobody changes anything.

Whoever changes it, draws a new version in the same transaction (triggers on the tables), and every tap reads the version beside
its facts: what was changed counts from the next tap on, in every process.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.accounts.rules import Hours
from app.db import Db
from app.desk.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class OpenLock:
    """A lock that this door opens."""

    id: UUID
    url: str
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doorway:
    version: UUID
    gym_id: UUID
    gym: str
    zone: str
    currency: str
    stay_minutes: int
    policy: Policy
    capacity: int | None = None
    waiver_id: UUID | None = None  # the rules of the house that everybody signs
    locks: tuple[OpenLock, ...] = ()
    hours: Hours = field(default_factory=Hours)

    def moment(self, at: datetime) -> datetime:
        """On the gym's clock."""
        return at.astimezone(ZoneInfo(self.zone))

    def day(self, at: datetime) -> date:
        return self.moment(at).date()


DOORWAY = """
select (select version from door_version) as version, g.id as gym_id, g.name as gym, g.zone, g.currency, g.capacity,
  coalesce(p.stay_minutes, 240) as stay_minutes,
  case when p.gym_id is null then '{}'::jsonb else jsonb_build_object(
    'again_minutes', p.again_minutes, 'overdue_amount', p.overdue_amount, 'overdue_days', p.overdue_days,
    'soon_days', p.soon_days, 'changes', p.changes) end as policy,
  (select w.id from waiver_version w order by w.number desc limit 1) as waiver_id,
  (select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'url', l.url, 'channels', l.channels)), '[]'::jsonb)
    from relay l where l.gym_id = g.id and l.is_active) as locks,
  jsonb_build_object(
    'spans', (select coalesce(jsonb_agg(jsonb_build_object('weekday', o.weekday, 'opens', o.opens, 'closes', o.closes)), '[]'::jsonb)
      from opening_hours o where o.gym_id = g.id),
    'holidays', (select coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'name', d.name, 'opens', d.opens, 'closes', d.closes)),
        '[]'::jsonb)
      from holiday d where d.gym_id = g.id)) as hours
from gym g left join door_policy p on p.gym_id = g.id where g.id = $1"""

_kept: dict[UUID, Doorway] = {}


async def doorway(db: Db, gym_id: UUID, *, other_than: UUID | None = None) -> Doorway:
    """What is remembered, unless its version is no longer the one that counts."""
    known = _kept.get(gym_id)
    if known is None or known.version == other_than:
        found = await db.one(Doorway, DOORWAY, gym_id)
        assert found is not None
        known = _kept[gym_id] = found
    return known
