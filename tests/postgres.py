"""The throw-away Postgres of a test run, and the databases that all others are copied from."""

import asyncio
import shutil
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import db as db_
from app import embedded, schema
from app.db import Db
from app.demo import world as world_

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
EMPTY, TEMPLATE = "template_empty", "template_gym"
PATIENCE = 120.0  # seconds


def create_database(cluster: embedded.Cluster, name: str, template: str) -> None:
    """As a copy of files: a fifth of what writing the copy through the log takes."""
    cluster.psql(f'create database "{name}" template "{template}" owner spotter strategy file_copy')


def make_templates(cluster: embedded.Cluster) -> None:
    """One that is only migrated, and one with the cast in it."""
    create_database(cluster, EMPTY, "template0")
    schema.upgrade(cluster.dsn(EMPTY))
    create_database(cluster, TEMPLATE, EMPTY)
    asyncio.run(settle(cluster.dsn(TEMPLATE)))


async def settle(dsn: str) -> None:
    connection = await db_.connect(dsn)
    await world_.settle(Db(connection), now=NOW - timedelta(days=400))
    await connection.close()


class SharedCluster:
    """One Postgres for all workers of a run. It belongs to a thread of the run's own process, which lives until the end:
    PostgreSQL is told to end with the thread that started it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="spotter-tests-"))
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._live, name="postgres")
        self.thread.start()

    def _live(self) -> None:
        cluster = None
        try:
            cluster = embedded.start(self.folder / "postgres", durable=False, say=lambda _: None)
            make_templates(cluster)
            (self.folder / "ready").touch()
            self.over.wait()
        except Exception as error:
            (self.folder / "failed").write_text(str(error))
        finally:
            if cluster is not None:
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
    place = folder / "postgres"
    account = embedded.account_for(place)
    return embedded.Cluster(place, embedded.socket_folder(place, account), account, embedded.cluster_key(place), durable=False)
