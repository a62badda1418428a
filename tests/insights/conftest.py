"""A gym with a past: twelve members, eight months, visits, money; every number small enough to count by hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.db import Db, new_id
from tests.conftest import NOW, World

ZONE = ZoneInfo("Europe/Belgrade")
TODAY = NOW.astimezone(ZONE).date()


@dataclass(frozen=True)
class Lifter:
    member: UUID
    person: UUID
    plan: UUID
    following: UUID


class Past:
    def __init__(self, db: Db, world: World) -> None:
        self.db, self.world = db, world
        self.members: list[UUID] = []
        self.type_id = new_id()
        self.chance = Random(6)

    async def open(self) -> None:
        await self.db.run(
            """insert into membership_type (id, name, kind, duration, duration_unit, price) values ($1, 'Monthly', 'membership', 1, 'month', 4000)""",
            self.type_id,
        )

    async def member(self, name: str, joined_on: date, *, phone: str = "") -> UUID:
        person, member = new_id(), new_id()
        await self.db.run("insert into person (id, name) values ($1, $2)", person, name)
        await self.db.run(
            "insert into member (id, person_id, home_gym_id, joined_on, phone) values ($1, $2, $3, $4, $5)",
            member, person, self.world.gym_id, joined_on, phone,
        )  # fmt: skip
        self.members.append(member)
        return member

    async def sell(self, member: UUID, starts: date, ends: date, price: int = 4000) -> UUID:
        id = new_id()
        await self.db.run(
            """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on,
                                       price, currency, sold_at)
               values ($1, $2, $3, $4, 'membership', 'Monthly', $5, $6, $5, $6, $7, 'EUR', $8)""",
            id, member, self.type_id, self.world.gym_id, starts, ends, price, self.at(starts, 12),
        )  # fmt: skip
        return id

    async def visit(self, member: UUID, day: date, hour: int = 18, stays: int = 75) -> UUID:
        id, at = new_id(), self.at(day, hour)
        await self.db.run(
            """insert into visit (id, gym_id, member_id, nth, at, day, stays_until, left_at)
               values ($1, $2, $3, (select coalesce(max(nth), 0) + 1 from visit where member_id = $3), $4, $5, $6, $6)""",
            id, self.world.gym_id, member, at, day, at + timedelta(minutes=stays),
        )  # fmt: skip
        return id

    async def line(self, member: UUID, kind: str, amount: int, at: datetime, **more: Any) -> None:
        await self.db.run(
            """insert into ledger_line (id, gym_id, payer_id, member_id, membership_id, kind, code, method, amount, currency, due_on, at)
               values ($1, $2, (select person_id from member where id = $3), $3, $4, $5, $6, $7, $8, 'EUR', $9, $10)""",
            new_id(), self.world.gym_id, member, more.get("membership_id"), kind, more.get("code", ""),
            "cash" if kind in {"payment", "refund"} else None, amount, at.date() if kind == "charge" else None, at,
        )  # fmt: skip

    async def lifter(self, name: str, *, stopped: int) -> "Lifter":
        """Follows a plan of their own, Monday, Wednesday, Friday, until so many days ago."""
        member = await self.member(name, TODAY - timedelta(days=150))
        await self.sell(member, TODAY - timedelta(days=150), TODAY + timedelta(days=60))
        person = await self.db.value("select person_id from member where id = $1", member)
        plan, version, following = new_id(), new_id(), new_id()
        await self.db.run(
            "insert into plan (id, owner_id, name, difficulty) values ($1, $2, 'Secret plan', 'beginner')", plan, person
        )
        await self.db.run(
            "insert into plan_version (id, plan_id, number, content, published_at) values ($1, $2, 1, $3, $4)",
            version, plan, {"name": "Secret plan", "cycle_days": 7, "days": [{"number": n} for n in (1, 3, 5)]}, NOW,
        )  # fmt: skip
        await self.db.run(
            "insert into following (id, person_id, plan_id, version_id, starts_on, created_at) values ($1, $2, $3, $4, $5, $6)",
            following, person, plan, version, TODAY - timedelta(days=140), NOW,
        )  # fmt: skip
        found = Lifter(member, person, plan, following)
        for back in range(stopped, 140):
            if (TODAY - timedelta(days=back)).weekday() in {0, 2, 4}:
                await self.workout(found, TODAY - timedelta(days=back))
        return found

    async def workout(self, who: "Lifter", day: date) -> None:
        id, began = new_id(), self.at(day, 17)
        await self.db.run(
            """insert into workout (id, person_id, gym_id, plan_id, following_id, started_at, started_on, ended_at, zone, status,
                                    duration_seconds, at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, 'Europe/Belgrade', 'completed', 3600, $8)""",
            id, who.person, self.world.gym_id, who.plan, who.following, began, day, began + timedelta(hours=1),
        )  # fmt: skip
        await self.db.run(
            "insert into plan_day_done (following_id, workout_id, day_number, done_on) values ($1, $2, 1, $3)",
            who.following,
            id,
            day,
        )

    def at(self, day: date, hour: int, minute: int = 10) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)

    async def live(self) -> None:
        """Everybody joined some months ago, came as they pleased, and paid most of it."""
        for n in range(12):
            first = TODAY - timedelta(days=20 + 19 * n)
            member = await self.member(f"Member {n}", first)
            day = first
            while day < TODAY:
                ends = day + timedelta(days=29)
                membership = await self.sell(member, day, ends, price=3000 + 500 * (n % 3))
                await self.line(
                    member, "charge", 3000 + 500 * (n % 3), self.at(day, 9), membership_id=membership, code="membership"
                )
                if self.chance.random() < 0.9:
                    await self.line(member, "payment", -(3000 + 500 * (n % 3)), self.at(day, 9))
                day = ends + timedelta(days=1 + (40 if self.chance.random() < 0.15 else 0))
            for back in range((TODAY - first).days):
                if self.chance.random() < 0.35:
                    await self.visit(member, TODAY - timedelta(days=back), self.chance.choice([7, 12, 18, 19]))


@pytest.fixture
async def past(db: Db, world: World) -> Past:
    found = Past(db, world)
    await found.open()
    return found
