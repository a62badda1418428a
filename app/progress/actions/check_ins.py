"""Telling a day, correcting it, taking it back."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.progress.rules.writing import Choose, Write, may_write


@dataclass(frozen=True, slots=True)
class Body:
    """What a member says about a day. `own` is by measure, `doses` by supplement; what is None is not said."""

    sleep_hours: Decimal | None = None
    sleep_quality: int | None = None
    steps: int | None = None
    weight_kg: Decimal | None = None
    waist_cm: Decimal | None = None
    hip_cm: Decimal | None = None
    alcohol_units: int | None = None
    mood: int | None = None
    note: str = ""
    own: dict[UUID, Decimal | None] = field(default_factory=dict)
    doses: dict[UUID, int | None] = field(default_factory=dict)

    def columns(self) -> tuple[object, ...]:
        return (
            self.sleep_hours,
            self.sleep_quality,
            self.steps,
            self.weight_kg,
            self.waist_cm,
            self.hip_cm,
            self.alcohol_units,
            self.mood,
            self.note,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    id: UUID
    person_id: UUID
    day: date
    version: int
    sleep_hours: Decimal | None
    sleep_quality: int | None
    steps: int | None
    weight_kg: Decimal | None
    waist_cm: Decimal | None
    hip_cm: Decimal | None
    alcohol_units: int | None
    mood: int | None
    note: str

    def says(self, body: Body) -> bool:
        mine = (self.sleep_hours, self.sleep_quality, self.steps, self.weight_kg, self.waist_cm, self.hip_cm)
        return (*mine, self.alcohol_units, self.mood, self.note) == body.columns()


FIELDS = "sleep_hours, sleep_quality, steps, weight_kg, waist_cm, hip_cm, alcohol_units, mood, note"


async def tell(
    db: Db, actor: Actor, day: date, body: Body, *, mode: str, seen: int | None, id: UUID, now: datetime
) -> Write | Choose:
    """The same telling twice is one; a day that changed since it was read is a choice, not an accident."""
    kept = await db.all(
        Kept,
        f"select id, person_id, day, version, {FIELDS} from daily_check_in where id = $1 or (person_id = $2 and day = $3) for update",
        id,
        actor.person_id,
        day,
    )
    there = next((one for one in kept if one.person_id == actor.person_id and one.day == day), None)
    if any(one.id == id and one is not there for one in kept):
        return Choose("id_taken")
    if there is not None and there.id == id and there.says(body):
        await tell_more(db, actor, day, body)
        return Write(is_new=False)
    decided = may_write(mode, exists=there is not None, seen=seen, version=there.version if there else None)
    if isinstance(decided, Write):
        if not await write(db, actor, day, body, id=id, version=there.version if there else None, now=now):
            return Choose("moved_on")
        await tell_more(db, actor, day, body)
    return decided


async def write(db: Db, actor: Actor, day: date, body: Body, *, id: UUID, version: int | None, now: datetime) -> bool:
    touched = await db.run(
        """
insert into daily_check_in as c (id, person_id, day, sleep_hours, sleep_quality, steps, weight_kg, waist_cm, hip_cm, alcohol_units,
  mood, note, created_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
on conflict (person_id, day) do update set sleep_hours = excluded.sleep_hours, sleep_quality = excluded.sleep_quality,
  steps = excluded.steps, weight_kg = excluded.weight_kg, waist_cm = excluded.waist_cm, hip_cm = excluded.hip_cm,
  alcohol_units = excluded.alcohol_units, mood = excluded.mood, note = excluded.note, version = c.version + 1,
  import_id = null, changed_at = excluded.changed_at
where c.version = $14""",
        id,
        actor.person_id,
        day,
        *body.columns(),
        now,
        version,
    )
    return touched == 1


async def tell_more(db: Db, actor: Actor, day: date, body: Body) -> None:
    """Own measures and supplements of the same form."""
    await measure(db, actor, day, body.own)
    await take(db, actor, day, body.doses)


async def measure(db: Db, actor: Actor, day: date, own: dict[UUID, Decimal | None]) -> None:
    if not own:
        return
    ids, values = list(own), list(own.values())
    await db.run(
        """delete from measured_day d using own_measure m, unnest($2::uuid[], $3::numeric[]) as said(id, value)
           where m.id = d.measure_id and m.person_id = $1 and d.day = $4 and d.measure_id = said.id and said.value is null""",
        actor.person_id,
        ids,
        values,
        day,
    )
    await db.run(
        """insert into measured_day (measure_id, day, value)
           select m.id, $4, said.value from unnest($2::uuid[], $3::numeric[]) as said(id, value)
           join own_measure m on m.id = said.id and m.person_id = $1 and said.value between m.lowest and m.highest
           on conflict (measure_id, day) do update set value = excluded.value""",
        actor.person_id,
        ids,
        values,
        day,
    )


async def take(db: Db, actor: Actor, day: date, doses: dict[UUID, int | None]) -> None:
    """The target of a day is the one that stood when the day was first written: history does not move."""
    if not doses:
        return
    ids, values = list(doses), list(doses.values())
    await db.run(
        """delete from supplement_day d using supplement s, unnest($2::uuid[], $3::int[]) as said(id, taken)
           where s.id = d.supplement_id and s.person_id = $1 and d.day = $4 and d.supplement_id = said.id and said.taken is null""",
        actor.person_id,
        ids,
        values,
        day,
    )
    await db.run(
        """insert into supplement_day (supplement_id, day, doses_taken, target)
           select s.id, $4, said.taken, s.doses_per_day from unnest($2::uuid[], $3::int[]) as said(id, taken)
           join supplement s on s.id = said.id and s.person_id = $1 where said.taken is not null
           on conflict (supplement_id, day) do update set doses_taken = excluded.doses_taken""",
        actor.person_id,
        ids,
        values,
        day,
    )


async def take_back(db: Db, actor: Actor, day: date) -> bool:
    """The whole day's check-in with its photo, own measures and doses."""
    gone = await db.run("delete from daily_check_in where person_id = $1 and day = $2", actor.person_id, day)
    await db.run("delete from progress_photo where person_id = $1 and day = $2", actor.person_id, day)
    await db.run(
        "delete from measured_day using own_measure m where m.id = measure_id and m.person_id = $1 and day = $2",
        actor.person_id,
        day,
    )
    await db.run(
        "delete from supplement_day using supplement s where s.id = supplement_id and s.person_id = $1 and day = $2",
        actor.person_id,
        day,
    )
    return gone == 1
