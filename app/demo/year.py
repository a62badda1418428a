"""A year of life for the demo club, lived through the real actions with past moments. Deterministic: same end, same year."""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from app.actor import ROLES, Actor
from app.db import Database, Db
from app.demo import world
from app.demo.world import PEOPLE, Somebody

# In the order in which they can happen; a part that a feature has not written yet is passed over.
PARTS = ("members", "money", "plans", "desk", "training", "progress", "insights", "office")
ZONE = ZoneInfo("Europe/Belgrade")


@dataclass(slots=True)
class Year:
    """What a part needs: the database, the time span, the cast, deterministic chance and ids."""

    db: Db
    now: datetime
    start: date
    end: date
    chance: Random = field(default_factory=lambda: Random(20))
    lot: str = ""  # another lot: another year of the same club
    members: list[UUID] = field(default_factory=list)  # member ids of the 300, filled by the members part
    people: dict[str, Somebody] = field(default_factory=lambda: dict(PEOPLE))
    zone: ZoneInfo = ZONE
    gym_id: UUID = world.MAIN_ID
    river_id: UUID = world.RIVER_ID
    club_id: UUID = world.CLUB_ID
    say: Callable[[str, float], Any] = lambda what, share: None  # progress within this part, 0 to 1

    def id(self, *name: object) -> UUID:
        """The same thing of the same year has the same id."""
        return uuid5(world.CLUB_ID, ":".join(map(str, name)))

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone).astimezone(UTC)

    def days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]

    def actor(self, key: str) -> Actor:
        return actor_of(PEOPLE[key])


def actor_of(somebody: Somebody) -> Actor:
    """One of the cast as they would be when signed in."""
    permissions = frozenset(code for role in somebody.roles for code in ROLES[role])
    return Actor(
        person_id=somebody.id,
        session_id=world.known_id(f"session:{somebody.key}"),
        club_id=world.CLUB_ID,
        gym_id=somebody.gym_id,
        gym_ids=(somebody.gym_id,),
        gym_name="Iron Yard",
        name=somebody.name,
        roles=frozenset(somebody.roles),
        permissions=permissions,
        zone=ZONE,
        locale="en",
        currency="EUR",
        units="kg",
        theme="system",
        country="RS",
        is_demo=True,
    )


async def live(database: Database, *, now: datetime, say: Callable[[str, float], Any], lot: str = "") -> None:
    """All parts, each in one transaction: half a year is no year."""
    async with database.long_work("demo", limit="0") as db:
        end = now.astimezone(ZONE).date()
        year = Year(db, now, end - timedelta(days=365), end, lot=lot)
        await world.settle(db, now=year.at(year.start, 8))
        for n, part in enumerate(PARTS):
            year.chance = Random(f"{part} 20{lot}")
            year.say = partial(_within, say, n)
            if importlib.util.find_spec(f"app.demo.{part}"):
                year.say(part, 0)
                await importlib.import_module(f"app.demo.{part}").live(year)
    say("ready", 1)


def _within(say: Callable[[str, float], Any], part: int, what: str, share: float) -> None:
    say(what, (part + share) / len(PARTS))
