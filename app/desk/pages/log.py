"""The entry log and the list of exceptions."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get
from litestar.response import Stream

from app import clock
from app.actor import Actor
from app.desk import entries as log
from app.desk import queries
from app.desk.entries import Asked, Entry
from app.desk.forms import LogQuery
from app.desk.rules.policy import CHANNELS, CODES
from app.desk.rules.verdict import OUTCOMES
from app.web.asking import Ask, Db, may
from app.web.forms import read_query
from app.web.pages import page
from app.web.request import Request

DAYS = 7
CHUNK = 2000


def asked_for(actor: Actor, query: LogQuery) -> Asked:
    """Days are the gym's days; both ends are included."""
    today = actor.today(clock.now())
    until = min(query.until or today, date(9998, 1, 1))
    since = min(max(query.since or until - timedelta(days=DAYS - 1), date(2000, 1, 1)), until)
    return Asked(
        actor.gym_id,
        clock.start_of(since, actor.zone),
        clock.start_of(max(until, date(2000, 1, 1)) + timedelta(days=1), actor.zone),
        query.q,
        tuple(outcome for outcome in query.outcome if outcome in OUTCOMES),
        query.code if query.code in CODES else "",
        query.channel if query.channel in CHANNELS else "",
    )


@get("/desk/entries", name="desk.entries", guards=[may("desk.use")])
async def entries(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = read_query(request, LogQuery)
    query = form.value or LogQuery()
    asked = asked_for(actor, query)
    before = (query.before, query.before_id) if query.before and query.before_id else None
    found = await log.entries(db, asked, before=before, limit=log.PAGE + 1)
    shown = found[: log.PAGE]
    more = shown[-1] if len(found) > log.PAGE else None
    return page(
        request,
        "desk/entries.html",
        "entries",
        form=form,
        asked=asked,
        since=asked.since.astimezone(actor.zone).date(),
        until=(asked.until - timedelta(hours=2)).astimezone(actor.zone).date(),
        entries=shown,
        counts=await log.counted(db, asked),
        outcomes=OUTCOMES,
        codes=CODES,
        channels=CHANNELS,
        next_url=next_url(request, more),
        link=lambda **more: link(request, **more),
    )


def link(request: Request, **changes: Any) -> str:
    """The same view with something changed; the address holds the whole state."""
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key not in {"before", "before_id", *changes}]
    for key, value in changes.items():
        values = value if isinstance(value, list) else [value]
        pairs += [(key, str(each)) for each in values if each not in ("", None)]
    return f"/desk/entries?{urlencode(pairs)}" if pairs else "/desk/entries"


def next_url(request: Request, last: Entry | None) -> str | None:
    return link(request, before=last.at.isoformat(), before_id=last.id) if last else None


@get("/desk/entries.csv", name="desk.entries_csv", guards=[may("members.export")])
async def entries_csv(request: Request, actor: Ask) -> Stream:
    form = read_query(request, LogQuery)
    asked = asked_for(actor, form.value or LogQuery())
    name = f"entries-{asked.since.astimezone(actor.zone).date()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Stream(_lines(request, actor, asked), media_type="text/csv; charset=utf-8", headers=headers)


async def _lines(request: Request, actor: Actor, asked: Asked) -> AsyncIterator[bytes]:
    heads = ("time", "name", "card", "outcome", "reasons", "channel", "device", "staff", "visits left", "left", "undone", "why")
    yield "\ufeff".encode() + row(heads)
    before = None
    while True:
        found = await log.entries(request.app.state.database.reading(), asked, before=before, limit=CHUNK)
        for entry in found:
            yield row(
                (
                    entry.at.astimezone(actor.zone).isoformat(timespec="seconds"),
                    entry.name,
                    entry.card,
                    entry.outcome,
                    " ".join(entry.codes),
                    entry.channel,
                    entry.device,
                    entry.by or "",
                    "" if entry.visits_left is None else entry.visits_left,
                    entry.left_at.astimezone(actor.zone).isoformat(timespec="seconds") if entry.left_at else "",
                    "yes" if entry.is_undone else "",
                    entry.why or "",
                )
            )
        if len(found) < CHUNK:
            return
        before = (found[-1].at, found[-1].id)


def row(cells: tuple[Any, ...]) -> bytes:
    """Every cell quoted; a cell that a spreadsheet would run gets a leading apostrophe."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([harmless(str(cell)) for cell in cells])
    return line.getvalue().encode("utf-8", "replace")


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class Days(msgspec.Struct):
    since: date | None = None
    until: date | None = None


@get("/desk/exceptions", name="desk.exceptions", guards=[may("desk.override")])
async def exceptions(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Who was let in on somebody's word, and what was taken back."""
    form = read_query(request, Days)
    asked = asked_for(actor, LogQuery(since=form.value.since, until=form.value.until) if form.value else LogQuery())
    found = await queries.exceptions(db, actor.gym_id, asked.since, asked.until)
    return page(
        request,
        "desk/exceptions.html",
        found=found,
        form=form,
        since=asked.since.astimezone(actor.zone).date(),
        until=(asked.until - timedelta(hours=2)).astimezone(actor.zone).date(),
    )


HANDLERS = [entries, entries_csv, exceptions]
