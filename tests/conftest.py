"""What every test starts from: a real Postgres, the cast, the app, and clients signed in as people.

`db`, `as_` and friends share one connection whose transaction is rolled back after the test. Rollback hides what only a COMMIT
can break, so tests about commits take `committed`: a database of their own, thrown away afterwards.
"""

from app.supervisor import lean  # noqa: I001  (first: the house is loaded as its web processes load it, in half the time)
import asyncio
import gc
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import hypothesis
import pytest
import structlog

from app import db as db_
from app import embedded
from app.db import Database, Db
from app.demo import members as demo_members
from app.demo import world as world_
from app.demo.year import actor_of
from app.main import create_app
from app.settings import Settings
from app.web.front import Front
from app.web.sessions import new_token
from tests import lies, strangers
from tests.lies import LIE, Doubting, pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown  # noqa: F401
from tests.postgres import NOW, TEMPLATE, SharedCluster, attach, create_database, drop_database, hash_cheaply, leave

lean.allow_all()  # what a test wants itself it may have

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
BROWSER = {"Sec-Fetch-Site": "same-origin", "User-Agent": "test", "Accept-Language": "en"}
SHARED = pytest.StashKey[SharedCluster | None]()
_numbers = itertools.count()
# A slow machine is no finding, and each run tries the same cases: only `make fuzz` goes where nobody was before.
hypothesis.settings.register_profile("gym", deadline=None, derandomize="SPOTTER_CSV_CASES" not in os.environ)
hypothesis.settings.load_profile("gym")
# A failed test shows what was logged. The coloured tracebacks of structlog's default took a third of the whole run: every lie
# about COMMIT is logged as the failure it is.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of xdist, before a worker starts: all workers share one Postgres, which is made while they import."""
    cluster_ = node.config.stash.setdefault(SHARED, None) or SharedCluster()
    node.config.stash[SHARED] = cluster_
    node.workerinput["cluster"] = str(cluster_.folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What walks through the whole house, and what starts one, first: nobody waits at the end for the one with the longest."""
    items.sort(key=lambda item: item.path.parent.name not in {"tests", "start"})


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """A worker has said all that it has to say: to take its thousands of objects apart, one by one, would take two seconds."""
    if hasattr(config, "workerinput"):
        config.add_cleanup(lambda: os._exit(0))  # the first to be put down is the last to be done


def pytest_collection() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """What is here now stays until the end: the collector need not look through it again and again."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_unconfigure(config: pytest.Config) -> None:
    if found := config.stash.get(SHARED, None):
        found.stop()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[embedded.Cluster]:
    shared = getattr(request.config, "workerinput", {}).get("cluster")
    alone = None if shared else SharedCluster()
    found = attach(alone.folder if alone else Path(shared))
    lies.told.folder = strangers.tried.folder = found.folder.parent
    yield found
    leave(found.folder)
    if alone:
        alone.stop()


@pytest.fixture(scope="session")
def template(cluster: embedded.Cluster) -> str:
    """A migrated database with the cast in it; every other database is its copy."""
    return TEMPLATE


@pytest.fixture(scope="session")
def shared_dsn(cluster: embedded.Cluster, template: str, worker_id: str) -> str:
    name = f"shared_gym_{worker_id}"
    create_database(cluster, name, template)
    return cluster.dsn(name)


class OneConnection:
    """Stands in the pool's place: whoever asks gets the test's own connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def acquire(self) -> asyncpg.Connection:
        return self.connection

    async def release(self, connection: asyncpg.Connection) -> None: ...


async def members_and_prices(db: Db) -> None:
    """The cast as members since ten months, with something on sale."""
    before = NOW - timedelta(days=300)
    await demo_members.stock(db, actor_of(world_.PEOPLE["ana"]), now=before)
    await demo_members.cast(db, joined_on=before.date(), at=before)


class Line:
    """The connection that tests share, one after the other; a new one when a test broke it. Those that start from the same ground
    find it laid: each takes back what it did itself, and the ground stays until somebody wants another one."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.connection: asyncpg.Connection | None = None
        self.ground = ""

    async def begin(self, ground: str = "") -> asyncpg.Connection:
        if ground and ground == self.ground and self.is_alive:
            return self.connection
        await self.clear()
        connection = await self.opened()
        await connection.execute("begin")
        self.ground = ground
        if ground:
            try:
                await GROUNDS[ground](Db(connection))
                await connection.execute("savepoint ground")
            except BaseException:
                await self.clear()
                raise
        return connection

    @property
    def is_alive(self) -> bool:
        return self.connection is not None and not self.connection.is_closed()

    async def opened(self) -> asyncpg.Connection:
        if not self.is_alive:
            self.connection = await db_.connect(self.dsn, statement_cache_size=1000)
            # A test may hold its transaction longer than a request ever may.
            await self.connection.execute("set transaction_timeout = 0; set idle_in_transaction_session_timeout = 0")
            # Each statement is planned once for all tests, not anew for each.
            await self.connection.execute("set plan_cache_mode = force_generic_plan")
            await self.connection.execute(LIE)
        return self.connection

    async def take_back(self) -> None:
        await self.undo("rollback to savepoint ground" if self.ground else "rollback")

    async def clear(self) -> None:
        if self.ground:
            self.ground = ""
            await self.undo("rollback")

    async def undo(self, how: str) -> None:
        if self.is_alive:
            try:
                await self.connection.execute(how)
            except asyncpg.InterfaceError:  # a test left it in the middle of a statement
                self.connection.terminate()


@pytest.fixture(scope="session")
async def shared_line(shared_dsn: str) -> AsyncIterator[Line]:
    found = Line(shared_dsn)
    yield found
    if found.connection is not None:
        found.connection.terminate()


# Fixtures of that name start from this ground.
GROUNDS: dict[str, Callable[[Db], Awaitable[None]]] = {"gym": members_and_prices}


@pytest.fixture
async def connection(shared_line: Line, request: pytest.FixtureRequest) -> AsyncIterator[asyncpg.Connection]:
    yield await shared_line.begin(next((name for name in request.fixturenames if name in GROUNDS), ""))
    await shared_line.take_back()


@pytest.fixture
def db(connection: asyncpg.Connection) -> Db:
    return Db(connection)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("data")
    return Settings(data=folder, secret=b"a secret of the tests, 32 bytes!", demo=True)


@pytest.fixture(scope="session")
def front(settings: Settings) -> Front:
    hash_cheaply()
    found = create_app(settings, Database(pool=object(), within=True))
    found.patience = ()  # tests want to see the first truth
    return found


@contextmanager
def moved(front: Front, pool: Any, *, within: bool = False, dsn: str = "", data: Path | None = None) -> Iterator[Front]:
    """The same house goes from database to database, and from folder to folder: to build one takes half a second."""
    database, home = front.database, front.settings.data
    database.pool, database.within, database.direct_dsn = pool, within, dsn
    object.__setattr__(front.settings, "data", data or home)
    yield front
    object.__setattr__(front.settings, "data", home)


@pytest.fixture
def app(front: Front, connection: asyncpg.Connection) -> Iterator[Front]:
    with moved(front, OneConnection(connection), within=True):
        yield front


@dataclass
class Client:
    """A browser: htmx or plain, with its cookies, as one of the cast or as nobody."""

    http: httpx.AsyncClient
    csrf: str = ""

    async def get(self, url: str, *, htmx: bool = False, **more: Any) -> httpx.Response:
        return await self.http.get(url, headers={**(HTMX if htmx else {}), **more.pop("headers", {})}, **more)

    async def post(self, url: str, data: Any = None, *, htmx: bool = True, **more: Any) -> httpx.Response:
        return await self.send("POST", url, data=data, htmx=htmx, **more)

    async def delete(self, url: str, *, htmx: bool = True, **more: Any) -> httpx.Response:
        return await self.send("DELETE", url, htmx=htmx, **more)

    async def send(self, method: str, url: str, *, htmx: bool = True, **more: Any) -> httpx.Response:
        headers = {**(HTMX if htmx else {}), "X-CSRF-Token": self.csrf, **more.pop("headers", {})}
        return await self.http.request(method, url, headers=headers, **more)


@pytest.fixture
async def clients(app: Front) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    opened: list[httpx.AsyncClient] = []

    def make() -> httpx.AsyncClient:
        opened.append(browser(app))
        return opened[-1]

    yield make
    for one in opened:
        await one.aclose()


begun: ContextVar[set[asyncio.Task[Any]] | None] = ContextVar("begun", default=None)


def noted(loop: asyncio.AbstractEventLoop, what: Any, **more: Any) -> asyncio.Task[Any]:
    """A task, remembered by the request that began it."""
    task: asyncio.Task[Any] = asyncio.Task(what, loop=loop, **more)
    if (tasks := begun.get()) is not None:
        tasks.add(task)
    return task


class Settled(httpx.ASGITransport):
    """An answer, and then whatever that request left running: on one connection nothing may run beside the next request."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asyncio.get_running_loop().set_task_factory(noted)
        tasks: set[asyncio.Task[Any]] = set()
        outside = begun.set(tasks)
        try:
            answer = await super().handle_async_request(request)
        finally:
            begun.reset(outside)
        while waiting := {task for task in tasks if not task.done()}:
            done, _ = await asyncio.wait(waiting, timeout=10)
            assert done, f"{request.url} left something running: {waiting}"
        return answer


class Wary(Doubting, Settled):
    """And before the first honest write of each route, two lies about COMMIT; see tests/lies.py."""


def browser(app: Front) -> httpx.AsyncClient:
    alone = isinstance(app.database.pool, OneConnection)
    transport = (Wary if alone else httpx.ASGITransport)(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gym.test", headers=BROWSER)


@pytest.fixture
def anybody(clients: Callable[[], httpx.AsyncClient]) -> Client:
    """Nobody we know."""
    return Client(clients())


@pytest.fixture
def as_(db: Db, app: Front, clients: Callable[[], httpx.AsyncClient]) -> Callable[[str], Awaitable[Client]]:
    """`await as_("dee")`: a client signed in as that person."""

    async def signed_in(key: str) -> Client:
        return await sign_in_as(db, app, clients(), key)

    return signed_in


async def sign_in_as(db: Db, app: Front, http: httpx.AsyncClient, key: str) -> Client:
    somebody = world_.PEOPLE[key]
    token, token_hash = new_token()
    now = datetime.now(UTC)
    await db.run(
        """insert into sign_in (id, person_id, gym_id, token_hash, device, address, created_at, seen_at, fresh_at, ends_at,
                                is_second_factor_done)
           values ($1, $2, $3, $4, 'test', '127.0.0.1', $5, $5, $5, $6, true)""",
        db_.new_id(),
        somebody.id,
        somebody.gym_id,
        token_hash,
        now,
        now + timedelta(days=1),
    )
    http.cookies.set("sid", token)
    actor = await app.sessions.actor(app.database, token, now)
    assert actor is not None
    return Client(http, app.sessions.csrf(actor))


@dataclass(eq=False)
class Seen:
    """The statements that reached Postgres, without the brackets of transactions."""

    sql: list[str] = field(default_factory=list)

    def __call__(self, query: Any) -> None:
        if not query.query.lower().startswith(("savepoint", "release", "rollback", "begin", "commit")):
            self.sql.append(query.query)

    def __len__(self) -> int:
        return len(self.sql)


@pytest.fixture
def statements(connection: asyncpg.Connection) -> Callable[[], Any]:
    """`with statements() as seen: …` then `len(seen)`."""

    @contextmanager
    def watching() -> Iterator[Seen]:
        seen = Seen()
        with connection.query_logger(seen):
            yield seen

    return watching


@dataclass
class Committed:
    """A database of one's own, where COMMIT means COMMIT."""

    dsn: str
    name: str
    database: Database
    app: Front
    cluster: embedded.Cluster
    opened: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def db(self) -> Db:
        return self.database.reading()

    async def as_(self, key: str) -> Client:
        self.opened.append(browser(self.app))
        return await sign_in_as(self.db, self.app, self.opened[-1], key)

    def anybody(self) -> Client:
        self.opened.append(browser(self.app))
        return Client(self.opened[-1])


@pytest.fixture
async def committed(cluster: embedded.Cluster, template: str, front: Front, tmp_path: Path) -> AsyncIterator[Committed]:
    name = f"gym_{os.getpid()}_{next(_numbers)}"
    create_database(cluster, name, template)
    pool = await db_.open_pool(cluster.dsn(name), size=10)
    with moved(front, pool, dsn=cluster.dsn(name), data=tmp_path):
        await front.sessions.cache.new_epoch()
        found = Committed(cluster.dsn(name), name, front.database, front, cluster)
        yield found
        for http in found.opened:
            await http.aclose()
    pool.terminate()
    drop_database(cluster, name)


@dataclass(frozen=True)
class World:
    """The cast by name, and the moment at which tests play."""

    now: datetime = NOW
    gym_id: UUID = world_.MAIN_ID
    river_id: UUID = world_.RIVER_ID
    club_id: UUID = world_.CLUB_ID
    people: dict[str, world_.Somebody] = field(default_factory=lambda: dict(world_.PEOPLE))

    def id(self, key: str) -> UUID:
        return self.people[key].id


@pytest.fixture(scope="session")
def world() -> World:
    return World()
