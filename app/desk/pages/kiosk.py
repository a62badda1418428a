"""Screens without anybody signed in: the locked kiosk and the wall that only shows."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from app import clock
from app.accounts import passwords
from app.db import Db as Database
from app.desk import actions, queries, relay
from app.desk.actions import Door, Reused, Tap
from app.desk.forms import KioskForm, PinForm
from app.desk.pages.board import morphed, topic
from app.desk.pages.rules import KIOSK_COOKIE, give_key, hash_of
from app.desk.queries import Screen
from app.web.asking import Db, Swift, public
from app.web.forms import read_form
from app.web.live import ring, stream
from app.web.pages import go, page
from app.web.request import Request
from app.words import LOCALES, _

KIOSK = "desk/kiosk.html"
RESET = 4  # seconds that a verdict stays on the kiosk


async def the_kiosk(request: Request, db: Database) -> Screen:
    key = request.cookies.get(KIOSK_COOKIE, "")
    found = await queries.screen(db, "kiosk", hash_of(key)) if key else None
    if found is None:
        raise NotFoundException
    at_home(request, found)
    return found


def at_home(request: Request, screen: Screen) -> None:
    """Nobody is signed in: the gym's own clock and money."""
    request.visit.zone, request.visit.currency = ZoneInfo(screen.zone), screen.currency


def kiosk_page(request: Request, screen: Screen, *regions: str, status: int = 200, **values: Any) -> Response[str]:
    shown = {"said": None, "leaving": False, "wrong": "", "languages": LOCALES, **values}
    return page(request, KIOSK, *regions, status=status, screen=screen, **shown)


@get("/kiosk", name="desk.kiosk", guards=[public()])
async def kiosk(request: Request, db: Db, language: FromQuery[str] = "") -> Response[str]:
    screen = await the_kiosk(request, db)
    if language in LOCALES:
        secure = "; Secure" if request.visit.secure else ""
        request.visit.cookies.append(f"language={language}; Path=/; SameSite=Lax; Max-Age=31536000{secure}")
        return go(request, "/kiosk")
    return kiosk_page(request, screen)


@post("/kiosk/check-ins", name="desk.kiosk_check_in", guards=[public()], status_code=200)
async def kiosk_check_in(request: Request, swift: Swift) -> Response[str]:
    screen = await the_kiosk(request, swift)
    form = await read_form(request, KioskForm)
    if form.value is None or not form.value.q:
        return kiosk_page(request, screen, "said", status=422)
    door = Door(screen.gym_id, "kiosk", None, screen.name)
    said = await actions.check_in(swift, door, Tap(form.value.id, form.value.q), now=clock.now(), with_board=False)
    if isinstance(said, Reused):
        return kiosk_page(request, screen, "said", status=409)
    relay.open_after(request.visit.after, request.app.state.database, said)
    ring(request, topic(screen.gym_id))
    answer = kiosk_page(request, screen, "said", said=said)
    if not request.wants_regions:
        answer.headers["Refresh"] = f"{RESET}; url=/kiosk"
    return answer


@get("/kiosk/leave", name="desk.kiosk_leave", guards=[public()])
async def ask_to_leave(request: Request, db: Db) -> Response[str]:
    return kiosk_page(request, await the_kiosk(request, db), leaving=True)


@post("/kiosk/leave", name="desk.kiosk_left", guards=[public()], status_code=200)
async def leave(request: Request, swift: Swift) -> Response[str]:
    screen = await the_kiosk(request, swift)
    form = await read_form(request, PinForm)
    now = clock.now()
    if not await actions.try_pin(swift, screen.id, now=now):
        return kiosk_page(request, screen, status=429, leaving=True, wrong=_("Too many tries. Wait a minute."))
    pin = form.value.pin if form.value else ""
    if not await passwords.verify((screen.pin_hash or b"").decode() or None, pin):
        return kiosk_page(request, screen, status=422, leaving=True, wrong=_("That is not the PIN."))
    await actions.leave_kiosk(swift, screen.id, now=now)
    give_key(request, "", 0)
    return go(request, "/sign-in")


# --- the wall ------------------------------------------------------------------------------------------------------------


async def the_wall(request: Request, db: Database, key: str) -> Screen:
    found = await queries.screen(db, "wall", hash_of(key))
    if found is None:
        raise NotFoundException
    at_home(request, found)
    return found


async def wall_values(db: Database, screen: Screen) -> dict[str, Any]:
    now = clock.now()
    today = now.astimezone(ZoneInfo(screen.zone)).date()
    board = await queries.board(db, screen.gym_id, now)
    hours = await queries.arrivals_by_hour(db, screen.gym_id, today)
    hour = now.astimezone(ZoneInfo(screen.zone)).hour
    return {
        "screen": screen,
        "board": board,
        "hours": hours,
        "hour": hour,
        "most": max((line.arrivals for line in hours), default=0) or 1,
        "undo_since": now + timedelta(days=1),
    }


@get("/wall/{key:str}", name="desk.wall", guards=[public()])
async def wall(request: Request, db: Db, key: FromPath[str]) -> Response[str]:
    screen = await the_wall(request, db, key)
    answer = page(request, "desk/wall.html", "wall", key=key, **await wall_values(db, screen))
    answer.headers["Refresh"] = "300"
    return answer


@get("/wall/{key:str}/live", name="desk.wall_live", guards=[public()])
async def wall_live(request: Request, db: Db, key: FromPath[str]) -> Stream:
    screen = await the_wall(request, db, key)
    templates = request.app.state.templates

    async def draw(db: Database) -> str:
        values = {"actor": None, "now": clock.now(), "key": key, **await wall_values(db, screen)}
        return morphed(templates.regions("desk/wall.html", ("wall",), values).decode())

    return stream(request, topic(screen.gym_id), draw)


HANDLERS = [kiosk, kiosk_check_in, ask_to_leave, leave, wall, wall_live]
