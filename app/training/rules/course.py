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


class Lift(NamedTuple):
    """An exercise in the order of the screen, and which of its sets are done. `superset` is a letter that groups neighbours."""

    exercise_id: UUID
    name: str
    superset: str
    rest: int
    is_skipped: bool
    done: Sequence[bool]

    def open_from(self, number: int) -> int | None:
        """The first set of that number or a later one that is still to do."""
        if self.is_skipped:
            return None
        return next((n for n, is_done in enumerate(self.done[number - 1 :], start=number) if not is_done), None)


class Turn(NamedTuple):
    """One set, by its exercise and its number in it."""

    exercise_id: UUID
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Upcoming:
    turn: Turn | None
    rest: int | None  # seconds before it; None = straight on


def coming_up(lifts: Sequence[Lift], exercise_id: UUID, number: int) -> Upcoming:
    """After a set: its partner in the superset without rest, the round's end with rest, else the next set of the exercise."""
    at = next((n for n, lift in enumerate(lifts) if lift.exercise_id == exercise_id and 0 < number <= len(lift.done)), None)
    if at is None:
        return Upcoming(_first_open(lifts), None)
    just = lifts[at]
    if just.superset:
        partner = _partner(lifts, just, number)
        if partner is not None:
            return Upcoming(partner, just.rest if partner.number > number else None)
    again = just.open_from(number + 1)
    following = Turn(just.exercise_id, just.name, again) if again else _first_open(lifts[at + 1 :]) or _first_open(lifts)
    return Upcoming(following, just.rest)


def _first_open(lifts: Sequence[Lift]) -> Turn | None:
    for lift in lifts:
        if number := lift.open_from(1):
            return Turn(lift.exercise_id, lift.name, number)
    return None


def _partner(lifts: Sequence[Lift], just: Lift, number: int) -> Turn | None:
    """The open set of the same superset with the lowest round, and within a round the one after us."""
    group = [lift for lift in lifts if lift.superset == just.superset and lift.done]
    here = group.index(just)
    found = [(n, seat) for seat, lift in enumerate(group) if (n := lift.open_from(1))]
    if not found:
        return None

    def turn_order(each: tuple[int, int]) -> tuple[int, int]:
        round_, seat = each
        return (round_, (seat - here - 1) % len(group)) if round_ == number else each

    round_, seat = min(found, key=turn_order)
    return Turn(group[seat].exercise_id, group[seat].name, round_)
