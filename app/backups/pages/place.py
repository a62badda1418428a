"""The second place for backups: a folder or S3-compatible storage, set and tried on the page."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from litestar import Response, get, post
from msgspec import Meta, Struct

from app import clock
from app.accounts.actions import audit
from app.backups import places
from app.backups.pages.shelf import the_shelf
from app.backups.places import Place
from app.web.asking import Ask, Db, Request, may, recent
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _

Line = Annotated[str, Meta(max_length=400)]


class Asked(Struct):
    kind: Literal["none", "folder", "s3"]
    act: Literal["try", "keep"] = "try"
    folder: Line = ""
    bucket: Line = ""
    endpoint: Line = ""
    region: Line = ""
    key_id: Line = ""
    secret: Line = ""


def shown(place: Place | None) -> dict[str, str]:
    """For the form; the secret never goes back to a browser."""
    nothing = dict.fromkeys(("folder", "bucket", "endpoint", "region", "key_id"), "")
    if place is None:
        return {**nothing, "kind": "none"}
    if not place.is_far:
        return {**nothing, "kind": "folder", "folder": place.url}
    far = {"bucket": place.url.removeprefix("s3://"), "endpoint": place.endpoint, "region": place.region, "key_id": place.key_id}
    return {**nothing, "kind": "s3", **far}


@get("/owner/backups/place", name="backups.place", guards=[may("backups.manage")])
async def place(request: Request, actor: Ask) -> Response[str]:
    known = the_shelf(request).other
    return draw(request, known, None)


def draw(request: Request, known: Place | None, form: Form[Asked] | None, status: int = 200, tried: str = "") -> Response[str]:
    has_secret = bool(known and known.secret)
    return page(
        request, "backups/place.html", "place", status=status, form=form, known=shown(known), has_secret=has_secret, tried=tried
    )  # fmt: skip


@post("/owner/backups/place", name="backups.set_place", guards=[may("backups.manage"), recent])
async def set_place(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Tried before it is kept: a place that does not answer tonight is no place."""
    form = await read_form(request, Asked)
    shelf = the_shelf(request)
    known = shelf.other
    wanted = wanted_of(form, known)
    form = checked(form, wanted)
    if form.value is None or wanted is None:
        return draw(request, known, form, 422)
    given = form.value
    trouble = await places.attempt(wanted) if wanted.url else ""
    if trouble:
        form = form.refuse("bucket" if wanted.is_far else "folder", _("It does not work: %(why)s", why=trouble))
        return draw(request, known, form, 422)
    if given.act == "try":
        return draw(request, known, form, tried=_("It works: a small file was written there, read back and deleted."))
    # A place that no act vouches for gets no backups: it counts once the act is committed.
    request.visit.after.append(partial(asyncio.to_thread, places.keep, shelf.data, wanted))
    await audit(
        db, actor, "backups.place", now=clock.now(), subject="backup", after={"place": wanted.url, "endpoint": wanted.endpoint}
    )
    return go(request, "/owner/backups", _("Backups go there from now on."))


def wanted_of(form: Form[Asked], known: Place | None) -> Place | None:
    """A secret left empty stays the one that is kept, for the same key."""
    given = form.value
    if given is None:
        return None
    if given.kind != "s3":
        return Place(given.folder.strip() if given.kind == "folder" else "")
    secret = given.secret or (known.secret if known and known.key_id == given.key_id else "")
    bucket = given.bucket.strip().removeprefix("s3://").strip("/")
    return Place(f"s3://{bucket}", given.endpoint.strip().rstrip("/"), given.region.strip(), given.key_id.strip(), secret)


def checked(form: Form[Asked], wanted: Place | None) -> Form[Any]:
    given = form.value
    if given is None or wanted is None:
        return form
    if given.kind == "folder" and not Path(wanted.url).is_absolute():
        return form.refuse("folder", _("A whole path, such as /mnt/usb/backups."))
    if given.kind == "s3" and wanted.url == "s3://":
        form = form.refuse("bucket", _("The name of the bucket."))
    if given.kind == "s3" and wanted.endpoint and not wanted.endpoint.startswith(("https://", "http://")):
        form = form.refuse("endpoint", _("It begins with https://"))
    return form


handlers = [place, set_place]
