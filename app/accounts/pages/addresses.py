"""The e-mail that I sign in with: a new one, confirmed from its own mailbox where the club has mail."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post

from app import clock
from app.accounts import keys, letters, passwords, rules, sentences
from app.accounts.actions import addresses, sessions
from app.accounts.actions.guessing import Knock, forgive, knock
from app.accounts.forms import ConfirmedAddress, NewAddress
from app.accounts.pages import entry
from app.accounts.queries import addresses as queries
from app.accounts.queries import factors as factor_queries
from app.db import new_id
from app.mail import actions as mail
from app.settings import Settings
from app.web.asking import Ask, Db, Request, Swift, public, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


@get("/me/email", name="accounts.address_page", guards=[signed_in()])
async def address_page(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "accounts/address.html", form=None, **await values(request, db, actor))


async def values(request: Request, db: Db, actor: Ask, sent_to: str = "") -> dict[str, Any]:
    reader = await queries.reader(db, actor.person_id)
    with_mail = request.app.state.settings.mail_url is not None
    return {"email": reader.email if reader else None, "with_mail": with_mail, "sent_to": sent_to}


@post("/me/email", name="accounts.change_address", guards=[signed_in()])
async def change_address(request: Request, db: Db, swift: Swift, actor: Ask) -> Response[str]:
    """The password first; then a letter to the new address, or at once where nobody could send one."""
    form = await read_form(request, NewAddress)
    now, who = clock.now(), Knock(keys.hashed(f"again:{actor.person_id}"), request.visit.address, True)
    form, wait = await look_at(swift, actor, form, who, now)
    if form.value is None:
        status = 429 if wait else 409 if form.errors.get("email") == sentences.of("email_taken") else 422
        answer = page(
            request, "accounts/address.html", "address", status=status, form=form, **await values(request, swift, actor)
        )
        return entry.retry_after(answer, wait)
    await forgive(db, who, now)
    config, wanted = request.app.state.settings, form.value
    if config.mail_url is not None:
        await ask_by_letter(db, config, actor, wanted, now)
        shown = await values(request, db, actor, wanted.email)
        return page(request, "accounts/address.html", "address", form=None, **shown)
    if await addresses.change(db, actor, actor.person_id, wanted.email, keep=actor.session_id, now=now):
        await sessions.confirm(db, actor.session_id, entry.rotate(request, actor), now=now)
    return go(request, "/me", toast=_("Your e-mail is changed. Every other device is signed out."))


async def look_at(db: Db, actor: Ask, form: Form[NewAddress], who: Knock, now: datetime) -> tuple[Form[NewAddress], int]:
    if form.value is None:
        return form, 0
    wait = await knock(db, who, now)
    if wait:
        return form.refuse("current", entry.patience(wait)), wait
    lock = await factor_queries.lock(db, actor.session_id)
    if lock is None or not await passwords.verify(lock.password_hash, form.value.current):
        return form.refuse("current", _("This is not your password.")), 0
    if await queries.is_taken(db, form.value.email, actor.person_id):
        return form.refuse("email", sentences.of("email_taken")), 0
    return form, 0


async def ask_by_letter(db: Db, config: Settings, actor: Ask, wanted: NewAddress, now: datetime) -> None:
    key, key_hash = keys.new_key()
    ends_at = await addresses.ask_for(db, actor, wanted.email, key_hash, id=wanted.id, now=now)
    reader = await queries.reader(db, actor.person_id)
    if ends_at is not None and reader is not None:
        link = f"{config.address}/email#{key}"
        letter = letters.new_address(
            wanted.email, reader.name, reader.gym, link, ends_at, locale=actor.locale, zone=str(actor.zone)
        )
        await mail.write(db, config, letter, id=wanted.id, now=now)


@get("/email", name="accounts.confirm_address_page", guards=[public()])
async def confirm_address_page(request: Request) -> Response[str]:
    """The key is behind the #: the browser fills it in. Looking alone changes nothing: mail programs open links by themselves."""
    return page(request, "accounts/address_confirm.html", form=None, wanted=None)


@post("/email", name="accounts.confirm_address", guards=[public()])
async def confirm_address(request: Request, db: Db, swift: Swift) -> Response[str]:
    form, now = await read_form(request, ConfirmedAddress), clock.now()
    if form.value is None:
        return page(request, "accounts/address_confirm.html", "confirm", status=422, form=form, wanted=None)
    given, who = form.value, Knock(keys.hashed("email"), request.visit.address)
    wait = await knock(swift, who, now)
    key_hash = keys.hashed(given.key.rsplit("#", 1)[-1].strip())
    wanted = None if wait else await queries.by_link(swift, key_hash)
    fault = rules.link_fault(wanted.link if wanted else None, now)
    if wait or fault or wanted is None:
        form = form.refuse("key", entry.patience(wait) if wait else sentences.of(fault or "unknown"))
        status = 429 if wait else 422
        return entry.retry_after(
            page(request, "accounts/address_confirm.html", "confirm", status=status, form=form, wanted=None), wait
        )
    await forgive(db, who, now)
    if not given.yes:
        return page(request, "accounts/address_confirm.html", "confirm", form=form, wanted=wanted)
    return await settle(request, db, form, wanted, key_hash, now)


async def settle(
    request: Request, db: Db, form: Form[ConfirmedAddress], wanted: queries.Wanted, key_hash: bytes, now: datetime
) -> Response[str]:
    if await queries.is_taken(db, wanted.email, wanted.person_id):
        form = form.refuse("key", sentences.of("email_taken"))
        return page(request, "accounts/address_confirm.html", "confirm", status=409, form=form, wanted=None)
    if not await addresses.confirm(db, wanted, key_hash, now=now):
        form = form.refuse("key", sentences.of("used"))
        return page(request, "accounts/address_confirm.html", "confirm", status=409, form=form, wanted=None)
    reader = await queries.reader(db, wanted.person_id)
    if wanted.old and reader:
        letter = letters.address_changed(wanted.old, reader.name, reader.gym, locale=reader.locale)
        await mail.write(db, request.app.state.settings, letter, id=new_id(), now=now)
    entry.leave(request)
    return go(request, "/sign-in", toast=_("Your e-mail is changed. Sign in with it."))


HANDLERS = [address_page, change_address, confirm_address_page, confirm_address]
