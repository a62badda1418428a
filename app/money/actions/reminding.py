"""Asking for what is owed, at most once a week and in the payer's own language."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.money.rules import Refused

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wording:
    locale: str
    subject: str
    body: str


async def remind(
    db: Db, actor: Actor, payer_id: UUID, channel: str, said: Wording, *, amount: int, since: date | None, id: UUID, batch_id: UUID,
    now: datetime,
) -> Refused | None:  # fmt: skip
    """Noted, so that nobody is asked twice in a week. The amount is what the wording says; if it has changed, nothing is noted."""
    # The account is locked first: two people at two desks who both press the button write one reminder.
    balance = await db.value(
        "select balance from account where payer_id = $1 and currency = $2 for update", payer_id, actor.currency
    )
    if await db.value("select exists(select from reminder where id = $1)", id):
        return None
    if balance is None or balance <= 0:
        return Refused("owes_nothing")
    if balance != amount:
        return Refused("changed")
    if await db.value(
        "select exists(select from reminder where payer_id = $1 and currency = $2 and at > $3)",
        payer_id,
        actor.currency,
        now - WEEK,
    ):
        return Refused("reminded")
    await db.run(
        """insert into reminder (id, batch_id, gym_id, payer_id, currency, amount, owed_since, channel, locale, subject, body, "by", at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
        id, batch_id, actor.gym_id, payer_id, actor.currency, amount, since, channel, said.locale, said.subject, said.body,
        actor.person_id, now,
    )  # fmt: skip
    await audit(
        db, actor, "money.remind", now=now, subject="person", subject_id=payer_id, after={"amount": amount, "by": channel}
    )
    return None
