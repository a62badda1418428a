"""The ranges of a member's own measures."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.db import Db
from app.progress.rules.measures import Measure


@dataclass(frozen=True, slots=True)
class OwnMeasure:
    id: UUID
    name: str
    key: str
    unit: str
    lowest: Decimal
    highest: Decimal
    lower_is_better: bool | None
    is_active: bool
    days: int = 0

    @property
    def measure(self) -> Measure:
        return Measure(self.key, self.lowest, self.highest, unit=self.unit, lower_is_better=self.lower_is_better)


async def own_measures(db: Db, person_id: UUID) -> list[OwnMeasure]:
    return await db.all(
        OwnMeasure,
        """select m.id, m.name, m.key, m.unit, m.lowest, m.highest, m.lower_is_better, m.is_active,
             (select count(*) from measured_day d where d.measure_id = m.id) as days
           from own_measure m where m.person_id = $1 order by m.created_at, m.id""",
        person_id,
    )


async def limits_of(db: Db, person_id: UUID) -> dict[str, Measure]:
    return {one.key: one.measure for one in await own_measures(db, person_id)}
