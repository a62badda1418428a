"""Everything of mine: packed in the background, fetched, and, after two weeks of thought, forgotten."""

from collections.abc import AsyncIterator
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from app import clock
from app.db import Db as Connection
from app.db import new_id
from app.progress.actions import belongings
from app.progress.pages.telling import typed_in, uuid_or_none
from app.progress.queries import belongings as packed
from app.web.asking import Ask, Db, Request, recent, signed_in
from app.web.pages import go, page
from app.words import _


@get("/everything", name="progress.belongings", guards=[signed_in()])
async def everything(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "progress/belongings.html", "packing", **await packed.belongings_of(db, actor.person_id))


@post("/everything", name="progress.pack_belongings", guards=[signed_in()])
async def pack(request: Request, db: Db, actor: Ask) -> Response[str]:
    id = uuid_or_none(typed_in(await request.form()).get("id", "")) or new_id()
    await belongings.ask(db, actor, id=id, now=clock.now())
    return go(request, "/progress/everything", _("It is being packed. You can go on meanwhile."))


@get("/everything/{packed_id:uuid}/zip", name="progress.fetch_belongings", guards=[signed_in()])
async def fetch(request: Request, db: Db, actor: Ask, packed_id: FromPath[UUID]) -> Stream:
    places = await packed.pieces_of(db, actor.person_id, packed_id)
    if not places:
        raise NotFoundException
    house = request.app.state.database
    headers = {"Content-Disposition": 'attachment; filename="everything.zip"', "Cache-Control": "private, no-store"}
    return Stream(pieces(house.reading(), packed_id, places), media_type="application/zip", headers=headers)


async def pieces(db: Connection, id: UUID, places: list[int]) -> AsyncIterator[bytes]:
    for place in places:
        yield await packed.piece(db, id, place)


@post("/leave", name="progress.leave", guards=[signed_in(), recent])
async def leave(request: Request, db: Db, actor: Ask) -> Response[str]:
    typed = typed_in(await request.form())
    if typed.get("sure") != "yes":
        return go(request, "/progress/everything", _("Nothing was asked for: tick the box first."))
    await belongings.leave(db, actor, id=uuid_or_none(typed.get("id", "")) or new_id(), now=clock.now())
    return go(request, "/progress/everything", _("In two weeks everything personal is gone. Until then you can take it back."))


@post("/stay", name="progress.stay", guards=[signed_in()])
async def stay(request: Request, db: Db, actor: Ask) -> Response[str]:
    await belongings.stay(db, actor, now=clock.now())
    return go(request, "/progress/everything", _("Good to have you. Nothing is deleted."))


router = Router("/", route_handlers=[everything, pack, fetch, leave, stay])
