"""What was measured, day by day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.db import Db
from app.progress.rules.numbers import Point, ratio
from app.progress.rules.windows import Window


@dataclass(frozen=True, slots=True)
class Values:
    day: date
    sleep_hours: float | None
    sleep_quality: int | None
    steps: int | None
    weight_kg: float | None
    waist_cm: float | None
    hip_cm: float | None
    alcohol_units: int | None
    mood: int | None


@dataclass(frozen=True, slots=True)
class OwnValue:
    key: str
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class OwnName:
    key: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Told:
    days: list[Values] = field(default_factory=list)
    own: list[OwnValue] = field(default_factory=list)
    names: list[OwnName] = field(default_factory=list)

    def points(self, key: str) -> list[Point]:
        if key.startswith("measure_"):
            return [Point(one.day, one.value) for one in self.own if one.key == key]
        return [Point(one.day, float(value)) for one in self.days if (value := value_of(one, key)) is not None]

    def inside(self, window: Window) -> Iterable[Values]:
        return (one for one in self.days if window.has(one.day))


def value_of(values: Values, key: str) -> float | None:
    if key == "whr":
        return ratio(values.waist_cm, values.hip_cm)
    found: float | None = getattr(values, key)
    return found


async def told_between(db: Db, person_id: UUID, first: date, last: date) -> Told:
    found = await db.one(
        Told,
        """
select
  (select coalesce(json_agg(json_build_object('day', day, 'sleep_hours', sleep_hours, 'sleep_quality', sleep_quality, 'steps', steps,
     'weight_kg', weight_kg, 'waist_cm', waist_cm, 'hip_cm', hip_cm, 'alcohol_units', alcohol_units, 'mood', mood) order by day), '[]')
   from daily_check_in where person_id = $1 and day between $2 and $3) as days,
  (select coalesce(json_agg(json_build_object('key', m.key, 'day', d.day, 'value', d.value) order by d.day), '[]')
   from measured_day d join own_measure m on m.id = d.measure_id where m.person_id = $1 and d.day between $2 and $3) as own,
  (select coalesce(json_agg(json_build_object('key', key, 'name', name, 'unit', unit) order by created_at, id), '[]')
   from own_measure where person_id = $1 and is_active) as names
""",
        person_id,
        first,
        last,
    )
    assert found is not None
    return found
