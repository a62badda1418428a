"""Files in and out: look, compare, apply, take back; templates, exports, the list of what is wrong."""

import io
from collections.abc import AsyncIterator, Iterator
from typing import Any, BinaryIO
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from app import clock
from app.actor import Actor
from app.db import Db as Connection
from app.db import new_id
from app.progress.actions import imports
from app.progress.contract.columns import KINDS
from app.progress.contract.issues import BadFile
from app.progress.contract.sheet import open_sheet
from app.progress.contract.writing import lines as csv_lines
from app.progress.contract.writing import template as template_of
from app.progress.forms import Applied
from app.progress.pages.causes import cause_sentence, file_sentence, fix_sentence, kind_name
from app.progress.pages.day import day_or_none, plain_name
from app.progress.pages.telling import typed_in, uuid_or_none
from app.progress.queries import exports
from app.progress.queries import imports as looked
from app.progress.rules.windows import EARLIEST, LATEST
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import read_form
from app.web.pages import go, page
from app.words import _

BIGGEST = 20_000_000
PLAIN = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


async def files_page(request: Request, db: Connection, actor: Actor, *, status: int = 200, **more: Any) -> Response[str]:
    values: dict[str, Any] = {
        "runs": await looked.runs(db, actor.person_id),
        "kinds": [(kind, kind_name(kind)) for kind in KINDS],
        "exports": [(kind, kind_name(kind)) for kind in exports.KINDS],
        "kind_name": kind_name,
        "wrong": "",
        "text": "",
    }
    return page(request, "progress/files.html", status=status, **{**values, **more})


@get("/files", name="progress.files", guards=[signed_in()])
async def files(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await files_page(request, db, actor)


@post("/files", name="progress.look", guards=[signed_in()])
async def look(request: Request, db: Db, actor: Ask) -> Response[str]:
    """A file, or the text that was pasted in its place. Nothing of the person's days is touched yet."""
    data = await request.form()
    typed = typed_in(data)
    upload = data.get("file")
    pasted = typed.get("text", "")
    file: BinaryIO = io.BytesIO(pasted.encode())
    if isinstance(upload, UploadFile) and upload.filename:
        file = upload.file  # type: ignore[assignment]
    if size_of(file) > BIGGEST:
        return await files_page(request, db, actor, status=413, wrong=file_sentence("too_big"), text=pasted)
    kind = typed.get("kind", "") if typed.get("kind", "") in KINDS else ""
    id = uuid_or_none(typed.get("id", "")) or new_id()
    bad = await look_at(db, actor, file, kind, name=plain_name(upload.filename if isinstance(upload, UploadFile) else ""), id=id)
    if bad is not None:
        sentence = file_sentence(bad.code, bad.names, bad.line)
        return await files_page(request, db, actor, status=422, wrong=sentence, text=pasted)
    return go(request, f"/progress/files/{id}")


async def look_at(db: Connection, actor: Actor, file: BinaryIO, kind: str, *, name: str, id: UUID) -> BadFile | None:
    sheet = open_sheet(file, kind)
    if isinstance(sheet, BadFile):
        return sheet
    known = await looked.known_to(db, actor, sheet.kind.name)
    return await imports.look(db, actor, file, known, kind=sheet.kind.name, name=name, id=id, now=clock.now())


def size_of(file: BinaryIO) -> int:
    file.seek(0, io.SEEK_END)
    return file.tell()


async def run_or_404(db: Connection, actor: Actor, run_id: UUID) -> looked.Run:
    found = await looked.run_of(db, actor.person_id, run_id)
    if found is None:
        raise NotFoundException
    return found


async def run_page(
    request: Request, db: Connection, actor: Actor, run_id: UUID, *, status: int = 200, wrong: str = ""
) -> Response[str]:
    run = await run_or_404(db, actor, run_id)
    state = request.query_params.get("state", "")
    state = state if state in ("valid", "warning", "conflict", "invalid") else ""
    return page(
        request, "progress/import.html", status=status, run=run, kind_name=kind_name, cause_sentence=cause_sentence,
        fix_sentence=fix_sentence, lines=await looked.lines(db, run.id, state=state), state=state, wrong=wrong, summary=summary,
        differing=await looked.differing(db, actor.person_id, run) if run.state == "previewed" and run.conflicts else [],
    )  # fmt: skip


def summary(record: dict[str, Any]) -> str:
    """A record on one line, whichever table or file it comes from."""
    hidden = {"log_date", "day", "id", "person_id", "import_id", "source", "version", "created_at", "changed_at", "supplement_id"}
    parts = []
    for key, value in record.items():
        if key in hidden or value in (None, "", [], {}):
            continue
        if isinstance(value, list):
            value = ", ".join(str(one["name"] if isinstance(one, dict) else one) for one in value)
        elif isinstance(value, dict):
            value = ", ".join(f"{name} {said}" for name, said in value.items())
        parts.append(str(value))
    return " · ".join(parts)[:300]


@get("/files/{run_id:uuid}", name="progress.looked", guards=[signed_in()])
async def looked_at(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    return await run_page(request, db, actor, run_id)


@post("/files/{run_id:uuid}/apply", name="progress.apply", guards=[signed_in()])
async def apply(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Applied)
    if form.value is None:
        return await run_page(request, db, actor, run_id, status=422, wrong=_("Please choose one of the options."))
    code = await imports.apply(db, actor, run_id, mode=form.value.mode, policy=form.value.policy, now=clock.now())
    if code == "gone":
        raise NotFoundException
    if code:
        sentences = {
            "has_invalid": _("Nothing was written: some rows are invalid, and you chose all or nothing."),
            "decided": _("This file was decided on already."),
        }
        return await run_page(request, db, actor, run_id, status=409, wrong=sentences[code])
    return go(request, f"/progress/files/{run_id}", _("Imported."))


@post("/files/{run_id:uuid}/undo", name="progress.undo_import", guards=[signed_in()])
async def undo(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    told = await imports.undo(db, actor, run_id, now=clock.now())
    if told is None:
        raise NotFoundException
    back, left = told
    said = _("%(days)s days are as they were.", days=back)
    return go(
        request, "/progress/files", said if not left else said + " " + _("%(days)s were changed since and stay.", days=left)
    )


@post("/files/{run_id:uuid}/discard", name="progress.discard_import", guards=[signed_in()])
async def discard(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    if not await imports.discard(db, actor, run_id):
        raise NotFoundException
    return go(request, "/progress/files", _("Nothing was imported."))


@get("/files/{run_id:uuid}/issues.csv", name="progress.issues", guards=[signed_in()])
async def issues(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    run = await run_or_404(db, actor, run_id)
    headings = ["line", "log_date", "level", "column", "code", "cause", "value", "fix"]
    rows: list[list[Any]] = []
    after = 0
    while batch := await looked.troubled(db, run.id, after=after):
        after = batch[-1].line
        rows += [
            [
                one.line,
                one.day,
                issue.level,
                issue.column,
                issue.code,
                cause_sentence(issue.code),
                issue.value,
                fix_sentence(issue.code),
            ]
            for one in batch
            for issue in one.issues
        ]
    return csv_answer("".join(csv_lines(headings, rows)), f"issues-{run.kind}.csv")


def csv_answer(text: str, name: str) -> Response[str]:
    return Response(
        text, media_type="text/csv; charset=utf-8", headers={**PLAIN, "Content-Disposition": f'attachment; filename="{name}"'}
    )


@get("/templates/{kind:str}", name="progress.template", guards=[signed_in()])
async def template(kind: FromPath[str]) -> Response[str]:
    kind = kind.removesuffix(".csv")
    if kind not in KINDS:
        raise NotFoundException
    return csv_answer(template_of(kind), f"template-{kind}.csv")


@get("/exports/{kind:str}", name="progress.export", guards=[signed_in()])
async def export(request: Request, db: Db, actor: Ask, kind: FromPath[str]) -> Stream:
    kind = kind.removesuffix(".csv")
    if kind not in exports.KINDS:
        raise NotFoundException
    first = day_or_none(request.query_params.get("from", "")) or EARLIEST
    last = day_or_none(request.query_params.get("to", "")) or LATEST
    headings, rows = await exports.export(db, actor.person_id, kind, first, last)
    headers = {**PLAIN, "Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return Stream(pieces(csv_lines(headings, rows)), media_type="text/csv; charset=utf-8", headers=headers)


async def pieces(lines: Iterator[str]) -> AsyncIterator[str]:
    for line in lines:
        yield line


router = Router("/", route_handlers=[files, look, looked_at, apply, undo, discard, issues, template, export])
