"""What a test does to the queue's clock, which is the database's, and to what waits in it."""

from uuid import UUID

from app import clock
from app.db import Db, new_id
from app.jobs import actions

# Whatever waits is due.
DUE = "update pgqueuer set execute_after = now() - interval '1 second' where status = 'queued'"
# Whoever had something in hand has not been heard of for longer than a minute.
DIED = "update pgqueuer set heartbeat = now() - interval '61 seconds' where status = 'picked'"


async def set_aside(db: Db, kind: str, reason: str) -> UUID:
    """A job that waits for a person."""
    id = new_id()
    await actions.enqueue(db, kind, {}, id=id, now=clock.now())
    await give_up(db, reason, kind)
    return id


async def give_up(db: Db, reason: str, kind: str | None = None) -> None:
    """What waits, as if it had failed for the eighth time."""
    await db.run(
        """with late as (update pgqueuer q set status = 'failed', updated = now() from job_note n
                          where n.number = q.id and q.status = 'queued' and entrypoint = coalesce($2, entrypoint) returning q.id)
           update job_note set reason = $1, tries = 8 from late where number = late.id""",
        reason,
        kind,
    )
