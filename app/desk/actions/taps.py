"""Somebody is at the door: ask, decide, write it down in one guarded statement."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.db import Db
from app.desk.actions.doors import Door, Tap
from app.desk.actions.writing import pass_of, write
from app.desk.doorways import OpenLock
from app.desk.facts import Facts, facts
from app.desk.queries import Arrival, Board
from app.desk.rules.verdict import Member, Pass, Verdict, verdict

TRIES = 8


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
    locks: tuple[OpenLock, ...] = ()

    @property
    def kind(self) -> str:
        return self.verdict.outcome

    @property
    def opens(self) -> bool:
        """A lock may open: this tap let somebody in."""
        return self.verdict.is_in and not self.is_undone

    @property
    def to_open(self) -> tuple[OpenLock, ...]:
        """Never twice for one tap."""
        return self.locks if self.opens and not self.is_replay else ()

    @property
    def about(self) -> Pass | None:
        return pass_of(self.member, self.verdict)


@dataclass(frozen=True, slots=True)
class Reused:
    """This id already stands for another tap."""

    id: UUID


class Unsettled(Exception):
    """The facts kept changing under every try; nothing was written."""


async def check_in(db: Db, door: Door, tap: Tap, *, now: datetime, with_board: bool = True) -> Outcome | Reused:
    """Two statements: the facts, and one guarded write. When the guard fails somebody was quicker: look again."""
    async with db.held() as held:
        return await _settled(held, door, tap, now, with_board)


async def _settled(db: Db, door: Door, tap: Tap, now: datetime, with_board: bool) -> Outcome | Reused:
    for _ in range(TRIES):
        found = await facts(db, door.gym_id, now, card=tap.card, member_id=tap.member_id, id=tap.id, with_board=with_board)
        if found.stored is not None:
            return _as_then(found, door, tap)
        ruling = _rule(found, door, tap, now)
        left = await write(db, door, tap, found, ruling, now)
        if left is not None:
            return _outcome(found, door, tap, ruling, left.visits_left, now)
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
    """The same tap again: what was said then, beside today's figures."""
    stored = facts.stored
    assert stored is not None
    return Outcome(
        tap.id,
        stored.at,
        Verdict(stored.outcome, stored.reasons, stored.membership_id),
        facts.board,
        facts.doorway.currency,
        tap.card,
        facts.member,
        stored.visits_left,
        facts.streak,
        is_replay=True,
        is_undone=stored.is_undone,
        why=tap.why,
    )


def _outcome(facts: Facts, door: Door, tap: Tap, ruling: Verdict, left: int | None, now: datetime) -> Outcome:
    """The board's figures as they are after this tap, without asking again, and the line that it adds."""
    member = facts.member
    used = pass_of(member, ruling)
    came = ruling.is_new_visit
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
    )
    board = replace(
        facts.board,
        inside=facts.inside + (came and not facts.is_inside),
        came=facts.came + came,
        arrivals=(line,),
    )
    if left is None and used is not None:
        left = used.visits_left
    streak = facts.weeks + (came or facts.came_this_week)
    here = facts.doorway
    locks = facts.locks(door.channel)
    return Outcome(tap.id, now, ruling, board, here.currency, tap.card, member, left, streak, why=tap.why, locks=locks)


async def said(db: Db, door: Door, id: UUID, *, now: datetime) -> Outcome | None:
    """What was said to a tap before, for a page that is loaded again. None: this gym never heard of it."""
    found = await db.one(_Tap, "select card, member_id from attempt where id = $1 and gym_id = $2", id, door.gym_id)
    if found is None:
        return None
    then = await facts(db, door.gym_id, now, card="", member_id=found.member_id, id=id)
    return None if then.stored is None else _then(then, Tap(id, found.card, found.member_id))


@dataclass(frozen=True, slots=True)
class _Tap:
    card: str
    member_id: UUID | None
