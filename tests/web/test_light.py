"""A web process holds what requests need and nothing else."""

import subprocess
import sys

import pytest

HEAVY = ("sqlalchemy", "advanced_alchemy.base", "alembic")


@pytest.mark.parametrize("name", HEAVY)
def test_a_web_process_does_not_load_what_only_migrations_need(name: str, loaded: set[str]) -> None:
    assert name not in loaded


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    said = "import app.supervisor.web, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
