"""`spotter demo`: a year in the life of a club."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app import clock, db
from app.cli.house import DATA, database, fail, load
from app.demo import year


@click.command()
@DATA
def demo(data: Path | None) -> None:
    """Fill an empty database with the demo club: the cast, 300 members and the year they lived.

    A database that has a club already is left as it is.
    """
    with database(load(data=data)) as dsn:
        began = time.monotonic()
        if asyncio.run(fill(dsn)):
            click.echo(f"  The demo club has lived its year ({time.monotonic() - began:.0f} s).", err=True)


async def fill(dsn: str) -> bool:
    pool = await db.open_pool(dsn, size=2, command_timeout=None)
    try:
        if await pool.fetchval("select exists(select from club where not is_demo)"):
            fail("This database belongs to a real club: the demo goes into an empty one only.")
        if await pool.fetchval("select exists(select from club)"):
            return False
        with click.progressbar(length=1000, label="  A year of demo life", file=sys.stderr) as bar:
            await year.live(db.Database(pool=pool, direct_dsn=dsn), now=clock.now(), say=moves(bar))
    finally:
        await pool.close()
    return True


def moves(bar: Any) -> Callable[[str, float], None]:
    """The bar follows the share of the year that is done."""

    def say(what: str, share: float) -> None:
        bar.update(max(0, int(share * 1000) - bar.pos))

    return say
