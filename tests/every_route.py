"""Every route of the house as the router knows it, and a way to knock at each as each kind of person.

`python -m tests.every_route` writes `tests/matrix.csv` anew; look at its diff before you commit it.
"""

import asyncio
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from litestar.handlers import HTTPRouteHandler

from app.actor import ROLES
from app.main import handlers
from app.web.asking import Policy, recent
from app.web.front import Front

GOLDEN = Path(__file__).with_name("matrix.csv")
SAFE = {"GET", "HEAD", "OPTIONS"}

# What each kind of person may do. `half` has given the password and not the second step; `revoked` was signed out elsewhere.
ACTORS: dict[str, frozenset[str] | None] = {
    "anonymous": None,
    "revoked": None,
    "half": frozenset(),
    "member": frozenset(ROLES["member"]),
    "elsewhere": frozenset(ROLES["member"]),
    "coach": frozenset(ROLES["coach"]),
    "desk": frozenset(ROLES["desk"]),
    "manager": frozenset(ROLES["manager"]),
    "owner": frozenset(ROLES["owner"]),
    "turnstile": frozenset({"desk.use"}),
}

# Where the front door sends a write that another site started.
ALWAYS_NO = {"refused"}


@dataclass(frozen=True)
class Route:
    name: str
    method: str
    path: str
    policy: Policy
    is_recent: bool

    @property
    def says(self) -> str:
        return repr(self.policy).replace("()", "") + (" + password" if self.is_recent else "")

    def expected(self, actor: str) -> str:
        """in, no, sign-in or step, as the declared policy promises."""
        kind, code, permissions = self.policy.kind, self.policy.code, ACTORS[actor]
        if actor == "turnstile" and not self.path.startswith(("/api/", "/agents/")):
            permissions = None
        if self.name in ALWAYS_NO:
            return "no"
        if kind == "public":
            return "in"
        if permissions is None:
            return "sign-in"
        if actor == "half":
            return "in" if kind == "halfway" else "sign-in" if self.path.startswith("/api/") else "step"
        if (code and code not in permissions) or (actor == "turnstile" and kind != "device"):
            return "no"
        return "no" if self.is_recent and actor == "turnstile" else "in"

    def url(self, ids: dict[str, Any] | None = None) -> str:
        """The path with something in every hole: an id of nobody's, unless one is given."""
        pieces = []
        for piece in self.path.split("/"):
            if piece.startswith("{"):
                name, _colon, kind = piece.strip("{}").partition(":")
                pieces.append(str((ids or {}).get(name, HOLES.get(kind, lambda: "x")())))
            else:
                pieces.append(piece)
        return "/".join(pieces) or "/"

    @property
    def holes(self) -> list[str]:
        return [piece.strip("{}").partition(":")[0] for piece in self.path.split("/") if piece.startswith("{")]


HOLES: dict[str, Any] = {"uuid": uuid4, "int": lambda: 987654321, "date": lambda: "2026-11-21", "str": lambda: "x"}


def routes(front: Front) -> list[Route]:
    found = []
    for handler in handlers(front.app):
        found += list(of_handler(handler))
    return sorted(found, key=lambda route: (route.name, route.path, route.method))


def of_handler(handler: HTTPRouteHandler) -> Iterator[Route]:
    guards = list(handler.guards or ())
    policy = next(guard for guard in guards if isinstance(guard, Policy))
    prefix = "/".join(
        layer.path.strip("/") for layer in handler.ownership_layers[:-1] if getattr(layer, "path", "") not in {"", "/"}
    )
    for path in sorted(handler.paths):
        whole = "/" + "/".join(part for part in (prefix, path.strip("/")) if part)
        for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
            yield Route(handler.name or handler.handler_name, str(method), whole, policy, recent in guards)


def table(front: Front) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["route", "method", "path", "policy", *ACTORS])
    for route in routes(front):
        writer.writerow([route.name, route.method, route.path, route.says, *(route.expected(actor) for actor in ACTORS)])
    return out.getvalue()


# ── Knocking, straight at the ASGI app: fast, and a stream is left as soon as it has begun ───────


@dataclass
class Answer:
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    def cookies(self) -> list[str]:
        return [value for key, value in self.headers if key == "set-cookie"]

    @property
    def verdict(self) -> str:
        location = self.header("location") or self.header("hx-redirect")
        if location.startswith(STEPS):
            return "step"
        if self.status == 401 or location.startswith("/sign-in?next="):
            return "sign-in"
        return "no" if self.status == 403 else "in"


STEPS = ("/sign-in/second?next=", "/me/second-factor?next=", "/locked?next=")


@dataclass(frozen=True)
class Somebody:
    """Cookies and headers of one kind of person."""

    headers: tuple[tuple[str, str], ...] = ()


async def knock(
    front: Front, method: str, url: str, who: Somebody, body: bytes = b"", kind: str = "application/x-www-form-urlencoded"
) -> Answer:
    parts, answer, over = urlsplit(url), Answer(), asyncio.Event()
    headers = [
        ("host", "gym.test"),
        ("sec-fetch-site", "same-origin"),
        ("accept-language", "en"),
        ("referer", "http://gym.test/before"),
        *who.headers,
    ]
    if method not in SAFE:
        headers += [("content-type", kind), ("content-length", str(len(body)))]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": parts.path,
        "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "", "client": ("127.0.0.1", 5000),
        "server": ("gym.test", 80), "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }  # fmt: skip
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await over.wait()
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(name.decode().lower(), value.decode("latin-1")) for name, value in message["headers"]]
            if answer.header("content-type").startswith("text/event-stream"):
                over.set()
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
            if not message.get("more_body"):
                over.set()

    task = asyncio.create_task(front(scope, receive, send))  # type: ignore[arg-type]
    waiting = asyncio.create_task(over.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
    if not task.done() and answer.header("content-type").startswith("text/event-stream"):
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    waiting.cancel()
    return answer


def cookie(token: str, csrf: str) -> Somebody:
    return Somebody((("cookie", f"sid={token}"), ("x-csrf-token", csrf)))


def id_like(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    from app.db import Database
    from app.main import create_app
    from app.settings import Settings

    house = create_app(Settings(secret=b"only to read the router's routes", demo=True), Database(pool=object()))
    GOLDEN.write_text(table(house), "utf-8")
