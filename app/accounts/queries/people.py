"""Staff, roles and links, as the people pages show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.accounts.rules import Link
from app.db import Db


@dataclass(frozen=True, slots=True)
class Grant:
    id: UUID
    person_id: UUID
    role: str
    permissions: list[str]
    gym_id: UUID | None
    gym_name: str | None


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    name: str
    email: str | None
    is_active: bool
    has_password: bool
    has_factor: bool
    is_owner: bool
    seen_at: datetime | None
    invited_until: datetime | None
    permissions: list[str]
    grants: list[Grant]


PERSON = """
select p.id, p.name, p.email, p.is_active, p.password_hash is not null as has_password,
       exists(select from authenticator a where a.person_id = p.id and a.confirmed_at is not null)
         or exists(select from passkey k where k.person_id = p.id) as has_factor,
       coalesce(bool_or(r.name = 'owner' and r.is_built_in and h.gym_id is null), false) as is_owner,
       (select max(s.seen_at) from sign_in s where s.person_id = p.id) as seen_at,
       (select l.ends_at from link l where l.person_id = p.id and l.used_at is null and l.replaced_at is null) as invited_until,
       array(select distinct unnest(q.permissions) from role_grant i join role q on q.id = i.role_id where i.person_id = p.id) as permissions,
       coalesce(json_agg(json_build_object('id', h.id, 'person_id', p.id, 'role', r.name, 'permissions', r.permissions,
                                           'gym_id', h.gym_id, 'gym_name', g.name) order by r.is_built_in desc, r.name, g.name)
                filter (where h.id is not null), '[]') as grants
  from person p
  left join role_grant h on h.person_id = p.id
  left join role r on r.id = h.role_id
  left join gym g on g.id = h.gym_id
"""

# Staff of the gyms I work in, and staff of the whole club. Members are somebody else's page.
WITHIN = """
 where exists (select from role_grant i join role q on q.id = i.role_id
                where i.person_id = p.id and q.name <> 'member' and (i.gym_id is null or i.gym_id = any($1)))
"""


async def staff(db: Db, gym_ids: tuple[UUID, ...], find: str = "") -> list[Person]:
    return await db.all(
        Person,
        PERSON + WITHIN + " and ($2 = '' or position(lower($2) in lower(p.name || ' ' || coalesce(p.email, ''))) > 0)"
        " group by p.id order by p.is_active desc, lower(p.name), p.id limit 500",
        list(gym_ids), find,
    )  # fmt: skip


async def colleague(db: Db, gym_ids: tuple[UUID, ...], person_id: UUID) -> Person | None:
    return await db.one(Person, PERSON + WITHIN + " and p.id = $2 group by p.id", list(gym_ids), person_id)


async def by_email(db: Db, email: str) -> Person | None:
    """For the command line, which stands outside every gym."""
    return await db.one(Person, PERSON + " where lower(p.email) = lower($1) group by p.id", email)


async def everybody(db: Db) -> list[Person]:
    return await db.all(Person, PERSON + " where p.email is not null group by p.id order by lower(p.name), p.id")


async def other_owners(db: Db, person_id: UUID) -> int:
    return int(
        await db.value(
            """select count(distinct p.id) from role_grant h join role r on r.id = h.role_id join person p on p.id = h.person_id
                where r.name = 'owner' and r.is_built_in and h.gym_id is null and p.is_active and p.id <> $1""",
            person_id,
        )
    )


@dataclass(frozen=True, slots=True)
class Role:
    id: UUID
    name: str
    permissions: list[str]
    is_built_in: bool
    holders: int


ROLE = """
select r.id, r.name, r.permissions, r.is_built_in, (select count(distinct h.person_id) from role_grant h where h.role_id = r.id) as holders
  from role r
"""


async def roles(db: Db) -> list[Role]:
    return await db.all(
        Role,
        ROLE
        + " order by r.is_built_in desc, array_position(array['owner','manager','desk','coach','member'], r.name), lower(r.name)",
    )


async def role(db: Db, id: UUID) -> Role | None:
    return await db.one(Role, ROLE + " where r.id = $1", id)


async def role_named(db: Db, name: str) -> Role | None:
    return await db.one(Role, ROLE + " where lower(r.name) = lower($1)", name)


@dataclass(frozen=True, slots=True)
class Place:
    id: UUID
    name: str


async def gyms(db: Db, gym_ids: tuple[UUID, ...]) -> list[Place]:
    return await db.all(Place, "select id, name from gym where id = any($1) order by lower(name)", list(gym_ids))


async def all_gyms(db: Db) -> list[Place]:
    return await db.all(Place, "select id, name from gym order by lower(name)")


@dataclass(frozen=True, slots=True)
class Invited:
    """Whose link this is, so that the page can greet them by name."""

    person_id: UUID
    name: str
    email: str | None
    gym: str
    purpose: str
    ends_at: datetime
    used_at: datetime | None
    replaced_at: datetime | None

    @property
    def link(self) -> Link:
        return Link(self.purpose, self.person_id, self.ends_at, self.used_at, self.replaced_at)


async def by_link(db: Db, key_hash: bytes) -> Invited | None:
    return await db.one(
        Invited,
        """select l.person_id, p.name, p.email, coalesce(g.name, (select name from club)) as gym, l.purpose, l.ends_at, l.used_at, l.replaced_at
             from link l join person p on p.id = l.person_id and p.is_active left join gym g on g.id = p.home_gym_id
            where l.token_hash = $1 and l.purpose <> 'email'""",
        key_hash,
    )
