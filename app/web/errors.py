"""What goes wrong, said three ways: a page, a toast when htmx asked, problem+json under /api. Never a detail of ours."""

from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import msgspec
import structlog
from litestar import MediaType, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from app.db import CommitFailed
from app.web.asking import GiveThePasswordAgain, StepMissing
from app.web.pages import toast_region
from app.web.request import Request
from app.words import _

log = structlog.get_logger("spotter")


def words_for(status: int) -> tuple[str, str]:
    """A title and a sentence that says what to do."""
    known = {
        400: (_("That did not arrive whole"), _("Please go back and try again.")),
        401: (_("Please sign in"), _("This page needs to know who you are.")),
        403: (_("Not for this role"), _("Your role does not include this. Ask the owner if you need it.")),
        404: (_("Nothing here"), _("This page does not exist, or it is not yours to see.")),
        405: (_("Not this way"), _("This address does not take that kind of request.")),
        409: (_("Somebody was faster"), _("This has changed since you opened it. Look again and repeat what is still needed.")),
        413: (_("Too large"), _("That is more than this form takes.")),
        422: (_("Something does not fit"), _("Please look over what you entered.")),
        429: (_("One moment"), _("That was too often. Wait a little and try again.")),
        503: (_("Back in a moment"), _("The database is not answering. Nothing was saved; please try again.")),
    }
    return known.get(status, (_("Something broke"), _("It is our fault, not yours. Nothing was saved. Please try again.")))


def answer(request: Request, status: int, *, sentence: str = "", headers: dict[str, str] | None = None) -> Response[Any]:
    visit = request.visit
    visit.failed = visit.failed or status >= 400
    title, otherwise = words_for(status)
    text = sentence or otherwise
    headers = dict(headers or {})
    if request.is_api:
        return problem(visit.request_id, status, title, text, headers)
    if status == 401:
        return ask_to_sign_in(request, headers)
    if request.wants_regions:
        return Response(toast_region(f"{title}. {text}"), status_code=status, media_type=MediaType.HTML, headers=headers)
    values = {
        "status": status,
        "title": title,
        "text": text,
        "request_id": visit.request_id,
        "actor": visit.actor,
        "now": visit.now,
        "flash": "",
    }
    body = request.app.state.templates.whole("errors/error.html", values)
    return Response(body, status_code=status, media_type=MediaType.HTML, headers=headers)


def problem(request_id: str, status: int, title: str, text: str, headers: dict[str, str]) -> Response[Any]:
    if status == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    body = msgspec.json.encode({"type": "about:blank", "title": title, "status": status, "detail": text, "instance": request_id})
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers)


def ask_to_sign_in(request: Request, headers: dict[str, str]) -> Response[Any]:
    """Back to where they wanted to go, once they have signed in."""
    wanted = request.url.path if request.method == "GET" else "/"
    url = f"/sign-in?next={quote(wanted)}" if wanted != "/" else "/sign-in"
    if request.headers.get("hx-request"):
        return Response("", status_code=401, media_type=MediaType.HTML, headers={**headers, "HX-Redirect": url})
    if request.method in {"GET", "HEAD"}:
        return Response("", status_code=303, media_type=MediaType.HTML, headers={**headers, "Location": url})
    title, text = words_for(401)
    values = {"status": 401, "title": title, "text": text, "request_id": request.visit.request_id}
    values |= {"actor": None, "now": request.visit.now, "flash": ""}
    body = request.app.state.templates.whole("errors/error.html", values)
    return Response(body, status_code=401, media_type=MediaType.HTML, headers=headers)


def send_to(request: Request, url: str) -> Response[Any]:
    """Something is missing first: the way there, and back to where they were."""
    path = request.url.path if request.method in {"GET", "HEAD"} else urlsplit(request.headers.get("referer", "")).path
    target = f"{url}?next={quote(path)}" if path not in {"", "/"} else url
    request.visit.failed = True
    if request.headers.get("hx-request"):
        return Response("", status_code=401, media_type=MediaType.HTML, headers={"HX-Redirect": target})
    return Response("", status_code=303, media_type=MediaType.HTML, headers={"Location": target})


STEPS = {"factor": "/sign-in/second", "enrol": "/me/second-factor", "locked": "/locked"}


def on_http(request: Request, error: HTTPException) -> Response[Any]:
    if isinstance(error, StepMissing) and not request.is_api:
        return send_to(request, STEPS[error.step])
    if isinstance(error, GiveThePasswordAgain) and not request.is_api:
        return send_to(request, "/confirm")
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() in {"retry-after", "allow"}}
    if isinstance(error, ValidationException):
        # A path or query that does not parse names nothing that exists.
        return answer(request, 404 if request.method == "GET" else 422)
    sentence = getattr(error, "sentence", "")
    return answer(request, error.status_code, sentence=sentence, headers=headers)


def on_database(request: Request, error: Exception) -> Response[Any]:
    """The constraint spoke after the rule: a race (409), a value no column takes (422), or the database is away (503)."""
    if isinstance(error, (asyncpg.IntegrityConstraintViolationError, asyncpg.SerializationError, asyncpg.DeadlockDetectedError)):
        log.info("constraint", constraint=getattr(error, "constraint_name", ""), request_id=request.visit.request_id)
        return answer(request, 409)
    if isinstance(error, (asyncpg.DataError, asyncpg.CharacterNotInRepertoireError)):
        return answer(request, 422)
    if isinstance(error, AWAY):
        request.visit.lost = isinstance(error, LOST)
        log.error("database_away", error=type(error).__name__, request_id=request.visit.request_id)
        return answer(request, 503, headers={"Retry-After": "2"})
    return on_bug(request, error)


LOST = (
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    ConnectionError,
)
AWAY = (
    *LOST,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.DiskFullError,
    CommitFailed,
    TimeoutError,
)


def on_bug(request: Request, error: Exception) -> Response[Any]:
    log.error("bug", exc_info=error, request_id=request.visit.request_id, path=request.url.path)
    return answer(request, 500)


def handlers() -> ExceptionHandlersMap:
    """Litestar asks by class along the exception's ancestry; ours take our own Request."""
    database = (
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        CommitFailed,
        ConnectionError,
        TimeoutError,
    )
    found: dict[Any, Any] = {HTTPException: on_http, Exception: on_bug}
    return found | dict.fromkeys(database, on_database)
