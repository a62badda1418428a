"""What the same machine does with less: the floors that every figure stands beside.

/bare      Granian and nothing else
/litestar  a bare Litestar handler
/board     that, and the very query of the desk board
/check-in  that, and the very act of a check-in (statements and rules; no session, no form, no page, no log)
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
from app.demo import world
from app.demo.year import actor_of
from app.desk import actions, queries
from app.supervisor.web import OnSocket

DESK = actions.desk_of(actor_of(world.PEOPLE["dee"]))
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


app = Litestar(route_handlers=[bare, board, check_in], openapi_config=None, logging_config=None)


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
