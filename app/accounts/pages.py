"""Signing in and out."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException

from app import clock
from app.accounts import actions, passwords, queries
from app.accounts.forms import SigningIn, Someone
from app.db import new_id
from app.web.asking import Ask, Db, MaybeAsk, Request, public, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.web.sessions import MEMBER_LIFE, STAFF_LIFE, new_token
from app.words import _


@get("/sign-in", name="accounts.sign_in_page", guards=[public()])
async def sign_in_page(request: Request, db: Db, maybe_actor: MaybeAsk) -> Response[str]:
    if maybe_actor is not None:
        return go(request, home_of(maybe_actor))
    return page(
        request, "accounts/sign_in.html", form=None, next=request.query_params.get("next", ""), cast=await queries.demo_people(db)
    )


@post("/sign-in", name="accounts.sign_in", guards=[public()])
async def sign_in(request: Request, db: Db) -> Response[str]:
    form = await read_form(request, SigningIn)
    if form.value is None:
        return await refused(request, db, form)
    known = await queries.credentials(db, form.value.email)
    if not await passwords.verify(known.password_hash if known else None, form.value.password) or known is None:
        return await refused(request, db, form.refuse("password", _("This e-mail and password do not belong together.")))
    await start(request, db, known)
    return go(request, safe_next(form.value.next))


@post("/sign-in/as", name="accounts.sign_in_as", guards=[public()])
async def sign_in_as(request: Request, db: Db) -> Response[str]:
    """One of the cast, by a button. Outside a demo club there is no such address."""
    form = await read_form(request, Someone)
    cast = {somebody.email for somebody in await queries.demo_people(db)}
    if form.value is None or form.value.email not in cast:
        raise NotFoundException
    known = await queries.credentials(db, form.value.email)
    if known is None:
        raise NotFoundException
    await start(request, db, known)
    return go(request, "/")


async def refused(request: Request, db: Db, form: Form[SigningIn]) -> Response[str]:
    cast = await queries.demo_people(db)
    return page(request, "accounts/sign_in.html", "sign_in", status=422, form=form, next=form.typed.get("next", ""), cast=cast)


async def start(request: Request, db: Db, known: queries.Credentials) -> None:
    """A session with a new id; whatever cookie came in is worth nothing from here on."""
    now, visit = clock.now(), request.visit
    token, token_hash = new_token()
    life = STAFF_LIFE if known.is_staff else MEMBER_LIFE
    assert known.home_gym_id is not None
    device = request.headers.get("user-agent", "")
    await actions.open_session(
        db, known.person_id, known.home_gym_id, token_hash,
        id=new_id(), now=now, ends_at=now + life, device=device, address=visit.address,
    )  # fmt: skip
    request.app.state.sessions.give(visit, token, life)


def role_name(role: str) -> str:
    """The roles of the house in the reader's language; an owner's own roles as the owner wrote them."""
    known = {"owner": _("Owner"), "manager": _("Manager"), "desk": _("Front desk"), "coach": _("Coach"), "member": _("Member")}
    return known.get(role, role)


def safe_next(wanted: str) -> str:
    """Only a path of ours: `//evil.example` and `/\\evil` are not."""
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/"


@post("/sign-out", name="accounts.sign_out", guards=[signed_in()])
async def sign_out(request: Request, db: Db, actor: Ask) -> Response[str]:
    await actions.close_session(db, actor.session_id)
    sessions = request.app.state.sessions
    sessions.forget(request.visit)
    sessions.take_back(request.visit)
    return go(request, "/sign-in", toast=_("You are signed out."))


@get("/", name="accounts.home", guards=[public()])
async def home(request: Request, db: Db, maybe_actor: MaybeAsk) -> Response[str]:
    return go(request, home_of(maybe_actor) if maybe_actor else "/sign-in")


def home_of(actor: Any) -> str:
    """Where this person's day starts."""
    if actor.can("insights.see"):
        return "/owner"
    if actor.can("desk.use"):
        return "/desk"
    return "/today"


router = Router("/", route_handlers=[sign_in_page, sign_in, sign_in_as, sign_out, home])
