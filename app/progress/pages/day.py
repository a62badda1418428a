"""The day's check-in: told in half a minute, corrected, taken back; its photo and its sessions."""

from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock, photos
from app.actor import Actor
from app.db import new_id
from app.progress.actions import check_ins, pictures, sessions
from app.progress.actions.check_ins import Body
from app.progress.forms import SessionTold
from app.progress.pages.names import choice_sentence, photo_refusal
from app.progress.pages.telling import read_body, typed_in, uuid_or_none
from app.progress.queries import day as days
from app.progress.queries.limits import limits_of
from app.progress.rules import adherence
from app.progress.rules.measures import tidy
from app.progress.rules.windows import DEFAULT, EARLIEST, LATEST, WINDOWS, chosen, listing
from app.progress.rules.writing import Choose
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _

SIZES = ("small", "medium", "large")
SEALED = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def known_day(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise NotFoundException
    return day


def day_url(day: date) -> str:
    return f"/progress/days/{day}"


async def day_page(request: Request, db: Db, actor: Actor, day: date, *, status: int = 200, **more: Any) -> Response[str]:
    found = await days.day_of(db, actor.person_id, day)
    values: dict[str, Any] = {
        "day": day,
        "today": actor.today(clock.now()),
        "before": day - timedelta(days=1) if day > EARLIEST else None,
        "after": day + timedelta(days=1) if day < LATEST else None,
        "told": found,
        "form": None,
        "choice": None,
        "session_form": None,
        "computed": computed_score(found),
        "offers": request.query_params.get("offer") == "1",
        "intake": adherence.intake,
        "photo_error": "",
    }
    return page(request, "progress/day.html", status=status, **{**values, **more})


def computed_score(found: days.Day) -> Any:
    """What logged sets earn on a day with planned exercises."""
    return adherence.computed(sum(one.planned_sets for one in found.planned), sum(one.done_sets for one in found.planned))


@get("/days/{day:date}", name="progress.day", guards=[signed_in()])
async def one_day(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    return await day_page(request, db, actor, known_day(day))


@get("/today", name="progress.today", guards=[signed_in()])
async def today(request: Request, actor: Ask) -> Response[str]:
    return go(request, day_url(actor.today(clock.now())))


@get("/days", name="progress.days", guards=[signed_in()])
async def list_of_days(request: Request, db: Db, actor: Ask) -> Response[str]:
    params = request.query_params
    today_ = actor.today(clock.now())
    size = int_or(params.get("days", ""), DEFAULT)
    first, last = day_or_none(params.get("from", "")), day_or_none(params.get("to", ""))
    custom = chosen(size, today_, first, last)
    window = custom if custom.is_custom else listing(size, today_, await days.latest_day(db, actor.person_id))
    words = params.get("q", "").strip()[:80]
    found = await days.days_told(db, actor.person_id, window.first, window.last)
    shown = [one for one in found if not words or words.casefold() in f"{one.note} {one.day}".casefold()]
    return page(request, "progress/days.html", told=shown, window=window, sizes=WINDOWS, size=size, q=words, today=today_)


@post("/days/{day:date}/check-in", name="progress.tell", guards=[signed_in()])
async def tell(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    known_day(day)
    now, data = clock.now(), await request.form()
    found = await days.day_of(db, actor.person_id, day)
    limits = await limits_of(db, actor.person_id)
    form = read_body(data, found.own, found.doses, limits)
    if form.value is None:
        return await day_page(request, db, actor, day, status=422, form=form)
    typed = form.typed
    mode = typed.get("mode", "upsert")
    seen = int_or(typed.get("seen", ""), -1)
    told = await check_ins.tell(
        db, actor, day, cast(Body, form.value),
        mode=mode if mode in ("create", "edit", "upsert") else "upsert",
        seen=None if seen < 0 else seen, id=uuid_or_none(typed.get("id", "")) or new_id(), now=now,
    )  # fmt: skip
    if isinstance(told, Choose):
        return await day_page(request, db, actor, day, status=409, form=form, choice=(told.code, choice_sentence(told.code)))
    return go(request, day_url(day), _("Saved."))


@post("/days/{day:date}/take-back", name="progress.take_back", guards=[signed_in()])
async def take_back(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    await check_ins.take_back(db, actor, known_day(day))
    return go(request, day_url(day), _("The day's check-in is gone."))


# ---- the photo


@post("/days/{day:date}/photo", name="progress.place_photo", guards=[signed_in()])
async def place_photo(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    known_day(day)
    data = await request.form()
    upload = data.get("photo")
    content = await upload.read(photos.MAX_BYTES + 1) if isinstance(upload, UploadFile) else b""
    photo = await photos.develop(content)  # nothing is open in the database while another process works
    if isinstance(photo, photos.Refused):
        return await day_page(request, db, actor, day, status=422, photo_error=photo_refusal(photo.code))
    typed = typed_in(data)
    name = plain_name(upload.filename if isinstance(upload, UploadFile) else "")
    placed = await pictures.place(
        db, actor, day, photo, name=name, is_confirmed=typed.get("confirm") == "yes",
        id=uuid_or_none(typed.get("id", "")) or new_id(), now=clock.now(),
    )  # fmt: skip
    if isinstance(placed, Choose):
        return await day_page(request, db, actor, day, status=409)
    return go(request, f"{day_url(day)}#photo", _("The photo is kept, for your eyes only."))


def plain_name(name: str) -> str:
    """The last part of whatever path a browser claims, as a label and never as a path."""
    return tidy(name.replace("\\", "/").rsplit("/", 1)[-1].replace("\n", " "))[:120]


@post("/days/{day:date}/photo/choose", name="progress.choose_photo", guards=[signed_in()])
async def choose_photo(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    known_day(day)
    wants_new = typed_in(await request.form()).get("keep") == "new"
    act = pictures.choose_new if wants_new else pictures.keep_old
    await act(db, actor, day)
    return go(request, f"{day_url(day)}#photo", _("The new photo is in place.") if wants_new else _("The old photo stays."))


@post("/days/{day:date}/photo/take-away", name="progress.take_photo_away", guards=[signed_in()])
async def take_photo_away(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    await pictures.take_away(db, actor, known_day(day))
    return go(request, day_url(day), _("The photo is gone, the day stays."))


@get("/photos/{photo_id:uuid}/{size:str}", name="progress.photo_file", guards=[signed_in()])
async def photo_file(request: Request, db: Db, actor: Ask, photo_id: FromPath[UUID], size: FromPath[str]) -> Response[bytes]:
    content = await days.photo_file(db, actor.person_id, photo_id, size) if size in SIZES else None
    if content is None:
        raise NotFoundException
    headers = dict(SEALED)
    if request.query_params.get("download") == "1":
        headers["Content-Disposition"] = f'attachment; filename="{photo_id}.webp"'
    return Response(content, media_type="image/webp", headers=headers)


# ---- sessions of the day


@post("/days/{day:date}/sessions", name="progress.tell_session", guards=[signed_in()])
async def tell_session(request: Request, db: Db, actor: Ask, day: FromPath[date]) -> Response[str]:
    known_day(day)
    form = await read_form(request, SessionTold)
    if form.value is None:
        return await day_page(request, db, actor, day, status=422, session_form=form)
    lifts = form.value.lifts_told()
    if isinstance(lifts, str):
        refused: Form[Any] = form.refuse("lifts", lifts_sentence(lifts))
        return await day_page(request, db, actor, day, status=422, session_form=refused)
    target = form.value.move_to or day
    code = await sessions.tell_session(db, actor, known_day(target), form.value.told(lifts), id=form.value.id, now=clock.now())
    if code:
        sentence = _("A day holds 24 sessions.") if code == "too_many" else _("This session is not there any more.")
        return await day_page(request, db, actor, day, status=422, session_form=form.refuse("kind", sentence))
    return go(request, f"{day_url(target)}#sessions", _("Saved."))


def lifts_sentence(line: str) -> str:
    return _("Not understood: “%(line)s”. Write one exercise a line, as in Bench press 80 x 8 @9.", line=line[:60])


@post("/days/{day:date}/sessions/{session_id:uuid}/drop", name="progress.drop_session", guards=[signed_in()])
async def drop_session(request: Request, db: Db, actor: Ask, day: FromPath[date], session_id: FromPath[UUID]) -> Response[str]:
    if not await sessions.drop_session(db, actor, session_id):
        raise NotFoundException
    return go(request, f"{day_url(known_day(day))}#sessions", _("The session is gone."))


def int_or(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise


def day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


router = Router(
    "/",
    route_handlers=[
        today, list_of_days, one_day, tell, take_back, place_photo, choose_photo, take_photo_away, photo_file, tell_session,
        drop_session,
    ],
)  # fmt: skip
