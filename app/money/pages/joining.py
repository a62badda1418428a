"""Somebody new: registered, given a card and sold a membership in one form of six fields."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.members import actions as members
from app.members import queries
from app.members.rules import Refused, card_code, part_of
from app.members.sentences import what_it_is
from app.money import actions
from app.money.forms import Joining
from app.money.sentences import sentence
from app.web.asking import Ask, Db, Request, may
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.web.templating import money
from app.words import _


@get("/members/new", name="members.new", guards=[may("members.edit")])
async def new(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await form_page(request, db, actor, None)


async def form_page(request: Request, db: Database, actor: Actor, form: Form[Any] | None, status: int = 200) -> Response[str]:
    offers = await queries.types(db, actor.gym_ids, actor.today(clock.now()), on_sale=True)
    choices = [(one.id, f"{one.name} · {what_it_is(one)} · {money(one.price + one.joining_fee)}") for one in offers]
    found = []
    if form and len(str(form.typed.get("name", "")).strip()) >= 3 and status == 409:
        found = await queries.find(db, str(form.typed["name"]), actor.gym_ids, actor.today(clock.now()))
    return page(
        request, "members/new.html", *(["joining"] if form else []), status=status, form=form, choices=choices, alike=found,
        card=request.query_params.get("card", "")[:256],
    )  # fmt: skip


@post("/members/new", name="members.register", guards=[may("members.edit")])
async def register(request: Request, db: Db, actor: Ask) -> Response[str]:
    form, now = await read_form(request, Joining), clock.now()
    if form.value is None:
        return await form_page(request, db, actor, form, 422)
    typed = form.value
    if (typed.born_on and not typed.born_on.year > 1900) or (typed.born_on and typed.born_on > actor.today(now)):
        return await form_page(request, db, actor, form.refuse("born_on", _("This is not a birthday.")), 422)
    if typed.card and (taken := await card_taken(db, typed.card, typed.id)):
        return await form_page(request, db, actor, form.refuse("card", sentence(taken)), 409)
    done = await members.register(
        db, actor, name=typed.name, id=typed.id, now=now, joined_on=actor.today(now), gym_id=actor.gym_id, email=typed.email, phone=typed.phone,
        born_on=typed.born_on,
    )  # fmt: skip
    if isinstance(done, Refused):
        return await form_page(request, db, actor, form.refuse("email", sentence(done)), 409)
    if typed.card:
        await members.give_card(db, actor, done.member_id, typed.card, id=part_of(typed.id, "card"), now=now)
    if typed.type_id and actor.can("memberships.sell"):
        await actions.sell(
            db, actor, done.member_id, typed.type_id, starts_on=actor.today(now), id=part_of(typed.id, "membership"), now=now
        )
    return go(request, f"/members/{done.member_id}", toast=_("Welcome, %(name)s.", name=typed.name))


async def card_taken(db: Database, code: str, id: UUID) -> Refused | None:
    is_taken = await db.value(
        "select exists(select from card where code = $1 and ended_at is null and member_id <> $2)", card_code(code), id
    )
    return Refused("card_taken") if is_taken else None


HANDLERS = [new, register]
