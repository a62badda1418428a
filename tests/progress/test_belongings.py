"""Everything of a member in one ZIP, and being forgotten after two weeks of thought."""

import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

from PIL import Image

from app import clock
from app.progress.actions import belongings, owned
from app.progress.queries import exports
from tests.progress.sheets import row, sheet, written
from tests.progress.test_day import send_photo, tell, tell_session
from tests.progress.test_imports import bring
from tests.progress.test_plans import log_sets


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


async def enrolled(db, world, key):
    return await db.value(
        "insert into member (id, person_id, home_gym_id, joined_on) values ($1, $2, $3, '2026-01-02') returning id",
        uuid4(), world.id(key), world.gym_id,
    )  # fmt: skip


COLUMNS = """select table_name from information_schema.columns where table_schema = 'public'
  and column_name in ('person_id', 'member_id', 'owner_id', 'payer_id') group by 1 order by 1"""
NOT_CARRIED = {
    "passkey", "authenticator", "one_time_code", "challenge", "link", "token_family",  # keys, which open doors
    "belongings",  # the ZIP itself
    "member_photo",  # a file of its own: photos/portrait.webp
    "moving_row",  # what the gym moved in with
    "shift", "override", "undo",  # the desk's book about the desk's work
}  # fmt: skip


async def test_every_table_that_names_a_person_is_in_the_zip(db):
    """A new table joins by itself: it is carried, or somebody says here why not."""
    said = " ".join(owned.JSON.values())
    missing = [name for name in await db.column(COLUMNS) if f"from {name} t" not in said and name not in NOT_CARRIED]
    assert not missing


async def test_mos_money_visits_and_training_are_in_it_without_any_secret(committed, world):
    db = committed.db
    await db.run("update person set pin_hash = 'the pin of mo' where id = $1", world.id("mo"))
    await db.run(
        """insert into ledger_line (id, gym_id, payer_id, kind, code, method, amount, currency, receipt, at)
           values ($1, $2, $3, 'payment', 'membership', 'cash', -4500, 'EUR', 17, now())""",
        uuid4(), world.gym_id, world.id("mo"),
    )  # fmt: skip
    member = await enrolled(db, world, "mo")
    await db.run(
        """insert into visit (id, gym_id, member_id, nth, at, day, stays_until)
           values ($1, $2, $3, 1, now(), current_date, now())""",
        uuid4(), world.gym_id, member,
    )  # fmt: skip
    mo = await committed.as_("mo")
    id = await packed(committed, mo)
    archive = zipfile.ZipFile(io.BytesIO((await mo.get(f"/progress/everything/{id}/zip")).content))
    everything = {name: archive.read(name) for name in archive.namelist()}
    assert b'"payment","membership","cash","-45","EUR"' in everything["csv/money.csv"]
    assert json.loads(everything["json/money.json"])[0]["receipt"] == 17
    assert everything["csv/visits.csv"].count(b"\r\n") == 2
    assert json.loads(everything["training/spotter-training.json"])["format"] == "spotter-training"
    assert all(b"the pin of mo" not in content and b"$argon2" not in content for content in everything.values())
    token = await db.value("select encode(token_hash, 'hex') from sign_in where person_id = $1", world.id("mo"))
    assert all(token.encode() not in content for content in everything.values())


async def lived(client):
    """Something of everything that a ZIP can bring back."""
    await tell(client, note="=1+1")
    await client.post(
        "/progress/measures", {"id": str(uuid4()), "name": "Neck", "unit": "cm", "lowest": "20", "highest": "60"}, htmx=False
    )
    for kind in exports.KINDS:
        risky = {"diet": {"breakfast": "=cmd()"}, "workout": {"warmup": "@sum"}, "done_sessions": {"notes": "=1"}}.get(kind, {})
        await bring(client, written(sheet(kind, row(kind, **risky), row(kind, log_date="2026-03-02"))))
    await bring(client, b"log_date,measure_neck\n2026-03-01,38.5\n", mode="merge")
    await send_photo(client)


async def test_everything_of_the_zip_that_comes_in_again_comes_in_whole_at_another_place(committed, world):
    """Mo's files, read by Fay's empty diary: her next ZIP holds the same days, plans, workouts and photos."""
    mo, fay = await committed.as_("mo"), await committed.as_("fay")
    await lived(mo)
    await log_sets(committed.db, world.id("mo"), world.gym_id, "Squat of the tests", 3)
    await committed.db.run(
        "update workout set status = 'completed', ended_at = started_at + interval '1 hour', duration_seconds = 3600"
    )
    first = zipfile.ZipFile(io.BytesIO((await mo.get(f"/progress/everything/{await packed(committed, mo)}/zip")).content))
    await fay.post(
        "/progress/measures", {"id": str(uuid4()), "name": "Neck", "unit": "cm", "lowest": "20", "highest": "60"}, htmx=False
    )
    for kind in exports.KINDS:
        await bring(fay, first.read(f"csv/{kind}.csv"))
    file = {"file": ("all.json", first.read("training/spotter-training.json"), "application/json")}
    answer = await fay.post("/training/import", htmx=False, files=file)
    await fay.post(answer.headers["location"], {}, htmx=False)
    (photo,) = (name for name in first.namelist() if name.startswith("photos/2"))
    await send_photo(fay, first.read(photo), name="photo.webp")
    second = zipfile.ZipFile(io.BytesIO((await fay.get(f"/progress/everything/{await packed(committed, fay)}/zip")).content))
    for kind in exports.KINDS:
        assert first.read(f"csv/{kind}.csv").count(b"\r\n") > 2, kind
        assert second.read(f"csv/{kind}.csv") == first.read(f"csv/{kind}.csv"), kind
    assert lifts_of(second) == lifts_of(first)
    assert first.read("training/spotter-training.csv").count(b"Squat of the tests") == 3
    assert Image.open(second.open(photo)).size == Image.open(first.open(photo)).size


def lifts_of(archive: zipfile.ZipFile) -> list[list[str]]:
    """All but the workout's own id, which is another at another place."""
    return [line.split(",")[1:] for line in archive.read("training/spotter-training.csv").decode().splitlines()]


async def test_the_page_says_how_far_the_packing_is_and_offers_the_zip_by_itself(committed):
    mo = await committed.as_("mo")
    await mo.post("/progress/everything", {"id": str(uuid4())}, htmx=False)
    await committed.db.run("update belongings set state = 'packing', done = 3, parts = 12")
    region = (await mo.get("/progress/everything", htmx=True)).text
    assert 'aria-valuenow="25"' in region
    assert 'hx-trigger="every 2s"' in region
    assert "How far is it?" in region
    await belongings.pack(committed.database, {"id": str(await committed.db.value("select id from belongings"))})
    region = (await mo.get("/progress/everything", htmx=True)).text
    assert "Fetch it" in region
    assert "every 2s" not in region


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


async def test_accounting_stays_and_knows_no_name(db, as_, world):
    mo = await as_("mo")
    await db.run(
        """insert into ledger_line (id, gym_id, payer_id, kind, code, amount, currency, due_on, at)
           values ($1, $2, $3, 'charge', 'membership', 4500, 'EUR', current_date, now())""",
        uuid4(), world.gym_id, world.id("mo"),
    )  # fmt: skip
    await leave(mo)
    await let_go(db, 15)
    lines = await db.connection.fetch(
        "select l.amount, p.name from ledger_line l join person p on p.id = l.payer_id where l.payer_id = $1", world.id("mo")
    )
    assert [line["amount"] for line in lines] == [4500]
    assert "Mo" not in lines[0]["name"]


async def test_whom_the_desk_erased_loses_the_days_as_well(db, as_, world):
    await tell(await as_("mo"))
    await send_photo(await as_("mo"))
    await tell(await as_("fay"))
    await db.run("update member set erased_at = now() where id = $1", await enrolled(db, world, "mo"))
    await let_go(db, 0)
    assert await db.column("select person_id from daily_check_in") == [world.id("fay")]
    assert await db.value("select count(*) from progress_photo_file") == 0


async def test_the_last_owner_stays_until_there_is_another(db, as_, world):
    await leave(await as_("ana"))
    others = "update person set is_active = $2 where id in (select person_id from role_grant g join role r on r.id = g.role_id where r.name = 'owner' and person_id <> $1)"
    await db.run(others, world.id("ana"), False)
    await let_go(db, 15)
    assert await db.value("select is_active from person where id = $1", world.id("ana"))
