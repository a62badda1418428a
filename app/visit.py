"""One request's passage through the house: its id, who, in which language, and the units of work it opened.

A context variable carries it to templates and words, which take no arguments for such things.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.actor import Actor
from app.db import Db, Unit

UTC_ZONE = ZoneInfo("UTC")
BEFORE_AN_ID = re.compile(r"/(?=[^/]*\d)")


@dataclass(slots=True)
class Visit:
    request_id: str = ""
    actor: Actor | None = None
    halfway: Actor | None = None  # signed in, but a second step or a PIN is still missing
    locale: str = "en"
    theme: str = "system"
    zone: ZoneInfo = UTC_ZONE
    currency: str = "EUR"
    units: str = "kg"
    secure: bool = False
    address: str = ""
    path: str = "/"
    headers: dict[bytes, bytes] = field(default_factory=dict)  # as they came, in lower case
    now: datetime | None = None
    csrf: str = ""
    failed: bool = False
    lost: bool = False  # the connection to the database broke: nobody knows, so the whole act may be tried again
    dbs: list[Db] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)  # Set-Cookie lines for the answer
    after: list[Callable[[], Awaitable[Any]]] = field(default_factory=list)  # once it is committed
    flash: str = ""
    route: str = ""

    @property
    def corner(self) -> str:
        """The path up to its first id: what the navigation needs to know about where we are."""
        return BEFORE_AN_ID.split(self.path, 1)[0]

    @property
    def statements(self) -> int:
        return sum(db.statements for db in self.dbs)

    async def commit(self) -> None:
        for db in self.dbs:
            if isinstance(db, Unit):
                await db.commit()

    def again(self) -> None:
        """As if nothing had happened yet: the same act, with the same ids, from the start."""
        self.failed = self.lost = False
        self.dbs.clear()
        self.cookies.clear()
        self.after.clear()

    async def rollback(self) -> None:
        for db in self.dbs:
            if isinstance(db, Unit):
                await db.rollback()


_here: ContextVar[Visit] = ContextVar("visit")
NOBODY = Visit()


def here() -> Visit:
    return _here.get(NOBODY)


def enter(visit: Visit) -> Any:
    return _here.set(visit)


def leave(token: Any) -> None:
    _here.reset(token)


@contextmanager
def speaking(locale: str, zone: ZoneInfo = UTC_ZONE) -> Iterator[None]:
    """Words, days and times as somebody else reads them: letters are written in the language of who gets them."""
    token = enter(replace(here(), locale=locale, zone=zone))
    try:
        yield
    finally:
        leave(token)
