"""What the door does when nobody looks: visits that nobody ended are ended, old lines of the log go."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import start_of
from app.db import Db
from app.desk import entries


async def close_visits(db: Db, now: datetime) -> int:
    """Nobody checks out on the way home; after its time a visit counts as over, and says that this is a guess."""
    return await db.run(
        """update visit set left_at = stays_until, is_guess = true
        where left_at is null and not is_undone and stays_until < $1""",
        now,
    )


@dataclass(frozen=True, slots=True)
class _Keeps:
    gym_id: UUID
    zone: str
    keep_months: int


async def forget_log(db: Db, now: datetime) -> int:
    """By each gym's own rule; without a rule everything is kept."""
    gone = 0
    keeps = await db.all(
        _Keeps,
        """select p.gym_id, g.zone, p.keep_months from door_policy p join gym g on g.id = p.gym_id
        where p.keep_months is not null""",
    )
    for rule in keeps:
        gone += await entries.forget(db, rule.gym_id, keeps_from(now, rule.zone, rule.keep_months))
    return gone


def keeps_from(now: datetime, zone: str, months: int) -> datetime:
    """The first instant that stays: the same day of the month, that many calendar months ago, on the gym's clock."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    index = today.year * 12 + today.month - 1 - months
    year, month = divmod(index, 12)
    return start_of(_day(year, month + 1, today.day), place)


def _day(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1
