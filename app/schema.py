"""The schema's versions, through Alembic: upgrade, downgrade, check, which one is it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from app.places import MIGRATIONS


def config(dsn: str, say: Callable[[str], Any] | None = None) -> Config:
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.set_main_option("path_separator", "os")
    found.attributes["dsn"] = dsn
    found.attributes["say"] = say
    return found


def url(dsn: str) -> Any:
    """asyncpg's way of naming a database, as SQLAlchemy's."""
    return make_url(dsn).set(drivername="postgresql+asyncpg")


def upgrade(dsn: str, revision: str = "head", say: Callable[[str], Any] | None = None) -> None:
    command.upgrade(config(dsn, say), revision)


def downgrade(dsn: str, revision: str) -> None:
    command.downgrade(config(dsn), revision)


def check(dsn: str) -> None:
    """Raises when the tables are not what the models say."""
    command.check(config(dsn))


def head() -> str:
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


@cache
def known() -> list[str]:
    """Every version that this Spotter can upgrade from, newest first. All files of migrations are read for it, once."""
    return [str(script.revision) for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
