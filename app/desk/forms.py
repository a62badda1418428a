"""What the desk may type."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

Said = Annotated[str, Meta(max_length=64)]  # 64 signs are at most 256 bytes
Why = Annotated[str, Meta(min_length=3, max_length=200)]


class TapForm(msgspec.Struct):
    id: UUID
    q: Said = ""
    member_id: UUID | None = None
    via: Annotated[str, Meta(max_length=10)] = ""  # "scan" when it came in faster than anybody types


class OverrideForm(msgspec.Struct):
    id: UUID
    member_id: UUID
    why: Why


class OnceForm(msgspec.Struct):
    id: UUID


class PressForm(msgspec.Struct):
    """From a phone that scanned the code at the door."""

    id: UUID
    word: Annotated[str, Meta(max_length=64)] = ""


class PolicyForm(msgspec.Struct):
    again_minutes: Annotated[int, Meta(ge=0, le=1440)]
    overdue_amount: Annotated[float, Meta(ge=0, le=1_000_000)]
    overdue_days: Annotated[int, Meta(ge=0, le=366)]
    soon_days: Annotated[int, Meta(ge=0, le=60)]
    stay_minutes: Annotated[int, Meta(ge=15, le=1440)]
    keep_months: Annotated[int, Meta(ge=1, le=120)] | None = None
    effects: list[Annotated[str, Meta(max_length=60)]] = []  # "expired:desk:warn"


class ScreenForm(msgspec.Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    pin: Annotated[str, Meta(pattern="^([0-9]{4,8})?$")] = ""


class PinForm(msgspec.Struct):
    pin: Annotated[str, Meta(max_length=20)]


class KioskForm(msgspec.Struct):
    id: UUID
    q: Said


class RelayForm(msgspec.Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    url: Annotated[str, Meta(pattern="^https?://[^\\s]{1,390}$")]
    channels: list[Annotated[str, Meta(max_length=10)]] = []


class LogQuery(msgspec.Struct):
    q: Annotated[str, Meta(max_length=64)] = ""
    outcome: list[Annotated[str, Meta(max_length=20)]] = []
    code: Annotated[str, Meta(max_length=40)] = ""
    channel: Annotated[str, Meta(max_length=10)] = ""
    since: date | None = None
    until: date | None = None
    before: datetime | None = None
    before_id: UUID | None = None


class CheckInBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a turnstile sends: its own id for the tap, the card, and what its clock said."""

    id: UUID
    card: Annotated[str, Meta(min_length=1, max_length=64)]
    at: Annotated[datetime, Meta(tz=True)] | None = None
    device: Annotated[str, Meta(max_length=60)] = ""
