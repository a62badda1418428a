"""A browser that costs little: bytes out, status in, over one kept connection. Its CPU is never counted, but it shares the cores."""

import asyncio
from pathlib import Path
from urllib.parse import urlencode

HTMX = "HX-Request: true\r\nHX-Request-Type: partial\r\n"


class Strange(Exception):
    """Another answer than the one that was to be measured."""


class Browser(asyncio.Protocol):
    def __init__(self, headers: dict[str, str]) -> None:
        self.head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport: asyncio.Transport | None = None
        self.waiting: asyncio.Future[bytes] | None = None
        self.seen = bytearray()
        self.wanted = 0

    @classmethod
    async def on(cls, where: Path, headers: dict[str, str]) -> "Browser":
        browser = cls(headers)
        await asyncio.get_running_loop().create_unix_connection(lambda: browser, str(where))
        return browser

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def get(self, path: str, more: str = "") -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: gym.test\r\n{self.head}{more}\r\n".encode()

    def post(self, path: str, body: bytes, kind: str, more: str = HTMX) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nHost: gym.test\r\n{self.head}{more}Content-Type: {kind}\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def form(self, path: str, **fields: str) -> bytes:
        return self.post(path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def ask(self, request: bytes) -> bytes:
        """Head and body of the answer."""
        assert self.transport is not None
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.waiting

    def data_received(self, data: bytes) -> None:
        self.seen += data
        if not self.wanted:
            end = self.seen.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.seen[:end]).lower()
            at = head.find(b"content-length:")
            self.wanted = end + 4 + (int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0)
        if len(self.seen) >= self.wanted and self.waiting is not None:
            done, self.waiting = self.waiting, None
            answer = bytes(self.seen)
            self.seen.clear()
            self.wanted = 0
            done.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(ConnectionError("hung up"))

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()


def status(answer: bytes) -> int:
    return int(answer[9:12])
