"""Insights: members, money, visits and training over any period, beside the one before or last year's; the CSV of every
chart; and the people behind a number."""

import csv
import io
from datetime import date
from uuid import UUID

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from app import clock
from app.actor import Actor
from app.insights.definitions import definitions
from app.insights.pages.asked import ALL, Asked, asked_of, gyms_of, span_of
from app.insights.pages.figures import SHEETS, TABS, Look, Rows
from app.insights.queries import members, places
from app.web.asking import Ask, Db, Request, may
from app.web.pages import page
from app.web.sheets import cell


def look_of(asked: Asked, actor: Actor) -> Look:
    today = actor.today(clock.now())
    return Look(gyms_of(asked, actor), span_of(asked, today), actor.currency, today)


@get(["/insights", "/insights/{tab:str}"], name="insights.overview", guards=[may("insights.see")])
async def overview(request: Request, db: Db, actor: Ask, tab: FromPath[str] = "members") -> Response[str]:
    if tab not in TABS:
        raise NotFoundException
    asked = asked_of(request)
    look = look_of(asked, actor)
    values = await TABS[tab](db, look)
    gyms = await places.gyms(db, actor.gym_ids)
    chosen = ALL if asked.gym == ALL else str(look.gym_ids[0])
    return page(
        request, f"insights/{tab}.html", tab=tab, asked=asked, chosen=chosen, gyms=gyms, span=look.span, said=definitions(), **values
    )  # fmt: skip


@get("/insights/{tab:str}/sheets/{sheet:str}", name="insights.sheet", guards=[may("insights.see")])
async def sheet(request: Request, db: Db, actor: Ask, tab: FromPath[str], sheet: FromPath[str]) -> Response[str]:
    wanted = SHEETS.get(sheet)
    if wanted is None or wanted.tab != tab:
        raise NotFoundException
    values = await TABS[tab](db, look_of(asked_of(request), actor))
    return as_csv(f"{tab}-{sheet}", wanted.rows(values))


@get("/insights/people/{which:str}", name="insights.people", guards=[may("insights.see")])
async def people(
    request: Request,
    db: Db,
    actor: Ask,
    which: FromPath[str],
    month: FromQuery[date | None] = None,
    type_id: FromQuery[UUID | None] = None,
) -> Response[str]:
    """Who is behind a number: as many lines as the number said."""
    asked = asked_of(request)
    look = look_of(asked, actor)
    if which == "type" and type_id:
        found = await members.people_of_type(db, look.gym_ids, look.today, type_id)
    elif which in members.LISTS and month and date(2000, 1, 1) <= month <= look.today:
        found = await members.people_of_month(db, look.gym_ids, look.today, which, month)
    else:
        raise NotFoundException
    return page(request, "insights/people.html", which=which, month=month, people=found, asked=asked)


def as_csv(name: str, rows: Rows) -> Response[str]:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


handlers = [overview, sheet, people]
