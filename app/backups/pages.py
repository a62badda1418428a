"""Backups: what there is, whether one was proven, making and proving one now, and the owner's kit."""

import asyncio
from typing import Any
from uuid import UUID

import segno
from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from markupsafe import Markup
from msgspec import Struct

from app import clock
from app.accounts.actions import audit
from app.backups import actions, house, keys, queries
from app.db import Db as Database
from app.web.asking import Ask, Db, Request, may, recent
from app.web.forms import read_form
from app.web.pages import done, page
from app.words import _


class Asked(Struct):
    id: UUID


async def shown(request: Request, db: Database) -> dict[str, Any]:
    shelf = house.shelf(request.app.state.settings, request.app.state.database.direct_dsn)
    now = clock.now()
    return {
        "held": await asyncio.to_thread(house.held, shelf),
        "proven": set(await queries.proven(db)),
        "runs": await queries.runs(db),
        "safety": await queries.safety(db, now),
        "folder": str(shelf.folder),
        "other": shelf.other,
        "has_kit": bool(shelf.keys.owners),
    }


@get("/", name="backups.overview", guards=[may("backups.manage")])
async def overview(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "backups/overview.html", "shelf", **await shown(request, db))


@post("/", name="backups.make", guards=[may("backups.manage")])
async def make(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await ask_for(request, db, actor, "backup", "")


@post("/{backup:str}/drill", name="backups.prove", guards=[may("backups.manage")])
async def prove(request: Request, db: Db, actor: Ask, backup: FromPath[str]) -> Response[str]:
    known = await asyncio.to_thread(house.held, house.shelf(request.app.state.settings, request.app.state.database.direct_dsn))
    if backup not in {one.name for one in known}:
        raise NotFoundException
    return await ask_for(request, db, actor, "drill", backup)


async def ask_for(request: Request, db: Database, actor: Ask, kind: str, name: str) -> Response[str]:
    form = await read_form(request, Asked)
    if form.value is None:
        return page(request, "backups/overview.html", "shelf", status=422, **await shown(request, db))
    await actions.ask_for(db, actor, kind, id=form.value.id, name=name, now=clock.now())
    said = _("The backup is being made.") if kind == "backup" else _("It is being restored beside the real one and compared.")
    return done(request, "/owner/backups", "backups/overview.html", "shelf", toast=said, **await shown(request, db))


@post("/kit", name="backups.kit", guards=[may("backups.manage"), recent])
async def kit(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Shown once, to be printed. Only its public half stays here."""
    new = await asyncio.to_thread(keys.new_kit, request.app.state.settings.data)
    await audit(db, actor, "backups.kit", now=clock.now(), subject="backup")
    text = f"{new.secret} hub:{new.hub}"
    code = Markup(segno.make(text, error="m", micro=False).svg_inline(scale=4, border=4, omitsize=True))
    return page(request, "backups/kit.html", kit=new, code=code, club=actor.gym_name)


router = Router("/owner/backups", route_handlers=[overview, make, prove, kit])
