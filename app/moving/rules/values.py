"""Cells as days, moments, amounts and people. What cannot be read is a fault with a code, never a guess."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.members.rules import card_code

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
DAY = re.compile(r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})\.?")
STATES = {
    "suspended": ("suspended", "suspendida", "suspendido", "suspendovan", "suspendovana"),
    "cancelled": ("cancelled", "canceled", "inactive", "cancelada", "inactiva", "otkazana", "otkazan", "neaktivna"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    detail: str = ""


class Unreadable(ValueError):
    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.fault = Fault(code, detail[:80])


@dataclass(frozen=True, slots=True)
class Person:
    """One line about one member, and perhaps a membership of theirs."""

    n: int
    name: str
    email: str | None = None
    phone: str = ""
    born_on: date | None = None
    joined_on: date | None = None
    card: str = ""
    alert: str = ""
    type: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    visits_left: int | None = None
    price: int | None = None
    state: str = ""
    owes: int = 0  # minor units, positive is a debt
    key: str = ""  # what the old system called them


@dataclass(frozen=True, slots=True)
class Came:
    """One visit of somebody."""

    n: int
    at: datetime
    card: str = ""
    email: str = ""
    name: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A type as the old system sold it."""

    n: int
    name: str
    days: int
    visits: int | None = None
    price: int = 0
    until_hour: int | None = None
    is_active: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How this file writes days and money."""

    zone: ZoneInfo
    places: int = 2  # decimals of the currency
    day_first: bool = True


def clean(cell: object) -> str:
    """One line of text. Our own export puts a quote before what a spreadsheet would run; exactly that quote comes off."""
    text = str(cell or "").replace("\x00", "").encode("utf-8", "replace").decode().strip()
    text = text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@'\t\r" else text
    return " ".join(text.split())


def fields(cells: Sequence[str], mapping: Sequence[str]) -> dict[str, str]:
    return {name: clean(cell) for cell, name in zip(cells, mapping, strict=False) if name}


def person(n: int, given: Mapping[str, str], how: Reading) -> Person | Fault:
    try:
        return _person(n, given, how)
    except Unreadable as error:
        return error.fault


def _person(n: int, given: Mapping[str, str], how: Reading) -> Person:
    name = given.get("name") or " ".join(part for part in (given.get("first_name"), given.get("last_name")) if part)
    if not name:
        raise Unreadable("no_name")
    if len(name) > 120:
        raise Unreadable("long_name", name)
    return Person(
        n,
        name,
        email=email(given.get("email", "")),
        phone=short(given.get("phone", ""), 40, "phone"),
        born_on=birthday(given.get("born_on", ""), how),
        joined_on=day(given.get("joined_on", ""), how),
        card=short(card_code(given.get("card", "")), 60, "card"),
        alert=given.get("alert", "")[:400],
        type=short(given.get("type", ""), 80, "type"),
        starts_on=day(given.get("starts_on", ""), how),
        ends_on=day(given.get("ends_on", ""), how),
        visits_left=whole(given.get("visits_left", ""), "visits"),
        price=amount(given["price"], how) if given.get("price") else None,
        state=state(given.get("state", "")),
        owes=amount(given.get("owes", ""), how) - abs(amount(given.get("credit", ""), how)),
        key=given.get("key", "")[:80],
    )


def came(n: int, given: Mapping[str, str], how: Reading) -> Came | Fault:
    try:
        at = moment(given, how)
    except Unreadable as error:
        return error.fault
    who = {name: given.get(name, "") for name in ("card", "email", "name", "key")}
    if not any(who.values()):
        return Fault("nobody")
    return Came(n, at, card_code(who["card"]), who["email"].lower(), who["name"], who["key"])


def offered(n: int, given: Mapping[str, str], how: Reading) -> Offered | Fault:
    try:
        days, visits = whole(given.get("days", ""), "days"), whole(given.get("visits", ""), "visits")
        if not given.get("name"):
            return Fault("no_name")
        hour = whole(given.get("until_hour", ""), "hour")
        price = max(amount(given.get("price", ""), how), 0)
    except Unreadable as error:
        return error.fault
    return Offered(
        n, given["name"][:80], min(max(days or 30, 1), 3660), min(visits, 10_000) if visits else None, price,
        hour if hour and 1 <= hour <= 24 else None, given.get("is_active", "") in {"1", "true", "yes"},
    )  # fmt: skip


def short(text: str, most: int, what: str) -> str:
    if len(text) > most:
        raise Unreadable(f"long_{what}", text)
    return text


def email(text: str) -> str | None:
    if not text:
        return None
    if len(text) > 254 or not EMAIL.fullmatch(text):
        raise Unreadable("bad_email", text)
    return text.lower()


def whole(text: str, what: str) -> int | None:
    if not text or text.casefold() in {"unlimited", "ilimitado", "neograniceno", "neograničeno", "-", "–", "∞"}:
        return None
    if not re.fullmatch(r"\d{1,5}([.,]0+)?", text):
        raise Unreadable(f"bad_{what}", text)
    return int(re.split("[.,]", text)[0])


def amount(text: str, how: Reading) -> int:
    """`1.234,50 €`, `(12.50)`, `-3`: in minor units, with its sign."""
    plain = re.sub(r"[^\d.,()\-]", "", text)
    if not text or plain in {"", "-"} or re.search(r"[=+*/\\%]", text):
        if text and not re.fullmatch(r"[-–\s]*", text):
            raise Unreadable("bad_amount", text)
        return 0
    is_minus = plain.startswith(("-", "(")) or plain.endswith("-")
    digits = plain.strip("()-")
    digits = digits.replace(".", "").replace(",", ".", 1) if digits.rfind(",") > digits.rfind(".") else digits.replace(",", "")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", digits):
        raise Unreadable("bad_amount", text)
    found = int(Decimal(digits).scaleb(how.places) + Decimal("0.5"))
    return -found if is_minus else found


def day(text: str, how: Reading) -> date | None:
    """2026-03-04, 4.3.2026, 04/03/26, or the day of a moment. Which of the first two is the day, the file says once."""
    if not text:
        return None
    found = DAY.match(text)
    if found is None or (found.end() < len(text) and text[found.end()] not in "T ,"):
        raise Unreadable("bad_day", text)
    first, middle, last = found.groups()
    if len(first) == 4:
        parts = (int(first), int(middle), int(last))
    else:
        a, b = (int(first), int(middle)) if how.day_first else (int(middle), int(first))
        parts = (century(int(last), len(last)), b, a)
    try:
        result = date(*parts)
    except ValueError:
        raise Unreadable("bad_day", text) from None
    if not 1901 <= result.year <= 2199:
        raise Unreadable("bad_day", text)
    return result


def century(year: int, digits: int) -> int:
    return year if digits > 2 else 2000 + year if year < 70 else 1900 + year


def birthday(text: str, how: Reading) -> date | None:
    found = day(text, how)
    # Two digits: nobody is born in the future.
    return found.replace(year=found.year - 100) if found and found.year > 2030 else found


def moment(given: Mapping[str, str], how: Reading) -> datetime:
    said = given.get("at") or " ".join(part for part in (given.get("day"), given.get("time")) if part)
    if not said:
        raise Unreadable("no_moment")
    text = said.replace("Z", "+00:00")
    if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text):
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise Unreadable("bad_moment", said) from None
    else:
        clock = re.search(r"[ ,T](\d{1,2})[:.](\d\d)(?:[:.](\d\d))?\s*([ap]m)?", text, re.IGNORECASE)
        try:
            on = day(text, how)
        except Unreadable:
            on = None
        if clock is None or on is None:
            raise Unreadable("bad_moment", said)
        hour = int(clock[1]) % 12 + 12 * (clock[4].lower() == "pm") if clock[4] else int(clock[1])
        if hour > 23 or int(clock[2]) > 59 or int(clock[3] or 0) > 59:
            raise Unreadable("bad_moment", said)
        found = datetime.combine(on, time(hour, int(clock[2]), int(clock[3] or 0)))
    if not 1990 <= found.year <= 2199:
        raise Unreadable("bad_moment", said)
    return found if found.tzinfo else found.replace(tzinfo=how.zone)


def state(text: str) -> str:
    return next((code for code, words in STATES.items() if text.casefold() in words), "")


def writes_day_first(cells: Sequence[str], otherwise: bool) -> bool:
    """A number above 12 tells; a file that never has one is asked about."""
    for text in cells:
        found = DAY.match(clean(text))
        if found and len(found[1]) < 4:
            if int(found[1]) > 12:
                return True
            if int(found[2]) > 12:
                return False
    return otherwise
