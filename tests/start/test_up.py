"""`spotter up`: starts, survives what kills its parts, stops in time, and says why when it cannot start."""

import os
import signal
import socket
import stat
import time
from pathlib import Path

import psutil
import pytest

from app import embedded
from app.supervisor import house
from app.supervisor.words import StartError
from tests.start.house import Gym, free_port, said, spotter, until

pytestmark = pytest.mark.real


def test_whatever_is_killed_comes_back(gym: Gym) -> None:
    for mark, path in (("app.supervisor.web", "/health/live"), ("bin/postgres", "/health/ready"), ("app.worker", "/health/live")):
        killed = kill(gym, mark)
        until(lambda mark=mark, killed=killed: gym.is_new(mark, killed), f"a new {mark}")
        until(lambda path=path: gym.status(path) == 200, f"{path} after {mark} was killed")


def kill(gym: Gym, mark: str) -> int:
    until(lambda: gym.child(mark), f"a {mark}")
    victim = gym.child(mark)
    assert victim is not None
    victim.kill()
    return victim.pid


def test_web_that_dies_again_and_again_is_started_again_and_again(gym: Gym) -> None:
    for _ in range(3):
        killed = kill(gym, "app.supervisor.web")
        until(lambda killed=killed: gym.is_new("app.supervisor.web", killed), "a new web process")
    until(lambda: gym.status() == 200, "an answer")


def test_nobody_misses_the_nursery_and_the_next_web_comes_from_its_successor(gym: Gym) -> None:
    web, nursery = number(gym, "app.supervisor.web"), kill(gym, "app.supervisor.nursery")
    assert gym.status() == 200
    until(lambda: gym.is_new("app.supervisor.nursery", nursery), "a new nursery")
    assert number(gym, "app.supervisor.web") == web
    kill(gym, "app.supervisor.web")
    until(lambda: gym.is_new("app.supervisor.web", web), "a new web process")
    until(lambda: gym.status() == 200, "an answer")


def number(gym: Gym, mark: str) -> int:
    until(lambda: gym.child(mark), f"a {mark}")
    found = gym.child(mark)
    assert found is not None
    return found.pid


def test_what_a_killed_database_leaves_behind_is_buried(gym: Gym) -> None:
    base = gym.child("bin/postgres")
    assert base is not None
    helpers = base.children()
    base.kill()
    until(
        lambda: not [helper for helper in helpers if helper.is_running()], "the end of its helpers"
    )  # a zombie is still running
    until(lambda: gym.status("/health/ready") == 200, "the database")


def test_a_killed_supervisor_leaves_nothing_that_the_next_start_minds(gym: Gym) -> None:
    family = psutil.Process(gym.pid).children(recursive=True)
    os.kill(gym.pid, signal.SIGKILL)
    assert gym.process is not None
    gym.process.communicate()
    gym.start()
    assert not [process for process in family if process.is_running()]


def test_a_second_start_on_the_same_folder_says_so_and_leaves(gym: Gym) -> None:
    code, text = said(spotter("up", "--data", str(gym.folder), "--port", str(free_port()), cwd=gym.folder.parent))
    assert code == 1
    assert f"already running on {gym.folder} (process {gym.pid})" in text
    assert gym.status() == 200


def test_a_data_folder_keeps_its_keys_to_itself(gym: Gym) -> None:
    for name in ("secret.key", "postgres.key", "run/database.url"):
        assert stat.S_IMODE((gym.folder / name).stat().st_mode) == 0o600, name


def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, text = said(spotter("up", "--data", str(tmp_path / "new"), "--port", str(taken.getsockname()[1]), cwd=tmp_path))
    assert code == 1
    assert "is taken by another program" in text
    assert len(text.strip().splitlines()) == 1
    assert not (tmp_path / "new" / "postgres").exists()


@pytest.mark.parametrize(
    ("words", "environ", "code", "sentence"),
    [
        (["--data", "/proc/gym"], {}, 2, "SPOTTER_DATA: the folder /proc/gym cannot be used"),
        (["--port", "99999"], {}, 2, "SPOTTER_PORT must be a whole number from 1 to 65535"),
        (["--host", "203.0.113.7"], {}, 1, "This machine has no address 203.0.113.7"),
        ([], {"SPOTTER_WORKERS": "many"}, 2, "SPOTTER_WORKERS must be a whole number"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    tmp_path: Path, words: list[str], environ: dict[str, str], code: int, sentence: str
) -> None:
    ended, text = said(spotter("up", "--port", str(free_port()), *words, cwd=tmp_path, **environ))
    assert (ended, len(text.strip().splitlines())) == (code, 1)
    assert sentence in text


def test_data_of_another_major_version_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data" / "postgres").mkdir(parents=True)
    (tmp_path / "data" / "postgres" / "PG_VERSION").write_text("15\n")
    code, text = said(spotter("up", "--port", str(free_port()), cwd=tmp_path))
    assert code == 1
    assert "PostgreSQL 15" in text
    assert len(text.strip().splitlines()) == 1


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 1_000_000

    monkeypatch.setattr(house.shutil, "disk_usage", lambda _: Full)
    with pytest.raises(StartError, match="is full"):
        house.refuse_full_disk(tmp_path)


# From here on it is down.


def test_it_stops_within_five_seconds_with_clients_hanging_on(gym: Gym) -> None:
    family = psutil.Process(gym.pid).children(recursive=True)
    with socket.create_connection(("127.0.0.1", gym.port)) as idle, socket.create_connection(("127.0.0.1", gym.port)) as half:
        idle.sendall(b"GET /health/live HTTP/1.1\r\nHost: gym\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        half.sendall(b"POST /sign-in HTTP/1.1\r\nHost: gym\r\nContent-Length: 100\r\n\r\nemail=")
        began = time.monotonic()
        code, text = gym.stop()
    assert time.monotonic() - began < 5
    assert (code, "Stopped." in text) == (0, True)
    assert not [process for process in family if process.is_running()]
    assert not (gym.folder / "postgres" / "postmaster.pid").exists()


def test_data_of_a_newer_spotter_is_left_alone(running: Gym) -> None:
    gym = running
    if gym.is_up:
        gym.stop()
    cluster = embedded.start(gym.folder / "postgres", say=lambda _: None)
    was = cluster.psql(
        "update alembic_version set version_num = 'tomorrow' returning (table alembic_version)", "spotter"
    ).stdout.strip()
    cluster.stop()
    code, text = said(spotter("up", "--data", str(gym.folder), "--port", str(gym.port), cwd=gym.folder.parent))
    cluster = embedded.start(gym.folder / "postgres", say=lambda _: None)
    cluster.psql(f"update alembic_version set version_num = '{was}'", "spotter")
    cluster.stop()
    assert code == 1
    assert "written by a newer Spotter (schema tomorrow" in text
