"""A web process holds what requests need and nothing else."""

import subprocess
import sys

HEAVY = ("sqlalchemy", "advanced_alchemy.base", "alembic", "pgqueuer", "pydantic.main", "typer")


SAID = """import app.supervisor.web, sys
from app.db import Database
from app.settings import Settings
app.supervisor.web.create_app(Settings(secret=b"a secret of the tests, 32 bytes!"), Database(pool=object()))
print(*sys.modules)"""


def test_a_web_process_does_not_load_what_only_migrations_and_the_worker_need() -> None:
    done = subprocess.run([sys.executable, "-c", SAID], capture_output=True, text=True, check=True)
    assert set(HEAVY) & set(done.stdout.split()) == set()
