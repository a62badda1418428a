"""Staff: who they are, what they may do, and that somebody always owns the club."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from app.accounts import queries, rules
from app.accounts.actions import add_person, audit, end_sessions, end_tokens
from app.accounts.queries import people
from app.actor import Actor
from app.db import Db, new_id


def hand(actor: Actor) -> rules.Hand:
    return rules.Hand(actor.person_id, actor.permissions, frozenset(actor.gym_ids), "owner" in actor.roles)


async def invite(
    db: Db, actor: Actor, name: str, email: str, role: people.Role, gym_id: UUID | None, *, id: UUID, now: datetime
) -> str | None:
    """A new colleague, or the reason why not. The way in (a link) is made separately."""
    fault = rules.grant_fault(hand(actor), id, role.name, role.permissions, gym_id)
    if fault is None and await queries.person_with_email(db, email) not in {None, id}:
        fault = "email_taken"
    if fault:
        return fault
    await add_person(db, name, id=id, now=now, email=email, home_gym_id=gym_id or actor.gym_id)
    await give_role(db, actor, id, role, gym_id, now=now)
    await audit(db, actor, "person.invited", subject="person", subject_id=id, after={"name": name, "role": role.name}, now=now)
    return None


async def grant_role(
    db: Db, actor: Actor, person_id: UUID, role: people.Role, gym_id: UUID | None, *, now: datetime
) -> str | None:
    fault = rules.grant_fault(hand(actor), person_id, role.name, role.permissions, gym_id)
    if fault is None:
        await give_role(db, actor, person_id, role, gym_id, now=now)
    return fault


async def give_role(
    db: Db, actor: Actor | None, person_id: UUID, role: people.Role, gym_id: UUID | None, *, now: datetime
) -> None:
    # Who owns the club owns all of it.
    gym_id = None if role.name == "owner" else gym_id
    new = await db.run(
        """insert into role_grant (id, person_id, role_id, gym_id, granted_by, granted_at)
           values ($1, $2, $3, $4, $5, $6) on conflict do nothing""",
        new_id(), person_id, role.id, gym_id, actor.person_id if actor else None, now,
    )  # fmt: skip
    if new:
        after = {"role": role.name, "gym": str(gym_id) if gym_id else None}
        await audit(db, actor, "role.granted", subject="person", subject_id=person_id, after=after, now=now)


async def revoke_grant(db: Db, actor: Actor | None, grant: people.Grant, *, now: datetime) -> str | None:
    """Without an actor it is the command line, which may do everything but leave the club without an owner."""
    fault = actor and rules.grant_fault(hand(actor), grant.person_id, grant.role, grant.permissions, grant.gym_id)
    fault = fault or await last_owner(db, grant.person_id, is_owner=grant.role == "owner" and grant.gym_id is None)
    if fault:
        return fault
    if await db.run("delete from role_grant where id = $1", grant.id):
        before = {"role": grant.role, "gym": str(grant.gym_id) if grant.gym_id else None}
        await audit(db, actor, "role.revoked", subject="person", subject_id=grant.person_id, before=before, now=now)
    return None


async def last_owner(db: Db, person_id: UUID, *, is_owner: bool) -> str | None:
    """Asked under the club's lock, so that two owners cannot remove each other in the same second."""
    await db.run("select from club for update")
    others = await people.other_owners(db, person_id)
    return rules.leave_fault(is_owner=is_owner, other_owners=others)


async def deactivate(db: Db, actor: Actor | None, person: people.Person, *, now: datetime) -> str | None:
    """No sign-in any more, from this moment; the history stays."""
    if actor is not None and (fault := reach_fault(actor, person)):
        return fault
    if fault := await last_owner(db, person.id, is_owner=person.is_owner):
        return fault
    if await db.run("update person set is_active = false where id = $1 and is_active", person.id):
        await end_sessions(db, person.id)
        await end_tokens(db, person.id, now=now)
        await audit(db, actor, "person.deactivated", subject="person", subject_id=person.id, now=now)
    return None


async def reactivate(db: Db, actor: Actor | None, person: people.Person, *, now: datetime) -> str | None:
    if actor is not None and (fault := reach_fault(actor, person)):
        return fault
    if await db.run("update person set is_active = true where id = $1 and not is_active", person.id):
        await audit(db, actor, "person.reactivated", subject="person", subject_id=person.id, now=now)
    return None


def reach_fault(actor: Actor, person: people.Person) -> str | None:
    """Somebody with more power than I have is not mine to switch off, nor to reset."""
    if person.id == actor.person_id:
        return "yourself"
    if "owner" in actor.roles:
        return None
    return "above_you" if person.is_owner or not set(person.permissions) <= actor.permissions else None


async def set_password(
    db: Db, actor: Actor | None, person_id: UUID, password_hash: str, *, keep: UUID | None, now: datetime
) -> None:
    """Ends every session but the one it was changed in."""
    await db.run("update person set password_hash = $2 where id = $1", person_id, password_hash)
    await end_sessions(db, person_id, keep=keep)
    await end_tokens(db, person_id, now=now)
    await audit(db, actor, "password.changed", subject="person", subject_id=person_id, now=now)


async def change_profile(
    db: Db, person_id: UUID, name: str, *, locale: str | None, zone: str | None, units: str | None, theme: str
) -> None:
    await db.run(
        "update person set name = $2, locale = $3, zone = $4, units = $5, theme = $6 where id = $1",
        person_id, name, locale, zone, units, theme,
    )  # fmt: skip


async def change_theme(db: Db, person_id: UUID, theme: str) -> None:
    await db.run("update person set theme = $2 where id = $1", person_id, theme)


async def define_role(db: Db, actor: Actor, name: str, permissions: Collection[str], *, id: UUID, now: datetime) -> None:
    """A role of this club's own. Sent twice, it is one role."""
    new = await db.run(
        "insert into role (id, name, permissions) values ($1, $2, $3) on conflict (id) do nothing", id, name, sorted(permissions)
    )
    if new:
        after = {"name": name, "permissions": sorted(permissions)}
        await audit(db, actor, "role.defined", subject="role", subject_id=id, after=after, now=now)


async def change_role(db: Db, actor: Actor, role: people.Role, name: str, permissions: Collection[str], *, now: datetime) -> None:
    before = {"name": role.name, "permissions": sorted(role.permissions)}
    after = {"name": name, "permissions": sorted(permissions)}
    if before != after:
        await db.run(
            "update role set name = $2, permissions = $3 where id = $1 and not is_built_in", role.id, name, sorted(permissions)
        )
        await audit(db, actor, "role.changed", subject="role", subject_id=role.id, before=before, after=after, now=now)


async def drop_role(db: Db, actor: Actor, role: people.Role, *, now: datetime) -> str | None:
    if role.is_built_in:
        return "built_in"
    if role.holders:
        return "in_use"
    if await db.run("delete from role where id = $1 and not is_built_in", role.id):
        before = {"name": role.name, "permissions": sorted(role.permissions)}
        await audit(db, actor, "role.dropped", subject="role", subject_id=role.id, before=before, now=now)
    return None
