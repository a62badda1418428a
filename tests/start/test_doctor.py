"""`spotter doctor`: people whose password is in the manual must not stay where it matters."""

import socket
from dataclasses import replace
from pathlib import Path

import anyio.to_thread
import pytest
from click.testing import CliRunner

from app import doctor
from app.cli import main
from app.settings import Settings
from tests.conftest import Committed
from tests.start.house import free_port


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, port=free_port(), secret=b"a secret of the tests, 32 bytes!")


async def found(config: Settings, committed: Committed) -> tuple[str, str]:
    (finding,) = await doctor.demo_people(config, committed.dsn)
    return finding.state, finding.what


async def test_demo_people_are_told_wherever_they_open_a_door(config: Settings, committed: Committed) -> None:
    at_home = await found(config, committed)
    assert at_home[0] == "look"
    assert "demo people (@demo.spotter), with a password that everybody knows" in at_home[1]
    for reachable in (
        replace(config, host="0.0.0.0"),
        replace(config, host="192.0.2.7"),
        replace(config, origin="https://gym.example"),
        replace(config, trusted_proxy=True),
    ):
        state, what = await found(reachable, committed)
        assert (state, "signs in as the owner by a click" in what) == ("bad", True)
    await committed.db.run("update club set is_demo = false")
    state, what = await found(config, committed)
    assert (state, "can sign in to a real club" in what) == ("bad", True)
    await committed.db.run("update person set email = replace(email, 'demo.spotter', 'iron.example')")
    assert await found(config, committed) == ("good", "No demo people.")


async def test_what_others_reach_is_tried_not_believed(
    config: Settings, committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started with --host 0.0.0.0, while the doctor was asked without it."""
    monkeypatch.setattr(doctor, "own_addresses", lambda: ["127.0.0.1"])  # stands for the machine's address in the house
    with socket.create_server(("127.0.0.1", config.port)):
        assert (await found(config, committed))[0] == "bad"
    assert (await found(config, committed))[0] == "look"


async def test_the_command_asks_the_database(config: Settings, committed: Committed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", committed.dsn)
    monkeypatch.setenv("SPOTTER_HUB", "on")
    monkeypatch.setenv("SPOTTER_DATA", str(config.data))
    monkeypatch.setenv("SPOTTER_PORT", str(config.port))
    await committed.db.run("update club set is_demo = false")
    said = await anyio.to_thread.run_sync(lambda: CliRunner().invoke(main, ["doctor"]))
    assert said.exit_code == 1
    assert "can sign in to a real club" in said.output
