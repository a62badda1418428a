"""The verbs of people and access."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts import queries
from app.actor import ROLES, Actor
from app.db import Db, new_id
from app.visit import here


async def audit(
    db: Db,
    actor: Actor | None,
    act: str,
    *,
    now: datetime,
    subject: str = "",
    subject_id: UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """One privileged act, in the same transaction as the act itself."""
    await db.run(
        """insert into audit_line (id, at, person_id, gym_id, act, subject, subject_id, address, before, after)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        new_id(),
        now,
        actor.person_id if actor else None,
        actor.gym_id if actor else None,
        act,
        subject,
        subject_id,
        here().address,
        before,
        after,
    )


async def add_club(db: Db, name: str, *, id: UUID, now: datetime, is_demo: bool = False) -> None:
    await db.run("insert into club (id, name, is_demo, created_at) values ($1, $2, $3, $4)", id, name, is_demo, now)
    for role, permissions in ROLES.items():
        await db.run(
            "insert into role (id, name, permissions, is_built_in) values ($1, $2, $3, true) on conflict do nothing",
            new_id(),
            role,
            list(permissions),
        )


async def add_gym(
    db: Db,
    club_id: UUID,
    name: str,
    *,
    id: UUID,
    now: datetime,
    zone: str,
    currency: str,
    locale: str,
    units: str,
    country: str = "",
) -> None:
    await db.run(
        """insert into gym (id, club_id, name, zone, currency, locale, units, country, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        id, club_id, name, zone, currency, locale, units, country, now,
    )  # fmt: skip


async def add_person(
    db: Db,
    name: str,
    *,
    id: UUID,
    now: datetime,
    email: str | None = None,
    password_hash: str | None = None,
    home_gym_id: UUID | None = None,
    locale: str | None = None,
) -> None:
    """The same person twice is one person; an address that somebody else has is a unique violation (409)."""
    await db.run(
        """insert into person (id, name, email, password_hash, home_gym_id, locale, created_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing""",
        id, name, email, password_hash, home_gym_id, locale, now,
    )  # fmt: skip


async def grant(db: Db, person_id: UUID, role: str, *, now: datetime, gym_id: UUID | None = None, by: UUID | None = None) -> None:
    await db.run(
        """insert into role_grant (id, person_id, role_id, gym_id, granted_by, granted_at)
           values ($1, $2, $3, $4, $5, $6) on conflict do nothing""",
        new_id(), person_id, await queries.role_id(db, role), gym_id, by, now,
    )  # fmt: skip


async def open_session(
    db: Db,
    person_id: UUID,
    gym_id: UUID,
    token_hash: bytes,
    *,
    id: UUID,
    now: datetime,
    ends_at: datetime,
    device: str,
    address: str,
    desk_id: UUID | None = None,
    second_factor_done: bool = False,
) -> None:
    await db.run(
        """insert into sign_in (id, person_id, gym_id, token_hash, device, address, created_at, seen_at, fresh_at, ends_at,
                                desk_id, is_second_factor_done)
           values ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8, $9, $10)""",
        id, person_id, gym_id, token_hash, device[:200], address, now, ends_at, desk_id, second_factor_done,
    )  # fmt: skip


async def close_session(db: Db, session_id: UUID) -> None:
    await db.run("delete from sign_in where id = $1", session_id)


async def end_sessions(db: Db, person_id: UUID, *, keep: UUID | None = None) -> None:
    await db.run("delete from sign_in where person_id = $1 and id is distinct from $2", person_id, keep)


async def end_tokens(db: Db, person_id: UUID, *, now: datetime) -> None:
    """What programs hold in this person's name."""
    await db.run("update token_family set revoked_at = $2 where person_id = $1 and revoked_at is null", person_id, now)


async def sign_out_everywhere(db: Db, actor: Actor | None, person_id: UUID, *, now: datetime) -> None:
    await end_sessions(db, person_id)
    await end_tokens(db, person_id, now=now)
    await audit(db, actor, "sessions.ended", subject="person", subject_id=person_id, now=now)


async def keep_hash(db: Db, person_id: UUID, old: str | None, new: str) -> None:
    """The same password under today's parameters, unless it has been changed meanwhile."""
    await db.run("update person set password_hash = $3 where id = $1 and password_hash = $2", person_id, old, new)
