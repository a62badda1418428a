"""What a container of the database is asked every two seconds, and what becomes of one that waits for nobody."""

import os
import signal
import subprocess
from contextlib import suppress

import psutil

from app.embedded import BIN, Cluster
from tests.stack.house import DEPLOY, until
from tests.start.test_pulse import cluster, strike_twice  # noqa: F401  (a database of its own)


def asked(database: Cluster) -> int:
    """Zero: all is well."""
    assert database.process is not None
    environ = {**os.environ, "PGHOST": str(database.sockets), "PG_ISREADY": str(BIN / "pg_isready")}
    command = [DEPLOY / "postgres-health", str(database.process.pid)]
    return subprocess.run(command, env=environ, stderr=subprocess.DEVNULL, check=False, timeout=30).returncode


def test_a_database_that_waits_for_nobody_is_ended_and_every_other_is_left_alone(cluster: Cluster) -> None:  # noqa: F811
    assert asked(cluster) == 0
    assert cluster.process is not None
    until(lambda: strike_twice(cluster), "a database that waits for nobody")
    assert asked(cluster) == 1
    cluster.process.wait(20)  # its container ends with it


def test_one_that_begins_or_stops_is_not_well_and_is_left_alone(cluster: Cluster) -> None:  # noqa: F811
    assert cluster.process is not None
    frozen = psutil.Process(cluster.process.pid)
    helpers = {child.cmdline()[0].split(":")[1].strip(): child for child in frozen.children()}
    helpers["background writer"].send_signal(signal.SIGSTOP)  # as long as it does not end, a crash is not cleared away
    helpers["walwriter"].kill()
    until(lambda: not helpers["checkpointer"].is_running(), "the end of those who listen")
    assert asked(cluster) != 0
    assert cluster.is_alive()
    with suppress(psutil.NoSuchProcess):  # whoever does not listen for five seconds is killed
        helpers["background writer"].send_signal(signal.SIGCONT)
    until(lambda: asked(cluster) == 0, "the database")
