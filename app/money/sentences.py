"""Names of money's lines and the refusals of the till, in the reader's language."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision

from app.members.rules import Refused as MembersRefused
from app.members.sentences import sentence as about_members
from app.money.actions import Wording
from app.money.rules import Refused
from app.web.templating import money
from app.words import BABEL, _, words


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
        "reminded": _("They were reminded less than a week ago."),
        "owes_nothing": _("Nothing is open any more."),
        "own_request": _("Somebody else has to decide about this: you asked for it."),
        "decided": _("Somebody has decided about this already."),
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
        "discount": _("Discount"),
        "goodwill": _("Goodwill"),
        "opening": _("Brought over from before"),
    }


def requests() -> dict[str, str]:
    return {
        "refund": _("Refund"),
        "discount": _("Discount on what is open"),
        "goodwill": _("Credit for next time"),
        "write_off": _("Write off a debt"),
    }


def channels() -> dict[str, str]:
    return {"letter": _("Letter"), "mail": _("Mail"), "message": _("Message")}


def books() -> dict[str, str]:
    """The accountant's accounts."""
    return {
        "cash": _("Cash"),
        "terminal": _("Card terminal"),
        "transfer": _("Bank transfer"),
        "other": _("Other"),
        "members": _("Owed by members"),
        "income": _("Income"),
        "discounts": _("Discounts and credits"),
        "lost": _("Written off"),
        "moved": _("Brought over or moved"),
    }


def reminder(locale: str, name: str, gym: str, amount: int, currency: str, since: date | None) -> Wording:
    """In the language of whoever reads it, which need not be the language of whoever writes."""
    gettext = words(locale).gettext
    said = BABEL.get(locale, "en_GB")
    sum_ = format_currency(Decimal(amount).scaleb(-get_currency_precision(currency)), currency, locale=said)
    facts = {"name": name, "gym": gym, "amount": sum_, "day": format_date(since, "long", locale=said) if since else ""}
    open_ = (
        gettext("on your account %(amount)s have been open since %(day)s.")
        if since
        else gettext("on your account %(amount)s are open.")
    )
    parts = (
        gettext("Dear %(name)s,"),
        open_,
        gettext("Perhaps you have just not come round to it. You can pay at the desk in cash or by card, or by bank transfer."),
        gettext(
            "If you have paid in the meantime, please put this aside. If something is not right, tell us and we will look at it together."
        ),
        gettext("Kind regards"),
        "%(gym)s",
    )
    return Wording(locale, gettext("Your account at %(gym)s") % facts, "\n\n".join(part % facts for part in parts))
