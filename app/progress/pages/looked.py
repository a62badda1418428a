"""A file that came in: how far it is read, what is wrong, what it would change; applied, taken back, thrown away."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Connection
from app.progress.actions import imports, long_imports
from app.progress.contract.writing import lines as csv_lines
from app.progress.forms import Applied
from app.progress.pages.causes import cause_sentence, file_sentence, fix_sentence, kind_name
from app.progress.pages.day import int_or
from app.progress.pages.files import csv_answer
from app.progress.pages.names import field_name
from app.progress.queries import imports as looked
from app.progress.rules.difference import HIDDEN, difference, text_of
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import read_form
from app.web.pages import go, page
from app.words import _, ngettext

STATES = ("valid", "warning", "conflict", "invalid")


async def run_or_404(db: Connection, actor: Actor, run_id: UUID) -> looked.Run:
    found = await looked.run_of(db, actor.person_id, run_id)
    if found is None:
        raise NotFoundException
    return found


async def run_page(
    request: Request, db: Connection, actor: Actor, run_id: UUID, *, status: int = 200, wrong: str = ""
) -> Response[str]:
    run, params = await run_or_404(db, actor, run_id), request.query_params
    if request.wants_regions and not run.is_working:
        return go(request, f"/progress/files/{run.id}")  # who watched it being done sees what came of it
    state = params.get("state", "") if params.get("state", "") in STATES else ""
    rows_page, days_page = int_or(params.get("rows", ""), 0), int_or(params.get("days", ""), 0)
    has_difference = run.state == "previewed" and run.conflicts
    return page(
        request, "progress/import.html", "working", status=status, run=run, kind_name=kind_name, cause_sentence=cause_sentence,
        fix_sentence=fix_sentence, field_name=field_name, summary=summary, difference=difference, state=state, rows_page=rows_page,
        days_page=days_page, rows_shown=looked.ROWS_SHOWN, days_shown=looked.DAYS_SHOWN, wrong=wrong or refusal(run),
        lines=await looked.lines(db, run.id, state=state, page=rows_page) if not run.is_working else [],
        differing=await looked.differing(db, actor.person_id, run, days_page) if has_difference else [],
    )  # fmt: skip


def refusal(run: looked.Run) -> str:
    """Why nothing came of it."""
    return file_sentence(run.wrong.code, run.wrong.names, run.wrong.line) if run.wrong else ""


def summary(record: dict[str, Any]) -> str:
    """A record on one line."""
    parts = (text_of(value) for key, value in record.items() if key not in HIDDEN)
    return " · ".join(part for part in parts if part)[:300]


@get("/files/{run_id:uuid}", name="progress.looked", guards=[signed_in()])
async def looked_at(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    return await run_page(request, db, actor, run_id)


@post("/files/{run_id:uuid}/apply", name="progress.apply", guards=[signed_in()])
async def apply(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Applied)
    if form.value is None:
        return await run_page(request, db, actor, run_id, status=422, wrong=_("Please choose one of the options."))
    mode, policy = form.value.mode, form.value.policy
    run = await run_or_404(db, actor, run_id)
    if run.usable > long_imports.LONG_ROWS and (policy == "valid" or not run.invalid):
        await long_imports.put_down(db, actor, run_id, act="applying", mode=mode, now=clock.now())
        return go(request, f"/progress/files/{run_id}")
    code = await imports.apply(db, actor, run_id, mode=mode, policy=policy, now=clock.now())
    if code:
        return await run_page(request, db, actor, run_id, status=409, wrong=why_not(code))
    return go(request, f"/progress/files/{run_id}", _("Imported."))


def why_not(code: str) -> str:
    sentences = {
        "has_invalid": _("Nothing was written: some rows are invalid, and you chose all or nothing."),
        "decided": _("This file was decided on already."),
    }
    return sentences[code]


@post("/files/{run_id:uuid}/undo", name="progress.undo_import", guards=[signed_in()])
async def undo(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    run = await run_or_404(db, actor, run_id)
    if run.written > long_imports.LONG_ROWS:
        await long_imports.put_down(db, actor, run_id, act="undoing", mode=None, now=clock.now())
        return go(request, f"/progress/files/{run_id}")
    told = await imports.undo(db, actor, run_id, now=clock.now())
    if told is None:
        raise NotFoundException
    return go(request, f"/progress/files/{run_id}", taken_back(*told))


def taken_back(back: int, left: int) -> str:
    said = ngettext("%(num)s day is as it was.", "%(num)s days are as they were.", back)
    return said if not left else said + " " + _("%(days)s were changed since and stay.", days=left)


@post("/files/{run_id:uuid}/discard", name="progress.discard_import", guards=[signed_in()])
async def discard(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    if not await imports.discard(db, actor, run_id):
        raise NotFoundException
    return go(request, "/progress/files", _("The file is gone. Nothing was imported."))


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


router = Router("/", route_handlers=[looked_at, apply, undo, discard, issues])
