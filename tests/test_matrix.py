"""Who may come in where: every route that exists, as every kind of person, against what its policy declares.

New routes join by themselves. When the golden table is out of date, `make matrix` writes it; its diff is what a reviewer reads.
"""

from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from typing import Any

import asyncpg
import pytest

from app.accounts import actions
from app.accounts.actions import devices, tokens
from app.accounts.keys import hashed
from app.db import Db, new_id
from app.demo.year import actor_of
from app.web.front import Front
from app.web.sessions import new_token
from tests.conftest import World
from tests.every_route import ACTORS, GOLDEN, Answer, Route, Somebody, cookie, knock, routes, table
from tests.headers import is_kept_by_nobody, is_personal, missing

# Pressing these would start something outside the database. Whether they open is still asked of everybody who may not.
HANDS_OFF: set[str] = set()


@pytest.fixture
async def people(db: Db, app: Front, world: World) -> dict[str, Somebody]:
    """One of each kind, with what their browser or machine would send."""
    await db.run("set transaction_timeout = 0")  # the house's limit is for one request; here thousands share a transaction
    keys = {
        "member": "mo",
        "elsewhere": "zed",
        "coach": "cal",
        "desk": "dee",
        "manager": "max",
        "owner": "ana",
        "half": "kim",
        "revoked": "lou",
    }
    found = {"anonymous": Somebody()}
    # Cal also trains and Ana too; the matrix asks about the role alone.
    await db.run(
        "delete from role_grant h using role r where r.id = h.role_id and r.name = 'member' and h.person_id = any($1)",
        [world.id("cal"), world.id("ana")],
    )
    await db.run(
        "insert into authenticator (person_id, secret, made_at, confirmed_at) values ($1, '', now(), now())", world.id("kim")
    )
    for kind, key in keys.items():
        found[kind] = await signed_in(db, app, world, key, second_factor=kind != "half")
    await db.run("delete from sign_in where person_id = $1", world.id("lou"))
    found["turnstile"] = await turnstile(db, app, world)
    return found


async def signed_in(db: Db, app: Front, world: World, key: str, *, second_factor: bool = True, fresh: bool = True) -> Somebody:
    token, token_hash = new_token()
    now, somebody = datetime.now(UTC), world.people[key]
    await actions.open_session(
        db, somebody.id, somebody.gym_id, token_hash, id=new_id(), now=now if fresh else now - timedelta(hours=1),
        ends_at=now + timedelta(hours=5), device="test", address="127.0.0.1", second_factor_done=second_factor,
    )  # fmt: skip
    actor = await app.sessions.actor(app.database, token, now)
    assert actor is not None
    return cookie(token, app.sessions.csrf(actor))


async def turnstile(db: Db, app: Front, world: World) -> Somebody:
    now, device_id, family_id, token_id = datetime.now(UTC), new_id(), new_id(), new_id()
    ana = actor_of(world.people["ana"])
    await devices.add_device(db, ana, "Turnstile", "door", ["desk.use"], hashed("key"), id=device_id, now=now)
    await tokens.start_family(db, id=family_id, device_id=device_id, gym_id=world.gym_id, name="Turnstile", now=now)
    ends_at = await tokens.hand_out(db, family_id, id=token_id, now=now)
    signed = app.app.state.tokens.sign(token_id, device_id, now, ends_at)
    return Somebody((("authorization", f"Bearer {signed}"),))


@pytest.fixture
async def cell(app: Front, connection: asyncpg.Connection) -> Any:
    """One knock that leaves no trace: whatever it wrote is taken back, sign-outs too."""

    async def once(method: str, url: str, who: Somebody) -> Answer:
        await connection.execute("savepoint cell")
        try:
            return await knock(app, method, url, who)
        finally:
            await connection.execute("rollback to savepoint cell; release savepoint cell")
            await app.sessions.cache.new_epoch()

    return once


def test_the_golden_table_lists_every_route(front: Front) -> None:
    """Every handler says who may come in, and the table that people review says the same."""
    now, kept = table(front), GOLDEN.read_text("utf-8")
    if now != kept:
        changes = "\n".join(unified_diff(kept.splitlines(), now.splitlines(), str(GOLDEN), "the router", lineterm="", n=0))
        pytest.fail(f"routes have changed; run `make matrix`, read the diff, commit tests/matrix.csv:\n{changes}")


async def test_every_route_answers_everybody_as_it_declares(app: Front, people: dict[str, Somebody], cell: Any) -> None:
    """And whoever asks, the answer carries the house's headers; what is personal is kept by nobody."""
    wrong = []
    for route in routes(app):
        url = route.url()
        for actor in ACTORS:
            expected = route.expected(actor)
            if expected == "in" and route.name in HANDS_OFF:
                continue
            answer = await cell(route.method, url, people[actor])
            if answer.verdict != expected:
                wrong.append(
                    f"{route.method} {url} ({route.name}, {route.says}) as {actor}: {answer.verdict} {answer.status}, expected {expected}"
                )
            if answer.status >= 500 and answer.status != 503:
                wrong.append(f"{route.method} {url} ({route.name}) as {actor}: broke with {answer.status}")
            wrong += [f"{route.method} {url} ({route.name}) as {actor} ({answer.status}): {fault}" for fault in missing(answer)]
            if expected == "in" and is_personal(route) and not is_kept_by_nobody(answer):
                wrong.append(f"{url} ({route.name}) as {actor} may be kept: {answer.header('cache-control')}")
    assert not wrong, "\n".join(wrong)


async def test_dangerous_acts_want_the_password_again(app: Front, db: Db, world: World, cell: Any) -> None:
    stale = await signed_in(db, app, world, "ana", fresh=False)
    wrong = []
    for route in routes(app):
        if route.is_recent:
            answer = await cell(route.method, route.url(), stale)
            if not answer.header("location").startswith("/confirm") and not (
                route.path.startswith("/api/") and answer.status == 403
            ):
                wrong.append(f"{route.name}: {answer.status} {answer.header('location')}")
    assert not wrong, "\n".join(wrong)


async def test_a_write_without_the_sessions_token_goes_nowhere(app: Front, people: dict[str, Somebody], cell: Any) -> None:
    """For every mutating route, as the owner, with the cookie alone: what another site could send."""
    bare = Somebody(tuple(line for line in people["owner"].headers if line[0] == "cookie"))
    wrong = [
        route.name
        for route in routes(app)
        if route.method not in {"GET", "HEAD"} and (await cell(route.method, route.url(), bare)).status != 403
    ]
    assert not wrong, f"took a write without its token: {wrong}"


async def test_not_yours_and_not_there_are_the_same(
    app: Front, db: Db, world: World, people: dict[str, Somebody], cell: Any
) -> None:
    """An id of the other gym, of somebody else, or of nobody: byte for byte the same answer."""
    theirs = await ids_of_others(db, world)
    wrong = []
    for route in routes(app):
        hole = next(iter(route.holes), "")
        if len(route.holes) != 1 or hole not in theirs or route.policy.kind == "public":
            continue
        for actor in ("member", "desk", "manager"):
            if route.expected(actor) != "in" or route.name in HANDS_OFF:
                continue
            absent, id = new_id(), theirs[hole]
            nobody = await cell(route.method, route.url({hole: absent}), people[actor])
            other = await cell(route.method, route.url({hole: id}), people[actor])
            if plain(nobody, absent) != plain(other, id):
                wrong.append(
                    f"{route.method} {route.path} ({route.name}) as {actor}: not there {nobody.status}, not yours {other.status}"
                )
    assert not wrong, "\n".join(wrong)


def plain(answer: Answer, id: Any) -> tuple[int, bytes]:
    request_id = answer.header("x-request-id")
    return answer.status, answer.body.replace(str(id).encode(), b"ID").replace(request_id.encode(), b"REQUEST")


async def ids_of_others(db: Db, world: World) -> dict[str, Any]:
    """For each `…_id` in a path: a row of the table of that name which belongs to the other gym or to Zed."""
    now, zed = datetime.now(UTC), world.id("zed")
    session, key, machine = new_id(), new_id(), new_id()
    await actions.open_session(db, zed, world.river_id, b"zed", id=session, now=now, ends_at=now, device="", address="")
    await db.run(
        "insert into passkey (id, person_id, credential_id, public_key, sign_count, name, made_at) values ($1, $2, '', '', 0, '', now())",
        key,
        zed,
    )
    await db.run(
        "insert into device (id, gym_id, name, kind, key_hash, made_by, made_at) values ($1, $2, 'River door', 'door', 'x', $3, now())",
        machine, world.river_id, zed,
    )  # fmt: skip
    found = {"session_id": session, "passkey_id": key, "device_id": machine, "person_id": zed}
    names = await db.column(
        "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'gym_id'"
    )
    for name in names:
        row = (
            await db.value(f'select id from "{name}" where gym_id = $1 limit 1', world.river_id)
            if await has_id(db, name)
            else None
        )
        if row is not None:
            found.setdefault(f"{name}_id", row)
    return found


async def has_id(db: Db, name: str) -> bool:
    return bool(
        await db.value("select exists(select from information_schema.columns where table_name = $1 and column_name = 'id')", name)
    )


def test_every_route_has_a_name_and_one_home(front: Front) -> None:
    """Two handlers at one address, or a route that nobody can link to, are mistakes."""
    seen: dict[tuple[str, str], Route] = {}
    for route in routes(front):
        twin = seen.setdefault((route.method, route.path), route)
        assert twin is route, f"{route.method} {route.path} is both {twin.name} and {route.name}"
