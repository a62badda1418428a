"""Every id that any test uses with success is tried first by strangers: whoever it does not belong to finds nothing there.

Two strangers knock with the honest request, cookie exchanged: somebody with every permission at the *other* gym, and another member of
the same gym. Both must be told what they would be told about an id that does not exist. With STRANGERS=file what was said otherwise is
written there, to be looked at: what a club shares on purpose, a catalogue or a membership for all its gyms, is on the list too.
"""

import asyncio
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.accounts import actions
from app.actor import PERMISSIONS
from app.db import Db, new_id
from app.demo import world
from app.web.front import Front
from app.web.sessions import new_token
from tests.every_route import Route

# Holes that name no row of anybody's.
NOT_IDS = {"what", "tab", "sheet", "kind", "day", "act", "size", "slug", "number"}
# Whose ids are everybody's, and why.
SHARED: dict[str, str] = {}

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

tried: set[str] = set()


def has_id(route: Route) -> bool:
    return bool(set(route.holes) - NOT_IDS) and route.policy.kind != "public"


def is_due(route: Route | None, request: httpx.Request) -> bool:
    if "STRANGERS" not in os.environ:
        return False
    if route is None or route.name in tried or route.name in SHARED or not has_id(route):
        return False
    return "sid=" in request.headers.get("cookie", "")


@dataclass
class Stranger:
    kind: str
    key: str
    headers: dict[str, str]


async def strangers(front: Front, db: Db, route: Route, honest: Any) -> list[Stranger]:
    found = [await everything_at_the_river(front, db)]
    if route.policy.kind == "signed_in":
        key = next(key for key in ("lou", "pat") if world.PEOPLE[key].id != honest)
        found.append(Stranger("another member", key, await sign_in(front, db, key)))
    return found


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
    return Stranger("everything at the other gym", "zed", await sign_in(front, db, "zed"))


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
    await connection.execute("savepoint stranger")
    try:
        honest = await connection.fetchval("select person_id from sign_in order by created_at desc, id desc limit 1")
        wrong = []
        for stranger in await strangers(front, Db(connection), route, honest):
            headers = {
                **{name: value for name, value in request.headers.items() if name not in stranger.headers},
                **stranger.headers,
            }
            nobodys = request.url.copy_with(path=ID.sub(lambda _: str(new_id()), request.url.path))
            async with asyncio.timeout(5):
                absent, answer = [
                    await read(transport, httpx.Request(request.method, url, headers=headers, content=body))
                    for url in (nobodys, request.url)
                ]
            if answer.status_code != 404 and plain(answer) != plain(absent):
                wrong.append(f"{route.method} {route.path} ({route.name}) told {stranger.kind} {answer.status_code}, not 404")
        return wrong
    except TimeoutError:
        return [f"{route.method} {route.path} ({route.name}) streams to strangers"]
    finally:
        await connection.execute("rollback to savepoint stranger; release savepoint stranger")
        await front.sessions.cache.new_epoch()
