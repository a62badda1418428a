"""What the same machine does with less: the floors that every figure stands beside.

(a) /bare      Granian and nothing else
(b) /litestar  a bare Litestar handler
(c) the rest   that, and the very statements of a path with the rules between them: no session, no form, no page, no log
"""

import asyncio
import os
import signal
import sys
from typing import Any
from uuid import UUID

import uvloop
from granian.constants import Interfaces
from granian.log import LogLevels
from litestar import Litestar, Request, get, post

from app import clock, db
from app.backups import queries as backups
from app.demo import world
from app.demo.year import actor_of
from app.desk import actions, queries
from app.insights import queries as insights
from app.members.queries.finding import find
from app.members.queries.sold import held_by
from app.plans.queries import next_day
from app.supervisor.web import OnSocket
from app.today.queries import morning
from app.training.actions import sets
from app.training.queries import workouts
from app.training.rules.sets import Numbers

DEE, MO, ANA = (actor_of(world.PEOPLE[key]) for key in ("dee", "mo", "ana"))
DESK = actions.desk_of(DEE)
database = db.Database(pool=None)


@get("/litestar")
async def bare() -> str:
    return "ok"


@get("/board")
async def board() -> str:
    await queries.board(database.reading(), DESK.gym_id, clock.now())
    return "ok"


@post("/check-in")
async def check_in(request: Request) -> str:
    id, card = (await request.body()).decode().split()
    await actions.check_in(database.swift(), DESK, actions.Tap(UUID(id), card), now=clock.now())
    return "ok"


@post("/set")
async def log_a_set(request: Request) -> str:
    exercise, id, reps = (await request.body()).decode().split()
    now = clock.now()
    said = sets.Said(UUID(id), UUID(exercise), "normal", Numbers(62_500, int(reps)), True, now)
    await sets.log_set(database.swift(), MO.person_id, said, now=now)
    return "ok"


@get("/workout/{id:uuid}")
async def workout(id: UUID) -> str:
    await workouts.workout(database.reading(), MO.person_id, id)
    return "ok"


@get("/today")
async def today() -> str:
    reading, day = database.reading(), MO.today(clock.now())
    mine = await morning(reading, MO.person_id, day)
    await next_day(reading, MO.person_id, day)
    if mine.member_id:
        await held_by(reading, mine.member_id, with_shared=True)
    return "ok"


@get("/search")
async def search() -> str:
    await find(database.reading(), "Member 7", DEE.gym_ids, DEE.today(clock.now()))
    return "ok"


@get("/dashboard")
async def dashboard() -> str:
    reading, now = database.reading(), clock.now()
    await insights.now_at(reading, ANA.gym_id, now, ANA.zone)
    await insights.radar(reading, ANA.gym_id, ANA.today(now), ANA.currency)
    await backups.safety(reading, now)
    return "ok"


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
    database.pool = await db.open_pool(os.environ["DATABASE_URL"])
    server = OnSocket(front, descriptor, True, interface=Interfaces.ASGI, websockets=False, log_level=LogLevels.error)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
