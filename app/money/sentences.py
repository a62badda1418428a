"""Names of money's lines and the refusals of the till, in the reader's language."""

from app.members.rules import Refused as MembersRefused
from app.members.sentences import sentence as about_members
from app.money.rules import Refused
from app.web.templating import money
from app.words import _


def sentence(refused: Refused | MembersRefused) -> str:
    if isinstance(refused, MembersRefused):
        return about_members(refused)
    amount = money(max(refused.amount or 0, 0))
    return {
        "nothing": _("The amount must be more than nothing."),
        "too_much": _("That is far more than the %(amount)s that are open.", amount=amount),
        "more_than_paid": _("At most %(amount)s can be given back: that is what was paid.", amount=amount),
        "more_than_owed": _("At most %(amount)s: that is what is open.", amount=amount),
        "reversed_already": _("This line has been taken back already."),
        "other_act": _("This form was used for another payment. Please open it again."),
    }.get(refused.code, _("This has changed since you opened it. Look again and repeat what is still needed."))


def methods() -> dict[str, str]:
    return {"cash": _("Cash"), "terminal": _("Card terminal"), "transfer": _("Bank transfer"), "other": _("Other")}


def lines() -> dict[str, str]:
    """What a line is, by its kind and what it is for."""
    return {
        "payment": _("Payment"),
        "refund": _("Money given back"),
        "write_off": _("Written off"),
        "credit": _("Credit"),
        "charge": _("Charge"),
        "membership": _("Membership"),
        "joining_fee": _("Joining fee"),
        "freeze_fee": _("Freeze"),
        "returned_days": _("Days returned"),
        "merged": _("From a merged record"),
    }
