"""The house's tables made and taken back while the one who does it is killed at random: there is always one version, and the next
try finishes."""

import random
import subprocess
import sys
from contextlib import suppress

from app import schema
from tests.stack.house import REPOSITORY, House, until
from tests.storm.conftest import FULL

KILLS = 20 if FULL else 0
CODE = "import sys; from app import schema; getattr(schema, sys.argv[1])(sys.argv[2], sys.argv[3])"
VERSIONS = "select string_agg(version_num, ' ') from alembic_version"


def test_a_migration_that_is_killed_leaves_one_version_and_is_finished_by_the_next(whole: House) -> None:
    chance = random.Random(5)
    whole.cluster.psql("drop database if exists moved with (force)")
    whole.cluster.psql("create database moved template template0 owner spotter")
    dsn = whole.cluster.dsn("moved")
    process = moving(dsn, "upgrade", "head")
    until(
        lambda: process.poll() is not None or whole.cluster.psql(VERSIONS, "moved", check=False).stdout.strip(),
        "a first version",
        90,
    )
    kill(process)
    seen = {version(whole)}
    for number in range(KILLS):
        process = moving(dsn, *(("upgrade", "head") if number % 2 else ("downgrade", schema.known()[-1])))
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(1, 6))
        kill(process)
        seen.add(version(whole))
    assert moving(dsn, "upgrade", "head").wait(120) == 0
    print(f"{KILLS + 1} killed, {len(seen)} different versions in between")
    assert version(whole) == schema.head()
    whole.cluster.psql("drop database moved with (force)")


def moving(dsn: str, way: str, target: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", CODE, way, dsn, target], cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def version(house: House) -> str:
    """Exactly one, and one that we know."""
    found = house.cluster.psql(VERSIONS, "moved").stdout.strip()
    assert found in schema.known(), found
    return found
