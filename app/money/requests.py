"""Reads about requests for money: the open ones, and what became of the others."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Request:
    id: UUID
    gym_id: UUID
    payer_id: UUID
    member_id: UUID
    member: str
    kind: str
    amount: int
    currency: str
    note: str
    asked_by_id: UUID
    asked_by: str
    asked_at: datetime
    answer: str
    balance: int = 0
    method: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    is_granted: bool | None = None


REQUEST = """
select r.id, r.gym_id, r.payer_id, r.member_id, p.name as member, r.kind, r.amount, r.currency, r.note, r.asked_by as asked_by_id,
       a.name as asked_by, r.asked_at, r.answer, r.method, d.name as decided_by, r.decided_at, r.is_granted,
       coalesce((select balance from account k where k.payer_id = r.payer_id and k.currency = r.currency), 0) as balance
  from money_request r join member m on m.id = r.member_id join person p on p.id = m.person_id join person a on a.id = r.asked_by
  left join person d on d.id = r.decided_by
"""


async def request(db: Db, id: UUID, gym_ids: tuple[UUID, ...]) -> Request | None:
    return await db.one(Request, REQUEST + " where r.id = $1 and r.gym_id = any($2)", id, list(gym_ids))


async def requests(db: Db, gym_ids: tuple[UUID, ...], *, limit: int = 100) -> list[Request]:
    """Open ones first, oldest first; then what was decided, newest first."""
    return await db.all(
        Request,
        REQUEST
        + """ where r.gym_id = any($1)
            order by r.decided_at is not null, case when r.decided_at is null then r.asked_at end, r.decided_at desc, r.id limit $2""",
        list(gym_ids), limit,
    )  # fmt: skip


async def open_of(db: Db, member_id: UUID) -> list[Request]:
    return await db.all(Request, REQUEST + " where r.member_id = $1 and r.decided_at is null order by r.asked_at", member_id)
