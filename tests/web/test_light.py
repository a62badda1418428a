"""A web process holds what requests need and nothing else."""

import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "advanced_alchemy.base", "alembic", "pgqueuer", "pydantic.main", "typer")


@pytest.mark.parametrize("name", HEAVY)
def test_a_web_process_does_not_load_what_only_migrations_and_the_worker_need(name: str, loaded: set[str]) -> None:
    assert name not in loaded


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    said = """import app.supervisor.web, sys
from app.db import Database
from app.settings import Settings
app.supervisor.web.create_app(Settings(secret=b"a secret of the tests, 32 bytes!"), Database(pool=object()))
print(*sys.modules)"""
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
