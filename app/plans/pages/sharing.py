"""Who may see a plan or a unit: with two taps to a link, and one to take it back. The same screen for both."""

import io
import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import segno
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.plans import actions, queries
from app.plans.actions import Home, Refused
from app.plans.forms import Granting, Linking, Opening
from app.plans.pages.library import refused
from app.plans.queries import shared
from app.plans.words import fault
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form
from app.web.pages import done, page
from app.words import _

PLAN, UNIT = "/plans/{home_id:uuid}", "/units/{home_id:uuid}"


def home_of(request: Request, home_id: UUID) -> Home:
    return Home("plan" if request.url.path.startswith("/plans/") else "unit", home_id)


@get([f"{PLAN}/sharing", f"{UNIT}/sharing"], name="plans.sharing", guards=[signed_in()])
async def sharing(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID]) -> Response[str]:
    return await drawn(request, db, actor, home_of(request, home_id))


async def drawn(
    request: Request, db: Db, actor: Actor, home: Home, form: Form | None = None, toast: str | None = None
) -> Response[str]:
    found = await shared.sharing(db, actor, home.kind, home.id, clock.now())
    if found is None:
        raise NotFoundException
    values: dict[str, Any] = {"home": found, "form": form, "base": base_url(request)}
    if form is None and request.method == "POST":
        return done(request, f"{found.url}/sharing", "plans/sharing.html", "sharing", toast=toast, **values)
    return page(request, "plans/sharing.html", "sharing", status=422 if form else 200, **values)


def base_url(request: Request) -> str:
    """Links leave with the configured address, never with one that a request claims."""
    return str(request.app.state.settings.origin or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")


@post([f"{PLAN}/sharing", f"{UNIT}/sharing"], name="plans.open_to", guards=[signed_in()])
async def open_to(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Opening)
    outcome = (
        await actions.open_to(db, actor, home_of(request, home_id), form.value.sharing, now=clock.now()) if form.value else False
    )
    if not outcome:
        raise NotFoundException
    if isinstance(outcome, Refused):
        return await drawn(request, db, actor, home_of(request, home_id), form.refuse("sharing", fault(outcome.faults[0].code)))
    return await drawn(request, db, actor, home_of(request, home_id), toast=_("Saved."))


@post([f"{PLAN}/people", f"{UNIT}/people"], name="plans.grant", guards=[signed_in()])
async def grant(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Granting)
    if form.value is None or form.value.level not in {"read", "write"}:
        return await drawn(request, db, actor, home_of(request, home_id), form)
    person = await queries.person_by_email(db, form.value.email)
    if person is None:
        return await drawn(
            request, db, actor, home_of(request, home_id), form.refuse("email", _("Nobody in this club has this e-mail."))
        )
    ends = end_of(form.value.until, actor) if form.value.until else None
    outcome = await actions.grant(
        db, actor, home_of(request, home_id), person, form.value.level, now=clock.now(), expires_at=ends
    )
    if outcome is False:
        raise NotFoundException
    if isinstance(outcome, Refused):
        return await drawn(request, db, actor, home_of(request, home_id), refused(form, outcome))
    return await drawn(request, db, actor, home_of(request, home_id), toast=_("Shared."))


def end_of(day: date, actor: Actor) -> datetime:
    """The last day counts whole."""
    return datetime.combine(day, time.max, actor.zone).astimezone(UTC)


@post(
    [f"{PLAN}/people/{{person_id:uuid}}/revoke", f"{UNIT}/people/{{person_id:uuid}}/revoke"],
    name="plans.revoke_grant",
    guards=[signed_in()],
)
async def revoke_grant(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID], person_id: FromPath[UUID]) -> Response[str]:
    if not await actions.revoke_grant(db, actor, home_of(request, home_id), person_id):
        raise NotFoundException
    return await drawn(request, db, actor, home_of(request, home_id), toast=_("No longer shared."))


@post([f"{PLAN}/links", f"{UNIT}/links"], name="plans.make_link", guards=[signed_in()])
async def make_link(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Linking)
    if form.value is None or form.value.allows not in {"read", "copy"}:
        return await drawn(request, db, actor, home_of(request, home_id), form)
    now = clock.now()
    ends = now + timedelta(days=form.value.days) if form.value.days else None
    outcome = await actions.make_link(
        db,
        actor,
        home_of(request, home_id),
        secrets.token_urlsafe(24),
        form.value.allows,
        id=form.value.id,
        now=now,
        expires_at=ends,
    )
    if outcome is False:
        raise NotFoundException
    if isinstance(outcome, Refused):
        return await drawn(request, db, actor, home_of(request, home_id), form.refuse("allows", fault(outcome.faults[0].code)))
    return await drawn(request, db, actor, home_of(request, home_id), toast=_("The link is ready."))


@post(
    [f"{PLAN}/links/{{link_id:uuid}}/revoke", f"{UNIT}/links/{{link_id:uuid}}/revoke"],
    name="plans.revoke_link",
    guards=[signed_in()],
)
async def revoke_link(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID], link_id: FromPath[UUID]) -> Response[str]:
    if not await actions.revoke_link(db, actor, home_of(request, home_id), link_id, now=clock.now()):
        raise NotFoundException
    return await drawn(request, db, actor, home_of(request, home_id), toast=_("The link no longer works."))


@get([f"{PLAN}/links/{{link_id:uuid}}/qr.svg", f"{UNIT}/links/{{link_id:uuid}}/qr.svg"], name="plans.qr", guards=[signed_in()])
async def qr(request: Request, db: Db, actor: Ask, home_id: FromPath[UUID], link_id: FromPath[UUID]) -> Response[bytes]:
    home = home_of(request, home_id)
    found = await shared.sharing(db, actor, home.kind, home.id, clock.now())
    link = next((one for one in found.links if one.id == link_id), None) if found else None
    if link is None:
        raise NotFoundException
    picture = io.BytesIO()
    segno.make_qr(f"{base_url(request)}/p/{link.token}").save(picture, kind="svg", scale=6, border=3, light="#fff")
    headers = {"Cache-Control": "no-store"}
    return Response(picture.getvalue(), media_type="image/svg+xml", headers=headers)


HANDLERS = [sharing, open_to, grant, revoke_grant, make_link, revoke_link, qr]
