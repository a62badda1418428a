"""What is on sale, what members may do by themselves, and the text that they sign."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.members import actions, queries
from app.members.forms import NewWaiver, OnSale, Rules, TypeTerms, from_minor, to_minor
from app.members.pages.hours import MOST, Row, rows_in, rows_of, windows_in
from app.members.queries import Type
from app.members.rules import GymRules
from app.members.sentences import kinds, sentence, what_it_is
from app.web.asking import Ask, Db, Request, may
from app.web.forms import Form, read_form
from app.web.pages import done, go, page
from app.words import _


@get("/membership-types", name="members.types", guards=[may("memberships.types")])
async def types(request: Request, db: Db, actor: Ask) -> Response[str]:
    found = await queries.types(db, actor.gym_ids, actor.today(clock.now()))
    return page(request, "members/types.html", types=found, kinds=kinds(), what_it_is=what_it_is)


@get("/membership-types/new", name="members.new_type", guards=[may("memberships.types")])
async def new_type(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await type_form(request, db, actor, None, None)


@get("/membership-types/{type_id:uuid}", name="members.type", guards=[may("memberships.types")])
async def type_(request: Request, db: Db, actor: Ask, type_id: FromPath[UUID]) -> Response[str]:
    return await type_form(request, db, actor, await known_type(db, actor, type_id), None)


async def known_type(db: Database, actor: Actor, type_id: FromPath[UUID]) -> Type:
    found = await queries.type_of(db, type_id, actor.gym_ids)
    if found is None:
        raise NotFoundException
    return found


async def type_form(
    request: Request,
    db: Database,
    actor: Actor,
    found: Type | None,
    form: Form[Any] | None,
    status: int = 200,
    rows: list[Row] | None = None,
) -> Response[str]:
    currency = actor.currency
    rows = rows or rows_of(found.windows if found else ())
    return page(
        request, "members/type.html", *(["terms"] if form else []), status=status, type=found, form=form, kinds=kinds(),
        gym_choices=[(one.id, one.name) for one in await queries.gyms(db, actor.gym_ids)], weekdays=weekdays(), rows=rows, most=MOST,
        price=from_minor(found.price, currency) if found else "", fee=from_minor(found.joining_fee, currency) if found else "0",
    )  # fmt: skip


def weekdays() -> dict[str, str]:
    names = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    return {str(n): name for n, name in enumerate(names)}


@post("/membership-types", name="members.offer", guards=[may("memberships.types")])
async def offer(request: Request, db: Db, actor: Ask) -> Response[str]:
    form, data = await read_form(request, TypeTerms), await request.form()
    rows, (windows, is_sound) = rows_in(data), windows_in(data)
    if "hours" in data:  # one row more or less; nothing is saved yet
        return await type_form(request, db, actor, None, Form(None, form.typed), rows=rows)
    if form.value is not None and not is_sound:
        form = form.refuse("hours", _("Look at the hours."))
    elif form.value is not None and (trouble := wrong_terms(form.value)):
        form = form.refuse(*trouble)
    if form.value is None:
        return await type_form(request, db, actor, None, form, 422, rows)
    refused = await actions.offer(db, actor, terms(form.value, windows, actor), id=form.value.id, now=clock.now())
    if refused:
        return await type_form(request, db, actor, None, form.refuse("name", sentence(refused)), 409, rows)
    return go(request, "/membership-types", toast=_("Saved. What was sold before keeps its terms."))


def wrong_terms(typed: TypeTerms) -> tuple[str, str] | None:
    if typed.kind == "pack" and typed.visits is None:
        return "visits", _("A pack needs a number of visits.")
    if typed.kind == "membership" and typed.visits is not None:
        return "visits", _("A membership is unlimited. Choose a pack to count visits.")
    return None


def terms(typed: TypeTerms, windows: list[dict[str, Any]], actor: Actor) -> dict[str, Any]:
    return {
        "name": typed.name,
        "kind": typed.kind,
        "visits": typed.visits,
        "duration": typed.duration,
        "duration_unit": typed.duration_unit,
        "price": to_minor(typed.price, actor.currency),
        "joining_fee": to_minor(typed.joining_fee, actor.currency),
        "windows": windows,
        "gym_ids": [gym_id for gym_id in typed.gym_ids if gym_id in actor.gym_ids],
        "daily_limit": typed.daily_limit,
        "grace_days": typed.grace_days,
        "is_shared": typed.is_shared,
    }


@post("/membership-types/{type_id:uuid}/sale", name="members.on_sale", guards=[may("memberships.types")])
async def on_sale(request: Request, db: Db, actor: Ask, type_id: FromPath[UUID]) -> Response[str]:
    await known_type(db, actor, type_id)
    form = await read_form(request, OnSale)
    await actions.withdraw(db, actor, type_id, is_active=bool(form.value and form.value.is_active), now=clock.now())
    found = await queries.types(db, actor.gym_ids, actor.today(clock.now()))
    return done(request, "/membership-types", "members/types.html", "types", types=found, kinds=kinds(), what_it_is=what_it_is)


@get("/membership-rules", name="members.rules", guards=[may("memberships.types")])
async def rules(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await rules_form(request, db, actor, None)


async def rules_form(request: Request, db: Database, actor: Actor, form: Form[Any] | None, status: int = 200) -> Response[str]:
    found = await queries.gym_rules(db, actor.gym_id)
    fee = from_minor(found.freeze_fee, actor.currency)
    return page(request, "members/rules.html", *(["rules"] if form else []), status=status, rules=found, form=form, fee=fee)


@post("/membership-rules", name="members.set_rules", guards=[may("memberships.types")])
async def set_rules(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, Rules)
    if form.value is None:
        return await rules_form(request, db, actor, form, 422)
    typed = form.value
    if typed.freeze_max_days < typed.freeze_min_days:
        return await rules_form(
            request, db, actor, form.refuse("freeze_max_days", _("This is less than the shortest freeze.")), 422
        )
    wanted = GymRules(
        may_freeze=typed.may_freeze, freeze_min_days=typed.freeze_min_days, freeze_max_days=typed.freeze_max_days,
        freeze_fee=to_minor(typed.freeze_fee, actor.currency), may_cancel=typed.may_cancel, cancel_notice_days=typed.cancel_notice_days,
        cancel_returns_days=typed.cancel_returns_days, may_renew=typed.may_renew, renew_days_before=typed.renew_days_before,
        adult_age=typed.adult_age,
    )  # fmt: skip
    await actions.set_rules(db, actor, wanted, now=clock.now())
    return go(request, "/membership-rules", toast=_("Saved."))


@get("/waiver", name="members.waiver_text", guards=[may("memberships.types")])
async def waiver_text(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "members/waiver_text.html", versions=await queries.waivers(db), form=None)


@post("/waiver", name="members.publish_waiver", guards=[may("memberships.types")])
async def publish_waiver(request: Request, db: Db, actor: Ask) -> Response[str]:
    form = await read_form(request, NewWaiver)
    if form.value is None:
        return page(request, "members/waiver_text.html", "publish", status=422, versions=await queries.waivers(db), form=form)
    await actions.publish_waiver(db, actor, title=form.value.title, body=form.value.body, id=form.value.id, now=clock.now())
    return go(request, "/waiver", toast=_("Published. Everybody is asked to sign it at the next visit."))


HANDLERS = [types, new_type, type_, offer, on_sale, rules, set_rules, waiver_text, publish_waiver]
