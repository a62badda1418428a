"""A member's record: who they are, what they hold, what is open, and everything that can be done about it."""

from dataclasses import dataclass
from datetime import date
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
from app.members.queries import Held, Member, Type
from app.members.rules import GymRules, Refused, Status, part_of, renewal_start, status
from app.members.sentences import consents, kinds, sentence, what_it_is
from app.money import actions
from app.money import queries as ledger
from app.money.forms import Act, Freezing, Merging, Sale
from app.money.queries import Account
from app.money.rules import Refused as MoneyRefused
from app.money.sentences import methods
from app.money.sentences import sentence as about_money
from app.web.asking import Ask, Db, Request, may
from app.web.forms import Form, read_form
from app.web.pages import done, go, page
from app.web.templating import day as as_day
from app.words import _


@dataclass(frozen=True, slots=True)
class Record:
    """All that the overview shows."""

    member: Member
    held: list[Held]
    offers: list[Type]
    account: Account
    rules: GymRules
    alike: list[Any]
    today: date

    def status(self, sold: Held) -> Status:
        return status(sold, self.today)

    @property
    def now(self) -> list[Held]:
        """Running, coming or waiting; what is over stands further down."""
        return [one for one in self.held if self.status(one).code not in ("expired", "cancelled")]

    @property
    def over(self) -> list[Held]:
        return [one for one in self.held if self.status(one).code in ("expired", "cancelled")]

    @property
    def next_start(self) -> date:
        """Where a renewal of the newest would begin."""
        last = max((one for one in self.held if one.kind == "membership"), key=lambda one: one.ends_on, default=None)
        return renewal_start(last, self.today, from_end=True)


async def record_of(db: Database, actor: Actor, member_id: UUID) -> Record:
    member = await queries.member(db, member_id, actor.gym_ids)
    if member is None:
        raise NotFoundException
    today = actor.today(clock.now())
    return Record(
        member,
        await queries.held_by(db, member_id),
        await queries.types(db, actor.gym_ids, today, on_sale=True),
        await ledger.account(db, member.payer_id, actor.currency) if actor.can("money.take") else Account(),
        await queries.gym_rules(db, actor.gym_id),
        await queries.like_them(db, member_id, actor.gym_ids),
        today,
    )


def values(record: Record, form: Form[Any] | None = None, doing: str = "") -> dict[str, Any]:
    """`doing` names the act whose form is open with what was typed."""
    choices = [(one.id, f"{one.name} · {what_it_is(one)}") for one in record.offers]
    return {
        "record": record, "member": record.member, "form": form, "doing": doing, "tab": "overview", "choices": choices, "kinds": kinds(),
        "methods": methods(), "consents": consents(),
    }  # fmt: skip


@get("/members/{member_id:uuid}", name="members.show", guards=[may("members.see")])
async def show(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return page(request, "members/overview.html", "sold", **values(await record_of(db, actor, member_id)))


async def changed(request: Request, db: Database, actor: Actor, member_id: FromPath[UUID], toast: str) -> Response[str]:
    record = await record_of(db, actor, member_id)
    return done(request, f"/members/{member_id}", "members/overview.html", "sold", "open", toast=toast, **values(record))


async def refused(
    request: Request, db: Database, actor: Actor, member_id: UUID, form: Form[Any], doing: str, status: int = 409
) -> Response[str]:
    record = await record_of(db, actor, member_id)
    return page(request, "members/overview.html", "sold", status=status, **values(record, form, doing))


async def known(db: Database, actor: Actor, member_id: UUID) -> None:
    if await queries.member(db, member_id, actor.gym_ids) is None:
        raise NotFoundException


@post("/members/{member_id:uuid}/memberships", name="members.sell", guards=[may("memberships.sell")])
async def sell(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    """Sold, charged, and paid when it is paid now."""
    await known(db, actor, member_id)
    form, now = await read_form(request, Sale), clock.now()
    if form.value is None:
        return await refused(request, db, actor, member_id, form, "sell", 422)
    asked = form.value
    if asked.renews_id or asked.from_end:
        sold = await actions.renew(
            db, actor, member_id, asked.renews_id, asked.type_id, from_end=asked.from_end, id=asked.id, now=now
        )
    else:
        starts_on = asked.starts_on or actor.today(now)
        sold = await actions.sell(db, actor, member_id, asked.type_id, starts_on=starts_on, id=asked.id, now=now)
    if isinstance(sold, Refused):
        return await refused(request, db, actor, member_id, form.refuse("type_id", sentence(sold)), "sell")
    if asked.method != "later" and sold.total and actor.can("money.take"):
        taken = await actions.take_payment(
            db, actor, await queries.payer_of(db, member_id), sold.total, asked.method, id=part_of(asked.id, "payment"), now=now,
            member_id=member_id, note=sold.name,
        )  # fmt: skip
        if isinstance(taken, MoneyRefused):
            return await refused(request, db, actor, member_id, form.refuse("method", about_money(taken)), "sell")
    return await changed(request, db, actor, member_id, _("%(name)s, until %(day)s.", name=sold.name, day=as_day(sold.ends_on)))


@post(
    "/members/{member_id:uuid}/memberships/{membership_id:uuid}/freeze", name="members.freeze", guards=[may("memberships.sell")]
)
async def freeze(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID], membership_id: FromPath[UUID]) -> Response[str]:
    await known(db, actor, member_id)
    form = await read_form(request, Freezing)
    doing = f"freeze-{membership_id}"
    if form.value is None:
        return await refused(request, db, actor, member_id, form, doing, 422)
    asked = form.value
    frozen = await actions.freeze(
        db, actor, member_id, membership_id, starts_on=asked.starts_on, ends_on=asked.ends_on, why=asked.why, id=asked.id, now=clock.now(),
        by_staff=True,
    )  # fmt: skip
    if isinstance(frozen, Refused):
        return await refused(request, db, actor, member_id, form.refuse("ends_on", sentence(frozen)), doing)
    return await changed(request, db, actor, member_id, _("Frozen. The last day is now %(day)s.", day=as_day(frozen.ends_on)))


@post("/members/{member_id:uuid}/memberships/{membership_id:uuid}", name="members.act", guards=[may("memberships.sell")])
async def act(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID], membership_id: FromPath[UUID]) -> Response[str]:
    await known(db, actor, member_id)
    form = await read_form(request, Act)
    if form.value is None:
        return await refused(request, db, actor, member_id, form, "", 422)
    said = await _act(db, actor, member_id, membership_id, form.value)
    if isinstance(said, Refused):
        return await refused(request, db, actor, member_id, form.refuse("", sentence(said)), f"{form.value.act}-{membership_id}")
    return await changed(request, db, actor, member_id, said)


async def _act(db: Database, actor: Actor, member_id: FromPath[UUID], membership_id: FromPath[UUID], asked: Act) -> Refused | str:
    """What was done, in a sentence."""
    about = (db, actor, member_id, membership_id)
    once: Any = {"id": asked.id, "now": clock.now()}
    match asked.act:
        case "thaw":
            thawed = await members.thaw(*about, **once)
            return (
                thawed if isinstance(thawed, Refused) else _("Back today. The last day is %(day)s.", day=as_day(thawed.ends_on))
            )
        case "suspend":
            return await members.suspend(*about, why=asked.why, **once) or _("Suspended.")
        case "lift":
            return await members.lift(*about, **once) or _("The suspension is lifted.")
        case "cancel":
            ended = await actions.cancel(*about, why=asked.why, by_staff=True, **once)
            return (
                ended
                if isinstance(ended, Refused)
                else _("Cancelled, without access from %(day)s.", day=as_day(ended.what.cancelled_on))
            )
        case "keep":
            kept = await actions.keep(*about, **once)
            return kept if isinstance(kept, Refused) else _("The cancellation is taken back.")
        case "take_back":
            return await actions.take_back_sale(*about, note=asked.why, **once) or _("The sale is taken back.")


# Two records of one person


@get("/members/{member_id:uuid}/merge", name="members.merge_page", guards=[may("members.erase")])
async def merge_page(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    record = await record_of(db, actor, member_id)
    return page(request, "members/merge.html", member=record.member, alike=record.alike, form=None, tab="merge")


@post("/members/{member_id:uuid}/merge", name="members.merge", guards=[may("members.erase")])
async def merge(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    """This record goes into the one whose number was given."""
    record, form = await record_of(db, actor, member_id), await read_form(request, Merging)
    into = await queries.by_number(db, form.value.number, actor.gym_ids) if form.value else None
    again: dict[str, Any] = {"member": record.member, "alike": record.alike, "tab": "merge"}
    if into is None:
        return page(
            request,
            "members/merge.html",
            "merge",
            status=422,
            form=form.refuse("number", _("No member has this number.")),
            **again,
        )
    no = await actions.merge(db, actor, member_id, into, now=clock.now())
    if no:
        return page(request, "members/merge.html", "merge", status=409, form=form.refuse("number", sentence(no)), **again)
    return go(request, f"/members/{into}", toast=_("Two records are one now."))


HANDLERS = [show, sell, freeze, act, merge_page, merge]
