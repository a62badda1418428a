"""What the house feels like from inside, put into numbers every few seconds: pool, cache, streams, queue."""

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from app import log, metrics
from app.db import Database
from app.web.cache import Cache, ValkeyCache

EVERY = 5.0  # seconds
QUEUE = """select count(*) filter (where parked_at is null) as waiting, count(*) filter (where parked_at is not null) as parked,
  coalesce(extract(epoch from now() - min(due_at) filter (where parked_at is null and not is_under_way and due_at <= now())), 0)::float8 as oldest
from job"""


async def keep_counting(database: Database, cache: Cache, bell: Any) -> None:
    while True:
        count_pool(database.pool)
        metrics.streams.set(bell.count)
        metrics.cache_away.set(int(isinstance(cache, ValkeyCache) and cache.is_away))
        metrics.log_lines.set(log.waiting())
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            await count_jobs(database)
        await asyncio.sleep(EVERY)


def count_pool(pool: Any) -> None:
    size, idle = pool.get_size(), pool.get_idle_size()
    metrics.connections.labels("idle").set(idle)
    metrics.connections.labels("busy").set(size - idle)
    metrics.connections.labels("most").set(pool.get_max_size())


async def count_jobs(database: Database) -> None:
    row = await database.pool.fetchrow(QUEUE)
    metrics.jobs.labels("waiting").set(row["waiting"])
    metrics.jobs.labels("parked").set(row["parked"])
    metrics.oldest_job.set(row["oldest"])
