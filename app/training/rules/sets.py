"""What a set is, which numbers belong to which kind of exercise, and what an estimate of one repetition is worth."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

MODES = ("reps", "time", "distance", "sets_only")
KINDS = ("warmup", "normal", "drop", "failure")
METRIC = {"reps": "reps", "time": "seconds", "distance": "metres", "sets_only": ""}
MOST_REPS_FOR_E1RM = 12


@dataclass(frozen=True, slots=True)
class Numbers:
    """What one set was: a weight if there was one, and at most one of repetitions, seconds and metres. A distance may say how long it took."""

    grams: int | None = None
    reps: int | None = None
    seconds: int | None = None
    metres: int | None = None
    took_seconds: int | None = None

    @property
    def is_empty(self) -> bool:
        return self.reps is None and self.seconds is None and self.metres is None

    @property
    def volume(self) -> int:
        return (self.grams or 0) * (self.reps or 0)

    @property
    def speed(self) -> int | None:
        """Millimetres a second; of two paces the greater is the faster one."""
        return self.metres * 1000 // self.took_seconds if self.metres and self.took_seconds else None


@dataclass(frozen=True, slots=True)
class DoneSet:
    """A set that was done, in the order in which it was done."""

    set_id: UUID
    workout_id: UUID
    at: datetime
    kind: str
    numbers: Numbers

    @property
    def counts(self) -> bool:
        """Warm-ups are work, but no records and no volume."""
        return self.kind != "warmup"


def misfit(mode: str, numbers: Numbers) -> str | None:
    """The first field whose number does not belong to an exercise of this mode, or None when all fit."""
    wanted = METRIC[mode]
    for field in ("reps", "seconds", "metres"):
        if getattr(numbers, field) is not None and field != wanted:
            return field
    return "took_seconds" if numbers.took_seconds is not None and numbers.metres is None else None


def e1rm(numbers: Numbers) -> int | None:
    """Epley: weight × (1 + reps / 30), in grams; a single is itself.

    Epley and Brzycki agree at ten repetitions and differ by a few percent below; Epley stays finite and
    monotone, which a chart over years needs. Beyond twelve repetitions both guess, so we say nothing.
    """
    if not numbers.grams or not numbers.reps or numbers.reps > MOST_REPS_FOR_E1RM:
        return None
    if numbers.reps == 1:
        return numbers.grams
    return (numbers.grams * (30 + numbers.reps) * 2 + 30) // 60  # rounded half up, without floats


def reps_at(one_rep: int, weight: int) -> int:
    """The other way round: how many repetitions an estimated maximum promises at this weight."""
    if weight <= 0 or weight > one_rep:
        return 0
    return max(1, min(MOST_REPS_FOR_E1RM, (one_rep * 30) // weight - 30))
