"""An exercise of a workout as its lifter sees it: rows with what to put in them, what was done, and what broke a record."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.training.rules.course import Lift
from app.training.rules.records import Stood, broken_by
from app.training.rules.sets import DoneSet, Numbers


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    position: int
    kind: str
    at: datetime
    grams: int | None = None
    reps: int | None = None
    seconds: int | None = None
    metres: int | None = None
    took_seconds: int | None = None
    rpe: Decimal | None = None
    done_at: datetime | None = None
    comments: int = 0

    @property
    def numbers(self) -> Numbers:
        return Numbers(self.grams, self.reps, self.seconds, self.metres, self.took_seconds)

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class Before:
    """A set of last time."""

    kind: str
    grams: int | None = None
    reps: int | None = None
    seconds: int | None = None
    metres: int | None = None
    took_seconds: int | None = None

    @property
    def numbers(self) -> Numbers:
        return Numbers(self.grams, self.reps, self.seconds, self.metres, self.took_seconds)


@dataclass(frozen=True, slots=True)
class Best:
    kind: str
    value: int
    at_grams: int = 0
    set_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Card:
    id: UUID
    workout_id: UUID
    exercise_id: UUID | None
    name: str
    mode: str
    position: int
    at: datetime
    superset: int | None = None
    planned_id: UUID | None = None
    target_grams: int | None = None
    target_sets: int | None = None
    reps_min: int | None = None
    reps_max: int | None = None
    target_seconds: int | None = None
    target_metres: int | None = None
    target_rpe: Decimal | None = None
    target_percent: Decimal | None = None
    rest_seconds: int | None = None
    planned_notes: str = ""
    next_grams: int | None = None
    next_reps: int | None = None
    next_seconds: int | None = None
    next_metres: int | None = None
    next_why: str = ""
    is_next_accepted: bool = False
    previous: list[Before] = field(default_factory=list)
    previous_on: date | None = None
    note: str = ""
    lasting_note: str = ""
    skip_reason: str | None = None
    is_loaded: bool = True  # carries are weighed, runs are timed
    sets: list[Row] = field(default_factory=list)
    best: list[Best] = field(default_factory=list)  # what stood before this workout
    kept: list[Best] = field(default_factory=list)  # what this workout broke, once it is finished
    told: bytes = field(default=b"", compare=False)  # as the database said it, when it was read with its workout

    @property
    def is_done(self) -> bool:
        return all(row.is_done for row in self.sets)

    @property
    def asks_for_more(self) -> bool:
        """The rule suggests a step that the lifter has not answered, and there is still a set to do."""
        return self.next_why in STEPS and not self.is_next_accepted and any(not row.is_done for row in self.sets)


STEPS = frozenset({"more_weight", "back_off", "percent", "longer", "farther"})


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the card: its label, last time's set, what its fields start with, and the records it broke."""

    row: Row
    label: str  # W, D, F or the number among the working sets
    before: Numbers | None
    ghost: Numbers
    broke: tuple[str, ...] = ()


def lines(card: Card) -> list[Line]:
    labels, olds = _labels(card), _last_time(card)
    broke = _broke(card)
    found: list[Line] = []
    changed: Numbers | None = None  # the lifter chose another weight than offered: the sets after it follow
    for row, label, old in zip(card.sets, labels, olds, strict=True):
        ghost = _ghost(card, row, old, changed)
        if row.is_done and row.kind == "normal" and row.grams != ghost.grams:
            changed = row.numbers
        found.append(Line(row, label, old, row.numbers if row.is_done else ghost, broke.get(row.id, ())))
    return found


def line_of(card: Card, set_id: UUID) -> Line | None:
    """One row alone. What a done one shows hangs on no other row, except that those before it may have the record already."""
    at = next((n for n, row in enumerate(card.sets) if row.id == set_id), None)
    if at is None:
        return None
    row = card.sets[at]
    if not row.is_done:
        return lines(card)[at]
    return Line(row, _labels(card)[at], _last_time(card)[at], row.numbers, _broke_by(card, at))


def lifts(cards: list[Card], default_rest: int) -> list[Lift]:
    """The exercises in the order of the screen, and how far each is."""
    return [
        Lift(
            card.id,
            card.name,
            str(card.superset or ""),
            default_rest if card.rest_seconds is None else card.rest_seconds,
            card.skip_reason is not None,
            [row.done_at is not None for row in card.sets],
        )
        for card in sorted(cards, key=lambda card: card.position)
    ]


def _labels(card: Card) -> list[str]:
    found, number = [], 0
    for row in card.sets:
        number += row.kind == "normal"
        found.append(str(number) if row.kind == "normal" else row.kind[0].upper())
    return found


def _last_time(card: Card) -> list[Numbers | None]:
    """The first working set beside last time's first working set, warm-up beside warm-up."""
    waiting: dict[bool, list[Numbers]] = {True: [], False: []}
    for old in card.previous:
        waiting[old.kind == "warmup"].append(old.numbers)
    return [waiting[row.kind == "warmup"].pop(0) if waiting[row.kind == "warmup"] else None for row in card.sets]


def _ghost(card: Card, row: Row, old: Numbers | None, changed: Numbers | None) -> Numbers:
    """What the fields of a set that is not done start with: the approved step, else last time, else the plan."""
    if row.kind == "warmup":
        return Numbers(row.grams, warm_up_reps(row.grams, _working_weight(card))) if row.grams else old or Numbers()
    if card.is_next_accepted:
        offered = Numbers(card.next_grams, card.next_reps, card.next_seconds, card.next_metres)
    else:
        offered = (
            old
            or _last_working(card)
            or Numbers(
                card.target_grams or (card.next_grams if card.next_why == "start" else None),
                card.reps_min or card.reps_max if card.mode == "reps" else None,
                card.target_seconds,
                card.target_metres,
            )
        )
    chosen = None if row.is_done else row.grams
    grams = chosen if chosen is not None else changed.grams if changed else offered.grams
    reps = offered.reps if offered.reps is not None or changed is None else changed.reps
    return Numbers(grams, reps, offered.seconds, offered.metres)


def warm_up_reps(grams: int, work: int | None) -> int:
    """Fewer the closer it comes to the work."""
    share = grams * 100 // work if work else 0
    return 10 if share <= 35 else 8 if share <= 50 else 5 if share <= 68 else 3 if share <= 82 else 1


def _working_weight(card: Card) -> int | None:
    if card.is_next_accepted and card.next_grams:
        return card.next_grams
    last = _last_working(card)
    return (last.grams if last else None) or card.target_grams or card.next_grams


def _last_working(card: Card) -> Numbers | None:
    """More sets than last time: the extra ones start from the last of them."""
    return next((old.numbers for old in reversed(card.previous) if old.kind != "warmup"), None)


def _broke_by(card: Card, at: int) -> tuple[str, ...]:
    """Most sets break nothing that stood before the workout; only for one that does the sets before it are looked at too."""
    row = card.sets[at]
    if not card.kept and not broken_by(_done(card, row), card.best):
        return ()
    return _broke(card, at + 1).get(row.id, ())


def _broke(card: Card, rows: int | None = None) -> dict[UUID, tuple[str, ...]]:
    if card.kept:
        found: dict[UUID, tuple[str, ...]] = {}
        for one in card.kept:
            if one.set_id is not None:
                found[one.set_id] = (*found.get(one.set_id, ()), one.kind)
        return found
    return _breaking(card, card.sets[:rows])


def _breaking(card: Card, rows: list[Row]) -> dict[UUID, tuple[str, ...]]:
    """Live, while it is lifted: each done set against what stood and against the sets before it."""
    best: list[Stood] = [*card.best]
    found: dict[UUID, tuple[str, ...]] = {}
    for row in rows:
        if not row.is_done:
            continue
        fresh = broken_by(_done(card, row), best)
        best += fresh
        if told := tuple(one.kind for one in fresh if one.is_worth_telling):
            found[row.id] = told
    return found


def _done(card: Card, row: Row) -> DoneSet:
    return DoneSet(row.id, card.workout_id, row.at, row.kind, row.numbers)
