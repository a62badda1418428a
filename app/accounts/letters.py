"""What the house writes to people about their way in, in their own language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.mail.letters import Letter
from app.visit import speaking
from app.web.templating import moment
from app.words import _


def way_in(to: str, name: str, gym: str, link: str, purpose: str, ends_at: datetime, *, locale: str, zone: str) -> Letter:
    """An invitation, or a new password."""
    with speaking(locale, ZoneInfo(zone)):
        until = _("The link works once, until %(moment)s.", moment=moment(ends_at, "short"))
        if purpose == "invitation":
            lines = [_("Hello %(name)s,", name=name), _("%(gym)s invites you. Choose a password and you are in.", gym=gym)]
            return Letter(to, _("Your invitation to %(gym)s", gym=gym), lines, link, _("Come in"), gym, [until], locale)
        lines = [_("Hello %(name)s,", name=name), _("With this link you choose a new password for %(gym)s.", gym=gym)]
        unasked = _("You did not ask for this? Then do nothing: your password stays as it is.")
        return Letter(
            to, _("Your new password for %(gym)s", gym=gym), lines, link, _("Choose a password"), gym, [until, unasked], locale
        )


def new_address(to: str, name: str, gym: str, link: str, ends_at: datetime, *, locale: str, zone: str) -> Letter:
    """To the new address: nothing changes before this link was opened."""
    with speaking(locale, ZoneInfo(zone)):
        lines = [_("Hello %(name)s,", name=name), _("You want to sign in at %(gym)s with this e-mail from now on.", gym=gym)]
        small = [
            _("The link works once, until %(moment)s.", moment=moment(ends_at, "short")),
            _("That was not you? Then do nothing, and nothing changes."),
        ]
        return Letter(to, _("Is this your e-mail?"), lines, link, _("Yes, use this e-mail"), gym, small, locale)


def address_changed(to: str, name: str, gym: str, *, locale: str) -> Letter:
    """To the old address, so that nobody loses an account without a word."""
    with speaking(locale):
        lines = [
            _("Hello %(name)s,", name=name),
            _("The e-mail that you sign in with at %(gym)s was changed. This address is not used any more.", gym=gym),
            _("That was not you? Then tell the gym at once."),
        ]
        return Letter(to, _("Your e-mail was changed"), lines, sender=gym, locale=locale)
