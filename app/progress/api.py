"""JSON over the same actions: a day's check-in, and a plan's CSV checked for a program that wrote it."""

import asyncio
import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from msgspec import Meta

from app import clock
from app.db import new_id
from app.progress.actions import check_ins
from app.progress.actions.check_ins import Body
from app.progress.contract.issues import BadFile
from app.progress.contract.reading import Broken
from app.progress.contract.sheet import open_sheet
from app.progress.pages.causes import cause_sentence, file_sentence, fix_sentence
from app.progress.pages.names import choice_sentence
from app.progress.queries import day as days
from app.progress.queries import imports as looked
from app.progress.rules.measures import plain, tidy
from app.progress.rules.windows import EARLIEST, LATEST
from app.progress.rules.writing import Choose
from app.web.asking import Ask, Db, Request, signed_in

MOST_ERRORS = 200
BIGGEST = 2_000_000


class Said(msgspec.Struct, forbid_unknown_fields=True):
    """The same ranges as the form and the files."""

    sleep_hours: Annotated[float, Meta(ge=0, le=24)] | None = None
    sleep_quality: Annotated[int, Meta(ge=1, le=10)] | None = None
    steps: Annotated[int, Meta(ge=0, le=200_000)] | None = None
    weight_kg: Annotated[float, Meta(ge=20, le=500)] | None = None
    waist_cm: Annotated[float, Meta(ge=30, le=300)] | None = None
    hip_cm: Annotated[float, Meta(ge=30, le=300)] | None = None
    alcohol_units: Annotated[int, Meta(ge=0, le=100)] | None = None
    mood: Annotated[int, Meta(ge=1, le=5)] | None = None
    note: Annotated[str, Meta(max_length=4000)] = ""
    mode: Literal["create", "edit", "upsert"] = "upsert"
    version: int | None = None
    id: UUID | None = None

    def body(self) -> Body:
        exact: dict[str, Any] = {
            name: plain_or_none(getattr(self, name)) for name in ("sleep_hours", "weight_kg", "waist_cm", "hip_cm")
        }
        whole: dict[str, Any] = {name: getattr(self, name) for name in ("sleep_quality", "steps", "alcohol_units", "mood")}
        return Body(**exact, **whole, note=tidy(self.note))


def plain_or_none(value: float | None) -> Decimal | None:
    return None if value is None else plain(Decimal(str(value)))


@dataclass(frozen=True, slots=True)
class Problem:
    title: str
    status: int
    code: str = ""
    detail: str = ""
    version: int | None = None


def problem(status: int, title: str, *, code: str = "", detail: str = "", version: int | None = None) -> Response[Problem]:
    return Response(Problem(title, status, code, detail, version), status_code=status, media_type="application/problem+json")


@get("/check-ins/{day:date}", name="progress.api_day", guards=[signed_in()])
async def one_day(db: Db, actor: Ask, day: FromPath[date]) -> days.CheckIn:
    found = await days.check_in_of(db, actor.person_id, day)
    if found is None:
        raise NotFoundException
    return found


@put("/check-ins/{day:date}", name="progress.api_tell", guards=[signed_in()])
async def tell(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[days.CheckIn] | Response[Problem]:
    if not EARLIEST <= day <= LATEST:
        raise NotFoundException
    try:
        said = msgspec.json.decode(await request.body(), type=Said)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return problem(422, "Out of range", code="invalid", detail=str(error))
    id = said.id or new_id()
    told = await check_ins.tell(db, actor, day, said.body(), mode=said.mode, seen=said.version, id=id, now=clock.now())
    kept = await days.check_in_of(db, actor.person_id, day)
    if isinstance(told, Choose) or kept is None:
        code = told.code if isinstance(told, Choose) else "gone"
        return problem(409, "Conflict", code=code, detail=choice_sentence(code), version=kept.version if kept else None)
    return Response(kept)


@delete("/check-ins/{day:date}", name="progress.api_take_back", guards=[signed_in()], status_code=204)
async def take_back(db: Db, actor: Ask, day: FromPath[date]) -> None:
    if not await check_ins.take_back(db, actor, day):
        raise NotFoundException


@dataclass(frozen=True, slots=True)
class Error:
    line: int
    column: str
    code: str
    level: str
    value: str
    cause: str
    fix: str


@dataclass(slots=True)
class Checked:
    is_valid: bool
    kind: str = ""
    rows: int = 0
    invalid: int = 0
    errors: list[Error] = field(default_factory=list)
    is_cut: bool = False  # more errors than are told


@post("/plan-check", name="progress.plan_check", guards=[signed_in()], status_code=200)
async def plan_check(request: Request, db: Db, actor: Ask) -> Checked:
    """Nothing is kept. The answer is made for a program that will try again."""
    body = await request.body()
    if len(body) > BIGGEST:
        return Checked(False, errors=[whole(BadFile("too_big"))])
    sheet = open_sheet(io.BytesIO(body), request.query_params.get("kind", ""))
    if isinstance(sheet, BadFile):
        return Checked(False, errors=[whole(sheet)])
    known = await looked.known_to(db, actor, sheet.kind.name)
    told, rows = Checked(True, sheet.kind.name), sheet.rows(known)
    try:
        while batch := await asyncio.to_thread(lambda: list(islice(rows, 2000))):
            for row in batch:
                told.rows += 1
                told.invalid += row.state == "invalid"
                told.errors += [error(row.line, issue) for issue in row.issues] if len(told.errors) < MOST_ERRORS else []
    except Broken as broken:
        told.errors.insert(0, whole(BadFile(broken.code, line=broken.line)))
        told.invalid += 1
    told.is_cut = len(told.errors) >= MOST_ERRORS
    told.errors = told.errors[:MOST_ERRORS]
    told.is_valid = not told.invalid and told.rows > 0
    if not told.rows and not told.errors:
        told.errors.append(whole(BadFile("no_rows")))
    return told


def whole(bad: BadFile) -> Error:
    return Error(bad.line, ", ".join(bad.names), bad.code, "invalid", "", file_sentence(bad.code, bad.names, bad.line), "")


def error(line: int, issue: looked.Issue | object) -> Error:
    said = msgspec.convert(issue, looked.Issue, from_attributes=True)
    return Error(line, said.column, said.code, said.level, said.value, cause_sentence(said.code), fix_sentence(said.code))


router = Router("/api/v1", route_handlers=[one_day, tell, take_back, plan_check])
