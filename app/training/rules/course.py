"""The course of a workout: what may happen to it, how long it took, and which set comes next when exercises take turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

RECOVERABLE = timedelta(hours=24)
FORGOTTEN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class State:
    status: str  # in_progress, completed, aborted
    started_at: datetime
    ended_at: datetime | None = None
    aborted_at: datetime | None = None


def finish(state: State, at: datetime) -> State | str:
    """Finishing twice is finishing once; the second word about a discarded one is a refusal."""
    if state.status == "completed":
        return state
    if state.status == "aborted":
        return "discarded"
    return State("completed", state.started_at, max(at, state.started_at))


def discard(state: State, at: datetime) -> State | str:
    if state.status == "aborted":
        return state
    return State("aborted", state.started_at, state.ended_at, at)


def recover(state: State, now: datetime) -> State | str:
    """Within a day it comes back as what it was: finished ones finished, running ones running."""
    if state.status != "aborted" or state.aborted_at is None:
        return state
    if now - state.aborted_at > RECOVERABLE:
        return "too_late"
    return State("completed" if state.ended_at else "in_progress", state.started_at, state.ended_at)


def resume(state: State) -> State | str:
    """Finished too early: back to the bar."""
    if state.status == "aborted":
        return "discarded"
    return State("in_progress", state.started_at)


def duration(state: State) -> int | None:
    if state.status != "completed" or state.ended_at is None:
        return None
    return int((state.ended_at - state.started_at).total_seconds())


class Turn(NamedTuple):
    """One set in the order of the screen: exercise by exercise, `superset` a letter that groups neighbours. A tuple, as there are dozens."""

    exercise_id: UUID
    set_id: UUID
    superset: str
    is_done: bool
    rest: int | None = None
    is_skipped: bool = False
    name: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Upcoming:
    turn: Turn | None
    rest: int | None  # seconds before it; None = straight on


def coming_up(turns: Sequence[Turn], done: UUID) -> Upcoming:
    """After a set: its partner in the superset without rest, the round's end with rest, else the next set of the exercise."""
    at = next((n for n, one in enumerate(turns) if one.set_id == done), None)
    if at is None:
        return Upcoming(next((one for one in turns if _is_open(one)), None), None)
    just = turns[at]
    if just.superset:
        partner = _partner(turns, just)
        if partner is not None:
            starts_round = _round_of(turns, partner) > _round_of(turns, just)
            return Upcoming(partner, just.rest if starts_round else None)
    following = next((one for one in turns[at + 1 :] if _is_open(one)), None) or next(
        (one for one in turns if _is_open(one)), None
    )
    return Upcoming(following, just.rest)


def _partner(turns: Sequence[Turn], just: Turn) -> Turn | None:
    """The open set of the same superset with the lowest round, and within a round the one after us."""
    group = [one for one in turns if one.superset == just.superset]
    order = list(dict.fromkeys(one.exercise_id for one in group))
    here = order.index(just.exercise_id)

    def turn_order(one: Turn) -> tuple[int, int]:
        round_, seat = _round_of(turns, one), order.index(one.exercise_id)
        return (round_, (seat - here - 1) % len(order)) if round_ == _round_of(turns, just) else (round_, seat)

    return min((one for one in group if _is_open(one)), key=turn_order, default=None)


def _round_of(turns: Sequence[Turn], turn: Turn) -> int:
    return [one.set_id for one in turns if one.exercise_id == turn.exercise_id].index(turn.set_id)


def _is_open(turn: Turn) -> bool:
    return not turn.is_done and not turn.is_skipped
