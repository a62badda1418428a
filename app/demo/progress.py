"""The cast's days: Mo loses fat, Fay recomposes, Pat gains; supplements, a photo a month, classes, plans with a date."""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sin

from PIL import Image, ImageDraw

from app.actor import Actor
from app.demo.year import Year
from app.photos import Photo
from app.progress.actions import check_ins, pictures, plans, sessions, supplements
from app.progress.actions.check_ins import Body
from app.progress.actions.plans import DietSaid, ExerciseSaid, SessionSaid
from app.progress.actions.sessions import ToldLift, ToldSession
from app.progress.rules.adherence import SCORES, Scored


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the body starts, and where a year takes it."""

    key: str
    weight: tuple[float, float]
    waist: tuple[float, float]
    hip: float
    steps: int
    tells: float  # the share of days that are told
    days: int


PROFILES = (
    Profile("mo", (91.5, 82.4), (101.0, 88.5), 102.0, 8200, 0.86, 365),
    Profile("fay", (63.0, 64.1), (76.0, 71.5), 97.0, 9800, 0.7, 200),
    Profile("pat", (68.0, 74.5), (78.0, 81.0), 94.0, 7000, 0.6, 150),
)
NOTES = ("Slept badly, trained anyway.", "Best squats in weeks.", "Travel day.", "Sore legs.", "", "", "", "", "")
CLASSES = ("Spinning", "Mobility", "Circuit")
MEALS = ("Oats, berries, whey", "Apple and almonds", "Rice, chicken, salad", "Yoghurt", "Fish, potatoes, greens")


async def live(year: Year) -> None:
    for place, profile in enumerate(PROFILES):
        actor = year.actor(profile.key)
        doses = await shelf(year, actor)
        first = max(year.start, year.end - timedelta(days=profile.days - 1))
        for day in (first + timedelta(days=n) for n in range((year.end - first).days)):
            if year.chance.random() < profile.tells:
                await tell(year, actor, profile, day, (day - first).days / profile.days, doses)
        year.say("progress", (place + 1) / (len(PROFILES) + 1))
    await photos(year, year.actor("mo"))
    await dated(year, year.actor("mo"))


async def shelf(year: Year, actor: Actor) -> dict[str, int]:
    now = year.at(year.start, 9)
    for name, doses in (("Creatine", 1), ("Protein", 2), ("Vitamin D", 1)):
        id = year.id("supplement", actor.name, name)
        await supplements.stock(year.db, actor, id=id, name=name, doses_per_day=doses, is_active=True, notes="", now=now)
    await supplements.define(
        year.db, actor, id=year.id("neck", actor.name), name="Neck", unit="cm", lowest=Decimal(20), highest=Decimal(60),
        lower_is_better=None, now=now,
    )  # fmt: skip
    return {"Creatine": 1, "Protein": 2, "Vitamin D": 1}


async def tell(year: Year, actor: Actor, profile: Profile, day: date, share: float, doses: dict[str, int]) -> None:
    chance = year.chance
    is_measured = day.weekday() == 6
    body = Body(
        sleep_hours=half(7.1 + sin(day.toordinal()) * 0.5 + chance.gauss(0, 0.6), 4, 10),
        sleep_quality=max(1, min(10, round(chance.gauss(7, 1.4)))),
        steps=max(900, round(chance.gauss(profile.steps, 2400))),
        weight_kg=one_place(between(profile.weight, share) + chance.gauss(0, 0.35)),
        waist_cm=half(between(profile.waist, share) + chance.gauss(0, 0.4), 40, 200) if is_measured else None,
        hip_cm=half(profile.hip + chance.gauss(0, 0.3), 40, 200) if is_measured else None,
        alcohol_units=chance.choice((0, 0, 0, 1, 2)) if day.weekday() >= 4 else 0,
        mood=max(1, min(5, round(chance.gauss(3.8, 0.9)))),
        note=chance.choice(NOTES),
        own={year.id("neck", actor.name): half(39 - share, 30, 50)} if is_measured else {},
        doses={
            year.id("supplement", actor.name, name): chance.choice((target, target, target, 0)) for name, target in doses.items()
        },
    )
    now = year.at(day, 21, chance.randrange(60))
    await check_ins.tell(year.db, actor, day, body, mode="create", seen=None, id=year.id("day", actor.name, day), now=now)
    if day.weekday() == 2 and chance.random() < 0.6:
        told = ToldSession("class", chance.random() < 0.9, chance.choice(CLASSES), Decimal(chance.randint(5, 9)))
        await sessions.tell_session(year.db, actor, day, told, id=year.id("class", actor.name, day), now=now)
    if day.weekday() == 5 and chance.random() < 0.3:
        lifts = (ToldLift("Deadlift", one_place(120 + 30 * share), 5, Decimal(8)),)
        told = ToldSession("strength", True, "Outdoor rack", Decimal(8), "", lifts)
        await sessions.tell_session(year.db, actor, day, told, id=year.id("strength", actor.name, day), now=now)


def between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share


def half(value: float, least: float, most: float) -> Decimal:
    return Decimal(str(round(max(least, min(most, value)) * 2) / 2))


def one_place(value: float) -> Decimal:
    return Decimal(str(round(value, 1)))


async def photos(year: Year, actor: Actor) -> None:
    """A figure that gets slimmer month by month: a drawing, nobody's body."""
    for month in range(12):
        day = year.end - timedelta(days=30 * (11 - month) + 1)
        if day < year.start:
            continue
        files = tuple(figure(side, 1 - month / 40) for side in (200, 640, 1600))
        await pictures.place(
            year.db, actor, day, Photo(1200, 1600, files), name="mirror.jpg", is_confirmed=True, id=year.id("photo", day),
            now=year.at(day, 7),
        )  # fmt: skip


def figure(side: int, width: float) -> bytes:
    picture = Image.new("RGB", (side * 3 // 4, side), "#dfe3ea")
    pen, middle, unit = ImageDraw.Draw(picture), side * 3 / 8, side / 100
    pen.ellipse((middle - 6 * unit, 12 * unit, middle + 6 * unit, 26 * unit), "#7d869c")
    pen.rounded_rectangle((middle - 15 * unit * width, 28 * unit, middle + 15 * unit * width, 62 * unit), 6 * unit, "#5a6584")
    for step in (-1, 1):
        left = middle + step * 8 * unit * width - 5 * unit
        pen.rounded_rectangle((left, 60 * unit, left + 10 * unit, 94 * unit), 4 * unit, "#3c4563")
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80)
    return out.getvalue()


async def dated(year: Year, actor: Actor) -> None:
    """Three weeks with a plan: two behind, one ahead; scored by hand as far as they were lived."""
    for n in range(-14, 7):
        day = year.end + timedelta(days=n)
        await plans.plan_diet(year.db, actor, day, DietSaid(Decimal(2200), Decimal(165), Decimal(220), Decimal(73), *MEALS))
        if day.weekday() in (0, 2, 4):
            exercises = (
                ExerciseSaid("Barbell Squat", 4, 5, 8, Decimal(90), Decimal(8), "+2.5 kg when all sets reach 8"),
                ExerciseSaid("Bench Press", 4, 6, 8, Decimal(70), Decimal(8), "+2.5 kg when all sets reach 8"),
            )
            said = SessionSaid("strength", "Row 5 min", mobility_cooldown="Hips, 5 min", exercises=exercises)
            await plans.plan_session(year.db, actor, day, said, id=year.id("dated", day))
        if n < 0:
            workout = year.chance.choice(SCORES[:2]) if day.weekday() in (0, 2, 4) else None
            await plans.score(year.db, actor, Scored(day, year.chance.choice(SCORES), workout), "")
