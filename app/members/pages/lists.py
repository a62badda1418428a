"""The long list, with its filters in the address, and the same as CSV."""

import csv
import io
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get

from app import clock
from app.accounts.actions import audit
from app.members import queries
from app.members.forms import Wanted
from app.members.queries.finding import SORTS, STATUSES, Filters, Listed, next_page
from app.members.sentences import statuses
from app.web.asking import Ask, Db, Request, may
from app.web.forms import read_query
from app.web.pages import page
from app.words import _

PAGE = 50


def filters_of(request: Request) -> Filters:
    """Nonsense in an address is a filter that was not given."""
    form = read_query(request, Wanted)
    wanted = form.value or Wanted(q=str(form.typed.get("q", ""))[:200])
    return Filters(
        said=wanted.q,
        status=wanted.status if wanted.status in STATUSES else "",
        type_id=wanted.type,
        gym_id=wanted.gym,
        sort=wanted.sort if wanted.sort in SORTS else "name",
        down=wanted.down,
        after=wanted.after,
        after_id=wanted.after_id,
    )


def address(filters: Filters, **changes: Any) -> str:
    """The list's address with some filters changed: from the first page, unless the page is what changes."""
    said: dict[str, Any] = {
        "q": filters.said,
        "status": filters.status,
        "type": filters.type_id,
        "gym": filters.gym_id,
        "sort": filters.sort if filters.sort != "name" else "",
        "down": "on" if filters.down else "",
        **changes,
    }
    kept = {name: value for name, value in said.items() if value}
    return "?" + urlencode(kept) if kept else "?"


@get("/members", name="members.list", guards=[may("members.see")])
async def list_(request: Request, db: Db, actor: Ask) -> Response[str]:
    filters, day = filters_of(request), actor.today(clock.now())
    found = await queries.listed(db, filters, actor.gym_ids, day, limit=PAGE + 1)
    more = next_page(filters, found[PAGE - 1]) if len(found) > PAGE else None
    choices = {
        "types": [(one.id, one.name) for one in await queries.types(db, actor.gym_ids, day)],
        "gyms": [(one.id, one.name) for one in await queries.gyms(db, actor.gym_ids)],
    }
    return page(
        request, "members/list.html", "members", "chips", members=found[:PAGE], filters=filters, address=address, statuses=statuses(),
        next=address(filters, after=more.after, after_id=more.after_id) if more else None, choices=choices,
        push=f"/members{address(filters)}" if request.wants_regions else None,
    )  # fmt: skip


@get("/members.csv", name="members.export", guards=[may("members.export")])
async def export(request: Request, db: Db, actor: Ask) -> Response[bytes]:
    """What the list shows, all pages of it. Who took it, and how many, is written down."""
    now = clock.now()
    day, filters = actor.today(now), filters_of(request)
    found: list[Listed] = []
    while True:
        some = await queries.listed(db, filters, actor.gym_ids, day, limit=1000)
        found += some
        if len(some) < 1000:
            break
        filters = next_page(filters, some[-1])
    await audit(db, actor, "members.export", now=now, after={"rows": len(found)})
    name = f"members-{day.isoformat()}.csv"
    return Response(
        as_csv(found), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def as_csv(found: list[Listed]) -> bytes:
    """Quoted throughout; a cell that a spreadsheet would run is defused with an apostrophe, which our import takes off again."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    head = [
        _("Number"), _("Name"), _("E-mail"), _("Phone"), _("Birthday"), _("Joined"), _("Gym"), _("Status"), _("Membership"), _("Until"),
        _("Visits left"),
    ]  # fmt: skip
    writer.writerow(head)
    for one in found:
        row = [
            one.number, one.name, one.email, one.phone, one.born_on, one.joined_on, one.home_gym, one.status, one.membership, one.ends_on,
            one.visits_left,
        ]  # fmt: skip
        writer.writerow([cell(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def cell(value: object) -> str:
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "'")) else text


HANDLERS = [list_, export]
