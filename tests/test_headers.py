# ruff: noqa: F811 - fixtures that are borrowed from the matrix
"""Every answer of every route carries the house's headers: pages, fragments, files, refusals and errors alike."""

from typing import Any

import pytest

from app.web.front import Front
from tests.every_route import Answer, Somebody, knock, routes
from tests.test_matrix import HANDS_OFF, cell, people  # noqa: F401

WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
CSP = (
    "default-src 'none'",
    "script-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "form-action 'self'",
)


def missing(answer: Answer) -> list[str]:
    found = [f"{name} is {answer.header(name)!r}" for name, value in WANTED.items() if answer.header(name) != value]
    policy = answer.header("content-security-policy")
    sandboxed = "sandbox" in policy  # pictures and files that people brought
    found += [
        f"no {part} in the CSP" for part in CSP if part not in policy and not (sandboxed and not part.startswith("default"))
    ]
    found += [f"{word} in the CSP" for word in ("'unsafe-inline'", "'unsafe-eval'") if word in policy]
    if not answer.header("permissions-policy").startswith("camera=(self)"):
        found.append("no permissions-policy")
    if not answer.header("x-request-id"):
        found.append("no request id")
    if not answer.header("cache-control"):
        found.append("no cache-control")
    if answer.header("server"):
        found.append("says which server it is")
    return found + [f"cookie {line.split('=')[0]} is {fault}" for line in answer.cookies() for fault in loose(line)]


def loose(line: str) -> list[str]:
    parts = {part.strip().lower() for part in line.split(";")[1:]}
    wanted = {"httponly": "readable by scripts", "samesite=lax": "sent from other sites", "path=/": "not for the whole house"}
    faults = [fault for part, fault in wanted.items() if part not in parts]
    return faults + ([] if any(part.startswith("max-age=") for part in parts) else ["gone when a phone closes the app"])


async def test_every_route_carries_the_headers(app: Front, people: dict[str, Somebody], cell: Any) -> None:
    """As somebody who may, as somebody who may not, and as nobody."""
    wrong = []
    for route in routes(app):
        for actor in ("owner", "member", "anonymous"):
            if route.name in HANDS_OFF and route.expected(actor) == "in":
                continue
            answer = await cell(route.method, route.url(), people[actor])
            wrong += [f"{route.method} {route.path} as {actor} ({answer.status}): {fault}" for fault in missing(answer)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("GET", "/api/v1/nowhere"),
        ("POST", "/"),
        ("GET", "/assets/nothing.css"),
        ("GET", "/%00"),
        ("GET", "/sw.js"),
        ("HEAD", "/sign-in"),
    ],
)
async def test_errors_carry_them_too(app: Front, cell: Any, method: str, path: str) -> None:
    answer = await cell(method, path, Somebody())
    asset = path.startswith(("/assets", "/sw.js"))
    assert [fault for fault in missing(answer) if not (asset and fault in {"no request id", "no cache-control"})] == []


async def test_personal_pages_are_kept_by_nobody(app: Front, people: dict[str, Somebody], cell: Any) -> None:
    """A shared desk keeps nothing; a member's phone may keep, and asks again each time."""
    wrong = []
    for route in routes(app):
        if route.method != "GET" or route.policy.kind == "public" or route.path.startswith("/api/"):
            continue
        for actor in ("owner", "desk"):
            if route.expected(actor) == "in" and route.name not in HANDS_OFF:
                answer = await cell("GET", route.url(), people[actor])
                if not any(word in answer.header("cache-control") for word in ("no-store", "private", "no-cache")):
                    wrong.append(f"{route.path} as {actor}: {answer.header('cache-control')}")
    assert not wrong, "\n".join(wrong)


async def test_under_https_the_cookie_is_bound_to_the_host(app: Front, cell: Any) -> None:
    sent: dict[str, Any] = {}

    async def wire(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            sent["cookies"] = [value.decode() for name, value in message["headers"] if name == b"set-cookie"]

    body = b"email=mo%40demo.spotter&password=spotter-demo"

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [
        (b"host", b"gym.test"),
        (b"sec-fetch-site", b"same-origin"),
        (b"content-type", b"application/x-www-form-urlencoded"),
    ]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https", "path": "/sign-in",
        "raw_path": b"/sign-in", "query_string": b"", "root_path": "", "client": ("10.0.0.9", 1), "server": ("gym.test", 443), "headers": headers,
    }  # fmt: skip
    await app(scope, receive, wire)  # type: ignore[arg-type]
    session = next(line for line in sent["cookies"] if line.startswith("__Host-sid="))
    assert "; Secure" in session
    assert all("; Secure" in line for line in sent["cookies"])


async def test_a_probe_of_the_harness_itself(app: Front, cell: Any) -> None:
    """The check sees what it looks for."""
    answer = await knock(app, "GET", "/offline", Somebody())
    answer.headers = [line for line in answer.headers if line[0] != "content-security-policy"]
    assert missing(answer)
    assert loose("sid=1; Path=/") == ["readable by scripts", "sent from other sites", "gone when a phone closes the app"]
