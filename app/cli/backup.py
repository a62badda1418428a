"""`spotter backup`: make, list, prove, bring back, undo."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click

from app import clock
from app.backups import house, keys, restore
from app.backups.archive import RefusedError
from app.backups.house import Shelf
from app.cli.house import DATA, database, fail, load, say
from app.settings import Settings
from app.web.cache import open_cache

SENTENCES = {
    "not_a_backup": "This is not a backup of Spotter.",
    "foreign": "This backup was not made by this gym. With its recovery kit: --kit FILE",
    "altered": "This backup was altered or damaged.",
    "partial": "This backup is not whole.",
    "newer_schema": "This backup is of a version that this Spotter does not know. Update Spotter first.",
    "wrong_key": "This key does not open the backup.",
    "does_not_fit": "What was restored is not what was backed up.",
}


@click.group()
def backup() -> None:
    """Backups: make one, prove it, bring it back."""


@backup.command()
@DATA
def make(data: Path | None) -> None:
    """Make a backup now."""
    config = load(data=data)
    with database(config) as dsn:
        folder = attempt(house.make(shelf(config, dsn), now=clock.now(), say=step))
        say(f"Made {folder}")


@backup.command("list")
@DATA
def list_(data: Path | None) -> None:
    """What is on the shelf."""
    config = load(data=data)
    for one in house.held(Shelf(restore.Server("", ""), config.data)):
        say(f"{one.name}  {one.made_at:%Y-%m-%d %H:%M}  {one.size / 1e6:8.1f} MB  {one.rows:>9} rows")


@backup.command()
@DATA
@click.argument("name")
def drill(data: Path | None, name: str) -> None:
    """Restore NAME beside the real one, compare, and throw the copy away."""
    config = load(data=data)
    with database(config) as dsn:
        manifest = attempt(house.prove(shelf(config, dsn), name, say=step))
        say(f"Proven: {sum(one.rows for one in manifest.counts)} rows in {len(manifest.counts)} tables are the same.")


@backup.command("restore")
@DATA
@click.argument("name")
@click.option("--kit", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The recovery kit, as a text file.")
@click.confirmation_option(prompt="The present state will be set aside. Go on?")
def restore_(data: Path | None, name: str, kit: Path | None) -> None:
    """Bring back NAME from the shelf, or a backup's FOLDER."""
    config = load(data=data)
    folder = Path(name) if Path(name).is_dir() else config.data / "backups" / name
    read = keys.read_kit(kit.read_text()) if kit else None
    with database(config) as dsn:
        done = attempt(house.bring_back(shelf(config, dsn), folder, now=clock.now(), kit=read, say=step))
        asyncio.run(open_cache(config.valkey_url, config.data / "run").new_epoch())
        say(f"Brought back {done.manifest.club}, as of {done.manifest.made_at}. Everybody signs in again.")
        say("The state of before is kept: spotter backup undo")


@backup.command()
@DATA
@click.confirmation_option(prompt="Put the state of before the restore back?")
def undo(data: Path | None) -> None:
    """Take the last restore back."""
    config = load(data=data)
    with database(config) as dsn:
        server = shelf(config, dsn).server
        before = attempt(restore.set_aside(server))
        if not before:
            fail("There is no restore to take back.")
        attempt(restore.put_back(server, before[0], now=clock.now()))
        asyncio.run(open_cache(config.valkey_url, config.data / "run").new_epoch())
        say("It is as it was before the restore.")


@backup.command()
@DATA
def kit(data: Path | None) -> None:
    """A new recovery kit, to be written down."""
    new = keys.new_kit(load(data=data).data)
    say(f"{new.secret}\nhub:{new.hub}\n\nKeep this on paper, away from the machine. It is not shown again.")


def shelf(config: Settings, dsn: str) -> Shelf:
    return house.shelf(config, dsn)


def step(what: str) -> None:
    say(f"  {what} …")


def attempt(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except RefusedError as error:
        fail(
            f"{SENTENCES[error.refused.code]} ({error.refused.detail})" if error.refused.detail else SENTENCES[error.refused.code]
        )
    except OSError as error:
        fail(f"The backup could not be made: {error}")
