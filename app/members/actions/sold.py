"""Selling, freezing, suspending and ending memberships. Money hangs on these in `money.actions`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.members.actions.acts import once
from app.members.queries.sold import Held, Type, gym_rules, has_joined, held_by
from app.members.rules import (
    DAY,
    Cancelling,
    Freezing,
    GymRules,
    Refused,
    Selling,
    Shift,
    Spell,
    Thawing,
    cancelling,
    carried,
    freezing,
    pushed,
    selling,
    status,
    thawing,
)


@dataclass(frozen=True, slots=True)
class Sold:
    id: UUID
    member_id: UUID
    name: str
    starts_on: date
    ends_on: date
    price: int
    joining_fee: int
    currency: str
    is_new: bool = True  # false: this very sale was made before

    @property
    def total(self) -> int:
        return self.price + self.joining_fee


async def lock(db: Db, member_id: UUID) -> None:
    """Whatever changes a member's days takes turns here, so that the rule sees what the database will hold."""
    await db.value("select id from member where id = $1 for no key update", member_id)


async def sell(
    db: Db,
    actor: Actor,
    member_id: UUID,
    kind: Type,
    *,
    starts_on: date,
    id: UUID,
    now: datetime,
    renews_id: UUID | None = None,
) -> Sold | Refused:
    """A membership with its terms as they are today."""
    await lock(db, member_id)
    if again := await _sold(db, id):
        return again if again.member_id == member_id else Refused("other_act")
    day = actor.today(now)
    decided = selling(kind.offer, starts_on, await held_by(db, member_id), day, has_joined=await has_joined(db, member_id))
    if isinstance(decided, Refused):
        return decided
    if decided.replaces:
        await db.run("update membership set is_replaced = true where id = any($1)", list(decided.replaces))
    await _write_sale(db, actor, member_id, kind, decided, id=id, now=now, renews_id=renews_id)
    return Sold(id, member_id, kind.name, decided.starts_on, decided.ends_on, decided.price, decided.joining_fee, actor.currency)


async def _sold(db: Db, id: UUID) -> Sold | None:
    return await db.one(
        Sold,
        "select id, member_id, name, starts_on, ends_on, price, joining_fee, currency, false as is_new from membership where id = $1",
        id,
    )


async def _write_sale(
    db: Db, actor: Actor, member_id: UUID, kind: Type, decided: Selling, *, id: UUID, now: datetime, renews_id: UUID | None
) -> None:
    await db.run(
        """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on,
                 visits_sold, visits_left, price, joining_fee, currency, windows, gym_ids, daily_limit, grace_days, is_shared,
                 renews_id, sold_by, sold_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8, $9, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)""",
        id, member_id, kind.id, actor.gym_id, kind.kind, kind.name, decided.starts_on, decided.ends_on,
        decided.visits, decided.price, decided.joining_fee, actor.currency, kind.windows, kind.gym_ids, kind.daily_limit,
        kind.grace_days, kind.is_shared, renews_id, actor.person_id, now,
    )  # fmt: skip


async def _held(db: Db, membership_id: UUID, member_id: UUID) -> tuple[Held | None, list[Held]]:
    """The membership and, of the same kind, those still to come. The member's row is locked from here on."""
    await lock(db, member_id)
    all_held = await held_by(db, member_id)
    sold = next((held for held in all_held if held.id == membership_id), None)
    if sold is None:
        return None, []
    return sold, [held for held in all_held if held.kind == sold.kind and held.starts_on > sold.ends_on and not held.cancelled_on]


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
    async def do() -> Freezing | Refused:
        return await _freeze(
            db, actor, member_id, membership_id, Spell(starts_on, ends_on), why, id=id, now=now, by_staff=by_staff
        )

    return await once(db, actor, id, "freeze", membership_id, Freezing, do, now=now)


async def _freeze(
    db: Db, actor: Actor, member_id: UUID, membership_id: UUID, spell: Spell, why: str, *, id: UUID, now: datetime, by_staff: bool
) -> Freezing | Refused:
    sold, following = await _held(db, membership_id, member_id)
    if sold is None:
        return Refused("gone")
    decided = freezing(sold, spell, await gym_rules(db, sold.gym_id), actor.today(now), by_staff=by_staff)
    if isinstance(decided, Refused):
        return decided
    decided = replace(decided, fee=0) if by_staff else decided
    await db.run(
        """insert into membership_freeze (id, membership_id, starts_on, ends_on, why, fee, "by", created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        id, membership_id, spell.starts_on, spell.ends_on, why, decided.fee, actor.person_id, now,
    )  # fmt: skip
    await _move(db, list(reversed(pushed(sold, following, spell.days))), following)
    after = {"until": str(spell.ends_on)}
    await audit(db, actor, "membership.freeze", now=now, subject=sold.name, subject_id=membership_id, after=after)
    return decided


async def thaw(db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, id: UUID, now: datetime) -> Thawing | Refused:
    """Back today."""

    async def do() -> Thawing | Refused:
        return await _thaw(db, actor, member_id, membership_id, now=now)

    return await once(db, actor, id, "thaw", membership_id, Thawing, do, now=now)


async def _thaw(db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, now: datetime) -> Thawing | Refused:
    """Two desks that both thaw: the second finds it done."""
    sold, following = await _held(db, membership_id, member_id)
    if sold is None:
        return Refused("gone")
    day = actor.today(now)
    decided = thawing(sold, day)
    if isinstance(decided, Refused):
        done = next((spell for spell in sold.spells if spell.thawed_on == day), None)
        return Thawing(done, 0, sold.ends_on) if done else decided
    await db.run(
        "update membership_freeze set thawed_on = $3 where membership_id = $1 and starts_on = $2 and thawed_on is null",
        membership_id,
        decided.spell.starts_on,
        decided.spell.thawed_on,
    )
    await _move(db, pushed(sold, following, -decided.days_given_up), following)
    await audit(db, actor, "membership.thaw", now=now, subject=sold.name, subject_id=membership_id)
    return decided


async def _move(db: Db, moves: Sequence[Shift], following: Sequence[Held]) -> None:
    """In an order in which nothing ever overlaps; freezes that would be left outside go along."""
    await db.many(
        "update membership set starts_on = $2, ends_on = $3 where id = $1",
        [(move.id, move.starts_on, move.ends_on) for move in moves],
    )
    later = {held.id: held for held in following}
    for move in moves:
        if move.id in later and (days := carried(later[move.id], move)):
            await _carry(db, later[move.id], days)


async def _carry(db: Db, held: Held, days: int) -> None:
    spells = sorted((spell for spell in held.spells if spell.days), key=lambda spell: spell.starts_on, reverse=days > 0)
    await db.many(
        """update membership_freeze set starts_on = starts_on + $3::int, ends_on = ends_on + $3::int, thawed_on = thawed_on + $3::int
            where membership_id = $1 and starts_on = $2 and (thawed_on is null or thawed_on > starts_on)""",
        [(held.id, spell.starts_on, days) for spell in spells],
    )


async def suspend(
    db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, why: str, id: UUID, now: datetime
) -> Refused | None:
    """No access from today; the days run on."""

    async def do() -> Refused | None:
        return await _suspend(db, actor, member_id, membership_id, why=why, now=now)

    return await once(db, actor, id, "suspend", membership_id, None, do, now=now)


async def _suspend(db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, why: str, now: datetime) -> Refused | None:
    if await db.run(
        """update membership set suspended_on = $3, suspended_why = $4
            where id = $1 and member_id = $2 and suspended_on is null and ends_on >= $3 and (cancelled_on is null or cancelled_on > $3)""",
        membership_id, member_id, actor.today(now), why,
    ):  # fmt: skip
        await audit(db, actor, "membership.suspend", now=now, subject_id=membership_id, after={"why": why})
        return None
    is_done = await db.value(
        "select suspended_on is not null from membership where id = $1 and member_id = $2", membership_id, member_id
    )
    return None if is_done else Refused("gone" if is_done is None else "over")


async def lift(db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, id: UUID, now: datetime) -> Refused | None:
    """The suspension ends; nothing was added to the days."""

    async def do() -> Refused | None:
        if await db.run(
            "update membership set suspended_on = null, suspended_why = '' where id = $1 and member_id = $2 and suspended_on is not null",
            membership_id,
            member_id,
        ):
            await audit(db, actor, "membership.lift", now=now, subject_id=membership_id)
        return None

    return await once(db, actor, id, "lift", membership_id, None, do, now=now)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What ended, and what each gives back; `later` are renewals that had not begun."""

    sold: Held
    what: Cancelling
    later: tuple[tuple[Held, Cancelling], ...] = ()

    @property
    def amount_returned(self) -> int:
        return self.what.amount_returned + sum(what.amount_returned for _held, what in self.later)


async def cancel(
    db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, why: str, now: datetime, by_staff: bool
) -> Cancelled | Refused:
    """With notice. Renewals of the same kind that have not begun end with it."""
    sold, following = await _held(db, membership_id, member_id)
    if sold is None:
        return Refused("gone")
    found = plan_to_cancel(sold, following, await gym_rules(db, sold.gym_id), actor.today(now), by_staff=by_staff)
    if isinstance(found, Refused):
        return found
    for held, what in ((sold, found.what), *found.later):
        await db.run(
            "update membership set cancelled_on = $2, cancelled_at = $3, cancelled_why = $4 where id = $1 and cancelled_on is null",
            held.id, what.cancelled_on, now, why,
        )  # fmt: skip
    after = {"on": str(found.what.cancelled_on), "returned": found.amount_returned, "why": why}
    await audit(db, actor, "membership.cancel", now=now, subject=sold.name, subject_id=membership_id, after=after)
    return found


def plan_to_cancel(sold: Held, following: Sequence[Held], rules: GymRules, day: date, *, by_staff: bool) -> Cancelled | Refused:
    """What cancelling would do, without doing it: what the member reads before confirming."""
    what = cancelling(sold, sold.price, rules, day, by_staff=by_staff)
    if isinstance(what, Refused):
        return what
    later = []
    for held in following:
        if status(held, day).code in ("pending", "suspended"):
            ends = cancelling(held, held.price, rules, min(day, held.starts_on - DAY), by_staff=True)
            if isinstance(ends, Cancelling):
                later.append((held, ends))
    return Cancelled(sold, what, tuple(later))


async def keep(db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, now: datetime) -> Held | Refused:
    """A cancellation taken back while the membership still runs."""
    sold, _following = await _held(db, membership_id, member_id)
    day = actor.today(now)
    if sold is None or sold.cancelled_on is None or sold.cancelled_on <= day:
        return Refused("over")
    others = await held_by(db, member_id)
    if any(
        other.id != sold.id and other.kind == sold.kind and not other.is_replaced and (other.cancelled_on or date.max) > other.starts_on
        and other.starts_on <= sold.ends_on and other.ends_on >= sold.cancelled_on
        for other in others
    ):  # fmt: skip
        return Refused("overlaps", on=sold.ends_on)
    await db.run(
        "update membership set cancelled_on = null, cancelled_at = null, cancelled_why = '' where id = $1", membership_id
    )
    await audit(db, actor, "membership.keep", now=now, subject=sold.name, subject_id=membership_id)
    return sold


async def void(db: Db, actor: Actor, member_id: UUID, membership_id: UUID, *, why: str, now: datetime) -> None:
    """A sale that should not have been: cancelled from its first day on."""
    if await db.run(
        """update membership set cancelled_on = starts_on, cancelled_at = $3, cancelled_why = $4
            where id = $1 and member_id = $2 and cancelled_on is distinct from starts_on""",
        membership_id, member_id, now, why,
    ):  # fmt: skip
        await audit(db, actor, "membership.void", now=now, subject_id=membership_id, after={"why": why})
