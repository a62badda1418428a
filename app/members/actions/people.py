"""Registering somebody and keeping what we know about them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.accounts.actions import add_person, audit, grant
from app.actor import Actor
from app.db import Db
from app.members.rules import Refused, part_of


@dataclass(frozen=True, slots=True)
class Registered:
    member_id: UUID
    person_id: UUID
    number: int


async def register(
    db: Db,
    actor: Actor | None,
    *,
    name: str,
    id: UUID,
    now: datetime,
    joined_on: date,
    gym_id: UUID,
    email: str | None = None,
    phone: str = "",
    born_on: date | None = None,
    person_id: UUID | None = None,
) -> Registered | Refused:
    """A person and their member row. Somebody who has an account already brings their `person_id`."""
    if again := await _registered(db, id):
        return again
    if person_id is None:
        if email and await db.value("select exists(select from person where lower(email) = lower($1))", email):
            return Refused("email_taken")
        person_id = part_of(id, "person")
        await add_person(db, name, id=person_id, now=now, email=email, home_gym_id=gym_id)
    await db.run(
        """insert into member (id, person_id, home_gym_id, phone, born_on, joined_on, created_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing""",
        id, person_id, gym_id, phone, born_on, joined_on, now,
    )  # fmt: skip
    await grant(db, person_id, "member", now=now, gym_id=gym_id, by=actor.person_id if actor else None)
    found = await _registered(db, id)
    assert found is not None
    return found


async def _registered(db: Db, id: UUID) -> Registered | None:
    return await db.one(Registered, "select id as member_id, person_id, number from member where id = $1", id)


async def edit(
    db: Db,
    actor: Actor,
    member_id: UUID,
    *,
    name: str,
    email: str | None,
    phone: str,
    born_on: date | None,
    emergency_name: str,
    emergency_phone: str,
    home_gym_id: UUID,
    now: datetime,
) -> Refused | None:
    """Writing the same again changes nothing. An address that somebody else has is refused."""
    person_id = await db.value("select person_id from member where id = $1 and erased_at is null for update", member_id)
    if person_id is None:
        return Refused("gone")
    if email and await db.value(
        "select exists(select from person where lower(email) = lower($1) and id <> $2)", email, person_id
    ):
        return Refused("email_taken")
    # The person's row is ours to correct here: the desk types names and addresses.
    await db.run(
        "update person set name = $2, email = $3 where id = $1 and (name, email) is distinct from ($2, $3)",
        person_id,
        name,
        email,
    )
    changed = await db.run(
        """update member set phone = $2, born_on = $3, emergency_name = $4, emergency_phone = $5, home_gym_id = $6 where id = $1
              and (phone, born_on, emergency_name, emergency_phone, home_gym_id) is distinct from ($2, $3, $4, $5, $6)""",
        member_id, phone, born_on, emergency_name, emergency_phone, home_gym_id,
    )  # fmt: skip
    if changed:
        await audit(db, actor, "member.edit", now=now, subject=name, subject_id=member_id)
    return None


async def note(db: Db, actor: Actor | None, member_id: UUID, body: str, *, id: UUID, now: datetime) -> None:
    await db.run(
        'insert into member_note (id, member_id, body, "by", at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing',
        id, member_id, body, actor.person_id if actor else None, now,
    )  # fmt: skip


async def set_alert(db: Db, actor: Actor | None, member_id: UUID, text: str, *, now: datetime) -> None:
    """What the desk is told at the next visit; empty takes it away."""
    if await db.run("update member set alert = $2 where id = $1 and alert <> $2", member_id, text):
        await audit(db, actor, "member.alert", now=now, subject_id=member_id, after={"alert": text})


async def set_photo(db: Db, actor: Actor, member_id: UUID, files: tuple[bytes, ...], *, name: str, now: datetime) -> None:
    """Three sizes of one face, smallest first."""
    await db.run(
        """insert into member_photo (member_id, name, small, medium, large, taken_at) values ($1, $2, $3, $4, $5, $6)
           on conflict (member_id) do update set name = excluded.name, small = excluded.small, medium = excluded.medium,
              large = excluded.large, taken_at = excluded.taken_at""",
        member_id, name, *files, now,
    )  # fmt: skip
    await db.run("update member set photo = $2 where id = $1", member_id, name)
    await audit(db, actor, "member.photo", now=now, subject_id=member_id)


async def drop_photo(db: Db, actor: Actor, member_id: UUID, *, now: datetime) -> None:
    await db.run("update member set photo = null where id = $1", member_id)
    if await db.run("delete from member_photo where member_id = $1", member_id):
        await audit(db, actor, "member.photo", now=now, subject_id=member_id)


async def say(db: Db, actor: Actor | None, member_id: UUID, code: str, is_given: bool, *, id: UUID, now: datetime) -> None:
    """A consent given or taken back; the same answer again adds nothing."""
    await db.run(
        """insert into consent (id, member_id, code, is_given, "by", at)
           select $1, $2, $3, $4, $5, $6 where $4 is distinct from coalesce(
             (select is_given from consent where member_id = $2 and code = $3 order by at desc, id desc limit 1), false)
           on conflict (id) do nothing""",
        id, member_id, code, is_given, actor.person_id if actor else None, now,
    )  # fmt: skip
