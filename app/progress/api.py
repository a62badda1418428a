"""JSON over the same actions: a day's check-in, and a plan's CSV checked for a program that wrote it.

All of it takes a signed-in browser or a bearer token, and is about that person alone.
"""

import asyncio
import io
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath, FromQuery
from msgspec import Meta

from app import clock
from app.db import new_id
from app.progress.actions import check_ins
from app.progress.actions.check_ins import Body
from app.progress.contract.issues import BadFile, Issue
from app.progress.contract.reading import Broken
from app.progress.contract.sheet import open_sheet
from app.progress.contract.writing import hint
from app.progress.pages.causes import cause_sentence, file_sentence, fix_sentence
from app.progress.pages.names import choice_sentence
from app.progress.queries import day as days
from app.progress.queries import imports as looked
from app.progress.rules.measures import BUILT_IN, Measure, plain, tidy
from app.progress.rules.windows import EARLIEST, LATEST
from app.progress.rules.writing import MODES, Choose
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


@get("/check-ins/{day:date}", name="progress.api_day", guards=[signed_in()], summary="A day's check-in")
async def one_day(db: Db, actor: Ask, day: FromPath[date]) -> days.CheckIn:
    """404 when nothing was told."""
    found = await days.check_in_of(db, actor.person_id, day)
    if found is None:
        raise NotFoundException
    return found


@dataclass
class TakesDay(Operation):
    """The body of a check-in, for the description of the API."""

    def __post_init__(self) -> None:
        body = {measure.key: described_measure(measure) for measure in BUILT_IN}
        body["note"] = Schema(type=OpenAPIType.STRING, max_length=4000)
        body["mode"] = Schema(type=OpenAPIType.STRING, enum=list(MODES), default="upsert")
        body["version"] = Schema(
            type=OpenAPIType.INTEGER, description="The version that was read: a day that changed since is a conflict."
        )
        body["id"] = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID, description="Sent twice, told once.")
        said = Schema(type=OpenAPIType.OBJECT, properties=dict(body))
        self.request_body = RequestBody({"application/json": OpenAPIMediaType(schema=said)}, required=True)


def described_measure(measure: Measure) -> Schema:
    kind = OpenAPIType.INTEGER if measure.is_whole else OpenAPIType.NUMBER
    return Schema(type=kind, minimum=float(measure.lowest), maximum=float(measure.highest), description=measure.unit or None)


@dataclass
class TakesCsv(Operation):
    """The body of a plan, for the description of the API."""

    def __post_init__(self) -> None:
        csv = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, description="A heading and rows, as /agents/plan.md says."))
        self.request_body = RequestBody({"text/csv": csv}, required=True)


@put("/check-ins/{day:date}", name="progress.api_tell", guards=[signed_in()], operation_class=TakesDay, summary="Tell a day")
async def tell(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[days.CheckIn] | Response[Problem]:
    """Ranges as in the form. 409 with `needs_edit`, `moved_on` or `gone` is a choice of the person's: nothing was written."""
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


@delete("/check-ins/{day:date}", name="progress.api_take_back", guards=[signed_in()], status_code=204, summary="Take a day back")
async def take_back(db: Db, actor: Ask, day: FromPath[date]) -> None:
    """The check-in with everything of it; photo and sessions stay."""
    if not await check_ins.take_back(db, actor, day):
        raise NotFoundException


@dataclass(frozen=True, slots=True)
class Error:
    """`level` is invalid, or warning for what would be imported as it is. `allowed` is the column's range or words;
    `nearest` are this gym's exercises with names like the one that nobody knows."""

    line: int
    column: str
    code: str
    level: str
    value: str
    cause: str
    fix: str
    allowed: str = ""
    nearest: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Checked:
    is_valid: bool
    kind: str = ""
    rows: int = 0
    invalid: int = 0
    errors: list[Error] = field(default_factory=list)
    is_cut: bool = False  # more errors than are told


@post(
    "/plan-check", name="progress.plan_check", guards=[signed_in()], status_code=200, operation_class=TakesCsv, summary="Check a plan's CSV"
)  # fmt: skip
async def plan_check(request: Request, db: Db, actor: Ask, kind: FromQuery[str] = "") -> Checked:
    """Nothing is kept. The answer is made for a program that will try again: correct every error and send it anew until
    `is_valid`. `kind` (diet, workout, check_ins…) is found out by the heading when it is not said."""
    body = await request.body()
    if len(body) > BIGGEST:
        return Checked(False, errors=[whole(BadFile("too_big"))])
    sheet = open_sheet(io.BytesIO(body), kind)
    if isinstance(sheet, BadFile):
        return Checked(False, errors=[whole(sheet)])
    known = await looked.known_to(db, actor, sheet.kind.name)
    told, rows = Checked(True, sheet.kind.name), sheet.rows(known)
    names = Names(await looked.exercise_names(db, actor) if known.exercises else [])
    try:
        while batch := await asyncio.to_thread(lambda: list(islice(rows, 2000))):
            for row in batch:
                told.rows += 1
                told.invalid += row.state == "invalid"
                told.errors += (
                    [error(sheet.kind.name, row.line, issue, names) for issue in row.issues]
                    if len(told.errors) < MOST_ERRORS
                    else []
                )
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


class Names:
    """The gym's exercises, and those that sound like a name; a few dozen names are looked up and no more."""

    MOST = 40

    def __init__(self, names: list[str]) -> None:
        self.by_key = {name.casefold(): name for name in names}
        self.found: dict[str, list[str]] = {}

    def nearest(self, name: str) -> list[str]:
        key = name.casefold()
        if key not in self.found and len(self.found) < self.MOST:
            self.found[key] = [self.by_key[near] for near in get_close_matches(key, self.by_key, 3, 0.5)]
        return self.found.get(key, [])


def error(kind: str, line: int, issue: Issue, names: Names) -> Error:
    return Error(
        line, issue.column, issue.code, issue.level, issue.value, cause_sentence(issue.code), fix_sentence(issue.code),
        hint(kind, issue.column), names.nearest(issue.value) if issue.code == "unknown_exercise" else [],
    )  # fmt: skip


router = Router("/api/v1", route_handlers=[one_day, tell, take_back, plan_check], include_in_schema=True, tags=["Progress"])
