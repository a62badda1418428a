"""A tap is written down: admitted by one guarded statement, or just told."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from app.db import Db
from app.desk import queries
from app.desk.actions.doors import Door, Tap
from app.desk.facts import Facts
from app.desk.rules.verdict import Member, Pass, Verdict

NAME = re.compile(r"(?<!:):([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Written:
    visits_left: int | None = None


HELD = """held as (
  select id from membership
  where id = :pass and starts_on = :starts_on and ends_on = :ends_on and suspended_on is not distinct from :suspended_on
    and cancelled_on is not distinct from :cancelled_on and not is_replaced
    and (visits_left is null or visits_left > 0 or not :takes::boolean)
  for no key update
), """
USED = """used as (
  update membership set visits_left = visits_left - 1
  where id = :pass and visits_left > 0 and exists (select from went) returning visits_left
), """
OUT = """out as (
  update visit set left_at = greatest(at, :now), is_guess = true
  where id = :last and left_at is null and not is_undone and exists (select from went)
), """
WORD = """, word as (
  insert into override (id, gym_id, member_id, codes, why, by, at)
  select id, :gym, :member, :codes, :why, :by, :now from told
)"""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a tap needs written. A part that does nothing costs as much to prepare as one that does, so it is left out."""

    held: bool = True  # a membership, locked as the rule saw it
    room: bool = False  # there is a limit
    used: bool = False  # a visit comes off the pack
    out: bool = False  # an earlier visit has not ended
    word: bool = False  # on somebody's word


@cache
def admit(needs: Needs) -> tuple[str, tuple[str, ...]]:
    """The membership is locked; then, where room is short, whoever asks for the last of it waits for those before (always in this
    order); then the visit takes its number; then everything else hangs on the visit. The statement, and the names of what it asks for.
    """
    return numbered(f"""
with {HELD if needs.held else ""}went as (
  insert into visit (id, gym_id, member_id, membership_id, nth, took, at, day, stays_until, weeks)
  select :id::uuid, :gym::uuid, :member::uuid, {":pass::uuid" if needs.held else "null"}, :nth::int, :took::boolean, :now::timestamptz,
    :today::date, :stays_until::timestamptz, :weeks::int
  {"from held" if needs.held else ""}
  where {"has_room(:gym, :member, :now, :capacity, :is_tight) and" if needs.room else ""}
    not exists (select from attempt where id = :id)
  on conflict do nothing returning id
), {USED if needs.used else ""}{OUT if needs.out else ""}told as (
  insert into attempt (id, gym_id, at, device_at, channel, by, device, card, member_id, name, outcome, codes, reasons,
    membership_id, visits_left, hash)
  select id, :gym, :now, :device_at::timestamptz, :channel, :by::uuid, :device, :card, :member, :name, :outcome, :codes::text[],
    :reasons::jsonb, {":pass::uuid" if needs.held else "null"}, {"(select visits_left from used)" if needs.used else "null"},
    :hash::bytea
  from went returning id, visits_left
){WORD if needs.word else ""}
select visits_left from told""")


def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """`:name` as the driver wants it, `$1`."""
    names = tuple(dict.fromkeys(NAME.findall(sql)))
    return NAME.sub(lambda found: f"${names.index(found[1]) + 1}", sql), names


TELL = """
insert into attempt (id, gym_id, at, device_at, channel, by, device, card, member_id, name, outcome, codes, reasons, membership_id, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict do nothing returning null::int as visits_left"""


async def write(db: Db, door: Door, tap: Tap, facts: Facts, ruling: Verdict, now: datetime) -> Written | None:
    """None when the guard failed: another desk was quicker, or the facts are no longer what the rule saw."""
    if not ruling.is_new_visit or facts.member is None:
        return await _tell(db, door, tap, facts, ruling, now)
    needs, values = admission(door, tap, facts, facts.member, ruling, now)
    sql, names = admit(needs)
    row = await db.row(sql, *[values[name] for name in names])
    return None if row is None else Written(row["visits_left"])


def admission(door: Door, tap: Tap, facts: Facts, member: Member, ruling: Verdict, now: datetime) -> tuple[Needs, dict[str, Any]]:
    used, here, last = pass_of(member, ruling), facts.doorway, member.last_visit
    is_pack = used is not None and used.visits_left is not None
    needs = Needs(
        held=used is not None,
        room=here.capacity is not None and "at_capacity" not in ruling.codes,
        used=ruling.takes and is_pack,
        out=facts.is_unended,
        word=ruling.outcome == "overridden",
    )
    values = {
        "id": tap.id, "gym": door.gym_id, "member": member.id, "nth": facts.nth + 1, "weeks": facts.weeks + 1, "took": needs.used, "takes": ruling.takes,
        "now": now, "today": facts.today, "stays_until": now + timedelta(minutes=here.stay_minutes),
        "capacity": here.capacity, "is_tight": facts.is_tight,
        "device_at": tap.device_at, "channel": door.channel, "by": door.by, "device": door.device, "card": tap.card,
        "name": member.name, "outcome": ruling.outcome, "codes": list(ruling.codes), "reasons": queries.as_rows(ruling.reasons),
        "hash": tap.hash(door), "why": tap.why, "last": last.id if last else None,
    }  # fmt: skip
    if used is not None:
        values |= {
            "pass": used.id, "starts_on": used.starts_on, "ends_on": used.ends_on,
            "suspended_on": used.suspended_on, "cancelled_on": used.cancelled_on,
        }  # fmt: skip
    return needs, values


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
