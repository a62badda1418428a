"""Insights: members, money and visits over any period, beside the one before or last year's, with the CSV of every chart."""

import csv
import io
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from msgspec import Meta, Struct

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.insights import queries
from app.insights.definitions import definitions
from app.insights.rules import Span, change
from app.web.asking import Ask, Db, Request, may
from app.web.forms import read_query
from app.web.pages import page
from app.web.sheets import cell

MONTHS = {"3": 3, "6": 6, "12": 12, "24": 24}


class Asked(Struct):
    months: Annotated[str, Meta(max_length=2)] = "12"
    first: date | None = None
    last: date | None = None
    compare: Literal["before", "year"] = "before"
    gym: UUID | None = None


def span_of(asked: Asked, today: date) -> Span:
    """A typed period wins; else the last so many months up to today."""
    if asked.first and asked.last and date(2000, 1, 1) <= asked.first <= asked.last <= today + timedelta(days=366):
        return Span(asked.first, asked.last, asked.compare)
    back = MONTHS.get(asked.months, 12)
    month = today.year * 12 + today.month - 1 - (back - 1)
    return Span(date(month // 12, month % 12 + 1, 1), today, asked.compare)


def asked_of(request: Request, actor: Actor) -> tuple[Asked, UUID]:
    asked = read_query(request, Asked).value or Asked()
    gym_id = asked.gym if asked.gym in actor.gym_ids else actor.gym_id
    return asked, gym_id


async def members(db: Database, gym_id: UUID, span: Span, actor: Actor, today: date) -> dict[str, Any]:
    months = await queries.members_by_month(db, gym_id, today, span.first.replace(day=1))
    return {
        "months": months,
        "cohorts": await queries.cohorts(db, gym_id, today, span.first.replace(day=1)),
        "types": await queries.types(db, gym_id, today),
        "grown": change(months[-1].active, months[0].active) if months else None,
    }


async def money(db: Database, gym_id: UUID, span: Span, actor: Actor, today: date) -> dict[str, Any]:
    found = await queries.revenue(db, gym_id, span, actor.currency, today)
    return {
        "revenue": found,
        "changed": change(found.taken, found.before),
        "moves": await queries.recurring_by_month(db, gym_id, today, span.first.replace(day=1)),
        "arrears": await queries.arrears(db, today, actor.currency),
    }


async def visits(db: Database, gym_id: UUID, span: Span, actor: Actor, today: date) -> dict[str, Any]:
    found = await queries.crowd(db, gym_id, span)
    return {
        "crowd": found,
        "changed": change(found.visits, found.before),
        "often": await queries.how_often(db, gym_id, span),
        "peaks": await queries.peaks(db, gym_id, today),
    }


TABS = {"members": members, "money": money, "visits": visits}


@get(["/insights", "/insights/{tab:str}"], name="insights.overview", guards=[may("insights.see")])
async def overview(request: Request, db: Db, actor: Ask, tab: FromPath[str] = "members") -> Response[str]:
    if tab not in TABS:
        raise NotFoundException
    asked, gym_id = asked_of(request, actor)
    today = actor.today(clock.now())
    span = span_of(asked, today)
    values = await TABS[tab](db, gym_id, span, actor, today)
    gyms = await queries.gyms(db, actor.gym_ids)
    return page(
        request, f"insights/{tab}.html", tab=tab, asked=asked, gym_id=gym_id, gyms=gyms, span=span, said=definitions(), **values
    )  # fmt: skip


@get("/insights/{tab:str}/sheets/{sheet:str}", name="insights.sheet", guards=[may("insights.see")])
async def sheet(request: Request, db: Db, actor: Ask, tab: FromPath[str], sheet: FromPath[str]) -> Response[str]:
    asked, gym_id = asked_of(request, actor)
    today = actor.today(clock.now())
    if tab not in TABS or sheet not in SHEETS:
        raise NotFoundException
    values = await TABS[tab](db, gym_id, span_of(asked, today), actor, today)
    rows = SHEETS[sheet](values) if SHEET_TABS[sheet] == tab else None
    if rows is None:
        raise NotFoundException
    return as_csv(f"{tab}-{sheet}", rows)


Rows = list[list[Any]]


def _moves(v: dict[str, Any]) -> Rows:
    head = ["month", "start", "new", "back", "grew", "shrank", "lost", "end"]
    return [head, *[[m.month, m.start, m.new, m.back, m.grew, m.shrank, m.lost, m.end] for m in v["moves"]]]


def _months(v: dict[str, Any]) -> Rows:
    head = ["month", "active", "joined", "left", "at_start", "churn_percent"]
    return [head, *[[m.month, m.active, m.joined, m.left, m.at_start, m.churn] for m in v["months"]]]


def _cohorts(v: dict[str, Any]) -> Rows:
    most = max((len(c.stayed) for c in v["cohorts"]), default=0)
    return [["joined", "size", *range(most)], *[[c.month, c.size, *c.stayed] for c in v["cohorts"]]]


def _hours(v: dict[str, Any]) -> Rows:
    return [["weekday", *range(5, 24)], *[[n + 1, *row] for n, row in enumerate(v["crowd"].hours)]]


def _labelled(head: list[str], lines: Any) -> Rows:
    return [head, *[[line.label, line.amount] for line in lines]]


SHEET_TABS = {
    "months": "members", "cohorts": "members", "types": "members", "recurring": "money", "revenue": "money", "methods": "money",
    "sold": "money", "arrears": "money", "weeks": "visits", "hours": "visits", "often": "visits",
}  # fmt: skip
SHEETS: dict[str, Any] = {
    "months": _months,
    "cohorts": _cohorts,
    "types": lambda v: [["type", "members", "recurring"], *[[t.name, t.members, t.recurring] for t in v["types"]]],
    "recurring": _moves,
    "revenue": lambda v: _labelled(["month", "taken"], v["revenue"].by_month),
    "methods": lambda v: _labelled(["method", "taken"], v["revenue"].by_method),
    "sold": lambda v: _labelled(["type", "charged"], v["revenue"].by_type),
    "arrears": lambda v: [["days", "people", "amount"], *[[a.label, a.people, a.amount] for a in v["arrears"]]],
    "weeks": lambda v: _labelled(["week", "visits"], v["crowd"].weeks),
    "hours": _hours,
    "often": lambda v: _labelled(["visits_per_week", "members"], v["often"]),
}


def as_csv(name: str, rows: Rows) -> Response[str]:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


handlers = [overview, sheet]
