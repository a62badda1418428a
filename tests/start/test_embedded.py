"""The embedded database: made, started again after anything, and honest about why it cannot start."""

import asyncio
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from app import db, embedded
from app.embedded import Cluster, EmbeddedError

pytestmark = pytest.mark.real


def quiet(_: str) -> None: ...


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One cluster for the module: outside pytest's own folder, whose permissions it resets."""
    with TemporaryDirectory(prefix="spotter-start-") as name:
        cluster = embedded.start(Path(name) / "postgres", say=quiet)
        cluster.psql("create table diary (line text); insert into diary values ('opened')", "spotter")
        cluster.stop()
        yield Path(name) / "postgres"


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    cluster = embedded.start(folder, say=quiet)
    yield cluster
    cluster.stop()


def test_it_keeps_what_was_written_and_starts_again(cluster: Cluster) -> None:
    assert cluster.psql("select line from diary", "spotter").stdout.strip() == "opened"


async def test_a_web_waits_for_a_database_that_is_coming_and_for_no_other(cluster: Cluster) -> None:
    cluster.stop()
    with pytest.raises(OSError):
        await db.open_pool(cluster.dsn(), size=1)
    waiting = asyncio.create_task(db.open_pool(cluster.dsn(), size=1, patience=60))
    await asyncio.sleep(0)  # it has asked, and was told that nobody is there
    embedded.relaunch(cluster)
    pool = await waiting
    assert await pool.fetchval("select 1") == 1
    await pool.close()


async def owner_says(cluster: Cluster, sql: str) -> object:
    connection = await asyncpg.connect(cluster.dsn())
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.mark.anyio
async def test_the_owner_is_no_superuser_and_its_limits_hold(cluster: Cluster) -> None:
    assert await owner_says(cluster, "select current_setting('is_superuser')") == "off"
    limits = ("statement_timeout", "lock_timeout", "transaction_timeout")
    assert [await owner_says(cluster, f"select current_setting('{name}')") for name in limits] == ["5s", "3s", "15s"]


@pytest.mark.anyio
async def test_a_wrong_password_opens_nothing(cluster: Cluster) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(cluster.dsn().replace(cluster.password("spotter"), "guess"))


def test_nobody_else_reaches_it(cluster: Cluster) -> None:
    assert cluster.psql("show listen_addresses").stdout.strip() == ""
    assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.folder.with_suffix(".key").stat().st_mode) == 0o600


def test_letters_of_three_languages_fold(cluster: Cluster) -> None:
    assert cluster.psql("select lower('ŠĐČĆŽ ÑÁ')").stdout.strip() == "šđčćž ñá"


def test_a_killed_database_starts_again(folder: Path) -> None:
    first = embedded.start(folder, say=quiet)
    assert first.process is not None
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.wait()
    second = embedded.start(folder, say=quiet)
    assert second.answers()
    second.stop()


def test_one_that_outlived_its_spotter_is_asked_to_stop_first(folder: Path) -> None:
    orphan = embedded.start(folder, say=quiet)
    assert orphan.process is not None
    heir = embedded.start(folder, say=quiet)
    assert heir.answers()
    assert orphan.process.wait(5) == 0
    heir.stop()


def test_a_pid_file_of_another_process_is_no_lock(folder: Path) -> None:
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n")
    cluster = embedded.start(folder, say=quiet)
    assert cluster.answers()
    cluster.stop()


def test_data_of_another_major_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedError, match="PostgreSQL 16 and this Spotter brings PostgreSQL 18"):
        embedded.start(tmp_path / "postgres", say=quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["postgres"]


def test_a_promise_that_was_switched_off_refuses_the_start(folder: Path) -> None:
    (folder / "postgresql.auto.conf").write_text("fsync = off\n")
    with pytest.raises(EmbeddedError, match="fsync = off"):
        embedded.start(folder, say=quiet)
    (folder / "postgresql.auto.conf").write_text("")


def test_a_lost_key_is_named(folder: Path) -> None:
    key = folder.with_suffix(".key")
    key.rename(folder.with_suffix(".away"))
    with pytest.raises(EmbeddedError, match=r"postgres\.key is missing"):
        embedded.start(folder, say=quiet)
    folder.with_suffix(".away").rename(key)


def test_a_start_that_was_cut_off_leaves_nothing_half_made(tmp_path: Path) -> None:
    with TemporaryDirectory(prefix="spotter-start-") as name:
        (Path(name) / "postgres.new").mkdir()
        (Path(name) / "postgres.new" / "PG_VERSION").write_text("18")
        cluster = embedded.start(Path(name) / "postgres", durable=False, say=quiet)
        assert cluster.answers()
        cluster.stop()
        assert not (Path(name) / "postgres.new").exists()


def test_a_path_too_long_for_a_socket_gets_a_short_one() -> None:
    with TemporaryDirectory(prefix="spotter-start-") as name:
        cluster = embedded.start(Path(name) / ("a" * 90) / "postgres", durable=False, say=quiet)
        assert cluster.answers()
        cluster.stop()
        embedded.forget_sockets(cluster)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('FATAL:  could not write lock file "postmaster.pid": No space left on device', "is full"),
        ('FATAL:  data directory "/gym" has wrong ownership', "wrong ownership"),
        ("initdb: error: could not change permissions of directory: Operation not permitted", "check who owns it"),
        ("", "no reason given"),
    ],
)
def test_a_failed_start_is_one_sentence(said: str, told: str) -> None:
    sentence = embedded.in_words(said, Path("/gym"))
    assert told in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("system", "release", "expected"),
    [("linux", "6.1.0-25-amd64", True), ("linux", "5.8.0", True), ("linux", "5.4.0-1-generic", False), ("linux", "odd", False),
     ("darwin", "24.1.0", False)],
)  # fmt: skip
def test_one_call_for_all_files_where_its_errors_are_told(system: str, release: str, expected: bool) -> None:
    assert embedded.one_call_is_enough(system, release) is expected
