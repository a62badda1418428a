"""The request as handlers see it."""

from typing import Any, cast

import litestar
from litestar.datastructures import State

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
    def wants_regions(self) -> bool:
        """htmx asked for a part of the page, not for a page to put in the body's place."""
        return self.headers.get("hx-request") == "true" and self.headers.get("hx-request-type") != "full"

    @property
    def is_api(self) -> bool:
        return self.url.path.startswith("/api/")
