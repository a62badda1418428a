"""Signing in and out, the second step, the locked desk, and the password given once more."""

from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException

from app import clock
from app.accounts import actions, keys, passwords, queries, rules
from app.accounts.actions import factors, sessions
from app.accounts.actions.guessing import Knock, forgive, knock
from app.accounts.forms import Confirming, SecondStep, SigningIn, Someone, Unlocking
from app.accounts.pages import entry
from app.accounts.queries import factors as factor_queries
from app.web.asking import Ask, Db, Halfway, Request, Swift, halfway, may, public, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


@get("/", name="accounts.home", guards=[public()])
async def home(request: Request, db: Db) -> Response[str]:
    if onward := entry.onward(request.visit):
        return go(request, onward)
    return go(request, "/sign-in" if await queries.is_set_up(db) else "/setup")


@get("/sign-in", name="accounts.sign_in_page", guards=[public()])
async def sign_in_page(request: Request, db: Db) -> Response[str]:
    if onward := entry.onward(request.visit):
        return go(request, onward)
    if not await queries.is_set_up(db):
        return go(request, "/setup")
    wanted = request.query_params.get("next", "")
    return page(request, "accounts/sign_in.html", form=None, next=wanted, wait=0, cast=await queries.demo_people(db))


@post("/sign-in", name="accounts.sign_in", guards=[public()])
async def sign_in(request: Request, swift: Swift, db: Db) -> Response[str]:
    """The password is looked at with no connection in hand, and counted before it is looked at."""
    form = await read_form(request, SigningIn)
    if form.value is None:
        return await refused(request, swift, form)
    now, who = clock.now(), entry.knocking(request, form.value.email)
    wait = await knock(swift, who, now)
    if wait:
        return await refused(request, swift, form, wait=wait)
    known = await queries.credentials(swift, form.value.email)
    try:
        fits = await passwords.verify(known.password_hash if known else None, form.value.password, is_known=who.is_known)
    except passwords.TooBusy:
        return await refused(request, swift, form, wait=2)
    if known is None or not fits:
        return await refused(request, swift, form.refuse("password", _("This e-mail and password do not belong together.")))
    await forgive(db, who, now)
    if passwords.is_outdated(known.password_hash or ""):
        await actions.keep_hash(db, known.person_id, known.password_hash, await passwords.make_hash(form.value.password))
    await entry.start(request, db, known, now)
    entry.remember_browser(request, who.account)
    return go(request, entry.safe_next(form.value.next))


async def refused(request: Request, db: Db, form: Form[SigningIn], wait: int = 0) -> Response[str]:
    if wait:
        form = form.refuse("", entry.patience(wait))
    values: dict[str, Any] = {
        "form": form,
        "next": form.typed.get("next", ""),
        "cast": await queries.demo_people(db),
        "wait": wait,
    }
    answer = page(request, "accounts/sign_in.html", "sign_in", status=429 if wait else 422, **values)
    return entry.retry_after(answer, wait)


@post("/sign-in/as", name="accounts.sign_in_as", guards=[public()])
async def sign_in_as(request: Request, db: Db) -> Response[str]:
    """One of the cast, by a button. Outside a demo club there is no such address."""
    form = await read_form(request, Someone)
    cast = {somebody.email for somebody in await queries.demo_people(db)}
    known = await queries.credentials(db, form.value.email) if form.value and form.value.email in cast else None
    if known is None:
        raise NotFoundException
    await entry.start(request, db, known, clock.now())
    return go(request, "/")


@post("/sign-out", name="accounts.sign_out", guards=[halfway()])
async def sign_out(request: Request, db: Db, halfway_actor: Halfway) -> Response[str]:
    await actions.close_session(db, halfway_actor.session_id)
    entry.leave(request)
    return go(request, "/sign-in", toast=_("You are signed out."))


@post("/sign-out/everywhere", name="accounts.sign_out_everywhere", guards=[signed_in()])
async def sign_out_everywhere(request: Request, db: Db, actor: Ask) -> Response[str]:
    await actions.sign_out_everywhere(db, actor, actor.person_id, now=clock.now())
    entry.leave(request)
    return go(request, "/sign-in", toast=_("You are signed out on every device."))


@get("/sign-in/second", name="accounts.second_page", guards=[halfway()])
async def second_page(request: Request, db: Db, halfway_actor: Halfway) -> Response[str]:
    if halfway_actor.step != "factor":
        return go(request, entry.step_url(halfway_actor))
    return page(request, "accounts/second.html", form=None, **await second_values(request, db, halfway_actor))


@post("/sign-in/second", name="accounts.second", guards=[halfway()])
async def second(request: Request, db: Db, swift: Swift, halfway_actor: Halfway) -> Response[str]:
    form = await read_form(request, SecondStep)
    now, who = clock.now(), Knock(keys.hashed(f"second:{halfway_actor.person_id}"), request.visit.address, True)
    if form.value is None:
        return page(
            request, "accounts/second.html", "second", status=422, form=form, **await second_values(request, swift, halfway_actor)
        )
    wait = await knock(swift, who, now)
    secret = request.app.state.settings.secret
    if not wait and await factors.use_code(db, halfway_actor.person_id, form.value.code, secret, now=now):
        await forgive(db, who, now)
        await sessions.second_factor_done(db, halfway_actor.session_id, entry.rotate(request, halfway_actor))
        return go(request, entry.safe_next(form.value.next))
    form = form.refuse(
        "code", entry.patience(wait) if wait else _("This code is not right, or it has been used. Wait for the next one.")
    )
    values = await second_values(request, swift, halfway_actor)
    return entry.retry_after(
        page(request, "accounts/second.html", "second", status=429 if wait else 422, form=form, **values), wait
    )


async def second_values(request: Request, db: Db, who: Any) -> dict[str, Any]:
    wanted = request.query_params.get("next", "") if request.method == "GET" else ""
    return {
        "next": wanted,
        "has_passkey": bool(await factor_queries.passkeys(db, who.person_id)) and entry.relying_party(request) is not None,
    }


@post("/lock", name="accounts.lock", guards=[may("desk.use")])
async def lock(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Stepping away from the desk."""
    await sessions.lock(db, actor.session_id, now=clock.now())
    request.app.state.sessions.forget(request.visit)
    return go(request, "/locked")


@get("/locked", name="accounts.locked", guards=[halfway()])
async def locked(request: Request, db: Db, halfway_actor: Halfway) -> Response[str]:
    if halfway_actor.step != "locked":
        return go(request, entry.step_url(halfway_actor))
    return page(
        request,
        "accounts/locked.html",
        form=None,
        next=request.query_params.get("next", ""),
        **await lock_values(db, halfway_actor),
    )


async def lock_values(db: Db, who: Any) -> dict[str, Any]:
    kept = await factor_queries.lock(db, who.session_id)
    with_pin = kept is not None and kept.is_desk and kept.pin_hash is not None and rules.pin_may_try(kept.pin_tries)
    return {"who": who, "with_pin": with_pin}


@post("/locked", name="accounts.unlock", guards=[halfway()])
async def unlock(request: Request, db: Db, swift: Swift, halfway_actor: Halfway) -> Response[str]:
    """The PIN on a desk that was set up as one, five times; otherwise the password."""
    form = await read_form(request, Unlocking)
    if halfway_actor.step != "locked":
        return go(request, entry.step_url(halfway_actor))
    if form.value is None:
        return page(
            request, "accounts/locked.html", "lock", status=422, form=form, next="", **await lock_values(swift, halfway_actor)
        )
    now = clock.now()
    kept = await factor_queries.lock(swift, halfway_actor.session_id)
    with_pin = (
        kept is not None
        and kept.is_desk
        and kept.pin_hash is not None
        and form.value.secret.isdigit()
        and len(form.value.secret) <= 8
    )
    if (
        kept
        and with_pin
        and await sessions.count_pin(swift, halfway_actor.session_id)
        and await passwords.verify(kept.pin_hash, form.value.secret)
    ):
        await sessions.unlock(db, halfway_actor.session_id, entry.rotate(request, halfway_actor), now=now)
        return go(request, entry.safe_next(form.value.next))
    who = Knock(keys.hashed(f"again:{halfway_actor.person_id}"), request.visit.address, True)
    wait = 0 if with_pin else await knock(swift, who, now)
    if kept and not with_pin and not wait and await passwords.verify(kept.password_hash, form.value.secret):
        await forgive(db, who, now)
        await sessions.confirm(db, halfway_actor.session_id, entry.rotate(request, halfway_actor), now=now)
        return go(request, entry.safe_next(form.value.next))
    form = form.refuse("secret", entry.patience(wait) if wait else _("That is not it."))
    values = {"next": form.typed.get("next", ""), **await lock_values(swift, halfway_actor)}
    return entry.retry_after(
        page(request, "accounts/locked.html", "lock", status=429 if wait else 422, form=form, **values), wait
    )


@get("/confirm", name="accounts.confirm_page", guards=[signed_in()])
async def confirm_page(request: Request, actor: Ask) -> Response[str]:
    return page(request, "accounts/confirm.html", form=None, next=entry.safe_next(request.query_params.get("next", "/")))


@post("/confirm", name="accounts.confirm", guards=[signed_in()])
async def confirm(request: Request, db: Db, swift: Swift, actor: Ask) -> Response[str]:
    """For dangerous acts: the password once more, good for a quarter of an hour."""
    form = await read_form(request, Confirming)
    now, wait = clock.now(), 0
    if form.value is not None:
        who = Knock(keys.hashed(f"again:{actor.person_id}"), request.visit.address, True)
        wait = await knock(swift, who, now)
        kept = None if wait else await factor_queries.lock(swift, actor.session_id)
        if kept and await passwords.verify(kept.password_hash, form.value.password):
            await forgive(db, who, now)
            await sessions.confirm(db, actor.session_id, entry.rotate(request, actor), now=now)
            return go(request, entry.safe_next(form.value.next))
        form = form.refuse("password", entry.patience(wait) if wait else _("This is not your password."))
    wanted = entry.safe_next(str(form.typed.get("next", "/")))
    return entry.retry_after(
        page(request, "accounts/confirm.html", "confirm", status=429 if wait else 422, form=form, next=wanted), wait
    )


HANDLERS = [
    home, sign_in_page, sign_in, sign_in_as, sign_out, sign_out_everywhere, second_page, second,
    lock, locked, unlock, confirm_page, confirm,
]  # fmt: skip
