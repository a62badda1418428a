"""What reaches the log, and what never does."""

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from app import log
from app.db import Db, Slow
from app.settings import Settings
from app.visit import Visit, enter, leave

CANARY = "canary-7f3a91"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    out = io.StringIO()
    before = structlog.get_config()
    log.configure(Settings(log_json=True), out)
    yield out
    structlog.configure(**before)


def lines(out: io.StringIO) -> list[dict[str, object]]:
    log.flush()
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_request_is_one_line_with_its_id(written: io.StringIO) -> None:
    log.request_line(Visit(request_id="abc12345", path="/desk"), "POST", 200, 0.0123)
    (line,) = lines(written)
    assert (line["event"], line["request_id"], line["status"], line["ms"], line["path"]) == (
        "request",
        "abc12345",
        200,
        12.3,
        "/desk",
    )


async def test_a_slow_statement_is_named_with_the_request_that_asked(
    written: io.StringIO, db: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads too, which borrow a connection for one statement and leave no name in the database."""
    monkeypatch.setattr(Slow, "seconds", 0)
    token = enter(Visit(request_id="abc12345"))
    await db.value("select\n  $1::text", CANARY)
    leave(token)
    (line,) = lines(written)
    assert (line["event"], line["sql"], line["request_id"]) == ("slow", "select $1::text", "abc12345")


def test_only_listed_fields_are_written(written: io.StringIO) -> None:
    structlog.get_logger("spotter").warning("odd", password=CANARY, cookie=CANARY, email=CANARY, body=CANARY, status=7)
    assert CANARY not in written.getvalue()
    (line,) = lines(written)
    assert line["status"] == 7
    assert set(line) <= log.ALLOWED


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"invalid literal for int(): '{CANARY}'"),
        KeyError(CANARY),
        RuntimeError(f'argument $1: "{CANARY}" (expected str)'),
        RuntimeError(f"duplicate key\nDETAIL:  Key (email)=({CANARY}) already exists."),
    ],
)
def test_an_exception_is_told_without_its_values(written: io.StringIO, error: Exception) -> None:
    try:
        raise error
    except Exception as caught:
        structlog.get_logger("spotter").error("bug", exc_info=caught)
    (line,) = lines(written)
    assert CANARY not in json.dumps(line)
    assert type(error).__name__ in str(line["error"])
    assert any("test_log.py" in str(frame) for frame in line["frames"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/invitation/Zk3v9QpX1mN8rT5wY2uA7bC4dE6fG0hJ", "/invitation/…"),
        ("/members/0198c2f0-7c1e-7abc-8def-0123456789ab", "/members/0198c2f0-7c1e-7abc-8def-0123456789ab"),
        ("/plans/import", "/plans/import"),
    ],
)
def test_a_link_that_is_a_key_stays_out(path: str, shown: str) -> None:
    assert log.without_tokens(path) == shown


def test_a_line_stays_one_line_whatever_was_sent(written: io.StringIO) -> None:
    log.request_line(Visit(path="/a\nINFO forged"), "GET", 404, 0)
    assert len(lines(written)) == 1


def test_a_full_queue_costs_lines_and_no_waiting() -> None:
    class Stuck(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    writer = log.Writer(Stuck())
    for number in range(log.MOST_WAITING * 2):
        writer.put(str(number))
    writer.close()
    assert writer.dropped > 0
