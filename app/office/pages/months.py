"""Months: their figures, closing one, and what moved after it was closed."""

from datetime import date

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.insights import actions, months
from app.money.sentences import lines, methods
from app.web.asking import Ask, Db, Request, may, recent
from app.web.pages import go, page
from app.words import _

BACK = 24


def back(today: date, count: int) -> date:
    index = today.year * 12 + today.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


@get("/money/months", name="office.months", guards=[may("money.totals")])
async def listed(request: Request, db: Db, actor: Ask) -> Response[str]:
    today = actor.today(clock.now())
    found = await months.months(db, actor.gym_id, actor.currency, back(today, BACK), today.replace(day=1))
    last = max((n for n, one in enumerate(found) if one.lines or one.closed_at), default=0)
    return page(request, "office/months.html", months=found[: last + 1], this=today.replace(day=1), tab="months")


def first_of(said: str, today: date) -> date:
    """The first of a month that is not in the future; anything else is no page."""
    try:
        first = date.fromisoformat(f"{said}-01")
    except ValueError:
        raise NotFoundException from None
    if not date(1990, 1, 1) <= first <= today:
        raise NotFoundException
    return first


@get("/money/months/{month:str}", name="office.month", guards=[may("money.totals")])
async def month(request: Request, db: Db, actor: Ask, month: FromPath[str]) -> Response[str]:
    today = actor.today(clock.now())
    first = first_of(month, today)
    return page(
        request, "office/month.html", found=await months.month(db, actor.gym_id, first), is_over=first < today.replace(day=1),
        later=await months.taken_back_later(db, actor.gym_id, first), names=lines(), methods=methods(), tab="months",
    )  # fmt: skip


@post("/money/months/{month:str}/close", name="office.close_month", guards=[may("money.totals"), recent])
async def close(request: Request, db: Db, actor: Ask, month: FromPath[str]) -> Response[str]:
    """Once; the figures stay as they are from here on."""
    now = clock.now()
    first = first_of(month, actor.today(now))
    done = await actions.close_month(db, actor, first, now=now)
    found = await months.month(db, actor.gym_id, first)
    if found.closed_at is None:
        return go(request, f"/money/months/{month}", toast=_("A month can be closed when it is over."))
    return go(request, f"/money/months/{month}", toast=_("Closed. These figures stay.") if done else _("It was closed already."))


HANDLERS = [listed, month, close]
