"""What the owner does with the numbers: note a call, close a month."""

from datetime import date, datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.insights.months import FIGURES


async def note_call(db: Db, actor: Actor, member_id: UUID, *, id: UUID, outcome: str, note: str, now: datetime) -> bool:
    """True when the member is of one of my gyms; the same call twice is one call."""
    fresh = await db.run(
        """insert into radar_call (id, member_id, gym_id, outcome, note, by, at)
           select $1, m.id, m.home_gym_id, $3, $4, $5, $6 from member m where m.id = $2 and m.home_gym_id = any($7)
           on conflict (id) do nothing""",
        id, member_id, outcome, note, actor.person_id, now, list(actor.gym_ids),
    )  # fmt: skip
    return bool(fresh) or bool(
        await db.value(
            "select exists(select from radar_call where id = $1 and member_id = $2 and by = $3)", id, member_id, actor.person_id
        )
    )


async def close_month(db: Db, actor: Actor, month: date, *, now: datetime) -> bool:
    """Freezes the figures of a month that is over. Closing it again changes nothing."""
    fresh = await db.run(
        f"""insert into month_close (gym_id, month, figures, by, at)
            select $1, $2, {FIGURES}, $3, $4
             where $2::date + interval '1 month' <= ($4::timestamptz at time zone (select zone from gym where id = $1))::date
            on conflict do nothing""",
        actor.gym_id, month, actor.person_id, now,
    )  # fmt: skip
    if fresh:
        await audit(db, actor, "month.close", now=now, subject="month", after={"month": month.isoformat()})
    return bool(fresh)


async def add_wall(db: Db, actor: Actor, name: str, *, key_hash: bytes, with_money: bool, id: UUID, now: datetime) -> None:
    """The same form twice is one screen, with the key that was shown first."""
    fresh = await db.run(
        """insert into owner_wall (id, gym_id, name, key_hash, with_money, made_by, made_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing""",
        id, actor.gym_id, name, key_hash, with_money, actor.person_id, now,
    )  # fmt: skip
    if fresh:
        await audit(db, actor, "wall.add", now=now, subject="wall", subject_id=id, after={"name": name, "with_money": with_money})


async def end_wall(db: Db, actor: Actor, wall_id: UUID, *, now: datetime) -> bool:
    known = await db.value(
        "select ended_at is null from owner_wall where id = $1 and gym_id = any($2)", wall_id, list(actor.gym_ids)
    )
    if known:
        await db.run("update owner_wall set ended_at = $2 where id = $1 and ended_at is null", wall_id, now)
        await audit(db, actor, "wall.end", now=now, subject="wall", subject_id=wall_id)
    return known is not None
