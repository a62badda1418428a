"""Arriving by a link or a code, and what to do when the password is forgotten."""

from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException

from app import clock
from app.accounts import keys, passwords, queries, rules, sentences
from app.accounts.actions import forgotten as forgotten_actions
from app.accounts.actions import links
from app.accounts.actions.guessing import Knock, forgive, knock
from app.accounts.common_passwords import common_passwords
from app.accounts.forms import Arriving, Someone
from app.accounts.pages import entry
from app.accounts.queries import people
from app.db import new_id
from app.web.asking import Db, Request, Swift, public
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


@get("/forgotten", name="accounts.forgotten", guards=[public()])
async def forgotten(request: Request) -> Response[str]:
    return page(request, "accounts/forgotten.html", form=None, with_mail=has_mail(request), is_sent=False)


def has_mail(request: Request) -> bool:
    return request.app.state.settings.mail_url is not None


@post("/forgotten", name="accounts.ask_for_link", guards=[public()])
async def ask_for_link(request: Request, swift: Swift, db: Db) -> Response[str]:
    """The answer and the work are the same whether we know the address or not: the worker looks it up."""
    if not has_mail(request):
        raise NotFoundException
    form, now = await read_form(request, Someone), clock.now()
    wait = 0
    if form.value is not None:
        wait = await knock(swift, Knock(keys.hashed(f"forgotten:{form.value.email.lower()}"), request.visit.address), now)
        form = form.refuse("email", entry.patience(wait)) if wait else form
    if form.value is None:
        answer = page(
            request, "accounts/forgotten.html", "forgotten", status=429 if wait else 422, form=form, with_mail=True, is_sent=False
        )
        return entry.retry_after(answer, wait)
    await forgotten_actions.ask(db, request.app.state.settings, form.value.email, id=new_id(), now=now)
    return page(request, "accounts/forgotten.html", "forgotten", form=None, with_mail=True, is_sent=True)


@get("/welcome", name="accounts.welcome", guards=[public()])
async def welcome(request: Request) -> Response[str]:
    """The key is behind the #: the browser fills it in, or it is typed by hand."""
    return page(request, "accounts/welcome.html", form=None, invited=None)


@post("/welcome", name="accounts.arrive", guards=[public()])
async def arrive(request: Request, swift: Swift, db: Db) -> Response[str]:
    """First the key alone: who is it for? Then with a password: in they come, and every old session ends."""
    form = await read_form(request, Arriving)
    if form.value is None:
        return page(request, "accounts/welcome.html", "welcome", status=422, form=form, invited=None)
    given = form.value
    now, who = clock.now(), Knock(keys.hashed("welcome"), request.visit.address)
    wait = await knock(swift, who, now)
    if wait:
        form = form.refuse("key", entry.patience(wait))
        return entry.retry_after(page(request, "accounts/welcome.html", "welcome", status=429, form=form, invited=None), wait)
    key_hash = keys.hashed(key_of(given.key))
    invited = await people.by_link(swift, key_hash)
    fault = rules.link_fault(invited.link if invited else None, now)
    if fault or invited is None:
        form = form.refuse("key", sentences.of(fault or "unknown"))
        return page(request, "accounts/welcome.html", "welcome", status=422, form=form, invited=None)
    await forgive(db, who, now)
    if not given.password:
        return page(request, "accounts/welcome.html", "welcome", form=form, invited=invited)
    return await settle(request, db, form, invited, key_hash, now)


async def settle(
    request: Request, db: Db, form: Form[Arriving], invited: people.Invited, key_hash: bytes, now: Any
) -> Response[str]:
    assert form.value is not None
    password = form.value.password
    fault = rules.password_fault(password, common_passwords(), (invited.name, invited.email or "", invited.gym))
    if fault:
        form = form.refuse("password", sentences.of(fault))
        return page(request, "accounts/welcome.html", "welcome", status=422, form=form, invited=invited)
    password_hash = await passwords.make_hash(password)
    if await links.use_link(db, key_hash, password_hash, now=now) is None:
        form = form.refuse("key", sentences.of("used"))
        return page(request, "accounts/welcome.html", "welcome", status=409, form=form, invited=None)
    request.app.state.sessions.forget(request.visit)
    known = await queries.credentials(db, invited.email or "")
    if known is None:
        return go(request, "/sign-in", toast=_("Your password is set. Please sign in."))
    await entry.start(request, db, known, now)
    return go(request, "/")


def key_of(typed: str) -> str:
    """The whole link, the part behind the #, or the code as it was read out."""
    key = typed.rsplit("#", 1)[-1].strip()
    return key if len(key) > 30 else keys.tidy(key)


HANDLERS = [forgotten, ask_for_link, welcome, arrive]
