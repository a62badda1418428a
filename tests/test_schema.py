"""The tables are what the models say, and every step has a way back."""

from app import embedded, schema
from tests.postgres import EMPTY, create_database


def test_models_and_migrations_agree_up_down_and_up_again(cluster: embedded.Cluster) -> None:
    create_database(cluster, "steps", EMPTY)  # that has just been led up from nothing
    dsn = cluster.dsn("steps")
    schema.check(dsn)
    schema.downgrade(dsn, "base")
    left = cluster.psql("select count(*) from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'", "steps")
    assert left.stdout.strip() == "0"
    schema.upgrade(dsn)
    schema.check(dsn)
