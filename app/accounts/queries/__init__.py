"""Reads about people: who a session belongs to, who may sign in."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts import rules
from app.db import Db
from app.web.sessions import Known

ACTOR = """
select p.id as person_id, s.id as session_id, g.club_id, g.id as gym_id, g.name as gym_name, p.name,
       coalesce(p.zone, g.zone) as zone, coalesce(p.locale, g.locale) as locale, g.currency, coalesce(p.units, g.units) as units,
       p.theme, g.country, c.is_demo, coalesce(c.accent, '') as accent, coalesce(c.logo, '') as logo, s.fresh_at, s.ends_at, s.seen_at, s.is_second_factor_done, s.locked_at is not null as is_locked,
       exists(select from authenticator a where a.person_id = p.id and a.confirmed_at is not null)
         or exists(select from passkey k where k.person_id = p.id) as has_factor,
       coalesce((select array_agg(distinct r.name) from role_grant h join role r on r.id = h.role_id
                  where h.person_id = p.id and (h.gym_id is null or h.gym_id = s.gym_id)), '{}') as roles,
       coalesce((select array_agg(distinct code) from role_grant h join role r on r.id = h.role_id, unnest(r.permissions) as code
                  where h.person_id = p.id and (h.gym_id is null or h.gym_id = s.gym_id)), '{}') as permissions,
       (select array_agg(o.id order by o.name) from gym o where o.id = g.id or exists (
           select from role_grant h join role r on r.id = h.role_id
            where h.person_id = p.id and r.name <> 'member' and (h.gym_id is null or h.gym_id = o.id))) as gym_ids
  from sign_in s join person p on p.id = s.person_id join gym g on g.id = s.gym_id join club c on c.id = g.club_id
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A session as Postgres has it, before the rules have looked at it."""

    person_id: UUID
    session_id: UUID
    club_id: UUID
    gym_id: UUID
    gym_ids: tuple[UUID, ...]
    gym_name: str
    name: str
    roles: frozenset[str]
    permissions: frozenset[str]
    zone: str
    locale: str
    currency: str
    units: str
    theme: str
    country: str
    is_demo: bool
    fresh_at: datetime
    ends_at: datetime
    seen_at: datetime
    has_factor: bool
    is_second_factor_done: bool
    is_locked: bool
    accent: str = ""
    logo: str = ""


async def by_token(db: Db, token_hash: bytes, now: datetime) -> Known | None:
    """Whose session this is, and what is still missing before the house opens."""
    row = await db.one(Found, ACTOR + " where s.token_hash = $1 and s.ends_at > $2 and p.is_active", token_hash, now)
    if row is None:
        return None
    life = rules.lifetime(row.permissions)
    required = rules.needs_second_factor(row.permissions, is_demo=row.is_demo)
    idle = life.idle if not row.is_demo else None
    return Known(
        **{field.name: getattr(row, field.name) for field in fields(Found) if field.name in Known.__struct_fields__},
        step=rules.step(required=required, has_factor=row.has_factor, is_done=row.is_second_factor_done, is_locked=row.is_locked),
        locks_at=row.seen_at + idle if idle else None,
        touch_at=row.seen_at + rules.written_every(life),
        slides_by=life.whole if life.slides else None,
    )


async def by_access_token(db: Db, token_id: UUID, now: datetime) -> Known | None:
    """A program's token that still counts: for a person with what they may do now, for a device with what it was given."""
    return await db.one(
        Known,
        """select p.id as person_id, f.id as session_id, g.club_id, g.id as gym_id, g.name as gym_name, coalesce(d.name, p.name) as name,
                  g.zone, coalesce(p.locale, g.locale) as locale, g.currency, coalesce(p.units, g.units) as units, 'system' as theme, g.country,
                  c.is_demo, f.made_at as fresh_at, t.ends_at, array[g.id] as gym_ids,
                  case when d.id is not null then array['device'] else coalesce((select array_agg(distinct r.name)
                      from role_grant h join role r on r.id = h.role_id
                     where h.person_id = p.id and (h.gym_id is null or h.gym_id = f.gym_id)), '{}') end as roles,
                  case when d.id is not null then d.permissions else coalesce((select array_agg(distinct code)
                      from role_grant h join role r on r.id = h.role_id, unnest(r.permissions) as code
                     where h.person_id = p.id and (h.gym_id is null or h.gym_id = f.gym_id)), '{}') end as permissions
             from access_token t join token_family f on f.id = t.family_id
             left join device d on d.id = f.device_id
             join person p on p.id = coalesce(f.person_id, d.made_by)
             join gym g on g.id = f.gym_id join club c on c.id = g.club_id
            where t.id = $1 and t.ends_at > $2 and f.revoked_at is null and f.ends_at > $2
              and (d.id is null and p.is_active or d.id is not null and d.revoked_at is null)""",
        token_id,
        now,
    )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in needs to know."""

    person_id: UUID
    password_hash: str | None
    home_gym_id: UUID
    permissions: list[str]
    has_factor: bool
    is_demo: bool


async def credentials(db: Db, email: str) -> Credentials | None:
    return await db.one(
        Credentials,
        """select p.id as person_id, p.password_hash, home.id as home_gym_id, c.is_demo,
                  exists(select from authenticator a where a.person_id = p.id and a.confirmed_at is not null)
                    or exists(select from passkey k where k.person_id = p.id) as has_factor,
                  coalesce((select array_agg(distinct code) from role_grant h join role r on r.id = h.role_id, unnest(r.permissions) as code
                             where h.person_id = p.id and (h.gym_id is null or h.gym_id = home.id)), '{}') as permissions
             from person p
             cross join club c
             cross join lateral (
                 select g.id from gym g left join role_grant h on h.gym_id = g.id and h.person_id = p.id
                  order by g.id = p.home_gym_id desc nulls last, h.id is null, g.created_at, g.id limit 1) home
            where lower(p.email) = lower($1) and p.is_active""",
        email,
    )


async def person_with_email(db: Db, email: str) -> UUID | None:
    found: UUID | None = await db.value("select id from person where lower(email) = lower($1)", email)
    return found


@dataclass(frozen=True, slots=True)
class DemoPerson:
    email: str
    name: str
    role: str


async def demo_people(db: Db) -> list[DemoPerson]:
    """The cast, in a demo club only; an empty list everywhere else."""
    return await db.all(
        DemoPerson,
        """select p.email, p.name, coalesce(min(r.name) filter (where r.name <> 'member'), 'member') as role
             from person p join role_grant h on h.person_id = p.id join role r on r.id = h.role_id
            where p.email like '%@demo.spotter' and p.is_active and exists (select from club where is_demo)
            group by p.id order by p.created_at, p.id""",
    )


async def is_set_up(db: Db) -> bool:
    return bool(await db.value("select exists(select from club)"))


async def role_id(db: Db, name: str) -> UUID:
    found: Any = await db.value("select id from role where lower(name) = lower($1)", name)
    if found is None:
        raise LookupError(f"there is no role {name!r}")
    return UUID(str(found))
