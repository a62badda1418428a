"""What each tab shows, and the rows of each chart's CSV: the same values, so that both say the same."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.db import Db
from app.insights.queries import members as members_
from app.insights.queries import money as money_
from app.insights.queries import training as training_
from app.insights.queries import visits as visits_
from app.insights.rules import Span, change

Values = dict[str, Any]
Rows = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Look:
    """One question: which gyms, which days, in which money, as of which day."""

    gym_ids: Sequence[UUID]
    span: Span
    currency: str
    today: date


async def members(db: Db, look: Look) -> Values:
    span, other = look.span, look.span.other
    first = min(span.first, other.first)
    every = await members_.members_by_month(db, look.gym_ids, look.today, first, span.last)
    months = [line for line in every if line.month >= span.first.replace(day=1)]
    before = [line for line in every if other.first.replace(day=1) <= line.month <= other.last.replace(day=1)]
    return {
        "months": months,
        "cohorts": await members_.cohorts(db, look.gym_ids, look.today, span.first, span.last),
        "types": await members_.types(db, look.gym_ids, look.today, look.currency),
        "grown": change(months[-1].active, before[-1].active) if months and before else None,
        "joined_more": change(sum(line.joined for line in months), sum(line.joined for line in before)),
        "left_more": change(sum(line.left for line in months), sum(line.left for line in before)),
    }


async def money(db: Db, look: Look) -> Values:
    found = await money_.revenue(db, look.gym_ids, look.span, look.currency, look.today)
    return {
        "revenue": found,
        "changed": change(found.taken, found.before),
        "sold_more": change(found.sold, found.sold_before),
        "moves": await members_.recurring_by_month(db, look.gym_ids, look.today, look.span.first, look.span.last, look.currency),
        "owed": await money_.arrears(db, look.gym_ids, look.today, look.currency),
    }


async def visits(db: Db, look: Look) -> Values:
    found = await visits_.crowd(db, look.gym_ids, look.span)
    return {
        "crowd": found,
        "changed": change(found.visits, found.before),
        "often": await visits_.how_often(db, look.gym_ids, look.span),
        "peaks": await visits_.peaks(db, look.gym_ids, look.today),
    }


async def training(db: Db, look: Look) -> Values:
    found = await training_.use(db, look.gym_ids, look.span, look.today)
    return {"used": found, "changed": change(found.workouts, found.before)}


TABS: dict[str, Callable[[Db, Look], Awaitable[Values]]] = {
    "members": members,
    "money": money,
    "visits": visits,
    "training": training,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """The CSV of one chart."""

    tab: str
    rows: Callable[[Values], Rows]


def _months(v: Values) -> Rows:
    head = ["month", "active", "joined", "left", "at_start", "churn_percent"]
    return [head, *[[m.month, m.active, m.joined, m.left, m.at_start, m.churn] for m in v["months"]]]


def _cohorts(v: Values) -> Rows:
    most = max((len(c.stayed) for c in v["cohorts"]), default=0)
    return [["joined", "size", *range(most)], *[[c.month, c.size, *c.stayed] for c in v["cohorts"]]]


def _types(v: Values) -> Rows:
    return [["type", "members", "recurring"], *[[t.name, t.members, t.recurring] for t in v["types"]]]


def _moves(v: Values) -> Rows:
    head = ["month", "start", "new", "back", "grew", "shrank", "lost", "end"]
    return [head, *[[m.month, m.start, m.new, m.back, m.grew, m.shrank, m.lost, m.end] for m in v["moves"]]]


def _grid(which: str) -> Callable[[Values], Rows]:
    def rows(v: Values) -> Rows:
        crowd = v["crowd"]
        return [["weekday", *range(crowd.first_hour, 24)], *[[n + 1, *row] for n, row in enumerate(getattr(crowd, which))]]

    return rows


def _peaks(v: Values) -> Rows:
    head = ["day", "hour", "inside", "low", "high"]
    return [head, *[[p.day, p.hour, p.usual.middle, p.usual.low, p.usual.high] for p in v["peaks"]]]


def _plans(v: Values) -> Rows:
    head = ["plan", "people", "workouts", "plan_days"]
    return [head, *[[p.label, p.people, p.workouts, p.plan_days] for p in v["used"].plans]]


def _labelled(*head: str, of: Callable[[Values], Any]) -> Callable[[Values], Rows]:
    """A label, a number, and its companion (the time before, or people) when the head names one."""

    def rows(v: Values) -> Rows:
        return [list(head), *[[line.label, line.amount, *([line.before] if len(head) > 2 else [])] for line in of(v)]]

    return rows


SHEETS: dict[str, Sheet] = {
    "months": Sheet("members", _months),
    "cohorts": Sheet("members", _cohorts),
    "types": Sheet("members", _types),
    "recurring": Sheet("money", _moves),
    "revenue": Sheet("money", _labelled("month", "taken", of=lambda v: v["revenue"].by_month)),
    "methods": Sheet("money", _labelled("method", "taken", "before", of=lambda v: v["revenue"].by_method)),
    "sold": Sheet("money", _labelled("type", "sold", "before", of=lambda v: v["revenue"].by_type)),
    "arrears": Sheet("money", _labelled("days", "owed", "people", of=lambda v: v["owed"].by_age)),
    "arrears-types": Sheet("money", _labelled("type", "owed", "people", of=lambda v: v["owed"].by_type)),
    "arrears-months": Sheet("money", _labelled("month", "owed", "people", of=lambda v: v["owed"].by_month)),
    "weeks": Sheet("visits", _labelled("week", "visits", of=lambda v: v["crowd"].weeks)),
    "hours": Sheet("visits", _grid("hours")),
    "inside": Sheet("visits", _grid("inside")),
    "often": Sheet("visits", lambda v: [["visits_per_week", "members"], *[[o.label, o.amount] for o in v["often"]]]),
    "peaks": Sheet("visits", _peaks),
    "workouts": Sheet("training", _labelled("week", "workouts", "classes", of=lambda v: v["used"].weeks)),
    "plans": Sheet("training", _plans),
}
