"""What a line of a brought file is, and why it was refused: one clear sentence each."""

from app.words import _


def unreadable(code: str) -> str:
    return {
        "empty": _("This file is empty."),
        "spreadsheet": _("This is a spreadsheet. Save it as CSV there, and bring that file."),
        "not_text": _("This is not a text file."),
        "no_rows": _("There are no lines under the headers."),
        "too_many": _("This is more than one file may hold: 20,000 members or 200,000 visits. Split it."),
        "too_wide": _("There are more than 60 columns. Keep those that are needed."),
        "broken": _("This file is damaged and cannot be read to its end."),
        "not_sqlite": _("This is not a database file of the old front desk."),
        "not_theirs": _("This database has no members, types and memberships as the old front desk keeps them."),
        "not_here": _("This is a database file. Choose “Database of the old front desk” for it."),
    }[code]


def reason(said: str) -> str:
    """`code:detail`, as a sentence."""
    code, _colon, detail = said.partition(":")
    return {
        "no_name": _("There is no name."),
        "long_name": _("A name has at most 120 characters."),
        "long_phone": _("This phone number is too long: %(detail)s", detail=detail),
        "long_card": _("A card's code has at most 60 characters here."),
        "long_type": _("The name of a membership has at most 80 characters."),
        "bad_email": _("This is no e-mail address: %(detail)s", detail=detail),
        "bad_day": _("This is no day: %(detail)s", detail=detail),
        "bad_moment": _("This is no day and time: %(detail)s", detail=detail),
        "bad_amount": _("This is no amount: %(detail)s", detail=detail),
        "bad_visits": _("This is no number of visits: %(detail)s", detail=detail),
        "bad_days": _("This is no number of days: %(detail)s", detail=detail),
        "bad_hour": _("This is no hour: %(detail)s", detail=detail),
        "born_later": _("Born in the future: %(detail)s", detail=detail),
        "joined_later": _("Joined in the future: %(detail)s", detail=detail),
        "email_taken": _("%(detail)s has this e-mail address already, under another name.", detail=detail),
        "colleague": _("A colleague has this e-mail address and is no member yet: %(detail)s", detail=detail),
        "card_taken": _("This card belongs to %(detail)s.", detail=detail),
        "two_of_them": _(
            "%(detail)s members have this name; an e-mail address, phone or birthday would tell them apart.", detail=detail
        ),
        "no_type": _("There are days of a membership, but not which one."),
        "no_days": _("There is a membership, but no day on which it starts or ends."),
        "unknown_type": _("There is no membership called “%(detail)s”; with both its days it could be made.", detail=detail),
        "ends_before": _("The last day is before the first: %(detail)s", detail=detail),
        "overlaps": _("They have a membership of this kind in these days: %(detail)s", detail=detail),
        "trial_had": _("They have had a trial before."),
        "other_balance": _("Another balance was brought over for them before."),
        "no_moment": _("There is no day and time."),
        "nobody": _("There is no card, e-mail or name that says who came."),
        "unknown_member": _("No member is known by this: %(detail)s", detail=detail),
        "in_the_future": _("This visit would be in the future: %(detail)s", detail=detail),
    }.get(code, code)


def left_alone(code: str) -> str:
    return {
        "visited": _("came in since"),
        "sold": _("was sold something since"),
        "changed": _("the membership was changed since"),
        "paid": _("money has moved since"),
        "card": _("has a new card since"),
        "signs_in": _("can sign in since"),
        "signed": _("signed the waiver since"),
        "household": _("is in a household since"),
        "noted": _("has a note or a photo since"),
    }.get(code, code)


def fields() -> dict[str, str]:
    return {
        "name": _("Name"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "born_on": _("Birthday"),
        "joined_on": _("Joined"),
        "card": _("Card"),
        "alert": _("Note for the desk"),
        "type": _("Membership"),
        "starts_on": _("First day"),
        "ends_on": _("Last day"),
        "visits_left": _("Visits left"),
        "price": _("Price"),
        "state": _("Suspended or cancelled"),
        "owes": _("Owes"),
        "credit": _("Credit"),
        "key": _("Number in the old system"),
        "at": _("Day and time"),
        "day": _("Day"),
        "time": _("Time"),
        "days": _("Days"),
        "visits": _("Visits"),
        "until_hour": _("Only until this hour"),
        "is_active": _("On sale"),
    }


def kinds() -> dict[str, str]:
    return {"members": _("Members, cards and memberships"), "visits": _("Visits"), "desk": _("Database of the old front desk")}


def made() -> dict[str, str]:
    return {
        "type": _("Membership type"),
        "member": _("Member"),
        "card": _("Card"),
        "membership": _("Membership"),
        "balance": _("Balance"),
        "visit": _("Visit"),
    }
