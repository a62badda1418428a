"""The database: ids, `Db` (plain SQL in, dataclasses out) and the unit of work.

Three ways to ask, one way to write SQL:
* reading: every statement borrows a connection for itself, in autocommit; nothing is pinned while a page renders;
* a unit of work: one transaction, begun by its first statement, committed before the answer leaves;
* swift: a write that is one guarded statement, in autocommit, for the hot paths.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog

from app.pool import Pool

log = structlog.get_logger("spotter")
T = TypeVar("T")


def new_id() -> UUID:
    """A UUIDv7: sorts by the moment it was made, so that new rows land at the end of an index."""
    millis = time.time_ns() // 1_000_000
    value = (millis & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(os.urandom(10), "big")
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


class CommitFailed(Exception):
    """The database did not keep what we wrote, so nobody may be told that it did."""


class Slow:
    """A statement that takes longer is named in the log, with the request's id and without what was asked for."""

    seconds = 0.2


class Db:
    """Plain SQL in, dataclasses out. Counts its statements, because every screen states its cost."""

    __slots__ = ("connection", "statements")

    def __init__(self, connection: Any) -> None:
        self.connection = connection  # a connection, or the pool itself
        self.statements = 0

    async def ready(self) -> Any:
        self.statements += 1
        return self.connection

    @asynccontextmanager
    async def held(self) -> AsyncIterator["Db"]:
        """One connection for statements that follow on each other; a pool lends and takes back for each otherwise."""
        if not isinstance(self.connection, Pool):
            yield self
            return
        async with self.connection.acquire() as connection:
            held = Db(connection)
            try:
                yield held
            finally:
                self.statements += held.statements

    async def ask(self, how: str, sql: str, *args: Any) -> Any:
        began = time.perf_counter()
        try:
            return await getattr(await self.ready(), how)(sql, *args)
        finally:
            if (spent := time.perf_counter() - began) >= Slow.seconds:
                log.warning("slow", sql=" ".join(sql.split())[:300], ms=round(spent * 1000))

    async def all(self, shape: type[T], sql: str, *args: Any) -> list[T]:
        rows = await self.ask("fetch", sql, *args)
        return [msgspec.convert(dict(row), shape) for row in rows]

    async def one(self, shape: type[T], sql: str, *args: Any) -> T | None:
        row = await self.ask("fetchrow", sql, *args)
        return None if row is None else msgspec.convert(dict(row), shape)

    async def row(self, sql: str, *args: Any) -> Any:
        """As the driver says it, for statements whose answer is read by hand."""
        return await self.ask("fetchrow", sql, *args)

    async def told(self, shape: type[T], sql: str, *args: Any) -> T | None:
        """One row that the database put together as one JSON text: nothing is made that is only taken apart again."""
        text = await self.ask("fetchval", sql, *args)
        return None if text is None else decoder(shape).decode(text)  # type: ignore[arg-type]

    async def value(self, sql: str, *args: Any) -> Any:
        return await self.ask("fetchval", sql, *args)

    async def column(self, sql: str, *args: Any) -> list[Any]:
        return [row[0] for row in await self.ask("fetch", sql, *args)]

    async def run(self, sql: str, *args: Any) -> int:
        """How many rows it touched."""
        tag = await self.ask("execute", sql, *args)
        last = tag.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0

    async def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await (await self.ready()).executemany(sql, rows)

    async def lots(self, sql: str, rows: Sequence[Sequence[Any]], some: int = 500) -> None:
        """`many` for a whole club: in slices, each of which is done long before anybody loses patience with it."""
        for n in range(0, len(rows), some):
            await self.many(sql, rows[n : n + some])

    async def copy(self, table: str, columns: list[str], rows: Iterable[Sequence[Any]]) -> None:
        await (await self.ready()).copy_records_to_table(table, columns=columns, records=rows)


@cache
def decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


class Unit(Db):
    """One transaction. BEGIN travels with the first statement's connection, COMMIT is checked: an aborted
    transaction answers COMMIT with the tag ROLLBACK and no error, which must not pass for a yes."""

    __slots__ = ("after", "name", "pool", "within")

    def __init__(self, pool: Any, name: str = "", *, within: bool = False) -> None:
        super().__init__(None)
        self.pool = pool
        self.name = name
        self.within = within  # inside a transaction that somebody else ends: a savepoint instead

    async def ready(self) -> Any:
        self.statements += 1
        if self.connection is None:
            connection = await self.pool.acquire()
            try:
                await connection.execute(self._begin())
            except BaseException:
                await self._undo(connection)
                await self._give_back(connection)
                raise
            self.connection = connection
        return self.connection

    def _begin(self) -> str:
        if self.within:
            return "savepoint work"
        # The name carries the request's id into pg_stat_activity and the server's log, in the same round trip.
        return f"begin; set local application_name = '{self.name}'" if self.name else "begin"

    async def commit(self) -> None:
        if self.connection is None:
            return
        connection, self.connection = self.connection, None
        try:
            tag = await connection.execute("release savepoint work" if self.within else "commit")
        except Exception as error:
            await self._undo(connection)
            raise CommitFailed(str(error)) from error
        finally:
            await self._give_back(connection)
        if tag not in {"COMMIT", "RELEASE"}:
            raise CommitFailed(tag)

    async def rollback(self) -> None:
        if self.connection is None:
            return
        connection, self.connection = self.connection, None
        try:
            await self._undo(connection)
        finally:
            await self._give_back(connection)

    async def _give_back(self, connection: Any) -> None:
        with suppress(asyncpg.InterfaceError):
            await self.pool.release(connection)

    async def _undo(self, connection: Any) -> None:
        """A connection that cannot even roll back is thrown away: the server then does it."""
        try:
            if not connection.is_closed():
                await connection.execute("rollback to savepoint work; release savepoint work" if self.within else "rollback")
        except Exception:
            # Broken in the middle; asyncpg may already have taken it back by itself.
            with suppress(asyncpg.InterfaceError):
                connection.terminate()


async def prepare(connection: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=_to_json, decoder=msgspec.json.decode, format="text")


def _to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


async def connect(dsn: str, **options: Any) -> asyncpg.Connection:
    connection = await asyncpg.connect(dsn, **options)
    await prepare(connection)
    return connection


async def open_pool(
    dsn: str, *, size: int = 6, statement_cache: bool = True, command_timeout: float | None = 6, patience: float = 0.0
) -> Pool:
    """Nothing is reset when a connection comes back: we leave nothing behind, settings are `set local`.

    `patience`: seconds in which a database may still be coming. Whoever ended instead would have to be started again as well.
    """
    cached = 500 if statement_cache else 0
    pool = Pool(dsn, size=size, init=prepare, timeout=3, command_timeout=command_timeout, statement_cache_size=cached)
    ends = time.monotonic() + patience
    while True:
        try:
            return await pool.open()
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
            if time.monotonic() >= ends:
                raise
        await asyncio.sleep(0.05)


CLOCKS = ("statement_timeout", "transaction_timeout", "idle_in_transaction_session_timeout")


@dataclass(slots=True)
class Database:
    """Where connections come from. Tests put one connection in the pool's place."""

    pool: Any
    direct_dsn: str = ""
    within: bool = False
    seen: list[int] = field(default_factory=list)

    def reading(self) -> Db:
        return Unit(self.pool, within=True) if self.within else Db(self.pool)

    def unit(self, name: str = "") -> Unit:
        return Unit(self.pool, name, within=self.within)

    def swift(self) -> Db:
        return self.reading()

    @asynccontextmanager
    async def work(self, name: str = "") -> AsyncIterator[Unit]:
        """A unit of work outside a request: chores, commands, the demo."""
        unit = self.unit(name)
        try:
            yield unit
        except BaseException:
            await unit.rollback()
            raise
        await unit.commit()

    @asynccontextmanager
    async def long_work(self, name: str = "", limit: str = "10min") -> AsyncIterator[Unit]:
        """A unit of work that nobody waits for. A clock that runs is not set later, only stopped and started again."""
        async with self.work(name) as unit:
            await unit.run("; ".join(f"set local {clock} = 0; set local {clock} = '{limit}'" for clock in CLOCKS))
            yield unit


def as_row(value: Any) -> Mapping[str, Any]:
    """A dataclass's fields by name, for statements that take many of them."""
    return msgspec.structs.asdict(value) if isinstance(value, msgspec.Struct) else vars(value)
