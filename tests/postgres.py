"""The throw-away Postgres of a test run, and the databases that all others are copied from."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher

from app import db as db_
from app import embedded, schema
from app.accounts import passwords
from app.db import Db
from app.demo import world as world_

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
EMPTY, TEMPLATE = "template_empty", "template_gym"
PATIENCE = 120.0  # seconds
# What a password costs is tried in tests/accounts/test_passwords.py; everywhere else in this process it costs nothing.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP_HASH = CHEAP.hash(world_.PASSWORD)
MEMORY, ROOM = Path("/dev/shm"), 3 * 2**30
FOLDER = "spt-"
# Nothing is kept and nothing runs in the background.
QUICK = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "off",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "wal_writer_delay": "10s",
    "bgwriter_delay": "10s",
    "track_io_timing": "off",
    "scram_iterations": "1",
}


def in_memory() -> str | None:
    """A database that nobody keeps needs no disk: to make its thousands of files there takes longer than most tests."""
    try:
        has_room = shutil.disk_usage(MEMORY).free >= ROOM and os.access(MEMORY, os.W_OK)
    except OSError:
        return None
    return str(MEMORY) if has_room else None


def fresh_folder() -> Path:
    """Named after this process, so that what a killed run left in memory is swept away by the next."""
    where = in_memory()
    for left in Path(where).glob(f"{FOLDER}*") if where else ():
        if not is_alive(left.name.removeprefix(FOLDER).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-", dir=where))


def is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        pass  # somebody else's, or nobody knows whose
    return True


def create_database(cluster: embedded.Cluster, name: str, template: str) -> None:
    """As a copy of files: a fifth of what writing the copy through the log takes."""
    superuser(cluster.folder).do(f'create database "{name}" template "{template}" owner spotter strategy file_copy')


def drop_database(cluster: embedded.Cluster, name: str) -> None:
    superuser(cluster.folder).do(f'drop database "{name}" with (force)')


class Superuser:
    """One psql for all databases that a process makes: to start one takes longer than to make a database."""

    OVER = "---- over"

    def __init__(self, folder: Path) -> None:
        cluster = known(folder)
        command = [embedded.BIN / "psql", "-X", "-q", "-A", "-t", "-h", cluster.sockets, "-U", "postgres", "-d", "postgres"]
        self.process = subprocess.Popen(
            command, env=os.environ | {"PGPASSWORD": cluster.password("postgres")}, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.one_at_a_time = threading.Lock()

    def do(self, sql: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.one_at_a_time:
            self.process.stdin.write(f"{sql};\n\\echo {self.OVER} :ERROR\n")
            said: list[str] = []
            while not (line := self.process.stdout.readline()).startswith(self.OVER):
                if not line:
                    raise RuntimeError(f"psql went away: {said}")
                said.append(line)
        if "true" in line:
            raise RuntimeError(f"{sql}: {''.join(said)}")

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


superusers: dict[Path, Superuser] = {}


def superuser(folder: Path) -> Superuser:
    if folder not in superusers:
        superusers[folder] = Superuser(folder)
    return superusers[folder]


def leave(folder: Path) -> None:
    """Before the cluster stops."""
    if found := superusers.pop(folder, None):
        found.close()


def make_templates(cluster: embedded.Cluster) -> None:
    """One that is only migrated, and one with the cast in it."""
    create_database(cluster, EMPTY, "template0")
    schema.upgrade(cluster.dsn(EMPTY))
    create_database(cluster, TEMPLATE, EMPTY)
    asyncio.run(settle(cluster.dsn(TEMPLATE)))


async def settle(dsn: str) -> None:
    connection = await db_.connect(dsn)
    await world_.settle(Db(connection), now=NOW - timedelta(days=400))
    await connection.execute("update person set password_hash = $1 where password_hash is not null", CHEAP_HASH)
    await connection.close()


def hash_cheaply() -> None:
    passwords.hasher = CHEAP


class SharedCluster:
    """One Postgres for all workers of a run. It belongs to a thread of the run's own process, which lives until the end:
    PostgreSQL is told to end with the thread that started it."""

    def __init__(self) -> None:
        self.folder = fresh_folder()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._live, name="postgres")
        self.thread.start()

    def _live(self) -> None:
        cluster = None
        try:
            cluster = embedded.start(self.folder / "postgres", durable=False, say=lambda _: None, settings=QUICK)
            make_templates(cluster)
            (self.folder / "ready").touch()
            self.over.wait()
        except Exception as error:
            (self.folder / "failed").write_text(str(error))
        finally:
            if cluster is not None:
                leave(cluster.folder)
                cluster.stop()
                embedded.forget_sockets(cluster)

    def stop(self) -> None:
        self.over.set()
        self.thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)


def attach(folder: Path) -> embedded.Cluster:
    """The shared one, as soon as it is ready."""
    until = time.monotonic() + PATIENCE
    while not (folder / "ready").exists():
        if (folder / "failed").exists():
            raise RuntimeError((folder / "failed").read_text())
        if time.monotonic() > until:
            raise RuntimeError("the tests' Postgres did not start")
        time.sleep(0.02)
    return known(folder / "postgres")


def known(place: Path) -> embedded.Cluster:
    account = embedded.account_for(place)
    return embedded.Cluster(place, embedded.socket_folder(place, account), account, embedded.cluster_key(place), durable=False)
