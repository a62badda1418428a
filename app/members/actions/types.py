"""What is on sale, and what the gym lets members do by themselves."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.members.rules import GymRules, Refused

COLUMNS = (
    "name", "kind", "visits", "duration", "duration_unit", "price", "joining_fee", "windows", "gym_ids", "daily_limit", "grace_days",
    "is_shared",
)  # fmt: skip


async def offer(db: Db, actor: Actor | None, terms: dict[str, Any], *, id: UUID, now: datetime) -> Refused | None:
    """Puts a type on sale or changes what is sold from now on; what was sold keeps its terms."""
    if await db.value("select exists(select from membership_type where lower(name) = lower($1) and id <> $2)", terms["name"], id):
        return Refused("name_taken")
    values = [terms[column] for column in COLUMNS]
    places = ", ".join(f"${n}" for n in range(2, len(COLUMNS) + 2))
    await db.run(
        f"""insert into membership_type (id, {", ".join(COLUMNS)}) values ($1, {places})
            on conflict (id) do update set {", ".join(f"{column} = excluded.{column}" for column in COLUMNS)}""",
        id,
        *values,
    )
    await audit(
        db, actor, "membership_type.offer", now=now, subject=str(terms["name"]), subject_id=id, after={"price": terms["price"]}
    )
    return None


async def withdraw(db: Db, actor: Actor | None, type_id: UUID, *, is_active: bool, now: datetime) -> None:
    """Off the list of what is sold, or back on it. Nobody who has one notices."""
    if await db.run("update membership_type set is_active = $2 where id = $1 and is_active <> $2", type_id, is_active):
        act = "membership_type.return" if is_active else "membership_type.withdraw"
        await audit(db, actor, act, now=now, subject_id=type_id)


async def set_rules(db: Db, actor: Actor, rules: GymRules, *, now: datetime) -> None:
    values = asdict(rules)
    places = ", ".join(f"${n}" for n in range(2, len(values) + 2))
    await db.run(
        f"""insert into gym_rules (gym_id, {", ".join(values)}) values ($1, {places})
            on conflict (gym_id) do update set {", ".join(f"{name} = excluded.{name}" for name in values)}""",
        actor.gym_id,
        *values.values(),
    )
    await audit(db, actor, "gym_rules.set", now=now, subject_id=actor.gym_id, after=values)
