"""A plain page on the port while there is no web to answer: what is wrong, and what to do."""

import html
import selectors
import socket
import ssl
import threading
from contextlib import suppress

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Spotter is not ready</title>
<h1>Spotter is not ready</h1>
<p>{reason}</p>
<p>Nothing that was confirmed is lost. At the desk, go on with the list you have; what you do will be sent when Spotter is back.</p>
<ol><li>Run <code>spotter doctor</code> on the machine: it checks everything and says what to do.</li>
<li>If the data is damaged, restore the last backup into a new folder.</li></ol>
<p>This page asks again every ten seconds.</p></html>"""


class Sorry:
    """A thread that answers 503 on the shared listening socket, switched on and off."""

    def __init__(self, listener: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        self.listener, self.tls = listener, tls
        self.reason = ""
        self._quiet = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_on(self) -> bool:
        return self._thread is not None

    def on(self, reason: str) -> None:
        self.reason = reason
        if self._thread is None:
            self._quiet.clear()
            self._thread = threading.Thread(target=self._serve, daemon=True)
            self._thread.start()

    def off(self) -> None:
        if self._thread is not None:
            self._quiet.set()
            self._thread.join(3)
            self._thread = None

    def _serve(self) -> None:
        self.listener.setblocking(False)
        with selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ)
            while not self._quiet.is_set():
                if selector.select(0.1):
                    with suppress(OSError):
                        visitor, _ = self.listener.accept()
                        self._answer(visitor)

    def _answer(self, visitor: socket.socket) -> None:
        visitor.settimeout(1.0)
        with visitor if self.tls is None else self.tls.wrap_socket(visitor, server_side=True) as wire:
            asked = wire.recv(4096)
            wire.sendall(answer(self.reason, asked))
            wire.shutdown(socket.SHUT_WR)


def answer(reason: str, asked: bytes) -> bytes:
    body = PAGE.format(reason=html.escape(reason)).encode()
    head = (
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/html; charset=utf-8\r\nRetry-After: 10\r\nRefresh: 10\r\n"
        "Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + (b"" if asked.startswith(b"HEAD ") else body)
