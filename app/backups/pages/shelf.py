"""What there is, whether one was proven, making and proving one now, taking one away, and the owner's kit."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import segno
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream
from markupsafe import Markup
from msgspec import Meta, Struct

from app import clock
from app.accounts.actions import audit
from app.backups import actions, carry, house, keys, queries
from app.db import Db as Database
from app.jobs import queries as jobs
from app.web.asking import Ask, Db, Request, may, recent
from app.web.forms import read_form
from app.web.pages import done, page
from app.words import _


class Asked(Struct):
    id: UUID


class Paper(Struct):
    start: Annotated[str, Meta(min_length=1, max_length=100)]


def the_shelf(request: Request) -> house.Shelf:
    return house.shelf(request.app.state.settings, request.app.state.database.direct_dsn)


async def one_of(request: Request, name: str) -> house.Held:
    known = await asyncio.to_thread(house.held, the_shelf(request))
    found = next((one for one in known if one.name == name), None)
    if found is None:
        raise NotFoundException
    return found


async def shown(request: Request, db: Database) -> dict[str, Any]:
    shelf = the_shelf(request)
    now = clock.now()
    return {
        "form": None,
        "held": await asyncio.to_thread(house.held, shelf),
        "elsewhere": await house.known_elsewhere(shelf),
        "before": await house.known_before(shelf) if is_house(request) else [],
        "is_house": is_house(request),
        "waiting": [job for job in await jobs.waiting(db) if job.kind.startswith("backups.")],
        "proven": set(await queries.proven(db)),
        "runs": await queries.runs(db),
        "safety": await queries.safety(db, now),
        "folder": str(shelf.folder),
        "other": shelf.other.url if shelf.other else "",
        "has_kit": bool(shelf.keys.owners),
    }


def is_house(request: Request) -> bool:
    """One machine with its supervisor, who can change databases; a stack's operator does it by command."""
    return bool(request.app.state.settings.hub)


@get("/owner/backups", name="backups.overview", guards=[may("backups.manage")])
async def overview(request: Request, db: Db, actor: Ask) -> Response[str]:
    values = await shown(request, db)
    only_running = (
        "running" in request.query_params and values["waiting"]
    )  # the rest holds a form that somebody may be filling in
    return page(request, "backups/overview.html", "running" if only_running else "shelf", **values)


@post("/owner/backups", name="backups.make", guards=[may("backups.manage")])
async def make(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await ask_for(request, db, actor, "backup", "")


@post("/owner/backups/{backup:str}/drill", name="backups.prove", guards=[may("backups.manage")])
async def prove(request: Request, db: Db, actor: Ask, backup: FromPath[str]) -> Response[str]:
    await one_of(request, backup)
    return await ask_for(request, db, actor, "drill", backup)


@post("/owner/backups/{backup:str}/fetch", name="backups.fetch", guards=[may("backups.manage")])
async def fetch(request: Request, db: Db, actor: Ask, backup: FromPath[str]) -> Response[str]:
    if backup not in await house.known_elsewhere(the_shelf(request)):
        raise NotFoundException
    return await ask_for(request, db, actor, "fetch", backup)


@get("/owner/backups/{backup:str}/file", name="backups.file", guards=[may("backups.manage"), recent])
async def file(request: Request, db: Db, actor: Ask, backup: FromPath[str]) -> Stream:
    """One file to carry away: encrypted as it lies there, streamed however large."""
    held = await one_of(request, backup)
    await audit(db, actor, "backups.file", now=clock.now(), subject="backup", after={"name": held.name})
    headers = {"Content-Disposition": f'attachment; filename="spotter-{held.name}.tar"', "Cache-Control": "no-store"}
    return Stream(carry.packed(the_shelf(request).folder / held.name), media_type="application/x-tar", headers=headers)


async def ask_for(request: Request, db: Database, actor: Ask, kind: str, name: str) -> Response[str]:
    form = await read_form(request, Asked)
    if form.value is None:
        return page(request, "backups/overview.html", "shelf", status=422, **await shown(request, db))
    await actions.ask_for(db, actor, kind, id=form.value.id, name=name, now=clock.now())
    return done(request, "/owner/backups", "backups/overview.html", "shelf", toast=SAID[kind](), **await shown(request, db))


SAID: dict[str, Callable[[], str]] = {
    "backup": lambda: _("The backup is being made."),
    "drill": lambda: _("It is being restored beside the real one and compared."),
    "fetch": lambda: _("It is being fetched onto the shelf."),
}


@post("/owner/backups/kit", name="backups.kit", guards=[may("backups.manage"), recent])
async def kit(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Shown once, to be printed. Only its public half stays here."""
    data = request.app.state.settings.data
    new = await asyncio.to_thread(keys.make_kit, data)
    # A key that nobody was shown must open nothing: it counts once the act is committed.
    request.visit.after.append(partial(asyncio.to_thread, keys.let_in, data, new))
    await audit(db, actor, "backups.kit", now=clock.now(), subject="backup")
    text = f"{new.secret} hub:{new.hub}"
    code = Markup(segno.make(text, error="m", micro=False).svg_inline(scale=4, border=4, omitsize=True))
    return page(request, "backups/kit.html", kit=new, code=code, club=actor.gym_name)


@post("/owner/backups/kit/seen", name="backups.kit_seen", guards=[may("backups.manage")])
async def kit_seen(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Somebody has the paper in their hand, and shows it."""
    form = await read_form(request, Paper)
    data = request.app.state.settings.data
    if form.value is not None and not await asyncio.to_thread(keys.is_on_paper, data, form.value.start):
        form = form.refuse("start", _("No kit of this gym begins like that. If the paper is lost, make a new one."))
    if form.value is None:
        values = {**await shown(request, db), "form": form}
        return page(request, "backups/overview.html", "shelf", status=422, **values)
    await audit(db, actor, "backups.kit_seen", now=clock.now(), subject="backup")
    toast = _("Good: the paper is where it should be.")
    return done(request, "/owner/backups", "backups/overview.html", "shelf", toast=toast, **await shown(request, db))


handlers = [overview, make, prove, fetch, file, kit, kit_seen]
