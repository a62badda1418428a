"""The rota of a week beside the hours that were worked; everybody's own shifts, and the clock."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath

from app import clock
from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db as Database
from app.staff import actions, queries, rules
from app.staff.forms import Correcting, Planning, Starting, Week
from app.staff.rules import Refused, minutes, monday
from app.web.asking import Ask, Db, Request, may, signed_in
from app.web.forms import Form, read_form, read_query
from app.web.pages import done, go, page
from app.web.sheets import as_csv
from app.words import _

WEEK = timedelta(days=7)


def sentence(no: Refused) -> str:
    return {
        "busy": _("They are in the rota at that time already."),
        "backwards": _("The end is before the beginning."),
        "too_far": _("At most a year from today."),
        "in_the_future": _("That is still to come."),
        "too_long": _("At most 24 hours."),
        "own_hours": _("Nobody corrects their own hours. Ask somebody else."),
    }.get(no.code, _("This has changed since you opened it. Look again and repeat what is still needed."))


def week_of(request: Request, today: date) -> date:
    asked = read_query(request, Week).value
    wanted = asked.week if asked and asked.week else today
    return monday(wanted if date(2000, 1, 1) <= wanted <= date(2199, 12, 31) else today)


def span_of(first: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return clock.start_of(first, zone), clock.start_of(first + WEEK, zone)


async def values(db: Database, actor: Actor, first: date, form: Form[Any] | None = None, doing: str = "") -> dict[str, Any]:
    now = clock.now()
    start, end = span_of(first, actor.zone)
    planned = await queries.planned(db, actor.gym_id, start, end)
    worked = await queries.worked(db, actor.gym_id, start, end)
    return {
        "first": first, "days": [first + timedelta(days=n) for n in range(7)], "planned": by_day(planned, "starts_at", actor.zone),
        "worked": by_day(worked, "began_at", actor.zone), "sums": sums(planned, worked, now), "form": form, "doing": doing,
        "colleagues": [(one.id, one.name) for one in await queries.colleagues(db, actor.gym_id)], "today": actor.today(now), "week": WEEK,
    }  # fmt: skip


def by_day(found: list[Any], moment: str, zone: ZoneInfo) -> dict[date, list[Any]]:
    days: dict[date, list[Any]] = {}
    for one in found:
        days.setdefault(getattr(one, moment).astimezone(zone).date(), []).append(one)
    return days


def sums(planned: list[queries.Planned], worked: list[queries.Worked], now: datetime) -> list[tuple[UUID, str, int, int]]:
    """Each person of the week: minutes planned, minutes worked."""
    people = {one.person_id: one.person for one in planned} | {one.person_id: one.person for one in worked}
    rows = [
        (
            id, name, minutes(rules.Span(one.starts_at, one.ends_at) for one in planned if one.person_id == id),
            minutes(one.span(now) for one in worked if one.person_id == id),
        )
        for id, name in people.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: row[1].casefold())


@get("/people/rota", name="staff.rota", guards=[may("people.manage")])
async def rota(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "staff/rota.html", "rota", **await values(db, actor, week_of(request, actor.today(clock.now()))))


def moments(day: date, opens: time, closes: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    starts, ends = rules.shift(day, opens, closes)
    return starts.replace(tzinfo=zone).astimezone(clock.UTC), ends.replace(tzinfo=zone).astimezone(clock.UTC)


def sane(form: Form[Any]) -> Form[Any]:
    if form.value is not None and not date(2000, 1, 1) <= form.value.day <= date(2199, 12, 31):
        return form.refuse("day", _("This is not a date."))
    return form


@post("/people/rota", name="staff.plan", guards=[may("people.manage")])
async def plan(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = sane(await read_form(request, Planning))
    if form.value is not None and form.value.person not in {one.id for one in await queries.colleagues(db, actor.gym_id)}:
        form = form.refuse("person", _("Please choose one of the options."))
    first, status = monday(form.value.day if form.value else actor.today(clock.now())), 422
    if form.value is not None:
        asked = form.value
        starts, ends = moments(asked.day, asked.opens, asked.closes, actor.zone)
        no = await actions.plan(db, actor, asked.person, starts, ends, note=asked.note, id=asked.id, now=clock.now())
        if no:
            form, status = form.refuse("opens", sentence(no)), 409
    if form.value is None:
        return page(request, "staff/rota.html", "rota", status=status, **await values(db, actor, first, form, "plan"))
    at = f"/people/rota?week={first}"
    return done(request, at, "staff/rota.html", "rota", toast=_("In the rota."), **await values(db, actor, first))


@post("/people/rota/{shift_id:uuid}/drop", name="staff.drop", guards=[may("people.manage")])
async def drop(request: Request, db: Db, actor: Ask, shift_id: FromPath[UUID]) -> Response[str]:
    if not await actions.drop(db, actor, shift_id, now=clock.now()):
        raise NotFoundException
    first = week_of(request, actor.today(clock.now()))
    at = f"/people/rota?week={first}"
    return done(request, at, "staff/rota.html", "rota", toast=_("Out of the rota."), **await values(db, actor, first))


@get("/people/hours/{spell_id:uuid}", name="staff.hours", guards=[may("people.manage")])
async def hours(request: Request, db: Db, actor: Ask, spell_id: FromPath[UUID]) -> Response[str]:
    return page(request, "staff/hours.html", spell=await found(db, actor, spell_id), form=None)


async def found(db: Database, actor: Actor, spell_id: UUID) -> queries.Worked:
    spell = await queries.spell(db, actor.gym_id, spell_id)
    if spell is None:
        raise NotFoundException
    return spell


@post("/people/hours/{spell_id:uuid}", name="staff.correct", guards=[may("people.manage")])
async def correct(request: Request, db: Db, actor: Ask, spell_id: FromPath[UUID]) -> Response[str]:
    spell, form, status = await found(db, actor, spell_id), sane(await read_form(request, Correcting)), 422
    if form.value is not None:
        asked = form.value
        began, ended = moments(asked.day, asked.opens, asked.closes, actor.zone)
        no = await actions.correct(db, actor, spell_id, began, ended, why=asked.why, now=clock.now())
        if no:
            form, status = form.refuse("closes", sentence(no)), 409
    if form.value is None:
        return page(request, "staff/hours.html", "hours", status=status, spell=spell, form=form)
    return go(request, f"/people/rota?week={monday(form.value.day)}", toast=_("Put right. What stood there is in the audit log."))


@get("/people/hours.csv", name="staff.hours_csv", guards=[may("people.manage")])
async def hours_csv(request: Request, db: Db, actor: Ask) -> Response[bytes]:
    """The month of the week that is shown, for whoever pays the wages."""
    first = week_of(request, actor.today(clock.now())).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    start, end = clock.start_of(first, actor.zone), clock.start_of(after, actor.zone)
    rows: list[list[Any]] = [["person", "day", "what", "from", "to", "minutes", "note", "corrected_by"]]
    rows += [
        [one.person, *said(one.starts_at, "planned", one.ends_at, actor.zone), one.note, ""]
        for one in await queries.planned(db, actor.gym_id, start, end)
    ]
    rows += [
        [one.person, *said(one.began_at, "worked", one.ended_at, actor.zone), one.why, one.corrected_by]
        for one in await queries.worked(db, actor.gym_id, start, end)
    ]
    await audit(db, actor, "hours.exported", now=clock.now(), after={"month": first.isoformat()[:7]})
    return as_csv(f"hours-{first.isoformat()[:7]}", rows)


def said(starts: datetime, what: str, ends: datetime | None, zone: ZoneInfo) -> list[Any]:
    here = starts.astimezone(zone)
    to = f"{ends.astimezone(zone):%H:%M}" if ends else ""
    return [here.date(), what, f"{here:%H:%M}", to, rules.Span(starts, ends).minutes if ends else ""]


# ── One's own ────────────────────────────────────────────────────────────────────────────────────


async def own(db: Database, actor: Actor) -> dict[str, Any]:
    today = actor.today(clock.now())
    start, end = clock.start_of(today, actor.zone), clock.start_of(today + timedelta(days=28), actor.zone)
    since = clock.start_of(today - timedelta(days=28), actor.zone)
    return {
        "working": await queries.working(db, actor.person_id),
        "planned": await queries.planned(db, actor.gym_id, start, end, actor.person_id),
        "worked": list(reversed(await queries.worked(db, actor.gym_id, since, end, actor.person_id))),
    }


def staff_only(actor: Actor) -> None:
    if not actor.is_staff:
        raise NotFoundException
    if "device" in actor.roles:
        raise PermissionDeniedException


@get("/my-shifts", name="staff.mine", guards=[signed_in()])
async def mine(request: Request, db: Db, actor: Ask) -> Response[str]:
    staff_only(actor)
    return page(request, "staff/mine.html", "mine", **await own(db, actor))


@post("/my-shifts", name="staff.clock_in", guards=[signed_in()])
async def clock_in(request: Request, db: Db, actor: Ask) -> Response[str]:
    staff_only(actor)
    form = await read_form(request, Starting)
    if form.value is None:
        return page(request, "staff/mine.html", "mine", status=422, **await own(db, actor))
    await actions.clock_in(db, actor, id=form.value.id, now=clock.now())
    return done(request, "/my-shifts", "staff/mine.html", "mine", toast=_("You are at work."), **await own(db, actor))


@post("/my-shifts/{spell_id:uuid}/end", name="staff.clock_out", guards=[signed_in()])
async def clock_out(request: Request, db: Db, actor: Ask, spell_id: FromPath[UUID]) -> Response[str]:
    staff_only(actor)
    if not await actions.clock_out(db, actor, spell_id, now=clock.now()):
        raise NotFoundException
    return done(request, "/my-shifts", "staff/mine.html", "mine", toast=_("Have a good evening."), **await own(db, actor))


router = Router("/", route_handlers=[rota, plan, drop, hours, correct, hours_csv, mine, clock_in, clock_out])
