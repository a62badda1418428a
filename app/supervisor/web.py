"""One web process: Granian in this process, on the socket that the supervisor holds. Most come from the nursery.

Granian's own parent process ends the whole server when a worker dies twice within seconds; ours does not.
"""

import app.supervisor.lean  # noqa: F401, I001  (first: it keeps what follows small)
import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

import uvloop
from granian._granian import SocketHolder
from granian.constants import Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from app import log, settings
from app.main import create_app
from app.supervisor.child import die_with_parent
from app.supervisor.listener import waits_beside
from app.supervisor.wiring import ready_mark
from app.web.front import Front
from app.web.limits import App, Limits, Message, Receive, Send

STREAMS_AND_DESKS = 2048  # connections at once; every open live region is one
LINGER = 0.7  # seconds in which a proxy hears with its next answer that this connection ends
PATIENCE = 2.2  # seconds for answers that are under way; that goodbye included; less than the supervisor's own
BUSY = ("desk/board.html", "today/phone.html", "training/workout.html", "errors/error.html")


class OnSocket(Server):
    """Granian on a socket that is open already."""

    def __init__(self, target: Any, descriptor: int, is_unix: bool, **options: Any) -> None:
        super().__init__(target, **options)
        self.descriptor, self.is_unix = descriptor, is_unix

    def _init_shared_socket(self) -> None:
        self._shd: Any = SocketHolder(self.descriptor, self.is_unix, 1024)  # type: ignore[call-arg]


def main(descriptor: int, gate: int) -> None:
    die_with_parent()
    os.read(gate, 1)  # all is loaded; until the database is there, nothing is asked of it
    os.close(gate)
    config = settings.load()
    live(config, create_app(config), descriptor)


def live(config: settings.Settings, front: Front, descriptor: int) -> NoReturn:
    log.configure(config)
    try:
        uvloop.run(serve(config, front, descriptor))
    finally:
        log.flush()
    os._exit(0)  # a thread that still waits for a slow client must not hold up the stop


async def serve(config: settings.Settings, front: Front, descriptor: int) -> None:
    stopping = asyncio.Event()
    server = OnSocket(
        announcing(farewell(Limits(front, trusted_proxy=config.trusted_proxy), stopping), lambda: announce(config, front)),
        descriptor,
        config.socket is not None,
        interface=Interfaces.ASGI,
        websockets=False,
        backpressure=STREAMS_AND_DESKS,
        log_level=LogLevels.error,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        ssl_cert=config.certificate if config.https else None,
        ssl_key=config.key if config.https else None,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    serving = asyncio.create_task(server.serve())
    asked_to_stop = asyncio.create_task(stopping.wait())
    await asyncio.wait([serving, asked_to_stop], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving  # it failed to start: say why
        sys.exit(1)
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            front.app.state.bell.hush()  # open live regions would hold the server up for minutes
            if config.trusted_proxy:
                await asyncio.sleep(LINGER)
            server.stop()  # type: ignore[no-untyped-call]
            await asyncio.shield(serving)


def farewell(app: App, stopping: asyncio.Event) -> App:
    """A proxy keeps connections. Told with an answer that this was the last on its connection, it never sends into one that closes."""

    async def said(scope: Any, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start" and stopping.is_set():
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        await app(scope, receive, tell if scope["type"] == "http" else send)

    return said


def settle() -> None:
    """What is there now stays until the end: the collector need not look through it again, and looks less often for the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def announce(config: settings.Settings, front: Any) -> None:
    """Leaves a mark: the supervisor tells people the address then, not earlier. While an older release still serves nobody waits
    for us, so the pages of a busy gym are compiled before everybody comes over at once."""
    if waits_beside(config.socket):
        front.app.state.templates.warm(BUSY)
    settle()
    ready_mark(config.data).touch()


def announcing(app: App, opened: Callable[[], None]) -> App:

    async def announced(scope: Any, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                opened()
            await send(message)

        await app(scope, receive, tell if scope["type"] == "lifespan" else send)

    return announced


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
