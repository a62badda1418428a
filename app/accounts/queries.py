"""Reads about people: who a session belongs to, who may sign in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db import Db
from app.web.sessions import Known

ACTOR = """
select p.id as person_id, s.id as session_id, g.club_id, g.id as gym_id, g.name as gym_name, p.name,
       coalesce(p.zone, g.zone) as zone, coalesce(p.locale, g.locale) as locale, g.currency, coalesce(p.units, g.units) as units,
       p.theme, g.country, c.is_demo, s.fresh_at, s.ends_at,
       coalesce((select array_agg(distinct r.name) from role_grant h join role r on r.id = h.role_id
                  where h.person_id = p.id and (h.gym_id is null or h.gym_id = s.gym_id)), '{}') as roles,
       coalesce((select array_agg(distinct code) from role_grant h join role r on r.id = h.role_id, unnest(r.permissions) as code
                  where h.person_id = p.id and (h.gym_id is null or h.gym_id = s.gym_id)), '{}') as permissions,
       (select array_agg(o.id order by o.name) from gym o where o.id = g.id or exists (
           select from role_grant h join role r on r.id = h.role_id
            where h.person_id = p.id and r.name <> 'member' and (h.gym_id is null or h.gym_id = o.id))) as gym_ids
  from sign_in s join person p on p.id = s.person_id join gym g on g.id = s.gym_id join club c on c.id = g.club_id
"""


async def by_token(db: Db, token_hash: bytes, now: datetime) -> Known | None:
    return await db.one(Known, ACTOR + " where s.token_hash = $1 and s.ends_at > $2 and p.is_active", token_hash, now)


@dataclass(frozen=True, slots=True)
class Credentials:
    person_id: UUID
    password_hash: str | None
    home_gym_id: UUID | None
    is_staff: bool


async def credentials(db: Db, email: str) -> Credentials | None:
    return await db.one(
        Credentials,
        """select p.id as person_id, p.password_hash, coalesce(p.home_gym_id, (select id from gym order by created_at, id limit 1)) as home_gym_id,
                  exists(select from role_grant h join role r on r.id = h.role_id where h.person_id = p.id and r.name <> 'member') as is_staff
             from person p where lower(p.email) = lower($1) and p.is_active""",
        email,
    )


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
