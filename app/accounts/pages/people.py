"""Staff: who works here, what they may do, and how they get in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath

from app import clock
from app.accounts import keys, letters, sentences
from app.accounts.actions import factors, links, people
from app.accounts.forms import DefinedRole, Granting, Invitation
from app.accounts.queries import addresses
from app.accounts.queries import people as queries
from app.accounts.rules import role_fault
from app.actor import PERMISSIONS
from app.db import new_id
from app.mail import actions as mail
from app.settings import Settings
from app.web.asking import Ask, Db, Request, may, recent
from app.web.forms import Form, read_form
from app.web.pages import done, go, page
from app.words import _


@get("/people", name="accounts.people", guards=[may("people.manage")])
async def staff(request: Request, db: Db, actor: Ask) -> Response[str]:
    find = request.query_params.get("find", "").replace("\x00", "")[:100]
    return page(request, "accounts/people.html", "staff", find=find, staff=await queries.staff(db, actor.gym_ids, find))


@get("/people/invite", name="accounts.invite_page", guards=[may("people.manage")])
async def invite_page(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "accounts/invite.html", form=None, **await choices(db, actor))


async def choices(db: Db, actor: Ask) -> dict[str, Any]:
    """The roles I may give, and where."""
    is_owner = "owner" in actor.roles
    roles = [
        role
        for role in await queries.roles(db)
        if is_owner or (set(role.permissions) <= actor.permissions and role.name != "owner")
    ]
    return {"roles": roles, "gyms": await queries.gyms(db, actor.gym_ids), "is_owner": is_owner}


@post("/people/invite", name="accounts.invite", guards=[may("people.manage")])
async def invite(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, Invitation)
    role = await queries.role(db, form.value.role) if form.value else None
    if form.value is not None and role is None:
        form = form.refuse("role", _("Please choose a role."))
    now = clock.now()
    if form.value is not None and role is not None:
        wanted = form.value
        fault = await people.invite(db, actor, wanted.name, wanted.email, role, wanted.gym, id=wanted.id, now=now)
        if fault:
            form = form.refuse({"email_taken": "email", "not_your_gym": "gym"}.get(fault, "role"), sentences.of(fault))
    if form.value is None:
        status = 409 if "email" in form.errors and form.errors["email"] == sentences.of("email_taken") else 422
        return page(request, "accounts/invite.html", "invite", status=status, form=form, **await choices(db, actor))
    return await show_link(request, db, actor, form.value.id, "invitation")


@get("/people/{person_id:uuid}", name="accounts.colleague", guards=[may("people.manage")])
async def colleague(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    person = await found(db, actor, person_id)
    return page(request, "accounts/colleague.html", form=None, person=person, fault="", **await choices(db, actor))


async def found(db: Db, actor: Ask, person_id: UUID) -> queries.Person:
    person = await queries.colleague(db, actor.gym_ids, person_id)
    if person is None:
        raise NotFoundException
    return person


@post("/people/{person_id:uuid}/roles", name="accounts.grant", guards=[may("people.manage")])
async def grant(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Granting)
    person = await found(db, actor, person_id)
    role = await queries.role(db, form.value.role) if form.value else None
    fault = "unknown_role"
    if form.value is not None and role is not None:
        fault = await people.grant_role(db, actor, person_id, role, form.value.gym, now=clock.now()) or ""
    return await answer(
        request, db, actor, person, form.refuse("role", said(fault)) if fault else form, _("They have the role now.")
    )


def said(fault: str) -> str:
    return _("Please choose a role.") if fault == "unknown_role" else sentences.of(fault)


@post("/people/{person_id:uuid}/roles/{grant_id:uuid}/revoke", name="accounts.revoke", guards=[may("people.manage")])
async def revoke(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID], grant_id: FromPath[UUID]) -> Response[str]:
    person = await found(db, actor, person_id)
    held = next((one for one in person.grants if one.id == grant_id), None)
    fault = await people.revoke_grant(db, actor, held, now=clock.now()) if held else None
    if not fault and not await queries.colleague(db, actor.gym_ids, person_id):
        request.app.state.sessions.forget(request.visit)
        return go(request, "/people", toast=_("They do not work here any more."))
    return await answer(
        request, db, actor, person, Form(None, {}, {"": sentences.of(fault)} if fault else {}), _("The role is gone.")
    )


@post("/people/{person_id:uuid}/off", name="accounts.deactivate", guards=[may("people.manage"), recent])
async def deactivate(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    person = await found(db, actor, person_id)
    fault = await people.deactivate(db, actor, person, now=clock.now())
    return await answer(
        request,
        db,
        actor,
        person,
        Form(None, {}, {"": sentences.of(fault)} if fault else {}),
        _("They are signed out and switched off."),
    )


@post("/people/{person_id:uuid}/on", name="accounts.reactivate", guards=[may("people.manage")])
async def reactivate(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    person = await found(db, actor, person_id)
    fault = await people.reactivate(db, actor, person, now=clock.now())
    return await answer(
        request, db, actor, person, Form(None, {}, {"": sentences.of(fault)} if fault else {}), _("They can sign in again.")
    )


async def answer(request: Request, db: Db, actor: Ask, person: queries.Person, form: Form[Any], toast: str) -> Response[str]:
    """The sheet again with what is wrong, or as it is now. Whoever it was about feels it at their next click."""
    if form.errors:
        values = {"person": person, "form": form, "fault": form.errors.get("", ""), **await choices(db, actor)}
        return page(request, "accounts/colleague.html", "sheet", status=422, **values)
    request.app.state.sessions.forget(request.visit)
    values = {"person": await found(db, actor, person.id), "form": None, "fault": "", **await choices(db, actor)}
    return done(request, f"/people/{person.id}", "accounts/colleague.html", "sheet", toast=toast, **values)


@post("/people/{person_id:uuid}/link", name="accounts.make_link", guards=[may("people.manage"), recent])
async def make_link(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    """A new way in for a colleague: to print, to scan, or to read out."""
    person = await found(db, actor, person_id)
    fault = people.reach_fault(actor, person)
    if fault:
        return await answer(request, db, actor, person, Form(None, {}, {"": sentences.of(fault)}), "")
    return await show_link(request, db, actor, person_id, "reset" if person.has_password else "invitation")


@post("/people/{person_id:uuid}/code", name="accounts.make_code", guards=[may("people.manage"), recent])
async def make_code(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    person = await found(db, actor, person_id)
    fault = people.reach_fault(actor, person)
    if fault:
        return await answer(request, db, actor, person, Form(None, {}, {"": sentences.of(fault)}), "")
    return await show_link(request, db, actor, person_id, "code")


async def show_link(request: Request, db: Db, actor: Ask, person_id: UUID, purpose: str) -> Response[str]:
    """Shown once, here; we keep only its hash. The key stands behind the #, so no server ever logs it."""
    key = keys.new_code() if purpose == "code" else keys.new_key()[0]
    id, now, config = new_id(), clock.now(), request.app.state.settings
    ends_at = await links.make_link(db, actor, person_id, purpose, keys.hashed(key), id=id, now=now)
    url = f"{config.address}/welcome#{key}"
    values: dict[str, Any] = {"person": await found(db, actor, person_id), "purpose": purpose, "link": url, "ends_at": ends_at}
    reader = await addresses.reader(db, person_id) if purpose != "code" else None
    values["sent_to"] = (
        reader.email if reader and await post_link(db, config, reader, url, purpose, ends_at, id=id, now=now) else ""
    )
    values["url_shown"] = f"{request.app.state.settings.address}/welcome"
    return page(request, "accounts/link.html", code=keys.in_groups(key) if purpose == "code" else "", qr=keys.qr(url), **values)


async def post_link(
    db: Db, config: Settings, reader: addresses.Reader, url: str, purpose: str, ends_at: datetime, *, id: UUID, now: datetime
) -> bool:
    """Where the club has mail, the link goes out by itself; the page shows it all the same."""
    if not reader.email:
        return False
    letter = letters.way_in(reader.email, reader.name, reader.gym, url, purpose, ends_at, locale=reader.locale, zone=reader.zone)
    return await mail.write(db, config, letter, id=id, now=now)


@post("/people/{person_id:uuid}/second-factor/remove", name="accounts.remove_their_factor", guards=[may("people.manage"), recent])
async def remove_their_factor(request: Request, db: Db, actor: Ask, person_id: FromPath[UUID]) -> Response[str]:
    """They lost phone and codes; at the next sign-in they enrol anew."""
    person = await found(db, actor, person_id)
    fault = people.reach_fault(actor, person)
    if not fault:
        await factors.remove_all_factors(db, actor, person_id, now=clock.now())
    return await answer(
        request, db, actor, person, Form(None, {}, {"": sentences.of(fault)} if fault else {}), _("Their second step is removed.")
    )


# ── Roles ────────────────────────────────────────────────────────────────────────────────────────


@get("/roles", name="accounts.roles", guards=[may("people.manage")])
async def roles(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "accounts/roles.html", roles=await queries.roles(db))


@get("/roles/new", name="accounts.new_role", guards=[may("roles.define")])
async def new_role(request: Request, db: Db, actor: Ask) -> Response[str]:
    copied = next((role for role in await queries.roles(db) if str(role.id) == request.query_params.get("from", "")), None)
    return page(request, "accounts/role.html", form=None, role=None, ticked=copied.permissions if copied else [])


@post("/roles/new", name="accounts.define_role", guards=[may("roles.define"), recent])
async def define_role(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, DefinedRole)
    form = await fitting(db, form, None)
    if form.value is None:
        return page(
            request, "accounts/role.html", "role", status=422, form=form, role=None, ticked=form.typed.get("permissions", [])
        )
    await people.define_role(db, actor, form.value.name, form.value.permissions, id=form.value.id, now=clock.now())
    return go(request, "/roles", toast=_("The role is there."))


async def fitting(db: Db, form: Form[DefinedRole], role: queries.Role | None) -> Form[DefinedRole]:
    if form.value is None:
        return form
    fault = role_fault(form.value.name, form.value.permissions, PERMISSIONS, is_built_in=role is not None and role.is_built_in)
    if fault:
        return form.refuse("name", sentences.of(fault))
    other = await queries.role_named(db, form.value.name)
    if other is not None and other.id not in {form.value.id, role.id if role else None}:
        return form.refuse("name", _("There is a role of this name already."))
    return form


@get("/roles/{role_id:uuid}", name="accounts.role", guards=[may("people.manage")])
async def role(request: Request, db: Db, actor: Ask, role_id: FromPath[UUID]) -> Response[str]:
    kept = await kept_role(db, role_id)
    return page(request, "accounts/role.html", form=None, role=kept, ticked=kept.permissions)


async def kept_role(db: Db, role_id: UUID) -> queries.Role:
    kept = await queries.role(db, role_id)
    if kept is None:
        raise NotFoundException
    return kept


@post("/roles/{role_id:uuid}", name="accounts.change_role", guards=[may("roles.define"), recent])
async def change_role(request: Request, db: Db, actor: Ask, role_id: FromPath[UUID]) -> Response[str]:
    kept = await kept_role(db, role_id)
    if kept.name in actor.roles:
        raise PermissionDeniedException
    form = await fitting(db, await read_form(request, DefinedRole), kept)
    if form.value is None:
        return page(
            request, "accounts/role.html", "role", status=422, form=form, role=kept, ticked=form.typed.get("permissions", [])
        )
    await people.change_role(db, actor, kept, form.value.name, form.value.permissions, now=clock.now())
    request.app.state.sessions.forget(request.visit)
    return go(request, "/roles", toast=_("Saved. It counts from their next click on."))


@post("/roles/{role_id:uuid}/drop", name="accounts.drop_role", guards=[may("roles.define"), recent])
async def drop_role(request: Request, db: Db, actor: Ask, role_id: FromPath[UUID]) -> Response[str]:
    kept = await kept_role(db, role_id)
    fault = await people.drop_role(db, actor, kept, now=clock.now())
    if fault:
        form: Form[Any] = Form(None, {}, {"": sentences.of(fault)})
        return page(request, "accounts/role.html", "role", status=422, form=form, role=kept, ticked=kept.permissions)
    return go(request, "/roles", toast=_("The role is gone."))


HANDLERS = [
    staff, invite_page, invite, colleague, grant, revoke, deactivate, reactivate, make_link, make_code, remove_their_factor,
    roles, new_role, define_role, role, change_role, drop_role,
]  # fmt: skip
