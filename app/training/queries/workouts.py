"""One workout with everything on its screen, in one statement."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from app.db import Db
from app.training.rules.cards import Card

# One exercise `e` of the workout `w` as a Card. `best` is what stood before this workout, `kept` what it broke.
CARD = """
    select e.id, e.workout_id, e.exercise_id, e.exercise_name as name, e.mode, coalesce(e.position, 0) as position, e.at, e.superset, e.planned_id,
           e.target_grams, e.target_sets, e.reps_min, e.reps_max, e.target_seconds, e.target_metres, e.target_rpe,
           e.target_percent, e.rest_seconds, e.planned_notes, e.next_grams, e.next_reps, e.next_seconds, e.next_metres,
           e.next_why, e.is_next_accepted, e.previous, e.previous_on, e.note, e.skip_reason,
           coalesce((select x.category <> 'cardio' from exercise x where x.id = e.exercise_id), true) as is_loaded,
           coalesce((select n.body from exercise_note n where n.person_id = w.person_id and n.exercise_id = e.exercise_id), '')
             as lasting_note,
           coalesce((select json_agg(r order by r.position) from (
             select s.id, s.position, s.kind, s.grams, s.reps, s.seconds, s.metres, s.took_seconds, s.rpe, s.done_at, s.at,
                    (select count(*) from workout_comment c where c.set_id = s.id) as comments
             from workout_set s where s.workout_exercise_id = e.id and s.removed_at is null) r), '[]') as sets,
           case when w.status = 'in_progress' then coalesce((select json_agg(b) from (
             select b.kind, b.value, b.at_grams, b.set_id from record b
             where b.person_id = w.person_id and b.exercise_id = e.exercise_id and b.beaten_at is null) b), '[]')
             else '[]' end as best,
           case when w.status = 'completed' then coalesce((select json_agg(b) from (
             select b.kind, b.value, b.at_grams, b.set_id from record b
             where b.workout_id = w.id and b.exercise_id = e.exercise_id and b.before is not null) b), '[]')
             else '[]' end as kept
"""
WORKOUT = """
    select w.id, w.person_id, w.plan_id, w.unit_id, w.following_id, w.plan_name, w.unit_name, w.day_number, w.started_at,
           w.started_on, w.ended_at, w.zone, w.status, w.aborted_at, w.duration_seconds, w.notes, w.volume, w.done_sets,
           w.record_count, coalesce(c.rest_seconds, 120) as rest_seconds, coalesce(c.shows_rpe, false) as shows_rpe,
"""


@dataclass(frozen=True, slots=True)
class Comment:
    id: UUID
    author: str
    body: str
    at: datetime
    set_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Workout:
    id: UUID
    person_id: UUID
    started_at: datetime
    started_on: date
    zone: str
    status: str
    rest_seconds: int
    shows_rpe: bool
    plan_id: UUID | None = None
    unit_id: UUID | None = None
    following_id: UUID | None = None
    plan_name: str | None = None
    unit_name: str | None = None
    day_number: int | None = None
    ended_at: datetime | None = None
    aborted_at: datetime | None = None
    duration_seconds: int | None = None
    notes: str = ""
    volume: int = 0
    done_sets: int = 0
    record_count: int = 0
    cards: list[Card] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    told: str = "[]"  # the cards as the database said them

    @property
    def name(self) -> str | None:
        return self.unit_name or self.plan_name

    @property
    def set_count(self) -> int:
        return sum(len(card.sets) for card in self.cards if card.skip_reason is None)

    @property
    def done_count(self) -> int:
        return sum([row.done_at is not None for card in self.cards for row in card.sets])


async def workout(db: Db, person_id: UUID, workout_id: UUID) -> Workout | None:
    found = await db.one(
        Workout,
        WORKOUT
        + f"""
           coalesce((select json_agg(x order by x.position) from (
             {CARD} from workout_exercise e where e.workout_id = w.id and e.removed_at is null) x), '[]')::text as told,
           coalesce((select json_agg(m order by m.at) from (
             select m.id, p.name as author, m.body, m.at, m.set_id
             from workout_comment m join person p on p.id = m.author_id where m.workout_id = w.id) m), '[]') as comments
    from workout w left join training_choice c on c.person_id = w.person_id
    where w.id = $1 and w.person_id = $2""",
        workout_id,
        person_id,
    )
    if found is not None:
        found.cards.extend(_card(bytes(each)) for each in _apart.decode(found.told))
    return found


_apart = msgspec.json.Decoder(list[msgspec.Raw])


@lru_cache(2_000)
def _card(told: bytes) -> Card:
    """Between two looks at a workout most of its exercises are as they were: what was read once is not read again."""
    return replace(msgspec.json.decode(told, type=Card), told=told)


async def card(db: Db, person_id: UUID, card_id: UUID) -> Card | None:
    return await db.one(
        Card,
        CARD
        + """from workout_exercise e join workout w on w.id = e.workout_id
             where e.id = $1 and w.person_id = $2 and e.removed_at is null""",
        card_id,
        person_id,
    )


@dataclass(frozen=True, slots=True)
class Running:
    """A workout that is open, for the button that goes back to it."""

    id: UUID
    name: str | None
    started_at: datetime
    done: int
    sets: int


RUNNING = """
    select w.id, coalesce(w.unit_name, w.plan_name) as name, w.started_at, n.done, n.sets
    from (select * from workout where person_id = $1 and status = 'in_progress' order by started_at desc limit 5) w,
      lateral (select count(*) filter (where s.done_at is not null) as done, count(*) as sets
               from workout_exercise e join workout_set s on s.workout_exercise_id = e.id and s.removed_at is null
               where e.workout_id = w.id and e.removed_at is null) n
    order by w.started_at desc
"""
