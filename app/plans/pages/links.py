"""A plan behind a link: anybody who has it may look, whoever is signed in may copy where the link allows."""

from litestar import Response, get, post
from litestar.params import FromPath

from app import clock
from app.plans import actions, queries
from app.plans.actions import Refused
from app.plans.forms import Copying
from app.web.asking import Ask, Db, MaybeAsk, Request, public, signed_in
from app.web.forms import read_form
from app.web.pages import go, page
from app.words import _


@get("/p/{token:str}", name="plans.linked", guards=[public()])
async def linked(request: Request, db: Db, maybe_actor: MaybeAsk, token: FromPath[str]) -> Response[str]:
    found = await queries.linked(db, token[:64], clock.now())
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
    found = await queries.linked(db, token[:64], clock.now())
    if found is None or found.allows != "copy" or form.value is None:
        return gone(request)
    made = await actions.copy_plan(db, actor, found.content, found.plan_id, found.version, id=form.value.id, now=clock.now())
    if isinstance(made, Refused):
        return gone(request)
    return go(request, f"/plans/{made}", toast=_("Copied to your plans."))


HANDLERS = [linked, copy_linked]
