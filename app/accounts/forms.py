"""What people may fill in about themselves and each other."""

from typing import Annotated

from msgspec import Meta, Struct

Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class SigningIn(Struct):
    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=128)]
    next: str = ""


class Someone(Struct):
    """One of the cast, by a button; in a demo club only."""

    email: Email
