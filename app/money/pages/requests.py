"""Discounts and credits, and the requests of those who may not give money away by themselves."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.members.forms import to_minor
from app.money import actions, requests
from app.money.forms import Asking, Deciding, Forgiving
from app.money.pages.payments import answer, their
from app.money.rules import Refused
from app.money.sentences import methods, sentence
from app.money.sentences import requests as names
from app.web.asking import Ask, Db, Request, may
from app.web.forms import Form, read_form
from app.web.pages import done, page
from app.words import _


@post("/members/{member_id:uuid}/credits", name="money.forgive", guards=[may("money.refund")])
async def forgive(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    member, form = await their(db, actor, member_id), await read_form(request, Forgiving)
    no = None
    if asked := form.value:
        no = await actions.forgive(
            db, actor, member.payer_id, to_minor(asked.amount, actor.currency), asked.kind, member_id=member_id, id=asked.id,
            now=clock.now(), note=asked.note,
        )  # fmt: skip
    return await answer(request, db, actor, member, form, "forgive", no, _("Credited."))


@post("/members/{member_id:uuid}/money-requests", name="money.ask_for", guards=[may("money.take")])
async def ask_for(request: Request, db: Db, actor: Ask, member_id: FromPath[UUID]) -> Response[str]:
    """The desk asks; whoever may give money back decides."""
    member, form = await their(db, actor, member_id), await read_form(request, Asking)
    no = None
    if asked := form.value:
        no = await actions.ask_for(
            db, actor, member_id, member.payer_id, asked.kind, to_minor(asked.amount, actor.currency), method=asked.method,
            note=asked.note, id=asked.id, now=clock.now(),
        )  # fmt: skip
    return await answer(request, db, actor, member, form, "ask", no, _("Asked. Somebody who may decide sees it under Money."))


async def values(db: Database, actor: Actor, form: Form[Any] | None = None, doing: UUID | None = None) -> dict[str, Any]:
    return {
        "requests": await requests.requests(db, actor.gym_ids), "names": names(), "methods": methods(), "form": form, "doing": doing,
        "tab": "requests",
    }  # fmt: skip


@get("/money/requests", name="money.requests", guards=[may("money.refund")])
async def waiting(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "money/requests.html", "requests", **await values(db, actor))


@post("/money/requests/{request_id:uuid}", name="money.decide", guards=[may("money.refund")])
async def decide(request: Request, db: Db, actor: Ask, request_id: FromPath[UUID]) -> Response[str]:
    if await requests.request(db, request_id, actor.gym_ids) is None:
        raise NotFoundException
    form = await read_form(request, Deciding)
    no: Refused | None = None
    if asked := form.value:
        no = await actions.decide(db, actor, request_id, grant=asked.act == "grant", answer=asked.answer, now=clock.now())
    if form.value is None or no:
        shown = form.refuse("answer", sentence(no)) if no else form
        return page(
            request, "money/requests.html", "requests", status=409 if no else 422, **await values(db, actor, shown, request_id)
        )
    said = _("Granted.") if form.value.act == "grant" else _("Declined.")
    return done(request, "/money/requests", "money/requests.html", "requests", toast=said, **await values(db, actor))


HANDLERS = [forgive, ask_for, waiting, decide]
