"""The members' part of the demo: what is on sale, the cast as members, and three hundred more who joined through the year."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.accounts.actions import add_person
from app.actor import Actor
from app.db import Db
from app.demo import names
from app.demo.world import MAIN_ID, PEOPLE, RIVER_ID, known_id
from app.demo.year import Year, actor_of
from app.members import actions

WEEKDAY_MORNINGS = [{"day": day, "from": "06:00", "to": "12:00"} for day in range(5)]
PLAIN: dict[str, Any] = {
    "visits": None, "duration": 1, "duration_unit": "month", "joining_fee": 0, "windows": [], "gym_ids": [], "daily_limit": None,
    "grace_days": 3, "is_shared": False,
}  # fmt: skip
TYPES: dict[str, dict[str, Any]] = {
    "month": {"name": "Monthly", "kind": "membership", "price": 4900, "joining_fee": 1500},
    "mornings": {"name": "Mornings", "kind": "membership", "price": 3200, "joining_fee": 1500, "windows": WEEKDAY_MORNINGS},
    "year": {"name": "Yearly", "kind": "membership", "duration": 12, "price": 49000, "grace_days": 7},
    "river": {"name": "River monthly", "kind": "membership", "price": 3900, "joining_fee": 1500, "gym_ids": [RIVER_ID]},
    "ten": {"name": "Ten visits", "kind": "pack", "visits": 10, "duration": 3, "price": 6500, "daily_limit": 1, "grace_days": 0},
    "family": {
        "name": "Family pack",
        "kind": "pack",
        "visits": 40,
        "duration": 6,
        "price": 22000,
        "is_shared": True,
        "grace_days": 0,
    },
    "day": {"name": "Day pass", "kind": "day", "duration": 1, "duration_unit": "day", "price": 900, "grace_days": 0},
    "trial": {"name": "Trial week", "kind": "trial", "duration": 7, "duration_unit": "day", "price": 0, "grace_days": 0},
}
WAIVER = """Training with weights carries a risk of injury. I train on my own responsibility and within what my body allows.

I will tell the staff about any condition that matters, use the equipment as shown, and re-rack my weights.

The club may call my emergency contact when I need help."""
BORN = {
    "ana": date(1984, 5, 3), "cal": date(1990, 9, 12), "mo": date(1993, 11, 21), "fay": date(1996, 2, 29), "lou": date(1979, 7, 30),
    "pat": date(2001, 1, 8), "kim": date(1981, 3, 17), "zed": date(1999, 12, 1),
}  # fmt: skip
MEMBERS = ("mo", "fay", "lou", "pat", "kim", "zed", "cal", "ana")
CHILDREN = (("lia", "Lia Tran", 13), ("ben", "Ben Tran", 10))


def type_id(key: str) -> UUID:
    return known_id(f"type:{key}")


def member_id(key: str) -> UUID:
    return known_id(f"member:{key}")


def membership_id(key: str) -> UUID:
    return known_id(f"membership:{key}")


async def stock(db: Db, actor: Actor, *, now: datetime) -> None:
    """What is on sale, and the text that everybody signs."""
    for key, terms in TYPES.items():
        await actions.offer(db, actor, {**PLAIN, **terms}, id=type_id(key), now=now)
    await actions.publish_waiver(db, actor, title="Training at your own risk", body=WAIVER, id=known_id("waiver"), now=now)


async def cast(db: Db, *, joined_on: date, at: datetime) -> None:
    """Everybody of the cast who trains, with a card each; Kim's children come without a sign-in."""
    for n, key in enumerate(MEMBERS):
        somebody = PEOPLE[key]
        actor = actor_of(PEOPLE["dee"])
        await actions.register(
            db, actor, name=somebody.name, id=member_id(key), now=at, joined_on=joined_on, gym_id=somebody.gym_id,
            phone=f"+381 64 555 {1001 + n}", born_on=BORN[key], person_id=somebody.id,
        )  # fmt: skip
        await actions.give_card(db, actor, member_id(key), f"1000{n + 1:04}", id=known_id(f"card:{key}"), now=at)
        await actions.sign_waiver(
            db, actor, member_id(key), known_id("waiver"), typed_name=somebody.name, id=known_id(f"signature:{key}"), now=at
        )
    await household(db, joined_on=joined_on, at=at)


async def household(db: Db, *, joined_on: date, at: datetime) -> None:
    dee = actor_of(PEOPLE["dee"])
    await actions.found_household(db, dee, "Tran", member_id("kim"), id=known_id("household:tran"), now=at)
    for key, name, years in CHILDREN:
        await add_person(db, name, id=known_id(key), now=at, home_gym_id=MAIN_ID)
        await actions.register(
            db, dee, name=name, id=member_id(key), now=at, joined_on=joined_on, gym_id=MAIN_ID, person_id=known_id(key),
            born_on=date(joined_on.year - years, 6, 15),
        )  # fmt: skip
        await actions.join_household(db, dee, known_id("household:tran"), member_id(key), now=at)
        await actions.give_card(db, dee, member_id(key), f"2000{years:04}", id=known_id(f"card:{key}"), now=at)
        await actions.sign_waiver(
            db,
            dee,
            member_id(key),
            known_id("waiver"),
            typed_name="Kim Tran",
            id=known_id(f"signature:{key}"),
            now=at,
            is_guardian=True,
        )


async def live(year: Year) -> None:
    ana = year.actor("ana")
    await stock(year.db, ana, now=year.at(year.start, 8))
    await cast(year.db, joined_on=year.start, at=year.at(year.start, 9))
    await actions.note(
        year.db,
        ana,
        member_id("pat"),
        "Prefers to be called by the first name.",
        id=year.id("note", "pat"),
        now=year.at(year.start, 10),
    )
    year.members = [member_id(key) for key in (*MEMBERS, "lia", "ben")]
    for n in range(300):
        await join(year, n)
        if n % 25 == 0:
            year.say("members", n / 300)


async def join(year: Year, n: int) -> None:
    """Half were here before the year began, the others came through it."""
    chance, dee = year.chance, year.actor("dee")
    name = names.pick(chance, n)
    day = year.start + timedelta(days=0 if n < 140 else chance.randrange(1, 350))
    at = year.at(day, chance.randrange(7, 20), chance.randrange(60))
    gym_id = RIVER_ID if n % 9 == 4 else MAIN_ID
    id = year.id("member", n)
    born_on = date(day.year - chance.randrange(17, 66), chance.randrange(1, 13), chance.randrange(1, 29))
    await actions.register(
        year.db, dee, name=name, id=id, now=at, joined_on=day, gym_id=gym_id, born_on=born_on,
        email=names.address(name, n) if chance.random() < 0.8 else None, phone=f"+381 6{chance.randrange(10)} {chance.randrange(10**6, 10**7)}",
    )  # fmt: skip
    year.members.append(id)
    if chance.random() < 0.9:
        await actions.give_card(year.db, dee, id, f"3{n:07}", id=year.id("card", n), now=at)
    if chance.random() < 0.93:
        await actions.sign_waiver(year.db, dee, id, known_id("waiver"), typed_name=name, id=year.id("signature", n), now=at)
    await actions.say(year.db, dee, id, "email", chance.random() < 0.6, id=year.id("consent", n), now=at)
    if n % 50 == 7:
        await actions.set_alert(year.db, dee, id, "Forgot a jacket: it is behind the desk.", now=at)
