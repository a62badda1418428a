"""What the same machine does with less: the floors that every figure stands beside.

(a) /bare      Granian and nothing else
(b) /litestar  a bare Litestar handler
(c) the rest   that, and the very statements of a path on asyncpg: no rules, no dataclasses, no session, no form, no page, no log

The statements are not written down here a second time: the house's own functions run once with a database that listens, and
what it heard is sent again for each request, with the ids, cards and numbers of that request.
"""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import uvloop
from granian.constants import Interfaces
from granian.log import LogLevels
from litestar import Litestar, Request, get, post

from app import clock, db
from app.backups import queries as backups
from app.db import Db
from app.demo import world
from app.demo.year import actor_of
from app.desk import actions
from app.desk.actions.writing import Needs, admit
from app.desk.doorways import doorway
from app.desk.facts import asked, statement
from app.desk.queries import board as board_of
from app.insights.queries.radar import radar
from app.insights.queries.today import now_at
from app.jobs import queries as jobs
from app.members.queries.finding import find
from app.supervisor.web import OnSocket
from app.today.queries import morning
from app.training.actions import sets
from app.training.queries import workouts


async def no_reset(connection: asyncpg.Connection) -> None:
    """asyncpg's own pool, spared the RESET ALL that it would send after every loan."""


DEE, MO, ANA = (actor_of(world.PEOPLE[key]) for key in ("dee", "mo", "ana"))
DESK = actions.desk_of(DEE)
database = db.Database(pool=None)
Statement = tuple[str, tuple[Any, ...]]
heard: dict[str, list[Statement]] = {}


class Listening(Db):
    """Answers as the real one, and keeps what it was asked."""

    __slots__ = ("kept",)

    def __init__(self, pool: Any) -> None:
        super().__init__(pool)
        self.kept: list[Statement] = []

    async def ready(self) -> Any:
        return self

    async def fetch(self, sql: str, *args: Any) -> Any:
        self.kept.append((sql, args))
        return await self.connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        self.kept.append((sql, args))
        return await self.connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        self.kept.append((sql, args))
        return await self.connection.fetchval(sql, *args)


async def statements(name: str, ask: Callable[[Db], Awaitable[Any]]) -> list[Statement]:
    if name not in heard:
        listening = Listening(database.pool)
        await ask(listening)
        heard[name] = listening.kept
    return heard[name]


async def again(name: str, ask: Callable[[Db], Awaitable[Any]]) -> str:
    for sql, args in await statements(name, ask):
        await database.pool.fetch(sql, *args)
    return "ok"


@get("/litestar")
async def bare() -> str:
    return "ok"


@get("/board")
async def board() -> str:
    return await again("board", lambda db: board_of(db, DESK.gym_id, clock.now()))


FACTS = statement(with_board=True)


@post("/check-in")
async def check_in(request: Request) -> str:
    """Both statements of a tap: what is known, and the guarded write for somebody with a pass."""
    said, card = (await request.body()).decode().split()
    id, now, pool = UUID(said), clock.now(), database.pool
    here = await doorway(Db(pool), DESK.gym_id)
    today = here.day(now)
    facts = await pool.fetchrow(FACTS, *asked(here, now, today, card, None, id))
    used, _name, starts_on, ends_on, *_terms = facts["passes"][0]
    sql, names = admit(Needs(room=here.capacity is not None, used=True, out=facts["is_unended"]))
    values = {
        "id": id, "gym": DESK.gym_id, "member": facts["id"], "nth": (facts["nth"] or 0) + 1, "weeks": (facts["weeks"] or 0) + 1, "last": facts["last_id"], "took": True, "takes": True, "now": now,
        "today": today, "stays_until": now + timedelta(minutes=here.stay_minutes), "capacity": here.capacity, "is_tight": False,
        "device_at": None, "channel": DESK.channel, "by": DESK.by, "device": DESK.device, "card": card, "name": facts["name"],
        "outcome": "allowed", "codes": [], "reasons": [], "hash": hashlib.sha256(said.encode()).digest(),
        "pass": used, "starts_on": starts_on, "ends_on": ends_on, "suspended_on": None, "cancelled_on": None,
    }  # fmt: skip
    written = await pool.fetchrow(sql, *(values[name] for name in names))
    assert written is not None
    return "ok"


MODES = sets.fitting(sets.Numbers(None, 1))


@post("/set")
async def log_a_set(request: Request) -> str:
    exercise, id, reps = (await request.body()).decode().split()
    now = clock.now()
    written = await database.pool.fetchrow(
        sets.LOG,
        MO.person_id,
        UUID(exercise),
        UUID(id),
        "normal",
        62_500,
        int(reps),
        None,
        None,
        None,
        True,
        now,
        False,
        MODES,
        None,
    )
    assert written is not None
    return "ok"


@get("/workout/{id:uuid}")
async def workout(id: UUID) -> str:
    ((sql, args),) = await statements("workout", lambda db: workouts.workout(db, MO.person_id, id))
    await database.pool.fetchrow(sql, id, *args[1:])
    return "ok"


@get("/today")
async def today() -> str:
    now = clock.now()
    day = MO.today(now)

    return await again("today", lambda db: morning(db, MO.person_id, day, now))


@get("/search")
async def search() -> str:
    return await again("search", lambda db: find(db, "Member 7", DEE.gym_ids, DEE.today(clock.now())))


@get("/dashboard")
async def dashboard() -> str:
    now = clock.now()

    async def ask(db: Db) -> None:
        await now_at(db, ANA.gym_id, now, ANA.zone)
        await radar(db, (ANA.gym_id,), ANA.today(now), ANA.currency)
        await backups.safety(db, now)
        await jobs.health(db, now)

    return await again("dashboard", ask)


app = Litestar(
    route_handlers=[bare, board, check_in, log_a_set, workout, today, search, dashboard], openapi_config=None, logging_config=None
)


async def front(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http" and scope["path"] == "/bare":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
    else:
        await app(scope, receive, send)


async def main(descriptor: int) -> None:
    database.pool = await asyncpg.create_pool(
        os.environ["DATABASE_URL"],
        min_size=1,
        max_size=6,
        init=db.prepare,
        reset=no_reset,
        command_timeout=6,
        statement_cache_size=500,
    )
    server = OnSocket(front, descriptor, True, interface=Interfaces.ASGI, websockets=False, log_level=LogLevels.error)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
