"""`spotter users`: people and their roles, from the machine itself. Whoever stands here needs no permission."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click

from app import clock
from app import db as db_
from app.accounts import actions, keys, passwords, queries, rules
from app.accounts.actions import links, people
from app.accounts.common_passwords import common_passwords
from app.accounts.queries import people as found
from app.cli.house import DATA, database, fail, load, say
from app.db import Database, Unit, new_id
from app.settings import Settings
from app.web.cache import open_cache

EMAIL = click.argument("email")


@click.group()
def users() -> None:
    """People who sign in: add, invite, list, roles, passwords."""


def run(data: Path | None, work: Callable[[Unit, Settings], Awaitable[Any]]) -> Any:
    """One unit of work; afterwards everybody's next request asks anew who may do what."""
    config = load(data=data)
    with database(config) as dsn:
        return asyncio.run(_run(config, dsn, work))


async def _run(config: Settings, dsn: str, work: Callable[[Unit, Settings], Awaitable[Any]]) -> Any:
    pool = await db_.open_pool(dsn, size=1)
    try:
        async with Database(pool).work("spotter users") as unit:
            answer = await work(unit, config)
        cache = open_cache(config.valkey_url, config.data / "run" if config.hub else None)
        await cache.new_epoch()
        await cache.close()
        return answer
    finally:
        await pool.close()


async def person(db: Unit, email: str) -> found.Person:
    somebody = await found.by_email(db, email)
    if somebody is None:
        fail(f"Nobody signs in as {email}.")
    return somebody


async def role_named(db: Unit, name: str) -> found.Role:
    role = await found.role_named(db, name)
    if role is None:
        known = ", ".join(one.name for one in await found.roles(db))
        fail(f"There is no role {name}. There are: {known}.")
    return role


async def gym_named(db: Unit, name: str | None) -> Any:
    gyms = await found.all_gyms(db)
    if name is None:
        return None
    fitting = [one for one in gyms if one.name.lower() == name.lower()]
    if not fitting:
        fail(f"There is no gym {name}. There are: {', '.join(one.name for one in gyms)}.")
    return fitting[0].id


async def home(db: Unit) -> Any:
    gyms = await found.all_gyms(db)
    if not gyms:
        fail("There is no gym yet. Open the address that `spotter up` prints, and set it up.")
    return gyms[0].id


async def add(db: Unit, name: str, email: str, role: str, gym: str | None, password_hash: str | None) -> Any:
    if await queries.person_with_email(db, email):
        fail(f"{email} belongs to somebody already.")
    id, now = new_id(), clock.now()
    gym_id = await gym_named(db, gym)
    held = await role_named(db, role)
    await actions.add_person(
        db, name, id=id, now=now, email=email, password_hash=password_hash, home_gym_id=gym_id or await home(db)
    )
    await people.give_role(db, None, id, held, gym_id, now=now)
    return id


@users.command()
@DATA
@EMAIL
@click.option("--name", required=True)
@click.option("--role", default="member", show_default=True)
@click.option("--gym", help="Only at this gym; without it, at every gym.")
@click.password_option(help="Asked for when it is not given.")
def create(data: Path | None, email: str, name: str, role: str, gym: str | None, password: str) -> None:
    """Add somebody with a password."""
    if fault := rules.password_fault(password, common_passwords(), (name, email)):
        fail(f"This password will not do: {fault.replace('_', ' ')}.")

    async def work(db: Unit, config: Settings) -> None:
        await add(db, name, email, role, gym, await passwords.make_hash(password))

    run(data, work)
    say(f"{name} signs in as {email}.")


@users.command()
@DATA
@EMAIL
@click.option("--name", required=True)
@click.option("--role", required=True)
@click.option("--gym", help="Only at this gym; without it, at every gym.")
def invite(data: Path | None, email: str, name: str, role: str, gym: str | None) -> None:
    """Add somebody who chooses the password by a link that works once."""

    async def work(db: Unit, config: Settings) -> str:
        return await way_in(db, config, await add(db, name, email, role, gym, None), "invitation")

    say(f"Give this to {name}, it works once:\n{run(data, work)}")


async def way_in(db: Unit, config: Settings, person_id: Any, purpose: str) -> str:
    key, key_hash = keys.new_key()
    await links.make_link(db, None, person_id, purpose, key_hash, id=new_id(), now=clock.now())
    return f"{config.address}/welcome#{key}"


@users.command("list")
@DATA
def list_(data: Path | None) -> None:
    """Everybody who may sign in, and as what."""

    async def work(db: Unit, config: Settings) -> list[found.Person]:
        return await found.everybody(db)

    for one in run(data, work):
        held = ", ".join(grant.role + (f" at {grant.gym_name}" if grant.gym_name else "") for grant in one.grants)
        say(f"{one.email or '(no e-mail)':34} {one.name:24} {held}{'' if one.is_active else '  (switched off)'}")


@users.command()
@DATA
@EMAIL
@click.argument("role")
@click.option("--gym", help="Only at this gym; without it, at every gym.")
def grant(data: Path | None, email: str, role: str, gym: str | None) -> None:
    """Give somebody a role."""

    async def work(db: Unit, config: Settings) -> None:
        somebody = await person(db, email)
        await people.give_role(db, None, somebody.id, await role_named(db, role), await gym_named(db, gym), now=clock.now())

    run(data, work)
    say(f"{email} is {role} now.")


@users.command()
@DATA
@EMAIL
@click.argument("role")
def revoke(data: Path | None, email: str, role: str) -> None:
    """Take a role from somebody, at every gym. The last owner stays owner."""

    async def work(db: Unit, config: Settings) -> int:
        somebody = await person(db, email)
        held = await role_named(db, role)
        if await people.last_owner(db, somebody.id, is_owner=held.name == "owner" and somebody.is_owner):
            fail(f"{email} is the last owner. Make somebody else owner first.")
        gone = await db.run("delete from role_grant where person_id = $1 and role_id = $2", somebody.id, held.id)
        await actions.audit(
            db, None, "role.revoked", subject="person", subject_id=somebody.id, before={"role": role}, now=clock.now()
        )
        return gone

    if not run(data, work):
        fail(f"{email} was not {role}.")
    say(f"{email} is not {role} any more.")


@users.command("reset-password")
@DATA
@EMAIL
def reset_password(data: Path | None, email: str) -> None:
    """A link by which somebody chooses a new password; all their sessions end when they use it."""

    async def work(db: Unit, config: Settings) -> str:
        return await way_in(db, config, (await person(db, email)).id, "reset")

    say(f"Open this within half an hour, it works once:\n{run(data, work)}")


@users.command("sign-out")
@DATA
@EMAIL
def sign_out(data: Path | None, email: str) -> None:
    """End every session of somebody, on every device, at once."""

    async def work(db: Unit, config: Settings) -> None:
        await actions.sign_out_everywhere(db, None, (await person(db, email)).id, now=clock.now())

    run(data, work)
    say(f"{email} is signed out everywhere.")
