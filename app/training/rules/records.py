"""Personal records: the heaviest, the most repetitions, the best estimate, the most work, the longest, the farthest, the fastest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.training.rules.sets import DoneSet, e1rm

KINDS = ("weight", "reps", "e1rm", "volume", "time", "distance", "pace")


class Stood(Protocol):
    """As much of a record as a new one is held against."""

    @property
    def kind(self) -> str: ...
    @property
    def value(self) -> int: ...
    @property
    def at_grams(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Record:
    """One best of one person at one exercise. `before` is what it beat: None the very first time, which nobody celebrates."""

    kind: str
    value: int  # grams, repetitions, grams·repetitions, seconds, metres or millimetres a second
    at_grams: int  # the weight that the repetitions were done at, else 0
    before: int | None
    set_id: UUID | None  # a volume belongs to the whole exercise, not to a set
    workout_id: UUID
    at: datetime
    beaten_at: datetime | None = None

    @property
    def is_worth_telling(self) -> bool:
        return self.before is not None


def all_records(sets: Iterable[DoneSet]) -> list[Record]:
    """Every record that ever stood, from the sets of one exercise in the order they were done."""
    stood: list[Record] = []
    fallen: list[Record] = []
    for session in _sessions(sets):
        stood, gone = with_session(stood, session)
        fallen += gone
    return fallen + stood


def with_session(stood: Sequence[Record], session: Sequence[DoneSet]) -> tuple[list[Record], list[Record]]:
    """What stands after one more session of that exercise, and what fell in it."""
    now: list[Record] = list(stood)
    fallen: list[Record] = []
    counted = [one for one in session if one.counts and not one.numbers.is_empty]
    for one in counted:
        for fresh in broken_by(one, now):
            now, gone = _after(now, fresh)
            fallen += gone
    if fresh_volume := _volume(counted, now):
        now, gone = _after(now, fresh_volume)
        fallen += gone
    return now, fallen


def broken_by(done: DoneSet, best: Sequence[Stood]) -> list[Record]:
    """What this one set broke, given the records that stand. The row in the workout lights up from this."""
    if not done.counts:
        return []
    numbers, found = done.numbers, []
    weight, reps, stands = numbers.grams or 0, numbers.reps, highest(best, numbers.grams or 0)
    for kind, value in (
        ("weight", numbers.grams if reps else None),
        ("e1rm", e1rm(numbers)),
        ("time", numbers.seconds),
        ("distance", numbers.metres),
        ("pace", numbers.speed),
    ):
        if value and value > (before := stands.get(kind, 0)):
            found.append(_record(kind, value, 0, before or None, done))
    # A heavier weight than ever is told as a weight; it becomes a repetition record silently.
    if reps and reps > (most := stands.get("reps", 0)):
        found.append(_record("reps", reps, weight, most or None, done))
    return found


def highest(best: Sequence[Stood], weight: int) -> dict[str, int]:
    """The most of each kind. Of repetitions those at this weight *or more*: easier sets at a lighter weight are no news."""
    found: dict[str, int] = {}
    for one in best:
        if one.value > found.get(one.kind, 0) and (one.kind != "reps" or one.at_grams >= weight):
            found[one.kind] = one.value
    return found


def standing(records: Iterable[Record]) -> list[Record]:
    return [one for one in records if one.beaten_at is None]


def _volume(session: Sequence[DoneSet], best: Sequence[Record]) -> Record | None:
    total = sum(one.numbers.volume for one in session)
    before = highest(best, 0).get("volume", 0)
    if total <= before:
        return None
    return replace(_record("volume", total, 0, before or None, session[-1]), set_id=None)


def _after(stood: Sequence[Record], fresh: Record) -> tuple[list[Record], list[Record]]:
    """The new one stands; the same kind falls, for repetitions only what the new one covers."""
    gone = [one for one in stood if one.kind == fresh.kind and (one.kind != "reps" or _covers(fresh, one))]
    return [*(one for one in stood if one not in gone), fresh], [replace(one, beaten_at=fresh.at) for one in gone]


def _covers(fresh: Record, one: Record) -> bool:
    return one.at_grams <= fresh.at_grams and one.value <= fresh.value


def _record(kind: str, value: int, at_grams: int, before: int | None, done: DoneSet) -> Record:
    return Record(kind, value, at_grams, before, done.set_id, done.workout_id, done.at)


def _sessions(sets: Iterable[DoneSet]) -> list[list[DoneSet]]:
    """By workout, the earliest first, each in the order of its sets; two workouts that interleave stay two."""
    by_workout: dict[UUID, list[DoneSet]] = {}
    for one in sorted(sets, key=lambda one: (one.at, one.workout_id)):
        by_workout.setdefault(one.workout_id, []).append(one)
    return list(by_workout.values())
