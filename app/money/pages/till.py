"""The drawer of whoever stands at the desk, and what only owners see: takings and debts."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.members.forms import to_minor
from app.money import actions, queries
from app.money.forms import Closing, Month, Opening
from app.money.rules import Refused
from app.money.sentences import lines, methods
from app.web.asking import Ask, Db, Request, may
from app.web.forms import Form, read_form, read_query
from app.web.pages import done, go, page
from app.words import _


async def values(db: Database, actor: Actor, form: Form[Any] | None = None) -> dict[str, Any]:
    mine = await queries.open_shift(db, actor.gym_id, actor.person_id)
    return {
        "shift": mine, "lines": await queries.of_shift(db, mine.id) if mine else [], "form": form, "names": lines(), "methods": methods(),
        "shifts": await queries.shifts(db, actor.gym_ids, None if actor.can("money.totals") else actor.person_id),
    }  # fmt: skip


@get("/till", name="money.till", guards=[may("money.take")])
async def till(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "money/till.html", "drawer", **await values(db, actor))


@post("/till", name="money.open_shift", guards=[may("money.take")])
async def open_shift(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, Opening)
    if form.value is None:
        return page(request, "money/till.html", "drawer", status=422, **await values(db, actor, form))
    await actions.open_shift(db, actor, to_minor(form.value.amount, actor.currency), id=form.value.id, now=clock.now())
    return done(request, "/till", "money/till.html", "drawer", toast=_("The drawer is open."), **await values(db, actor))


@post("/till/{shift_id:uuid}/count", name="money.close_shift", guards=[may("money.take")])
async def close_shift(request: Request, db: Db, actor: Ask, shift_id: FromPath[UUID]) -> Response[str]:
    form = await read_form(request, Closing)
    if form.value is None:
        return page(request, "money/till.html", "drawer", status=422, **await values(db, actor, form))
    counted = to_minor(form.value.amount, actor.currency)
    closed = await actions.close_shift(db, actor, shift_id, counted, note=form.value.note, now=clock.now())
    if isinstance(closed, Refused):
        raise NotFoundException
    return go(request, f"/till/{shift_id}", toast=_("Counted and closed."))


@get("/till/{shift_id:uuid}", name="money.shift", guards=[may("money.take")])
async def shift(request: Request, db: Db, actor: Ask, shift_id: FromPath[UUID]) -> Response[str]:
    """A closed drawer, to print. One's own; everybody's for those who see totals."""
    found = await queries.shift(db, shift_id, actor.gym_ids)
    if found is None or (found.person_id != actor.person_id and not actor.can("money.totals")):
        raise NotFoundException
    return page(
        request, "money/shift.html", shift=found, lines=await queries.of_shift(db, shift_id), names=lines(), methods=methods()
    )


@get("/money", name="money.overview", guards=[may("money.totals")])
async def overview(request: Request, db: Db, actor: Ask) -> Response[str]:
    """The month by method, and who owes since when."""
    today = actor.today(clock.now())
    first = month_of(read_query(request, Month).value, today)
    after = next_month(first)
    start, end = clock.start_of(first, actor.zone), clock.start_of(after, actor.zone)
    return page(
        request, "money/overview.html", month=first, before=previous_month(first), after=after if after <= today else None,
        takings=await queries.takings(db, actor.gym_ids, actor.currency, start, end),
        owing=await queries.owing(db, actor.gym_ids, actor.currency, today), methods=methods(),
        shifts=await queries.shifts(db, actor.gym_ids, None, limit=10),
    )  # fmt: skip


def month_of(asked: Month | None, today: date) -> date:
    """The first of the month asked for; nonsense and the future are this month, and no club is older than 1990."""
    try:
        first = date.fromisoformat(f"{asked.month}-01") if asked and asked.month else today
    except ValueError:
        first = today
    return max(min(first, today).replace(day=1), date(1990, 1, 1))


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def previous_month(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


HANDLERS = [till, open_shift, close_shift, shift, overview]
