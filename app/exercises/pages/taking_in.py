"""Movements out of a file: look first, then take them in."""

from litestar import Response, get, post
from litestar.datastructures import UploadFile

from app import clock
from app.accounts.actions import audit
from app.exercises import imports
from app.exercises.words import fault, unreadable
from app.web.asking import Ask, Db, Request, may
from app.web.limits import CSV_BYTES
from app.web.pages import page


@get("/exercises/import", name="exercises.import_page", guards=[may("imports.run")])
async def import_page(request: Request, actor: Ask) -> Response[str]:
    return page(request, "exercises/import.html", seen=None, wrong="", taken=None)


@post("/exercises/import", name="exercises.import_file", guards=[may("imports.run")])
async def import_file(request: Request, db: Db, actor: Ask) -> Response[str]:
    data = await request.form()
    upload = data.get("file")
    content = await upload.read(CSV_BYTES) if isinstance(upload, UploadFile) else b""
    rows = imports.read(content)
    if isinstance(rows, imports.Unreadable):
        return page(request, "exercises/import.html", "report", seen=None, wrong=unreadable(rows.code), taken=None, status=422)
    seen = await imports.preview(db, actor.gym_id, rows)
    refused = [(row.number, row.draft.name[:60], fault(row.fault.code, row.fault.word)) for row in seen.refused if row.fault]
    taken = None
    if data.get("act") == "take":
        taken = await imports.take_in(db, actor.gym_id, seen.new)
        await audit(db, actor, "exercises.import", now=clock.now(), after={"taken": taken, "refused": len(refused)})
    return page(request, "exercises/import.html", "report", seen=seen, refused=refused[:200], wrong="", taken=taken)


HANDLERS = [import_page, import_file]
