"""Who may see a plan or a unit, as its owner sees it; and what a link shows to whoever has it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.plans.outlines import ALONE
from app.plans.rules.outline import Outline


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link shows: a plan's latest version, or a unit as it stands (version 0)."""

    link_id: UUID
    allows: str
    version: int
    owner: str | None
    gym: str | None
    name: str
    content: Outline
    plan_id: UUID | None = None
    unit_id: UUID | None = None


async def linked(db: Db, token: str, now: datetime) -> Linked | None:
    """Whatever the link says now: nothing, once it has ended, was taken back, or what it led to is gone."""
    return await db.one(
        Linked,
        f"""select s.id as link_id, p.id as plan_id, u.id as unit_id, s.allows, coalesce(v.number, 0) as version, o.name as owner,
                   g.name as gym, coalesce(p.name, u.name) as name, coalesce(v.content, {ALONE}::jsonb) as content
            from share_link s left join plan p on p.id = s.plan_id and p.archived_at is null
            left join plan_version v on v.plan_id = p.id and v.number = p.latest_version
            left join training_unit u on u.id = s.unit_id and u.plan_id is null
            left join person o on o.id = coalesce(p.owner_id, u.owner_id) left join gym g on g.id = o.home_gym_id
            where s.token = $1 and s.revoked_at is null and (s.expires_at is null or s.expires_at > $2)
              and (v.id is not null or u.id is not null)""",
        *(token, now),
    )


@dataclass(frozen=True, slots=True)
class Grant:
    person_id: UUID
    name: str
    level: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Link:
    id: UUID
    token: str
    allows: str
    made_at: datetime
    expires_at: datetime | None
    has_ended: bool


@dataclass(frozen=True, slots=True)
class Sharing:
    id: UUID
    kind: str
    name: str
    sharing: str
    grants: tuple[Grant, ...]
    links: tuple[Link, ...]

    @property
    def url(self) -> str:
        return f"/{self.kind}s/{self.id}"


HOMES = {"plan": "plan p", "unit": "training_unit p"}


async def sharing(db: Db, actor: Actor, kind: str, home_id: UUID, now: datetime) -> Sharing | None:
    alone = "and p.plan_id is null" if kind == "unit" else ""
    return await db.one(
        Sharing,
        f"""select p.id, $4::text as kind, p.name, p.sharing,
               coalesce((select json_agg(json_build_object('person_id', a.person_id, 'name', o.name, 'level', a.level,
                                                           'expires_at', a.expires_at) order by o.name)
                         from {kind}_access a join person o on o.id = a.person_id where a.{kind}_id = p.id), '[]') as grants,
               coalesce((select json_agg(json_build_object('id', s.id, 'token', s.token, 'allows', s.allows, 'made_at', s.made_at,
                                                           'expires_at', s.expires_at,
                                                           'has_ended', coalesce(s.expires_at <= $3, false)) order by s.made_at desc)
                         from share_link s where s.{kind}_id = p.id and s.revoked_at is null), '[]') as links
           from {HOMES[kind]} where p.id = $1 and p.owner_id = $2 {alone}""",
        *(home_id, actor.person_id, now, kind),
    )
