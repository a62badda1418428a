"""A payer's account: every line, what is open, and taking, returning or taking back."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.members import queries as members
from app.members.forms import from_minor, to_minor
from app.members.queries import Member
from app.money import actions, queries, requests
from app.money.forms import Charge, Payment, Returned, Reversal, WriteOff
from app.money.rules import Refused
from app.money.sentences import lines, methods, sentence
from app.money.sentences import requests as asks
from app.web.asking import Ask, Db, Request, may, signed_in
from app.web.forms import Form, read_form
from app.web.pages import done, page
from app.words import _


async def their(db: Database, actor: Actor, member_id: UUID) -> Member:
    found = await members.member(db, member_id, actor.gym_ids)
    if found is None:
        raise NotFoundException
    return found


async def values(db: Database, actor: Actor, member: Member, form: Form[Any] | None = None, doing: str = "") -> dict[str, Any]:
    account = await queries.account(db, member.payer_id, actor.currency)
    return {
        "member": member, "account": account, "lines": await queries.lines(db, member.payer_id, member.id), "form": form, "doing": doing,
        "tab": "payments", "methods": methods(), "asks": asks(), "waiting": await requests.open_of(db, member.id), "names": lines(), "owed": from_minor(max(account.balance, 0), actor.currency),
    }  # fmt: skip


@get("/members/{member_id:uuid}/payments", name="money.payments", guards=[may("money.take")])
async def payments(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    return page(request, "money/payments.html", "account", **await values(db, actor, await their(db, actor, member_id)))


async def answer(
    request: Request, db: Database, actor: Actor, member: Member, form: Form[Any], doing: str, refused: Refused | None, toast: str
) -> Response[str]:
    """The account as it stands now; a refusal at its field, with what was typed."""
    if form.value is None or refused:
        shown = form.refuse("amount", sentence(refused)) if refused else form
        return page(
            request,
            "money/payments.html",
            "account",
            status=409 if refused else 422,
            **await values(db, actor, member, shown, doing),
        )
    more = await values(db, actor, member)
    return done(request, f"/members/{member.id}/payments", "money/payments.html", "account", toast=toast, **more)


@post("/members/{member_id:uuid}/payments", name="money.take", guards=[may("money.take")])
async def take(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member, form = await their(db, actor, member_id), await read_form(request, Payment)
    no = None
    if asked := form.value:
        taken = await actions.take_payment(
            db, actor, member.payer_id, to_minor(asked.amount, actor.currency), asked.method, id=asked.id, now=clock.now(),
            member_id=member_id, note=asked.note,
        )  # fmt: skip
        no = taken if isinstance(taken, Refused) else None
    return await answer(request, db, actor, member, form, "take", no, _("Paid."))


@post("/members/{member_id:uuid}/refunds", name="money.refund", guards=[may("money.refund")])
async def refund(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member, form = await their(db, actor, member_id), await read_form(request, Returned)
    no = None
    if asked := form.value:
        given = await actions.refund(
            db, actor, member.payer_id, to_minor(asked.amount, actor.currency), asked.method, id=asked.id, now=clock.now(), note=asked.note,
            member_id=member_id,
        )  # fmt: skip
        no = given if isinstance(given, Refused) else None
    return await answer(request, db, actor, member, form, "refund", no, _("Given back."))


@post("/members/{member_id:uuid}/charges", name="money.charge", guards=[may("money.take")])
async def charge(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member, form = await their(db, actor, member_id), await read_form(request, Charge)
    no = None
    if asked := form.value:
        amount = to_minor(asked.amount, actor.currency)
        no = None if amount else Refused("nothing")
        await actions.charge(
            db, actor, member.payer_id, amount, code="charge", id=asked.id, now=clock.now(), member_id=member_id, note=asked.note
        )
    return await answer(request, db, actor, member, form, "charge", no, _("Charged."))


@post("/members/{member_id:uuid}/write-offs", name="money.write_off", guards=[may("money.refund")])
async def write_off(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member, form = await their(db, actor, member_id), await read_form(request, WriteOff)
    no = None
    if asked := form.value:
        no = await actions.write_off(
            db, actor, member.payer_id, to_minor(asked.amount, actor.currency), id=asked.id, now=clock.now(), note=asked.note
        )
    return await answer(request, db, actor, member, form, "write_off", no, _("Written off."))


@post("/members/{member_id:uuid}/lines/{line_id:uuid}/reversal", name="money.reverse", guards=[may("money.refund")])
async def reverse(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID], line_id: FromPath[UUID]) -> Response[str]:
    member, form = await their(db, actor, member_id), await read_form(request, Reversal)
    found = await queries.line(db, line_id, actor.gym_ids)
    if found is None or (member.payer_id != found.payer_id and member.id != found.member_id):
        raise NotFoundException
    no = None
    if asked := form.value:
        no = await actions.reverse(db, actor, line_id, id=asked.id, now=clock.now(), note=asked.note)
    return await answer(
        request, db, actor, member, form, f"reverse-{line_id}", no, _("Taken back by its opposite. The line itself stays.")
    )


@get("/receipts/{line_id:uuid}", name="money.receipt", guards=[signed_in()])
async def receipt(request: Request, db: Db, actor: Ask, line_id: FromPath[UUID]) -> Response[str]:
    """To print or to keep: for the till, and for whoever paid."""
    found = await queries.line(db, line_id, actor.gym_ids) if actor.can("money.take") else None
    found = found or await queries.own_line(db, line_id, actor.person_id)
    if found is None or found.receipt is None or found.gym_id is None:
        raise NotFoundException
    return page(
        request, "money/receipt.html", line=found, house=await queries.house(db, found.gym_id), methods=methods(), names=lines()
    )


HANDLERS = [payments, take, refund, charge, write_off, reverse, receipt]
