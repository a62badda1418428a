"""The owner's settings: the gym itself, devices, and the audit."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from app import clock
from app.accounts import actions, keys, sentences
from app.accounts.actions import devices as device_actions
from app.accounts.actions import gyms as gym_actions
from app.accounts.forms import AuditFilter, GymDetails, NewDevice
from app.accounts.pages import entry
from app.accounts.pages.profile import ZONES, pairs
from app.accounts.queries import audit as audit_queries
from app.accounts.queries import gyms as gym_queries
from app.accounts.queries import people, tokens
from app.mail.post import name_of
from app.web import trust
from app.web.asking import Ask, Db, Request, may, recent
from app.web.forms import read_form, read_query
from app.web.pages import go, page
from app.words import _

PAGE = 50


@get("/settings", name="accounts.settings", guards=[may("settings.manage")])
async def settings(request: Request, db: Db, actor: Ask) -> Response[str]:
    kept = await gym_queries.gym(db, actor.gym_id)
    return page(request, "accounts/settings.html", form=None, gym=kept, zones=pairs(ZONES), **of_the_house(request))


def of_the_house(request: Request) -> dict[str, Any]:
    """How devices reach us and how letters leave: what staff should see without asking a technician."""
    config = request.app.state.settings
    return {"connection": trust.of(request), "mail": name_of(config) if config.mail_url else ""}


@post("/settings", name="accounts.change_gym_details", guards=[may("settings.manage"), recent])
async def change_gym_details(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, GymDetails)
    if form.value is not None and form.value.zone not in ZONES:
        form = form.refuse("zone", _("There is no such time zone."))
    kept = await gym_queries.gym(db, actor.gym_id)
    if form.value is not None and await gym_queries.name_taken(db, actor.gym_id, form.value.name):
        form = form.refuse("name", _("Another gym of yours has this name."))
    if form.value is None:
        return page(
            request, "accounts/settings.html", "gym", status=422, form=form, gym=kept, zones=pairs(ZONES), **of_the_house(request)
        )
    wanted = gym_queries.Gym(actor.gym_id, form.value.name, form.value.zone, kept.currency, form.value.locale, form.value.units,
                             form.value.country, form.value.capacity)  # fmt: skip
    await gym_actions.change_gym(db, actor, kept, wanted, now=clock.now())
    request.app.state.sessions.forget(request.visit)
    return go(request, "/settings", toast=_("Saved."))


# ── Devices ──────────────────────────────────────────────────────────────────────────────────────

FOR_DEVICES = ("desk.use", "members.see", "money.take", "insights.see")


@get("/settings/devices", name="accounts.devices", guards=[may("tokens.manage")])
async def devices(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "accounts/devices.html", form=None, devices=await tokens.devices(db, actor.gym_id), offered=FOR_DEVICES)


@post("/settings/devices", name="accounts.add_device", guards=[may("tokens.manage"), recent])
async def add_device(request: Request, db: Db, actor: Ask) -> Response[str]:
    """The key is shown once; for a desk it goes straight into this browser."""
    form = await read_form(request, NewDevice)
    if form.value is not None and not set(form.value.permissions) <= set(FOR_DEVICES):
        form = form.refuse("permissions", sentences.of("unknown_permission"))
    if form.value is None:
        values: dict[str, Any] = {"devices": await tokens.devices(db, actor.gym_id), "offered": FOR_DEVICES}
        return page(request, "accounts/devices.html", "new_device", status=422, form=form, **values)
    key, key_hash = keys.new_key()
    wanted = form.value
    new = await device_actions.add_device(
        db, actor, wanted.name, wanted.kind, wanted.permissions, key_hash, id=wanted.id, now=clock.now()
    )
    if not new:
        return go(request, "/settings/devices", toast=_("This device is there already. Its key was shown once."))
    if wanted.kind == "desk":
        entry.cookie(request, "desk", key, entry.YEAR)
        return go(request, "/settings/devices", toast=_("This browser is a desk now. It counts from the next sign-in on."))
    return page(request, "accounts/device.html", name=wanted.name, key=key, address=request.app.state.settings.address)


@post("/settings/devices/{device_id:uuid}/revoke", name="accounts.revoke_device", guards=[may("tokens.manage")])
async def revoke_device(request: Request, db: Db, actor: Ask, device_id: FromPath[UUID]) -> Response[str]:
    if not await device_actions.revoke_device(db, actor, device_id, now=clock.now()):
        raise NotFoundException
    request.app.state.sessions.forget(request.visit)
    return go(request, "/settings/devices", toast=_("That device is shut out."))


# ── The audit ────────────────────────────────────────────────────────────────────────────────────


@get("/audit", name="accounts.audit", guards=[may("audit.see")])
async def audit(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = read_query(request, AuditFilter)
    asked = given(actor, form.value)
    lines = await audit_queries.lines(db, asked, before=cursor(form.value.after if form.value else ""), limit=PAGE + 1)
    older = link_to(form.value, lines[PAGE - 1]) if len(lines) > PAGE else None
    values: dict[str, Any] = {
        "form": form,
        "acts": await audit_queries.acts(db),
        "staff": await people.staff(db, actor.gym_ids),
        "older": older,
    }
    return page(
        request, "accounts/audit.html", "lines", lines=lines[:PAGE], query=query_of(form.value), act_name=sentences.act, **values
    )


def given(actor: Ask, wanted: AuditFilter | None) -> audit_queries.Filter:
    asked = audit_queries.Filter(actor.gym_ids, is_whole_club="owner" in actor.roles)
    if wanted is None:
        return asked
    start = clock.start_of(wanted.start, actor.zone) if wanted.start else None
    end = clock.start_of(wanted.end + timedelta(days=1), actor.zone) if wanted.end and wanted.end.year < 9999 else None
    return replace(asked, person_id=wanted.person, act=wanted.act, start=start, end=end)


def cursor(after: str) -> tuple[datetime, UUID] | None:
    at, _comma, id = after.partition(",")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(id)) if moment.tzinfo else None
    except ValueError:
        return None


def query_of(wanted: AuditFilter | None) -> str:
    if wanted is None:
        return ""
    chosen = {"person": wanted.person, "start": wanted.start, "end": wanted.end, "act": wanted.act}
    return urlencode({name: str(value) for name, value in chosen.items() if value})


def link_to(wanted: AuditFilter | None, last: audit_queries.Line) -> str:
    return "/audit?" + "&".join(
        part for part in (query_of(wanted), urlencode({"after": f"{last.at.isoformat()},{last.id}"})) if part
    )


@post("/audit/export", name="accounts.audit_export", guards=[may("audit.see"), recent])
async def audit_export(request: Request, db: Db, actor: Ask) -> Stream:
    """As CSV, for whoever asks officially. That it was taken is a line of its own."""
    form = read_query(request, AuditFilter)
    asked = given(actor, form.value)
    await actions.audit(db, actor, "audit.exported", now=clock.now())
    rows = [line async for line in csv(db, asked)]
    headers = {"Content-Disposition": f'attachment; filename="audit-{actor.today(clock.now())}.csv"'}
    return Stream(iter(rows), media_type="text/csv; charset=utf-8", headers=headers)


async def csv(db: Db, asked: audit_queries.Filter) -> AsyncIterator[str]:
    yield "\ufeff" + row("at", "person", "gym", "act", "subject", "subject_id", "about", "address", "before", "after")
    async for line in audit_queries.all_lines(db, asked):
        yield row(
            line.at.isoformat(), line.person, line.gym, line.act, line.subject, line.subject_id, line.about, line.address,
            audit_queries.as_text(line.before), audit_queries.as_text(line.after),
        )  # fmt: skip


def row(*cells: Any) -> str:
    """Every cell quoted; one that a spreadsheet would run as a formula gets a quote in front."""
    texts = ["" if cell is None else str(cell) for cell in cells]
    safe = ["'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text for text in texts]
    return ",".join('"' + text.replace('"', '""') + '"' for text in safe) + "\r\n"


HANDLERS = [settings, change_gym_details, devices, add_device, revoke_device, audit, audit_export]
