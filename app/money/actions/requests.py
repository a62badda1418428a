"""Money to give back or to forgive: the desk asks, somebody else decides, and the line is written under the request's id."""

from datetime import datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.money.actions.ledger import credit, refund, write_off
from app.money.queries import account
from app.money.requests import Request, request
from app.money.rules import Method, Refused, forgiving


async def ask_for(
    db: Db, actor: Actor, member_id: UUID, payer_id: UUID, kind: str, amount: int, *, method: str | None, note: str, id: UUID,
    now: datetime,
) -> Refused | None:  # fmt: skip
    """Nothing moves yet. The same request twice is one."""
    if amount <= 0:
        return Refused("nothing")
    new = await db.run(
        """insert into money_request (id, gym_id, payer_id, member_id, kind, method, amount, currency, note, asked_by, asked_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing""",
        id, actor.gym_id, payer_id, member_id, kind, method if kind == "refund" else None, amount, actor.currency, note,
        actor.person_id, now,
    )  # fmt: skip
    if new:
        await audit(db, actor, "money.ask", now=now, subject_id=id, after={"kind": kind, "amount": amount, "note": note})
    return None


async def decide(db: Db, actor: Actor, request_id: UUID, *, grant: bool, answer: str, now: datetime) -> Refused | None:
    """Granted or declined, once, and never by who asked. What the ledger refuses stays open, with the reason."""
    await db.value("select id from money_request where id = $1 and gym_id = any($2) for update", request_id, list(actor.gym_ids))
    found = await request(db, request_id, actor.gym_ids)
    if found is None:
        return Refused("gone")
    if found.decided_at is not None:
        return None if found.is_granted is grant else Refused("decided")
    if found.asked_by_id == actor.person_id:
        return Refused("own_request")
    if grant and (refused := await _carry_out(db, actor, found, now=now)):
        return refused
    await db.run(
        """update money_request set decided_by = $2, decided_at = $3, is_granted = $4, answer = $5
            where id = $1 and decided_at is null""",
        request_id, actor.person_id, now, grant, answer,
    )  # fmt: skip
    await audit(db, actor, "money.grant" if grant else "money.decline", now=now, subject_id=request_id, after={"answer": answer})
    return None


async def _carry_out(db: Db, actor: Actor, found: Request, *, now: datetime) -> Refused | None:
    match found.kind:
        case "refund":
            method: Method = found.method or "other"  # type: ignore[assignment]
            given = await refund(
                db, actor, found.payer_id, found.amount, method, id=found.id, now=now, note=found.note, member_id=found.member_id
            )
            return given if isinstance(given, Refused) else None
        case "write_off":
            return await write_off(db, actor, found.payer_id, found.amount, id=found.id, now=now, note=found.note)
        case _:
            return await forgive(
                db,
                actor,
                found.payer_id,
                found.amount,
                found.kind,
                member_id=found.member_id,
                id=found.id,
                now=now,
                note=found.note,
            )


async def forgive(
    db: Db, actor: Actor, payer_id: UUID, amount: int, code: str, *, member_id: UUID, id: UUID, now: datetime, note: str
) -> Refused | None:
    """A discount on what is owed, or a credit for next time."""
    if await db.value("select exists(select from ledger_line where id = $1)", id):
        return None
    owed = (await account(db, payer_id, actor.currency)).balance
    if refused := forgiving(amount, owed, code):
        return refused
    await audit(db, actor, f"money.{code}", now=now, subject_id=payer_id, after={"amount": amount, "note": note})
    await credit(db, actor, payer_id, amount, code=code, id=id, now=now, member_id=member_id, note=note)
    return None
