"""What is typed on the pages of a day and a plan."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from app.progress.actions.sessions import ToldLift, ToldSession
from app.progress.rules.measures import LOAD, REPS, RPE, Wrong, read_number, tidy

LIFT = re.compile(
    r"(?P<name>.+?)(?:\s+(?P<weight>\d+(?:[.,]\d+)?)\s*(?:kg)?)?(?:\s*[x×*]\s*(?P<reps>\d{1,3}))?(?:\s*@\s*(?P<rpe>\d+(?:[.,]\d+)?))?",
    re.IGNORECASE,
)

Rating = Annotated[Decimal, Meta(ge=1, le=10)]


class SessionTold(msgspec.Struct):
    id: UUID
    kind: Literal["class", "strength"]
    is_done: Literal["", "yes", "no"] = ""
    focus: Annotated[str, Meta(max_length=120)] = ""
    rpe: Rating | None = None
    notes: Annotated[str, Meta(max_length=700)] = ""
    lifts: Annotated[str, Meta(max_length=4000)] = ""
    move_to: date | None = None

    def told(self, lifts: tuple[ToldLift, ...]) -> ToldSession:
        done = {"yes": True, "no": False}.get(self.is_done)
        return ToldSession(self.kind, done, " ".join(tidy(self.focus).split()), self.rpe, tidy(self.notes), lifts)

    def lifts_told(self) -> tuple[ToldLift, ...] | str:
        """One exercise a line; the line that nobody understands comes back."""
        found: list[ToldLift] = []
        for line in (tidy(text) for text in self.lifts.split("\n")):
            if not line:
                continue
            lift = read_lift(line)
            if lift is None or len(found) == 24:
                return line
            found.append(lift)
        return tuple(found)


def read_lift(line: str) -> ToldLift | None:
    said = LIFT.fullmatch(line)
    if said is None or len(said["name"]) > 80:
        return None
    numbers = [
        read_number(text, measure) if text else None
        for text, measure in ((said["weight"], LOAD), (said["reps"], REPS), (said["rpe"], RPE))
    ]
    if any(isinstance(number, Wrong) for number in numbers):
        return None
    weight, reps, rpe = (None if isinstance(number, Wrong) else number for number in numbers)
    return ToldLift(said["name"], weight, None if reps is None else int(reps), rpe)


class SupplementStocked(msgspec.Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    doses_per_day: Annotated[int, Meta(ge=1, le=12)]
    is_active: bool = False
    notes: Annotated[str, Meta(max_length=240)] = ""


class MeasureDefined(msgspec.Struct):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    unit: Annotated[str, Meta(max_length=12)] = ""
    lowest: Annotated[Decimal, Meta(ge=0, le=100000)] = Decimal(0)
    highest: Annotated[Decimal, Meta(ge=0, le=100000)] = Decimal(1000)
    better: Literal["", "lower", "higher"] = ""


class DietWritten(msgspec.Struct):
    kcal: Annotated[Decimal, Meta(ge=0, le=12000)]
    protein_g: Annotated[Decimal, Meta(ge=0, le=800)]
    carbs_g: Annotated[Decimal, Meta(ge=0, le=1500)]
    fat_g: Annotated[Decimal, Meta(ge=0, le=500)]
    breakfast: Annotated[str, Meta(max_length=600)] = ""
    snack_1: Annotated[str, Meta(max_length=600)] = ""
    lunch: Annotated[str, Meta(max_length=600)] = ""
    snack_2: Annotated[str, Meta(max_length=600)] = ""
    dinner: Annotated[str, Meta(max_length=600)] = ""
    notes: Annotated[str, Meta(max_length=600)] = ""


class SessionPlanned(msgspec.Struct):
    id: UUID
    kind: Literal["class", "strength"]
    warmup: Annotated[str, Meta(max_length=700)] = ""
    class_sessions: Annotated[str, Meta(max_length=700)] = ""
    cardio: Annotated[str, Meta(max_length=700)] = ""
    mobility_cooldown: Annotated[str, Meta(max_length=700)] = ""
    additional_exercises: Annotated[str, Meta(max_length=700)] = ""
    notes: Annotated[str, Meta(max_length=700)] = ""
    exercises: Annotated[str, Meta(max_length=6000)] = ""


class Scoring(msgspec.Struct):
    diet: Literal["", "1", "0.5", "0"] = ""
    workout: Literal["", "1", "0.5", "0"] = ""
    note: Annotated[str, Meta(max_length=300)] = ""


class Looked(msgspec.Struct):
    """What the import page sends besides the file."""

    kind: str = ""
    text: str = ""


class Applied(msgspec.Struct):
    mode: Literal["new", "merge", "replace"]
    policy: Literal["valid", "all"] = "valid"
