"""Bringing one back: said twice, with the password again, done by the supervisor, told on a page that needs no database."""

import asyncio
import secrets
from functools import partial
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import clock
from app.accounts.actions import audit
from app.backups import errand, house, keys
from app.backups.errand import Wish
from app.backups.pages.shelf import is_house, one_of, the_shelf
from app.web.asking import Ask, Db, Request, may, public, recent
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


class Sure(Struct):
    sure: bool = False
    kit: Annotated[str, Meta(max_length=1000)] = ""


def refusal(code: str, detail: str = "") -> str:
    """Why it is not taken, and what helps."""
    said = {
        "not_a_backup": _("This is not a backup of Spotter."),
        "foreign": _("This backup was made by another machine. Type the two lines of its recovery kit."),
        "altered": _("This backup was altered or damaged."),
        "partial": _("This backup is not whole."),
        "newer_schema": _("This backup is of a version that this Spotter does not know. Update Spotter first."),
        "wrong_key": _("This kit does not open the backup."),
        "does_not_fit": _("What was restored is not what was backed up."),
    }.get(code, code)
    return f"{said} ({detail})" if detail else said


def only_in_a_house(request: Request) -> None:
    if not is_house(request):
        raise NotFoundException


@get("/owner/backups/{backup:str}/restore", name="backups.confirm", guards=[may("backups.manage"), recent])
async def confirm(request: Request, actor: Ask, backup: FromPath[str]) -> Response[str]:
    only_in_a_house(request)
    return page(request, "backups/confirm.html", form=None, held=await one_of(request, backup))


@post("/owner/backups/{backup:str}/restore", name="backups.restore", guards=[may("backups.manage"), recent])
async def bring_back(request: Request, db: Db, actor: Ask, backup: FromPath[str]) -> Response[str]:
    only_in_a_house(request)
    held = await one_of(request, backup)
    form = checked(await read_form(request, Sure), needs_kit=not held.is_ours)
    if form.value is None:
        return page(request, "backups/confirm.html", status=422, form=form, held=held)
    wish = Wish(secrets.token_urlsafe(24), "restore", held.name, form.value.kit, actor.name)
    return await begin(request, db, actor, wish)


def checked(form: Form[Any], *, needs_kit: bool) -> Form[Any]:
    if form.value is not None and not form.value.sure:
        form = form.refuse("sure", _("Say that you mean it."))
    if form.value is not None and (needs_kit or form.value.kit) and not is_kit(form.value.kit):
        form = form.refuse("kit", _("Both lines of the kit: the key and the line that begins with hub:"))
    return form


def is_kit(text: str) -> bool:
    kit = keys.read_kit(text)
    return bool(kit.secret and kit.hub)


@post("/owner/backups/undo", name="backups.undo", guards=[may("backups.manage"), recent])
async def undo(request: Request, db: Db, actor: Ask) -> Response[str]:
    """The way back: the present that was set aside by the last restore takes its place again."""
    only_in_a_house(request)
    before = await house.known_before(the_shelf(request))
    if not before:
        raise NotFoundException
    return await begin(request, db, actor, Wish(secrets.token_urlsafe(24), "undo", before[0], by=actor.name))


async def begin(request: Request, db: Any, actor: Any, wish: Wish) -> Response[str]:
    data = request.app.state.settings.data
    if errand.is_under_way(data):
        known = errand.told(data)
        return go(request, f"/restoring/{known.key}" if known else "/owner/backups")
    # The supervisor acts on what it finds asked, so it is asked once this act is committed.
    request.visit.after.append(partial(asyncio.to_thread, errand.ask, data, wish, clock.now()))
    after = {"name": wish.name}
    await audit(db, actor, f"backups.ask_{wish.kind}", now=clock.now(), subject="backup", after=after)
    return go(request, f"/restoring/{wish.key}")


@get("/restoring/{key:str}", name="backups.restoring", guards=[public()])
async def restoring(request: Request, key: FromPath[str]) -> Response[str]:
    """For whoever asked: they are signed out by what they watch, so the key in the address is what lets them look."""
    story = errand.told(request.app.state.settings.data)
    if story is None or not secrets.compare_digest(story.key.encode(), key.encode("utf-8", "replace")):
        raise NotFoundException
    answer = page(request, "backups/restoring.html", story=story, steps=STEPS[story.kind])
    if story.state in {"waiting", "running"}:
        answer.headers["Refresh"] = "2"
    answer.headers["Cache-Control"] = "no-store"
    return answer


STEPS = {
    "restore": ("verifying", "decrypting", "restoring", "comparing", "updating", "swapping"),
    "undo": ("verifying", "swapping"),
}

handlers = [confirm, bring_back, undo, restoring]
