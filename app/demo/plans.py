"""The demo club's library and floor: ready-made plans, who trains by them, one of Mo's own with a link, equipment, plates, bars."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.actor import ROLES
from app.demo.year import Year, actor_of
from app.exercises import actions as exercises
from app.exercises import catalogue
from app.plans import actions
from app.plans.actions import Home
from app.plans.ready_made import PLANS, add_ready_made, ready_made_id
from app.plans.rules import Day, Outline, Unit, parse

FLOOR = {
    "barbell": 6, "dumbbell": 24, "e-z curl bar": 2, "kettlebells": 12, "bands": 10, "exercise ball": 4, "foam roll": 6,
    "medicine ball": 8, "machine": 1, "cable": 1, "other": 1, "flat bench": 4, "incline bench": 4, "decline bench": 1,
    "preacher bench": 1, "back extension bench": 2, "rack": 4, "pull-up bar": 4, "dip bars": 2, "box": 4, "trap bar": 1,
    "landmine": 1, "leg press": 1, "hack squat machine": 1, "leg extension machine": 1, "leg curl machine": 2,
    "smith machine": 1, "chest press machine": 1, "pec deck": 1, "shoulder press machine": 1, "row machine": 1,
    "calf machine": 2, "hip abduction machine": 1, "hip adduction machine": 1, "glute machine": 1,
    "assisted pull-up machine": 1, "treadmill": 8, "exercise bike": 6, "air bike": 2, "rowing machine": 4,
    "cross trainer": 4, "lat pulldown": 2, "seated cable row": 2, "cable station": 3, "rings": 2, "suspension trainer": 4,
    "jump rope": 8, "ab wheel": 3, "sled": 1, "battle ropes": 1, "weight plate": 40, "stick": 4,
}  # fmt: skip
PLATES = {"25": 8, "20": 16, "15": 8, "10": 16, "5": 12, "2.5": 12, "1.25": 8, "0.5": 4}
FOLLOWS = (("mo", 3, 300), ("fay", 0, 260), ("pat", 6, 90), ("kim", 1, 180), ("ana", 5, 120), ("cal", 2, 200))
MOS_UNIT = """Pull-up 4x6-10 2min
Barbell bench press 3x5 80kg 2min linear+2.5kg
A: Dumbbell curl 3x10-12 12kg 30s
A: Rope pushdown 3x10-12 60s"""


async def live(year: Year) -> None:
    await catalogue.seed(year.db)
    await furnish(year)
    year.say("plans", 0.3)
    cal = year.actor("cal")
    await add_ready_made(year.db, cal, now=year.at(year.start + timedelta(days=7), 9))
    await follow(year)
    await mos_own(year)
    year.say("plans", 1)


async def furnish(year: Year) -> None:
    db, max_ = year.db, year.actor("max")
    await exercises.furnish(db, max_, FLOOR)
    await exercises.rack_plates(db, max_, "kg", {Decimal(weight): count for weight, count in PLATES.items()})
    for n, (name, weight, count) in enumerate((("Olympic bar", "20", 5), ("Light bar", "15", 2), ("Technique bar", "10", 1))):
        await exercises.add_bar(db, max_, name, "kg", Decimal(weight), count, is_usual=n == 0, id=year.id("bar", name))
    broken = year.at(year.end - timedelta(days=2), 18)
    await exercises.report(db, year.actor("mo"), "treadmill", 1, "The belt slips", id=year.id("broken"), now=broken)
    river = replace(actor_of(year.people["zed"]), permissions=frozenset(ROLES["owner"]))
    await exercises.furnish(db, river, {code: max(1, count // 3) for code, count in FLOOR.items()})
    await exercises.add_bar(db, river, "Olympic bar", "kg", Decimal(20), 2, is_usual=True, id=year.id("bar", "river"))
    await exercises.rack_plates(db, river, "kg", {Decimal(weight): count // 2 for weight, count in PLATES.items()})


async def follow(year: Year) -> None:
    """Most chose for themselves; Pat's was given by Cal."""
    for key, n, days in FOLLOWS:
        plan, now = ready_made_id(year.gym_id, PLANS[n].name), year.at(year.end - timedelta(days=days), 10)
        monday = (year.end - timedelta(days=days)) - timedelta(days=(year.end - timedelta(days=days)).weekday())
        if key == "pat":
            people = [year.people[key].id]
            await actions.assign(year.db, year.actor("cal"), plan, people, monday, id=year.id("assign", key), now=now)
        else:
            await actions.start(year.db, year.actor(key), plan, monday, id=year.id("follow", key), now=now)


async def mos_own(year: Year) -> None:
    mo, now = year.actor("mo"), year.at(year.end - timedelta(days=20), 20)
    heard, _wrong = parse(MOS_UNIT)
    lines = await actions.resolved(year.db, mo, [one.line for one in heard])
    await actions.make_unit(year.db, mo, Unit(year.id("unit", "quick"), "Quick upper body", lines), now=now)
    lines = await actions.resolved(year.db, mo, [one.line for one in heard])
    days = (Day(1, (Unit(year.id("unit", "mo", 1), "Upper body, short", lines),)),)
    plan = year.id("plan", "mo")
    await actions.make_plan(year.db, mo, Outline("Travel week", "intermediate", days, "For weeks on the road."), id=plan, now=now)
    token = year.id("link").hex + "demo"
    await actions.make_link(year.db, mo, Home("plan", plan), token, "copy", id=year.id("link"), now=now)
    await actions.grant(year.db, mo, Home("plan", plan), year.people["kim"].id, "write", now=now)
