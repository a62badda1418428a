"""Every id that any test uses with success is tried first by strangers: whoever it does not belong to finds nothing there.

Two strangers knock with the honest request, cookie exchanged: somebody with every permission at the *other* gym, and another member of
the same gym. Both must be told what they would be told about an id that does not exist, and nothing may be written. What a club shares
on purpose is on `SHARED`, with the reason; a membership for all gyms is narrowed to its own one, for the moment.

The fast stage asks at the first request of each route (STRANGERS=first, which helps with one file too); `make strangers` at each.
"""

import asyncio
import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from app.accounts import actions
from app.actor import PERMISSIONS
from app.db import Db, new_id
from app.demo import world
from app.web.front import Front
from app.web.sessions import new_token
from tests.every_route import Route
from tests.known import Known

# Holes that name no row of anybody's; a backup is the whole house's, and named after its moment.
NOT_IDS = {"what", "tab", "sheet", "kind", "day", "act", "size", "slug", "number", "backup"}
RIVER, MEMBER = "everything at the other gym", "another member"


@dataclass(frozen=True)
class Shared:
    """An id that is this stranger's too, when the statement says so."""

    hole: str
    strangers: tuple[str, ...]
    sql: str
    why: str


SHARED = (
    Shared("type_id", (RIVER,), "select true", "a club has one price list for all its gyms"),
    Shared("role_id", (RIVER,), "select true", "a club has one list of roles for all its gyms"),
    Shared("job_id", (RIVER,), "select true", "one house does the work of all its gyms, and has one list of it"),
    Shared(
        "person_id", (RIVER,), "select exists (select from role_grant where person_id = $1 and gym_id is null)",
        "who has a role in the whole club works at every gym; what a manager may not do to an owner is a refusal that says so",
    ),
    Shared("exercise_id", (RIVER, MEMBER), "select scope = 'catalogue' from exercise where id = $1", "the catalogue is everybody's"),
    Shared("exercise_id", (MEMBER,), "select scope = 'gym' from exercise where id = $1", "the gym's movements are its members'"),
    Shared(
        "plan_id", (MEMBER,), "select sharing <> 'private' from plan where id = $1",
        "a plan of the gym is there to be read, copied and followed; one that is shared, by those it is shared with",
    ),
    Shared(
        "unit_id", (MEMBER,),
        "select coalesce(p.sharing, u.sharing) <> 'private' from training_unit u left join plan p on p.id = u.plan_id where u.id = $1",
        "the same for a unit",
    ),
)  # fmt: skip
# A membership that opens every gym makes its member everybody's: for the moment in which strangers knock it opens its own one.
NARROW = "update membership set gym_ids = array[gym_id] where gym_ids = '{}'"
WRITTEN = "select relname::text, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_xact_user_tables where n_tup_ins + n_tup_upd + n_tup_del > 0"
# Written by being here at all.
COUNTERS = {"guess", "busy_minute", "sign_in"}

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

tried = Known("tried")


def has_id(route: Route) -> bool:
    return bool(set(route.holes) - NOT_IDS) and route.policy.kind != "public"


def is_due(route: Route | None, request: httpx.Request) -> bool:
    how = os.environ.get("STRANGERS")
    if not how or route is None or not has_id(route) or (route.name in tried and how != "all"):
        return False
    return "sid=" in request.headers.get("cookie", "")


@dataclass
class Stranger:
    kind: str
    key: str
    headers: dict[str, str]


async def whose(db: Db, request: httpx.Request) -> UUID | None:
    """Who sends the honest one."""
    token = next(part[4:] for part in request.headers["cookie"].split("; ") if part.startswith("sid="))
    found: UUID | None = await db.value(
        "select person_id from sign_in where token_hash = $1", hashlib.sha256(token.encode()).digest()
    )
    return found


async def strangers(front: Front, db: Db, route: Route, ids: dict[str, str], honest: UUID | None) -> list[Stranger]:
    is_at_the_river = any(somebody.id == honest and somebody.gym_id == world.RIVER_ID for somebody in world.PEOPLE.values())
    found = [] if is_at_the_river or await is_theirs(db, RIVER, ids) else [await everything_at_the_river(front, db)]
    if route.policy.kind == "signed_in" and not await is_theirs(db, MEMBER, ids):
        key = next(key for key in ("lou", "pat") if world.PEOPLE[key].id != honest)
        found.append(Stranger(MEMBER, key, await sign_in(front, db, key)))
    return found


async def is_theirs(db: Db, kind: str, ids: dict[str, str]) -> bool:
    asked = [(each.sql, ids[each.hole]) for each in SHARED if kind in each.strangers and each.hole in ids]
    return any([await db.value(sql, *([UUID(id)] if "$1" in sql else [])) for sql, id in asked])


async def everything_at_the_river(front: Front, db: Db) -> Stranger:
    role = new_id()
    await db.run(
        "insert into role (id, name, permissions) values ($1, 'Everything', $2) on conflict do nothing", role, sorted(PERMISSIONS)
    )
    role = await db.value("select id from role where name = 'Everything'")
    await db.run(
        """insert into role_grant (id, person_id, role_id, gym_id, granted_at) values ($1, $2, $3, $4, now())
           on conflict do nothing""",
        new_id(), world.PEOPLE["zed"].id, role, world.RIVER_ID,
    )  # fmt: skip
    return Stranger(RIVER, "zed", await sign_in(front, db, "zed"))


async def sign_in(front: Front, db: Db, key: str) -> dict[str, str]:
    token, token_hash = new_token()
    now, somebody = datetime.now(UTC), world.PEOPLE[key]
    await actions.open_session(
        db, somebody.id, somebody.gym_id, token_hash, id=new_id(), now=now, ends_at=now + timedelta(hours=1), device="test",
        address="127.0.0.1", second_factor_done=True,
    )  # fmt: skip
    actor = await front.sessions.actor(front.database, token, now)
    assert actor is not None
    return {"cookie": f"sid={token}", "x-csrf-token": front.sessions.csrf(actor)}


async def read(transport: Any, request: httpx.Request) -> httpx.Response:
    answer: httpx.Response = await transport(request)
    await answer.aread()
    return answer


def plain(answer: httpx.Response) -> tuple[int, str]:
    """Without ids, and without the number of this very answer."""
    return answer.status_code, ID.sub("", answer.text).replace(answer.headers.get("x-request-id", ""), "")


async def complaints(front: Front, transport: Any, route: Route, request: httpx.Request, body: bytes) -> list[str]:
    """What strangers were told who should have been told the same as about an id of nobody's. Leaves no trace."""
    connection = front.database.pool.connection
    db = Db(connection)
    await connection.execute("savepoint stranger")
    try:
        honest = await whose(db, request)
        await connection.execute(NARROW)
        ids = dict(zip(route.path.split("/"), request.url.path.split("/"), strict=True))
        ids = {hole.strip("{}").partition(":")[0]: id for hole, id in ids.items() if ID.fullmatch(id)}
        async with asyncio.timeout(20):
            found = [
                await told(db, transport, route, request, body, who) for who in await strangers(front, db, route, ids, honest)
            ]
        return [f"{route.method} {route.path} ({route.name}) {one}" for one in found if one]
    except TimeoutError:
        return [f"{route.method} {route.path} ({route.name}) streams to strangers"]
    finally:
        await connection.execute("rollback to savepoint stranger; release savepoint stranger")
        await front.sessions.cache.new_epoch()


async def told(db: Db, transport: Any, route: Route, request: httpx.Request, body: bytes, who: Stranger) -> str:
    """The honest request as somebody else, and the same about an id of nobody's: what was wrong with the answer, if anything."""
    headers = {**{name: value for name, value in request.headers.items() if name not in who.headers}, **who.headers}
    nobodys = request.url.copy_with(path=ID.sub(lambda _: str(new_id()), request.url.path))
    before = await written(db)
    absent = await read(transport, httpx.Request(request.method, nobodys, headers=headers, content=body))
    between = await written(db)
    answer = await read(transport, httpx.Request(request.method, request.url, headers=headers, content=body))
    if answer.status_code == 404:
        return ""
    if plain(answer) != plain(absent):
        return f"told {who.kind} {answer.status_code}, not 404"
    after = await written(db)
    more = {table for table in after if after[table] != between.get(table) and between.get(table) == before.get(table)} - COUNTERS
    return f"wrote {sorted(more)} for {who.kind}" if more and answer.status_code < 400 else ""


async def written(db: Db) -> dict[str, int]:
    """How many rows of which table this transaction has written so far."""
    return dict(await db.connection.fetch(WRITTEN))
