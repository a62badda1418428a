"""The radar: members who stay away from their own rhythm, and what came of calling them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.insights import actions
from app.insights.queries import radar
from app.web.asking import Ask, Db, Request, may
from app.web.forms import read_form
from app.web.pages import done, page
from app.words import _


class Called(Struct):
    id: UUID
    outcome: Literal["reached", "no_answer", "comes_back", "leaves", "leave_alone"]
    note: Annotated[str, Meta(max_length=1000)] = ""


async def shown(db: Database, actor: Actor) -> dict[str, Any]:
    watched = await radar.radar(db, (actor.gym_id,), actor.today(clock.now()), actor.currency)
    return {"watched": watched}


@get("/radar", name="insights.radar", guards=[may("insights.see")])
async def board(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "insights/radar.html", "watched", form=None, open_id=None, **await shown(db, actor))


@post("/radar/{member_id:uuid}/calls", name="insights.note_call", guards=[may("insights.see")])
async def note_call(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Called)
    if form.value is None:
        values = await shown(db, actor)
        return page(request, "insights/radar.html", "watched", status=422, form=form, open_id=member_id, **values)
    call = form.value
    found = await actions.note_call(db, actor, member_id, id=call.id, outcome=call.outcome, note=call.note, now=clock.now())
    if not found:
        raise NotFoundException
    values = await shown(db, actor)
    return done(
        request, "/owner/radar", "insights/radar.html", "watched", toast=_("The call is noted."), form=None, open_id=None, **values
    )  # fmt: skip


handlers = [board, note_call]
