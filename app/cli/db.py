"""`spotter db`: the schema, and a way in."""

import os
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import click
from alembic import command
from alembic.util import CommandError

from app import schema
from app.cli.house import DATA, database, fail, load, say
from app.embedded import BIN


@click.group()
def db() -> None:
    """The tables: bring them up to date, step back, check them, look inside."""


@db.command()
@DATA
@click.argument("revision", default="head")
def upgrade(data: Path | None, revision: str) -> None:
    """Bring the tables up to date (or up to REVISION)."""
    with database(load(data=data)) as dsn:
        attempt(schema.upgrade, dsn, revision)


@db.command()
@DATA
@click.argument("revision")
@click.confirmation_option(prompt="Stepping back can lose data. Is there a backup?")
def downgrade(data: Path | None, revision: str) -> None:
    """Step back to REVISION; `base` removes everything."""
    with database(load(data=data)) as dsn:
        attempt(schema.downgrade, dsn, revision)


@db.command()
@DATA
def check(data: Path | None) -> None:
    """Do the tables equal what the code expects?"""
    with database(load(data=data)) as dsn:
        attempt(schema.check, dsn)
        say("The tables are what the code expects.")


@db.command()
@DATA
@click.argument("message")
def revision(data: Path | None, message: str) -> None:
    """Draft a migration from the difference between models and tables."""
    with database(load(data=data)) as dsn:
        attempt(command.revision, schema.config(dsn), message, autogenerate=True)


@db.command(context_settings={"ignore_unknown_options": True})
@DATA
@click.argument("psql", nargs=-1, type=click.UNPROCESSED)
def shell(data: Path | None, psql: tuple[str, ...]) -> None:
    """Open psql on the database; what follows goes to psql."""
    with database(load(data=data)) as dsn:
        subprocess.run([BIN / "psql", *psql], env={**os.environ, **libpq(dsn)}, check=False)


def libpq(dsn: str) -> dict[str, str]:
    """The address by the environment: a command line is read by everybody on the machine."""
    url = schema.url(dsn)
    host = url.query.get("host", url.host)
    given = {"PGHOST": host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database}
    return {name: str(value) for name, value in given.items() if value}


def attempt(work: Any, *args: Any, **more: Any) -> None:
    try:
        work(*args, **more)
    except (CommandError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        fail(f"That did not work: {str(error).splitlines()[0] if str(error) else type(error).__name__}.")
