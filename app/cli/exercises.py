"""`spotter exercises`: the catalogue, and movements out of files."""

import asyncio
from pathlib import Path
from uuid import UUID

import click

from app import db as db_
from app.cli.house import DATA, database, fail, load
from app.exercises import catalogue, imports
from app.exercises.words import fault, unreadable


@click.group()
def exercises() -> None:
    """The movements: renew the catalogue, take in a file."""


@exercises.command()
@DATA
def seed(data: Path | None) -> None:
    """Renew the catalogue that comes with the house. Nobody's own movements are touched."""
    with database(load(data=data)) as dsn:
        asyncio.run(_seed(dsn))
        click.echo(f"  {len(catalogue.rows())} movements are in the catalogue.")


async def _seed(dsn: str) -> None:
    connection = await db_.connect(dsn)
    async with connection.transaction():
        await catalogue.seed(db_.Db(connection))
    await connection.close()


@exercises.command("import")
@DATA
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--gym", help="Which gym takes them; not needed where there is one.")
@click.option("--preview", is_flag=True, help="Only say what would happen.")
def take_in(data: Path | None, file: Path, gym: str | None, preview: bool) -> None:
    """Take in FILE: free-exercise-db JSON, or CSV with a column `name`.

    Refused rows are listed with their reason; everything else is taken in at once or not at all.
    """
    rows = imports.read(file.read_bytes())
    if isinstance(rows, imports.Unreadable):
        fail(unreadable(rows.code))
    with database(load(data=data)) as dsn:
        asyncio.run(_take_in(dsn, rows, gym, preview))


async def _take_in(dsn: str, rows: tuple[imports.Row, ...], gym: str | None, only_preview: bool) -> None:
    connection = await db_.connect(dsn)
    try:
        async with connection.transaction():
            db = db_.Db(connection)
            gym_id = await _gym(db, gym)
            seen = await imports.preview(db, gym_id, rows)
            for row in seen.refused:
                said = fault(row.fault.code, row.fault.word) if row.fault else ""
                click.echo(f"  row {row.number} ({row.draft.name[:60] or '?'}): {said}", err=True)
            click.echo(f"  new: {len(seen.new)}, already known: {seen.known}, refused: {len(seen.refused)}")
            if not only_preview:
                click.echo(f"  taken in: {await imports.take_in(db, gym_id, seen.new)}")
    finally:
        await connection.close()


async def _gym(db: db_.Db, name: str | None) -> UUID:
    found = await db.column("select id from gym where $1::text is null or lower(name) = lower($1)", name)
    if len(found) != 1:
        names = ", ".join(await db.column("select name from gym order by name"))
        fail(f"Say which gym with --gym: {names}." if names else "There is no gym yet.")
    return UUID(str(found[0]))
