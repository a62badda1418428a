"""`spotter doctor`."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from app import doctor as doctor_
from app import embedded
from app.cli.house import DATA, load, reached
from app.embedded import EmbeddedError
from app.settings import Settings
from app.supervisor.words import StartError

MARKS = {"good": ("✓", "green"), "look": ("!", "yellow"), "bad": ("✗", "red")}


@contextmanager
def anything(config: Settings) -> Iterator[str | None]:
    """A database to ask, where there is one already; nothing is made, and one that will not start is found out by `up`."""
    version = config.data / "postgres" / "PG_VERSION"
    if config.direct is None and not (version.exists() and version.read_text().strip() == embedded.MAJOR):
        yield None
        return
    with ExitStack() as opened:
        try:
            dsn = opened.enter_context(reached(config))
        except (StartError, EmbeddedError) as error:
            click.secho(f"✗ {error}", fg="red")
            dsn = None
        yield dsn


@click.command()
@DATA
def doctor(data: Path | None) -> None:
    """Check everything and say what to do. The output holds no secrets and may be pasted anywhere."""
    config = load(data=data)
    with anything(config) as dsn:
        findings = doctor_.examine(config, dsn)
    for finding in findings:
        mark, colour = MARKS[finding.state]
        click.secho(f"{mark} {finding.what}", fg=colour)
        if finding.advice:
            click.echo(f"    {finding.advice}")
    sys.exit(1 if any(finding.state == "bad" for finding in findings) else 0)
