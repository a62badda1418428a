"""The Visits tab of a member's record."""

from datetime import datetime
from uuid import UUID

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.desk import visits as log
from app.members import queries as members
from app.web.asking import Ask, Db, may
from app.web.pages import page
from app.web.request import Request

PAGE = 50


@get("/members/{member_id:uuid}/visits", name="desk.visits", guards=[may("desk.use")])
async def visits(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member = await members.member(db, member_id, actor.gym_ids)
    if member is None:
        raise NotFoundException
    found = await log.tries_of(db, member_id, actor.gym_ids, earlier(request.query_params.get("before", "")), limit=PAGE + 1)
    shown = found[:PAGE]
    return page(
        request, "desk/visits.html", "visits", member=member, tries=shown, tab="visits",
        coming=await log.coming(db, member_id, actor.today(clock.now())),
        next=f"?before={shown[-1].at.isoformat().replace('+', '%2B')}" if len(found) > PAGE else None,
    )  # fmt: skip


def earlier(text: str) -> datetime | None:
    """Where the page before ended; nonsense begins with the newest."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


HANDLERS = [visits]
