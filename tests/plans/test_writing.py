"""Plans are written, published and followed: on the real database."""

from datetime import date, timedelta
from decimal import Decimal

from app.db import new_id
from app.demo.world import PEOPLE
from app.demo.year import actor_of
from app.exercises.queries import Asked as Search
from app.exercises.queries import recents, search, substitutes
from app.plans import actions, queries
from app.plans.actions import Asked, Changed, Conflict, Home, Refused
from app.plans.rules import Day, Outline, Unit, parse
from app.plans.rules.changes import add_lines, describe, nudge_line, write_lines

MO, CAL, KIM, ZED = (actor_of(PEOPLE[key]) for key in ("mo", "cal", "kim", "zed"))


async def lines(db, actor, text):
    heard, wrong = parse(text)
    assert wrong == ()
    return await actions.resolved(db, actor, [one.line for one in heard])


async def a_plan(db, actor, now, text="Bench 3x8-12 60kg double+2.5kg\nSquat 3x5", name="Mine", days=(1, 3)):
    units = [Unit(new_id(), f"Day {number}", await lines(db, actor, text)) for number in days]
    outline = Outline(name, days=tuple(Day(number, (unit,)) for number, unit in zip(days, units, strict=True)))
    made = await actions.make_plan(db, actor, outline, id=new_id(), now=now)
    assert not isinstance(made, Refused), made
    return made


async def edit(db, actor, plan_id, step, now, id=None, **asked):
    return await actions.change(db, actor, Home("plan", plan_id), Asked("edit", **asked), step, id=id or new_id(), now=now)


async def test_scribbled_names_become_movements_in_ones_own_language(db, world):
    bench, squat = await lines(db, MO, "benč 3x8\nSENTADILLA 3x5")
    assert (bench.exercise_name, squat.exercise_name) == ("Barbell bench press", "Back squat")
    (odd,) = await lines(db, MO, "Cartwheel 3x5")
    assert (odd.exercise_name, odd.exercise_id) == ("Cartwheel", None)


async def test_a_plan_reads_back_as_it_was_written(db, world):
    plan_id = await a_plan(db, MO, world.now)
    sheet = await queries.sheet(db, MO, plan_id, world.now)
    assert [(day.number, day.units[0].name) for day in sheet.draft.days] == [(1, "Day 1"), (3, "Day 3")]
    first = sheet.draft.lines[0]
    assert (first.exercise_name, first.reps_max, first.target_weight, first.step) == (
        "Barbell bench press", 12, Decimal(60), Decimal("2.5"),
    )  # fmt: skip


async def test_an_edit_sent_twice_is_one_edit(db, world):
    plan_id = await a_plan(db, MO, world.now)
    unit = (await queries.sheet(db, MO, plan_id, world.now)).draft.units[0]
    more = await lines(db, MO, "Plank 3x60s")
    id = new_id()
    for _ in range(2):
        outcome = await edit(db, MO, plan_id, add_lines(unit.id, more), world.now, id=id, wish=("Plank",))
        assert isinstance(outcome, Changed)
    sheet = await queries.sheet(db, MO, plan_id, world.now)
    assert [line.exercise_name for line in sheet.draft.units[0].lines] == ["Barbell bench press", "Back squat", "Plank"]
    other = await edit(db, MO, plan_id, add_lines(unit.id, more), world.now, id=id, wish=("Dips",))
    assert isinstance(other, Refused)


async def test_reordering_keeps_the_lines_ids(db, world):
    plan_id = await a_plan(db, MO, world.now)
    before = (await queries.sheet(db, MO, plan_id, world.now)).draft.units[0].lines
    await edit(db, MO, plan_id, nudge_line(before[1].id, -1), world.now)
    after = (await queries.sheet(db, MO, plan_id, world.now)).draft.units[0].lines
    assert [line.id for line in after] == [before[1].id, before[0].id]


async def test_undo_brings_back_what_stood_there_step_by_step(db, world):
    plan_id = await a_plan(db, MO, world.now)
    start = (await queries.sheet(db, MO, plan_id, world.now)).draft
    for n, name in enumerate(("One", "Two")):
        await edit(db, MO, plan_id, describe(name, "expert", "", None, None, 7), world.now + timedelta(seconds=n))
    for name in ("One", "Mine"):
        await actions.undo(db, MO, Home("plan", plan_id), id=new_id(), now=world.now)
        assert (await queries.sheet(db, MO, plan_id, world.now)).draft.name == name
    assert (await queries.sheet(db, MO, plan_id, world.now)).draft == start
    assert isinstance(await actions.undo(db, MO, Home("plan", plan_id), id=new_id(), now=world.now), Refused)


async def test_two_writers_never_silently_overwrite_each_other(db, world):
    plan_id = await a_plan(db, MO, world.now)
    await actions.grant(db, MO, Home("plan", plan_id), KIM.person_id, "write", now=world.now)
    unit = (await queries.sheet(db, MO, plan_id, world.now)).draft.units[0]
    looked_at = {"unit_id": unit.id, "revision": unit.revision}
    step = write_lines(unit.id, unit.name, "", await lines(db, KIM, "Dips 3x8"))
    assert isinstance(await edit(db, KIM, plan_id, step, world.now, **looked_at), Changed)
    late = write_lines(unit.id, unit.name, "", await lines(db, MO, "Pull-up 3x8"))
    outcome = await edit(db, MO, plan_id, late, world.now, **looked_at)
    assert isinstance(outcome, Conflict)
    assert [line.exercise_name for line in outcome.outline.unit(unit.id).lines] == ["Chest dip"]
    assert isinstance(await actions.undo(db, MO, Home("plan", plan_id), id=new_id(), now=world.now), Refused)


async def test_a_plan_in_use_never_changes_under_anybodys_feet(db, world):
    plan_id = await a_plan(db, CAL, world.now)
    await actions.open_to(db, CAL, Home("plan", plan_id), "gym", now=world.now)
    await actions.start(db, MO, plan_id, world.now.date(), id=new_id(), now=world.now)
    unit = (await queries.sheet(db, CAL, plan_id, world.now)).draft.units[0]
    await edit(db, CAL, plan_id, write_lines(unit.id, "New", "", await lines(db, CAL, "Dips 3x8")), world.now)
    await actions.publish(db, CAL, plan_id, id=new_id(), now=world.now)
    due = await queries.next_day(db, MO.person_id, world.now.date())
    assert [line.exercise_name for line in due.units[0].lines] == ["Barbell bench press", "Back squat"]
    assert (due.version, due.latest_version) == (1, 2)
    await actions.switch(db, MO, plan_id)
    due = await queries.next_day(db, MO.person_id, world.now.date())
    assert [line.exercise_name for line in due.units[0].lines] == ["Chest dip"]


async def test_publishing_the_same_again_makes_no_version(db, world):
    plan_id = await a_plan(db, MO, world.now)
    numbers = [(await actions.publish(db, MO, plan_id, id=new_id(), now=world.now)).number for _ in range(2)]
    assert numbers == [1, 1]


async def test_the_next_day_follows_what_was_done(db, world):
    plan_id = await a_plan(db, MO, world.now)
    today = date(2026, 11, 23)
    following = await actions.start(db, MO, plan_id, today, id=new_id(), now=world.now)
    due = await queries.next_day(db, MO.person_id, today)
    assert (due.when.day_number, due.when.kind) == (1, "due")
    workout = new_id()
    for _ in range(2):
        await actions.day_done(db, following, day_number=1, workout_id=workout, on=today)
    due = await queries.next_day(db, MO.person_id, today)
    assert (due.when.day_number, due.when.kind, due.when.due_on) == (3, "rest", date(2026, 11, 25))
    await actions.day_undone(db, workout)
    assert (await queries.next_day(db, MO.person_id, today)).when.day_number == 1
    await actions.stop(db, MO, plan_id, now=world.now)
    assert await queries.next_day(db, MO.person_id, today) is None


async def test_a_coach_assigns_and_the_member_may_read_and_stop(db, world):
    plan_id = await a_plan(db, CAL, world.now)
    people = [MO.person_id, KIM.person_id, ZED.person_id, CAL.person_id]
    id = new_id()
    for _ in range(2):
        assert await actions.assign(db, CAL, plan_id, people, date(2026, 11, 30), id=id, now=world.now) == 2
    due = await queries.next_day(db, MO.person_id, date(2026, 11, 23))
    assert (due.when.kind, due.assigned_by, due.starts_on) == ("before_start", "Cal Romero", date(2026, 11, 30))
    assert await queries.sheet(db, MO, plan_id, world.now)
    assert await queries.sheet(db, ZED, plan_id, world.now) is None
    assert await actions.stop(db, MO, plan_id, now=world.now)


async def test_somebody_elses_shared_plan_is_not_a_readers_to_assign(db, world):
    plan_id = await a_plan(db, MO, world.now)
    await actions.grant(db, MO, Home("plan", plan_id), CAL.person_id, "read", now=world.now)
    assert await actions.assign(db, CAL, plan_id, [KIM.person_id], world.now.date(), id=new_id(), now=world.now) is None


async def test_a_copy_remembers_where_it_came_from_and_takes_later_versions_when_asked(db, world):
    from app.plans.actions.versions import later

    plan_id = await a_plan(db, CAL, world.now)
    await actions.open_to(db, CAL, Home("plan", plan_id), "gym", now=world.now)
    content = (await queries.sheet(db, MO, plan_id, world.now)).published
    copy_id = new_id()
    for _ in range(2):
        assert await actions.copy_plan(db, MO, content, plan_id, 1, id=copy_id, now=world.now) == copy_id
    assert await db.value("select count(*) from plan where owner_id = $1", MO.person_id) == 1
    unit = (await queries.sheet(db, CAL, plan_id, world.now)).draft.units[0]
    await edit(db, CAL, plan_id, write_lines(unit.id, "New", "", await lines(db, CAL, "Dips 3x8")), world.now)
    assert await later(db, MO, copy_id, world.now) is None
    await actions.publish(db, CAL, plan_id, id=new_id(), now=world.now)
    sheet = await queries.sheet(db, MO, copy_id, world.now)
    assert (sheet.copied_from, sheet.copied_version, sheet.later_version) == ("Mine", 1, 2)
    await actions.take_later(db, MO, copy_id, id=new_id(), now=world.now)
    sheet = await queries.sheet(db, MO, copy_id, world.now)
    assert (sheet.draft.units[0].name, sheet.later_version) == ("New", None)
    await actions.undo(db, MO, Home("plan", copy_id), id=new_id(), now=world.now)
    assert (await queries.sheet(db, MO, copy_id, world.now)).draft.units[0].name == "Day 1"


async def test_thrown_away_while_in_use_it_is_only_put_away(db, world):
    plan_id = await a_plan(db, CAL, world.now)
    await actions.open_to(db, CAL, Home("plan", plan_id), "gym", now=world.now)
    await actions.start(db, MO, plan_id, world.now.date(), id=new_id(), now=world.now)
    assert await actions.discard(db, CAL, plan_id, now=world.now)
    assert (await queries.next_day(db, MO.person_id, world.now.date())) is not None
    assert await queries.sheet(db, KIM, plan_id, world.now) is None
    other = await a_plan(db, CAL, world.now, name="Nobody's")
    assert await actions.discard(db, CAL, other, now=world.now)
    assert await db.value("select count(*) from plan where id = $1", other) == 0


async def test_the_search_ignores_accents_and_puts_recents_first(db, world):
    found = await search(db, MO, Search(q="sentadilla bulgara"))
    assert [one.name for one in found] == ["Bulgarian split squat"]
    assert (await search(db, MO, Search(q="bench")))[0].name == "Barbell bench press"
    await a_plan(db, MO, world.now, "Seal row 3x8")
    assert (await search(db, MO, Search(q="row")))[0].name == "Seal row"
    assert [one.name for one in await recents(db, MO)] == ["Seal row"]
    chest = await search(db, MO, Search(muscles=("chest",), equipment=("dumbbell", "bands"), level="beginner"), limit=100)
    assert chest
    assert all("chest" in one.primary + one.secondary for one in chest)


async def test_what_stands_in_needs_nothing_that_is_broken(db, world):
    (bench,) = await search(db, MO, Search(q="barbell bench press"), limit=1)
    assert (await substitutes(db, MO, bench.id))[0].pattern == "horizontal push"
    await db.run(
        "insert into gym_equipment (gym_id, equipment, count, out_of_order) values ($1, 'dumbbell', 1, 1), ($1, 'flat bench', 2, 0)",
        world.gym_id,
    )
    offered = await substitutes(db, MO, bench.id)
    assert offered
    assert {code for one in offered for code in one.equipment} <= {"body only", "wall", "flat bench"}


async def test_what_was_undone_is_done_again_until_something_else_is_written(db, world):
    home = Home("plan", await a_plan(db, MO, world.now))
    moments = iter(world.now + timedelta(seconds=n) for n in range(1, 30))

    async def name() -> str:
        return (await queries.sheet(db, MO, home.id, world.now)).draft.name

    for said in ("One", "Two"):
        await edit(db, MO, home.id, describe(said, "expert", "", None, None, 7), next(moments))
    for said in ("One", "Mine"):
        await actions.undo(db, MO, home, id=new_id(), now=next(moments))
        assert await name() == said
    for said in ("One", "Two"):
        assert (await queries.sheet(db, MO, home.id, world.now)).can_redo
        await actions.redo(db, MO, home, id=new_id(), now=next(moments))
        assert await name() == said
    assert isinstance(await actions.redo(db, MO, home, id=new_id(), now=next(moments)), Refused)
    await actions.undo(db, MO, home, id=new_id(), now=next(moments))
    again = new_id()
    for _ in range(2):  # sent twice, done once
        await actions.redo(db, MO, home, id=again, now=next(moments))
    assert await name() == "Two"
    await actions.undo(db, MO, home, id=new_id(), now=next(moments))
    await edit(db, MO, home.id, describe("Other", "expert", "", None, None, 7), next(moments))
    assert isinstance(await actions.redo(db, MO, home, id=new_id(), now=next(moments)), Refused)
    assert not (await queries.sheet(db, MO, home.id, world.now)).can_redo
