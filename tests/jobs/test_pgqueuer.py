"""The engine is PgQueuer's own: its tables as it would make them, its statements as it would say them, and what waited before it came."""

import re
from uuid import UUID

import pytest
from pgqueuer.adapters.persistence.qb import QueryQueueBuilder
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

from app import embedded, schema
from app.db import Db
from app.jobs import statements
from tests.postgres import EMPTY, create_database

BUILDER = QueryQueueBuilder()
ID = UUID("018f0000-0000-7000-8000-000000000001")


def words(sql: str) -> list[str]:
    return re.sub(r"--[^\n]*", "", sql).split()


@pytest.mark.parametrize(
    ("ours", "its"),
    [
        (statements.PUT, BUILDER.build_enqueue_query("skip")),
        (statements.AGAIN, BUILDER.build_requeue_jobs_query()),
        (statements.CLOSE, BUILDER.build_log_job_query()),
        (f"'{statements.CHANNEL}'", f"'{BUILDER.settings.channel}'"),
    ],
)
def test_what_the_web_says_to_the_queue_is_what_pgqueuer_says(ours: str, its: str) -> None:
    assert words(ours) == words(its)


async def test_pgqueuer_finds_nothing_missing_in_its_tables(db: Db) -> None:
    planned = await Queries(AsyncpgDriver(db.connection)).plan_upgrade()
    assert list(planned.statements) == []


def test_what_waited_before_pgqueuer_came_waits_on_and_could_go_back(cluster: embedded.Cluster) -> None:
    create_database(cluster, "moved", EMPTY)
    dsn = cluster.dsn("moved")

    def said(sql: str) -> str:
        return cluster.psql(sql, "moved").stdout.strip()

    schema.downgrade(dsn, "2026_11_21_quick_door")
    rows = "select kind, args ->> 'word', tries, due_at, parked_at is not null, reason, step from job order by due_at"
    said(
        f"""insert into job (id, kind, args, made_at, due_at, parked_at, tries, reason, step) values
            ('{ID}', 'mail.send', '{{"word": "ćao"}}', '2026-01-01', '2026-01-02', null, 1, 'SMTPDataError', 'waiting'),
            ('{UUID(int=7)}', 'backups.backup', '{{}}', '2026-01-01', '2026-01-03', '2026-01-04', 8, 'DiskFull', '');
            insert into chore (name, next_at, done_at) values ('backups.nightly', '2026-01-05', '2026-01-04')"""
    )
    before = said(rows)
    assert before.count("\n") == 1
    schema.upgrade(dsn)
    assert said(rows) == before
    assert said("select entrypoint, status, execute_after::date from pgqueuer where dedupe_key = entrypoint") == (
        "backups.nightly|queued|2026-01-05"
    )
    assert said("select count(*) from job where parked_at = '2026-01-04'") == "1"
    schema.downgrade(dsn, "2026_11_21_quick_door")
    assert said(rows) == before
    assert said("select next_at::date, done_at::date from chore") == "2026-01-05|2026-01-04"
