"""Who owes and since when, and asking for it: letters to print, mail, messages to copy."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app import clock
from app.actor import Actor
from app.db import Db as Database
from app.mail import actions as mail
from app.mail.letters import Letter
from app.members.rules import part_of
from app.money import actions, queries, reminders
from app.money.actions.reminding import WEEK
from app.money.forms import Reminding
from app.money.rules import Refused
from app.money.sentences import channels, reminder
from app.web.asking import Ask, Db, Request, may
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _, ngettext


async def values(request: Request, db: Database, actor: Actor, form: Form[Any] | None = None) -> dict[str, Any]:
    now = clock.now()
    owing = await queries.owing(db, actor.gym_ids, actor.currency, actor.today(now), limit=500)
    said = await reminders.last_reminded(db, [one.payer_id for one in owing], actor.currency)
    ages = [sum(getattr(one, age) for one in owing) for age in ("fresh", "month", "quarter", "old")]
    return {
        "owing": owing, "said": said, "since": now - WEEK, "ages": ages, "channels": channels(), "form": form, "tab": "arrears",
        "can_mail": bool(request.app.state.settings.mail_url),
    }  # fmt: skip


@get("/money/arrears", name="money.arrears", guards=[may("money.totals")])
async def arrears(request: Request, db: Db, actor: Ask) -> Response[str]:
    return page(request, "money/arrears.html", "arrears", **await values(request, db, actor))


@post("/money/reminders", name="money.remind", guards=[may("money.totals")])
async def remind(request: Request, db: Db, actor: Ask) -> Response[str]:
    """Everybody who was ticked; whoever was asked this week already is left out, and counted."""
    form = await read_form(request, Reminding)
    if form.value is not None and not form.value.payers:
        form = form.refuse("payers", _("Tick whom to remind."))
    if form.value is not None and form.value.channel == "mail" and not request.app.state.settings.mail_url:
        form = form.refuse("channel", _("This house sends no mail yet. See the settings."))
    if form.value is None:
        return page(request, "money/arrears.html", "arrears", status=422, **await values(request, db, actor, form))
    asked, written, left_out = form.value, 0, 0
    for one in await reminders.debtors(db, asked.payers, actor.gym_ids, actor.currency, actor.gym_id):
        if asked.channel == "mail" and not one.email:
            left_out += 1
            continue
        said = reminder(one.locale, one.name, one.gym, one.amount, actor.currency, one.since)
        no = await actions.remind(
            db, actor, one.payer_id, asked.channel, said, amount=one.amount, since=one.since,
            id=part_of(asked.id, str(one.payer_id)), batch_id=asked.id, now=clock.now(),
        )  # fmt: skip
        if no is None and asked.channel == "mail" and one.email:
            letter = Letter(one.email, said.subject, said.body.split("\n\n")[:-1], sender=one.gym, locale=said.locale)
            await mail.write(
                db, request.app.state.settings, letter, id=part_of(asked.id, f"mail:{one.payer_id}"), now=clock.now()
            )
        written, left_out = written + (no is None), left_out + isinstance(no, Refused)
    return await written_or_not(request, db, actor, form, written, left_out)


async def written_or_not(
    request: Request, db: Database, actor: Actor, form: Form[Reminding], written: int, left_out: int
) -> Response[str]:
    if not written or form.value is None:
        form = form.refuse("payers", _("Nobody was reminded: they had one less than a week ago, or owe nothing any more."))
        return page(request, "money/arrears.html", "arrears", status=409, **await values(request, db, actor, form))
    said = ngettext("%(num)s reminder written.", "%(num)s reminders written.", written)
    if left_out:
        said += " " + ngettext("%(num)s was left out.", "%(num)s were left out.", left_out)
    return go(request, f"/money/reminders/{form.value.id}", toast=said)


@get("/money/reminders/{batch_id:uuid}", name="money.letters", guards=[may("money.totals")])
async def letters(request: Request, db: Db, actor: Ask, batch_id: FromPath[UUID]) -> Response[str]:
    """To print, a page for each, or to copy into a message."""
    found = await reminders.batch(db, batch_id, actor.gym_ids)
    if not found:
        raise NotFoundException
    return page(request, "money/letters.html", letters=found, channels=channels(), tab="arrears")


HANDLERS = [arrears, remind, letters]
