"""The club's name, colour and logo, another gym, and how long former members are kept."""

from datetime import date, datetime
from uuid import UUID

from app.accounts.actions import add_gym as add_gym_row
from app.accounts.actions import audit
from app.accounts.queries.gyms import gym
from app.actor import Actor
from app.db import Db
from app.members.actions import erase
from app.office import queries
from app.office.rules import Accent


async def rename(db: Db, actor: Actor, name: str, *, now: datetime) -> None:
    before = await queries.club(db)
    if await db.run("update club set name = $2 where id = $1 and name <> $2", actor.club_id, name):
        await audit(db, actor, "club.renamed", now=now, subject="club", before={"name": before.name}, after={"name": name})


async def paint(db: Db, actor: Actor, accent: Accent | None, *, now: datetime) -> None:
    """The club's own colour, or the house's again."""
    name = accent.name if accent else None
    if await db.run("update club set accent = $2 where id = $1 and accent is distinct from $2", actor.club_id, name):
        await audit(db, actor, "club.painted", now=now, subject="club", after={"accent": name})


async def set_logo(db: Db, actor: Actor, files: tuple[bytes, ...], *, name: str, now: datetime) -> None:
    await db.run(
        """insert into club_logo (club_id, name, small, large, changed_at) values ($1, $2, $3, $4, $5)
           on conflict (club_id) do update set name = excluded.name, small = excluded.small, large = excluded.large,
              changed_at = excluded.changed_at""",
        actor.club_id, name, *files, now,
    )  # fmt: skip
    await db.run("update club set logo = $2 where id = $1", actor.club_id, name)
    await audit(db, actor, "club.logo", now=now, subject="club", after={"logo": "new"})


async def drop_logo(db: Db, actor: Actor, *, now: datetime) -> None:
    await db.run("update club set logo = null where id = $1", actor.club_id)
    if await db.run("delete from club_logo where club_id = $1", actor.club_id):
        await audit(db, actor, "club.logo", now=now, subject="club", after={"logo": None})


async def add_gym(db: Db, actor: Actor, name: str, *, id: UUID, now: datetime) -> str | None:
    """One more gym, like this one in everything but its name. Sent twice it is one."""
    if await db.value("select exists(select from gym where id = $1)", id):
        return None
    if await db.value("select exists(select from gym where lower(name) = lower($1))", name):
        return "name_taken"
    like = await gym(db, actor.gym_id)
    await add_gym_row(
        db, actor.club_id, name, id=id, now=now, zone=like.zone, currency=like.currency, locale=like.locale, units=like.units,
        country=like.country,
    )  # fmt: skip
    await audit(db, actor, "gym.added", now=now, subject="gym", subject_id=id, after={"name": name})
    return None


async def keep_for(db: Db, actor: Actor, months: int | None, *, now: datetime) -> None:
    before = (await queries.club(db)).former_months
    await db.run(
        """insert into keeping (club_id, former_months, changed_by, changed_at) values ($1, $2, $3, $4)
           on conflict (club_id) do update set former_months = excluded.former_months, changed_by = excluded.changed_by,
              changed_at = excluded.changed_at""",
        actor.club_id, months, actor.person_id, now,
    )  # fmt: skip
    if before != months:
        await audit(db, actor, "club.keeping", now=now, subject="club", before={"months": before}, after={"months": months})


async def forget_former(db: Db, actor: Actor, before: date, *, now: datetime, most: int = 200) -> int:
    """Some at a time, through the same verb as at the desk; who turns out to be in use stays."""
    gone = 0
    for one in await queries.forgettable(db, before, limit=most):
        gone += await erase(db, actor, one.member_id, now=now) is None
    return gone
