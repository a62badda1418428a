"""Families and flatmates: who pays, who may use what the others own."""

from datetime import datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.members.rules import Refused


async def found_household(
    db: Db, actor: Actor | None, name: str, payer_member_id: UUID, *, id: UUID, now: datetime
) -> Refused | None:
    """A household begins with the one who pays."""
    if await db.value(
        "select exists(select from household_place where member_id = $1 and household_id <> $2)", payer_member_id, id
    ):
        return Refused("in_a_household")
    await db.run("insert into household (id, name, created_at) values ($1, $2, $3) on conflict (id) do nothing", id, name, now)
    await db.run(
        "insert into household_place (member_id, household_id, is_payer, created_at) values ($1, $2, true, $3) on conflict do nothing",
        payer_member_id, id, now,
    )  # fmt: skip
    return None


async def join_household(
    db: Db, actor: Actor | None, household_id: UUID, member_id: UUID, *, now: datetime, may_use: bool = True
) -> Refused | None:
    added = await db.run(
        """insert into household_place (member_id, household_id, may_use, created_at) values ($1, $2, $3, $4)
           on conflict (member_id) do nothing""",
        member_id, household_id, may_use, now,
    )  # fmt: skip
    if added:
        await audit(db, actor, "household.join", now=now, subject_id=member_id)
        return None
    is_here = await db.value(
        "select exists(select from household_place where member_id = $1 and household_id = $2)", member_id, household_id
    )
    return None if is_here else Refused("in_a_household")


async def leave_household(db: Db, actor: Actor | None, household_id: UUID, member_id: UUID, *, now: datetime) -> Refused | None:
    """The payer leaves last; an empty household is closed."""
    await db.value("select id from household where id = $1 for update", household_id)
    is_payer = await db.value(
        "select is_payer from household_place where member_id = $1 and household_id = $2", member_id, household_id
    )
    if is_payer is None:
        return None
    others = await db.value(
        "select count(*) from household_place where household_id = $1 and member_id <> $2", household_id, member_id
    )
    if is_payer and others:
        return Refused("payer_leaves_last")
    await db.run("delete from household_place where member_id = $1", member_id)
    if not others:
        await db.run("delete from household where id = $1", household_id)
    await audit(db, actor, "household.leave", now=now, subject_id=member_id)
    return None


async def let_pay(db: Db, actor: Actor | None, household_id: UUID, member_id: UUID, *, now: datetime) -> Refused | None:
    """From now on this member pays; what was charged stays with whoever it was charged to."""
    await db.value("select id from household where id = $1 for update", household_id)
    if not await db.value(
        "select exists(select from household_place where member_id = $1 and household_id = $2)", member_id, household_id
    ):
        return Refused("not_in_household")
    await db.run(
        "update household_place set is_payer = false where household_id = $1 and member_id <> $2 and is_payer",
        household_id,
        member_id,
    )
    if await db.run("update household_place set is_payer = true where member_id = $1 and not is_payer", member_id):
        await audit(db, actor, "household.pay", now=now, subject_id=member_id)
    return None


async def let_use(db: Db, household_id: UUID, member_id: UUID, may_use: bool) -> None:
    await db.run(
        "update household_place set may_use = $3 where household_id = $1 and member_id = $2", household_id, member_id, may_use
    )
