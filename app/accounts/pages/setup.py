"""The first day: club, gym and owner on one page, which is gone once they exist."""

import hmac
from typing import Any

from babel.numbers import list_currencies
from litestar import Response, get, post
from litestar.exceptions import NotFoundException

from app import clock
from app.accounts import codes, keys, passwords, queries, rules, sentences
from app.accounts.actions import gyms
from app.accounts.actions.guessing import Knock, knock
from app.accounts.common_passwords import common_passwords
from app.accounts.forms import SettingUp
from app.accounts.pages import entry
from app.accounts.pages.profile import ZONES, pairs
from app.db import new_id
from app.web.asking import Db, Request, Swift, public
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _

CURRENCIES = sorted(list_currencies("en"))
COMMON = (
    "EUR",
    "USD",
    "GBP",
    "RSD",
    "BAM",
    "MKD",
    "CHF",
    "MXN",
    "ARS",
    "COP",
    "CLP",
    "PEN",
    "BRL",
    "CAD",
    "AUD",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
)


@get("/setup", name="accounts.setup_page", guards=[public()])
async def setup_page(request: Request, db: Db) -> Response[str]:
    if await queries.is_set_up(db):
        raise NotFoundException
    return page(request, "accounts/setup.html", form=None, **values(request))


def values(request: Request) -> dict[str, Any]:
    currencies = [*COMMON, *(one for one in CURRENCIES if one not in COMMON)]
    return {"zones": pairs(ZONES), "currencies": pairs(currencies), "with_code": needs_code(request)}


def needs_code(request: Request) -> bool:
    """Whoever sits at the machine itself needs no proof of it."""
    return request.visit.address not in {"127.0.0.1", "::1"} or request.app.state.settings.trusted_proxy


@post("/setup", name="accounts.set_up", guards=[public()])
async def set_up(request: Request, swift: Swift, db: Db) -> Response[str]:
    if await queries.is_set_up(swift):
        raise NotFoundException
    form = await read_form(request, SettingUp)
    now, wait = clock.now(), 0
    if form.value is not None and needs_code(request):
        wait = await knock(swift, Knock(keys.hashed("set up"), request.visit.address, True), now)
    form = form.refuse("code", entry.patience(wait)) if wait else fitting(request, form)
    if form.value is None:
        return entry.retry_after(
            page(request, "accounts/setup.html", "setup", status=429 if wait else 422, form=form, **values(request)), wait
        )
    wanted = form.value
    first = gyms.FirstDay(
        wanted.club, wanted.gym, wanted.zone, wanted.currency, wanted.locale, wanted.units, wanted.name, wanted.email,
        await passwords.make_hash(wanted.password),
    )  # fmt: skip
    if not await gyms.set_up(db, first, club_id=new_id(), gym_id=new_id(), person_id=new_id(), now=now):
        raise NotFoundException
    known = await queries.credentials(db, wanted.email)
    assert known is not None
    await entry.start(request, db, known, now)
    return go(request, "/", toast=_("Welcome. Your gym is open."))


def fitting(request: Request, form: Form[SettingUp]) -> Form[SettingUp]:
    wanted = form.value
    if wanted is None:
        return form
    if wanted.zone not in ZONES:
        form = form.refuse("zone", _("There is no such time zone."))
    if wanted.currency not in CURRENCIES:
        form = form.refuse("currency", _("There is no such currency."))
    fault = rules.password_fault(wanted.password, common_passwords(), (wanted.name, wanted.email, wanted.club, wanted.gym))
    if fault:
        form = form.refuse("password", sentences.of(fault))
    expected = codes.setup_code(request.app.state.settings.secret)
    if needs_code(request) and not hmac.compare_digest(expected.encode(), keys.tidy(wanted.code).encode("utf-8", "replace")):
        form = form.refuse("code", _("This is not the code that was printed where the server was started."))
    return form


HANDLERS = [setup_page, set_up]
