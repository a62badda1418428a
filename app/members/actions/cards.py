"""Cards, fobs and wristbands: given, blocked, lost, given back."""

from datetime import datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.members.rules import Refused, card_code


async def give_card(
    db: Db, actor: Actor | None, member_id: UUID, code: str, *, id: UUID, now: datetime, replaces: UUID | None = None
) -> Refused | None:
    """One more card, or one in the place of another, which stays known as lost."""
    code = card_code(code)
    if not 0 < len(code.encode()) <= 256:
        return Refused("card_code")
    given = await db.run(
        """insert into card (id, member_id, code, created_at) values ($1, $2, $3, $4)
           on conflict do nothing""",
        id, member_id, code, now,
    )  # fmt: skip
    if not given and not await db.value(
        "select exists(select from card where code = $1 and member_id = $2 and ended_at is null and lost_at is null)",
        code,
        member_id,
    ):
        return Refused("card_taken")
    if replaces:
        await lose_card(db, actor, member_id, replaces, now=now)
    return None


async def lose_card(db: Db, actor: Actor | None, member_id: UUID, card_id: UUID, *, now: datetime) -> None:
    """It goes on being recognised at the door, as lost."""
    if await db.run(
        "update card set lost_at = $3 where id = $1 and member_id = $2 and lost_at is null and ended_at is null",
        card_id,
        member_id,
        now,
    ):
        await audit(db, actor, "card.lost", now=now, subject_id=card_id)


async def block_card(db: Db, actor: Actor | None, member_id: UUID, card_id: UUID, *, now: datetime) -> None:
    if await db.run("update card set is_blocked = true where id = $1 and member_id = $2 and not is_blocked", card_id, member_id):
        await audit(db, actor, "card.block", now=now, subject_id=card_id)


async def unblock_card(db: Db, actor: Actor | None, member_id: UUID, card_id: UUID, *, now: datetime) -> None:
    """Unblocks a blocked card and takes a found one back into use."""
    if await db.run(
        """update card set is_blocked = false, lost_at = null
            where id = $1 and member_id = $2 and ended_at is null and (is_blocked or lost_at is not null)""",
        card_id,
        member_id,
    ):
        await audit(db, actor, "card.unblock", now=now, subject_id=card_id)


async def give_back_card(db: Db, actor: Actor | None, member_id: UUID, card_id: UUID, *, now: datetime) -> None:
    """The code may serve somebody else from now on."""
    if await db.run(
        "update card set ended_at = $3 where id = $1 and member_id = $2 and ended_at is null", card_id, member_id, now
    ):
        await audit(db, actor, "card.back", now=now, subject_id=card_id)
