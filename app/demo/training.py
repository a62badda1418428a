"""A year of lifting: the cast by their plans, forty members by what the gym offers; loads that grow, stall and come back.

Sets go in by COPY, because forty thousand taps would take an hour; what is kept about them (charts, records) comes from the same
statements and rules as after a real workout.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import exp
from random import Random
from uuid import UUID

from app.demo.year import Year
from app.plans.actions import following
from app.plans.rules import Line, Outline, Unit
from app.training.actions import choices, coaching
from app.training.actions.counting import count_all
from app.training.rules.weights import rounded

OTHERS = 40
CAST = {"mo": (1.15, 3), "fay": (0.8, 3), "pat": (0.75, 2), "kim": (0.7, 2), "ana": (0.85, 3), "cal": (1.45, 4)}
COACHED = ("mo", "fay", "pat", "kim")
SAID = (
    "Good depth on all of these. Keep the bar close on the way up.",
    "That last set moved slowly. Stay at this weight once more.",
    "Strong. Next week we go up.",
)
START = {
    "squat": 60, "hinge": 70, "lunge": 24, "horizontal push": 45, "vertical push": 30, "horizontal pull": 45, "vertical pull": 45,
}  # fmt: skip
KIT = {"barbell": 1.0, "dumbbell": 0.33, "cable": 0.55, "machine": 0.9, "e-z curl bar": 0.5, "kettlebells": 0.35}


@dataclass(frozen=True, slots=True)
class Movement:
    id: UUID
    pattern: str
    mechanic: str | None
    kits: list[str]


@dataclass(frozen=True, slots=True)
class Plan:
    plan_id: UUID
    name: str
    content: Outline


@dataclass(frozen=True, slots=True)
class Lifter:
    person_id: UUID
    strength: float
    a_week: int
    plan: Plan
    first: datetime
    following_id: UUID | None = None


@dataclass(slots=True)
class Log:
    workouts: list[tuple[object, ...]] = field(default_factory=list)
    cards: list[tuple[object, ...]] = field(default_factory=list)
    sets: list[tuple[object, ...]] = field(default_factory=list)
    days: list[tuple[UUID, int, UUID, datetime]] = field(default_factory=list)


async def live(year: Year) -> None:
    plans = await year.db.all(
        Plan,
        """select p.id as plan_id, p.name, v.content from plan p join plan_version v on v.plan_id = p.id and v.number = p.latest_version
           where p.is_template order by p.name""",
    )
    if not plans:
        return
    found = await year.db.all(
        Movement,
        """select e.id, e.pattern, e.mechanic, array(select equipment from exercise_equipment q where q.exercise_id = e.id) as kits
           from exercise e where e.scope = 'catalogue'""",
    )
    movements = {one.id: one for one in found}
    lifters = [*await cast(year), *await others(year, plans)]
    for n, lifter in enumerate(lifters):
        log = Log()
        train(year, lifter, movements, log)
        await write(year, lifter, log)
        year.say("training", n / len(lifters))
    await coach(year)


@dataclass(frozen=True, slots=True)
class Followed:
    person_id: UUID
    following_id: UUID
    plan_id: UUID
    name: str
    content: Outline
    created_at: datetime


async def cast(year: Year) -> list[Lifter]:
    rows = await year.db.all(
        Followed,
        """select f.person_id, f.id as following_id, f.plan_id, p.name, v.content, f.created_at from following f
           join plan p on p.id = f.plan_id join plan_version v on v.id = f.version_id where f.ended_at is null""",
    )
    by_person = {row.person_id: row for row in rows}
    lifters = []
    for key, (strength, a_week) in CAST.items():
        row = by_person.get(year.people[key].id)
        if row is not None:
            plan = Plan(row.plan_id, row.name, row.content)
            lifters.append(Lifter(row.person_id, strength, a_week, plan, row.created_at, row.following_id))
    return lifters


async def others(year: Year, plans: list[Plan]) -> list[Lifter]:
    """Forty members, by what the library offers; most began later in the year."""
    people = await year.db.column(
        "select person_id from member where id = any($1) and person_id <> all($2) order by number limit $3",
        year.members,
        [somebody.id for somebody in year.people.values()],
        OTHERS,
    )
    lifters = []
    for person_id in people:
        weeks = year.chance.choice((8, 14, 20, 26, 34, 48))
        begun = year.at(year.end - timedelta(weeks=weeks), 9)
        strength = year.chance.uniform(0.55, 1.3)
        lifters.append(Lifter(person_id, strength, year.chance.choice((1, 2, 2, 3)), year.chance.choice(plans), begun))
    return lifters


def train(year: Year, lifter: Lifter, movements: dict[UUID, Movement], log: Log) -> None:
    chance = Random(f"{lifter.person_id}{year.lot}")
    units = [(day.number, unit) for day in lifter.plan.content.days for unit in day.units if unit.lines]
    day, turn = lifter.first, 0
    gap = 7 / lifter.a_week
    while day < year.now - timedelta(hours=20):
        if units and chance.random() > 0.14:  # now and then life comes between
            at = year.at(day.date(), chance.choice((7, 12, 17, 18, 19)), chance.randrange(60))
            if at < year.now - timedelta(hours=3):
                workout(year, lifter, *units[turn % len(units)], at, movements, chance, log)
                turn += 1
        day += timedelta(days=max(1, round(gap + chance.uniform(-0.6, 0.6))))


def workout(
    year: Year, lifter: Lifter, number: int, unit: Unit, at: datetime, movements: dict[UUID, Movement], chance: Random, log: Log
) -> None:
    id = year.id("workout", lifter.person_id, at.isoformat())
    weeks = (at - lifter.first).days / 7
    clock = at
    for seat, line in enumerate(unit.lines, start=1):
        clock = card(year, lifter, id, seat, line, weeks, clock, movements, chance, log)
    seconds = int((clock - at).total_seconds())
    log.workouts.append(
        (
            id, lifter.person_id, year.gym_id, lifter.plan.plan_id, lifter.following_id, lifter.plan.name, unit.name, number, at,
            at.astimezone(year.zone).date(), clock, seconds, str(year.zone), "completed", at,
        )
    )  # fmt: skip
    if lifter.following_id:
        log.days.append((lifter.following_id, number, id, at))


def card(
    year: Year, lifter: Lifter, workout_id: UUID, seat: int, line: Line, weeks: float, clock: datetime,
    movements: dict[UUID, Movement], chance: Random, log: Log,
) -> datetime:  # fmt: skip
    id = year.id("card", workout_id, seat)
    movement = movements.get(line.exercise_id) if line.exercise_id else None
    skipped = "time" if seat > 3 and chance.random() < 0.04 else None
    grams = load(lifter, movement, weeks, chance) if movement and line.mode == "reps" else None
    log.cards.append(
        (
            id, workout_id, movement.id if movement else None, line.exercise_name, line.mode, seat, seat, line.superset, line.sets,
            line.reps_min, line.reps_max, line.target_time_seconds, line.rest_seconds, skipped, clock,
        )
    )  # fmt: skip
    for place in range(1, line.sets + 1):
        clock += timedelta(seconds=(line.rest_seconds or 90) + chance.randrange(25, 50))
        low, high = line.reps_min or line.reps_max or 8, line.reps_max or line.reps_min or 8
        reps = max(1, min(high, high - chance.randrange(0, high - low + 2) // 2 - place // 3)) if line.mode == "reps" else None
        seconds = (line.target_time_seconds or 45) + chance.randrange(0, 15) if line.mode == "time" else None
        metres = int((line.target_distance_km or 1) * 1000) if line.mode == "distance" else None
        done = None if skipped else clock
        numbers = (None, None, None) if skipped else (reps, seconds, metres)
        log.sets.append((year.id("set", id, place), id, place, line.set_type, grams, *numbers, done, clock))
    return clock


def load(lifter: Lifter, movement: Movement, weeks: float, chance: Random) -> int | None:
    """A beginner's curve: fast at first, then a plateau with better and worse days; every sixth week is lighter."""
    kit = max((KIT.get(one, 0) for one in movement.kits), default=0)
    if not kit:
        return None
    base = START.get(movement.pattern, 40 if movement.mechanic == "compound" else 20)
    growth = 1 + 0.45 * (1 - exp(-weeks / 22))
    light = 0.9 if int(weeks) % 6 == 5 else 1.0
    kilos = base * kit * lifter.strength * growth * light * chance.uniform(0.985, 1.015)
    return max(2500, rounded(int(kilos * 1000), "kg"))


WORKOUT = [
    "id", "person_id", "gym_id", "plan_id", "following_id", "plan_name", "unit_name", "day_number", "started_at", "started_on",
    "ended_at", "duration_seconds", "zone", "status", "at",
]  # fmt: skip
CARD = [
    "id", "workout_id", "exercise_id", "exercise_name", "mode", "position", "planned_position", "superset", "target_sets", "reps_min",
    "reps_max", "target_seconds", "rest_seconds", "skip_reason", "at",
]  # fmt: skip
SET = ["id", "workout_exercise_id", "position", "kind", "grams", "reps", "seconds", "metres", "done_at", "at"]


async def write(year: Year, lifter: Lifter, log: Log) -> None:
    await year.db.copy("workout", WORKOUT, log.workouts)
    await year.db.copy("workout_exercise", CARD, log.cards)
    await year.db.copy("workout_set", SET, log.sets)
    await count_all(year.db, lifter.person_id, [row[0] for row in log.workouts])  # type: ignore[misc]
    for following_id, number, workout_id, at in log.days[-30:]:
        on = at.astimezone(year.zone).date()
        await following.day_done(year.db, following_id, day_number=number, workout_id=workout_id, on=on)


async def coach(year: Year) -> None:
    """Four members let Cal look in; Cal has something to say about their latest sets."""
    db, cal = year.db, year.actor("cal")
    for n, key in enumerate(COACHED):
        member = replace(year.actor(key), gym_ids=(year.gym_id,))
        await coaching.open_to(
            db, member, cal.person_id, id=year.id("grant", key), now=year.at(year.end - timedelta(days=120), 12)
        )
        await choices.choose(
            db, member.person_id, weekly_target=CAST[key][1], rest_seconds=120, shows_rpe=key == "mo", accepts_next=False
        )
        row = await db.column(
            """select s.id from workout w join workout_exercise e on e.workout_id = w.id join workout_set s on s.workout_exercise_id = e.id
               where w.person_id = $1 and s.done_at is not null order by w.started_at desc, e.position limit 1""",
            member.person_id,
        )
        if row and n < len(SAID):
            of = await db.value(
                "select e.workout_id from workout_set s join workout_exercise e on e.id = s.workout_exercise_id where s.id = $1",
                row[0],
            )
            said = {"set_id": row[0], "id": year.id("said", key), "now": year.now - timedelta(hours=2)}
            await coaching.say(db, cal, of, SAID[n], **said)
