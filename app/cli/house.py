"""What commands share: settings, words on the terminal, and a database even when no Spotter is running."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from app import embedded, settings
from app.embedded import EmbeddedError
from app.settings import Settings, SettingsError
from app.supervisor.lock import only_one
from app.supervisor.words import StartError


def fail(sentence: str, code: int = 1) -> NoReturn:
    click.secho(sentence, fg="red", err=True)
    sys.exit(code)


def say(sentence: str) -> None:
    click.echo(f"  {sentence}", err=True)


def load(**given: Any) -> Settings:
    """The settings, with what the command line says on top."""
    said = {f"SPOTTER_{name.upper()}": text(value) for name, value in given.items() if value is not None}
    try:
        return settings.load({**os.environ, **said})
    except SettingsError as error:
        fail(str(error), 2)


def text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


DATA = click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Data folder.  [default: ./data]")


@contextmanager
def database(config: Settings) -> Iterator[str]:
    """A direct address of the database: given, of the running Spotter, or started just for this command."""
    with ExitStack() as opened:
        try:
            dsn = opened.enter_context(reached(config))
        except (StartError, EmbeddedError) as error:
            fail(str(error))
        yield dsn


@contextmanager
def reached(config: Settings) -> Iterator[str]:
    if config.direct:
        yield config.direct
        return
    with ExitStack() as held:
        try:
            held.enter_context(only_one(config.data))
        except StartError:
            if not (running := config.data / "run" / "database.url").exists():
                raise
            yield running.read_text()
            return
        cluster = embedded.start(config.data / "postgres", say=say)
        held.callback(cluster.stop)
        yield cluster.dsn()


def with_database(config: Settings) -> Callable[[], Any]:
    return lambda: database(config)


def with_dsn(config: Settings, dsn: str) -> Settings:
    return replace(config, database_url=dsn)
