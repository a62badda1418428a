"""Every valid write that any test sends is lied to first: the backend dies at COMMIT, then COMMIT refuses.

So the tests of the features are the recipes. For each mutating route the first request of a browser goes out three times: twice into
a database that says no at the last moment, behind a savepoint that is taken back, and then honestly, which is what the test sees. Both
lies must be answered as a failure, hand out no session, ring no bell, put nothing into the data folder, and leave no second
transaction behind. At the end every mutating route of the house must have been lied to, or be on `WRITES_NOTHING` with a reason.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.web.front import Front
from tests import strangers
from tests.every_form import match
from tests.every_route import SAFE, Route, routes
from tests.known import Known

# Routes whose honest answer rests on no row that they write.
WRITES_NOTHING: dict[str, str] = {
    "progress.plan_check": "only says what is understood of what is being typed",
}
# Whoever goes to the sign-in page was refused; not after these.
ENDS_AT_SIGN_IN = {"accounts.sign_out", "accounts.sign_out_everywhere", "desk.kiosk_left"}
# Made once and kept, whoever asks first and whatever becomes of it: they open nothing by themselves.
MADE_ONCE = {"hub.key", "drill.key"}
# Written before the act and kept whatever becomes of it: how often somebody tried.
COUNTERS = {"guess", "busy_minute"}
WRITE = re.compile(
    r"\b(?:insert\s+into|delete\s+from|merge\s+into|update)\s+(?!skip\b|nowait\b|of\b|set\b)\"?(\w+)", re.IGNORECASE
)
LIES = ("killed", "refused")
# What COMMIT stumbles over when it is to refuse: in each connection, and empty but for that moment.
LIE = "create temp table if not exists lie (n integer unique deferrable initially deferred)"

told = Known("told")  # routes whose COMMIT was lied about in this process, and whose honest request then succeeded
silent: set[str] = set()  # routes that succeeded without writing anything
mutating: set[str] = set()  # what there is to be lied to,
with_id: set[str] = set()  # and what to be shown to strangers: of the house that was tried


@dataclass
class Line:
    """One unit of work's connection: knows what it wrote, and breaks its word at the end."""

    connection: Any
    lie: str
    tables: set[str] = field(default_factory=set)
    is_broken: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def hear(self, sql: str) -> None:
        if self.is_broken:
            raise asyncpg.InterfaceError("connection is closed")
        self.tables |= {found.lower() for found in WRITE.findall(re.sub(r"--[^\n]*", "", sql))}

    async def fetch(self, sql: str, *args: Any) -> Any:
        self.hear(sql)
        return await self.connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        self.hear(sql)
        return await self.connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        self.hear(sql)
        return await self.connection.fetchval(sql, *args)

    async def executemany(self, sql: str, rows: Any) -> Any:
        self.hear(sql)
        return await self.connection.executemany(sql, rows)

    async def copy_records_to_table(self, table: str, **more: Any) -> Any:
        self.tables.add(table)
        return await self.connection.copy_records_to_table(table, **more)

    async def execute(self, sql: str, *args: Any) -> Any:
        self.hear(sql)
        if sql == "release savepoint work" and self.tables:
            if self.lie == "refused":
                return await self.connection.execute("insert into pg_temp.lie values (1), (1); set constraints all immediate")
            await self.connection.execute("rollback to savepoint work")  # what Postgres does for a backend that is gone
            self.is_broken = True
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
        return await self.connection.execute(sql, *args)

    def is_closed(self) -> bool:
        return self.is_broken or self.connection.is_closed()

    def terminate(self) -> None:
        self.is_broken = True


@dataclass
class Pool:
    connection: Any
    lie: str
    lines: list[Line] = field(default_factory=list)

    async def acquire(self) -> Line:
        self.lines.append(Line(self.connection, self.lie))
        return self.lines[-1]

    async def release(self, connection: Any) -> None: ...

    @property
    def wrote(self) -> list[set[str]]:
        return [line.tables for line in self.lines if line.tables]


@cache
def known(front: Front) -> list[Route]:
    found = routes(front)
    if not front.settings.dev:  # what only a developer sees needs no recipe
        mutating.update(route.name for route in found if route.method not in SAFE)
        with_id.update(route.name for route in found if strangers.has_id(route) and route.policy.kind != "device")
    return found


class Doubting(httpx.ASGITransport):
    """A browser's way to the app, with two lies before the first honest write of each route."""

    @property
    def front(self) -> Front:
        return self.app  # type: ignore[return-value]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        route = self.route(request)
        lied = route is not None and route.method not in SAFE and route.name not in told
        if route is None or not (lied or strangers.is_due(route, request)):
            return await super().handle_async_request(request)
        body = await request.aread()
        seen = [await self.lied_to(request, body, LIES[0])] if lied else []
        if seen and seen[0].pool.wrote:  # who was turned away before writing is not asked twice
            seen += [await self.lied_to(request, body, lie) for lie in LIES[1:]]
        wrong = await self.strange(route, request, body) if strangers.is_due(route, request) else None
        answer = await super().handle_async_request(again(request, body))
        where = "".join(answer.headers.get(name, "") for name in ("location", "hx-location", "hx-redirect"))
        if answer.status_code < 400 and ("/sign-in" not in where or route.name in ENDS_AT_SIGN_IN):
            judge(route, seen, wrong)
        return answer

    async def strange(self, route: Route, request: httpx.Request, body: bytes) -> list[str]:
        return await strangers.complaints(self.front, super().handle_async_request, route, request, body)

    def route(self, request: httpx.Request) -> Route | None:
        """Where this goes, unless the test commits for real or counts statements: it wants to see the honest ones alone."""
        database = self.front.database
        connection = getattr(database.pool, "connection", None)
        if not database.within or connection is None or connection.is_closed() or is_watched(connection):
            return None
        return match(known(self.front), request.method, request.url.path)

    async def lied_to(self, request: httpx.Request, body: bytes, lie: str) -> "Seen":
        database, folder = self.front.database, self.front.settings.data
        honest, pool = database.pool, Pool(database.pool.connection, lie)
        files = belongings(folder)
        with listening(self.front) as rung:
            await honest.connection.execute("savepoint doubt")
            database.pool = pool
            try:
                answer = await super().handle_async_request(again(request, body))
                await answer.aread()
            finally:
                database.pool = honest
                await honest.connection.execute("rollback to savepoint doubt; release savepoint doubt")
                await self.front.sessions.cache.new_epoch()
        return Seen(lie, pool, answer, rung, {path for path in belongings(folder) - files if path.name not in MADE_ONCE})


def judge(route: Route, seen: list["Seen"], strange: list[str] | None) -> None:
    """Only what succeeds honestly counts as tried."""
    wrong = [*(strange or ()), *(f"{route.name}: {complaint}" for found in seen for complaint in found.complaints)]
    assert not wrong, "\n".join(wrong)
    if strange is not None:
        strangers.tried.add(route.name)
    wrote = [found.pool.wrote for found in seen]
    if seen and all(wrote):
        told.add(route.name)
    elif seen and not any(wrote):
        silent.add(route.name)


@dataclass
class Seen:
    """What came of one lie."""

    lie: str
    pool: Pool
    answer: httpx.Response
    rung: list[str]
    files: set[Path]

    @property
    def complaints(self) -> list[str]:
        if not self.pool.wrote:
            return []
        found = [f"a second transaction wrote {tables}" for tables in self.pool.wrote if tables - COUNTERS][1:]
        if self.answer.status_code < 400:
            found.append(f"answered {self.answer.status_code}")
        if any(
            cookie.startswith(("sid=", "__Host-sid=")) and "Max-Age=0" not in cookie
            for cookie in self.answer.headers.get_list("set-cookie")
        ):
            found.append("handed out a session")
        if self.rung:
            found.append(f"rang {self.rung}")
        if self.files:
            found.append(f"left {sorted(path.name for path in self.files)} behind")
        return [f"when COMMIT was {self.lie} it {one}" for one in found]


def again(request: httpx.Request, body: bytes) -> httpx.Request:
    return httpx.Request(request.method, request.url, headers=request.headers, content=body, extensions=request.extensions)


def belongings(folder: Path) -> set[Path]:
    """What lies in the data folder; a draft begins with a dot, counts for nothing and is swept away after a day."""
    found = {path: path.relative_to(folder).parts for path in folder.rglob("*") if path.is_file()}
    return {path for path, parts in found.items() if not any(part.startswith(".") for part in parts)}


@contextmanager
def listening(front: Front) -> Iterator[list[str]]:
    bell, rung = front.app.state.bell, []

    async def hear(topic: str) -> None:
        rung.append(topic)

    bell.ring = hear
    try:
        yield rung
    finally:
        del bell.ring


def is_watched(connection: Any) -> bool:
    """Somebody counts the statements."""
    return bool(getattr(connection, "_query_loggers", ()))


# ── The end of the run ───────────────────────────────────────────────────────────────────────────


def seen_here() -> dict[str, set[str]]:
    return {"told": told, "silent": silent, "tried": strangers.tried, "mutating": mutating, "with_id": with_id}


def pytest_testnodedown(node: Any, error: Any) -> None:
    """Of xdist: what a worker has seen."""
    seen = getattr(node, "workeroutput", {})
    for name, names in seen_here().items():
        names.update(seen.get(name, ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput |= {name: sorted(names) for name, names in seen_here().items()}
    elif is_whole(session) and (untold := missing()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        config.stash[UNTOLD] = untold


UNTOLD = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if lines := config.stash.get(UNTOLD, []):
        terminalreporter.section("No test writes through these routes and succeeds (tests/lies.py)", red=True)
        for line in lines:
            terminalreporter.line(line)


def is_whole(session: pytest.Session) -> bool:
    """All fast tests ran, and nothing else is wrong: then a route without a recipe is what is wrong."""
    config = session.config
    chosen = (
        config.option.keyword
        or config.option.markexpr not in {"", "not real"}
        or getattr(config.option, "lf", False)
        or (
            config.invocation_params.args
            and any(
                not str(arg).startswith("-") and Path(str(arg).split("::")[0]).exists() for arg in config.invocation_params.args
            )
        )
    )
    return not chosen and session.exitstatus == pytest.ExitCode.OK


def missing() -> list[str]:
    assert mutating, "no test has sent anything to the house"
    found = [f"{name}: write a test that succeeds through it" for name in sorted(mutating - told - set(WRITES_NOTHING))]
    if os.environ.get("STRANGERS") == "all":
        found += [f"{name}: no test opens it with an id that is there" for name in sorted(with_id - strangers.tried)]
    return found + [f"{name}: is on WRITES_NOTHING, and writes" for name in sorted(set(WRITES_NOTHING) & told)]
