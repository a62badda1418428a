"""What every test starts from: a real Postgres, the cast, the app, and clients signed in as people.

`db`, `as_` and friends share one connection whose transaction is rolled back after the test. Rollback hides what only a COMMIT
can break, so tests about commits take `committed`: a database of their own, thrown away afterwards.
"""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app import db as db_
from app import embedded, schema
from app.db import Database, Db
from app.demo import world as world_
from app.main import create_app
from app.settings import Settings
from app.web.front import Front
from app.web.sessions import new_token

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
BROWSER = {"Sec-Fetch-Site": "same-origin", "User-Agent": "test", "Accept-Language": "en"}
NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def cluster() -> Iterator[embedded.Cluster]:
    with embedded.throwaway() as found:
        yield found


@pytest.fixture(scope="session")
def template(cluster: embedded.Cluster) -> str:
    """A migrated database with the cast in it; every other database is its copy."""
    create_database(cluster, "template_gym", "template0")
    schema.upgrade(cluster.dsn("template_gym"))
    asyncio.run(settle(cluster.dsn("template_gym")))
    return "template_gym"


async def settle(dsn: str) -> None:
    connection = await db_.connect(dsn)
    await world_.settle(Db(connection), now=NOW - timedelta(days=400))
    await connection.close()


def create_database(cluster: embedded.Cluster, name: str, template: str) -> None:
    cluster.psql(f'create database "{name}" template "{template}" owner spotter')


_numbers = itertools.count()


@pytest.fixture(scope="session")
def shared_dsn(cluster: embedded.Cluster, template: str) -> str:
    create_database(cluster, "shared_gym", template)
    return cluster.dsn("shared_gym")


class OneConnection:
    """Stands in the pool's place: whoever asks gets the test's own connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def acquire(self) -> asyncpg.Connection:
        return self.connection

    async def release(self, connection: asyncpg.Connection) -> None: ...


@pytest.fixture
async def connection(shared_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    found = await db_.connect(shared_dsn)
    # A test may hold its transaction longer than a request ever may.
    await found.execute("set transaction_timeout = 0; set idle_in_transaction_session_timeout = 0; begin")
    yield found
    if not found.is_closed():
        await found.execute("rollback")
        await found.close()


@pytest.fixture
def db(connection: asyncpg.Connection) -> Db:
    return Db(connection)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("data")
    return Settings(data=folder, secret=b"a secret of the tests, 32 bytes!", demo=True)


@pytest.fixture(scope="session")
def front(settings: Settings) -> Front:
    found = create_app(settings, Database(pool=object(), within=True))
    found.patience = ()  # tests want to see the first truth
    return found


@pytest.fixture
def app(front: Front, connection: asyncpg.Connection) -> Front:
    front.database.pool = OneConnection(connection)
    return front


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


def browser(app: Front) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
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
async def committed(cluster: embedded.Cluster, template: str, settings: Settings, tmp_path: Path) -> AsyncIterator[Committed]:
    name = f"gym_{os.getpid()}_{next(_numbers)}"
    create_database(cluster, name, template)
    pool = await db_.open_pool(cluster.dsn(name), size=10)
    database = Database(pool=pool, direct_dsn=cluster.dsn(name))
    found = Committed(cluster.dsn(name), name, database, create_app(replace(settings, data=tmp_path), database), cluster)
    found.app.patience = ()
    yield found
    for http in found.opened:
        await http.aclose()
    pool.terminate()
    cluster.psql(f'drop database "{name}" with (force)')


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
