"""Moving in: a file is brought, looked at, corrected, taken in, and taken back when it was the wrong one."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.moving import actions, queries
from app.moving.actions import TooLate
from app.moving.queries import Run
from app.moving.reading import Sheet, Unreadable, read_csv, read_desk
from app.moving.rules.columns import FIELDS
from app.moving.sentences import fields, kinds, left_alone, made, reason, unreadable
from app.web.asking import Ask, Db, Request, may, recent
from app.web.forms import Form
from app.web.pages import go, page
from app.web.sheets import as_csv
from app.words import _

SHOWN = 30
TEMPLATES = {
    "members": [
        "Name",
        "E-mail",
        "Phone",
        "Birthday",
        "Joined",
        "Card",
        "Membership",
        "Start",
        "End",
        "Visits left",
        "Balance",
        "Note",
    ],
    "visits": ["Card", "E-mail", "Name", "Date and time"],
}


@get("/imports", name="moving.runs", guards=[may("imports.run")])
async def runs(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "moving/runs.html", form=None, runs=await queries.runs(db, actor.gym_id), kinds=kinds())


async def refused(request: Request, db: Database, actor: Actor, typed: dict[str, Any], name: str, why: str) -> Response[str]:
    form: Form[Any] = Form(None, typed, {name: why})
    return page(request, "moving/runs.html", status=422, form=form, runs=await queries.runs(db, actor.gym_id), kinds=kinds())


@post("/imports", name="moving.bring", guards=[may("imports.run")])
async def bring(request: Request, db: Db, actor: Ask) -> Response[str]:
    """The file is read and laid down; what it would do is shown, nothing is done."""
    data = await request.form()
    kind, file, typed = str(data.get("kind", "")), data.get("file"), {"kind": str(data.get("kind", ""))}
    if kind not in kinds():
        return await refused(request, db, actor, typed, "kind", _("Please choose one of the options."))
    if not isinstance(file, UploadFile) or not file.filename:
        return await refused(request, db, actor, typed, "file", _("Choose a file."))
    id = id_of(data.get("id"))
    if id is None:
        return await refused(request, db, actor, typed, "file", _("Please open the page again."))
    content = await file.read()
    # Twenty megabytes of somebody's file must not hold up the desk: it is read beside the event loop.
    sheets = await asyncio.to_thread(read, content, kind)
    if isinstance(sheets, Unreadable):
        return await refused(request, db, actor, typed, "file", unreadable(sheets.code))
    name = "".join(ch for ch in file.filename.replace("\\", "/").rsplit("/", 1)[-1] if ch.isprintable())[:120] or "?"
    digest = hashlib.sha256(content).hexdigest()
    await actions.put_down(
        db, actor, sheets, kind, name.encode("utf-8", "replace").decode(), digest, id=id, now=clock.now(), day_first=True
    )
    return go(request, f"/imports/{id}")


def read(content: bytes, kind: str) -> list[Sheet] | Unreadable:
    found = read_desk(content) if kind == "desk" else read_csv(content, kind)
    return [found] if isinstance(found, Sheet) else found


def id_of(said: object) -> UUID | None:
    try:
        return UUID(str(said))
    except ValueError:
        return None


async def found_run(db: Database, actor: Actor, run_id: UUID) -> Run:
    run = await queries.run(db, actor.gym_id, run_id)
    if run is None:
        raise NotFoundException
    return run


async def shown(db: Database, actor: Actor, run: Run, form: Form[Any] | None = None) -> dict[str, Any]:
    named = fields()
    return {
        "run": run, "form": form, "kinds": kinds(), "made": made(), "reason": reason, "left_alone": left_alone,
        "choices": {sheet: [(name, named[name]) for name in FIELDS[sheet]] for sheet in run.mapping},
        "refused": await queries.rows(db, run.id, outcome="refused", limit=200),
        "sample": [row for row in await queries.rows(db, run.id, limit=SHOWN) if row.sheet in {"members", "visits"}],
        "kept": await queries.left_alone(db, run.id), "before": await queries.taken_in_before(db, actor.gym_id, run.hash, run.id),
        "can_undo": run.state == "done" and not run.is_too_late(clock.now()),
        "samples": await samples(db, run),
    }  # fmt: skip


async def samples(db: Database, run: Run) -> dict[str, list[str]]:
    """The first cell with something in it, for each column: what a person looks at to say what the column is."""
    found: dict[str, list[str]] = {}
    for row in await queries.rows(db, run.id, limit=SHOWN):
        firsts = found.setdefault(row.sheet, [""] * len(run.columns.get(row.sheet, [])))
        for n, text in enumerate(row.given[: len(firsts)]):
            firsts[n] = firsts[n] or text
    return found


@get("/imports/{run_id:uuid}", name="moving.run", guards=[may("imports.run")])
async def look(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    run = await found_run(db, actor, run_id)
    if request.wants_regions and not run.act:
        return go(request, f"/imports/{run_id}")  # who watched it being done sees what came of it
    return page(request, "moving/run.html", "working", **await shown(db, actor, run))


@post("/imports/{run_id:uuid}/columns", name="moving.set_columns", guards=[may("imports.run")])
async def set_columns(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    run = await found_run(db, actor, run_id)
    if run.act:
        return busy(request, run)
    data = await request.form()
    mapping = {sheet: [str(data.get(f"{sheet}:{n}", "")) for n in range(len(columns))] for sheet, columns in run.columns.items()}
    twice = sorted({name for names in mapping.values() for name in names if name and names.count(name) > 1})
    if twice:
        form: Form[Any] = Form(
            None, {}, {"": _("Two columns are the same thing: %(name)s", name=fields().get(twice[0], twice[0]))}
        )
        return page(request, "moving/run.html", status=422, **await shown(db, actor, run, form))
    await actions.set_columns(db, actor, run, mapping, day_first=data.get("order") != "month", now=clock.now())
    return go(request, f"/imports/{run_id}", toast=_("Read again.") if run.size <= actions.LONG else None)


def busy(request: Request, run: Run) -> Response[str]:
    """One thing at a time; asked twice it is under way all the same."""
    return go(request, f"/imports/{run.id}", toast=_("It is being worked on. Wait until that is done."))


async def in_background(request: Request, db: Database, actor: Actor, run: Run, act: str) -> Response[str]:
    await actions.put_off(db, actor, run.id, act, now=clock.now())
    return go(request, f"/imports/{run.id}")


@post("/imports/{run_id:uuid}/take-in", name="moving.take_in", guards=[may("imports.run"), recent])
async def take_in(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    run = await found_run(db, actor, run_id)
    if run.act:
        return busy(request, run)
    if run.state == "read" and run.size > actions.LONG:
        return await in_background(request, db, actor, run, "take_in")
    await actions.patiently(db)
    await actions.take_in(db, actor, run_id, now=clock.now())
    return go(request, f"/imports/{run_id}", toast=_("They are in."))


@post("/imports/{run_id:uuid}/take-back", name="moving.take_back", guards=[may("imports.run"), recent])
async def take_back(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    run = await found_run(db, actor, run_id)
    if run.act:
        return busy(request, run)
    if run.state == "done" and run.size > actions.LONG and not run.is_too_late(clock.now()):
        return await in_background(request, db, actor, run, "take_back")
    await actions.patiently(db)
    done = await actions.take_back(db, actor, run_id, now=clock.now())
    if isinstance(done, TooLate):
        form: Form[Any] = Form(None, {}, {"": _("An import can be taken back for a day. That is over.")})
        return page(request, "moving/run.html", status=409, **await shown(db, actor, run, form))
    return go(request, f"/imports/{run_id}", toast=_("Taken back."))


@post("/imports/{run_id:uuid}/drop", name="moving.drop", guards=[may("imports.run")])
async def drop(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[str]:
    run = await found_run(db, actor, run_id)
    if run.act:
        return busy(request, run)
    await actions.drop(db, run)
    return go(request, "/imports", toast=_("Put away."))


@get("/imports/{run_id:uuid}/refused.csv", name="moving.refused", guards=[may("imports.run")])
async def refused_csv(request: Request, db: Db, actor: Ask, run_id: FromPath[UUID]) -> Response[bytes]:
    """The lines that were refused, with the reason in front: to be corrected and brought again."""
    run = await found_run(db, actor, run_id)
    rows = await queries.rows(db, run.id, outcome="refused")
    sheet = "visits" if run.kind == "visits" else "members"
    lines: list[list[Any]] = [
        [_("Line"), _("Reason"), *run.columns.get(sheet, [])],
        *[[row.n, reason(row.reason), *row.given] for row in rows],
    ]
    return as_csv("refused", lines)


@get("/imports/templates/{kind:str}", name="moving.template", guards=[may("imports.run")])
async def template(request: Request, actor: Ask, kind: FromPath[str]) -> Response[bytes]:
    if kind not in TEMPLATES:
        raise NotFoundException
    return as_csv(kind, [TEMPLATES[kind]])


router = Router("/", route_handlers=[runs, bring, look, set_columns, take_in, take_back, drop, refused_csv, template])
