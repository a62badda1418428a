"""What people type about members."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from babel.numbers import get_currency_precision
from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Phone = Annotated[str, Meta(max_length=40)]
Price = Annotated[Decimal, Meta(ge=0, le=10_000_000)]
Code = Annotated[str, Meta(max_length=256)]
Reason = Annotated[str, Meta(max_length=400)]


def to_minor(amount: Decimal, currency: str) -> int:
    """What was typed, in the smallest unit of the currency; the half goes up."""
    return int((amount.scaleb(get_currency_precision(currency)) + Decimal("0.5")) // 1)


def from_minor(amount: int, currency: str) -> str:
    """For a field's value: plain digits that the same field reads again."""
    places = get_currency_precision(currency)
    return f"{Decimal(amount).scaleb(-places):.{places}f}"


class Details(Struct):
    name: Name
    email: Email | None = None
    phone: Phone = ""
    born_on: date | None = None
    emergency_name: Annotated[str, Meta(max_length=120)] = ""
    emergency_phone: Phone = ""
    home_gym_id: UUID | None = None
    alert: Reason = ""
    consents: list[str] = []


class NewNote(Struct):
    id: UUID
    body: Annotated[str, Meta(min_length=1, max_length=4000)]


class NewCard(Struct):
    id: UUID
    code: Annotated[str, Meta(min_length=1, max_length=256)]
    replaces: UUID | None = None


class CardAct(Struct):
    act: Literal["block", "unblock", "lost", "back"]


class NewHousehold(Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=80)]


class Joins(Struct):
    number: int
    may_use: bool = False


class PlaceAct(Struct):
    member_id: UUID
    act: Literal["pay", "leave", "use", "not_use"]


class Signing(Struct):
    id: UUID
    version_id: UUID
    typed_name: Name
    drawing: Annotated[str, Meta(max_length=400_000)] = ""
    is_guardian: bool = False


class Erasing(Struct):
    typed: Annotated[str, Meta(max_length=20)]


class Merging(Struct):
    into_number: int


class NewWaiver(Struct):
    id: UUID
    title: Annotated[str, Meta(min_length=1, max_length=120)]
    body: Annotated[str, Meta(min_length=1, max_length=40_000)]


class TypeTerms(Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    kind: Literal["membership", "pack", "day", "trial"]
    duration: Annotated[int, Meta(ge=1, le=3660)]
    price: Price
    duration_unit: Literal["day", "month"] = "month"
    joining_fee: Price = Decimal(0)
    visits: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    daily_limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    grace_days: Annotated[int, Meta(ge=0, le=366)] = 0
    is_shared: bool = False
    gym_ids: list[UUID] = []  # and its hours: pages/hours.py


class OnSale(Struct):
    is_active: bool = False


class Rules(Struct):
    freeze_min_days: Annotated[int, Meta(ge=1, le=366)]
    freeze_max_days: Annotated[int, Meta(ge=1, le=366)]
    freeze_fee: Price
    cancel_notice_days: Annotated[int, Meta(ge=0, le=366)]
    renew_days_before: Annotated[int, Meta(ge=0, le=366)]
    adult_age: Annotated[int, Meta(ge=10, le=25)]
    may_freeze: bool = False
    may_cancel: bool = False
    cancel_returns_days: bool = False
    may_renew: bool = False


class Wanted(Struct):
    """The list's filters, all from the address."""

    q: Annotated[str, Meta(max_length=200)] = ""
    status: str = ""
    type: UUID | None = None
    gym: UUID | None = None
    sort: str = "name"
    down: bool = False
    after: Annotated[str, Meta(max_length=200)] = ""
    after_id: UUID | None = None
