"""A plan or a unit behind a link: anybody who has it may look, whoever is signed in may copy where the link allows."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.plans import actions
from app.plans.actions import Refused
from app.plans.forms import Copying
from app.plans.queries import shared
from app.web.asking import Ask, Db, MaybeAsk, Request, public, signed_in
from app.web.forms import read_form
from app.web.pages import go, page
from app.words import _


@get("/p/{token:str}", name="plans.linked", guards=[public()])
async def linked(request: Request, db: Db, maybe_actor: MaybeAsk, token: FromPath[str]) -> Response[str]:
    found = await shared.linked(db, token[:64], clock.now())
    if found is None:
        return gone(request)
    answer = page(request, "plans/linked.html", found=found, outline=found.content, token=token)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def gone(request: Request) -> Response[str]:
    """Ended, taken back, or never there: all the same to whoever holds it."""
    return page(request, "plans/link_gone.html", "linked", status=410)


@post("/p/{token:str}/copy", name="plans.copy_linked", guards=[signed_in()])
async def copy_linked(request: Request, db: Db, actor: Ask, token: FromPath[str]) -> Response[str]:
    form = await read_form(request, Copying)
    found = await shared.linked(db, token[:64], clock.now())
    if found is None or found.allows != "copy" or form.value is None:
        return gone(request)
    made = await copied(db, actor, found, form.value.id)
    if isinstance(made, Refused):
        return gone(request)
    where = f"/plans/{made}" if found.plan_id else f"/units/{made}"
    return go(request, where, toast=_("Copied to your plans.") if found.plan_id else _("Copied to your units."))


async def copied(db: Db, actor: Actor, found: shared.Linked, id: UUID) -> UUID | Refused:
    now = clock.now()
    if found.plan_id:
        return await actions.copy_plan(db, actor, found.content, found.plan_id, found.version, id=id, now=now)
    return await actions.copy_linked_unit(db, actor, found.content.units[0], id=id, now=now)


HANDLERS = [linked, copy_linked]
