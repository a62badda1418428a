# ruff: noqa: F811 - fixtures that are borrowed from the matrix
"""A canary: what is secret goes in by every door and must come out by none, logs and errors included."""

import contextlib
import io
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog

from app.web.front import Front
from tests.every_route import Somebody, knock, routes
from tests.test_matrix import HANDS_OFF, cell, people  # noqa: F401

CANARY = "cAnArY-7f3e9d1c"
SECRET = f"{CANARY}-53cr3t"
# What opens something: it may be kept as a hash or sealed, and shown to nobody, not even to who typed it.
SECRETS = ("password", "current", "secret", "pin", "credential", "device_key", "refresh_token", "token")
FIELDS = (
    "password", "current", "secret", "pin", "code", "key", "credential", "device_key", "refresh_token", "token", "card", "email",
    "note", "notes", "text", "name", "reason", "weight", "waist",
)  # fmt: skip


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that anybody logs, however they do it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logging.getLogger().addHandler(handler)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(out), cache_logger_on_first_use=False,
    )  # fmt: skip
    with contextlib.redirect_stderr(out), contextlib.redirect_stdout(out):
        yield out
    structlog.configure(**before)
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(level)


async def test_no_route_says_a_secret_into_the_log(
    app: Front, people: dict[str, Somebody], cell: Any, heard: io.StringIO
) -> None:
    """Every mutating route gets a form full of marked secrets, a marked cookie, a marked token and a marked query string."""
    body = urlencode({**dict.fromkeys(FIELDS, CANARY), **dict.fromkeys(SECRETS, SECRET)}).encode()
    kept: list[str] = []
    for route in routes(app):
        if route.name in HANDS_OFF:
            continue
        owner = people["owner"]
        marked = Somebody((*owner.headers, ("cookie", f"browser={CANARY}; desk={CANARY}"), ("x-note", CANARY)))
        url = f"{route.url()}?token={CANARY}&next=%2F{CANARY}"
        kept += [f"{route.name}: {place}" for place in await marked_knock(app, cell, route.method, url, marked, body)]
    stranger = Somebody((("authorization", f"Bearer {CANARY}"), ("cookie", f"sid={CANARY * 2}; flash={CANARY}")))
    for path in ("/me", "/api/v1/me", f"/nowhere?password={CANARY}", "/sign-in"):
        await knock(app, "GET", path, stranger)
    numbers = await knock(app, "GET", "/metrics", Somebody())
    assert (numbers.status, CANARY.encode() in numbers.body) == (200, False)
    assert not kept, "\n".join(kept)
    said = heard.getvalue()
    assert "request" in said, "the log was listened to"
    lines = [line[:300] for line in said.splitlines() if CANARY in line]
    assert not lines, "\n".join(lines[:20])


KEPT = """
select 'in a job' as place where exists(select from job where args::text like $1)
union all select 'in the audit' where exists(select from audit_line where concat(act, subject, before::text, after::text) like $1)
"""


async def marked_knock(app: Front, cell: Any, method: str, url: str, who: Somebody, body: bytes) -> list[str]:
    """Where a secret was found afterwards: in the answer, in what waits for the worker, in the audit."""
    connection = app.database.pool.connection
    await connection.execute("savepoint marked")
    try:
        answer = await knock(app, method, url, who, body if method != "GET" else b"")
        places = [row["place"] for row in await connection.fetch(KEPT, f"%{SECRET}%")]
        return [*places, f"in the answer ({answer.status})"] if SECRET.encode() in answer.body else places
    finally:
        await connection.execute("rollback to savepoint marked; release savepoint marked")
        await app.sessions.cache.new_epoch()


async def test_what_breaks_says_no_secret_either(app: Front, heard: io.StringIO, connection: Any) -> None:
    """The database is gone in the middle of a sign-in: the page and the log name the request, not the password."""
    await connection.close()
    body = urlencode({"email": f"{CANARY}@example.org", "password": CANARY}).encode()
    answer = await knock(app, "POST", "/sign-in", Somebody(), body)
    assert answer.status in {500, 503}
    assert CANARY.encode() not in answer.body
    assert CANARY not in heard.getvalue()


async def test_secrets_are_kept_as_hashes(app: Front, db: Any, as_: Any) -> None:
    """Nothing in the database opens a door: tokens, keys and codes are stored as hashes only."""
    ana = await as_("ana")
    token = next(cookie.value for cookie in ana.http.cookies.jar if cookie.name == "sid")
    tables = await db.column("select table_name from information_schema.tables where table_schema = 'public' ")
    for table in tables:
        assert not await db.value(f'select exists(select from "{table}" t where t::text like $1)', f"%{token}%"), table


def test_the_canary_is_seen_when_it_sings(heard: io.StringIO) -> None:
    """The test would notice."""
    structlog.get_logger("spotter").info("request", password=CANARY)
    logging.getLogger("anything").warning("typed %s", CANARY)
    assert heard.getvalue().count(CANARY) == 2
