"""Movements and the floor through HTTP; files that bring movements."""

import json

import pytest

from app.db import new_id
from app.exercises import imports
from app.exercises.rules import catalogue_id
from tests.plans.test_writing import MO

BENCH = catalogue_id("barbell-bench-press")
FREE = [
    {
        "name": "Zercher carry", "force": "static", "level": "expert", "mechanic": "compound", "equipment": "barbell",
        "primaryMuscles": ["abdominals"], "secondaryMuscles": ["biceps", "abdominals"], "instructions": ["Lift.", "Walk."],
        "category": "strongman", "images": [], "id": "Zercher_Carry",
    },
    {"name": "Couch rest", "level": "beginner", "equipment": None, "primaryMuscles": ["calves"], "category": "stretching"},
    {"name": "Back Squat", "level": "beginner", "primaryMuscles": ["quadriceps"], "category": "strength"},
    {"name": "Odd one", "level": "heroic", "primaryMuscles": ["quadriceps"], "category": "strength"},
    {"name": "No muscle", "level": "beginner", "primaryMuscles": [], "category": "strength"},
    {"name": "couch  REST", "level": "beginner", "primaryMuscles": ["calves"], "category": "stretching"},
    "nonsense",
]  # fmt: skip
CSV = "Name;Primary muscles;Equipment;Level\nRope face climb;lats, biceps;other;expert\nBad;wings;;\n"


async def test_search_as_one_types_answers_with_the_list_alone(as_):
    mo = await as_("mo")
    answer = await mo.get("/exercises?q=bugarski", htmx=True)
    assert "Bulgarian split squat" in answer.text
    assert "<html" not in answer.text
    page = await mo.get("/exercises?muscles=chest&equipment=dumbbell&level=beginner&only=here")
    assert "Dumbbell bench press" in page.text
    assert "Barbell bench press" not in page.text
    assert "No movement like that" in (await mo.get("/exercises?q=qqqq")).text


async def test_the_name_is_said_in_ones_own_language(db, as_):
    await db.run("update person set locale = 'sr' where id = $1", MO.person_id)
    page = await (await as_("mo")).get(f"/exercises/{BENCH}")
    assert "Potisak sa ravne klupe šipkom" in page.text
    assert "Lopatice skupljene" in page.text


async def test_favourites_come_first_and_two_taps_are_one_wish(as_):
    mo = await as_("mo")
    plank = catalogue_id("weighted-plank")
    for _ in range(2):
        assert (await mo.post(f"/exercises/{plank}/favourite", {"wanted": "yes"})).status_code == 200
    text = (await mo.get("/exercises?q=plank", htmx=True)).text
    assert text.index("Weighted plank") < text.index("Side plank")
    await mo.post(f"/exercises/{plank}/favourite", {"wanted": "no"})
    assert "Weighted plank" not in (await mo.get("/exercises?only=favourites", htmx=True)).text


async def described(client, **more):
    data = {"id": new_id(), "name": "Mo's own row", "primary": ["lats"], "equipment": ["barbell"], **more}
    return await client.post("/exercises", data, htmx=False), data


async def test_ones_own_movement_is_private_until_offered_and_taken_in(db, as_):
    mo, kim, cal = [await as_(key) for key in ("mo", "kim", "cal")]
    answer, data = await described(mo)
    assert answer.status_code == 303
    at = answer.headers["location"]
    assert (await kim.get(at)).status_code == 404
    assert "Mo&#39;s own row" not in (await kim.get("/exercises?q=own row")).text
    assert (await kim.post(at, data)).status_code == 404
    await mo.post(f"{at}/offer", {})
    assert (await kim.get(at)).status_code == 404
    assert "Mo&#39;s own row" in (await cal.get("/exercises/offers")).text
    assert (await kim.get("/exercises/offers")).status_code == 403
    await cal.post(f"/exercises/offers/{data['id']}", {"act": "take"})
    assert (await kim.get(at)).status_code == 200
    assert (await (await as_("zed")).get(at)).status_code == 404
    assert (await mo.post(at, {**data, "name": "Taken over"})).status_code == 404
    assert (await cal.post(at, {**data, "name": "Gym row"}, htmx=False)).status_code == 303


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": "ab"}, "At least 3 characters."),
        ({"name": "!!!!"}, "A name needs letters."),
        ({"primary": []}, "Say which muscle it trains first."),
        ({"secondary": ["lats"]}, "either first or along with others"),
        ({"primary": ["wings"]}, "“wings” is no muscle here."),
        ({"equipment": ["spoon"]}, "“spoon” is no equipment here."),
        ({"category": "dance"}, "“dance” is no category here."),
        ({"level": "hero"}, "“hero” is no level here."),
        ({"force": "twist"}, "neither push, pull nor static"),
        ({"mode": "hybrid"}, "Choose repetitions, time"),
        ({"cue": "x" * 4001}, "At most 4000 characters."),
    ],
)
async def test_what_is_wrong_with_a_movement_is_said_at_its_field(as_, more, sentence):
    answer, _ = await described(await as_("mo"), **more)
    assert answer.status_code == 422
    assert sentence in answer.text


async def test_a_person_has_each_movement_once(as_):
    mo = await as_("mo")
    _, data = await described(mo)
    again, _ = await described(mo, id=data["id"])
    assert again.status_code in {303, 422}
    other, _ = await described(mo, name="MO'S OWN ROW")
    assert other.status_code == 422
    assert "There is one with this name already." in other.text


async def test_a_retired_movement_stays_in_plans_but_not_in_the_search(db, as_):
    mo = await as_("mo")
    answer, _data = await described(mo)
    assert "Mo&#39;s own row" in (await mo.get(f"{answer.headers['location']}/edit")).text
    assert (await mo.post(f"{answer.headers['location']}/retire", {}, htmx=False)).status_code == 303
    assert "own row" not in (await mo.get("/exercises?q=own row", htmx=True)).text
    assert (await described(mo))[0].status_code == 303


async def test_a_member_reports_and_staff_clear(db, as_, world):
    dee, mo = await as_("dee"), await as_("mo")
    assert (await mo.post("/floor/counts", {"count:barbell": 4})).status_code == 403
    counts = {"count:barbell": 4, "count:rack": 2, "count:flat bench": 3, "count:dumbbell": "many", "count:dragon": 7}
    assert (await dee.post("/floor/counts", counts)).status_code == 200
    assert await db.value("select count(*) from gym_equipment where gym_id = $1", world.gym_id) == 3
    bench = await mo.get(f"/exercises/{BENCH}")
    assert "out of order today" not in bench.text
    id = new_id()
    for _ in range(2):
        answer = await mo.post("/floor/reports", {"id": id, "equipment": "rack", "count": 9, "note": "A bolt is gone"})
        assert answer.status_code == 200
    await (await as_("kim")).post("/floor/reports", {"id": new_id(), "equipment": "rack", "count": 1})
    assert await db.value("select out_of_order from gym_equipment where equipment = 'rack' and gym_id = $1", world.gym_id) == 2
    assert "out of order today" in (await mo.get(f"/exercises/{BENCH}")).text
    assert "A bolt is gone" in (await dee.get("/floor")).text
    assert (await mo.post("/floor/clear", {"equipment": "rack"})).status_code == 403
    assert (await dee.post("/floor/clear", {"equipment": "rack"})).status_code == 200
    assert "out of order today" not in (await mo.get(f"/exercises/{BENCH}")).text
    assert (await mo.post("/floor/reports", {"id": new_id(), "equipment": "yoke"})).status_code == 404


async def test_plates_and_bars_are_counted(db, as_, world):
    dee = await as_("dee")
    answer = await dee.post("/floor/plates", {"plate:20": 8, "plate:2.5": 4, "plate:0.25": 0, "plate:-1": 5, "plate:x": 5})
    assert "2.5 kg × 4" in answer.text
    assert await db.value("select count(*) from gym_plate where gym_id = $1", world.gym_id) == 2
    for n, name in enumerate(("Olympic bar", "Light bar")):
        data = {"id": new_id(), "name": name, "weight": "20,5", "count": 2, "is_usual": "on" if n else "", "unit": "kg"}
        assert (await dee.post("/floor/bars", data)).status_code == 200
    again = await dee.post("/floor/bars", {"id": new_id(), "name": "light BAR", "weight": "15"})
    assert again.status_code == 422
    bar = await db.value("select id from gym_bar where gym_id = $1 and name = 'Light bar'", world.gym_id)
    assert (await dee.post(f"/floor/bars/{bar}/remove", {})).status_code == 200


def test_a_public_file_is_read_row_by_row_with_a_reason_for_each_refusal():
    rows = imports.read(json.dumps(FREE).encode())
    assert [(row.number, row.fault.code) for row in rows if row.fault] == [
        (4, "level_unknown"), (5, "muscle_missing"), (6, "name_twice"), (7, "name_missing"),
    ]  # fmt: skip
    first = rows[0].draft
    assert (first.cue, first.primary, first.secondary, first.force) == ("Lift.\nWalk.", ("abdominals",), ("biceps",), "static")


def test_csv_with_other_headings_and_semicolons_is_read_too():
    rows = imports.read("\ufeff".encode() + CSV.encode())
    assert (rows[0].draft.name, rows[0].draft.primary, rows[0].fault) == ("Rope face climb", ("lats", "biceps"), None)
    assert (rows[1].number, rows[1].fault.word) == (3, "wings")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "not_text"),
        (b"[1, 2", "not_json"),
        (b'{"a": 1}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"title,muscle\nx,y", "no_name_column"),
        (b"name\n" + b"Row\n" * 10_001, "too_many_rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, code):
    assert imports.read(content) == imports.Unreadable(code)


async def test_ana_looks_first_and_then_takes_in_what_is_good(db, as_, world):
    ana = await as_("ana")
    file = {"file": ("free.json", json.dumps(FREE).encode(), "application/json")}
    for act, expected in (("look", 0), ("take", 2), ("take", 2)):
        answer = await ana.send("POST", "/exercises/import", data={"act": act}, files=file)
        assert answer.status_code == 200
        assert "“heroic” is no level here." in answer.text
        assert await db.value("select count(*) from exercise where scope = 'gym' and gym_id = $1", world.gym_id) == expected
    assert "Zercher carry" in (await (await as_("mo")).get("/exercises?q=zercher carry")).text
    assert "Zercher carry" not in (await (await as_("zed")).get("/exercises?q=zercher carry")).text
    assert await db.value("select count(*) from audit_line where act = 'exercises.import'") == 2
    broken = await ana.send("POST", "/exercises/import", data={"act": "take"}, files={"file": ("x.csv", b"nothing", "text/csv")})
    assert broken.status_code == 422
    assert (await (await as_("mo")).get("/exercises/import")).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/exercises?q=%00%25_&page=99999999999&muscles=x&only=y",
        "/exercises/nope",
        "/exercises/018f6a5e-0000-7000-8000-00000000dead",
    ],
)
async def test_no_address_breaks_the_catalogue(as_, path):
    assert (await (await as_("mo")).get(path)).status_code in {200, 404}
