"""A small HTTP/1.1 client that costs little, keeps its connection, and can be told to try again."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()  # as a browser would send them back

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class BrokenError(Exception):
    """No answer: the act may or may not have happened."""


@dataclass
class Wire:
    """One browser: a connection, a session, a form token."""

    where: Path | tuple[str, int]
    headers: dict[str, str] = field(default_factory=dict)
    patience: float = 10.0
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, b"", headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        body = urlencode(form).encode()
        return await self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    async def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            async with asyncio.timeout(self.patience):
                await self._connect()
                assert self.writer is not None
                lines = [f"{name}: {value}\r\n" for name, value in {**self.headers, **headers}.items()]
                head = f"{method} {path} HTTP/1.1\r\nHost: gym.test\r\nContent-Length: {len(body)}\r\n{''.join(lines)}\r\n"
                self.writer.write(head.encode() + body)
                return await self._answer()
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError, IndexError) as error:
            self.close()
            raise BrokenError(type(error).__name__) from error

    async def _connect(self) -> None:
        if self.writer is None:
            opening = (
                asyncio.open_unix_connection(self.where) if isinstance(self.where, Path) else asyncio.open_connection(*self.where)
            )
            self.reader, self.writer = await opening

    async def _answer(self) -> Answer:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await self._chunks() if "chunked" in headers.get("transfer-encoding", "") else await self._sized(headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        cookies = [line.partition(":")[2].partition(";")[0].strip() for line in lines if line.lower().startswith("set-cookie:")]
        return Answer(int(first.split(" ")[1]), headers, body, tuple(cookies))

    async def _sized(self, headers: dict[str, str]) -> bytes:
        assert self.reader is not None
        return await self.reader.readexactly(int(headers.get("content-length", "0")))

    async def _chunks(self) -> bytes:
        assert self.reader is not None
        found = b""
        while size := int(await self.reader.readline(), 16):
            found += await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return found

    def close(self) -> None:
        if self.writer is not None:
            self.writer.transport.abort()
        self.reader = self.writer = None
