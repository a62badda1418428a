"""A backup that somebody carries in: streamed to the disk, checked, put on the shelf. Nothing is restored by that."""

import asyncio
from functools import partial
from typing import Any

from litestar import Response, post
from litestar.datastructures import UploadFile

from app import clock
from app.accounts.actions import audit
from app.backups import carry
from app.backups.archive import RefusedError
from app.backups.pages.restoring import refusal
from app.backups.pages.shelf import shown, the_shelf
from app.db import new_id
from app.web.asking import Ask, Db, Request, may
from app.web.forms import Form
from app.web.pages import go, page
from app.words import _


@post("/owner/backups/uploads", name="backups.upload", guards=[may("backups.manage")], request_max_body_size=None)
async def upload(request: Request, db: Db, actor: Ask) -> Response[str]:
    given = (await request.form()).get("file")
    if not isinstance(given, UploadFile):
        return await again(request, db, _("Choose the file of a backup."))
    shelf = the_shelf(request)
    shelf.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = shelf.folder / f".incoming-{new_id()}"
    try:
        target = shelf.folder / await asyncio.to_thread(carry.take_in, given.file, draft)
    except RefusedError as error:
        return await again(request, db, refusal(error.refused.code, error.refused.detail))
    request.visit.after.append(partial(asyncio.to_thread, carry.put, draft, target))
    await audit(db, actor, "backups.upload", now=clock.now(), subject="backup", after={"name": target.name})
    return go(request, f"/owner/backups/{target.name}/restore", _("It is whole, and on the shelf."))


async def again(request: Request, db: Any, sentence: str) -> Response[str]:
    form: Form[Any] = Form(None, {}, {"file": sentence})
    return page(request, "backups/overview.html", "shelf", status=422, **{**await shown(request, db), "form": form})


handlers = [upload]
