"""Everything of a member in one ZIP, and being forgotten after two weeks of thought."""

import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

from app import clock
from app.progress.actions import belongings
from tests.progress.test_day import send_photo, tell, tell_session


async def packed(committed, client):
    await client.post("/progress/everything", {"id": str(uuid4())}, htmx=False)
    id = await committed.db.value("select id from belongings order by asked_at desc limit 1")
    await belongings.pack(committed.database, {"id": str(id)})
    return id


async def test_mo_takes_everything_along_and_nobody_else_can(committed):
    mo = await committed.as_("mo")
    await tell(mo, note="=1+1")
    await send_photo(mo)
    await tell_session(mo, lifts="Squat 100 x 5")
    id = await packed(committed, mo)
    assert "Fetch it" in (await mo.get("/progress/everything")).text
    answer = await mo.get(f"/progress/everything/{id}/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    names = archive.namelist()
    assert {"csv/check_ins.csv", "json/person.json", "json/workouts.json", "photos/2026-11-21.webp"} <= set(names)
    assert "'=1+1" in archive.read("csv/check_ins.csv").decode()
    (person,) = json.loads(archive.read("json/person.json"))
    assert "password_hash" not in person
    fay = await committed.as_("fay")
    assert (await fay.get(f"/progress/everything/{id}/zip")).status_code == 404


async def test_asking_twice_packs_once_and_packing_again_is_harmless(committed):
    mo = await committed.as_("mo")
    for _ in range(2):
        await mo.post("/progress/everything", {"id": str(uuid4())}, htmx=False)
    assert await committed.db.value("select count(*) from belongings") == 1
    assert await committed.db.value("select count(*) from job where kind = 'progress.pack'") == 1
    id = await committed.db.value("select id from belongings")
    for _ in range(2):
        await belongings.pack(committed.database, {"id": str(id)})
    size = await committed.db.value("select size from belongings")
    assert size == await committed.db.value("select sum(length(content)) from belongings_part")


async def test_a_zip_lies_about_for_a_week(committed):
    mo = await committed.as_("mo")
    await packed(committed, mo)
    async with committed.database.work() as db:
        await belongings.clear_away(db, clock.now() + timedelta(days=8))
    assert await committed.db.value("select count(*) from belongings_part") == 0


async def leave(client, **said):
    return await client.post("/progress/leave", {"id": str(uuid4()), "sure": "yes", **said}, htmx=False)


async def let_go(db, days):
    await belongings.let_go(db, clock.now() + timedelta(days=days))


async def test_nothing_is_deleted_before_the_two_weeks_and_it_can_be_taken_back(db, as_, world):
    mo = await as_("mo")
    await tell(mo)
    await leave(mo, sure="")
    assert await db.value("select count(*) from leaving") == 0
    await leave(mo)
    await let_go(db, 13)
    assert await db.value("select count(*) from daily_check_in") == 1
    await mo.post("/progress/stay", htmx=False)
    await let_go(db, 30)
    assert await db.value("select count(*) from daily_check_in") == 1


async def test_after_two_weeks_the_days_and_the_name_are_gone(db, as_, world):
    mo = await as_("mo")
    await tell(mo)
    await send_photo(mo)
    await tell(await as_("fay"))
    await leave(mo)
    await let_go(db, 15)
    assert await db.column("select person_id from daily_check_in") == [world.id("fay")]
    assert await db.value("select count(*) from progress_photo") == 0
    name, email = await db.connection.fetchrow("select name, email from person where id = $1", world.id("mo"))
    assert email is None
    assert "Mo" not in name
    assert await db.value("select count(*) from sign_in where person_id = $1", world.id("mo")) == 0
