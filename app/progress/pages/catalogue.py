"""A member's own supplements and measures; the gallery of photos."""

from datetime import date
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.progress.actions import supplements
from app.progress.forms import MeasureDefined, SupplementStocked
from app.progress.pages.day import day_or_none, int_or
from app.progress.pages.names import catalogue_refusal
from app.progress.queries import day as days
from app.progress.queries import stock
from app.progress.queries.limits import own_measures
from app.progress.rules import adherence
from app.progress.rules.measures import tidy
from app.progress.rules.windows import EARLIEST, LATEST, WINDOWS, chosen
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


async def shelf(
    request: Request, db: Db, actor: Ask, form: Form[SupplementStocked] | None = None, status: int = 200
) -> Response[str]:
    today = actor.today(clock.now())
    size = int_or(request.query_params.get("days", ""), 15)
    window = chosen(size, today, None, None)
    return page(
        request, "progress/supplements.html", status=status, form=form, window=window, size=size, sizes=WINDOWS, intake=adherence.intake,
        shelf=await stock.shelf(db, actor.person_id), log=await stock.log(db, actor.person_id, window.first, window.last),
    )  # fmt: skip


@get("/supplements", name="progress.supplements", guards=[signed_in()])
async def supplements_page(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await shelf(request, db, actor)


@post("/supplements", name="progress.stock", guards=[signed_in()])
async def stock_one(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, SupplementStocked)
    if form.value is None:
        return await shelf(request, db, actor, form, 422)
    said = form.value
    code = await supplements.stock(
        db, actor, id=said.id, name=" ".join(tidy(said.name).split()), doses_per_day=said.doses_per_day,
        is_active=said.is_active, notes=tidy(said.notes), now=clock.now(),
    )  # fmt: skip
    if code:
        return await shelf(request, db, actor, form.refuse("name", catalogue_refusal(code)), 422)
    return go(request, "/progress/supplements", _("Saved."))


@post("/supplements/{supplement_id:uuid}/discard", name="progress.discard_supplement", guards=[signed_in()])
async def discard(request: Request, db: Db, actor: Ask, supplement_id: FromPath[UUID]) -> Response[str]:
    if not await supplements.discard(db, actor, supplement_id):
        raise NotFoundException
    return go(request, "/progress/supplements", _("Gone, with its log."))


@post("/days/{day:date}/supplements/clear", name="progress.clear_doses", guards=[signed_in()])
async def clear_doses(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    if not EARLIEST <= day <= LATEST:
        raise NotFoundException
    await supplements.clear_day(db, actor, day)
    return go(request, f"/progress/days/{day}", _("The day's doses are gone."))


async def measures_page(
    request: Request, db: Db, actor: Ask, form: Form[MeasureDefined] | None = None, status: int = 200
) -> Response[str]:
    return page(request, "progress/measures.html", status=status, form=form, own=await own_measures(db, actor.person_id))


@get("/measures", name="progress.measures", guards=[signed_in()])
async def measures(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await measures_page(request, db, actor)


@post("/measures", name="progress.define_measure", guards=[signed_in()])
async def define(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, MeasureDefined)
    if form.value is None:
        return await measures_page(request, db, actor, form, 422)
    said = form.value
    if said.lowest >= said.highest:
        return await measures_page(request, db, actor, form.refuse("highest", _("More than the lowest.")), 422)
    code = await supplements.define(
        db, actor, id=said.id, name=" ".join(tidy(said.name).split()), unit=tidy(said.unit), lowest=said.lowest, highest=said.highest,
        lower_is_better={"lower": True, "higher": False}.get(said.better), now=clock.now(),
    )  # fmt: skip
    if code:
        return await measures_page(request, db, actor, form.refuse("name", catalogue_refusal(code)), 422)
    return go(request, "/progress/measures", _("Saved."))


@post("/measures/{measure_id:uuid}/{act:str}", name="progress.change_measure", guards=[signed_in()])
async def change_measure(request: Request, db: Db, actor: Ask, measure_id: FromPath[UUID], act: FromPath[str]) -> Response[str]:
    if act == "drop":
        found = await supplements.drop_measure(db, actor, measure_id)
    elif act in ("retire", "restore"):
        found = await supplements.retire_measure(db, actor, measure_id, is_active=act == "restore")
    else:
        found = False
    if not found:
        raise NotFoundException
    return go(request, "/progress/measures", _("Saved."))


# ---- the gallery


@get("/photos", name="progress.photos", guards=[signed_in()])
async def gallery(request: Request, db: Db, actor: Ask) -> Response[str]:
    params = request.query_params
    first, last = day_or_none(params.get("from", "")), day_or_none(params.get("to", ""))
    shots = await days.pictures(db, actor.person_id, first or EARLIEST, last or LATEST)
    return page(request, "progress/photos.html", shots=shots, first=first, last=last)


@get("/photos/compare", name="progress.compare", guards=[signed_in()])
async def compare(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Any two; without a second one the nearest older."""
    shots = await days.pictures(db, actor.person_id, EARLIEST, LATEST)
    right = picked(shots, request.query_params.get("right", "")) or (shots[0] if shots else None)
    older = [shot for shot in shots if right is not None and shot.day < right.day]
    left = picked(shots, request.query_params.get("left", "")) or (older[0] if older else right)
    return page(request, "progress/compare.html", shots=shots, left=left, right=right)


def picked(shots: list[days.Picture], id: str) -> days.Picture | None:
    return next((shot for shot in shots if str(shot.id) == id), None)


router = Router(
    "/",
    route_handlers=[
        supplements_page, stock_one, discard, clear_doses, measures, define, change_measure, gallery, compare,
    ],
)  # fmt: skip
