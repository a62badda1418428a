"""The gym's week and holidays, another gym, the club's name, logo and colour, and how long former members are kept."""

import secrets
from datetime import date, time, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock, photos
from app.accounts.actions import hours as hour_actions
from app.accounts.queries import gyms, hours
from app.accounts.queries import people as staff
from app.accounts.rules import Span
from app.actor import Actor
from app.db import Db as Database
from app.office import actions, queries
from app.office.forms import ClubName, Colours, Keeping, NewGym, NewHoliday
from app.office.rules import Accent, accent_of, colour, first_kept, night_of, sheet
from app.web.asking import Ask, Db, Request, may, public, recent
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _

SIZES = (96, 512)
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}

# ── Opening hours and holidays ───────────────────────────────────────────────────────────────────


async def week(db: Database, actor: Actor, form: Form[Any] | None = None, typed: dict[str, str] | None = None) -> dict[str, Any]:
    today = actor.today(clock.now())
    found = await hours.hours(db, actor.gym_id, today)
    cells = {f"{n}:{half}:{end}": "" for n in range(7) for half in (0, 1) for end in ("opens", "closes")}
    for n in range(7):
        for half, span in enumerate([one for one in found.spans if one.weekday == n][:2]):
            cells[f"{n}:{half}:opens"], cells[f"{n}:{half}:closes"] = f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"
    monday = date(2026, 1, 5)
    return {
        "hours": found,
        "cells": typed or cells,
        "days": [monday + timedelta(days=n) for n in range(7)],
        "form": form,
        "today": today,
    }


@get("/owner/settings/hours", name="office.hours", guards=[may("settings.manage")])
async def opening(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "office/hours.html", **await week(db, actor))


@post("/owner/settings/hours", name="office.set_hours", guards=[may("settings.manage")])
async def set_hours(request: Request, db: Db, actor: Ask) -> Response[str]:
    """The whole week; a day without times is closed."""
    data = await request.form()
    typed = {
        f"{n}:{half}:{end}": str(data.get(f"{n}:{half}:{end}", "")).strip()[:5]
        for n in range(7)
        for half in (0, 1)
        for end in ("opens", "closes")
    }
    spans, fault = read_week(typed)
    if fault:
        form: Form[Any] = Form(None, {}, {"": fault})
        return page(request, "office/hours.html", status=422, **await week(db, actor, form, typed))
    await hour_actions.set_hours(db, actor, spans, now=clock.now())
    return go(request, "/owner/settings/hours", toast=_("Saved."))


def read_week(typed: dict[str, str]) -> tuple[list[Span], str]:
    spans: list[Span] = []
    for n in range(7):
        for half in (0, 1):
            opens, closes = moment(typed[f"{n}:{half}:opens"]), moment(typed[f"{n}:{half}:closes"])
            if not typed[f"{n}:{half}:opens"] and not typed[f"{n}:{half}:closes"]:
                continue
            if opens is None or closes is None or opens == closes:
                return [], _("Each span needs both its times, and they must differ.")
            if any(span.weekday == n and span.opens <= opens < end_of(span) for span in spans):
                return [], _("The second span of a day begins after the first one ends.")
            spans.append(Span(n, opens, closes))
    return spans, ""


def end_of(span: Span) -> time:
    return span.closes if span.closes > span.opens else time.max


def moment(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None) if text else None
    except ValueError:
        return None


@post("/owner/settings/holidays", name="office.add_holiday", guards=[may("settings.manage")])
async def add_holiday(request: Request, db: Db, actor: Ask) -> Response[str]:
    form, today = await read_form(request, NewHoliday), actor.today(clock.now())
    if form.value is not None and not today <= form.value.day <= today + timedelta(days=1100):
        form = form.refuse("day", _("From today on, and at most three years ahead."))
    if form.value is not None and (
        (form.value.opens is None) != (form.value.closes is None) or (form.value.opens and form.value.opens == form.value.closes)
    ):
        form = form.refuse("closes", _("Each span needs both its times, and they must differ."))
    if form.value is None:
        return page(request, "office/hours.html", status=422, **await week(db, actor, form))
    asked = form.value
    await hour_actions.add_holiday(db, actor, asked.day, asked.name, asked.opens, asked.closes, now=clock.now())
    return go(request, "/owner/settings/hours", toast=_("Saved."))


@post("/owner/settings/holidays/{day:date}/drop", name="office.drop_holiday", guards=[may("settings.manage")])
async def drop_holiday(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    await hour_actions.drop_holiday(db, actor, day, now=clock.now())
    return go(request, "/owner/settings/hours", toast=_("Removed."))


# ── Gyms ─────────────────────────────────────────────────────────────────────────────────────────


@get("/owner/settings/gyms", name="office.gyms", guards=[may("settings.manage")])
async def all_gyms(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "office/gyms.html", form=None, **await gym_values(db, actor))


async def gym_values(db: Database, actor: Actor) -> dict[str, Any]:
    places = await staff.all_gyms(db)
    return {"gyms": [await gyms.gym(db, place.id) for place in places], "can_add": "owner" in actor.roles}


@post("/owner/settings/gyms", name="office.add_gym", guards=[may("settings.manage"), recent])
async def add_gym(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, NewGym)
    if "owner" not in actor.roles:
        form = form.refuse("name", _("Only an owner opens another gym."))
    if form.value is not None and await actions.add_gym(db, actor, form.value.name, id=form.value.id, now=clock.now()):
        form = form.refuse("name", _("Another gym of yours has this name."))
    if form.value is None:
        return page(request, "office/gyms.html", status=422, form=form, **await gym_values(db, actor))
    request.app.state.sessions.forget(request.visit)
    return go(request, "/owner/settings/gyms", toast=_("The gym is there. Change to it in the menu behind your initials."))


# ── Name, logo and colour ────────────────────────────────────────────────────────────────────────


async def brand_page(request: Request, db: Database, form: Form[Any] | None = None, status: int = 200) -> Response[str]:
    club = await queries.club(db)
    return page(request, "office/brand.html", status=status, form=form, club=club, accent=accent_of(club.accent or ""))


@get("/owner/settings/brand", name="office.brand", guards=[may("settings.manage")])
async def brand(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await brand_page(request, db)


@post("/owner/settings/brand/name", name="office.rename", guards=[may("settings.manage"), recent])
async def rename(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, ClubName)
    if form.value is None:
        return await brand_page(request, db, form, 422)
    await actions.rename(db, actor, form.value.name, now=clock.now())
    return go(request, "/owner/settings/brand", toast=_("Saved."))


@post("/owner/settings/brand/colours", name="office.paint", guards=[may("settings.manage")])
async def paint(request: Request, db: Db, actor: Ask) -> Response[str]:
    """A colour that cannot be read is refused with the reason, in whichever half of the day it fails."""
    form = await read_form(request, Colours)
    accent, form = read_colours(form)
    if form.errors:
        return await brand_page(request, db, form, 422)
    await actions.paint(db, actor, accent, now=clock.now())
    request.app.state.sessions.forget(request.visit)
    return go(request, "/owner/settings/brand", toast=_("Painted."))


def read_colours(form: Form[Colours]) -> tuple[Accent | None, Form[Colours]]:
    if form.value is None or not form.value.day.strip():
        return None, form
    day = colour(form.value.day)
    night = colour(form.value.night) if form.value.night.strip() else night_of(day) if day else ""
    if day is None:
        return None, form.refuse("day", _("A colour looks like #1a5fb4."))
    if not night:
        return None, form.refuse("night", _("A colour looks like #1a5fb4."))
    accent = Accent(day, night)
    if accent.fault == "day":
        said = _(
            "This is too pale to be read by day: its contrast is %(ratio)s to 1, and 4.5 are needed. Take a darker one.",
            ratio=f"{accent.by_day:.1f}",
        )
        return None, form.refuse("day", said)
    if accent.fault == "night":
        said = _(
            "This is too dark to be read by night: its contrast is %(ratio)s to 1, and 4.5 are needed. Take a lighter one.",
            ratio=f"{accent.by_night:.1f}",
        )
        return None, form.refuse("night", said)
    return accent, form


@post("/owner/settings/brand/photo", name="office.set_logo", guards=[may("settings.manage")])
async def set_logo(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Developed anew before the transaction begins: whatever else was in the file stays outside."""
    sent = (await request.form()).get("photo")
    data = await sent.read(photos.MAX_BYTES + 1) if isinstance(sent, UploadFile) else b""
    developed = await photos.develop(data, SIZES)
    if isinstance(developed, photos.Refused):
        return await brand_page(request, db, Form(None, {}, {"photo": no_logo(developed.code)}), 422)
    await actions.set_logo(db, actor, developed.files, name=secrets.token_urlsafe(9), now=clock.now())
    request.app.state.sessions.forget(request.visit)
    return go(request, "/owner/settings/brand", toast=_("The logo is there."))


def no_logo(code: str) -> str:
    return {
        "empty": _("No picture arrived. Choose one first."),
        "too_big": _("The picture is larger than 8 MB."),
        "svg": _("Please use a JPEG, PNG or WebP picture."),
        "too_many_pixels": _("The picture has more than 25 megapixels."),
    }.get(code, _("This file is not a picture that can be read here."))


@post("/owner/settings/brand/logo/drop", name="office.drop_logo", guards=[may("settings.manage")])
async def drop_logo(request: Request, db: Db, actor: Ask) -> Response[str]:
    await actions.drop_logo(db, actor, now=clock.now())
    request.app.state.sessions.forget(request.visit)
    return go(request, "/owner/settings/brand", toast=_("Removed."))


@get("/brand/colours/{colours:str}", name="office.colours", guards=[public()])
async def painted(colours: FromPath[str]) -> Response[bytes]:
    """The address says all of it, so that it may be kept for ever."""
    accent = accent_of(colours)
    if accent is None or accent.name != colours:
        raise NotFoundException
    return Response(sheet(accent).encode(), media_type="text/css; charset=utf-8", headers=FOREVER)


@get("/brand/logo/{picture:str}", name="office.logo", guards=[public()])
async def logo(request: Request, db: Db, picture: FromPath[str]) -> Response[bytes]:
    found = await queries.logo(db, picture.replace("\x00", ""), small=request.query_params.get("size") == "96")
    if found is None:
        raise NotFoundException
    headers = {**FOREVER, "Content-Security-Policy": "sandbox; default-src 'none'", "Content-Disposition": "inline"}
    return Response(found, media_type="image/webp", headers=headers)


# ── What is kept ─────────────────────────────────────────────────────────────────────────────────


@get("/owner/settings/keeping", name="office.keeping", guards=[may("settings.manage")])
async def keeping(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "office/keeping.html", form=None, **await kept(db, actor))


async def kept(db: Database, actor: Actor, months: int | None = None) -> dict[str, Any]:
    """With the dry run: who would be emptied, for the rule that stands or for the one that is tried."""
    club, today = await queries.club(db), actor.today(clock.now())
    tried = months or club.former_months
    return {
        "club": club, "tried": tried, "former": await queries.forgettable(db, first_kept(today, tried), limit=501) if tried else [],
        "can_erase": actor.can("members.erase"), "house": await queries.house(db, actor.gym_id, actor.gym_ids, clock.now()),
    }  # fmt: skip


@post("/owner/settings/keeping", name="office.keep", guards=[may("settings.manage"), recent])
async def keep(request: Request, db: Db, actor: Ask) -> Response[str]:
    """`try` only looks; `keep` makes it the rule."""
    data, form = await request.form(), await read_form(request, Keeping)
    if form.value is None:
        return page(request, "office/keeping.html", status=422, form=form, **await kept(db, actor))
    if data.get("act") == "try":
        return page(request, "office/keeping.html", form=form, **await kept(db, actor, form.value.former_months))
    await actions.keep_for(db, actor, form.value.former_months, now=clock.now())
    return go(request, "/owner/settings/keeping", toast=_("Saved."))


@post("/owner/settings/keeping/forget", name="office.forget", guards=[may("members.erase"), recent])
async def forget(request: Request, db: Db, actor: Ask) -> Response[str]:
    club, now = await queries.club(db), clock.now()
    if club.former_months is None:
        return go(request, "/owner/settings/keeping", toast=_("Everything is kept: there is no limit."))
    gone = await actions.forget_former(db, actor, first_kept(actor.today(now), club.former_months), now=now)
    return go(request, "/owner/settings/keeping", toast=_("%(count)s former members are empty rows now.", count=gone))


HANDLERS = [
    opening, set_hours, add_holiday, drop_holiday, all_gyms, add_gym, brand, rename, paint, set_logo, drop_logo, painted, logo, keeping,
    keep, forget,
]  # fmt: skip
