"""What every screen of the editor stands on: the document on the desk, and an outcome as an answer."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.exceptions import NotFoundException

from app import clock
from app.actor import Actor
from app.plans import actions, queries
from app.plans.actions import Asked, Conflict, Home, Refused
from app.plans.actions.editing import Outcome
from app.plans.forms import Acting
from app.plans.rules import Outline, minutes
from app.plans.rules.changes import (
    Step,
)
from app.plans.rules.outline import settled
from app.plans.words import fault
from app.web.asking import Db, Request
from app.web.forms import read_form
from app.web.pages import done, page

DRAFT = "/drafts/{kind:str}/{home_id:uuid}"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the editor draws: the document and what may be done with it."""

    home: Home
    outline: Outline
    revision: int
    can_undo: bool
    can_redo: bool
    version: int
    has_news: bool
    is_mine: bool

    @property
    def url(self) -> str:
        return f"/drafts/{self.home.kind}/{self.home.id}"

    @property
    def page(self) -> str:
        return f"/{'plans' if self.home.kind == 'plan' else 'units'}/{self.home.id}"


async def desk_of(db: Db, actor: Actor, home: Home) -> Desk:
    now = clock.now()
    if home.kind == "plan":
        plan = await queries.sheet(db, actor, home.id, now)
        if plan is None or not plan.may_write:
            raise NotFoundException
        news = plan.published is None or settled(plan.draft) != plan.published
        return Desk(home, plan.draft, plan.revision, plan.can_undo, plan.can_redo, plan.version, news, plan.is_mine)
    card = await queries.unit(db, actor, home.id, now) if home.kind == "unit" else None
    if card is None or not card.may_write or card.plan_id is not None:
        raise NotFoundException
    return Desk(home, queries.alone(card.unit), card.unit.revision, card.can_undo, card.can_redo, 0, False, card.is_mine)


async def drawn(
    request: Request, db: Db, actor: Actor, home: Home, *, status: int = 200, toast: str | None = None, **more: Any
) -> Response[str]:
    """The whole desk again: with what was typed and what was wrong, or with what changed."""
    desk = await desk_of(db, actor, home)
    units = await queries.unit_names(db, actor, clock.now()) if home.kind == "plan" else []
    values = {
        "desk": desk,
        "own_units": units,
        "form": None,
        "adding": None,
        "wrong": (),
        "found": (),
        "clash": None,
        "minutes": minutes,
        **more,
    }
    if status == 200 and request.method == "POST":
        return done(request, f"{desk.page}/edit", "plans/editor.html", "editor", toast=toast, **values)
    return page(request, "plans/editor.html", "editor", status=status, toast=toast, **values)


async def settle(
    request: Request, db: Db, actor: Actor, home: Home, outcome: Outcome, *, toast: str | None = None, **more: Any
) -> Response[str]:
    """An outcome as an answer: drawn anew, 422 with sentences, 409 with what stands there now, or 404."""
    if outcome is None:
        raise NotFoundException
    if isinstance(outcome, Refused):
        return await drawn(request, db, actor, home, status=422, **{"wrong": sentences(outcome), **more})
    if isinstance(outcome, Conflict):
        return await drawn(request, db, actor, home, status=409, **more)
    return await drawn(request, db, actor, home, toast=toast)


def sentences(outcome: Refused) -> list[tuple[int, int, str]]:
    return [(0, 0, sentence) for sentence in dict.fromkeys(fault(one.code) for one in outcome.faults)]


async def act_on(request: Request, db: Db, actor: Actor, home: Home, asked: Asked, step: Step, id: UUID) -> Response[str]:
    outcome = await actions.change(db, actor, home, asked, step, id=id, now=clock.now())
    return await settle(request, db, actor, home, outcome)


async def acted(request: Request) -> Acting:
    form = await read_form(request, Acting)
    if form.value is None:
        raise NotFoundException
    return form.value
