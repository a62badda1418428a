"""Publishing the text that is signed, and signing it."""

from datetime import datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.members.rules import Refused


async def publish_waiver(db: Db, actor: Actor | None, *, title: str, body: str, id: UUID, now: datetime) -> int:
    """A new version; from the next visit on everybody is asked again."""
    await db.run("select pg_advisory_xact_lock(hashtext('waiver_version'))")
    number: int | None = await db.value(
        """insert into waiver_version (id, number, title, body, "by", published_at)
           select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 from waiver_version
           on conflict (id) do nothing returning number""",
        id, title, body, actor.person_id if actor else None, now,
    )  # fmt: skip
    if number is not None:
        await audit(db, actor, "waiver.publish", now=now, subject=title, subject_id=id)
        return number
    return int(await db.value("select number from waiver_version where id = $1", id))


async def sign_waiver(
    db: Db,
    actor: Actor | None,
    member_id: UUID,
    version_id: UUID,
    *,
    typed_name: str,
    id: UUID,
    now: datetime,
    drawing: bytes | None = None,
    is_guardian: bool = False,
) -> Refused | None:
    """By name, and by hand where there is a screen. Signing the same version again changes nothing."""
    if not await db.value(
        "select number = (select max(number) from waiver_version) from waiver_version where id = $1", version_id
    ):
        return Refused("newer_version")
    await db.run(
        """insert into waiver_signature (id, member_id, version_id, typed_name, is_guardian, drawing, gym_id, witnessed_by, signed_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing""",
        id, member_id, version_id, typed_name, is_guardian, drawing, actor.gym_id if actor else None,
        actor.person_id if actor else None, now,
    )  # fmt: skip
    return None
