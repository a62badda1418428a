"""One connection to Valkey for all requests of a process: each question is written at once, answers come in the same order.

The usual client takes longer to send a question than Valkey to answer it, and every request asks one. Where and as whom to connect
it still reads from the address.
"""

import asyncio
from collections import deque
from typing import Any

import libvalkey
import valkey.asyncio as valkey

Word = bytes | str | int


class Gone(OSError):
    """No connection, or no answer in time. Whether the question arrived nobody knows."""


class Pipe:
    def __init__(self, url: str, *, patience: float) -> None:
        self.at: Any = valkey.from_url(url).connection_pool.make_connection()
        self.patience = patience  # seconds, for connecting and for each answer
        self.line: Line | None = None
        self.opening: asyncio.Task[Line] | None = None

    async def ask(self, *words: Word) -> Any:
        """The answer, or `Gone`."""
        line = self.line
        if line is None or line.is_closed:
            line = await self._open()
        answer = await line.ask(packed(words))
        if isinstance(answer, libvalkey.ReplyError):
            raise Gone(str(answer))
        return answer

    async def _open(self) -> "Line":
        """Once for all who wait for it."""
        if self.opening is None:
            self.opening = asyncio.create_task(self._connected())
            self.opening.add_done_callback(self._opened)
        return await asyncio.shield(self.opening)

    def _opened(self, task: asyncio.Task["Line"]) -> None:
        self.opening = None
        self.line = None if task.cancelled() or task.exception() else task.result()

    async def _connected(self) -> "Line":
        loop, at = asyncio.get_running_loop(), self.at
        line = Line(self.patience)
        try:
            async with asyncio.timeout(self.patience):
                if path := getattr(at, "path", None):
                    await loop.create_unix_connection(lambda: line, path)
                else:
                    secure = at.ssl_context.get() if isinstance(at, valkey.SSLConnection) else None
                    await loop.create_connection(lambda: line, at.host, at.port, ssl=secure)
                for words in introduction(at):
                    if isinstance(said := await line.ask(packed(words)), libvalkey.ReplyError):
                        raise Gone(str(said))
        except BaseException:
            line.close()
            raise
        return line

    async def close(self) -> None:
        if self.opening is not None:
            self.opening.cancel()
        if self.line is not None:
            self.line.close()


def introduction(at: Any) -> list[tuple[Word, ...]]:
    """Who we are and which database we mean, where the address says so."""
    who = ("AUTH", *([at.username] if at.username else []), at.password)
    return [*([who] if at.password else []), *([("SELECT", int(at.db))] if at.db else [])]


def packed(words: tuple[Word, ...]) -> bytes:
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join([b"$%d\r\n%b\r\n" % (len(part), part) for part in parts])


class Line(asyncio.Protocol):
    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.transport: Any = None
        self.waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self.reader = libvalkey.Reader()
        self.watch: asyncio.TimerHandle | None = None
        self.is_late = False

    @property
    def is_closed(self) -> bool:
        return self.transport is None or self.transport.is_closing()

    def ask(self, question: bytes) -> asyncio.Future[Any]:
        if self.is_closed:
            raise Gone
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self.waiting.append((answer, loop.time() + self.patience))
        if self.watch is None:
            self.watch = loop.call_later(self.patience, self._look)
        self.transport.write(question)
        return answer

    def _look(self) -> None:
        """One clock for all questions: it looks at the oldest one, and goes on while there are any."""
        self.watch = None
        if not self.waiting:
            return
        loop, until = asyncio.get_running_loop(), self.waiting[0][1]
        if until > loop.time():
            self.watch = loop.call_at(until, self._look)
        elif self.is_late:
            self.close()  # what comes later would be taken for the answer to another question
        else:  # perhaps it was us who were busy, and the answer lies there unread
            self.is_late = True
            self.watch = loop.call_later(0.01, self._look)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.is_late = False
        self.reader.feed(data)
        while self.waiting and (answer := self.reader.gets()) is not False:
            future, _until = self.waiting.popleft()
            if not future.done():
                future.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        self._give_up()

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()
        self._give_up()

    def _give_up(self) -> None:
        if self.watch is not None:
            self.watch.cancel()
            self.watch = None
        while self.waiting:
            future, _until = self.waiting.popleft()
            if not future.done():
                future.set_exception(Gone())
