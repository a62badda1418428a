"""Knocking at the door: every try is counted before the password is looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts.rules import Guesses, seconds_to_wait
from app.db import Db

KNOCK = """
with busy as (
    insert into busy_minute (address, minute, tries) values ($2, date_trunc('minute', $3::timestamptz), 1)
    on conflict (address, minute) do update set tries = busy_minute.tries + 1 returning tries
)
select coalesce(g.failures, 0) as failures, g.last_at, busy.tries - 1 as from_address
  from busy left join guess g on g.account = $1 and g.address = $2
"""

# Only if nobody else has tried since we looked: twenty guesses at once are twenty guesses.
COUNT = """
insert into guess (account, address, failures, last_at) values ($1, $2, 1, $3)
on conflict (account, address) do update
   set failures = case when guess.last_at <= $3 - interval '1 hour' then 1 else guess.failures + 1 end, last_at = $3
 where (guess.failures, guess.last_at) is not distinct from ($4::integer, $5::timestamptz)
"""


@dataclass(frozen=True, slots=True)
class Knock:
    """Whose door (a hash), from where, and whether the browser has been here before."""

    account: bytes
    address: str
    is_known: bool = False


async def knock(db: Db, who: Knock, now: datetime) -> int:
    """Seconds to wait, 0 = go ahead and this try is counted. Takes an autocommitting connection."""
    for _round in range(3):
        seen = await db.one(Guesses, KNOCK, who.account, who.address, now)
        assert seen is not None
        wait = seconds_to_wait(Guesses(seen.failures, seen.last_at, 0 if who.is_known else seen.from_address), now)
        if wait:
            return wait
        if await db.run(COUNT, who.account, who.address, now, seen.failures, seen.last_at):
            return 0
    return 1


async def forgive(db: Db, who: Knock, now: datetime) -> None:
    """It was them. Somebody who knows the password costs the address nothing."""
    await db.run(
        """with gone as (delete from guess where account = $1 and address = $2)
           update busy_minute set tries = tries - 1 where address = $2 and minute = date_trunc('minute', $3::timestamptz) and tries > 0""",
        who.account, who.address, now,
    )  # fmt: skip


async def sweep(db: Db, now: datetime) -> None:
    await db.run("delete from guess where last_at < $1", now - timedelta(days=1))
    await db.run("delete from busy_minute where minute < $1", now - timedelta(hours=1))
