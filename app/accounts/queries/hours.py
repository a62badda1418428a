"""When a gym is open: its weekdays and its holidays."""

from datetime import date
from uuid import UUID

from app.accounts.rules import Hours
from app.db import Db


async def hours(db: Db, gym_id: UUID, since: date) -> Hours:
    found = await db.one(
        Hours,
        """select coalesce((select json_agg(json_build_object('weekday', weekday, 'opens', opens, 'closes', closes) order by weekday, opens)
                              from opening_hours where gym_id = $1), '[]') as spans,
                  coalesce((select json_agg(json_build_object('day', day, 'name', name, 'opens', opens, 'closes', closes) order by day)
                              from holiday where gym_id = $1 and day >= $2), '[]') as holidays""",
        gym_id, since,
    )  # fmt: skip
    return found or Hours()
