# ruff: noqa: F811 - a fixture that is borrowed from the matrix
"""Errors carry the house's headers too, and what is looked for is found. The answers of all routes are looked at in tests/test_matrix.py."""

from typing import Any

import pytest

from app.web.front import Front
from tests.every_route import Somebody, knock
from tests.headers import loose, missing
from tests.test_matrix import cell  # noqa: F401


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
