"""A tap is written down: admitted by one guarded statement, or just told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import Db
from app.desk import queries
from app.desk.actions.doors import Door, Tap
from app.desk.queries import Facts
from app.desk.rules.verdict import Member, Pass, Verdict


@dataclass(frozen=True, slots=True)
class Written:
    visits_left: int | None = None


# The membership is locked as the rule saw it; then, where room is short, whoever asks for the last of it waits for those
# before (always in this order); then the visit takes its number; then everything else hangs on the visit.
ADMIT = """
with held as (
  select id from membership
  where id = $5 and starts_on = $6 and ends_on = $7 and suspended_on is not distinct from $8
    and cancelled_on is not distinct from $9 and not is_replaced and (visits_left is null or visits_left > 0 or not $10)
  for no key update
), ready as (
  select true from (select id from held union all select null where $5::uuid is null) it
  where $26::int is null or has_room($2, $3, $12, $26)
), went as (
  insert into visit (id, gym_id, member_id, membership_id, nth, took, at, day, stays_until)
  select $1, $2, $3, $5, $4, $10 and $11, $12, $13, $14 from ready
  where not exists (select from attempt where id = $1)
  on conflict do nothing returning id
), used as (
  update membership set visits_left = visits_left - 1
  where id = $5 and $10 and visits_left > 0 and exists (select from went) returning visits_left
), out as (
  update visit set left_at = greatest(at, $12), is_guess = true
  where member_id = $3 and left_at is null and id <> $1 and not is_undone and exists (select from went)
), told as (
  insert into attempt (id, gym_id, at, device_at, channel, by, device, card, member_id, name, outcome, codes, reasons,
    membership_id, visits_left, hash)
  select id, $2, $12, $15, $16, $17, $18, $19, $3, $20, $21, $22, $23, $5, (select visits_left from used), $24 from went
  returning id
), word as (
  insert into override (id, gym_id, member_id, codes, why, by, at)
  select id, $2, $3, $22, $25, $17, $12 from told where $25 <> ''
)
select (select visits_left from used) as visits_left from told"""

TELL = """
insert into attempt (id, gym_id, at, device_at, channel, by, device, card, member_id, name, outcome, codes, reasons, membership_id, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict do nothing returning null::int as visits_left"""


async def write(db: Db, door: Door, tap: Tap, facts: Facts, ruling: Verdict, now: datetime) -> Written | None:
    """None when the guard failed: another desk was quicker, or the facts are no longer what the rule saw."""
    if not ruling.is_new_visit or facts.member is None:
        return await _tell(db, door, tap, facts, ruling, now)
    used = pass_of(facts.member, ruling)
    return await db.one(
        Written,
        ADMIT,
        tap.id,
        door.gym_id,
        facts.member.id,
        facts.nth + 1,
        used.id if used else None,
        used.starts_on if used else None,
        used.ends_on if used else None,
        used.suspended_on if used else None,
        used.cancelled_on if used else None,
        ruling.takes,
        used is not None and used.visits_left is not None,
        now,
        facts.today,
        now + timedelta(minutes=facts.stay_minutes),
        tap.device_at,
        door.channel,
        door.by,
        door.device,
        tap.card,
        facts.member.name,
        ruling.outcome,
        list(ruling.codes),
        queries.as_rows(ruling.reasons),
        tap.hash(door),
        tap.why if ruling.outcome == "overridden" else "",
        None if "at_capacity" in ruling.codes else facts.capacity,
    )


async def _tell(db: Db, door: Door, tap: Tap, facts: Facts, ruling: Verdict, now: datetime) -> Written | None:
    member = facts.member
    return await db.one(
        Written,
        TELL,
        tap.id,
        door.gym_id,
        now,
        tap.device_at,
        door.channel,
        door.by,
        door.device,
        tap.card,
        member.id if member else None,
        member.name if member else "",
        ruling.outcome,
        list(ruling.codes),
        queries.as_rows(ruling.reasons),
        ruling.pass_id,
        tap.hash(door),
    )


def pass_of(member: Member | None, ruling: Verdict) -> Pass | None:
    passes = member.passes if member else ()
    return next((each for each in passes if each.id == ruling.pass_id), None)
