"""The express lane: a handler that asks only for what we hand out ourselves is called without the framework's ceremony.

Same routes, same guards, same errors, same answers; what differs is the way there. Litestar copies the handler for each guard,
opens a task group for two dependencies and builds three response objects, which costs more than a desk's board. Whatever is
unusual (a query that has to be read, an upload, a stream, an address that does not parse) takes Litestar's own way.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

import msgspec
from litestar import Litestar, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from litestar.response import Stream
from litestar.routes import HTTPRoute

from app.web.asking import DEPENDENCIES
from app.web.request import Request

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HOST = re.compile(rb"^[A-Za-z0-9_.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:.]+\](:\d{1,5})?$")
ID = 36
SIMPLE_BODIES = (b"", b"application/x-www-form-urlencoded", b"application/json")
TYPES = {"text/html": b"text/html; charset=utf-8", "text/plain": b"text/plain; charset=utf-8"}
# Parameters of the address that are read here; all others are Litestar's to read.
READ: dict[Any, Callable[[str], Any]] = {FromQuery[str]: str, FromQuery[UUID | None]: UUID}  # type: ignore[misc]
HANDED_OUT = {name: provide.dependency for name, provide in DEPENDENCIES.items()}


@dataclass(frozen=True, slots=True)
class Stop:
    """A handler and how it is called."""

    handler: HTTPRouteHandler
    work: Callable[..., Awaitable[Any]]
    ids: tuple[str, ...]  # path parameters, all UUIDs, in the order of the path
    handed_out: tuple[tuple[str, Callable[[Request], Any]], ...]
    wants_request: bool
    queries: tuple[tuple[str, Callable[[str], Any]], ...]  # what it reads from the address
    has_query: bool  # more than that
    body: msgspec.json.Decoder[Any] | None
    guards: tuple[Any, ...]
    template: str


class Express:
    def __init__(self, app: Litestar) -> None:
        self.app: Any = app
        self.stops: dict[tuple[str, str], Stop] = {}
        for route in app.routes:
            if isinstance(route, HTTPRoute):
                self._add(route)

    def _add(self, route: HTTPRoute) -> None:
        parts = [part if isinstance(part, str) else "*" for part in route.path_components]
        given = [part for part in route.path_components if not isinstance(part, str)]
        if any(each.type is not UUID for each in given):
            return
        for method, (handler, _model) in route.route_handler_map.items():
            stop = stop_at(handler, tuple(each.name for each in given), route.path_format)
            if stop is not None:
                self.stops[method, "/" + "/".join(parts)] = stop

    def find(self, scope: Any, headers: dict[bytes, bytes]) -> tuple[Stop, dict[str, UUID]] | None:
        """The stop for this request, unless something about it is unusual."""
        path, ids = scope["path"], {}
        stop = self.stops.get((scope["method"], path))
        if stop is None:
            found = [part for part in path.split("/") if len(part) == ID]
            shape = "/".join("*" if len(part) == ID else part for part in path.split("/"))
            stop = self.stops.get((scope["method"], shape)) if found else None
            if stop is None:
                return None
            try:
                ids = {name: UUID(part) for name, part in zip(stop.ids, found, strict=True)}
            except ValueError:
                return None
        if stop.has_query and scope["query_string"]:
            return None
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        return (stop, ids) if kind in SIMPLE_BODIES and HOST.match(headers.get(b"host", b"gym")) else None

    async def ride(self, found: tuple[Stop, dict[str, UUID]], scope: Any, receive: Receive, send: Send) -> None:
        stop, ids = found
        scope["litestar_app"], scope["route_handler"] = self.app, stop.handler
        scope["path_params"], scope["path_template"] = ids, stop.template
        request = Request(scope, receive, send)  # type: ignore[arg-type]
        try:
            for guard in stop.guards:
                await guard(request, stop.handler)
            start, body = await self._answer(stop, request, ids)
        except Unusual:
            await self.app(scope, receive, send)
            return
        except Exception as error:
            start, body = await self._excuse(stop, request, error)
        if start is not None:
            await send(start)
            await send({"type": "http.response.body", "body": body, "more_body": False})
        else:
            await body(scope, receive, send)

    async def _answer(self, stop: Stop, request: Request, ids: dict[str, UUID]) -> tuple[Message | None, Any]:
        arguments: dict[str, Any] = dict(ids)
        if stop.wants_request:
            arguments["request"] = request
        if stop.queries and request.scope["query_string"]:
            arguments |= asked(stop, request)
        for name, hand_out in stop.handed_out:
            arguments[name] = hand_out(request)
        if stop.body is not None:
            try:
                arguments["data"] = stop.body.decode(await request.body())
            except msgspec.MsgspecError:
                raise Unusual from None  # Litestar says what is wrong with it
        return await self._packed(stop, request, await stop.work(**arguments))

    async def _excuse(self, stop: Stop, request: Request, error: Exception) -> tuple[Message | None, Any]:
        """Litestar's own choice of the handler for an exception: its class, then its ancestors."""
        handlers = stop.handler.resolve_exception_handlers()
        known = handlers.get(error.status_code) if isinstance(error, HTTPException) else None
        handler: Any = known or next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)
        return await self._packed(stop, request, handler(request, error))

    async def _packed(self, stop: Stop, request: Request, answer: Any) -> tuple[Message | None, Any]:
        """Pages and JSON at once; everything else as Litestar makes it."""
        if type(answer) is Response and not answer.cookies and answer.background is None:
            kind = TYPES.get(str(getattr(answer.media_type, "value", answer.media_type)))
            if kind is not None and isinstance(answer.content, str | bytes) and answer.status_code not in {None, 204, 304}:
                body = answer.content if isinstance(answer.content, bytes) else answer.content.encode()
                headers = [(name.lower().encode("latin-1"), str(said).encode("latin-1")) for name, said in answer.headers.items()]
                headers += [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
                return {"type": "http.response.start", "status": answer.status_code, "headers": headers}, body
        return None, await stop.handler.to_response(app=self.app, data=answer, request=request)


def asked(stop: Stop, request: Request) -> dict[str, Any]:
    """What the address says, each parameter once."""
    given, found = request.query_params, {}
    for name, read in stop.queries:
        said = given.getall(name, [])
        try:
            (found[name],) = map(read, said) if said else (None,)
        except ValueError:
            raise Unusual from None
    return {name: value for name, value in found.items() if value is not None}


class Unusual(Exception):
    """Not for the express lane after all. Nothing has happened yet."""


def stop_at(handler: HTTPRouteHandler, ids: tuple[str, ...], template: str) -> Stop | None:
    """None for a handler that needs more than we hand out."""
    if handler.has_sync_callable or handler.cache or not handler.fn.__module__.startswith("app."):
        return None
    if handler.resolve_before_request() or handler.resolve_after_response():
        return None
    signature = inspect.signature(handler.fn)
    if signature.return_annotation is Stream:
        return None
    names = set(signature.parameters) - set(ids) - set(HANDED_OUT) - {"request", "data"}
    if any(signature.parameters[name].default is inspect.Parameter.empty for name in names):
        return None
    queries = {name: READ.get(signature.parameters[name].annotation) for name in sorted(names)}
    data = signature.parameters.get("data")
    shape = struct_of(data.annotation) if data is not None else None
    if data is not None and shape is None:
        return None
    return Stop(
        handler,
        handler.fn,
        ids,
        tuple((name, HANDED_OUT[name]) for name in signature.parameters if name in HANDED_OUT),
        "request" in signature.parameters,
        tuple((name, read) for name, read in queries.items() if read is not None),
        None in queries.values(),
        msgspec.json.Decoder(shape) if shape is not None else None,
        tuple(handler.resolve_guards()),
        template,
    )


def struct_of(annotation: Any) -> Any:
    kind = get_args(annotation)[0] if get_origin(annotation) is Annotated else None
    return kind if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else None
