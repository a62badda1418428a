"""What members' verbs cost and return: the membership and its lines in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app import clock
from app.actor import Actor
from app.db import Db
from app.members import actions as members
from app.members.actions import Cancelled, Sold
from app.members.queries import Held, held_by, payer_of, type_of
from app.members.rules import Freezing, Refused, part_of, renewal_start
from app.money.actions.ledger import Taken, charge, credit, reverse, take_payment, write
from app.money.queries import account, charged_for
from app.money.rules import Method
from app.money.rules import Refused as MoneyRefused


async def sell(
    db: Db,
    actor: Actor,
    member_id: UUID,
    type_id: UUID,
    *,
    starts_on: date,
    id: UUID,
    now: datetime,
    renews_id: UUID | None = None,
) -> Sold | Refused:
    """A membership and its charge, on the account of whoever pays for this member."""
    kind = await type_of(db, type_id, actor.gym_ids)
    if kind is None:
        return Refused("gone")
    sold = await members.sell(db, actor, member_id, kind, starts_on=starts_on, id=id, now=now, renews_id=renews_id)
    if isinstance(sold, Refused) or not sold.is_new:
        return sold
    payer_id = await payer_of(db, member_id)
    about: Any = {"member_id": member_id, "membership_id": id, "now": now, "due_on": actor.today(now), "note": sold.name}
    await charge(db, actor, payer_id, sold.price, code="membership", id=part_of(id, "charge"), **about)
    await charge(db, actor, payer_id, sold.joining_fee, code="joining_fee", id=part_of(id, "joining_fee"), **about)
    return sold


async def renew(
    db: Db,
    actor: Actor,
    member_id: UUID,
    membership_id: UUID | None,
    type_id: UUID | None,
    *,
    from_end: bool,
    id: UUID,
    now: datetime,
) -> Sold | Refused:
    """The same again, or another type: from the day after the last one, or from today."""
    held = await held_by(db, member_id)
    if any(one.id == id for one in held):
        old = next(one for one in held if one.id == id)
        return await sell(db, actor, member_id, old.type_id, starts_on=old.starts_on, id=id, now=now)
    before = next((one for one in held if one.id == membership_id), None)
    wanted = type_id or (before.type_id if before else None)
    if wanted is None:
        return Refused("gone")
    kind = await type_of(db, wanted, actor.gym_ids)
    if kind is None:
        return Refused("gone")
    starts_on = renewal_start(_last_of_kind(held, before, kind.kind), actor.today(now), from_end=from_end)
    return await sell(db, actor, member_id, wanted, starts_on=starts_on, id=id, now=now, renews_id=before.id if before else None)


def _last_of_kind(held: list[Held], before: Held | None, kind: str) -> Held | None:
    """From the end means from the end of everything of that kind already bought; a used-up pack has ended."""
    same = [
        one
        for one in held
        if one.kind == kind and one.visits_left != 0 and not one.is_replaced and one.cancelled_on != one.starts_on
    ]
    return max(same, key=lambda one: one.ends_on, default=before if before and before.visits_left != 0 else None)


@dataclass(frozen=True, slots=True)
class DayPass:
    sold: Sold
    taken: Taken | None


async def sell_day_pass(
    db: Db, actor: Actor, member_id: UUID, type_id: UUID, method: Method, *, id: UUID, now: datetime
) -> DayPass | Refused | MoneyRefused:
    """Day pass or trial: sold, charged and paid in one go, for today."""
    sold = await sell(db, actor, member_id, type_id, starts_on=actor.today(now), id=id, now=now)
    if isinstance(sold, Refused) or not sold.total:
        return sold if isinstance(sold, Refused) else DayPass(sold, None)
    taken = await take_payment(
        db,
        actor,
        await payer_of(db, member_id),
        sold.total,
        method,
        id=part_of(id, "payment"),
        now=now,
        member_id=member_id,
        note=sold.name,
    )
    return taken if isinstance(taken, MoneyRefused) else DayPass(sold, taken)


async def freeze(
    db: Db,
    actor: Actor,
    member_id: UUID,
    membership_id: UUID,
    *,
    starts_on: date,
    ends_on: date,
    why: str,
    id: UUID,
    now: datetime,
    by_staff: bool,
) -> Freezing | Refused:
    done = await members.freeze(
        db, actor, member_id, membership_id, starts_on=starts_on, ends_on=ends_on, why=why, id=id, now=now, by_staff=by_staff
    )
    if isinstance(done, Freezing) and done.fee:
        await charge(
            db, actor, await payer_of(db, member_id), done.fee, code="freeze_fee", id=part_of(id, "fee"), now=now, member_id=member_id,
            membership_id=membership_id,
        )  # fmt: skip
    return done


async def cancel(
    db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, why: str, id: UUID, now: datetime, by_staff: bool
) -> Cancelled | Refused:
    async def do() -> Cancelled | Refused:
        return await _cancel(db, actor, member_id, membership_id, why=why, id=id, now=now, by_staff=by_staff)

    return await members.once(db, actor, id, "cancel", membership_id, Cancelled, do, now=now)


async def _cancel(
    db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, why: str, id: UUID, now: datetime, by_staff: bool
) -> Cancelled | Refused:
    """Paid days that will not be used come back as credit to whoever was charged for them."""
    done = await members.cancel(db, actor, member_id, membership_id, why=why, now=now, by_staff=by_staff)
    if isinstance(done, Refused):
        return done
    for held, what in ((done.sold, done.what), *done.later):
        for payer_id in [line.payer_id for line in await charged_for(db, held.id) if line.code == "membership"][:1]:
            await credit(
                db, actor, payer_id, what.amount_returned, code="returned_days", id=part_of(part_of(id, "returned"), str(held.id)), now=now,
                member_id=member_id, membership_id=held.id, note=held.name,
            )  # fmt: skip
    return done


async def keep(db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, id: UUID, now: datetime) -> Held | Refused:
    async def do() -> Held | Refused:
        return await _keep(db, actor, member_id, membership_id, now=now)

    return await members.once(db, actor, id, "keep", membership_id, Held, do, now=now)


async def _keep(db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, now: datetime) -> Held | Refused:
    """The cancellation is taken back, and the credit that it gave with it."""
    done = await members.keep(db, actor, member_id, membership_id, now=now)
    if isinstance(done, Refused):
        return done
    for line in await charged_for(db, membership_id):
        if line.code == "returned_days" and line.reversed_by is None:
            await reverse(db, actor, line.id, id=part_of(line.id, "kept"), now=now, note=line.note)
    return done


async def take_back_sale(
    db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, id: UUID, now: datetime, note: str
) -> Refused | None:
    """Sold by mistake: it never begins, and what it charged is reversed. Money already taken stays as credit."""

    async def do() -> Refused | None:
        return await _take_back_sale(db, actor, member_id, membership_id, now=now, note=note)

    return await members.once(db, actor, id, "take_back", membership_id, None, do, now=now)


async def _take_back_sale(
    db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, now: datetime, note: str
) -> Refused | None:
    day = actor.today(now)
    if not await db.value(
        """select exists(select from membership where id = $1 and member_id = $2 and (starts_on >= $3 or sold_at > $4)
                            and visits_left is not distinct from visits_sold)""",
        membership_id, member_id, day, clock.start_of(day, actor.zone),
    ):  # fmt: skip
        return Refused("too_late")
    await members.void(db, actor, member_id, membership_id, why=note, now=now)
    for line in await charged_for(db, membership_id):
        if line.reversed_by is None:
            await reverse(db, actor, line.id, id=part_of(line.id, "taken_back"), now=now, note=note)
    return None


async def merge(db: Db, actor: Actor, from_id: UUID, into_id: UUID, *, now: datetime) -> Refused | None:
    """Two records of one person: members' things move over, and what the one owed, the other owes."""
    old_payer, new_payer = [
        UUID(str(await db.value("select person_id from member where id = $1", member_id))) for member_id in (from_id, into_id)
    ]
    refused = await members.merge(db, actor, from_id, into_id, now=now)
    if refused:
        return refused
    balance = (await account(db, old_payer, actor.currency)).balance
    if balance:
        owes, settles = ("charge", "credit") if balance > 0 else ("credit", "charge")
        for id_part, payer_id, kind in (("out", old_payer, settles), ("in", new_payer, owes)):
            line_kind: Any = kind
            await write(
                db, actor, id=part_of(part_of(from_id, "merge"), id_part), now=now, payer_id=payer_id, kind=line_kind, amount=abs(balance),
                code="merged", due_on=actor.today(now) if kind == "charge" else None,
            )  # fmt: skip
    return None
