"""What people may fill in about themselves and each other."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Password = Annotated[str, Meta(min_length=1, max_length=1000)]  # how long it may be is said by the rule, in words
Code = Annotated[str, Meta(min_length=4, max_length=40)]
Locale = Literal["en", "es", "sr"]
Units = Literal["kg", "lb"]


class SigningIn(Struct):
    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=128)]
    next: str = ""


class Someone(Struct):
    """One of the cast, by a button; in a demo club only."""

    email: Email


class SecondStep(Struct):
    code: Code
    next: str = ""


class Unlocking(Struct):
    secret: Annotated[str, Meta(min_length=1, max_length=128)]
    next: str = ""


class Confirming(Struct):
    password: Annotated[str, Meta(min_length=1, max_length=128)]
    next: str = ""


class SettingUp(Struct):
    club: Annotated[str, Meta(min_length=1, max_length=100)]
    gym: Annotated[str, Meta(min_length=1, max_length=100)]
    zone: Annotated[str, Meta(max_length=60)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    locale: Locale
    units: Units
    name: Name
    email: Email
    password: Password
    code: Annotated[str, Meta(max_length=40)] = ""


class Arriving(Struct):
    """Somebody with a link or a code chooses a password."""

    key: Annotated[str, Meta(min_length=8, max_length=300)]
    password: str = ""


class Profile(Struct):
    name: Name
    locale: Locale | None
    zone: Annotated[str, Meta(max_length=60)] | None
    units: Units | None
    theme: Literal["system", "light", "dark"] = "system"


class Appearance(Struct):
    theme: Literal["system", "light", "dark"] | None
    language: Locale | None


class NewPassword(Struct):
    current: Annotated[str, Meta(min_length=1, max_length=128)]
    password: Password


class NewAddress(Struct):
    id: UUID
    email: Email
    current: Annotated[str, Meta(min_length=1, max_length=128)]


class ConfirmedAddress(Struct):
    key: Annotated[str, Meta(min_length=8, max_length=300)]
    yes: bool = False


class NewPin(Struct):
    pin: Annotated[str, Meta(max_length=20)] = ""


class Invitation(Struct):
    id: UUID
    name: Name
    email: Email
    role: UUID
    gym: UUID | None


class Granting(Struct):
    role: UUID
    gym: UUID | None


class DefinedRole(Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    permissions: list[str] = []


class NewDevice(Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    kind: Literal["desk", "door", "program"] = "door"
    permissions: list[str] = []


class AuditFilter(Struct):
    person: UUID | None
    start: date | None
    end: date | None
    act: Annotated[str, Meta(max_length=60)] = ""
    after: Annotated[str, Meta(max_length=120)] = ""


class PasskeyAnswer(Struct):
    challenge: UUID
    credential: Annotated[str, Meta(max_length=20_000)]
    name: Annotated[str, Meta(max_length=60)] = ""
    next: str = ""


class GymDetails(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    zone: Annotated[str, Meta(max_length=60)]
    locale: Locale
    units: Units
    country: Annotated[str, Meta(pattern="^([A-Z]{2})?$")] = ""
    capacity: Annotated[int, Meta(ge=1, le=100_000)] | None = None


class ChosenGym(Struct):
    gym: UUID
