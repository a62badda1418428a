"""What stops somebody at the door is put right at the door: one panel under the verdict, and then they are in."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from babel.numbers import get_currency_precision
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from msgspec import Meta

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.desk import queries
from app.desk.actions import Tap
from app.desk.pages.board import board_page, settle
from app.members import actions as members
from app.members.queries import payer_of, types, unsigned_waiver
from app.members.queries.sold import Held, held_by
from app.members.rules import Refused, part_of
from app.money import actions as money
from app.money.queries import account
from app.money.rules import METHODS
from app.money.rules import Refused as MoneyRefused
from app.web.asking import Ask, Db, may
from app.web.forms import Form, read_form
from app.web.request import Request
from app.words import _

PANELS = ("renew", "sell", "day_pass", "take_payment", "unfreeze", "unsuspend", "sign_waiver", "override")
LATER = "later"  # let in, the charge stays open


class SaleForm(msgspec.Struct):
    id: UUID
    type_id: UUID
    method: Annotated[str, Meta(max_length=10)]
    starts: Annotated[str, Meta(max_length=10)] = "today"
    renews_id: UUID | None = None


class PaymentForm(msgspec.Struct):
    id: UUID
    amount: Annotated[float, Meta(gt=0, le=1_000_000)]
    method: Annotated[str, Meta(max_length=10)]


class PassForm(msgspec.Struct):
    id: UUID
    membership_id: UUID


class WaiverForm(msgspec.Struct):
    id: UUID
    version_id: UUID
    typed_name: Annotated[str, Meta(min_length=2, max_length=120)]
    is_guardian: bool = False


async def panel(db: Database, actor: Actor, member_id: UUID, what: str) -> dict[str, Any]:
    """Everything one panel needs, filled in as staff would most likely choose it."""
    day = actor.today(clock.now())
    found: dict[str, Any] = {"what": what, "member_id": member_id, "methods": METHODS, "held": None}
    if what in {"renew", "sell", "day_pass"}:
        kinds = {"day", "trial"} if what == "day_pass" else {"membership", "pack"}
        found["types"] = [kind for kind in await types(db, actor.gym_ids, day, on_sale=True) if kind.kind in kinds]
    if what in {"renew", "unfreeze", "unsuspend"}:
        found["held"] = _last(await held_by(db, member_id))
    if what == "take_payment":
        owed = (await account(db, await payer_of(db, member_id), actor.currency)).balance
        places = get_currency_precision(actor.currency)
        found["amount"] = f"{max(owed, 0) / 10**places:.{places}f}"
    if what == "sign_waiver":
        found["waiver"] = await unsigned_waiver(db, member_id)
    return found


def _last(held: list[Held]) -> Held | None:
    return max(held, key=lambda one: (one.kind not in {"day", "trial"}, one.ends_on), default=None)


@get("/desk/members/{member_id:uuid}/{what:str}", name="desk.fix", guards=[may("desk.use")])
async def fix(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID], what: FromPath[str]) -> Response[str]:
    if what not in PANELS or not await queries.is_member(db, member_id, actor.gym_ids):
        raise NotFoundException
    return await board_page(request, db, actor, "fix", fix=await panel(db, actor, member_id, what))


async def _again(
    request: Request, db: Database, actor: Actor, member_id: UUID, what: str, form: Form[Any], status: int = 422
) -> Response[str]:
    filled = await panel(db, actor, member_id, what)
    return await board_page(request, db, actor, "fix", status=status, fix=filled, form=form)


async def _known(db: Database, actor: Actor, member_id: UUID) -> None:
    if not await queries.is_member(db, member_id, actor.gym_ids):
        raise NotFoundException


async def _in(request: Request, db: Database, actor: Actor, member_id: UUID, id: UUID) -> Response[str]:
    """Put right; now the same person taps again, by themselves."""
    return await settle(request, db, actor, Tap(part_of(id, "tap"), member_id=member_id))


@post("/desk/members/{member_id:uuid}/memberships", name="desk.sell", guards=[may("memberships.sell")], status_code=200)
async def sell(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    """Renew, sell or a day pass: sold, charged, paid and in."""
    await _known(db, actor, member_id)
    form = await read_form(request, SaleForm)
    what = "renew" if form.typed.get("renews_id") else "sell"
    if form.value is None or form.value.method not in (*METHODS, LATER):
        return await _again(request, db, actor, member_id, what, form)
    asked, now = form.value, clock.now()
    sold = await money.renew(
        db,
        actor,
        member_id,
        asked.renews_id,
        asked.type_id,
        from_end=asked.starts == "end",
        id=asked.id,
        now=now,
    )
    if isinstance(sold, Refused):
        return await _again(request, db, actor, member_id, what, form.refuse("type_id", sentence(sold)), 409)
    if sold.is_new and sold.total and asked.method != LATER:
        refused = await _pay(db, actor, member_id, sold.total, asked.method, part_of(asked.id, "payment"), sold.name)
        if refused:
            return await _again(request, db, actor, member_id, what, form.refuse("method", sentence(refused)), 409)
    return await _in(request, db, actor, member_id, asked.id)


async def _pay(
    db: Database, actor: Actor, member_id: UUID, amount: int, method: Any, id: UUID, note: str = ""
) -> MoneyRefused | None:
    payer_id = await payer_of(db, member_id)
    taken = await money.take_payment(db, actor, payer_id, amount, method, id=id, now=clock.now(), member_id=member_id, note=note)
    return taken if isinstance(taken, MoneyRefused) else None


@post("/desk/members/{member_id:uuid}/payments", name="desk.take_payment", guards=[may("money.take")], status_code=200)
async def take_payment(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    await _known(db, actor, member_id)
    form = await read_form(request, PaymentForm)
    if form.value is None or form.value.method not in METHODS:
        return await _again(request, db, actor, member_id, "take_payment", form)
    amount = round(form.value.amount * 10 ** get_currency_precision(actor.currency))
    refused = await _pay(db, actor, member_id, amount, form.value.method, form.value.id)
    if refused:
        return await _again(request, db, actor, member_id, "take_payment", form.refuse("amount", sentence(refused)), 409)
    return await _in(request, db, actor, member_id, form.value.id)


@post("/desk/members/{member_id:uuid}/thaw", name="desk.unfreeze", guards=[may("memberships.sell")], status_code=200)
async def unfreeze(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return await _lift(request, db, actor, member_id, "unfreeze")


@post("/desk/members/{member_id:uuid}/lift", name="desk.unsuspend", guards=[may("memberships.sell")], status_code=200)
async def unsuspend(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return await _lift(request, db, actor, member_id, "unsuspend")


async def _lift(request: Request, db: Database, actor: Actor, member_id: UUID, what: str) -> Response[str]:
    await _known(db, actor, member_id)
    form = await read_form(request, PassForm)
    if form.value is None:
        return await _again(request, db, actor, member_id, what, form)
    verb = members.thaw if what == "unfreeze" else members.lift
    done = await verb(db, actor, member_id, form.value.membership_id, id=form.value.id, now=clock.now())
    if isinstance(done, Refused):
        return await _again(request, db, actor, member_id, what, form.refuse("", sentence(done)), 409)
    return await _in(request, db, actor, member_id, form.value.id)


@post("/desk/members/{member_id:uuid}/signatures", name="desk.sign_waiver", guards=[may("desk.use")], status_code=200)
async def sign_waiver(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    await _known(db, actor, member_id)
    form = await read_form(request, WaiverForm)
    if form.value is None:
        return await _again(request, db, actor, member_id, "sign_waiver", form)
    asked = form.value
    refused = await members.sign_waiver(
        db,
        actor,
        member_id,
        asked.version_id,
        typed_name=asked.typed_name,
        is_guardian=asked.is_guardian,
        id=asked.id,
        now=clock.now(),
    )
    if refused:
        return await _again(request, db, actor, member_id, "sign_waiver", form.refuse("typed_name", sentence(refused)), 409)
    return await _in(request, db, actor, member_id, asked.id)


def sentence(refused: Refused | MoneyRefused) -> str:
    match refused.code:
        case "overlaps":
            return _("This overlaps a membership of the same kind. Renew from its end instead.")
        case "withdrawn":
            return _("This is no longer on sale.")
        case "trial_had":
            return _("The trial was used before.")
        case "not_frozen":
            return _("Nothing is frozen any more.")
        case "newer_version":
            return _("There is a newer text. Please read and sign that one.")
        case "too_much":
            return _("That is more than anybody pays at a desk.")
        case "gone" | "over":
            return _("This is not there any more.")
        case _:
            return _("That does not go together. Please look at the member's page.")


HANDLERS = [fix, sell, take_payment, unfreeze, unsuspend, sign_waiver]
