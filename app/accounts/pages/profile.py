"""Me: my name and habits, my password and PIN, where I am signed in."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.accounts import passwords, rules, sentences
from app.accounts.actions import people, sessions
from app.accounts.actions.guessing import Knock, forgive, knock
from app.accounts.common_passwords import common_passwords
from app.accounts.forms import Appearance, ChosenGym, NewPassword, NewPin, Profile
from app.accounts.keys import hashed
from app.accounts.pages import entry
from app.accounts.queries import factors as factor_queries
from app.accounts.queries import people as people_queries
from app.web.asking import Ask, Db, MaybeAsk, Request, Swift, public, recent, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _

ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/", "US/"))
)


def pairs(values: list[str]) -> list[tuple[str, str]]:
    return [(value, value.replace("_", " ")) for value in values]


@get("/me", name="accounts.me", guards=[signed_in()])
async def me(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "accounts/me.html", form=None, **await me_values(db, actor))


async def me_values(db: Db, actor: Ask) -> dict[str, Any]:
    safety = await factor_queries.safety(db, actor.person_id, clock.now())
    gyms = await people_queries.gyms(db, actor.gym_ids) if len(actor.gym_ids) > 1 else []
    return {"safety": safety, "zones": pairs(ZONES), "gyms": [(gym.id, gym.name) for gym in gyms]}


@post("/me", name="accounts.change_me", guards=[signed_in()])
async def change_me(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, Profile)
    wanted = form.value
    if wanted is not None and wanted.zone is not None and wanted.zone not in ZONES:
        form = form.refuse("zone", _("There is no such time zone."))
    if form.value is None or wanted is None:
        return page(request, "accounts/me.html", "profile", status=422, form=form, **await me_values(db, actor))
    await people.change_profile(
        db, actor.person_id, wanted.name, locale=wanted.locale, zone=wanted.zone, units=wanted.units, theme=wanted.theme
    )
    request.app.state.sessions.forget(request.visit)
    # Language and theme change the whole frame, so the whole page comes again.
    return go(request, "/me", toast=_("Saved."))


@post("/me/gym", name="accounts.change_gym", guards=[signed_in()])
async def change_gym(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, ChosenGym)
    if form.value is None or form.value.gym not in actor.gym_ids:
        raise NotFoundException
    await sessions.change_gym(db, actor, form.value.gym, entry.rotate(request, actor))
    return go(request, "/")


@get("/me/gyms", name="accounts.gyms", guards=[signed_in()])
async def gyms(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "accounts/gyms.html", gyms=[(gym.id, gym.name) for gym in await people_queries.gyms(db, actor.gym_ids)])


@post("/me/appearance", name="accounts.appearance", guards=[public()])
async def appearance(request: Request, db: Db, maybe_actor: MaybeAsk) -> Response[str]:
    """Light or dark, and for a visitor the language: kept in the browser, and with the person when there is one."""
    form = await read_form(request, Appearance)
    if form.value is not None and form.value.theme is not None:
        entry.cookie(request, "theme", form.value.theme, entry.YEAR)
        if maybe_actor is not None:
            await people.change_theme(db, maybe_actor.person_id, form.value.theme)
            request.app.state.sessions.forget(request.visit)
    if form.value is not None and form.value.language is not None:
        entry.cookie(request, "language", form.value.language, entry.YEAR)
    back = urlsplit(request.headers.get("referer", "")).path
    return go(request, entry.safe_next(back))


@get("/me/safety", name="accounts.safety", guards=[signed_in()])
async def safety(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "accounts/safety.html", form=None, pin_form=None, **await safety_values(request, db, actor))


async def safety_values(request: Request, db: Db, actor: Ask) -> dict[str, Any]:
    found = await factor_queries.safety(db, actor.person_id, clock.now())
    required = rules.needs_second_factor(actor.permissions, is_demo=actor.is_demo)
    return {"safety": found, "required": required, "with_passkeys": entry.relying_party(request) is not None}


@post("/me/password", name="accounts.change_password", guards=[signed_in()])
async def change_password(request: Request, db: Db, swift: Swift, actor: Ask) -> Response[str]:
    """Ends every other session; this one goes on under a new id."""
    form = await read_form(request, NewPassword)
    now, who = clock.now(), Knock(hashed(f"again:{actor.person_id}"), request.visit.address, True)
    form, wait = await look_at_both(request, swift, actor, form, who, now)
    if form.value is None:
        values = {"pin_form": None, **await safety_values(request, swift, actor)}
        return entry.retry_after(
            page(request, "accounts/safety.html", "password", status=429 if wait else 422, form=form, **values), wait
        )
    password_hash = await passwords.make_hash(form.value.password)
    await forgive(db, who, now)
    await people.set_password(db, actor, actor.person_id, password_hash, keep=actor.session_id, now=now)
    await sessions.confirm(db, actor.session_id, entry.rotate(request, actor), now=now)
    return go(request, "/me/safety", toast=_("Your password is changed. Every other device is signed out."))


async def look_at_both(
    request: Request, db: Db, actor: Ask, form: Form[NewPassword], who: Knock, now: Any
) -> tuple[Form[NewPassword], int]:
    """The new one by the rules, then the old one by its hash."""
    if form.value is None:
        return form, 0
    kept = await factor_queries.safety(db, actor.person_id, now)
    fault = rules.password_fault(form.value.password, common_passwords(), (kept.name, kept.email or "", actor.gym_name))
    if fault:
        return form.refuse("password", sentences.of(fault)), 0
    wait = await knock(db, who, now)
    if wait:
        return form.refuse("current", entry.patience(wait)), wait
    lock = await factor_queries.lock(db, actor.session_id)
    if lock is None or not await passwords.verify(lock.password_hash, form.value.current):
        return form.refuse("current", _("This is not your password.")), 0
    return form, 0


@post("/me/pin", name="accounts.set_pin", guards=[signed_in(), recent])
async def set_pin(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Re-opens a locked desk that was set up as one; no secret anywhere else. Empty takes it away."""
    form = await read_form(request, NewPin)
    pin = form.value.pin if form.value else ""
    fault = rules.pin_fault(pin) if pin else None
    if fault or form.value is None:
        pin_form = form.refuse("pin", sentences.of(fault or "digits"))
        values = await safety_values(request, db, actor)
        return page(request, "accounts/safety.html", "pin", status=422, form=None, pin_form=pin_form, **values)
    await sessions.set_pin(db, actor, await passwords.make_hash(pin) if pin else None, now=clock.now())
    return go(request, "/me/safety", toast=_("Your PIN is set.") if pin else _("Your PIN is gone."))


@post("/me/sessions/{session_id:uuid}/end", name="accounts.end_session", guards=[signed_in()])
async def end_session(request: Request, db: Db, actor: Ask, session_id: FromPath[UUID]) -> Response[str]:
    if not await sessions.end_one(db, actor, session_id, now=clock.now()):
        raise NotFoundException
    request.app.state.sessions.forget(request.visit)
    if session_id == actor.session_id:
        request.app.state.sessions.take_back(request.visit)
        return go(request, "/sign-in")
    return go(request, "/me/safety", toast=_("That device is signed out."))


HANDLERS = [me, change_me, change_gym, gyms, appearance, safety, change_password, set_pin, end_session]
