"""The line to Valkey: many questions at once, as somebody, and what is said when nobody answers."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.web.pipe import Gone, Pipe
from tests.stack.house import until
from tools import services


@dataclass
class Valkey:
    url: str
    process: subprocess.Popen[bytes]


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Valkey]:
    """With a password, of which the fourth database is asked."""
    path = tmp_path / "valkey.sock"
    options = ["--port", "0", "--unixsocket", path, "--save", "", "--requirepass", "open sesame", "--dir", tmp_path]
    process = subprocess.Popen([*services.command("valkey-server"), *map(str, options)], stdout=subprocess.DEVNULL)
    try:
        until(path.exists, "Valkey's socket")
        yield Valkey(f"unix://:open%20sesame@{path}?db=4", process)
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def test_a_hundred_questions_at_once_get_their_own_answers(keeper: Valkey) -> None:
    async def ask() -> None:
        pipe = Pipe(keeper.url, patience=5)
        assert await asyncio.gather(*(pipe.ask("SET", f"key {n}", os.fsencode(f"é\r\n{n}")) for n in range(100))) == [b"OK"] * 100
        said = await asyncio.gather(*(pipe.ask("MGET", "nothing", f"key {n}") for n in range(100)))
        assert said == [[None, f"é\r\n{n}".encode()] for n in range(100)]
        with pytest.raises(Gone, match="unknown command"):
            await pipe.ask("NONSENSE")
        first, second = asyncio.ensure_future(pipe.ask("GET", "key 1")), asyncio.ensure_future(pipe.ask("GET", "key 2"))
        await asyncio.sleep(0)
        first.cancel()  # who asked has hung up; the answer is nobody else's
        assert await second == "é\r\n2".encode()
        other = Pipe(keeper.url.replace("db=4", "db=0"), patience=5)
        assert await other.ask("GET", "key 1") is None
        await asyncio.gather(pipe.close(), other.close())

    asyncio.run(ask())


def test_nobody_waits_for_one_that_stands_still_and_a_new_one_is_found_by_itself(keeper: Valkey) -> None:
    async def ask() -> None:
        pipe = Pipe(keeper.url, patience=2)
        assert await pipe.ask("PING") == b"PONG"
        assert pipe.line is not None
        pipe.patience = pipe.line.patience = 0.05
        keeper.process.send_signal(signal.SIGSTOP)
        said = await asyncio.gather(*(pipe.ask("PING") for _ in range(10)), return_exceptions=True)
        assert [type(one) for one in said] == [Gone] * 10
        keeper.process.send_signal(signal.SIGCONT)
        pipe.patience = 5
        assert await pipe.ask("PING") == b"PONG"
        keeper.process.kill()
        keeper.process.wait()
        with pytest.raises(OSError):
            await pipe.ask("PING")
        await pipe.close()

    asyncio.run(ask())


def test_a_wrong_password_is_no_connection(keeper: Valkey) -> None:
    async def ask() -> None:
        pipe = Pipe(keeper.url.replace("sesame", "barley"), patience=5)
        with pytest.raises(Gone, match="WRONGPASS"):
            await pipe.ask("PING")
        await pipe.close()

    asyncio.run(ask())
