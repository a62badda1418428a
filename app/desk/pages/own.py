"""The gym's code at the door: a member opens it with their own phone and checks in."""

from typing import Any

import segno
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.desk import actions, queries, relay
from app.desk.actions import Door, Outcome, Reused, Tap
from app.desk.forms import OnceForm
from app.desk.pages.board import as_uuid, topic
from app.desk.pages.kiosk import at_home
from app.desk.pages.rules import hash_of
from app.desk.queries import Screen
from app.members.queries import member_of
from app.members.queries.people import Member
from app.web.asking import Ask, Db, Swift, may, signed_in
from app.web.forms import read_form
from app.web.live import ring
from app.web.pages import go, page
from app.web.request import Request

OWN = "desk/own.html"


async def the_door(request: Request, db: Database, key: str) -> Screen:
    found = await queries.screen(db, "code", hash_of(key))
    if found is None:
        raise NotFoundException
    at_home(request, found)
    return found


def own_page(
    request: Request, screen: Screen, key: str, member: Member | None, said: Outcome | None = None, *, status: int = 200
) -> Response[str]:
    return page(request, OWN, "door", status=status, screen=screen, key=key, member=member, said=said)


@get("/me/door/{key:str}", name="desk.own_door", guards=[signed_in()])
async def own_door(request: Request, db: Db, actor: Ask, key: FromPath[str], tap: FromQuery[str] = "") -> Response[str]:
    screen, member = await the_door(request, db, key), await member_of(db, actor.person_id)
    id = as_uuid(tap)
    said = await actions.said(db, door_of(screen, actor), id, now=clock.now()) if id else None
    if said is not None and (member is None or said.member is None or said.member.id != member.id):
        said = None  # somebody else's
    return own_page(request, screen, key, member, said)


def door_of(screen: Screen, actor: Actor) -> Door:
    return Door(screen.gym_id, "self", actor.person_id, screen.name)


@post("/me/door/{key:str}", name="desk.own_check_in", guards=[signed_in()], status_code=200)
async def own_check_in(request: Request, swift: Swift, actor: Ask, key: FromPath[str]) -> Response[str]:
    screen, member = await the_door(request, swift, key), await member_of(swift, actor.person_id)
    form = await read_form(request, OnceForm)
    if member is None or form.value is None:
        return own_page(request, screen, key, member, status=422)
    said = await actions.check_in(swift, door_of(screen, actor), Tap(form.value.id, member_id=member.id), now=clock.now())
    if isinstance(said, Reused):
        return own_page(request, screen, key, member, status=409)
    relay.open_after(request.visit.after, request.app.state.database, said)
    ring(request, topic(screen.gym_id))
    if not request.wants_regions:
        return go(request, f"/me/door/{key}?tap={said.id}")
    return own_page(request, screen, key, member, said)


@get("/desk/codes/{key:str}", name="desk.door_code", guards=[may("desk.policy")])
async def door_code(request: Request, db: Db, actor: Ask, key: FromPath[str]) -> Response[str]:
    """To print and to hang up at the door."""
    screen = await the_door(request, db, key)
    if screen.gym_id != actor.gym_id:
        raise NotFoundException
    settings: Any = request.app.state.settings
    base = str(settings.origin or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")
    drawn = Markup(
        segno.make(f"{base}/me/door/{key}", error="m", micro=False).svg_inline(
            border=3, omitsize=True, svgclass="qr", lineclass=None
        )
    )
    return page(request, "desk/code.html", screen=screen, drawn=drawn, key=key)


HANDLERS = [own_door, own_check_in, door_code]
