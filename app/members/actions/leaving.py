"""Leaving for good, and finding out that two are one."""

from datetime import datetime
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.members.actions.sold import lock
from app.members.rules import Refused


async def erase(db: Db, actor: Actor, member_id: UUID, *, now: datetime) -> Refused | None:
    """Everything personal goes, visits and accounts stay right."""
    await lock(db, member_id)
    day = actor.today(now)
    if await db.value("select erased_at is not null from member where id = $1", member_id):
        return None
    if await db.value(
        """select exists(select from membership where member_id = $1 and ends_on >= $2 and visits_left is distinct from 0
                            and (cancelled_on is null or cancelled_on > $2))""",
        member_id,
        day,
    ):
        return Refused("still_running")
    if await db.value(
        """select exists(select from household_place mine join household_place o on o.household_id = mine.household_id
                          where mine.member_id = $1 and mine.is_payer and o.member_id <> $1)""",
        member_id,
    ):
        return Refused("payer_leaves_last")
    await _forget(db, member_id, now)
    await db.run("update member set left_on = coalesce(left_on, greatest($2, joined_on)) where id = $1", member_id, day)
    await audit(db, actor, "member.erase", now=now, subject_id=member_id)
    return None


async def _forget(db: Db, member_id: UUID, now: datetime) -> None:
    """Names and addresses, notes, drawings, cards, doors into the house."""
    await db.run(
        """update member set phone = '', born_on = null, emergency_name = '', emergency_phone = '', alert = '', photo = null, erased_at = $2
            where id = $1""",
        member_id,
        now,
    )
    await db.run(
        """update person set name = '#' || m.number, email = null, password_hash = null, is_active = false, locale = null
             from member m where m.id = $1 and person.id = m.person_id""",
        member_id,
    )
    await db.run("delete from member_photo where member_id = $1", member_id)
    await db.run("delete from member_note where member_id = $1", member_id)
    await db.run("delete from consent where member_id = $1", member_id)
    await db.run("update waiver_signature set typed_name = '–', drawing = null where member_id = $1", member_id)
    await db.run("update membership set suspended_why = '', cancelled_why = '' where member_id = $1", member_id)
    await db.run(
        "update membership_freeze set why = '' where membership_id in (select id from membership where member_id = $1)", member_id
    )
    await db.run("update card set code = 'ERASED-' || id, ended_at = coalesce(ended_at, $2) where member_id = $1", member_id, now)
    await db.run("delete from household_place where member_id = $1", member_id)
    await db.run("delete from sign_in where person_id = (select person_id from member where id = $1)", member_id)
    await db.run("delete from role_grant where person_id = (select person_id from member where id = $1)", member_id)


async def merge(db: Db, actor: Actor, from_id: UUID, into_id: UUID, *, now: datetime) -> Refused | None:
    """Two records of one person become one. Money is moved by `money.actions.merge`, which calls this."""
    if from_id == into_id:
        return Refused("same_member")
    for member_id in sorted((from_id, into_id)):
        await lock(db, member_id)
    already = await db.value("select merged_into_id from member where id = $1", from_id)
    if already is not None:
        return None if already == into_id else Refused("merged_already")
    if await db.value("select merged_into_id is not null or erased_at is not null from member where id = $1", into_id):
        return Refused("merged_already")
    await _move_over(db, from_id, into_id)
    await db.run(
        """update member i set phone = coalesce(nullif(i.phone, ''), f.phone), born_on = coalesce(i.born_on, f.born_on),
                  emergency_name = coalesce(nullif(i.emergency_name, ''), f.emergency_name),
                  emergency_phone = coalesce(nullif(i.emergency_phone, ''), f.emergency_phone),
                  alert = coalesce(nullif(i.alert, ''), f.alert), joined_on = least(i.joined_on, f.joined_on)
             from member f where i.id = $2 and f.id = $1""",
        from_id,
        into_id,
    )
    await _close_the_other(db, from_id, into_id, actor.today(now))
    await audit(db, actor, "member.merge", now=now, subject_id=into_id, before={"from": str(from_id)})
    return None


async def _move_over(db: Db, from_id: UUID, into_id: UUID) -> None:
    """Memberships that would overlap stay usable, but no longer stand in the way of a sale."""
    await db.run(
        """update membership f set member_id = $2, is_replaced = f.is_replaced or exists (
                  select from membership i where i.member_id = $2 and i.kind = f.kind
                     and (f.kind = 'trial' or i.starts_on <= f.ends_on and i.ends_on >= f.starts_on))
            where f.member_id = $1""",
        from_id,
        into_id,
    )
    await db.run("update card set member_id = $2 where member_id = $1", from_id, into_id)
    await db.run(
        """with moved as (update member_photo set member_id = $2 where member_id = $1
                             and not exists (select from member_photo where member_id = $2) returning name)
           update member set photo = (select name from moved) where id = $2 and exists (select from moved)""",
        from_id,
        into_id,
    )
    await db.run("update member_note set member_id = $2 where member_id = $1", from_id, into_id)
    await db.run("update consent set member_id = $2 where member_id = $1", from_id, into_id)
    await db.run(
        """update waiver_signature s set member_id = $2 where member_id = $1
              and not exists (select from waiver_signature o where o.member_id = $2 and o.version_id = s.version_id)""",
        from_id,
        into_id,
    )
    await db.run(
        """update household_place set member_id = $2 where member_id = $1
              and not exists (select from household_place where member_id = $2)""",
        from_id,
        into_id,
    )


async def _close_the_other(db: Db, from_id: UUID, into_id: UUID, day: object) -> None:
    await db.run("delete from household_place where member_id = $1 and not is_payer", from_id)
    email = await db.value("select p.email from member m join person p on p.id = m.person_id where m.id = $1", from_id)
    await db.run(
        "update person set email = null, is_active = false from member m where m.id = $1 and person.id = m.person_id", from_id
    )
    await db.run(
        "update person set email = $2 from member m where m.id = $1 and person.id = m.person_id and person.email is null",
        into_id,
        email,
    )
    await db.run("delete from sign_in where person_id = (select person_id from member where id = $1)", from_id)
    await db.run(
        "update member set merged_into_id = $2, photo = null, left_on = coalesce(left_on, greatest($3, joined_on)) where id = $1",
        from_id, into_id, day,
    )  # fmt: skip
