"""How wide each door is. Around everything else, so that a slow or greedy client costs nobody but itself."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.exceptions import HTTPException

BODY_SECONDS = 15  # from the first to the last byte of what is sent to us
PER_ADDRESS = 128  # requests under way at once; a whole gym may share one address
UPLOADS_PER_ADDRESS = 16  # bodies that are still arriving

FORM_BYTES = 256 * 1024
SYNC_BYTES = 512 * 1024
PHOTO_BYTES = 8 * 1024 * 1024
CSV_BYTES = 20 * 1024 * 1024
PLAN_BYTES = 2 * 1024 * 1024
WIDER = (
    (re.compile(r"/sync$"), SYNC_BYTES),
    (re.compile(r"/photos?(/|$)"), PHOTO_BYTES + FORM_BYTES),
    (re.compile(r"/imports?(/|$)|^/progress/files$"), CSV_BYTES + FORM_BYTES),
    (re.compile(r"/plan-check$"), PLAN_BYTES),
    (re.compile(r"^/owner/backups/uploads$"), 2**50),  # of any size: it goes straight to the disk
)
LONGER = ((re.compile(r"^/owner/backups/uploads$"), 6 * 3600.0),)

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]


class TooLarge(HTTPException):
    status_code = 413


class TooSlow(HTTPException):
    status_code = 408


def width(path: str) -> int:
    """How many bytes this path takes."""
    return next((size for pattern, size in WIDER if pattern.search(path)), FORM_BYTES)


def patience(path: str, usual: float) -> float:
    """How many seconds this path waits for the last byte."""
    return next((seconds for pattern, seconds in LONGER if pattern.search(path)), usual)


class Limits:
    """ASGI: counts who is inside, and times and weighs what is being sent."""

    def __init__(
        self,
        app: App,
        *,
        trusted_proxy: bool = False,
        seconds: float = BODY_SECONDS,
        per_address: int = PER_ADDRESS,
        uploads: int = UPLOADS_PER_ADDRESS,
    ) -> None:
        self.app, self.trusted_proxy, self.seconds = app, trusted_proxy, seconds
        self.per_address, self.uploads = per_address, uploads
        self.inside: Counter[str] = Counter()
        self.arriving: Counter[str] = Counter()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        who = address(scope, self.trusted_proxy)
        if who and self.inside[who] >= self.per_address:
            await refuse(send)
            return
        self.inside[who] += 1
        try:
            if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
                await self.app(scope, receive, send)
            else:
                await self._with_body(who, scope, receive, send)
        finally:
            forget(self.inside, who)

    async def _with_body(self, who: str, scope: Any, receive: Receive, send: Send) -> None:
        if who and self.arriving[who] >= self.uploads:
            await refuse(send)
            return
        until = asyncio.get_running_loop().time() + patience(scope["path"], self.seconds)
        body = Body(receive, width(scope["path"]), until, lambda: forget(self.arriving, who))
        self.arriving[who] += 1
        try:
            await self.app(scope, body.receive, send)
        finally:
            body.arrived()


class Body:
    """What a client sends, until it is complete, too large or too late."""

    def __init__(self, receive: Receive, most: int, until: float, done: Callable[[], None]) -> None:
        self.source, self.most, self.until, self.done = receive, most, until, done
        self.seen = 0
        self.complete = False

    def arrived(self) -> None:
        if not self.complete:
            self.complete = True
            self.done()

    async def receive(self) -> Message:
        if self.complete:
            return await self.source()
        try:
            async with asyncio.timeout_at(self.until):
                message = await self.source()
        except TimeoutError:
            raise TooSlow(detail="The request took too long to arrive.") from None
        self.seen += len(message.get("body", b""))
        if self.seen > self.most:
            raise TooLarge(detail=f"At most {self.most // 1024} KB are taken here.")
        if not message.get("more_body", False):
            self.arrived()
        return message


def address(scope: Any, trusted_proxy: bool) -> str:
    """The peer on the wire; behind our own proxy the last address that it wrote down. Unknown peers are not counted."""
    if trusted_proxy:
        forwarded = next((value for name, value in scope["headers"] if name == b"x-forwarded-for"), b"")
        if forwarded:
            return str(forwarded.rsplit(b",", 1)[-1].strip().decode("latin-1"))
    return str((scope.get("client") or ("",))[0])


def forget(counts: Counter[str], who: str) -> None:
    counts[who] -= 1
    if counts[who] <= 0:
        del counts[who]


async def refuse(send: Send) -> None:
    text = b"Too many requests at once from here. Try again in a moment."
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"retry-after", b"2"),
        (b"content-length", str(len(text)).encode()),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": text})
