"""What people type about money and what is sold."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from app.members.forms import Email, Name, Phone, Reason

Amount = Annotated[Decimal, Meta(ge=0, le=10_000_000)]
Paid = Literal["cash", "terminal", "transfer", "other"]
PaidOrLater = Literal["cash", "terminal", "transfer", "other", "later"]


class Joining(Struct):
    id: UUID
    name: Name
    phone: Phone = ""
    email: Email | None = None
    born_on: date | None = None
    type_id: UUID | None = None
    card: Annotated[str, Meta(max_length=256)] = ""


class Sale(Struct):
    id: UUID
    type_id: UUID
    method: PaidOrLater = "later"
    starts_on: date | None = None
    from_end: bool = False
    renews_id: UUID | None = None


class Act(Struct):
    """One of the short acts on a membership: thaw, lift, suspend, keep, take back, cancel."""

    id: UUID
    act: Literal["thaw", "lift", "suspend", "cancel", "keep", "take_back"]
    why: Reason = ""


class Freezing(Struct):
    id: UUID
    starts_on: date
    ends_on: date
    why: Reason = ""


class Payment(Struct):
    id: UUID
    amount: Amount
    method: Paid
    note: Reason = ""


class Returned(Struct):
    id: UUID
    amount: Amount
    method: Paid
    note: Annotated[str, Meta(min_length=1, max_length=400)]


class WriteOff(Struct):
    id: UUID
    amount: Amount
    note: Annotated[str, Meta(min_length=1, max_length=400)]


class Charge(Struct):
    id: UUID
    amount: Amount
    note: Annotated[str, Meta(min_length=1, max_length=400)]


class Reversal(Struct):
    id: UUID
    note: Annotated[str, Meta(min_length=1, max_length=400)]


class Opening(Struct):
    id: UUID
    amount: Amount


class Closing(Struct):
    amount: Amount
    note: Reason = ""


class Merging(Struct):
    number: int


class Renewal(Struct):
    id: UUID
    type_id: UUID


class Once(Struct):
    """Nothing but the id of the act."""

    id: UUID


class Leaving(Struct):
    id: UUID
    why: Reason = ""


class Month(Struct):
    month: Annotated[str, Meta(max_length=7)] = ""


class Reminding(Struct):
    id: UUID
    channel: Literal["letter", "mail", "message"]
    payers: list[UUID] = []


class Asking(Struct):
    id: UUID
    kind: Literal["refund", "discount", "goodwill", "write_off"]
    amount: Amount
    note: Annotated[str, Meta(min_length=1, max_length=400)]
    method: Paid = "cash"


class Forgiving(Struct):
    id: UUID
    kind: Literal["discount", "goodwill"]
    amount: Amount
    note: Annotated[str, Meta(min_length=1, max_length=400)]


class Deciding(Struct):
    act: Literal["grant", "decline"]
    answer: Annotated[str, Meta(max_length=400)] = ""


class Period(Struct):
    first: date | None
    last: date | None
