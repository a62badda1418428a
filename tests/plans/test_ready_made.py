"""The plans that come with the house: whole, of movements that exist, added once."""

import pytest

from app.demo import plans as demo
from app.demo.year import Year
from app.plans import queries
from app.plans.ready_made import PLANS, add_ready_made, outline_of
from app.plans.rules.outline import faults, plan_faults
from tests.plans.test_writing import CAL, MO


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
async def test_every_line_is_a_movement_of_the_catalogue(db, world, plan):
    outline = await outline_of(db, CAL, plan)
    assert plan_faults(outline) == ()
    assert [line.exercise_name for line in outline.lines if line.exercise_id is None or faults(line)] == []


async def test_added_twice_they_are_there_once_and_open_to_the_gym(db, world):
    for _ in range(2):
        await add_ready_made(db, CAL, now=world.now)
    cards = await queries.library(db, MO, queries.Wanted(), world.now)
    assert {card.name for card in cards} >= {plan.name for plan in PLANS}
    assert len(cards) == len(PLANS)
    assert all(card.is_template and card.minutes for card in cards)


async def test_a_coach_adds_them_with_one_button(as_):
    cal = await as_("cal")
    assert "Add the ready-made plans" in (await cal.get("/plans")).text
    assert (await cal.post("/plans/ready-made", {}, htmx=False)).status_code == 303
    text = (await cal.get("/plans")).text
    assert "Add the ready-made plans" not in text
    assert "Five by five" in text
    assert (await (await as_("mo")).post("/plans/ready-made", {})).status_code == 403


async def test_the_demo_year_has_followers_and_a_floor(db, world):
    end = world.now.date()
    year = Year(db, world.now, end.replace(year=end.year - 1), end)
    await demo.live(year)
    due = await queries.next_day(db, MO.person_id, end)
    assert due.plan_name == "Five by five, three days"
    assert await db.value("select count(*) from gym_equipment where gym_id = $1", world.gym_id) > 40
    assert (await queries.next_day(db, world.id("pat"), end)).assigned_by == "Cal Romero"
