"""What members arrange by themselves, on the phone: first what it costs and returns, then a button."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.members import actions as members
from app.members import queries
from app.members.actions.sold import plan_to_cancel
from app.members.queries import Held, Household, Member, Type, Waiver
from app.members.rules import (
    Cancelling,
    GymRules,
    Refused,
    Spell,
    Status,
    freezing,
    last_day,
    last_of,
    renewal_start,
    status,
)
from app.members.rules import Freezing as Frozen
from app.members.sentences import kinds, sentence, what_it_is
from app.money import actions
from app.money import queries as ledger
from app.money.forms import Freezing, Leaving, Once, Renewal
from app.money.queries import Account
from app.money.sentences import lines, methods
from app.web.asking import Ask, Db, Request, signed_in
from app.web.forms import Form, read_form, read_query
from app.web.pages import go, page
from app.web.templating import day as as_day
from app.words import _


@dataclass(frozen=True, slots=True)
class Mine:
    member: Member
    held: list[Held]
    account: Account
    rules: GymRules
    today: date
    household: Household | None
    waiver: Waiver | None

    def status(self, sold: Held) -> Status:
        return status(sold, self.today)

    def last_day(self, sold: Held) -> date:
        return last_day(sold)

    @property
    def now(self) -> list[Held]:
        return [one for one in self.held if self.status(one).code not in ("expired", "cancelled")]

    @property
    def newest(self) -> Held | None:
        own = [one for one in self.held if one.is_own and one.kind in ("membership", "pack")]
        return max(own, key=lambda one: one.ends_on, default=None)

    @property
    def renewable_from(self) -> date | None:
        """The first day on which the gym lets this be renewed; none when there is nothing to renew."""
        return last_day(self.newest) - timedelta(days=self.rules.renew_days_before) if self.newest else None

    def own(self, membership_id: UUID) -> Held:
        found = next((one for one in self.held if one.id == membership_id and one.is_own), None)
        if found is None:
            raise NotFoundException
        return found


async def mine_of(db: Database, actor: Actor) -> Mine | None:
    member = await queries.member_of(db, actor.person_id)
    if member is None:
        return None
    return Mine(
        member,
        await queries.held_by(db, member.id, with_shared=True),
        await ledger.account(db, member.person_id, actor.currency),
        await queries.gym_rules(db, member.home_gym_id),
        actor.today(clock.now()),
        await queries.household_of(db, member.id),
        await queries.unsigned_waiver(db, member.id),
    )


async def needed(db: Database, actor: Actor) -> Mine:
    found = await mine_of(db, actor)
    if found is None:
        raise NotFoundException
    return found


@get("/me/membership", name="money.mine", guards=[signed_in()])
async def membership(request: Request, db: Db, actor: Ask) -> Response[str]:
    found = await mine_of(db, actor)
    history = await ledger.lines(db, actor.person_id, limit=30) if found else []
    return page(request, "money/mine.html", mine=found, lines=history, names=lines(), kinds=kinds(), methods=methods())


# Freezing


@get("/me/membership/{membership_id:uuid}/freeze", name="money.my_freeze", guards=[signed_in()])
async def freeze_page(request: Request, db: Db, actor: Ask, membership_id: FromPath[UUID]) -> Response[str]:
    """With dates in the address it says what they would cost; without, it asks for them."""
    mine = await needed(db, actor)
    sold = mine.own(membership_id)
    form = read_query(request, Freezing) if "ends_on" in request.query_params else None
    plan = None
    if form and form.value:
        plan = freezing(sold, Spell(form.value.starts_on, form.value.ends_on), mine.rules, mine.today, by_staff=False)
        if isinstance(plan, Refused):
            form = form.refuse("ends_on", sentence(plan))
    return freeze_screen(request, mine, sold, form, plan if isinstance(plan, Frozen) else None)


def freeze_screen(
    request: Request, mine: Mine, sold: Held, form: Form[Any] | None, plan: Frozen | None, status: int = 200
) -> Response[str]:
    first = max(mine.today, sold.starts_on)
    return page(
        request, "money/my_freeze.html", "freeze", status=status, mine=mine, sold=sold, form=form, plan=plan, first=first,
        last=first + timedelta(days=max(mine.rules.freeze_min_days, 14) - 1),
    )  # fmt: skip


@post("/me/membership/{membership_id:uuid}/freeze", name="money.freeze_mine", guards=[signed_in()])
async def freeze(request: Request, db: Db, actor: Ask, membership_id: FromPath[UUID]) -> Response[str]:
    mine, form = await needed(db, actor), await read_form(request, Freezing)
    sold = mine.own(membership_id)
    if form.value is None:
        return freeze_screen(request, mine, sold, form, None, 422)
    asked = form.value
    frozen = await actions.freeze(
        db, actor, mine.member.id, membership_id, starts_on=asked.starts_on, ends_on=asked.ends_on, why=asked.why, id=asked.id, now=clock.now(),
        by_staff=False,
    )  # fmt: skip
    if isinstance(frozen, Refused):
        return freeze_screen(request, mine, sold, form.refuse("ends_on", sentence(frozen)), None, 409)
    return go(request, "/me/membership", toast=_("Frozen. The last day is now %(day)s.", day=as_day(frozen.ends_on)))


@post("/me/membership/{membership_id:uuid}/thaw", name="money.thaw_mine", guards=[signed_in()])
async def thaw(request: Request, db: Db, actor: Ask, membership_id: FromPath[UUID]) -> Response[str]:
    mine = await needed(db, actor)
    mine.own(membership_id)
    form = await read_form(request, Once)
    if form.value is None:
        return go(request, "/me/membership", toast=sentence(Refused("other_act")))
    thawed = await members.thaw(db, actor, mine.member.id, membership_id, id=form.value.id, now=clock.now())
    if isinstance(thawed, Refused):
        return go(request, "/me/membership", toast=sentence(thawed))
    return go(request, "/me/membership", toast=_("Back today. The last day is %(day)s.", day=as_day(thawed.ends_on)))


# Cancelling


@get("/me/membership/{membership_id:uuid}/cancel", name="money.my_cancel", guards=[signed_in()])
async def cancel_page(request: Request, db: Db, actor: Ask, membership_id: FromPath[UUID]) -> Response[str]:
    mine = await needed(db, actor)
    return cancel_screen(request, mine, mine.own(membership_id), None)


def cancel_screen(request: Request, mine: Mine, sold: Held, form: Form[Any] | None, status: int = 200) -> Response[str]:
    following = [
        one for one in mine.held if one.is_own and one.kind == sold.kind and one.starts_on > sold.ends_on and not one.cancelled_on
    ]
    plan = plan_to_cancel(sold, following, mine.rules, mine.today, by_staff=False)
    no = sentence(plan) if isinstance(plan, Refused) else None
    what: Cancelling | None = None if isinstance(plan, Refused) else plan.what
    returned = 0 if isinstance(plan, Refused) else plan.amount_returned
    return page(
        request,
        "money/my_cancel.html",
        "cancel",
        status=status,
        mine=mine,
        sold=sold,
        form=form,
        what=what,
        returned=returned,
        no=no,
    )


@post("/me/membership/{membership_id:uuid}/cancel", name="money.cancel_mine", guards=[signed_in()])
async def cancel(request: Request, db: Db, actor: Ask, membership_id: FromPath[UUID]) -> Response[str]:
    mine, form = await needed(db, actor), await read_form(request, Leaving)
    sold = mine.own(membership_id)
    if form.value is None:
        return cancel_screen(request, mine, sold, form, 422)
    asked = form.value
    ended = await actions.cancel(
        db, actor, mine.member.id, membership_id, why=asked.why, id=asked.id, now=clock.now(), by_staff=False
    )
    if isinstance(ended, Refused):
        return cancel_screen(request, mine, sold, form.refuse("", sentence(ended)), 409)
    return go(
        request,
        "/me/membership",
        toast=_("Cancelled. You may come until %(day)s.", day=as_day(ended.what.cancelled_on - timedelta(days=1))),
    )


@post("/me/membership/{membership_id:uuid}/keep", name="money.keep_mine", guards=[signed_in()])
async def keep(request: Request, db: Db, actor: Ask, membership_id: FromPath[UUID]) -> Response[str]:
    mine = await needed(db, actor)
    mine.own(membership_id)
    form = await read_form(request, Once)
    if form.value is None:
        return go(request, "/me/membership", toast=sentence(Refused("other_act")))
    kept = await actions.keep(db, actor, mine.member.id, membership_id, id=form.value.id, now=clock.now())
    return go(
        request,
        "/me/membership",
        toast=sentence(kept) if isinstance(kept, Refused) else _("Good to have you. The cancellation is taken back."),
    )


# Renewing


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to go on, with its days and price."""

    type: Type
    about: str
    starts_on: date
    ends_on: date


async def choices(db: Database, mine: Mine) -> list[Choice]:
    offers = await queries.types(db, (mine.member.home_gym_id,), mine.today, on_sale=True)
    found = []
    for one in offers:
        if one.kind in ("membership", "pack"):
            same = [old for old in mine.held if old.is_own and old.kind == one.kind and old.visits_left != 0]
            starts_on = renewal_start(max(same, key=lambda old: old.ends_on, default=None), mine.today, from_end=True)
            unit: Any = one.duration_unit
            found.append(Choice(one, what_it_is(one), starts_on, last_of(starts_on, one.duration, unit)))
    return found


def may_renew(mine: Mine) -> Refused | None:
    if not mine.rules.may_renew or mine.newest is None:
        return Refused("ask_the_desk")
    if mine.renewable_from and mine.today < mine.renewable_from and mine.newest.visits_left != 0:
        return Refused("too_early", on=mine.renewable_from)
    return None


@get("/me/membership/renew", name="money.my_renew", guards=[signed_in()])
async def renew_page(request: Request, db: Db, actor: Ask) -> Response[str]:
    return await renew_screen(request, db, await needed(db, actor), None)


async def renew_screen(request: Request, db: Database, mine: Mine, form: Form[Any] | None, status: int = 200) -> Response[str]:
    no = may_renew(mine)
    return page(
        request, "money/my_renew.html", "renew", status=status, mine=mine, form=form, choices=[] if no else await choices(db, mine),
        no=sentence(no) if no else None,
    )  # fmt: skip


@post("/me/membership/renew", name="money.renew_mine", guards=[signed_in()])
async def renew(request: Request, db: Db, actor: Ask) -> Response[str]:
    mine, form = await needed(db, actor), await read_form(request, Renewal)
    if form.value is None:
        return await renew_screen(request, db, mine, form, 422)
    id = form.value.id
    is_again = any(one.id == id for one in mine.held)
    no = None if is_again else may_renew(mine)
    offered = {choice.type.id for choice in await choices(db, mine)}
    if no or form.value.type_id not in offered:
        return await renew_screen(request, db, mine, form.refuse("", sentence(no or Refused("gone"))), 409)
    newest = mine.newest
    sold = await actions.renew(
        db, actor, mine.member.id, newest.id if newest else None, form.value.type_id, from_end=True, id=id, now=clock.now()
    )
    if isinstance(sold, Refused):
        return await renew_screen(request, db, mine, form.refuse("", sentence(sold)), 409)
    return go(request, "/me/membership", toast=_("Renewed until %(day)s. Please pay at the desk.", day=as_day(sold.ends_on)))


HANDLERS = [membership, freeze_page, freeze, thaw, cancel_page, cancel, keep, renew_page, renew]
