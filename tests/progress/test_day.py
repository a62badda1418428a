"""The day's check-in: told in one form, corrected, never overwritten by accident; its photo and its sessions."""

import io
import re
from uuid import uuid4

import pytest
from PIL import Image

from tests.progress.conftest import TODAY

DAY = f"/progress/days/{TODAY}"
SAID = {
    "sleep_hours": "7,5",
    "sleep_quality": "8",
    "steps": "9000",
    "weight_kg": "82.4",
    "waist_cm": "88",
    "hip_cm": "100",
    "mood": "4",
}


def jpeg(colour="white", size=(60, 80)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


async def tell(client, day=DAY, **said):
    return await client.post(f"{day}/check-in", {"id": str(uuid4()), **SAID, **said}, htmx=False)


async def kept(db, person_id):
    return await db.connection.fetchrow("select * from daily_check_in where person_id = $1 and day = $2", person_id, TODAY)


async def test_mo_tells_the_day_in_one_form(db, as_, world):
    mo = await as_("mo")
    answer = await tell(mo, note="  slept   well ")
    assert (answer.status_code, answer.headers["location"]) == (303, DAY)
    row = await kept(db, world.id("mo"))
    assert (float(row["sleep_hours"]), row["steps"], float(row["weight_kg"]), row["note"]) == (7.5, 9000, 82.4, "slept well")
    assert "82.4" in (await mo.get(DAY)).text


async def test_yesterdays_values_are_offered_and_not_recorded_by_themselves(db, as_, world):
    mo = await as_("mo")
    await tell(mo, "/progress/days/2026-11-20", weight_kg="81.9")
    plain = (await mo.get(DAY)).text
    assert "Start from" in plain
    assert 'value="81.9"' not in plain
    assert 'value="81.9"' in (await mo.get(f"{DAY}?offer=1")).text
    assert await kept(db, world.id("mo")) is None


async def test_creating_a_day_that_exists_is_a_choice(db, as_, world):
    mo = await as_("mo")
    await tell(mo)
    answer = await tell(mo, mode="create", weight_kg="90")
    assert answer.status_code == 409
    assert "has a check-in already" in answer.text
    assert "Take what I typed" in answer.text
    assert float((await kept(db, world.id("mo")))["weight_kg"]) == 82.4


async def test_a_day_that_changed_meanwhile_is_a_choice(db, as_, world):
    mo = await as_("mo")
    await tell(mo)
    await tell(mo, seen="1", steps="100")
    answer = await tell(mo, mode="edit", seen="1", steps="200")
    assert answer.status_code == 409
    assert (await kept(db, world.id("mo")))["steps"] == 100
    assert (await tell(mo, seen="2", steps="200")).status_code == 303
    assert (await kept(db, world.id("mo")))["steps"] == 200


async def test_editing_a_day_that_is_gone_is_a_choice(as_):
    assert (await tell(await as_("mo"), mode="edit", seen="1")).status_code == 409


async def test_the_same_form_sent_twice_is_told_once(db, as_, world):
    mo = await as_("mo")
    same = str(uuid4())
    for _ in range(2):
        assert (await tell(mo, id=same, mode="create")).status_code == 303
    assert (await kept(db, world.id("mo")))["version"] == 1


async def test_a_form_of_another_day_is_not_moved_here(as_):
    mo = await as_("mo")
    same = str(uuid4())
    await tell(mo, id=same)
    assert (await tell(mo, "/progress/days/2026-11-20", id=same)).status_code == 409


@pytest.mark.parametrize(
    ("field", "typed"), [("sleep_quality", "99"), ("steps", "-5"), ("weight_kg", "-3"), ("steps", "12.5"), ("mood", "x")]
)
async def test_what_no_body_has_is_refused_with_what_was_typed_kept(db, as_, world, field, typed):
    answer = await tell(await as_("mo"), note="kept", **{field: typed})
    assert answer.status_code == 422
    assert "kept" in answer.text
    assert await kept(db, world.id("mo")) is None


@pytest.mark.parametrize("typed", ["9" * 400, "1e999", "NaN", "\u202e", "٣"])
async def test_no_number_breaks_the_form(as_, typed):
    assert (await tell(await as_("mo"), weight_kg=typed)).status_code == 422


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "yesterday"])
async def test_a_day_that_nobody_lives_is_not_there(as_, day):
    assert (await (await as_("mo")).get(f"/progress/days/{day}")).status_code == 404


async def test_a_day_belongs_to_its_member(db, as_, world):
    await tell(await as_("mo"), note="my secret")
    for other in ("fay", "cal", "ana"):
        assert "my secret" not in (await (await as_(other)).get(DAY)).text


async def test_the_day_is_taken_back_with_everything_of_it(db, as_, world):
    mo = await as_("mo")
    await tell(mo)
    await mo.post(f"{DAY}/take-back", htmx=False)
    assert await kept(db, world.id("mo")) is None


async def test_the_screen_of_a_day_costs_one_statement(as_, statements):
    mo = await as_("mo")
    await mo.get(DAY)
    with statements() as seen:
        await mo.get(DAY)
    assert len([sql for sql in seen.sql if "daily_check_in" in sql]) == 1
    assert len(seen) <= 2


# ---- supplements and own measures


async def stock(client, name="Creatine", doses="2", id=None):
    id = id or str(uuid4())
    answer = await client.post(
        "/progress/supplements", {"id": id, "name": name, "doses_per_day": doses, "is_active": "on"}, htmx=False
    )
    return id, answer


async def test_history_keeps_the_target_of_its_day(db, as_, world):
    mo = await as_("mo")
    id, _ = await stock(mo)
    await tell(mo, **{f"dose_{id}": "1"})
    await stock(mo, doses="4", id=id)
    await tell(mo, seen="1", **{f"dose_{id}": "2"})
    row = await db.connection.fetchrow("select doses_taken, target from supplement_day where supplement_id = $1", db_uuid(id))
    assert tuple(row) == (2, 2)
    assert "<b>2 / 2</b>" in (await mo.get("/progress/supplements")).text


def db_uuid(text):
    from uuid import UUID

    return UUID(text)


async def test_two_supplements_cannot_share_a_name(as_):
    mo = await as_("mo")
    await stock(mo)
    _, again = await stock(mo, name="CREATINE")
    assert again.status_code == 422
    assert "already" in again.text


async def test_nobody_changes_somebody_elses_supplement(db, as_):
    id, _ = await stock(await as_("mo"))
    _, answer = await stock(await as_("fay"), name="Mine", id=id)
    assert answer.status_code == 422
    assert await db.value("select name from supplement where id = $1", db_uuid(id)) == "Creatine"


async def test_creatine_is_read_from_the_supplements(as_):
    mo = await as_("mo")
    id, _ = await stock(mo, name="Creatina mono")
    await tell(mo, **{f"dose_{id}": "1"})
    assert ">Yes<" in (await mo.get("/progress/days")).text


async def test_mo_measures_his_neck(db, as_, world):
    mo = await as_("mo")
    await mo.post(
        "/progress/measures", {"id": str(uuid4()), "name": "Neck", "unit": "cm", "lowest": "20", "highest": "60"}, htmx=False
    )
    id = await db.value("select id from own_measure where person_id = $1", world.id("mo"))
    assert (await tell(mo, **{f"own_{id}": "99"})).status_code == 422
    assert (await tell(mo, **{f"own_{id}": "38,5"})).status_code == 303
    assert float(await db.value("select value from measured_day where measure_id = $1", id)) == 38.5
    assert "Neck" in (await mo.get("/progress/numbers?show=measure_neck")).text


# ---- photos


async def send_photo(client, content=None, name="me.jpg", **more):
    files = {"photo": (name, content if content is not None else jpeg(), "image/jpeg")}
    return await client.post(f"{DAY}/photo", {"id": str(uuid4()), **more}, files=files, htmx=False)


async def photos_of(db, person_id):
    return await db.connection.fetch("select * from progress_photo where person_id = $1 order by is_offered", person_id)


async def test_a_photo_is_kept_in_three_sizes_for_its_member_alone(db, as_, anybody, world):
    mo = await as_("mo")
    assert (await send_photo(mo)).status_code == 303
    (row,) = await photos_of(db, world.id("mo"))
    for size in ("small", "medium", "large"):
        answer = await mo.get(f"/progress/photos/{row['id']}/{size}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    for other in ("fay", "cal", "ana"):
        assert (await (await as_(other)).get(f"/progress/photos/{row['id']}/small")).status_code == 404
    assert (await anybody.get(f"/progress/photos/{row['id']}/small")).status_code in (303, 401)


async def test_a_second_photo_waits_until_both_were_seen(db, as_, world):
    mo = await as_("mo")
    await send_photo(mo)
    answer = await send_photo(mo, jpeg("black"))
    assert answer.status_code == 409
    assert "Look at both" in answer.text
    old, new = await photos_of(db, world.id("mo"))
    await mo.post(f"{DAY}/photo/choose", {"keep": "old"}, htmx=False)
    assert [row["id"] for row in await photos_of(db, world.id("mo"))] == [old["id"]]
    await send_photo(mo, jpeg("black"))
    await mo.post(f"{DAY}/photo/choose", {"keep": "new"}, htmx=False)
    (left,) = await photos_of(db, world.id("mo"))
    assert left["id"] not in (old["id"], new["id"])
    assert not left["is_offered"]


async def test_the_photo_goes_alone(db, as_, world):
    mo = await as_("mo")
    await tell(mo)
    await send_photo(mo)
    await mo.post(f"{DAY}/photo/take-away", htmx=False)
    assert await photos_of(db, world.id("mo")) == []
    assert await kept(db, world.id("mo")) is not None


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", jpeg()[:40]])
async def test_what_is_no_photo_is_refused_with_a_sentence(db, as_, world, content):
    answer = await send_photo(await as_("mo"), content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert await photos_of(db, world.id("mo")) == []


async def test_a_path_in_the_files_name_is_only_a_name(db, as_, world):
    await send_photo(await as_("mo"), name="..\\..\\etc/passwd.jpg")
    (row,) = await photos_of(db, world.id("mo"))
    assert row["original_name"] == "passwd.jpg"


async def compared(client, **chosen):
    text = (await client.get("/progress/photos/compare?" + "&".join(f"{name}={id}" for name, id in chosen.items()))).text
    return [said.strip() for said in re.findall(r"<figcaption>([^<·]+)", text)]


async def test_the_gallery_compares_with_the_nearest_older(db, as_, world):
    mo = await as_("mo")
    assert "No photos yet" in (await mo.get("/progress/photos")).text
    await send_photo(mo)
    for day, colour in (("2026-11-10", "red"), ("2026-10-01", "blue")):
        files = {"photo": ("x.jpg", jpeg(colour), "image/jpeg")}
        await mo.post(f"/progress/days/{day}/photo", {"id": str(uuid4())}, files=files, htmx=False)
    assert await compared(mo) == ["10 Nov 2026", "21 Nov 2026"]
    oldest = await db.value("select id from progress_photo where day = '2026-10-01'")
    assert await compared(mo, left=oldest) == ["1 Oct 2026", "21 Nov 2026"]
    assert "Compare two" in (await mo.get("/progress/photos")).text
    assert "No photos yet" in (await mo.get("/progress/photos?from=2026-01-01&to=2026-02-01")).text


# ---- sessions of the day


async def tell_session(client, day=DAY, **said):
    return await client.post(f"{day}/sessions", {"id": str(uuid4()), "kind": "strength", "is_done": "yes", **said}, htmx=False)


async def test_a_day_holds_several_sessions_with_focus_and_rpe(db, as_, world):
    mo = await as_("mo")
    await tell_session(mo, kind="class", focus="Spinning", is_done="", rpe="7,5")
    await tell_session(mo, lifts="Squat 100 x 5 @9\nPull-up x 8")
    text = (await mo.get(DAY)).text
    for said in ("Spinning", "Not said", "RPE 7.5", "Squat", "Pull-up"):
        assert said in text
    rows = await db.connection.fetch(
        "select position, kind, is_done from done_session where person_id = $1 order by position", world.id("mo")
    )
    assert [tuple(row) for row in rows] == [(1, "class", None), (2, "strength", True)]


async def test_a_lift_shows_the_change_since_the_last_time_of_the_same_name(as_):
    mo = await as_("mo")
    await tell_session(mo, "/progress/days/2026-11-01", lifts="squat 97.5 x 6")
    await tell_session(mo, lifts="Squat 100 x 5")
    text = (await mo.get(DAY)).text
    assert "+2.5 kg" in text
    assert "-1 reps" in text


async def test_a_class_keeps_no_lifts(db, as_):
    await tell_session(await as_("mo"), kind="class", lifts="Squat 100 x 5")
    assert await db.value("select count(*) from done_lift") == 0


async def test_a_line_that_nobody_understands_comes_back(as_):
    answer = await tell_session(await as_("mo"), lifts="Squat 100000 x 5")
    assert answer.status_code == 422
    assert "Not understood" in answer.text


async def test_a_session_that_moves_gets_the_next_number_there(db, as_, world):
    mo = await as_("mo")
    await tell_session(mo, "/progress/days/2026-11-20")
    id = str(uuid4())
    await tell_session(mo, id=id)
    await tell_session(mo, id=id, move_to="2026-11-20")
    rows = await db.connection.fetch(
        "select day, position from done_session where person_id = $1 order by position", world.id("mo")
    )
    assert [(str(row["day"]), row["position"]) for row in rows] == [("2026-11-20", 1), ("2026-11-20", 2)]


async def test_nobody_drops_somebody_elses_session(as_):
    id = str(uuid4())
    await tell_session(await as_("mo"), id=id)
    assert (await (await as_("fay")).post(f"{DAY}/sessions/{id}/drop", htmx=False)).status_code == 404
