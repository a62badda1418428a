"""Moving in from another logger, and taking everything along."""

import csv
import io
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.db import new_id
from app.training import forms, packed
from app.training.actions import coming_back, moving_in
from app.training.actions.moving_in import Waiting
from app.training.queries import moving_out
from app.training.rules.csvs import Reading, read
from app.training.rules.names import Match, match
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _

MOST_BYTES = 15_000_000


@get("/training/import", name="training.import_page", guards=[signed_in()])
async def import_page(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "training/import.html", form=None)


@post("/training/import", name="training.upload", guards=[signed_in()])
async def upload(request: Request, db: Db, actor: Ask) -> Response[str]:
    data = await request.form()
    file = data.get("file")
    body = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    wrong = refused(body, actor)
    if wrong:
        form: Form[Any] = Form(None, {}, {"file": wrong})
        return page(request, "training/import.html", "upload", status=422, form=form)
    name = str(getattr(file, "filename", "") or "")[:100].replace("\x00", "")
    id = new_id()
    await moving_in.keep(
        db, actor, "spotter" if is_ours(body) else read(body, actor.units).app, name, body, id=id, now=clock.now()
    )
    return go(request, f"/training/import/{id}")


def refused(body: bytes, actor: Actor) -> str | None:
    if not body:
        return _("Please choose a file.")
    if len(body) > MOST_BYTES:
        return _("This file is too large.")
    if is_ours(body):
        found = packed.read(body)
        return damage(found) if isinstance(found, packed.Damaged) else None
    reading = read(body, actor.units)
    if not reading.app:
        return _("This is no export of Strong, Hevy, FitNotes or Spotter that we know.")
    return None if reading.rows else _("There is not one set in it.")


def is_ours(body: bytes) -> bool:
    """Our JSON rather than somebody's table."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def damage(found: packed.Damaged) -> str:
    if not found.place:
        return _("This is no export of Strong, Hevy, FitNotes or Spotter that we know.")
    return _("This file is damaged at “%(place)s”. Nothing was taken in.", place=found.place)


async def waiting(db: Database, actor: Actor, import_id: UUID) -> tuple[Waiting, Reading | packed.Packed]:
    found = await moving_in.waiting(db, actor.person_id, import_id)
    if found is None:
        raise NotFoundException
    ours = packed.read(found.body) if is_ours(found.body) else None
    return found, ours if isinstance(ours, packed.Packed) else read(found.body, found.units)


@get("/training/import/{import_id:uuid}", name="training.preview", guards=[signed_in()])
async def preview(request: Request, db: Db, actor: Ask, import_id: FromPath[UUID]) -> Response[str]:
    found, reading = await waiting(db, actor, import_id)
    if isinstance(reading, packed.Packed):
        return page(request, "training/preview.html", found=found, ours=reading, **counted(reading))
    matches = await matched(db, actor, reading)
    return page(
        request,
        "training/preview.html",
        found=found,
        ours=None,
        sets=len(reading.rows),
        troubles=reading.troubles,
        workouts=len({(row.ref, row.started, row.workout) for row in reading.rows}),
        asked=[one for one in matches if one.chosen is None],
        sure=[one for one in matches if one.chosen is not None],
        trouble_names=trouble_names(),
    )


def counted(ours: packed.Packed) -> dict[str, Any]:
    return {"workouts": len(ours.workouts), "sets": len(list(ours.sets)), "asked": (), "sure": (), "troubles": ()}


async def matched(db: Database, actor: Actor, reading: Reading) -> list[Match]:
    known = await moving_in.catalogue(db, actor)
    told = {name: id for name, id in (await moving_in.remembered(db, actor.person_id)).items() if id}
    return [match(name, known, told) for name in dict.fromkeys(row.exercise for row in reading.rows)]


def trouble_names() -> dict[str, str]:
    return {
        "date": _("no date we can read"),
        "number": _("not a number"),
        "name": _("no exercise"),
        "empty": _("no reps, time or distance"),
        "columns": _("unknown columns"),
        "too_big": _("too many rows"),
    }


@post("/training/import/{import_id:uuid}", name="training.move_in", guards=[signed_in()])
async def move_in(request: Request, db: Db, actor: Ask, import_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, forms.Answers)
    _found, reading = await waiting(db, actor, import_id)
    if isinstance(reading, packed.Packed):
        moved = await coming_back.come_back(db, actor, reading, now=clock.now())
        return await moved_in(request, db, actor, import_id, moved)
    known = {one.id for one in await moving_in.catalogue(db, actor)}
    said = form.value or forms.Answers([], [])
    chosen = {name: answer_of(word, known) for name, word in zip(said.names, said.exercises, strict=False)}
    await moving_in.remember(db, actor.person_id, chosen)
    answers = {one.said: chosen.get(one.said, one.chosen) for one in await matched(db, actor, reading)}
    moved = await moving_in.move_in(db, actor, reading, answers, zone=actor.zone, now=clock.now())
    return await moved_in(request, db, actor, import_id, moved)


async def moved_in(request: Request, db: Database, actor: Actor, import_id: UUID, moved: moving_in.MovedIn) -> Response[str]:
    await moving_in.settle(db, actor.person_id, import_id, moved, now=clock.now())
    return go(
        request,
        "/training",
        toast=_("%(workouts)s workouts with %(sets)s sets moved in.", workouts=moved.workouts, sets=moved.sets),
    )


def answer_of(word: str, known: set[UUID]) -> UUID | None:
    try:
        found = UUID(word)
    except ValueError:
        return None
    return found if found in known else None


@get("/training/export.csv", name="training.export_csv", guards=[signed_in()])
async def export_csv(request: Request, db: Db, actor: Ask) -> Response[str]:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(
        moving_out.rows_of(await moving_out.lifted(db, actor.person_id), actor.units)
    )
    headers = {"Content-Disposition": 'attachment; filename="spotter-training.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@get("/training/export.json", name="training.export_json", guards=[signed_in()])
async def export_json(request: Request, db: Db, actor: Ask) -> Response[bytes]:
    body = msgspec.json.format(msgspec.json.encode(await moving_out.everything(db, actor.person_id)), indent=1)
    headers = {"Content-Disposition": 'attachment; filename="spotter-training.json"'}
    return Response(body, media_type="application/json", headers=headers)
