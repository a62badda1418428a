"""What the house does by itself: chores by the clock, jobs on their way, and what waits for a person."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app.db import Db as Database
from app.jobs import actions, queries
from app.web.asking import Ask, Db, Request, may
from app.web.pages import done, page
from app.words import _

PAGE = "jobs/overview.html"


async def shown(db: Database) -> dict[str, Any]:
    return {
        "chores": await queries.chores(db),
        "waiting": await queries.waiting(db),
        "parked": await queries.parked(db),
    }


@get("/", name="jobs.overview", guards=[may("settings.manage")])
async def overview(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, PAGE, "work", **await shown(db))


@post("/{job_id:uuid}/retry", name="jobs.retry", guards=[may("settings.manage")])
async def retry(request: Request, db: Db, actor: Ask, job_id: FromPath[UUID]) -> Response[str]:
    """Pressed twice it is on its way all the same."""
    await actions.retry(db, job_id)
    return done(request, "/owner/chores", PAGE, "work", toast=_("It is tried again."), **await shown(db))


@post("/{job_id:uuid}/skip", name="jobs.skip", guards=[may("settings.manage")])
async def skip(request: Request, db: Db, actor: Ask, job_id: FromPath[UUID]) -> Response[str]:
    await actions.skip(db, job_id)
    return done(request, "/owner/chores", PAGE, "work", toast=_("It is left out."), **await shown(db))


@post("/{chore:str}/now", name="jobs.hurry", guards=[may("settings.manage")])
async def hurry(request: Request, db: Db, actor: Ask, chore: FromPath[str]) -> Response[str]:
    if not await actions.hurry(db, chore):
        raise NotFoundException
    return done(request, "/owner/chores", PAGE, "work", toast=_("It is done next."), **await shown(db))


router = Router("/owner/chores", route_handlers=[overview, retry, skip, hurry])
