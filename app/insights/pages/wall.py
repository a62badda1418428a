"""A screen in the office that shows Today to whoever passes: nobody signed in, nothing to press, known by its key."""

import hashlib
import secrets
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream
from msgspec import Meta, Struct

from app import clock
from app.actor import Actor
from app.backups import queries as backups
from app.db import Db as Database
from app.insights import actions
from app.insights.queries import radar, walls
from app.insights.queries import today as today_
from app.insights.queries.walls import Wall
from app.web.asking import Ask, Db, Request, may, public, recent
from app.web.forms import Form, read_form
from app.web.live import stream
from app.web.pages import go, page, regions
from app.words import _


class New(Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    with_money: bool = False


def hash_of(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


async def listed(request: Request, db: Database, actor: Actor, status: int = 200, **more: Any) -> Response[str]:
    values = {"form": None, "made": "", **more}
    return page(request, "insights/walls.html", status=status, walls=await walls.walls(db, actor.gym_ids), **values)


@get("/walls", name="insights.walls", guards=[may("tokens.manage")])
async def all_walls(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await listed(request, db, actor)


@post("/walls", name="insights.add_wall", guards=[may("tokens.manage"), recent], status_code=200)
async def add(request: Request, db: Db, actor: Ask) -> Response[str]:
    """The address is shown this once; only its hash stays here."""
    form: Form[New] = await read_form(request, New)
    if form.value is None:
        return await listed(request, db, actor, 422, form=form)
    key = secrets.token_urlsafe(24)
    new = form.value
    await actions.add_wall(
        db, actor, new.name, key_hash=hash_of(key), with_money=new.with_money, id=new.id, now=clock.now()
    )  # fmt: skip
    return await listed(request, db, actor, made=f"/office/{key}")


@post("/walls/{wall_id:uuid}/end", name="insights.end_wall", guards=[may("tokens.manage")])
async def end(request: Request, db: Db, actor: Ask, wall_id: FromPath[UUID]) -> Response[str]:
    if not await actions.end_wall(db, actor, wall_id, now=clock.now()):
        raise NotFoundException
    return go(request, "/owner/walls", _("That screen shows nothing any more."))


async def the_wall(request: Request, db: Database, key: str) -> Wall:
    found = await walls.by_key(db, hash_of(key))
    if found is None:
        raise NotFoundException
    request.visit.zone, request.visit.currency = ZoneInfo(found.zone), found.currency
    return found


async def values(db: Database, wall: Wall) -> dict[str, Any]:
    now = clock.now()
    zone = ZoneInfo(wall.zone)
    watched = await radar.radar(db, (wall.gym_id,), now.astimezone(zone).date(), wall.currency)
    seen = await today_.now_at(db, wall.gym_id, now, zone)
    return {"wall": wall, "seen": seen, "away": len(watched), "safety": await backups.safety(db, now)}


@get("/office/{key:str}", name="insights.wall", guards=[public()])
async def wall(request: Request, db: Db, key: FromPath[str]) -> Response[str]:
    found = await the_wall(request, db, key)
    answer = page(request, "insights/wall.html", "wall", key=key, **await values(db, found))
    answer.headers["Refresh"] = "300"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@get("/office/{key:str}/live", name="insights.wall_live", guards=[public()])
async def wall_live(request: Request, db: Db, key: FromPath[str]) -> Stream:
    found = await the_wall(request, db, key)

    async def draw(db: Database) -> str:
        return regions(request, "insights/wall.html", "wall", key=key, **await values(db, found))

    return stream(request, f"desk:{found.gym_id}", draw)


handlers = [all_walls, add, end]
public_handlers = [wall, wall_live]
