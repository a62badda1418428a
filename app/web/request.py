"""The request as handlers see it."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import litestar
from litestar.datastructures import Headers, State
from litestar.types import Empty

from app.actor import Actor
from app.visit import Visit


class Request(litestar.Request[Any, Any, State]):
    __slots__ = ()

    @property
    def visit(self) -> Visit:
        return cast(Visit, self.scope["visit"])  # type: ignore[typeddict-item]

    @property
    def who(self) -> Actor | None:
        return self.visit.actor

    @property
    def headers(self) -> Headers:
        """Litestar goes through the scope to what it made of them, each time."""
        state = self._connection_state
        if state.headers is Empty:
            state.headers = Headers(self.scope["headers"])
        return state.headers

    @property
    def wants_regions(self) -> bool:
        """htmx asked for a part of the page, not for a page to put in the body's place."""
        given = self.visit.headers
        return given.get(b"hx-request") == b"true" and given.get(b"hx-request-type") != b"full"

    async def body(self) -> bytes:
        """All of it. One message is the rule, and then there is nothing to put together."""
        if self._body is Empty and self._connection_state.body is Empty:
            message = await self.receive()
            if message["type"] == "http.request" and not message.get("more_body", False):
                self._body = self._connection_state.body = message["body"]
            else:
                self.receive = again(message, self.receive)
        return await super().body()

    @property
    def is_api(self) -> bool:
        """A program asks: it is told what is wrong in JSON."""
        path = self.url.path
        return path.startswith("/api/") or (path.startswith("/agents/") and "authorization" in self.headers)


def again(first: Any, rest: Callable[[], Awaitable[Any]]) -> Any:
    """What was received already, then what comes."""
    waiting = [first]

    async def receive() -> Any:
        return waiting.pop() if waiting else await rest()

    return receive
