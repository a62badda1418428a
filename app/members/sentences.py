"""The house's refusals and names of things, in the reader's language."""

from typing import Any

from app.members.rules import Refused
from app.web.templating import day
from app.words import _, ngettext


def sentence(refused: Refused) -> str:
    """Why not, and what to do about it."""
    on = day(refused.on) if refused.on else ""
    days = refused.days or 0
    return {
        "email_taken": _("Somebody else has this e-mail address."),
        "name_taken": _("This name is taken."),
        "card_taken": _("This card belongs to somebody else."),
        "card_code": _("A card's code has 1 to 256 characters."),
        "in_a_household": _("This member is in a household already."),
        "payer_leaves_last": _("Whoever pays leaves the household last. Let somebody else pay first."),
        "not_in_household": _("This member is not in this household."),
        "newer_version": _("There is a newer version of the text. Please read that one."),
        "same_member": _("This is the same member."),
        "merged_already": _("This member has been merged or erased already."),
        "still_running": _("A membership is still running. Cancel it first."),
        "over": _("This membership is over."),
        "too_late": _("This sale cannot be taken back any more. Cancel the membership instead."),
        "suspended": _("This membership is suspended. Lift that first."),
        "not_for_this_kind": _("Day passes and trials cannot be frozen."),
        "ends_before_start": _("The last day is before the first."),
        "in_the_past": _("From %(on)s at the earliest.", on=on),
        "too_far": _("At most %(days)s days ahead.", days=days),
        "outside": _("The freeze must begin while the membership runs, until %(on)s.", on=on),
        "cancelled_before": _("The membership ends on %(on)s by cancellation.", on=on),
        "frozen_already": _("Part of these days is frozen already."),
        "not_frozen": _("This membership is not frozen."),
        "too_short": ngettext("At least %(num)d day.", "At least %(num)d days.", days),
        "too_long": ngettext("At most %(num)d day.", "At most %(num)d days.", days),
        "ask_the_desk": _("This is arranged at the desk. Please ask there."),
        "cancelled_already": _("This membership is cancelled already."),
        "withdrawn": _("This is no longer on sale."),
        "trial_had": _("The trial has been used before."),
        "overlaps": _("There is a membership of this kind until %(on)s.", on=on),
        "too_early": _("Renewing is possible from %(on)s.", on=on),
        "unpaid": _("Please pay what is open first."),
    }.get(refused.code, _("This has changed since you opened it. Look again and repeat what is still needed."))


def kinds() -> dict[str, str]:
    return {"membership": _("Membership"), "pack": _("Pack of visits"), "day": _("Day pass"), "trial": _("Trial")}


def statuses() -> dict[str, str]:
    return {
        "active": _("Active"),
        "frozen": _("Frozen"),
        "suspended": _("Suspended"),
        "pending": _("Not started"),
        "expired": _("Ended"),
        "cancelled": _("Cancelled"),
    }


def consents() -> dict[str, str]:
    return {
        "email": _("News by e-mail"),
        "messages": _("Messages to the phone"),
        "photos": _("Photos taken in the gym may be shown"),
        "research": _("Numbers without a name may be studied"),
    }


def how_long(duration: int, unit: str) -> str:
    if unit == "month":
        return ngettext("%(num)d month", "%(num)d months", duration)
    return ngettext("%(num)d day", "%(num)d days", duration)


def what_it_is(type_: Any) -> str:
    """Visits and length in one line."""
    length = how_long(type_.duration, type_.duration_unit)
    if type_.visits is None:
        return length
    return _("%(visits)s within %(length)s", visits=ngettext("%(num)d visit", "%(num)d visits", type_.visits), length=length)
