"""Live regions: whoever watches a topic gets its regions drawn anew when its bell rings.

The bell (bell.py) says only *that* something changed; what is sent is always a fresh snapshot, so a missed ring costs nothing but time.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

from litestar.exceptions import TooManyRequestsException
from litestar.response import Stream

from app.db import Db
from app.web.bell import House
from app.web.request import Request

BEAT = 15  # seconds between signs of life
LIFE = 300  # a stream ends itself and the browser comes back
MOST = 300


def ring(request: Request, *topics: str) -> None:
    """Once this request's work is committed."""
    bell: House = request.app.state.bell
    for topic in topics:
        request.visit.after.append(partial(bell.ring, topic))


Draw = Callable[[Db], Awaitable[str]]


def stream(request: Request, topic: str, draw: Draw) -> Stream:
    """Server-sent regions: `draw(db)` returns the HTML (regions as <hx-partial>) for the first time and at every ring."""
    bell: House = request.app.state.bell
    if bell.count >= MOST:
        raise TooManyRequestsException(headers={"Retry-After": "30"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_messages(request, bell, topic, draw), media_type="text/event-stream", headers=headers)


async def _messages(request: Request, bell: House, topic: str, draw: Draw) -> AsyncIterator[str]:
    rung = asyncio.Event()
    bell.watching[topic].add(rung)
    loop = asyncio.get_running_loop()
    ends = loop.time() + LIFE * random.uniform(0.8, 1.0)
    try:
        yield f"retry: {random.randint(500, 2000)}\n\n"
        yield as_message(await draw(request.app.state.database.reading()))
        while loop.time() < ends and not bell.closing.is_set():
            try:
                async with asyncio.timeout(BEAT):
                    await rung.wait()
            except TimeoutError:
                if not await is_still_welcome(request):
                    return
                yield ": still here\n\n"
                continue
            rung.clear()
            if bell.closing.is_set():
                return
            yield as_message(await draw(request.app.state.database.reading()))
    finally:
        bell.watching[topic].discard(rung)
        if not bell.watching[topic]:
            del bell.watching[topic]


def as_message(html: str) -> str:
    return "".join(f"data: {line}\n" for line in html.splitlines()) + "\n"


async def is_still_welcome(request: Request) -> bool:
    """A stream outlives its sign-in unless somebody looks."""
    recheck: Any = request.scope.get("recheck")
    return recheck is None or bool(await recheck())
