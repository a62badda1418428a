"""The front door: everything that happens to every request, around Litestar.

In order: assets and the service worker straight from memory; a request id; who is asking; a write from another site is
refused; the app answers; *the unit of work is committed before the first byte of the answer leaves*; headers; one log line.
"""

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from app import clock
from app.db import Database
from app.log import request_line
from app.metrics import saw_request
from app.settings import Settings
from app.visit import Visit, enter, leave
from app.web.assets import Assets, reply
from app.web.errors import LOST
from app.web.express import Express
from app.web.health import ALIVE
from app.web.sessions import Sessions
from app.words import LOCALES, choose

log = structlog.get_logger("spotter")

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
SCANNER_CSP = CSP.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), screen-wake-lock=(self), microphone=(), geolocation=(), payment=()"),
]
PLAIN_HEADERS = [*HEADERS, (b"content-security-policy", CSP.encode())]
SECURITY = {name for name, _value in PLAIN_HEADERS}
SCANNER_HEADERS = [*HEADERS, (b"content-security-policy", SCANNER_CSP.encode())]
VARY = (b"vary", b"HX-Request, HX-Request-Type, Cookie, Accept-Language")
ALIVE_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", str(len(ALIVE)).encode()),
    *PLAIN_HEADERS,
    (b"cache-control", b"no-store"),
]
WITH_SCANNER = ("/desk", "/kiosk")
SAFE = {"GET", "HEAD", "OPTIONS"}
TOKENS_OPEN = ("/api/", "/agents/")  # doors for programs
TOAST = b'<hx-partial hx-target="#toasts" hx-swap="beforeend"><output class="toast" role="alert">%s</output></hx-partial>'
PROBLEM = b'{"type":"about:blank","title":"Not saved","status":503,"detail":"%s"}'
OURS = re.compile(r"^[A-Za-z0-9_-]{8,64}$")


class Front:
    """ASGI: `granian --factory app.main:create_app` serves this."""

    def __init__(
        self, app: Any, settings: Settings, database: Database, sessions: Sessions, assets: Assets, bearer: Any = None
    ) -> None:
        self.app, self.settings, self.database = app, settings, database
        self.express = Express(app)
        self.sessions, self.assets, self.bearer = sessions, assets, bearer
        # Postgres restarts in a second or two: people wait for it rather than read about it.
        self.patience: tuple[float, ...] = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            if scope["path"].startswith("/assets/") or scope["path"] == "/sw.js":
                await self._asset(scope, send)
            elif scope["path"] == "/health/live" and scope["method"] == "GET":
                await self._alive(scope, send)
            else:
                await self._visit(scope, receive, send)

    async def _asset(self, scope: Any, send: Send) -> None:
        headers = dict(scope["headers"])
        accepts = headers.get(b"accept-encoding", b"").decode("latin-1")
        match = headers.get(b"if-none-match", b"").decode("latin-1")
        if scope["path"] == "/sw.js":
            worker = self.assets.worker()
            status, lines, body = reply(worker, "no-cache", accepts, match) if worker else (404, [], b"")
        else:
            status, lines, body = self.assets.answer(scope["path"].removeprefix("/assets/"), accepts, match)
        if scope["method"] not in {"GET", "HEAD"}:
            status, body = 405, b""
        await send({"type": "http.response.start", "status": status, "headers": [*lines, *PLAIN_HEADERS]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _alive(self, scope: Any, send: Send) -> None:
        """Somebody asks every few seconds, and it is the same for everybody: nobody is looked up for it."""
        began = time.perf_counter()
        request_id = self._request_id(dict(scope["headers"])).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [*ALIVE_HEADERS, (b"x-request-id", request_id)]})
        await send({"type": "http.response.body", "body": ALIVE, "more_body": False})
        saw_request("GET", 200, time.perf_counter() - began, 0)

    async def _visit(self, scope: Any, receive: Any, send: Send) -> None:
        began = time.perf_counter()
        headers = dict(scope["headers"])
        visit = self._new_visit(scope, headers)
        scope["visit"] = visit
        token = enter(visit)
        answer = Answer(self, visit, scope, headers, send)
        body = Body(receive)
        try:
            for pause in (*self.patience, None):
                answer.may_try_again = pause is not None and body.is_kept
                await self._once(scope, headers, visit, body, answer)
                if not answer.wants_another_try:
                    break
                await asyncio.sleep(pause or 0)
                answer.start_over()
                body.rewind()
        finally:
            await visit.rollback()
            leave(token)
            request_line(visit, scope["method"], answer.status, time.perf_counter() - began)

    async def _once(self, scope: Any, headers: dict[bytes, bytes], visit: Visit, body: "Body", answer: "Answer") -> None:
        asked = {**scope, "state": dict(scope.get("state") or {})}
        if is_from_elsewhere(scope, headers, self.settings):
            asked |= {"path": "/refused/from-elsewhere", "raw_path": b"/refused/from-elsewhere", "method": "GET"}
        else:
            try:
                await self._who(asked, headers, visit)
            except LOST:
                visit.lost = True
                log.error("database_away", request_id=visit.request_id)
                await answer.say_it_failed()
                return
        if asked["method"] == "HEAD":  # a GET whose body stays here
            asked["method"] = "GET"
        found = self.express.find(asked, headers)
        if found is not None:
            await self.express.ride(found, asked, body, answer.send)
        else:
            await self.app(asked, body, answer.send)

    def _new_visit(self, scope: Any, headers: dict[bytes, bytes]) -> Visit:
        return Visit(
            request_id=self._request_id(headers),
            path=scope["path"],
            secure=self._is_secure(scope, headers),
            address=self._address(scope, headers),
            headers=headers,
        )

    def _request_id(self, headers: dict[bytes, bytes]) -> str:
        given = headers.get(b"x-request-id", b"").decode("latin-1") if self.settings.trusted_proxy else ""
        return given if OURS.match(given) else os.urandom(8).hex()

    def _is_secure(self, scope: Any, headers: dict[bytes, bytes]) -> bool:
        if self.settings.trusted_proxy and b"x-forwarded-proto" in headers:
            return headers[b"x-forwarded-proto"].rsplit(b",", 1)[-1].strip() == b"https"
        return bool(scope.get("scheme") == "https")

    def _address(self, scope: Any, headers: dict[bytes, bytes]) -> str:
        """The last hop that our own proxy wrote down; never what the client claims."""
        if self.settings.trusted_proxy and b"x-forwarded-for" in headers:
            return headers[b"x-forwarded-for"].rsplit(b",", 1)[-1].strip().decode("latin-1")[:45]
        return str((scope.get("client") or ("", 0))[0])

    async def _who(self, scope: Any, headers: dict[bytes, bytes], visit: Visit) -> None:
        cookies = read_cookies(headers.get(b"cookie", b""))
        visit.flash = unquote(cookies.get("flash", ""))[:300]
        now = clock.now()
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        if self.bearer is not None and authorization.startswith("Bearer ") and scope["path"].startswith(TOKENS_OPEN):
            visit.actor = await self.bearer(self.database, authorization.removeprefix("Bearer "), now)
        else:
            sid = cookies.get(self.sessions.cookie_name(visit.secure), "")
            if 20 <= len(sid) <= 100:
                found = await self.sessions.actor(self.database, sid, now, visit)
                visit.actor, visit.halfway = (found, None) if found is None or found.step == "open" else (None, found)
                visit.csrf = self.sessions.csrf(found) if found else ""
                scope["recheck"] = lambda: self._is_still_in(sid)
        self._taste(visit, headers, cookies)

    async def _is_still_in(self, sid: str) -> bool:
        """Streams ask at every beat: signed out, or the desk locked, and they end."""
        who = await self.sessions.actor(self.database, sid, clock.now())
        return who is not None and who.step == "open"

    def _taste(self, visit: Visit, headers: dict[bytes, bytes], cookies: dict[str, str]) -> None:
        """Language, theme and zone: the person's, else the cookie's, else the browser's."""
        who = visit.actor or visit.halfway
        chosen = cookies.get("language", "")
        if who is not None:
            visit.locale, visit.theme, visit.zone = who.locale, who.theme, who.zone
            visit.currency, visit.units = who.currency, who.units
        else:
            visit.locale = chosen if chosen in LOCALES else choose(headers.get(b"accept-language", b"").decode("latin-1"))
            visit.theme = cookies.get("theme", "system") if cookies.get("theme") in {"light", "dark"} else "system"
        if chosen == "xx" and self.settings.dev:
            visit.locale = "xx"


class Body:
    """What the client sends, kept so that the same act can be tried again when the database went away in the middle."""

    MOST = 1_000_000

    def __init__(self, receive: Any) -> None:
        self.receive = receive
        self.kept: list[Message] = []
        self.size = 0
        self.at = 0

    @property
    def is_kept(self) -> bool:
        return self.size <= self.MOST

    async def __call__(self) -> Message:
        if self.at < len(self.kept):
            self.at += 1
            return self.kept[self.at - 1]
        message: Message = await self.receive()
        if message["type"] == "http.request":
            self.size += len(message.get("body", b""))
            if self.is_kept:
                self.kept.append(message)
                self.at += 1
        return message

    def rewind(self) -> None:
        self.at = 0


class Answer:
    """Stands between the app and the wire: commits, then lets the answer go."""

    def __init__(self, front: Front, visit: Visit, scope: Any, asked: dict[bytes, bytes], send: Send) -> None:
        self.front, self.visit, self.scope, self.asked, self.wire = front, visit, scope, asked, send
        self.status = 0
        self.swallow = False
        self.may_try_again = False
        self.wants_another_try = False

    def start_over(self) -> None:
        self.swallow = self.wants_another_try = False
        self.visit.again()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif not self.swallow:
            if self.scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await self.wire(message)

    async def _start(self, message: Message) -> None:
        if self.visit.lost and self.may_try_again:
            self.swallow = self.wants_another_try = True
            await self.visit.rollback()
            return
        if self.visit.failed or message["status"] >= 500:
            await self.visit.rollback()
        else:
            try:
                await self.visit.commit()
            except Exception as error:
                log.error("commit_failed", exc_info=error, request_id=self.visit.request_id)
                await self.visit.rollback()
                self.visit.lost = isinstance(error.__cause__, LOST)
                await self.say_it_failed()
                return
            await self._and_then()
        self.status = message["status"]
        message["headers"] = [*message.get("headers", ()), *self._headers(message)]
        await self.wire(message)

    async def _and_then(self) -> None:
        """It is committed: a bell or a lock that does not answer changes nothing about that, and must not deny it."""
        for what in self.visit.after:
            try:
                await what()
            except Exception as error:
                log.error("after_commit", exc_info=error, request_id=self.visit.request_id)

    async def say_it_failed(self) -> None:
        """Drawn without the app, which may already think that it said yes."""
        self.swallow = True
        if self.visit.lost and self.may_try_again:
            self.wants_another_try = True
            return
        self.visit.cookies.clear()
        self.status = 503
        text = b"Nothing was saved: the database did not confirm. Please try again."
        lines = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"2")]
        if self.asked.get(b"hx-request") == b"true":
            text = TOAST % text
            lines[0] = (b"content-type", b"text/html; charset=utf-8")
        elif self.scope["path"].startswith("/api/"):
            lines[0] = (b"content-type", b"application/problem+json")
            text = PROBLEM % text
        lines.append((b"content-length", str(len(text)).encode()))
        await self.wire({"type": "http.response.start", "status": 503, "headers": [*lines, *self._headers({"headers": lines})]})
        await self.wire({"type": "http.response.body", "body": text})

    def _headers(self, message: Message) -> list[tuple[bytes, bytes]]:
        visit = self.visit
        has = {name for name, _value in message.get("headers", ())}
        security = SCANNER_HEADERS if visit.path.startswith(WITH_SCANNER) else PLAIN_HEADERS
        found = [*security] if has.isdisjoint(SECURITY) else [line for line in security if line[0] not in has]
        found.append((b"x-request-id", visit.request_id.encode()))
        if visit.cookies:
            found += [(b"set-cookie", line.encode("latin-1", "replace")) for line in visit.cookies]
        if b"cache-control" not in has:
            shared_desk = visit.actor is not None and visit.actor.is_staff
            found.append((b"cache-control", b"no-store" if shared_desk or visit.actor is None else b"private, no-cache"))
        if b"vary" not in has:
            found.append(VARY)
        return found


def read_cookies(header: bytes) -> dict[str, str]:
    """Ours are plain: a token, a word, or percent signs."""
    pairs = [part.partition("=") for part in header.decode("latin-1").split(";")]
    return {name.strip(): value.strip().strip('"') for name, mark, value in pairs if mark}


def is_from_elsewhere(scope: Any, headers: dict[bytes, bytes], settings: Settings) -> bool:
    """A browser's write that another site started. Programs with a bearer token have no cookie to abuse."""
    if scope["method"] in SAFE or (scope["path"].startswith("/api/") and b"authorization" in headers):
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in {b"same-origin", b"none"}
    origin = headers.get(b"origin")
    if origin is None:
        return b"cookie" in headers and not scope["path"].startswith("/api/v1/tokens")
    host = headers.get(b"host", b"").decode("latin-1")
    theirs = urlsplit(origin.decode("latin-1")).netloc
    return theirs != host and origin.decode("latin-1") != settings.origin
