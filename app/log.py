"""Logs: one line per request and per thing that went wrong, written by a thread behind a queue.

Only fields on the list below are written. Bodies, cookies, tokens, codes, names and e-mail addresses are not on it, and what an
exception says is shown without the values in it.
"""

import atexit
import logging
import re
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO
from uuid import UUID

import msgspec
import structlog

from app.metrics import saw_request
from app.settings import Settings
from app.visit import Visit, here

FIELDS = """event level at logger request_id method path status ms statements person gym error constraint sqlstate frames
    kind job tries chore count seconds bytes topic worker process version revision port reason sql dropped"""
ALLOWED = frozenset(FIELDS.split())
QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
AFTER_COLON = re.compile(r"(?<=DETAIL:).*", re.DOTALL)
TOKEN = re.compile(r"(?<=/)(?![0-9a-fA-F-]{36}(?:/|$))[A-Za-z0-9_.~%-]{20,}(?=/|$)")
MOST_WAITING = 10_000

Event = MutableMapping[str, Any]
Render = Callable[[Any, str, Event], str]
Seen = tuple[
    float, str, str, int, float, int, str, UUID | None
]  # a request: when, method, path, status, seconds, statements, ids

log = structlog.get_logger("spotter")


def request_line(visit: Visit, method: str, status: int, seconds: float) -> None:
    saw_request(method, status, seconds, visit.statements)
    if status == 200 and visit.path.startswith("/health/"):
        return  # somebody asks every few seconds
    person = visit.actor.person_id if visit.actor else None
    seen = (time.time(), method, visit.path, status, seconds, visit.statements, visit.request_id, person)
    if _writer is None:
        log.info(**request_event(seen))
    elif _writer.takes_requests:
        _writer.put_request(seen)


def request_event(seen: Seen) -> Event:
    """What is worth a line about a request; put together by the writer's thread."""
    at, method, path, status, seconds, statements, request_id, person = seen
    event: Event = {
        "at": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds"),
        "event": "request",
        "level": "info",
        "method": method,
        "path": without_tokens(path),
        "status": status,
        "ms": round(seconds * 1000, 1),
        "statements": statements,
        "request_id": request_id,
    }
    if person:
        event["person"] = str(person)
    return event


def without_tokens(path: str) -> str:
    """An invitation's or a reset's link is a key: its last part stays out of the log."""
    return TOKEN.sub("…", path)[:200]


# --- the way of a line


class Writer:
    """A thread that writes what the others only put down. When it cannot keep up, lines are counted instead of kept.

    Requests come by the thousand: they lie until the next round, so that the thread does not wake up (and take the interpreter
    away from whoever answers) for each of them.
    """

    ROUND = 0.25  # seconds

    def __init__(self, out: TextIO, render: Render | None = None, *, takes_requests: bool = True) -> None:
        self.out, self.render, self.takes_requests = out, render or as_json, takes_requests
        self.waiting: deque[str | Seen] = deque()
        self.dropped = 0
        self.wake = threading.Event()
        self.closing = False
        self.thread = threading.Thread(target=self._write, name="log", daemon=True)
        self.thread.start()

    def put(self, line: str) -> None:
        self.put_request(line)
        self.wake.set()

    def put_request(self, seen: str | Seen) -> None:
        if len(self.waiting) < MOST_WAITING:
            self.waiting.append(seen)
        else:
            self.dropped += 1

    def _write(self) -> None:
        while not self.closing or self.waiting:
            if not self.closing:
                self.wake.wait(self.ROUND)
            self.wake.clear()
            self._write_what_waits()

    def _write_what_waits(self) -> None:
        while self.waiting:
            lines = [self._line(self.waiting.popleft()) for _ in range(min(200, len(self.waiting)))]
            if self.dropped:
                lines.append(f'{{"event":"log_lines_dropped","dropped":{self.dropped}}}')
                self.dropped = 0
            try:
                self.out.write("\n".join(lines) + "\n")
                self.out.flush()
            except (OSError, ValueError):
                self.dropped += len(lines)  # a full disk must not stop the gym

    def _line(self, seen: str | Seen) -> str:
        return seen if isinstance(seen, str) else self.render(None, "", request_event(seen))

    def close(self, seconds: float = 1.0) -> None:
        self.closing = True
        self.wake.set()
        self.thread.join(seconds)


_writer: Writer | None = None


def configure(settings: Settings, out: TextIO | None = None) -> None:
    global _writer
    flush()
    render = as_json if settings.log_json else as_text
    level = logging.getLevelName(settings.log_level.upper())
    writer = _writer = Writer(out or sys.stderr, render, takes_requests=level <= logging.INFO)
    structlog.configure(
        processors=[add_level, add_request, explain_error, only_allowed, add_time, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *names: Line(writer, *names),
        cache_logger_on_first_use=False,
    )
    route_stdlib(writer, render)


def flush() -> None:
    global _writer
    if _writer is not None:
        _writer.close()
        _writer = None


def waiting() -> int:
    """Lines put down and not written yet."""
    return len(_writer.waiting) if _writer is not None else 0


atexit.register(flush)


class Line:
    """What structlog ends in: every level puts its line down."""

    def __init__(self, writer: Writer, *_: str) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = writer.put


def route_stdlib(writer: Writer, render: Any) -> None:
    """Libraries log through `logging`; their warnings take the same way, without the values in them."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            event: Event = {
                "event": without_values(record.getMessage()),
                "level": record.levelname.lower(),
                "logger": record.name,
            }
            if record.exc_info:
                event["exc_info"] = record.exc_info
            for step in (add_request, explain_error, only_allowed, add_time):
                event = step(None, "", event)
            writer.put(render(None, "", event))

    logging.basicConfig(handlers=[Handler()], level=logging.WARNING, force=True)


# --- structlog's steps


def add_level(_: Any, name: str, event: Event) -> Event:
    event["level"] = name
    return event


def add_request(_: Any, __: str, event: Event) -> Event:
    event.setdefault("request_id", here().request_id)
    return event


def explain_error(_: Any, __: str, event: Event) -> Event:
    """An exception as its kind, the database's code and constraint, and where it happened. Never its values."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__name__}: {without_values(str(error))}"
        event["sqlstate"] = getattr(error, "sqlstate", None)
        event.setdefault("constraint", getattr(error, "constraint_name", None))
        event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return event


def without_values(text: str) -> str:
    """Messages quote what was sent: `invalid input for query argument $1: 'secret'`."""
    return AFTER_COLON.sub(" …", QUOTED.sub("'…'", text))[:500]


def only_allowed(_: Any, __: str, event: Event) -> Event:
    return {name: value for name, value in event.items() if name in ALLOWED and value not in (None, "")}


def add_time(_: Any, __: str, event: Event) -> Event:
    return {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **event}


def as_json(_: Any, __: str, event: Mapping[str, Any]) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def as_text(_: Any, __: str, event: Mapping[str, Any]) -> str:
    """For eyes: time, what, the rest; where it happened on lines of its own."""
    rest = {name: value for name, value in event.items() if name not in {"at", "event", "level", "frames"}}
    line = f"{event['at'][11:23]} {event.get('level', '')[:4].upper():4} {event.get('event', '')}"
    if event.get("event") == "request":
        line = f"{event['at'][11:23]} {rest.pop('method', '')} {rest.pop('path', '')} {rest.pop('status', '')}"
    words = " ".join(f"{name}={escaped(value)}" for name, value in rest.items())
    frames = "".join(f"\n    {frame}" for frame in event.get("frames", [])[-6:])
    return f"{line}  {words}{frames}"


def escaped(value: Any) -> str:
    return str(value).replace("\n", "\\n").replace("\r", "\\r")
