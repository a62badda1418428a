"""Members for the desk's tests, put in plainly: what a door sees, nothing else."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db import Db, new_id
from app.demo import world
from app.demo.year import actor_of
from app.desk import actions
from app.desk.actions import Door, Outcome, Tap

ZONE = ZoneInfo("Europe/Belgrade")
HERE, THERE = world.MAIN_ID, world.RIVER_ID
DEE = actor_of(world.PEOPLE["dee"])
DESK = Door(HERE, "desk", DEE.person_id)
RIVER_DESK = Door(THERE, "desk", DEE.person_id)


@dataclass(frozen=True, slots=True)
class Joined:
    id: UUID
    person_id: UUID
    card: str
    membership_id: UUID | None = None


def today() -> date:
    return datetime.now(UTC).astimezone(ZONE).date()


async def a_type(db: Db, kind: str) -> UUID:
    found = await db.value("select id from membership_type where name = $1", f"test {kind}")
    if found is None:
        found = new_id()
        await db.run(
            """insert into membership_type (id, name, kind, visits, duration, duration_unit, price)
            values ($1, $2, $3, $4, 1, 'month', 5000)""",
            found,
            f"test {kind}",
            kind,
            None if kind == "membership" else 10,
        )
    return found


async def sell(db: Db, member_id: UUID, *, visits: int | None = None, starts: int = -10, ends: int = 50, **terms: Any) -> UUID:
    """Days count from today."""
    kind = terms.pop("kind", "membership" if visits is None else "pack")
    id, day = new_id(), today()
    dates = day + timedelta(days=starts), day + timedelta(days=ends)
    values = {"visits_sold": visits, "visits_left": visits, "name": kind.title(), "windows": [], **terms}
    if visits == 0:
        values["visits_sold"] = 1
    names = ", ".join(values)
    marks = ", ".join(f"${n}" for n in range(10, 10 + len(values)))
    await db.run(
        f"""insert into membership (id, member_id, type_id, gym_id, kind, starts_on, ends_on, sold_starts_on, sold_ends_on,
          price, currency, sold_at, {names}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 5000, 'EUR', now(), {marks})""",
        id,
        member_id,
        await a_type(db, kind),
        HERE,
        kind,
        *dates,
        *dates,
        *values.values(),
    )
    return id


async def join(db: Db, name: str, card: str = "", *, sold: bool = True, **terms: Any) -> Joined:
    id, person_id, card = new_id(), new_id(), card or f"C{new_id().hex[-12:].upper()}"
    about = {key: terms.pop(key) for key in ("alert", "born_on", "left_on") if key in terms}
    await db.run("insert into person (id, name) values ($1, $2)", person_id, name)
    names, marks = "".join(f", {key}" for key in about), "".join(f", ${n}" for n in range(5, 5 + len(about)))
    await db.run(
        f"insert into member (id, person_id, home_gym_id, joined_on{names}) values ($1, $2, $3, $4{marks})",
        id,
        person_id,
        HERE,
        today() - timedelta(days=300),
        *about.values(),
    )
    await db.run("insert into card (id, member_id, code, created_at) values ($1, $2, $3, now())", new_id(), id, card)
    await db.run(
        """insert into waiver_signature (id, member_id, version_id, typed_name, signed_at)
        select $1, $2, id, $3, now() from waiver_version order by number desc limit 1""",
        new_id(),
        id,
        name,
    )
    return Joined(id, person_id, card, await sell(db, id, **terms) if sold else None)


async def crowd(db: Db, names: list[str]) -> list[Joined]:
    """Many at once, without a membership: four statements instead of four for each."""
    people = [Joined(new_id(), new_id(), f"C{new_id().hex[-12:].upper()}") for _ in names]
    await db.copy("person", ["id", "name"], [(one.person_id, name) for one, name in zip(people, names, strict=True)])
    since = today() - timedelta(days=300)
    await db.many(
        "insert into member (id, person_id, home_gym_id, joined_on) values ($1, $2, $3, $4)",
        [(one.id, one.person_id, HERE, since) for one in people],
    )
    await db.many(
        "insert into card (id, member_id, code, created_at) values ($1, $2, $3, now())",
        [(new_id(), one.id, one.card) for one in people],
    )
    await db.run(
        """insert into waiver_signature (id, member_id, version_id, typed_name, signed_at)
        select gen_random_uuid(), m.id, w.id, 'Signed', now() from unnest($1::uuid[]) as m(id),
          (select id from waiver_version order by number desc limit 1) w""",
        [one.id for one in people],
    )
    return people


async def tap(
    db: Db, who: Joined | str, *, now: datetime | None = None, door: Door = DESK, id: UUID | None = None, **more: Any
) -> Outcome:
    card = who if isinstance(who, str) else who.card
    said = await actions.check_in(db, door, Tap(id or new_id(), card, **more), now=now or datetime.now(UTC))
    assert isinstance(said, Outcome)
    return said


async def visits_left(db: Db, membership_id: UUID | None) -> int | None:
    return await db.value("select visits_left from membership where id = $1", membership_id)


async def visits(db: Db, member_id: UUID) -> int:
    return await db.value("select count(*) from visit where member_id = $1 and not is_undone", member_id)
