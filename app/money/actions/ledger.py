"""Lines of the ledger. Each is written once, under the id that came with the act; the account follows by itself."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.money.queries import account
from app.money.rules import LineKind, Method, Refused, giving_back, signed, taking


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment or refund as it stands in the book. `is_new` is false when this very act had been written before."""

    id: UUID
    amount: int
    currency: str
    receipt: int | None
    balance: int
    is_new: bool = True


async def write(
    db: Db,
    actor: Actor,
    *,
    id: UUID,
    now: datetime,
    payer_id: UUID,
    kind: LineKind,
    amount: int,
    code: str = "",
    method: Method | None = None,
    member_id: UUID | None = None,
    membership_id: UUID | None = None,
    due_on: date | None = None,
    note: str = "",
    receipt: int | None = None,
    shift_id: UUID | None = None,
) -> bool:
    """One line; False when it was there already. The amount is given without sign."""
    written = await db.run(
        """insert into ledger_line (id, gym_id, payer_id, member_id, membership_id, kind, code, method, amount, currency, due_on, note,
                 receipt, shift_id, "by", at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) on conflict (id) do nothing""",
        id, actor.gym_id, payer_id, member_id, membership_id, kind, code, method, signed(kind, amount), actor.currency, due_on, note,
        receipt, shift_id, actor.person_id, now,
    )  # fmt: skip
    return bool(written)


async def charge(
    db: Db,
    actor: Actor,
    payer_id: UUID,
    amount: int,
    *,
    code: str,
    id: UUID,
    now: datetime,
    member_id: UUID | None = None,
    membership_id: UUID | None = None,
    due_on: date | None = None,
    note: str = "",
) -> None:
    """What costs nothing leaves no line."""
    if amount:
        await write(
            db, actor, id=id, now=now, payer_id=payer_id, kind="charge", amount=amount, code=code, member_id=member_id,
            membership_id=membership_id, due_on=due_on or actor.today(now), note=note,
        )  # fmt: skip


async def credit(
    db: Db,
    actor: Actor,
    payer_id: UUID,
    amount: int,
    *,
    code: str,
    id: UUID,
    now: datetime,
    member_id: UUID | None = None,
    membership_id: UUID | None = None,
    note: str = "",
) -> None:
    if amount:
        await write(
            db, actor, id=id, now=now, payer_id=payer_id, kind="credit", amount=amount, code=code, member_id=member_id,
            membership_id=membership_id, note=note,
        )  # fmt: skip


async def take_payment(
    db: Db,
    actor: Actor,
    payer_id: UUID,
    amount: int,
    method: Method,
    *,
    id: UUID,
    now: datetime,
    member_id: UUID | None = None,
    note: str = "",
) -> Taken | Refused:
    """Money handed over, with a receipt. The same id twice is one payment; other money under it is refused."""
    if again := await _taken(db, id):
        return again if (again.amount, again.currency) == (amount, actor.currency) else Refused("other_act")
    if refused := taking(amount, (await account(db, payer_id, actor.currency)).balance):
        return refused
    return await _move_money(db, actor, payer_id, amount, "payment", method, id=id, now=now, member_id=member_id, note=note)


async def refund(
    db: Db,
    actor: Actor,
    payer_id: UUID,
    amount: int,
    method: Method,
    *,
    id: UUID,
    now: datetime,
    note: str,
    member_id: UUID | None = None,
) -> Taken | Refused:
    """Money handed back, never more than was ever taken from this payer."""
    if again := await _taken(db, id):
        return again if (again.amount, again.currency) == (amount, actor.currency) else Refused("other_act")
    await db.value("select balance from account where payer_id = $1 and currency = $2 for update", payer_id, actor.currency)
    paid = await db.value(
        "select coalesce(-sum(amount), 0) from ledger_line where payer_id = $1 and currency = $2 and kind in ('payment', 'refund')",
        payer_id,
        actor.currency,
    )
    if refused := giving_back(amount, int(paid)):
        return refused
    await audit(db, actor, "money.refund", now=now, subject_id=payer_id, after={"amount": amount, "note": note})
    return await _move_money(db, actor, payer_id, amount, "refund", method, id=id, now=now, member_id=member_id, note=note)


async def _taken(db: Db, id: UUID) -> Taken | None:
    return await db.one(
        Taken,
        """select l.id, abs(l.amount) as amount, l.currency, l.receipt, false as is_new,
                  (select balance from account a where a.payer_id = l.payer_id and a.currency = l.currency) as balance
             from ledger_line l where l.id = $1""",
        id,
    )


async def _move_money(
    db: Db,
    actor: Actor,
    payer_id: UUID,
    amount: int,
    kind: LineKind,
    method: Method,
    *,
    id: UUID,
    now: datetime,
    member_id: UUID | None,
    note: str,
) -> Taken:
    shift_id = await db.value(
        "select id from shift where gym_id = $1 and person_id = $2 and closed_at is null for share", actor.gym_id, actor.person_id
    )
    # The book is locked until the commit: numbers have no gaps, and this very act cannot be written twice at once.
    number = await db.value(
        """insert into receipt_book (gym_id, last) values ($1, 1)
           on conflict (gym_id) do update set last = receipt_book.last + 1 returning last""",
        actor.gym_id,
    )
    is_new = await write(
        db, actor, id=id, now=now, payer_id=payer_id, kind=kind, amount=amount, code="money", method=method, member_id=member_id, note=note,
        receipt=number, shift_id=shift_id,
    )  # fmt: skip
    if not is_new:
        await db.run("update receipt_book set last = last - 1 where gym_id = $1", actor.gym_id)
    found = await _taken(db, id)
    assert found is not None
    return replace(found, is_new=is_new)


async def write_off(db: Db, actor: Actor, payer_id: UUID, amount: int, *, id: UUID, now: datetime, note: str) -> Refused | None:
    """A debt forgiven; never more than is owed."""
    balance = (await account(db, payer_id, actor.currency)).balance
    if await db.value("select exists(select from ledger_line where id = $1)", id):
        return None
    if amount <= 0 or amount > balance:
        return Refused("more_than_owed", balance)
    await audit(db, actor, "money.write_off", now=now, subject_id=payer_id, after={"amount": amount, "note": note})
    await write(db, actor, id=id, now=now, payer_id=payer_id, kind="write_off", amount=amount, code="write_off", note=note)
    return None


async def reverse(db: Db, actor: Actor, line_id: UUID, *, id: UUID, now: datetime, note: str) -> Refused | None:
    """A line taken back by its opposite; the line itself stays. Once, and never a reversal."""
    if await db.value("select exists(select from ledger_line where reverses_id = $1)", line_id):
        is_this = await db.value("select exists(select from ledger_line where id = $1 and reverses_id = $2)", id, line_id)
        return None if is_this else Refused("reversed_already")
    done = await db.run(
        """insert into ledger_line (id, gym_id, payer_id, member_id, membership_id, kind, code, method, amount, currency, due_on, note,
                 reverses_id, shift_id, "by", at)
           select $2, gym_id, payer_id, member_id, membership_id, kind, code, method, -amount, currency, due_on, $3, id,
                  (select s.id from shift s where s.gym_id = l.gym_id and s.person_id = $4 and s.closed_at is null), $4, $5
             from ledger_line l where id = $1 and reverses_id is null and gym_id = any($6)
           on conflict do nothing""",
        line_id, id, note, actor.person_id, now, list(actor.gym_ids),
    )  # fmt: skip
    if not done:
        return Refused("reversed_already")
    await audit(db, actor, "money.reverse", now=now, subject_id=line_id, after={"note": note})
    return None
