"""Somebody is at the door: ask, decide, write it down in one guarded statement."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.accounts.actions import audit
from app.actor import Actor
from app.db import Db
from app.desk import queries
from app.desk.queries import Arrival, Board, Facts
from app.desk.rules.verdict import UNDO, Member, Pass, Verdict, verdict

TRIES = 8


@dataclass(frozen=True, slots=True)
class Door:
    """Which door, and on whose behalf it asks."""

    gym_id: UUID
    channel: str
    by: UUID | None = None
    device: str = ""


def desk_of(actor: Actor) -> Door:
    return Door(actor.gym_id, "desk", actor.person_id)


@dataclass(frozen=True, slots=True)
class Tap:
    """A card held to a reader, or a member picked from a list."""

    id: UUID
    card: str = ""
    member_id: UUID | None = None
    device_at: datetime | None = None
    why: str = ""  # let in against the verdict, and the reason for it

    def hash(self, door: Door) -> bytes:
        """What makes this tap itself: the same id with other content is somebody's mistake."""
        parts = (str(door.gym_id), door.channel, self.card.strip().upper(), str(self.member_id or ""), self.why)
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).digest()


@dataclass(frozen=True, slots=True)
class Outcome:
    id: UUID
    at: datetime
    verdict: Verdict
    board: Board
    currency: str
    card: str = ""
    member: Member | None = None
    visits_left: int | None = None
    streak: int = 0
    is_replay: bool = False
    is_undone: bool = False
    why: str = ""

    @property
    def kind(self) -> str:
        return self.verdict.outcome

    @property
    def opens(self) -> bool:
        """A lock may open: this tap let somebody in."""
        return self.verdict.is_in and not self.is_undone

    @property
    def about(self) -> Pass | None:
        passes = self.member.passes if self.member else ()
        return next((each for each in passes if each.id == self.verdict.pass_id), None)


@dataclass(frozen=True, slots=True)
class Reused:
    """This id already stands for another tap."""

    id: UUID


class Unsettled(Exception):
    """The facts kept changing under every try; nothing was written."""


async def check_in(db: Db, door: Door, tap: Tap, *, now: datetime) -> Outcome | Reused:
    """Two statements: the facts, and one guarded write. When the guard fails somebody was quicker: look again."""
    for _ in range(TRIES):
        facts = await queries.facts(db, door.gym_id, now, card=tap.card, member_id=tap.member_id, id=tap.id)
        if facts.stored is not None:
            return _as_then(facts, door, tap)
        ruling = _rule(facts, door, tap, now)
        left = await _write(db, door, tap, facts, ruling, now)
        if left is not None:
            return _outcome(facts, door, tap, ruling, left.visits_left, now)
    raise Unsettled


def _rule(facts: Facts, door: Door, tap: Tap, now: datetime) -> Verdict:
    ruling = verdict(facts.standing, facts.moment(now), door.channel)
    if not tap.why or ruling.is_new_visit or facts.member is None:
        return ruling
    return replace(ruling, outcome="overridden", takes=ruling.could_take)


def _as_then(facts: Facts, door: Door, tap: Tap) -> Outcome | Reused:
    assert facts.stored is not None
    return _then(facts, tap) if bytes.fromhex(facts.stored.hash) == tap.hash(door) else Reused(tap.id)


def _then(facts: Facts, tap: Tap) -> Outcome:
    """The same tap again: what was said then, beside today's board."""
    stored = facts.stored
    assert stored is not None
    return Outcome(
        tap.id,
        stored.at,
        Verdict(stored.outcome, stored.reasons, stored.membership_id),
        facts.board,
        facts.currency,
        tap.card,
        facts.member,
        stored.visits_left,
        queries.streak(facts.weeks, facts.today),
        is_replay=True,
        is_undone=stored.is_undone,
        why=tap.why,
    )


@dataclass(frozen=True, slots=True)
class Written:
    visits_left: int | None = None


# The membership is locked as the rule saw it; then the visit takes its number; then everything else hangs on the visit.
ADMIT = """
with ready as (
  select true from (
    select id from membership
    where id = $5 and starts_on = $6 and ends_on = $7 and suspended_on is not distinct from $8
      and cancelled_on is not distinct from $9 and not is_replaced and (visits_left is null or visits_left > 0 or not $10)
    for no key update) held
  union all select true where $5::uuid is null
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


async def _write(db: Db, door: Door, tap: Tap, facts: Facts, ruling: Verdict, now: datetime) -> Written | None:
    """None when the guard failed: another desk was quicker, or the facts are no longer what the rule saw."""
    if not ruling.is_new_visit or facts.member is None:
        return await _tell(db, door, tap, facts, ruling, now)
    used = _pass(facts, ruling)
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


def _pass(facts: Facts, ruling: Verdict) -> Pass | None:
    passes = facts.member.passes if facts.member else ()
    return next((each for each in passes if each.id == ruling.pass_id), None)


def _outcome(facts: Facts, door: Door, tap: Tap, ruling: Verdict, left: int | None, now: datetime) -> Outcome:
    """The board as it is after this tap, without asking again."""
    member, used = facts.member, _pass(facts, ruling)
    came = ruling.is_new_visit
    was_in = member is not None and member.last_visit is not None and member.last_visit.is_open
    was_in_here = was_in and member is not None and member.last_visit is not None and member.last_visit.gym_id == door.gym_id
    line = Arrival(
        tap.id,
        now,
        member.name if member else "",
        ruling.outcome,
        ruling.codes,
        door.channel,
        member.id if member else None,
        member.photo if member else None,
        tap.card[-4:],
        left,
        is_in=came,
    )
    arrivals = tuple(
        replace(each, is_in=False) if came and member and each.member_id == member.id else each for each in facts.arrivals
    )
    board = replace(
        facts.board,
        inside=facts.inside + (came and not was_in_here),
        came=facts.came + came,
        arrivals=(line, *arrivals)[: queries.FEED],
    )
    if left is None and used is not None:
        left = used.visits_left
    weeks = (*facts.weeks, facts.today - timedelta(days=facts.today.weekday())) if came else facts.weeks
    streak = queries.streak(weeks, facts.today)
    return Outcome(tap.id, now, ruling, board, facts.currency, tap.card, member, left, streak, why=tap.why)


# --- taking back, leaving ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undone:
    visit_id: UUID
    name: str
    gave_back: bool
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class TooLate:
    visit_id: UUID


@dataclass(frozen=True, slots=True)
class _Visit:
    id: UUID
    member_id: UUID
    membership_id: UUID | None
    took: bool
    at: datetime
    is_undone: bool
    name: str
    undo_id: UUID | None = None


VISIT = """
select v.id, v.member_id, v.membership_id, v.took, v.at, v.is_undone, p.name, u.id as undo_id
from visit v join member m on m.id = v.member_id join person p on p.id = m.person_id left join undo u on u.visit_id = v.id
where v.id = $1 and v.gym_id = $2"""

# Membership before visit, as a tap does, so that the two never wait for each other.
TAKE_BACK = """
with held as (
  select id from membership where id = $3 for no key update
), back as (
  update visit set is_undone = true, left_at = coalesce(left_at, greatest(at, $5))
  where id = $2 and not is_undone and at >= $5::timestamptz - $6::interval and (select count(*) from held) >= 0
  returning id, gym_id, member_id, membership_id, took
), given as (
  update membership set visits_left = visits_left + 1
  where id = (select membership_id from back where took) and visits_left < visits_sold returning id
)
insert into undo (id, visit_id, gym_id, member_id, gave_back, by, at)
select $1, id, gym_id, member_id, exists (select from given), $4, $5 from back
on conflict (visit_id) do nothing returning gave_back"""


async def undo(db: Db, actor: Actor, visit_id: UUID, *, id: UUID, now: datetime) -> Undone | TooLate | None:
    """Within its minute, once; sent twice it stays undone once. None: no such visit at this gym."""
    visit = await db.one(_Visit, VISIT, visit_id, actor.gym_id)
    if visit is None:
        return None
    if not visit.is_undone:
        gave = await db.value(TAKE_BACK, id, visit_id, visit.membership_id, actor.person_id, now, UNDO)
        if gave is not None:
            return Undone(visit_id, visit.name, bool(gave))
        visit = await db.one(_Visit, VISIT, visit_id, actor.gym_id)
    if visit is not None and visit.is_undone:
        return Undone(visit_id, visit.name, visit.took, is_replay=True)
    return TooLate(visit_id)


async def check_out(db: Db, actor: Actor, visit_id: UUID, *, now: datetime) -> str | None:
    """The name of who left; None when this gym knows no such visit."""
    return await db.value(
        """with out as (
          update visit set left_at = greatest(at, $3) where id = $1 and gym_id = $2 and left_at is null and not is_undone)
        select p.name from visit v join member m on m.id = v.member_id join person p on p.id = m.person_id
        where v.id = $1 and v.gym_id = $2""",
        visit_id,
        actor.gym_id,
        now,
    )


async def everybody_out(db: Db, actor: Actor, *, now: datetime) -> int:
    """The lights go off: whoever is still listed has left."""
    return await db.run(
        """update visit set left_at = greatest(at, $2), is_guess = true
        where gym_id = $1 and left_at is null and not is_undone""",
        actor.gym_id,
        now,
    )


# --- screens and locks ---------------------------------------------------------------------------------------------------


async def add_screen(
    db: Db, actor: Actor, kind: str, name: str, *, key_hash: bytes, pin_hash: str | None, id: UUID, now: datetime
) -> None:
    await db.run(
        """insert into door_screen (id, gym_id, kind, name, key_hash, pin_hash, made_by, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing""",
        id,
        actor.gym_id,
        kind,
        name,
        key_hash,
        pin_hash.encode() if pin_hash else None,
        actor.person_id,
        now,
    )
    await audit(db, actor, "door_screen.add", now=now, subject=name, subject_id=id, after={"kind": kind})


async def end_screen(db: Db, actor: Actor, screen_id: UUID, *, now: datetime) -> bool:
    gone = await db.run(
        "update door_screen set ended_at = $3 where id = $1 and gym_id = $2 and ended_at is null",
        screen_id,
        actor.gym_id,
        now,
    )
    if gone:
        await audit(db, actor, "door_screen.end", now=now, subject_id=screen_id)
    return bool(gone)


PIN_TRIES, PIN_PAUSE = 5, timedelta(seconds=60)


async def try_pin(db: Db, screen_id: UUID, *, now: datetime) -> bool:
    """Counts the try before looking at it; after five wrong ones only one a minute."""
    return bool(
        await db.run(
            """update door_screen set pin_tries = pin_tries + 1, pin_tried_at = $2
            where id = $1 and ended_at is null and (pin_tries < $3 or pin_tried_at < $2::timestamptz - $4::interval)""",
            screen_id,
            now,
            PIN_TRIES,
            PIN_PAUSE,
        )
    )


async def leave_kiosk(db: Db, screen_id: UUID, *, now: datetime) -> None:
    await db.run("update door_screen set ended_at = $2 where id = $1 and ended_at is null", screen_id, now)


async def add_relay(db: Db, actor: Actor, name: str, url: str, channels: list[str], *, id: UUID, now: datetime) -> None:
    await db.run(
        "insert into relay (id, gym_id, name, url, channels) values ($1, $2, $3, $4, $5) on conflict (id) do nothing",
        id,
        actor.gym_id,
        name,
        url,
        channels,
    )
    await audit(db, actor, "relay.add", now=now, subject=name, subject_id=id, after={"url": url})


async def remove_relay(db: Db, actor: Actor, relay_id: UUID, *, now: datetime) -> bool:
    gone = await db.run("delete from relay where id = $1 and gym_id = $2", relay_id, actor.gym_id)
    if gone:
        await audit(db, actor, "relay.remove", now=now, subject_id=relay_id)
    return bool(gone)


# --- the owner's rules ---------------------------------------------------------------------------------------------------


async def rule(db: Db, actor: Actor, rules: queries.DoorRules, *, now: datetime) -> None:
    before = await queries.door_rules(db, actor.gym_id)
    was, becomes = {"changes": before.changes}, {"changes": rules.changes}
    await audit(db, actor, "door_policy.rule", now=now, subject_id=actor.gym_id, before=was, after=becomes)
    await db.run(
        """insert into door_policy (gym_id, again_minutes, overdue_amount, overdue_days, soon_days, stay_minutes, keep_months,
          changes, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (gym_id) do update set again_minutes = excluded.again_minutes, overdue_amount = excluded.overdue_amount,
          overdue_days = excluded.overdue_days, soon_days = excluded.soon_days, stay_minutes = excluded.stay_minutes,
          keep_months = excluded.keep_months, changes = excluded.changes, changed_by = excluded.changed_by,
          changed_at = excluded.changed_at""",
        actor.gym_id,
        rules.again_minutes,
        rules.overdue_amount,
        rules.overdue_days,
        rules.soon_days,
        rules.stay_minutes,
        rules.keep_months,
        dict(rules.changes),
        actor.person_id,
        now,
    )


async def said(db: Db, door: Door, id: UUID, *, now: datetime) -> Outcome | None:
    """What was said to a tap before, for a page that is loaded again. None: this gym never heard of it."""
    found = await db.one(_Tap, "select card, member_id from attempt where id = $1 and gym_id = $2", id, door.gym_id)
    if found is None:
        return None
    facts = await queries.facts(db, door.gym_id, now, card="", member_id=found.member_id, id=id)
    return None if facts.stored is None else _then(facts, Tap(id, found.card, found.member_id))


@dataclass(frozen=True, slots=True)
class _Tap:
    card: str
    member_id: UUID | None
