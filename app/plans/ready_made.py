"""Plans by our own hand that a gym can start with: for its library, to train by, to copy, to change."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from app.actor import Actor
from app.db import Db, new_id
from app.plans import actions
from app.plans.actions import Home
from app.plans.rules import Day, Outline, Unit, parse_plan


@dataclass(frozen=True, slots=True)
class ReadyMade:
    name: str
    difficulty: str
    goal: str
    description: str
    text: str
    weeks: int | None = None


PLANS = (
    ReadyMade(
        "First months: full body", "beginner", "fitness",
        "Three short days with a day of rest between them. Learn six patterns, leave two repetitions in the tank, add a little each week.",
        """# 1: Full body A
Goblet squat 3x8-12 @7 90s double+2kg
Dumbbell bench press 3x8-12 @7 90s double+2kg
Seated cable row 3x8-12 @7 90s double+2.5kg
Dumbbell Romanian deadlift 2x10-12 @7 90s double+2kg
Plank 3x30s 45s

# 3: Full body B
Leg press 3x10-12 @7 90s double+5kg
Lat pulldown 3x8-12 @7 90s double+2.5kg
Seated dumbbell press 3x8-12 @7 90s double+2kg
Glute bridge 2x12-15 60s
A: Dumbbell curl 2x10-15 30s double+1kg
A: Cable triceps pushdown 2x10-15 60s double+2.5kg

# 5: Full body C
Dumbbell lunge 3x8-10 @7 90s double+2kg # each side
Push-up 3x6-15 90s
One-arm dumbbell row 3x8-12 @7 60s double+2kg
Back extension 2x10-15 60s
Side plank 2x20s 30s # each side
Exercise bike 1x4km
""",
    ),
    ReadyMade(
        "Upper and lower, four days", "intermediate", "muscle",
        "Each half of the body twice a week: once heavy, once for volume. For those who have a year of steady training behind them.",
        """# 1: Upper, heavy
Barbell bench press 2x5 warmup
Barbell bench press 4x4-6 @8 3min double+2.5kg
Barbell row 4x5-7 @8 2min double+2.5kg
Overhead press 3x6-8 @8 2min double+2.5kg
Weighted pull-up 3x5-8 @8 2min double+1.25kg
Face pull 3x12-15 60s double+2.5kg

# 2: Lower, heavy
Back squat 2x5 warmup
Back squat 4x4-6 @8 3min double+2.5kg
Romanian deadlift 3x6-8 @8 2min double+2.5kg
Leg press 3x8-10 2min double+5kg
Standing calf raise 4x8-12 60s double+5kg
Hanging knee raise 3x10-15 60s

# 4: Upper, volume
Incline dumbbell press 3x8-12 @8 90s double+2kg
Seated cable row 3x10-12 @8 90s double+2.5kg
Dumbbell lateral raise 4x12-15 45s double+1kg
Lat pulldown 3x10-12 90s double+2.5kg
A: E-z bar curl 3x10-12 30s double+2.5kg
A: Rope pushdown 3x10-12 60s double+2.5kg

# 5: Lower, volume
Front squat 3x8-10 @8 2min double+2.5kg
Barbell hip thrust 3x8-12 90s double+5kg
Bulgarian split squat 3x8-10 @8 90s double+2kg
Lying leg curl 3x10-15 60s double+2.5kg
Seated calf raise 4x12-15 45s double+2.5kg
Ab wheel rollout 3x8-12 60s
""",
    ),
    ReadyMade(
        "Push, pull, legs, six days", "expert", "muscle",
        "Every muscle twice a week, one day of rest. Much volume: sleep and eat for it, or take the four-day plan.",
        """# 1: Push A
Barbell bench press 4x5-8 @8 2min double+2.5kg
Seated dumbbell press 3x8-10 @8 90s double+2kg
Incline dumbbell press 3x8-12 90s double+2kg
Cable lateral raise 3x12-15 45s double+1kg
Rope pushdown 3x10-15 60s double+2.5kg

# 2: Pull A
Deadlift 3x3-5 @8 3min double+5kg
Pull-up 4x6-10 2min
Chest-supported dumbbell row 3x8-12 90s double+2kg
Face pull 3x12-15 60s double+2.5kg
Barbell curl 3x8-12 60s double+2.5kg

# 3: Legs A
Back squat 4x5-8 @8 3min double+2.5kg
Romanian deadlift 3x8-10 2min double+2.5kg
Leg extension 3x12-15 60s double+2.5kg
Lying leg curl 3x10-12 60s double+2.5kg
Standing calf raise 4x8-12 60s double+5kg

# 4: Push B
Overhead press 4x5-8 @8 2min double+2.5kg
Incline barbell bench press 3x8-10 2min double+2.5kg
Cable crossover 3x12-15 60s double+2.5kg
Dumbbell lateral raise 4x12-20 45s double+1kg
Overhead cable triceps extension 3x10-15 60s double+2.5kg

# 5: Pull B
Barbell row 4x6-8 @8 2min double+2.5kg
Lat pulldown 3x8-12 90s double+2.5kg
One-arm cable row 3x10-12 60s double+2.5kg
Bent-over reverse fly 3x12-15 45s double+1kg
Hammer curl 3x10-12 60s double+2kg

# 6: Legs B
Front squat 3x6-8 @8 2min double+2.5kg
Barbell hip thrust 3x8-12 2min double+5kg
Walking lunge 3x10-12 90s double+2kg # each side
Seated leg curl 3x10-15 60s double+2.5kg
Seated calf raise 4x12-15 45s double+2.5kg
Hanging leg raise 3x8-15 60s
""",
    ),
    ReadyMade(
        "Five by five, three days", "beginner", "strength",
        "Few lifts, heavy and often. Two sessions that alternate with the weeks; the bar grows by a little as long as all sets go up.",
        """# 1: A
Back squat 2x5 warmup
Back squat 5x5 3min linear+2.5kg
Barbell bench press 5x5 3min linear+2.5kg
Barbell row 5x5 2min linear+2.5kg

# 3: B
Back squat 2x5 warmup
Back squat 5x5 3min linear+2.5kg
Overhead press 5x5 3min linear+2.5kg
Deadlift 1x5 3min linear+5kg

# 5: A
Back squat 2x5 warmup
Back squat 5x5 3min linear+2.5kg
Barbell bench press 5x5 3min linear+2.5kg
Barbell row 5x5 2min linear+2.5kg

# 8: B
Back squat 2x5 warmup
Back squat 5x5 3min linear+2.5kg
Overhead press 5x5 3min linear+2.5kg
Deadlift 1x5 3min linear+5kg

# 10: A
Back squat 2x5 warmup
Back squat 5x5 3min linear+2.5kg
Barbell bench press 5x5 3min linear+2.5kg
Barbell row 5x5 2min linear+2.5kg

# 12: B
Back squat 2x5 warmup
Back squat 5x5 3min linear+2.5kg
Overhead press 5x5 3min linear+2.5kg
Deadlift 1x5 3min linear+5kg
""",
        weeks=12,
    ),
    ReadyMade(
        "Peak: by percentages", "expert", "power",
        "Six weeks towards a heavy single. Know your best singles first: the weights follow from them and rise each week.",
        """# 1: Squat
Back squat 5x3 75% 3min weekly+2.5%
Pause squat 3x3 65% 3min weekly+2.5%
Leg press 3x8-10 2min double+5kg
Hanging leg raise 3x10-15 60s

# 3: Bench
Barbell bench press 5x3 75% 3min weekly+2.5%
Close-grip bench press 3x5-6 @8 2min double+2.5kg
Barbell row 4x6-8 2min double+2.5kg

# 5: Deadlift
Deadlift 4x2 75% 3min weekly+2.5%
Paused deadlift 3x3 60% 3min weekly+2.5%
Pull-up 4x6-8 2min
Back extension 3x10-12 60s
""",
        weeks=6,
    ),
    ReadyMade(
        "One kettlebell", "intermediate", "fitness",
        "Half an hour, one bell, a little floor. Swings for the engine, presses and squats for strength, get-ups for everything else.",
        """# 1: Swing and press
Kettlebell halo 2x8 warmup
Kettlebell swing 10x10 45s
Kettlebell press 4x5-8 60s # each side
Goblet squat 3x8-12 60s
Suitcase carry 4x40m 45s # each side

# 3: Get up
Turkish get-up 5x1 60s # each side
Kettlebell row 4x8-12 60s # each side
Kettlebell windmill 3x5 45s # each side
Dead bug 3x8-12 30s

# 5: Clean and go
Kettlebell clean 4x6 60s # each side
Double kettlebell front squat 4x6-8 90s
One-arm kettlebell swing 6x10 45s # each side
Push-up 3x8-20 60s
""",
    ),
    ReadyMade(
        "At home, nothing needed", "beginner", "fitness",
        "Twenty minutes on a floor: no equipment, no jumping on the neighbours. A good start, a good holiday.",
        """# 1: Strong legs
Jumping jack 2x45s warmup
Bodyweight squat 3x12-20 45s
Reverse lunge 3x8-12 45s # each side, without weights
Glute bridge 3x12-20 45s
Plank 3x30s 30s

# 3: Strong arms
Arm circle 2x15 warmup
Push-up 4x5-15 60s # on the knees where needed
Pike push-up 3x5-10 60s
Superman 3x20s 30s
Mountain climber 3x30s 45s

# 5: All of it
World's greatest stretch 2x5 warmup # each side
A: Bodyweight squat 4x15 15s
A: Push-up 4x8-12 15s
A: Burpee 4x6-10 60s
Side plank 2x25s 30s # each side
Child's pose 2x40s
""",
    ),
)  # fmt: skip


def ready_made_id(gym_id: UUID, name: str) -> UUID:
    """The same plan of the same gym has the same id: adding them twice adds them once."""
    return uuid5(gym_id, f"ready-made:{name}")


async def add_ready_made(db: Db, actor: Actor, *, now: datetime) -> list[UUID]:
    """All of them, owned by whoever adds them, shown to the whole gym. Those that are there already stay as they are."""
    there = set(await db.column("select id from plan where id = any($1::uuid[])", [_id(actor, plan) for plan in PLANS]))
    for plan in PLANS:
        if _id(actor, plan) not in there:
            await _add(db, actor, plan, now)
    return [_id(actor, plan) for plan in PLANS]


def _id(actor: Actor, plan: ReadyMade) -> UUID:
    return ready_made_id(actor.gym_id, plan.name)


async def _add(db: Db, actor: Actor, plan: ReadyMade, now: datetime) -> None:
    id = _id(actor, plan)
    name = await actions.free_name(db, "plan", actor.person_id, plan.name)
    outline = await outline_of(db, actor, plan)
    made = await actions.make_plan(db, actor, replace(outline, name=name), id=id, now=now)
    assert made == id, made
    await actions.open_to(db, actor, Home("plan", id), "gym", now=now)
    await db.run("update plan set is_template = true where id = $1", id)


async def outline_of(db: Db, actor: Actor, plan: ReadyMade) -> Outline:
    heard, wrong = parse_plan(plan.text)
    assert not wrong, wrong
    lines = iter(await actions.resolved(db, actor, [one.line for unit in heard for one in unit.lines]))
    days = tuple(Day(unit.day, (Unit(new_id(), unit.name, tuple(next(lines) for _ in unit.lines)),)) for unit in heard)
    cycle = max(7, -(-days[-1].number // 7) * 7)
    return Outline(plan.name, plan.difficulty, days, plan.description, plan.goal, plan.weeks, cycle)
