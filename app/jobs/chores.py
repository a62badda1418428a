"""What PgQueuer writes down about jobs that are long over is let go of."""

from datetime import datetime

from app.db import Db


async def forget(db: Db, now: datetime) -> None:
    await db.run("delete from pgqueuer_log where created < $1::timestamptz - interval '30 days'", now)
    await db.run("delete from pgqueuer_statistics where created < $1::timestamptz - interval '1 year'", now)
