"""Today: what needs the owner, each number a way to the people behind it."""

from litestar import Response, get
from litestar.response import Stream

from app import clock
from app.actor import Actor
from app.backups import queries as backups
from app.db import Db as Database
from app.insights import queries
from app.web.asking import Ask, Db, Request, may
from app.web.live import stream
from app.web.pages import page, regions


@get("/", name="insights.today", guards=[may("insights.see")])
async def board(request: Request, db: Db, actor: Ask) -> Response[str]:
    now = clock.now()
    seen = await queries.now_at(db, actor.gym_id, now, actor.zone)
    watched = await queries.radar(db, actor.gym_id, actor.today(now), actor.currency)
    return page(
        request, "insights/today.html", seen=seen, watched=watched[:5], away=len(watched), safety=await backups.safety(db, now)
    )


@get("/live", name="insights.live", guards=[may("insights.see")])
async def live(request: Request, actor: Ask) -> Stream:
    return stream(request, f"desk:{actor.gym_id}", lambda db: moving(request, db, actor))


async def moving(request: Request, db: Database, actor: Actor) -> str:
    seen = await queries.now_at(db, actor.gym_id, clock.now(), actor.zone)
    return regions(request, "insights/today.html", "moving", seen=seen)


handlers = [board, live]
