"""Another gym of the same club."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post

from app import clock
from app.accounts.actions import gyms as actions
from app.accounts.forms import NewGym
from app.accounts.pages.profile import ZONES, pairs
from app.accounts.queries import gyms as queries
from app.accounts.queries import people
from app.web.asking import Ask, Db, Request, may, recent
from app.web.forms import read_form
from app.web.pages import go, page
from app.words import _


@get("/settings/gyms", name="accounts.club_gyms", guards=[may("roles.define")])
async def club_gyms(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "accounts/club_gyms.html", form=None, **await values(db, actor))


async def values(db: Db, actor: Ask) -> dict[str, Any]:
    return {"gyms": await people.all_gyms(db), "here": await queries.gym(db, actor.gym_id), "zones": pairs(ZONES)}


@post("/settings/gyms", name="accounts.add_gym", guards=[may("roles.define"), recent])
async def add_gym(request: Request, db: Db, actor: Ask) -> Response[str]:
    """The club's money stays in one currency; everything else is the new gym's own."""
    form = await read_form(request, NewGym)
    if form.value is not None and form.value.zone not in ZONES:
        form = form.refuse("zone", _("There is no such time zone."))
    if form.value is not None and await queries.name_taken(db, form.value.id, form.value.name):
        form = form.refuse("name", _("Another gym of yours has this name."))
    if form.value is None:
        return page(request, "accounts/club_gyms.html", "new_gym", status=422, form=form, **await values(db, actor))
    here, wanted = await queries.gym(db, actor.gym_id), form.value
    new = replace(
        here, id=wanted.id, name=wanted.name, zone=wanted.zone, locale=wanted.locale, units=wanted.units, capacity=wanted.capacity
    )
    await actions.add_another(db, actor, new, now=clock.now())
    request.app.state.sessions.forget(request.visit)
    return go(request, "/me/gyms", toast=_("The gym is there. Go there to set it up."))


HANDLERS = [club_gyms, add_gym]
