"""What members owed or had paid ahead elsewhere, brought over as one line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.members.rules import part_of


@dataclass(frozen=True, slots=True)
class Opening:
    id: UUID
    member_id: UUID
    amount: int  # positive is a debt
    due_on: date


async def open_accounts(db: Db, actor: Actor, found: Sequence[Opening], *, now: datetime) -> None:
    """On the account of whoever pays for the member."""
    await db.lots(
        """insert into ledger_line (id, gym_id, payer_id, member_id, kind, code, amount, currency, due_on, "by", at)
           select $1, $2, coalesce(paying.person_id, m.person_id), m.id, $4, 'opening', $5, $6, $7, $8, $9
             from member m left join household_place place on place.member_id = m.id
             left join household_place pays on pays.household_id = place.household_id and pays.is_payer
             left join member paying on paying.id = pays.member_id
            where m.id = $3
           on conflict (id) do nothing""",
        [
            (one.id, actor.gym_id, one.member_id, "charge" if one.amount > 0 else "credit", one.amount, actor.currency,
             one.due_on if one.amount > 0 else None, actor.person_id, now)
            for one in found
        ],
    )  # fmt: skip


async def take_back_openings(db: Db, actor: Actor, line_ids: Sequence[UUID], *, now: datetime) -> None:
    """By their opposites: the ledger only ever grows."""
    await db.lots(
        """insert into ledger_line (id, gym_id, payer_id, member_id, kind, code, amount, currency, due_on, reverses_id, "by", at)
           select $2, gym_id, payer_id, member_id, kind, code, -amount, currency, due_on, id, $3, $4
             from ledger_line l where id = $1 and not exists (select from ledger_line r where r.reverses_id = l.id)
           on conflict do nothing""",
        [(id, part_of(id, "taken back"), actor.person_id, now) for id in line_ids],
    )
