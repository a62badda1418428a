"""Mail: whether it leaves, proven by a letter to oneself."""

from uuid import UUID

from litestar import Response, post

from app import clock
from app.accounts import actions as accounts
from app.accounts.queries import people
from app.db import new_id
from app.mail import actions as mail
from app.mail.letters import Letter
from app.web.asking import Ask, Db, Request, may
from app.web.pages import go
from app.words import _


@post("/owner/settings/mail/test", name="office.test_mail", guards=[may("settings.manage")])
async def test_mail(request: Request, db: Db, actor: Ask) -> Response[str]:
    """It takes the way of every letter: written with this act, sent by the worker."""
    me, now = await people.colleague(db, actor.gym_ids, actor.person_id), clock.now()
    if me is None or not me.email:
        return go(request, "/owner/settings#mail", toast=_("You have no e-mail address here."))
    letter = Letter(
        me.email,
        _("A test from %(gym)s", gym=actor.gym_name),
        [_("This is what letters of your gym look like. If you can read it, mail works.")],
        sender=actor.gym_name,
        locale=actor.locale,
    )
    id = await letter_id(request)
    if not await mail.write(db, request.app.state.settings, letter, id=id, now=now):
        return go(request, "/owner/settings#mail", toast=_("This house sends no mail yet."))
    await accounts.audit(db, actor, "mail.test", now=now, subject="person", subject_id=actor.person_id)
    return go(request, "/owner/settings#mail", toast=_("On its way to %(address)s.", address=me.email))


async def letter_id(request: Request) -> UUID:
    """The form's own id, so that a double press is one letter."""
    try:
        return UUID(str((await request.form()).get("id", "")))
    except ValueError:
        return new_id()


HANDLERS = [test_mail]
