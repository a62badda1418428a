"""Migrations run on a direct connection, each in its own transaction, and wait at most three seconds for a lock."""

import asyncio
from typing import Any

from alembic import context
from alembic.ddl.postgresql import PostgresqlImpl
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import await_only

from app.schema import url
from app.tables import metadata


class PlainSql(PostgresqlImpl):
    """`op.execute("…")` takes a whole script: asyncpg would prepare it and refuse the second statement."""

    __dialect__ = "postgresql"

    def execute(self, sql: Any, execution_options: dict[str, Any] | None = None) -> None:
        if not isinstance(sql, str):
            super().execute(sql, execution_options)
            return
        assert self.connection is not None
        self.connection.exec_driver_sql("select 1")  # the transaction has begun
        await_only(self.connection.connection.driver_connection.execute(sql))


def is_ours(thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """PgQueuer's tables are its own, and no model can refer to them."""
    if kind == "foreign_key_constraint":
        return not any(part.target_fullname.startswith("pgqueuer.") for part in thing.elements)
    return kind != "table" or not (name or "").startswith("pgqueuer")


def run(connection: Connection) -> None:
    connection.exec_driver_sql("set lock_timeout = '3s'")
    connection.exec_driver_sql("set statement_timeout = 0")
    connection.exec_driver_sql("set transaction_timeout = 0")
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        include_object=is_ours,
        render_as_batch=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    engine = create_async_engine(url(context.config.attributes["dsn"]), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(main())
