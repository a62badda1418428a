"""Connections on hand, lent without ceremony.

asyncpg's own pool takes two thirds of a small statement's time for itself: a task, a shield, a timer and a proxy for each loan.
Here a connection is taken from a list and put back. One that came back in doubt (cut off, cancelled, inside a transaction) is thrown
away, and a new one made when it is needed.
"""

import asyncio
from collections import deque
from collections.abc import Generator
from typing import Any

import asyncpg

REST = 600  # seconds after which connections that nobody needed meanwhile are closed


class Pool:
    def __init__(self, dsn: str, *, size: int, init: Any = None, **options: Any) -> None:
        self.dsn, self.size, self.init, self.options = dsn, size, init, options
        self.known: set[asyncpg.Connection] = set()
        self.free: list[asyncpg.Connection] = []  # the last one used is the next one lent: its memory is warm
        self.waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self.opening = 0
        self.least = 0  # free all the time since the last look
        self.is_closing = False
        self.emptied = asyncio.Event()
        self.rest: asyncio.TimerHandle | None = None

    async def open(self) -> "Pool":
        """One at once, which shows that the address is right; more when they are needed."""
        self.put_back(await self.take())
        self.rest = asyncio.get_running_loop().call_later(REST, self._rest)
        return self

    # --- lending

    def acquire(self) -> "Loan":
        return Loan(self)

    async def release(self, connection: asyncpg.Connection) -> None:
        self.put_back(connection)

    async def take(self) -> asyncpg.Connection:
        while True:
            while self.free:
                connection = self.free.pop()
                if len(self.free) < self.least:
                    self.least = len(self.free)
                if not connection.is_closed():
                    return connection
                self._forget(connection)
            if len(self.known) + self.opening < self.size:
                return await self._opened()
            handed = await self._turn()
            if handed is not None and not handed.is_closed():
                return handed
            if handed is not None:
                self._forget(handed)

    def put_back(self, connection: asyncpg.Connection, error: BaseException | None = None) -> None:
        if (
            (error is None or is_harmless(error))
            and not self.is_closing
            and not connection.is_closed()
            and not connection.is_in_transaction()
        ):
            self._next(connection)
            return
        connection.terminate()
        self._forget(connection)

    async def _opened(self) -> asyncpg.Connection:
        if self.is_closing:
            raise asyncpg.InterfaceError("the pool is closed")
        self.opening += 1
        try:
            connection = await asyncpg.connect(self.dsn, **self.options)
            try:
                if self.init is not None:
                    await self.init(connection)
            except BaseException:
                connection.terminate()
                raise
            self.known.add(connection)
            return connection
        except BaseException:
            self._next(None)
            raise
        finally:
            self.opening -= 1

    async def _turn(self) -> asyncpg.Connection | None:
        """A connection from hand to hand; or None: there is room to make one."""
        turn = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._next(turn.result())
            raise

    def _next(self, connection: asyncpg.Connection | None) -> None:
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is not None:
            self.free.append(connection)

    def _forget(self, connection: asyncpg.Connection) -> None:
        self.known.discard(connection)
        if not self.known:
            self.emptied.set()
        self._next(None)

    # --- one statement

    async def fetch(self, sql: str, *args: Any) -> Any:
        return await self._lent("fetch", sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        return await self._lent("fetchrow", sql, *args)

    async def fetchval(self, sql: str, *args: Any) -> Any:
        return await self._lent("fetchval", sql, *args)

    async def execute(self, sql: str, *args: Any) -> Any:
        return await self._lent("execute", sql, *args)

    async def executemany(self, sql: str, rows: Any) -> Any:
        return await self._lent("executemany", sql, rows)

    async def copy_records_to_table(self, table: str, **what: Any) -> Any:
        return await self._lent("copy_records_to_table", table, **what)

    async def _lent(self, how: str, *args: Any, **more: Any) -> Any:
        for _try in range(self.size):
            connection = await self.take()
            try:
                answer = await getattr(connection, how)(*args, **more)
            except BaseException as error:
                self.put_back(connection, error)
                if isinstance(error, asyncpg.InternalClientError) and str(error).startswith("cannot switch"):
                    continue  # its end lay there half read, and nothing was sent: another one
                raise
            self.put_back(connection)
            return answer
        raise asyncpg.ConnectionDoesNotExistError("every connection was lost")

    # --- how it is, and its end

    def get_size(self) -> int:
        return len(self.known)

    def get_idle_size(self) -> int:
        return len(self.free)

    def get_max_size(self) -> int:
        return self.size

    def _rest(self) -> None:
        for connection in self.free[: max(0, self.least - 1)]:
            self.free.remove(connection)
            connection.terminate()
            self._forget(connection)
        self.least = len(self.free)
        self.rest = asyncio.get_running_loop().call_later(REST, self._rest)

    async def close(self, patience: float = 5.0) -> None:
        """Whoever still has one may finish; then nobody gets another."""
        self._shut()
        for connection in self.free:
            self.known.discard(connection)
            await connection.close(timeout=1)
        self.free.clear()
        try:
            async with asyncio.timeout(patience):
                while self.known:
                    self.emptied.clear()
                    await self.emptied.wait()
        except TimeoutError:
            self.terminate()

    def terminate(self) -> None:
        self._shut()
        for connection in tuple(self.known):
            connection.terminate()
        self.known.clear()
        self.free.clear()

    def _shut(self) -> None:
        self.is_closing = True
        if self.rest is not None:
            self.rest.cancel()


def is_harmless(error: BaseException) -> bool:
    """A connection is as good as before when the server said no to one statement, or an argument never left the house.
    After a word that ends the connection (FATAL) it looks open until its end has been read, and is not."""
    if isinstance(error, asyncpg.PostgresError):
        return error.severity_en in {None, "ERROR"}
    return isinstance(error, asyncpg.DataError)


class Loan:
    """`await` it, and put it back yourself; or `async with`."""

    __slots__ = ("connection", "pool")

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def __await__(self) -> Generator[Any, None, asyncpg.Connection]:
        return self.pool.take().__await__()

    async def __aenter__(self) -> asyncpg.Connection:
        self.connection = await self.pool.take()
        return self.connection

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.pool.put_back(self.connection, error)
