"""Plans through HTTP: library, editor, sharing, links; what is refused, where, and with which words."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from app.db import new_id
from app.main import url_for
from app.plans import queries
from app.plans.actions import Home
from tests.plans.test_writing import CAL, KIM, MO, a_plan, edit, lines


async def draft(db, actor, plan_id, world):
    return (await queries.sheet(db, actor, plan_id, world.now + timedelta(days=30))).draft


async def made(client, **more):
    answer = await client.post("/plans", {"id": new_id(), "name": "Mine", **more})
    assert answer.status_code == 200, answer.text
    return UUID(answer.headers["hx-location"].split("/")[2])


async def test_mo_makes_a_plan_out_of_text_and_starts_it(db, as_, world):
    mo = await as_("mo")
    plan_id = await made(mo, text="# Day 1: Push\nBench 3x8-12 @8 90s\n\n# Day 3: Pull\nRow 3x8")
    assert [(day.number, day.units[0].name) for day in (await draft(db, MO, plan_id, world)).days] == [(1, "Push"), (3, "Pull")]
    answer = await mo.post(f"/plans/{plan_id}/start", {"id": new_id(), "starts_on": "2026-11-23"}, htmx=False)
    assert answer.status_code == 303
    page = await mo.get(f"/plans/{plan_id}")
    assert "Your plan" in page.text
    assert "Barbell bench press" in page.text
    assert "Your plan" in (await mo.get("/plans")).text


async def test_a_plans_share_button_leads_to_the_plan(as_, front):
    """Plans and units share a screen under two addresses: which one is meant is never left to the order of a set."""
    mo = await as_("mo")
    plan_id = await made(mo)
    assert f'href="/plans/{plan_id}/sharing"' in (await mo.get(f"/plans/{plan_id}")).text
    with pytest.raises(LookupError, match="several addresses"):
        url_for(front.app)("plans.sharing", home_id=plan_id)


async def test_the_same_plan_posted_twice_is_one_plan(db, as_, world):
    mo, id = await as_("mo"), new_id()
    for _ in range(2):
        assert (await mo.post("/plans", {"id": id, "name": "Once"}, htmx=False)).status_code == 303
    assert await db.value("select count(*) from plan where owner_id = $1", MO.person_id) == 1


async def test_lines_that_are_not_understood_are_listed_and_what_was_typed_stays(as_):
    mo = await as_("mo")
    answer = await mo.post("/plans", {"id": new_id(), "name": "Mine", "text": "# Day 1: Push\nBench 3x8 fast\nRow"}, htmx=False)
    assert answer.status_code == 422
    assert "Bench 3x8 fast" in answer.text
    assert "Line 2" in answer.text
    assert "“fast” is not understood here." in answer.text
    assert "Line 3" in answer.text


async def test_a_name_that_is_taken_is_said_at_the_field(db, as_, world):
    await a_plan(db, MO, world.now)
    answer = await (await as_("mo")).post("/plans", {"id": new_id(), "name": "MINE"})
    assert answer.status_code == 422
    assert "You already have one with this name." in answer.text


async def editor(db, as_, world, key="mo", actor=MO, **more):
    plan_id = await a_plan(db, actor, world.now, **more)
    unit = (await draft(db, actor, plan_id, world)).units[0]
    return await as_(key), plan_id, unit, f"/drafts/plan/{plan_id}"


async def test_every_button_of_the_editor_is_a_step_that_undo_takes_back(db, as_, world):
    mo, plan_id, unit, at = await editor(db, as_, world)
    first, second = unit.lines
    start = await draft(db, MO, plan_id, world)
    steps = [
        (f"/units/{unit.id}/lines", {"text": "Plank 3x60s"}),
        (f"/lines/{second.id}/act", {"act": "up"}),
        (f"/lines/{first.id}/act", {"act": "pair"}),
        (f"/lines/{first.id}/act", {"act": "repeat"}),
        (f"/lines/{second.id}/act", {"act": "remove"}),
        ("/days", {}),
        ("/days/1/move", {"to": 6}),
        (f"/units/{unit.id}/act", {"act": "repeat"}),
        (f"/units/{unit.id}/act", {"act": "remove"}),
        (f"/lines/{start.units[1].lines[0].id}/place", {"unit": start.units[1].id, "at": 1}),
    ]
    seen = [start]
    for path, data in steps:
        answer = await mo.post(at + path, {"id": new_id(), **data})
        assert answer.status_code == 200, (path, answer.text)
        assert 'hx-target="#editor"' in answer.text
        seen.append(await draft(db, MO, plan_id, world))
        assert seen[-1] != seen[-2], path
    for before in reversed(seen[:-1]):
        assert (await mo.post(f"{at}/undo", {"id": new_id()})).status_code == 200
        now = await draft(db, MO, plan_id, world)
        assert [(d.number, [(u.name, u.lines) for u in d.units]) for d in now.days] == [
            (d.number, [(u.name, u.lines) for u in d.units]) for d in before.days
        ]
    assert "nothing to undo" in (await mo.post(f"{at}/undo", {"id": new_id()})).text


async def test_a_movement_is_added_by_its_name_alone_with_the_usual_sets(db, as_, world):
    mo, plan_id, unit, at = await editor(db, as_, world)
    for text, expected in (("plank", ("time", 3)), ("zgib", ("reps", 3))):
        assert (await mo.post(f"{at}/units/{unit.id}/lines", {"id": new_id(), "text": text})).status_code == 200
        line = (await draft(db, MO, plan_id, world)).units[0].lines[-1]
        assert (line.mode, line.sets) == expected
    answer = await mo.post(f"{at}/units/{unit.id}/lines", {"id": new_id(), "text": "bulgar"})
    assert answer.status_code == 422
    assert "Bulgarian split squat" in answer.text
    found = await mo.get(f"{at}/units/{unit.id}/found?text=bulgar 4x6", htmx=True)
    pick = re.search(r'value="([0-9a-f-]{36})"', found.text).group(1)
    assert (await mo.post(f"{at}/units/{unit.id}/lines", {"id": new_id(), "text": "bulgar 4x6", "pick": pick})).status_code == 200
    line = (await draft(db, MO, plan_id, world)).units[0].lines[-1]
    assert (line.exercise_name, line.sets, line.reps_min) == ("Bulgarian split squat", 4, 6)


async def test_a_line_is_edited_field_by_field(db, as_, world):
    mo, plan_id, unit, at = await editor(db, as_, world)
    line = unit.lines[1]
    page = await mo.get(f"{at}/lines/{line.id}")
    assert page.status_code == 200
    data = {
        "id": new_id(), "revision": unit.revision, "exercise_name": "Back squat", "mode": "reps", "sets": "5", "reps_min": "5",
        "reps_max": "5", "weight": "102,5", "progression": "linear", "step": "2,5", "set_type": "normal", "rest_seconds": "180",
    }  # fmt: skip
    answer = await mo.post(f"{at}/lines/{line.id}", data)
    assert answer.headers.get("hx-location", "").startswith(f"/plans/{plan_id}/edit"), answer.text
    after = (await draft(db, MO, plan_id, world)).units[0].lines[1]
    assert (after.id, after.sets, str(after.target_weight), after.progression, after.rest_seconds) == (
        line.id, 5, "102.5", "linear", 180,
    )  # fmt: skip
    page = await mo.get(f"{at}/lines/{line.id}")
    assert "add 2.5 kg next time" in page.text
    assert "110 kg × 5" in page.text


@pytest.mark.parametrize(
    ("more", "field", "sentence"),
    [
        ({"reps_min": "", "reps_max": ""}, "reps_min", "Say how many repetitions."),
        ({"reps_min": "12", "reps_max": "8"}, "reps_max", "The range is upside down"),
        ({"mode": "time"}, "target_time_seconds", "Say how long."),
        ({"mode": "distance"}, "target_distance_km", "Say how far."),
        ({"mode": "hybrid"}, "mode", "Choose repetitions, time, distance or sets only."),
        ({"sets": "0"}, "sets", "At least 1."),
        ({"sets": "99999999999999999999"}, "sets", "too large"),
        ({"rpe": "8,3"}, "rpe", "Effort goes from 1 to 10, in halves."),
        ({"weight": "60", "percent_1rm": "80"}, "percent_1rm", "Either a weight or a percentage, not both."),
        ({"weight": "4000"}, "weight", "Between 0 and 2000 kg."),
        ({"weight": "heavy"}, "weight", "This is not a number."),
        ({"rest_seconds": "4000"}, "rest_seconds", "At most 3600."),
        ({"progression": "linear", "step": ""}, "step", "Say by how much it grows."),
        ({"progression": "double", "step": "2.5", "reps_max": "5"}, "progression", "Double progression needs a range"),
        ({"progression": "percentage", "step": "2.5"}, "percent_1rm", "Growing by percentages needs a percentage"),
        ({"set_type": "easy"}, "set_type", "Choose warm-up, normal, drop or to failure."),
        ({"exercise_name": ""}, "exercise_name", "Please fill this in."),
        ({"notes": "x" * 1001}, "notes", "At most 1000 characters."),
    ],
)
async def test_what_the_database_would_refuse_is_422_with_the_field_and_a_sentence(db, as_, world, more, field, sentence):
    mo, plan_id, unit, at = await editor(db, as_, world)
    line = unit.lines[1]
    data = {"id": new_id(), "revision": unit.revision, "exercise_name": "Squat", "mode": "reps", "sets": "5", "reps_min": "5"}
    before = await draft(db, MO, plan_id, world)
    answer = await mo.post(f"{at}/lines/{line.id}", {**data, **more})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="f-{field}' in answer.text
    assert await draft(db, MO, plan_id, world) == before


async def test_two_writers_get_both_texts_and_nothing_is_lost(db, as_, world):
    mo, plan_id, unit, at = await editor(db, as_, world)
    from app.plans import actions

    await actions.grant(db, MO, Home("plan", plan_id), KIM.person_id, "write", now=world.now)
    kim = await as_("kim")
    data = {"revision": unit.revision, "name": "Push"}
    answer = await kim.post(f"{at}/units/{unit.id}/text", {**data, "id": new_id(), "text": "Dips 3x8"})
    assert answer.status_code == 200
    answer = await mo.post(f"{at}/units/{unit.id}/text", {**data, "id": new_id(), "text": "Pull-up 3x5"})
    assert answer.status_code == 409
    assert "Chest dip 3x8" in answer.text
    assert "Pull-up 3x5" in answer.text
    assert [line.exercise_name for line in (await draft(db, MO, plan_id, world)).units[0].lines] == ["Chest dip"]
    answer = await mo.post(f"{at}/about", {
        "id": new_id(), "revision": 1, "name": "Late", "difficulty": "expert", "description": "", "cycle_days": 7,
    })  # fmt: skip
    assert answer.status_code == 409


async def test_a_whole_plan_is_rewritten_as_text_and_keeps_its_lines(db, as_, world):
    mo, plan_id, unit, at = await editor(db, as_, world)
    revision = await db.value("select revision from plan where id = $1", plan_id)
    text = "# 1: Day 1\nBack squat 5x5\nBarbell bench press 3x8-12 60kg double+2.5kg\n\n# 5: New\nPlank 3x60s"
    answer = await mo.post(f"{at}/text", {"id": new_id(), "revision": revision, "text": text})
    assert answer.status_code == 200, answer.text
    after = await draft(db, MO, plan_id, world)
    assert [day.number for day in after.days] == [1, 5]
    assert {line.id for line in after.units[0].lines} == {line.id for line in unit.lines}


async def test_strangers_and_readers_do_not_write(db, as_, world):
    _, plan_id, unit, at = await editor(db, as_, world)
    kim = await as_("kim")
    for path in (f"/plans/{plan_id}", f"/plans/{plan_id}/edit", f"/plans/{plan_id}/sharing"):
        assert (await kim.get(path)).status_code == 404
    assert (await kim.post(f"{at}/units/{unit.id}/lines", {"id": new_id(), "text": "Dips 3x8"})).status_code == 404
    assert (await kim.post(f"/plans/{plan_id}/discard", {})).status_code == 404
    assert (await kim.post(f"/plans/{plan_id}/start", {"id": new_id(), "starts_on": "2026-11-23"})).status_code == 404


async def test_two_taps_make_a_link_that_a_stranger_can_read(db, as_, anybody, world):
    mo, plan_id, _, _ = await editor(db, as_, world)
    answer = await mo.post(f"/plans/{plan_id}/links", {"id": new_id(), "allows": "copy"})
    token = re.search(r"/p/([\w-]{22,})", answer.text).group(1)
    page = await anybody.get(f"/p/{token}")
    assert page.status_code == 200
    assert "Barbell bench press" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    link = await db.value("select id from share_link where token = $1", token)
    picture = await mo.get(f"/plans/{plan_id}/links/{link}/qr.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    kim = await as_("kim")
    copied = await kim.post(f"/p/{token}/copy", {"id": new_id()}, htmx=False)
    assert copied.status_code == 303
    assert (await kim.get(copied.headers["location"])).status_code == 200
    await mo.post(f"/plans/{plan_id}/links/{link}/revoke", {})
    assert (await anybody.get(f"/p/{token}")).status_code == 410
    gone = await kim.post(f"/p/{token}/copy", {"id": new_id()})
    assert gone.status_code == 410
    assert "no longer works" in gone.text


async def test_a_link_ends_by_itself_and_a_look_is_not_a_copy(db, as_, anybody, world):
    mo, plan_id, _, _ = await editor(db, as_, world)
    answer = await mo.post(f"/plans/{plan_id}/links", {"id": new_id(), "allows": "read", "days": 1})
    token = re.search(r"/p/([\w-]{22,})", answer.text).group(1)
    kim = await as_("kim")
    assert "Copy to my plans" not in (await kim.get(f"/p/{token}")).text
    assert (await kim.post(f"/p/{token}/copy", {"id": new_id()})).status_code == 410
    await db.run("update share_link set expires_at = now() - interval '1 second' where token = $1", token)
    assert (await anybody.get(f"/p/{token}")).status_code == 410


async def test_sharing_with_a_person_by_email_and_taking_it_back(db, as_, world):
    mo, plan_id, _, _ = await editor(db, as_, world)
    kim = await as_("kim")
    for email, status, said in (
        ("nobody@demo.spotter", 422, "Nobody in this club"),
        ("mo@demo.spotter", 422, "It is yours already."),
        ("kim@demo.spotter", 200, "Kim Tran"),
    ):
        answer = await mo.post(f"/plans/{plan_id}/people", {"email": email, "level": "read"})
        assert (answer.status_code, said in answer.text) == (status, True)
    assert (await kim.get(f"/plans/{plan_id}")).status_code == 200
    assert (await kim.get(f"/plans/{plan_id}/edit")).status_code == 404
    await mo.post(f"/plans/{plan_id}/people/{KIM.person_id}/revoke", {})
    assert (await kim.get(f"/plans/{plan_id}")).status_code == 404


async def test_only_coaches_show_plans_to_the_whole_gym(db, as_, world):
    mo, plan_id, _, _ = await editor(db, as_, world)
    answer = await mo.post(f"/plans/{plan_id}/sharing", {"sharing": "gym"})
    assert answer.status_code == 422
    assert "Only coaches and owners" in answer.text
    cal, plan_id, _, _ = await editor(db, as_, world, "cal", CAL)
    assert (await cal.post(f"/plans/{plan_id}/sharing", {"sharing": "gym"})).status_code == 200
    assert (await mo.get(f"/plans/{plan_id}")).status_code == 200
    assert (await (await as_("zed")).get(f"/plans/{plan_id}")).status_code == 404


async def test_cal_assigns_and_mo_sees_it_coming(db, as_, world):
    cal, plan_id, _, _ = await editor(db, as_, world, "cal", CAL)
    page = await cal.get(f"/plans/{plan_id}/assign")
    assert "Mo Haddad" in page.text
    assert "Zed Novak" not in page.text
    none = await cal.post(f"/plans/{plan_id}/assign", {"id": new_id(), "starts_on": "2026-11-30"})
    assert none.status_code == 422
    data = {"id": new_id(), "starts_on": "2026-11-30", "people": [str(MO.person_id), str(KIM.person_id)]}
    assert (await cal.post(f"/plans/{plan_id}/assign", data, htmx=False)).status_code == 303
    due = await queries.next_day(db, MO.person_id, date(2026, 11, 30))
    assert (due.when.kind, due.assigned_by) == ("due", "Cal Romero")
    mo = await as_("mo")
    assert (await mo.get(f"/plans/{plan_id}/assign")).status_code == 403


async def test_later_versions_are_offered_as_a_difference(db, as_, world):
    from app.plans import actions

    cal, plan_id, unit, _ = await editor(db, as_, world, "cal", CAL)
    await actions.open_to(db, CAL, Home("plan", plan_id), "gym", now=world.now)
    mo = await as_("mo")
    copied = await mo.post(f"/plans/{plan_id}/copy", {"id": new_id()}, htmx=False)
    mine = copied.headers["location"]
    step = await lines(db, CAL, "Dips 3x8")
    from app.plans.rules.changes import add_lines

    await edit(db, CAL, plan_id, add_lines(unit.id, step), world.now)
    await cal.post(f"/plans/{plan_id}/publish", {"id": new_id()})
    assert "has a newer version 2" in (await mo.get(mine)).text
    later = await mo.get(f"{mine}/later")
    assert "Chest dip 3x8" in later.text
    assert (await mo.post(f"{mine}/later", {"id": new_id(), "act": "leave"}, htmx=False)).status_code == 303
    assert "has a newer version" not in (await mo.get(mine)).text
    assert "Chest dip" in (await cal.get(f"/plans/{plan_id}/versions/2")).text


async def test_a_unit_stands_alone_and_may_be_given_to_the_gym(db, as_, world):
    cal = await as_("cal")
    id = new_id()
    answer = await cal.post("/units", {"id": id, "name": "Arms", "text": "Curl 3x12\nDips 3x8"})
    assert answer.headers["hx-location"] == f"/units/{id}/edit"
    assert (await cal.get(f"/units/{id}/edit")).status_code == 200
    assert (await cal.post(f"/drafts/unit/{id}/units/{id}/lines", {"id": new_id(), "text": "Plank 3x60s"})).status_code == 200
    mo = await as_("mo")
    assert (await mo.get(f"/units/{id}")).status_code == 404
    await cal.post(f"/units/{id}/sharing", {"sharing": "gym"})
    assert "Plank" in (await mo.get(f"/units/{id}")).text
    copied = await mo.post(f"/units/{id}/copy", {"id": new_id()}, htmx=False)
    assert (await mo.get(copied.headers["location"])).status_code == 200
    assert (await mo.post(f"/units/{id}/discard", {})).status_code == 404
    assert (await cal.post(f"/units/{id}/discard", {}, htmx=False)).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "/plans?q=%00%ff&whose=x&days=999999999999&difficulty=%22",
        "/plans/00000000-0000-0000-0000-000000000000",
        "/plans/nonsense",
        "/p/%00",
        "/p/" + "x" * 500,
        "/units/00000000-0000-0000-0000-000000000000/edit",
        "/plans/00000000-0000-0000-0000-000000000000/versions/99999999999999999999",
    ],
)
async def test_no_address_breaks_anything(as_, path):
    answer = await (await as_("mo")).get(path)
    assert answer.status_code in {200, 404, 410, 422, 400}


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800".encode("utf-8", "replace").decode(), "9" * 300 + "x8", "Bench 3x" + "9" * 50, "'; drop"]
)
async def test_no_text_breaks_the_editor(db, as_, world, text):
    mo, plan_id, unit, at = await editor(db, as_, world)
    for path in (f"/units/{unit.id}/lines", f"/units/{unit.id}/text"):
        answer = await mo.post(at + path, {"id": new_id(), "text": text, "name": text, "revision": unit.revision})
        assert answer.status_code in {200, 404, 422}
    assert (await mo.post(f"{at}/lines/{new_id()}/act", {"id": new_id(), "act": "up"})).status_code == 200
    assert (await mo.post(f"/drafts/nonsense/{plan_id}/undo", {"id": new_id()})).status_code == 404


async def test_a_screen_costs_one_statement(db, as_, world, statements):
    mo, plan_id, _, _ = await editor(db, as_, world)
    for path in ("/plans", f"/plans/{plan_id}", f"/plans/{plan_id}/edit", f"/plans/{plan_id}/sharing"):
        with statements() as seen:
            assert (await mo.get(path)).status_code == 200
        most = 2 if path.endswith("/edit") else 1  # the editor also offers the units that could be put in
        assert len([sql for sql in seen.sql if "sign_in" not in sql]) <= most, (path, seen.sql)


async def test_a_unit_that_is_there_already_goes_into_a_plan_as_a_copy(db, as_, world):
    mo, plan_id, _unit, at = await editor(db, as_, world)
    own = new_id()
    await mo.post("/units", {"id": own, "name": "Arms", "text": "Curl 3x12\nDips 3x8"})
    assert "Arms" in (await mo.get(f"/plans/{plan_id}/edit")).text
    id = new_id()
    for _ in range(2):  # the second tap is the same tap
        assert (await mo.post(f"{at}/picked", {"id": id, "unit": own, "day": 5})).status_code == 200
    days = (await draft(db, MO, plan_id, world)).days
    assert [(day.number, [unit.name for unit in day.units]) for day in days][-1] == (5, ["Arms"])
    assert days[-1].units[0].id != own
    await mo.post(f"/units/{own}/discard", {})
    assert (await draft(db, MO, plan_id, world)).days == days
    await mo.post(f"{at}/undo", {"id": new_id()})
    assert [day.number for day in (await draft(db, MO, plan_id, world)).days] == [1, 3]
    await mo.post(f"{at}/redo", {"id": new_id()})
    assert [day.number for day in (await draft(db, MO, plan_id, world)).days] == [1, 3, 5]
    assert (await mo.post(f"{at}/picked", {"id": new_id(), "unit": new_id(), "day": 5})).status_code == 404
    assert (await mo.post(f"{at}/picked", {"id": new_id(), "unit": own, "day": 29})).status_code == 422


async def test_a_unit_is_shared_by_the_same_screen_as_a_plan(db, as_, anybody, world):
    mo, kim, cal = await as_("mo"), await as_("kim"), await as_("cal")
    own = new_id()
    await mo.post("/units", {"id": own, "name": "Arms", "text": "Curl 3x12"})
    unit = f"/units/{own}"
    assert "Share" in (await mo.get(unit)).text
    assert "Make a link" in (await mo.get(f"{unit}/sharing")).text
    for somebody in (kim, cal):
        assert (await somebody.get(f"{unit}/sharing")).status_code == 404
        assert (await somebody.post(f"{unit}/links", {"id": new_id(), "allows": "copy"})).status_code == 404
    # People: read, then write, then no more.
    for level, may_write in (("read", 404), ("write", 200)):
        assert (await mo.post(f"{unit}/people", {"email": "kim@demo.spotter", "level": level})).status_code == 200
        assert (await kim.get(unit)).status_code == 200
        assert (await kim.get(f"{unit}/edit")).status_code == may_write
    assert (await mo.post(f"{unit}/people", {"email": "mo@demo.spotter", "level": "read"})).status_code == 422
    await mo.post(f"{unit}/people/{KIM.person_id}/revoke", {})
    assert (await kim.get(unit)).status_code == 404
    # A link: a stranger looks, Kim copies, and both end with it.
    answer = await mo.post(f"{unit}/links", {"id": new_id(), "allows": "copy", "days": 7})
    token = re.search(r"/p/([\w-]{22,})", answer.text)[1]
    assert "curl" in (await anybody.get(f"/p/{token}")).text.lower()
    made = await kim.post(f"/p/{token}/copy", {"id": new_id()})
    assert (await kim.get(made.headers["hx-location"])).status_code == 200
    link = await db.value("select id from share_link where token = $1", token)
    assert (await mo.get(f"{unit}/links/{link}/qr.svg")).status_code == 200
    await mo.post(f"{unit}/links/{link}/revoke", {})
    assert (await anybody.get(f"/p/{token}")).status_code == 410
    # The whole gym, where somebody may publish.
    assert (await mo.post(f"{unit}/sharing", {"sharing": "gym"})).status_code == 422
    theirs = new_id()
    await cal.post("/units", {"id": theirs, "name": "For all", "text": "Curl 3x12"})
    assert (await cal.post(f"/units/{theirs}/sharing", {"sharing": "gym"})).status_code == 200
    assert (await kim.get(f"/units/{theirs}")).status_code == 200
    # A unit inside a plan goes with its plan.
    plan_id = await a_plan(db, MO, world.now)
    inside = (await draft(db, MO, plan_id, world)).units[0]
    assert (await mo.get(f"/units/{inside.id}/sharing")).status_code == 404
