"""Files in and out: bring one, fetch a template, take an export along."""

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
from app.progress.actions import imports, long_imports
from app.progress.contract.columns import KINDS
from app.progress.contract.issues import BadFile
from app.progress.contract.sheet import open_sheet
from app.progress.contract.writing import lines as csv_lines
from app.progress.contract.writing import template as template_of
from app.progress.pages.causes import file_sentence, kind_name
from app.progress.pages.day import day_or_none, plain_name
from app.progress.pages.telling import typed_in, uuid_or_none
from app.progress.queries import exports
from app.progress.queries import imports as looked
from app.progress.rules.windows import EARLIEST, LATEST
from app.web.asking import Ask, Db, Request, signed_in
from app.web.pages import go, page

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
    pasted = str(data.get("text") or "")  # whole, however long: a text that was cut would be a plan that was cut
    file: BinaryIO = io.BytesIO(pasted.encode("utf-8", "replace"))
    if isinstance(upload, UploadFile) and upload.filename:
        file = upload.file  # type: ignore[assignment]
    if size_of(file) > BIGGEST:
        return await files_page(request, db, actor, status=413, wrong=file_sentence("too_big"), text=pasted)
    kind = typed.get("kind", "") if typed.get("kind", "") in KINDS else ""
    id = uuid_or_none(typed.get("id", "")) or new_id()
    name = plain_name(upload.filename if isinstance(upload, UploadFile) else "")
    if size_of(file) > long_imports.LONG_FILE:
        await long_imports.put_aside(db, actor, file, size=size_of(file), kind=kind, name=name, id=id, now=clock.now())
        return go(request, f"/progress/files/{id}")
    bad = await look_at(db, actor, file, kind, name=name, id=id)
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


router = Router("/", route_handlers=[files, look, template, export])
