"""The code on the screen at the door: members point their own phone at it and check in."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.desk import actions, queries, relay
from app.desk.actions import Door, Outcome, Reused, Tap
from app.desk.forms import PressForm
from app.desk.pages.board import as_uuid, topic
from app.desk.pages.kiosk import at_home
from app.desk.pages.rules import hash_of
from app.desk.queries import Screen
from app.desk.rules import code as codes
from app.desk.rules.code import Shown
from app.keyring import derived
from app.members.queries import member_of
from app.members.queries.people import Member
from app.web.asking import Ask, Db, Swift, public, signed_in
from app.web.forms import read_form
from app.web.live import ring
from app.web.pages import go, page
from app.web.qr import qr
from app.web.request import Request

OWN = "desk/own.html"
CODE = "desk/code.html"


def secret_of(request: Request) -> bytes:
    return derived(request.app.state.settings.secret, "door code")


# --- the screen ---------------------------------------------------------------------------------------------------------


@get("/door/{key:str}", name="desk.code", guards=[public()])
async def code_screen(request: Request, db: Db, key: FromPath[str]) -> Response[str]:
    """Hangs at the door and asks for the next code by itself."""
    screen = await queries.screen(db, "code", hash_of(key))
    if screen is None:
        raise NotFoundException
    at_home(request, screen)
    settings: Any = request.app.state.settings
    base = str(settings.origin or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")
    now = codes.code(secret_of(request), screen.id, clock.now())
    return page(request, CODE, "code", screen=screen, key=key, drawn=qr(f"{base}/me/door/{now}"), address=f"/me/door/{now}")


# --- the phone ----------------------------------------------------------------------------------------------------------


async def the_door(request: Request, db: Database, code: str) -> tuple[Screen, Shown]:
    """Where this code was shown, however long ago."""
    shown = codes.read(secret_of(request), code)
    screen = await queries.code_screen(db, shown.screen_id) if shown else None
    if shown is None or screen is None:
        raise NotFoundException
    at_home(request, screen)
    return screen, shown


def own_page(request: Request, screen: Screen, code: str, **values: Any) -> Response[str]:
    told: dict[str, Any] = {"status": 200, "said": None, "member": None, "handed": None, **values}
    return page(request, OWN, "door", screen=screen, code=code, **told)


@get("/me/door/{code:str}", name="desk.own_door", guards=[signed_in()])
async def own_door(request: Request, db: Db, actor: Ask, code: FromPath[str], tap: FromQuery[str] = "") -> Response[str]:
    screen, shown = await the_door(request, db, code)
    now, member = clock.now(), await member_of(db, actor.person_id)
    said = await own_answer(db, screen, actor, member, tap, now)
    handed = codes.word(secret_of(request), shown, actor.person_id) if shown.is_fresh(now) else None
    return own_page(request, screen, code, member=member, said=said, handed=handed)


async def own_answer(
    db: Database, screen: Screen, actor: Actor, member: Member | None, tap: str, now: datetime
) -> Outcome | None:
    id = as_uuid(tap)
    said = await actions.said(db, door_of(screen, actor), id, now=now) if id and member else None
    return said if said and said.member and member and said.member.id == member.id else None  # never somebody else's


def door_of(screen: Screen, actor: Actor) -> Door:
    return Door(screen.gym_id, "self", actor.person_id, screen.name)


@post("/me/door/{code:str}", name="desk.own_check_in", guards=[signed_in()], status_code=200)
async def own_check_in(request: Request, swift: Swift, actor: Ask, code: FromPath[str]) -> Response[str]:
    screen, shown = await the_door(request, swift, code)
    now, member = clock.now(), await member_of(swift, actor.person_id)
    form = await read_form(request, PressForm)
    if member is None or form.value is None:
        return own_page(request, screen, code, member=member, status=422)
    if not (shown.may_press(now) and codes.keeps_word(secret_of(request), shown, actor.person_id, form.value.word)):
        return own_page(request, screen, code, member=member, status=409)
    tap = Tap(form.value.id, member_id=member.id)
    said = await actions.check_in(swift, door_of(screen, actor), tap, now=now, with_board=False)
    if isinstance(said, Reused):
        return own_page(request, screen, code, member=member, status=409)
    relay.open_after(request.visit.after, request.app.state.database, said)
    ring(request, topic(screen.gym_id))
    if not request.wants_regions:
        return go(request, f"/me/door/{code}?tap={said.id}")
    return own_page(request, screen, code, member=member, said=said)


HANDLERS = [code_screen, own_door, own_check_in]
