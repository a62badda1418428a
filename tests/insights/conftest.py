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


OPEN = "insert into membership_type (id, name, kind, duration, duration_unit, price) values ($1, 'Monthly', 'membership', 1, 'month', 4000)"
PERSON = "insert into person (id, name) values ($1, $2)"
MEMBER = "insert into member (id, person_id, home_gym_id, joined_on, phone) values ($1, $2, $3, $4, $5)"
SALE = """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on, price,
                                  currency, sold_at)
          values ($1, $2, $3, $4, 'membership', 'Monthly', $5, $6, $5, $6, $7, 'EUR', $8)"""
VISIT = """insert into visit (id, gym_id, member_id, nth, at, day, stays_until, left_at)
           values ($1, $2, $3, (select coalesce(max(nth), 0) + 1 from visit where member_id = $3), $4, $5, $6, $6)"""
LINE = """insert into ledger_line (id, gym_id, payer_id, member_id, membership_id, kind, code, method, amount, currency, due_on, at)
          values ($1, $2, (select person_id from member where id = $3), $3, $4, $5, $6, $7, $8, 'EUR', $9, $10)"""
WORKOUT = """insert into workout (id, person_id, gym_id, plan_id, following_id, started_at, started_on, ended_at, zone, status,
                                  duration_seconds, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 'Europe/Belgrade', 'completed', 3600, $8)"""
DAY_DONE = "insert into plan_day_done (following_id, workout_id, day_number, done_on) values ($1, $2, 1, $3)"


class Past:
    """What happens is put down, and kept all at once: eight months one by one would take longer than what is asked of them."""

    def __init__(self, db: Db, world: World) -> None:
        self.db, self.world = db, world
        self.members: list[UUID] = []
        self.type_id = new_id()
        self.chance = Random(6)
        self.rows: dict[str, list[tuple[Any, ...]]] = {}

    def put(self, sql: str, *row: Any) -> None:
        self.rows.setdefault(sql, []).append(row)

    async def keep(self) -> None:
        for sql, rows in self.rows.items():
            await self.db.many(sql, rows)
        self.rows.clear()

    async def open(self) -> None:
        self.put(OPEN, self.type_id)
        await self.keep()

    async def member(self, name: str, joined_on: date, *, phone: str = "") -> UUID:
        member = self._member(name, joined_on, phone)
        await self.keep()
        return member

    def _member(self, name: str, joined_on: date, phone: str = "") -> UUID:
        person, member = new_id(), new_id()
        self.put(PERSON, person, name)
        self.put(MEMBER, member, person, self.world.gym_id, joined_on, phone)
        self.members.append(member)
        return member

    async def sell(self, member: UUID, starts: date, ends: date, price: int = 4000) -> UUID:
        id = self._sell(member, starts, ends, price)
        await self.keep()
        return id

    def _sell(self, member: UUID, starts: date, ends: date, price: int) -> UUID:
        id = new_id()
        self.put(SALE, id, member, self.type_id, self.world.gym_id, starts, ends, price, self.at(starts, 12))
        return id

    async def visit(self, member: UUID, day: date, hour: int = 18, stays: int = 75) -> UUID:
        id = self._visit(member, day, hour, stays)
        await self.keep()
        return id

    def _visit(self, member: UUID, day: date, hour: int, stays: int = 75) -> UUID:
        id, at = new_id(), self.at(day, hour)
        self.put(VISIT, id, self.world.gym_id, member, at, day, at + timedelta(minutes=stays))
        return id

    async def line(self, member: UUID, kind: str, amount: int, at: datetime, **more: Any) -> None:
        self._line(member, kind, amount, at, **more)
        await self.keep()

    def _line(self, member: UUID, kind: str, amount: int, at: datetime, **more: Any) -> None:
        self.put(
            LINE, new_id(), self.world.gym_id, member, more.get("membership_id"), kind, more.get("code", ""),
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
                self._workout(found, TODAY - timedelta(days=back))
        await self.keep()
        return found

    async def workout(self, who: "Lifter", day: date) -> None:
        self._workout(who, day)
        await self.keep()

    def _workout(self, who: "Lifter", day: date) -> None:
        id, began = new_id(), self.at(day, 17)
        self.put(
            WORKOUT, id, who.person, self.world.gym_id, who.plan, who.following, began, day, began + timedelta(hours=1)
        )  # fmt: skip
        self.put(DAY_DONE, who.following, id, day)

    def at(self, day: date, hour: int, minute: int = 10) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)

    async def live(self) -> None:
        """Everybody joined some months ago, came as they pleased, and paid most of it."""
        for n in range(12):
            first = TODAY - timedelta(days=20 + 19 * n)
            member = self._member(f"Member {n}", first)
            day = first
            while day < TODAY:
                ends = day + timedelta(days=29)
                membership = self._sell(member, day, ends, 3000 + 500 * (n % 3))
                self._line(member, "charge", 3000 + 500 * (n % 3), self.at(day, 9), membership_id=membership, code="membership")
                if self.chance.random() < 0.9:
                    self._line(member, "payment", -(3000 + 500 * (n % 3)), self.at(day, 9))
                day = ends + timedelta(days=1 + (40 if self.chance.random() < 0.15 else 0))
            for back in range((TODAY - first).days):
                if self.chance.random() < 0.35:
                    self._visit(member, TODAY - timedelta(days=back), self.chance.choice([7, 12, 18, 19]))
        await self.keep()


@pytest.fixture
async def past(db: Db, world: World) -> Past:
    found = Past(db, world)
    await found.open()
    return found
