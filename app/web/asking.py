"""What every handler starts from: who is asking, the unit of work, and who may come in at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.params import SkipValidation

from app import clock
from app import db as database_
from app.actor import PERMISSIONS, Actor
from app.web.request import Request as Request  # handlers take it from here

Db = NamedDependency[SkipValidation[database_.Db]]
Swift = NamedDependency[SkipValidation[database_.Db]]
Ask = NamedDependency[SkipValidation[Actor]]
MaybeAsk = NamedDependency[SkipValidation[Actor | None]]
Halfway = NamedDependency[SkipValidation[Actor]]

SAFE = {"GET", "HEAD", "OPTIONS"}
Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Any]


def db(request: Request) -> database_.Db:
    """A GET reads in autocommit. Anything else is one transaction, committed before the answer leaves (web/front.py)."""
    database: database_.Database = request.app.state.database
    visit = request.visit
    found = database.reading() if request.method in SAFE else database.unit(visit.request_id)
    visit.dbs.append(found)
    return found


def swift(request: Request) -> database_.Db:
    """For a write that is one guarded statement: it commits by itself."""
    found = request.app.state.database.swift()
    request.visit.dbs.append(found)
    return found


def actor(request: Request) -> Actor:
    if request.visit.actor is None:
        raise NotAuthorizedException
    return request.visit.actor


def halfway_actor(request: Request) -> Actor:
    """Whoever is signed in, or still on the way: the second step, the locked desk."""
    who = request.visit.actor or request.visit.halfway
    if who is None:
        raise NotAuthorizedException
    return who


def maybe_actor(request: Request) -> Actor | None:
    return request.visit.actor


DEPENDENCIES = {
    "db": Provide(db, sync_to_thread=False),
    "swift": Provide(swift, sync_to_thread=False),
    "actor": Provide(actor, sync_to_thread=False),
    "maybe_actor": Provide(maybe_actor, sync_to_thread=False),
    "halfway_actor": Provide(halfway_actor, sync_to_thread=False),
}


class Policy:
    """The one guard of a route: who may come in. `tests/test_matrix.py` reads it."""

    def __init__(self, kind: str, code: str = "") -> None:
        self.kind, self.code = kind, code

    def __repr__(self) -> str:
        return f"{self.kind}({self.code})"

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        visit = connection.scope["visit"]  # type: ignore[typeddict-item]
        who: Actor | None = visit.actor
        if self.kind == "public" or (self.kind == "halfway" and visit.halfway is not None):
            return
        if visit.halfway is not None:
            raise StepMissing(visit.halfway.step)
        if who is None:
            raise NotAuthorizedException
        if self.code and not who.can(self.code):
            raise PermissionDeniedException
        if "device" in who.roles and self.kind != "device":
            raise PermissionDeniedException


def may(code: str) -> Policy:
    if code not in PERMISSIONS:
        raise ValueError(f"{code} is not a permission")
    return Policy("may", code)


def signed_in() -> Policy:
    return Policy("signed_in")


def halfway() -> Policy:
    """For the steps between the password and the house: the second factor, the PIN, and out again."""
    return Policy("halfway")


def public() -> Policy:
    return Policy("public")


def device(code: str = "") -> Policy:
    """A turnstile or another program, with a token that carries this permission; people with it may come in too."""
    if code and code not in PERMISSIONS:
        raise ValueError(f"{code} is not a permission")
    return Policy("device", code)


FRESH = timedelta(minutes=15)


class StepMissing(NotAuthorizedException):
    """The password was right; the second factor, its enrolment or the PIN is still to come."""

    def __init__(self, step: str) -> None:
        super().__init__()
        self.step = step


class GiveThePasswordAgain(PermissionDeniedException):
    """A dangerous act, and the password was given too long ago."""


async def recent(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A second guard, for dangerous acts: the password was given in the last quarter of an hour."""
    who: Actor | None = connection.scope["visit"].actor  # type: ignore[typeddict-item]
    if who is None or who.fresh_at is None or clock.now() - who.fresh_at > FRESH:
        raise GiveThePasswordAgain


async def same_form(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A signed-in browser's write carries the session's own token, in the header or in the form."""
    scope = connection.scope
    visit = scope["visit"]  # type: ignore[typeddict-item]
    who = visit.actor or visit.halfway
    if connection.scope.get("method") in SAFE or who is None or not visit.csrf:
        return
    given = visit.headers.get(b"x-csrf-token", b"").decode("latin-1")
    if not given and isinstance(connection, Request) and is_form(connection):
        given = str((await connection.form()).get("csrf", ""))
    if not connection.app.state.sessions.is_csrf(who, given):
        raise PermissionDeniedException("stale")


def is_form(request: Request) -> bool:
    kind = request.visit.headers.get(b"content-type", b"")
    return kind.startswith((b"application/x-www-form-urlencoded", b"multipart/form-data"))
