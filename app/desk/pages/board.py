"""The desk itself: scan, read the verdict, see who came."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.db import new_id
from app.desk import actions, queries, relay
from app.desk.actions import Outcome, Reused, Tap, TooLate, desk_of
from app.desk.forms import OnceForm, OverrideForm, TapForm
from app.desk.rules.verdict import UNDO, fixes
from app.members.queries.finding import Found, find
from app.web.asking import Ask, Db, Swift, may
from app.web.forms import read_form
from app.web.live import ring, stream
from app.web.pages import done, go, page
from app.web.request import Request
from app.words import _

BOARD = "desk/board.html"
AFTER_A_TAP = ("verdict", "counters", "arrivals")
AFTER_A_NEW_TAP = ("verdict", "counters", "lines>arrivals", "results")


async def board_page(
    request: Request, db: Database, actor: Actor, *regions: str, status: int = 200, toast: str | None = None, **values: Any
) -> Response[str]:
    """The whole board for a plain visit; htmx brings what it wants to see drawn."""
    now = clock.now()
    if "board" not in values and (not regions or not request.wants_regions or {"counters", "arrivals"} & set(regions)):
        values["board"] = await queries.board(db, actor.gym_id, now)
    shown = {"board": None, "outcome": None, "results": None, "fix": None, "form": None, "conflict": False, "said": "", **values}
    outcome = shown["outcome"]
    shown["ways"] = fixes(outcome.verdict) if outcome else ()
    shown["undo_since"] = now - UNDO
    return page(request, BOARD, *regions, status=status, toast=toast, **shown)


@get("/desk", name="desk.board", guards=[may("desk.use")])
async def board(
    request: Request, db: Db, actor: Ask, tap: FromQuery[UUID | None] = None, q: FromQuery[str] = ""
) -> Response[str]:
    outcome = await actions.said(db, desk_of(actor), tap, now=clock.now()) if tap else None
    found = await find(db, q, actor.gym_ids, actor.today(clock.now())) if q else None
    return await board_page(request, db, actor, outcome=outcome, results=found, said=q)


@get("/desk/find", name="desk.find", guards=[may("desk.use")])
async def results(request: Request, db: Db, actor: Ask, q: FromQuery[str] = "") -> Response[str]:
    found = await find(db, q, actor.gym_ids, actor.today(clock.now()))
    return await board_page(request, db, actor, "results", results=found, said=q)


@post("/desk/check-ins", name="desk.check_in", guards=[may("desk.use")], status_code=200)
async def check_in(request: Request, swift: Swift, actor: Ask) -> Response[str]:
    form = await read_form(request, TapForm)
    if form.value is None or not (form.value.q or form.value.member_id):
        return await board_page(
            request, swift, actor, "results", form=form, results=None, said=form.typed.get("q", ""), status=422
        )
    tap = form.value
    if not tap.member_id and tap.via != "scan":
        found = await look_up(swift, actor, tap.q)
        if found is not None and len(found) != 1:
            return await board_page(request, swift, actor, "results", results=found, said=tap.q)
        if found:
            tap.member_id, tap.q = found[0].id, ""
    elif tap.member_id and not await queries.is_member(swift, tap.member_id, actor.gym_ids):
        raise NotFoundException
    return await settle(request, swift, actor, Tap(tap.id, tap.q, tap.member_id))


async def look_up(db: Database, actor: Actor, said: str) -> list[Found] | None:
    """Who was meant. None: it is a card, or at least something that only a reader would say."""
    if await queries.is_card(db, said):
        return None
    found = await find(db, said, actor.gym_ids, actor.today(clock.now()))
    return None if not found and any(sign.isdigit() for sign in said) else found


async def settle(request: Request, db: Database, actor: Actor, tap: Tap) -> Response[str]:
    said = await actions.check_in(db, desk_of(actor), tap, now=clock.now(), with_board=request.wants_regions)
    if isinstance(said, Reused):
        return await board_page(request, db, actor, "verdict", conflict=True, status=409)
    return await answer(request, db, actor, said)


async def answer(request: Request, db: Database, actor: Actor, said: Outcome) -> Response[str]:
    """Verdict, counters and the new arrival in one answer; every other desk hears the bell. A tap that was answered before may be
    on this page or not: all arrivals are drawn."""
    relay.open_after(request.visit.after, request.app.state.database, said)
    ring(request, topic(actor.gym_id))
    if not request.wants_regions:
        return go(request, f"/desk?tap={said.id}")
    if said.is_replay:
        return await board_page(request, db, actor, *AFTER_A_TAP, "results", outcome=said)
    shown: dict[str, Any] = {"results": None, "fix": None, "form": None, "conflict": False, "said": ""}
    return page(
        request,
        BOARD,
        *AFTER_A_NEW_TAP,
        outcome=said,
        board=said.board,
        ways=fixes(said.verdict),
        undo_since=clock.now() - UNDO,
        **shown,
    )


@post("/desk/overrides", name="desk.override", guards=[may("desk.override")], status_code=200)
async def override(request: Request, swift: Swift, actor: Ask) -> Response[str]:
    form = await read_form(request, OverrideForm)
    if form.value is None:
        member_id = as_uuid(form.typed.get("member_id"))
        if member_id is None:
            raise NotFoundException
        return await board_page(
            request, swift, actor, "fix", fix={"what": "override", "member_id": member_id}, form=form, status=422
        )
    asked = form.value
    if not await queries.is_member(swift, asked.member_id, actor.gym_ids):
        raise NotFoundException
    return await settle(request, swift, actor, Tap(asked.id, member_id=asked.member_id, why=asked.why))


def as_uuid(said: object) -> UUID | None:
    try:
        return UUID(str(said))
    except ValueError:
        return None


@post("/desk/visits/{visit_id:uuid}/undo", name="desk.undo", guards=[may("desk.use")], status_code=200)
async def undo(request: Request, swift: Swift, actor: Ask, visit_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, OnceForm)
    id = form.value.id if form.value else new_id()
    undone = await actions.undo(swift, actor, visit_id, id=id, now=clock.now())
    if undone is None:
        raise NotFoundException
    if isinstance(undone, TooLate):
        return await board_page(request, swift, actor, "arrivals", toast=_("Too late to undo: the minute is over."), status=409)
    ring(request, topic(actor.gym_id))
    given = _("The visit is back on the pack.") if undone.gave_back else ""
    toast = " ".join((_("%(name)s's check-in is undone.", name=undone.name), given)).strip()
    if not request.wants_regions:
        return go(request, "/desk", toast)
    return await board_page(request, swift, actor, *AFTER_A_TAP, toast=toast)


@post("/desk/visits/{visit_id:uuid}/check-out", name="desk.check_out", guards=[may("desk.use")], status_code=200)
async def check_out(request: Request, swift: Swift, actor: Ask, visit_id: FromPath[UUID]) -> Response[str]:
    name = await actions.check_out(swift, actor, visit_id, now=clock.now())
    if name is None:
        raise NotFoundException
    ring(request, topic(actor.gym_id))
    toast = _("%(name)s has left.", name=name)
    if not request.wants_regions:
        return go(request, "/desk/inside", toast)
    if "inside" in request.headers.get("hx-current-url", ""):
        return await inside_page(request, swift, actor, "inside", toast=toast)
    return await board_page(request, swift, actor, "counters", "arrivals", toast=toast)


async def inside_page(request: Request, db: Database, actor: Actor, *regions: str, toast: str | None = None) -> Response[str]:
    now = clock.now()
    return page(request, "desk/inside.html", *regions, inside=await queries.inside(db, actor.gym_id, now), toast=toast)


@get("/desk/inside", name="desk.inside", guards=[may("desk.use")])
async def inside(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Who is in: to check out by hand, and to print when everybody has to leave."""
    return await inside_page(request, db, actor)


@post("/desk/inside/everybody-out", name="desk.everybody_out", guards=[may("desk.use")], status_code=200)
async def everybody_out(request: Request, swift: Swift, actor: Ask) -> Response[str]:
    await actions.everybody_out(swift, actor, now=clock.now())
    ring(request, topic(actor.gym_id))
    found = await queries.inside(swift, actor.gym_id, clock.now())
    return done(request, "/desk/inside", "desk/inside.html", "inside", inside=found, toast=_("Everybody is checked out."))


def topic(gym_id: UUID) -> str:
    return f"desk:{gym_id}"


@get("/desk/live", name="desk.live", guards=[may("desk.use")])
async def live(request: Request, actor: Ask) -> Stream:
    templates = request.app.state.templates

    async def draw(db: Database) -> str:
        now = clock.now()
        found = await queries.board(db, actor.gym_id, now)
        values = {"board": found, "undo_since": now - UNDO, "actor": actor, "now": now}
        drawn: bytes = templates.regions(BOARD, ("counters", "arrivals"), values)
        return morphed(drawn.decode())

    return stream(request, topic(actor.gym_id), draw)


def morphed(drawn: str) -> str:
    """Somebody may just be pressing a button in there: change the region in place instead of replacing it."""
    return drawn.replace('hx-swap="outerHTML"', 'hx-swap="outerMorph"')


HANDLERS = [board, results, check_in, override, undo, check_out, inside, everybody_out, live]
