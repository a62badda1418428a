"""Where children come from: a process that has loaded everything once and waits. A copy of it serves within a moment, so that a web
that died is hardly missed, and it shares with this one and its brothers all the memory that nobody changes.

    python -m app.supervisor.nursery LISTENER GATE LINE

A letter on the line asks for a child; its number is the answer. The children are the supervisor's, and outlive this process.
"""

import app.supervisor.lean  # noqa: F401, I001  (first: it keeps what follows small)
import os
import runpy
import socket
import sys

from app import settings
from app.main import create_app
from app.supervisor import web
from app.supervisor.births import LETTERS, NOBODY, WEB, WORKER
from app.supervisor.child import belong_to, call_it, die_with_parent
from app.supervisor.lean import allow_all
from app.supervisor.listener import waits_beside


def main(listener: int, gate: int, line: int) -> None:
    parent = die_with_parent()
    os.read(gate, 1)  # all is loaded; until the database is there, nothing is asked of it
    os.close(gate)
    config = settings.load()
    front = create_app(config)
    if waits_beside(config.socket):  # an older release still serves: nobody waits for us, and then all come over at once
        front.app.state.templates.warm(web.BUSY)
    web.settle()
    wire = socket.socket(fileno=line)
    while asked := wire.recv(1):
        if not bear(wire, parent):
            continue
        wire.close()
        if asked == LETTERS[WEB]:
            call_it(f"python -m {WEB}")
            web.live(config, front, listener)
        os.close(listener)
        call_it(f"python -m {WORKER}")
        allow_all()
        runpy.run_module(WORKER, run_name="__main__")


def bear(wire: socket.socket, parent: int) -> bool:
    """True in the child. Whoever bears it ends at once: an orphan belongs to the supervisor, and none of us need wait for it."""
    out, into = os.pipe()
    if between := os.fork():
        os.close(into)
        os.waitpid(between, 0)
        wire.send((os.read(out, 16) or NOBODY) + b"\n")
        os.close(out)
        return False
    between = os.getpid()
    if born := os.fork():
        os.write(into, str(born).encode())
        os._exit(0)
    os.close(out)
    os.close(into)
    belong_to(parent, between)
    return True


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
