"""The owner's screens: numbers lead to people, other roles see none of it."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from markupsafe import escape

from app.db import Db, new_id
from app.insights import chores
from app.insights.definitions import definitions, written
from app.insights.pages.figures import SHEETS
from app.jobs import actions as jobs
from tests.conftest import NOW, World
from tests.insights.conftest import TODAY, Past
from tests.jobs.queue import set_aside


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(NOW, tick=True):
        yield


async def test_ana_sees_who_is_in_and_what_needs_her(as_, past: Past, db: Db) -> None:
    await past.live()
    await past.visit(past.members[0], TODAY, 18, stays=600)
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    answer = await ana.get("/owner")
    assert answer.status_code == 200
    assert "Needs you" in answer.text
    assert "as usual" in answer.text or "than usual" in answer.text
    assert "No backup has been restored" in answer.text


@pytest.mark.parametrize("tab", ["members", "money", "visits", "training"])
async def test_every_insight_is_drawn(as_, past: Past, db: Db, tab: str) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    for query in (
        "",
        "?months=24&compare=year",
        "?first=2026-01-01&last=2026-06-30",
        "?months=60&gym=all",
        "?months=x&first=y&gym=z&compare=w",
    ):
        answer = await ana.get(f"/owner/insights/{tab}{query}")
        assert answer.status_code == 200, answer.text
        assert "<svg" in answer.text


async def test_insights_of_an_empty_gym_say_so(as_) -> None:
    ana = await as_("ana")
    for tab in ("members", "money", "visits", "training"):
        assert (await ana.get(f"/owner/insights/{tab}")).status_code == 200


async def test_the_csv_is_the_table(as_, past: Past, db: Db) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    answer = await ana.get("/owner/insights/money/sheets/methods?months=24")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["method", "taken", "before"]
    assert int(rows[1][1]) == await db.value("select -sum(amount) from ledger_line where kind in ('payment', 'refund')")
    assert (await ana.get("/owner/insights/visits/sheets/methods")).status_code == 404


async def test_every_chart_has_its_sentence_its_table_and_its_csv(as_, past: Past, db: Db) -> None:
    """Nobody may add a chart without saying what it means, and every CSV that is offered is there."""
    await past.live()
    await past.lifter("Tom Tired", stopped=3)
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    sentences, offered = set(definitions().values()), set()
    for tab in ("members", "money", "visits", "training"):
        text = (await ana.get(f"/owner/insights/{tab}")).text
        cards = [card for card in re.split(r"<section class=.card", text)[1:] if "CSV" in card]
        assert len(cards) == {"members": 5, "money": 8, "visits": 5, "training": 2}[tab]
        for card in cards:
            assert any(str(escape(sentence)) in card for sentence in sentences), card[:300]
            assert "<table" in card or "empty" in card, card[:300]
            offered |= {unescape(url) for url in re.findall(r'href="(/owner/insights/\w+/sheets/[^"]+)"', card)}
    assert {url.split("/")[-1].split("?")[0] for url in offered} == set(SHEETS)
    for url in sorted(offered):
        answer = await ana.get(url)
        assert answer.status_code == 200, url
        assert answer.text.count("\r\n") >= 1


async def test_a_number_leads_to_the_people_behind_it(as_, past: Past, db: Db) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    text = (await ana.get("/owner/insights/members")).text
    url, count = re.search(r'href="(/owner/insights/people/active[^"]+)">(\d+)</a>', text).groups()  # type: ignore[union-attr]
    listed = (await ana.get(unescape(url))).text
    assert listed.count('<th scope="row"') == int(count) > 0
    for wrong in ("nobody", "active", "left?month=1999-01-01", "type"):
        assert (await ana.get(f"/owner/insights/people/{wrong}")).status_code == 404


async def test_training_is_told_in_signs_and_nothing_else(as_, past: Past, db: Db) -> None:
    tom = await past.lifter("Tom Tired", stopped=30)
    for back in range(2, 112, 2):
        await past.visit(tom.member, TODAY - timedelta(days=back))
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    text = (await ana.get("/owner/radar")).text
    assert "Tom Tired" in text
    assert "0 workouts in four weeks, usually" in text
    assert "plan days missed" in text
    assert "Secret plan" not in text + (await ana.get("/owner/insights/training")).text


async def test_the_radar_notes_a_call_and_clears_on_return(as_, past: Past, db: Db) -> None:
    member = await past.member("Nora Away", TODAY - timedelta(days=150), phone="+381 60 1")
    await past.sell(member, TODAY - timedelta(days=150), TODAY + timedelta(days=60))
    for week in range(6, 20):
        for day in (0, 2):
            await past.visit(member, TODAY - timedelta(days=week * 7 - day))
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    assert "Nora Away" in (await ana.get("/owner/radar")).text
    call = {"id": str(new_id()), "outcome": "comes_back", "note": "Was on holiday"}
    for _ in range(2):
        answer = await ana.post(f"/owner/radar/{member}/calls", call)
        assert "Was on holiday" in answer.text
    assert await db.value("select count(*) from radar_call") == 1
    await past.visit(member, TODAY, 8)
    assert "Nora Away" not in (await ana.get("/owner/radar")).text


async def test_a_call_to_somebody_of_another_gym_is_not_there(as_, past: Past, db: Db, world: World) -> None:
    member = await past.member("Nora Away", TODAY - timedelta(days=30))
    await db.run(
        """insert into role_grant (id, person_id, role_id, gym_id, granted_at)
           select $1, $2, id, $3, now() from role where name = 'manager'""",
        new_id(), world.id("zed"), world.river_id,
    )  # fmt: skip
    zed = await as_("zed")
    answer = await zed.post(f"/owner/radar/{member}/calls", {"id": str(new_id()), "outcome": "comes_back", "note": ""})
    assert answer.status_code == 404
    assert not await db.value("select exists (select from radar_call)")


async def test_a_call_without_an_outcome_says_so_and_keeps_the_note(as_, past: Past, db: Db) -> None:
    member = await past.member("Nora Away", TODAY - timedelta(days=30))
    await past.sell(member, TODAY - timedelta(days=30), TODAY + timedelta(days=60))
    ana = await as_("ana")
    answer = await ana.post(f"/owner/radar/{member}/calls", {"id": str(new_id()), "outcome": "", "note": "typed"})
    assert answer.status_code == 422
    assert 'value="typed"' in answer.text
    assert await db.value("select count(*) from radar_call") == 0


@pytest.mark.parametrize("who", ["dee", "cal", "mo", "zed"])
async def test_nobody_else_sees_any_of_it(as_, who: str) -> None:
    client = await as_(who)
    for url in (
        "/owner",
        "/owner/insights/money",
        "/owner/radar",
        "/owner/insights/money/sheets/revenue",
        "/owner/insights/people/type",
        "/owner/chores",
    ):
        assert (await client.get(url)).status_code == 403


async def test_today_costs_five_statements(as_, past: Past, db: Db, statements) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    await ana.get("/owner")
    with statements() as seen:
        await ana.get("/owner")
    assert len(seen) <= 5, seen.sql


async def test_the_lights_of_the_house_say_what_is_wrong(as_, db: Db) -> None:
    ana = await as_("ana")
    assert "Nobody gets mail from here." in (await ana.get("/owner")).text
    for kind in ("mail.send", "backups.backup"):
        await set_aside(db, kind, "no")
    await jobs.know_chore(db, "backups.nightly", timedelta(0))
    await db.run("update pgqueuer set execute_after = $1 where entrypoint = 'backups.nightly'", NOW - timedelta(hours=2))
    text = (await ana.get("/owner")).text
    assert "1 letter could not be sent" in text
    assert "1 job needs a person" in text
    assert "GB free" in text


async def test_what_waits_for_a_person_is_tried_again_or_left_out(as_, db: Db) -> None:
    ana = await as_("ana")
    ids = [await set_aside(db, "backups.backup", "DiskFull") for _ in range(2)]
    await jobs.know_chore(db, "insights.sum_up", timedelta(hours=7))
    page = (await ana.get("/owner/chores")).text
    assert page.count("DiskFull") == 2
    for _ in range(2):
        page = (await ana.post(f"/owner/chores/{ids[0]}/retry")).text
    assert page.count("DiskFull") == 1 + 1  # one waits for its turn and still says why
    await ana.post(f"/owner/chores/{ids[1]}/skip")
    assert await db.column("select id from job order by id") == [ids[0]]
    assert await db.value("select tries = 0 and due_at <= now() from job")
    assert "It is done next." in (await ana.post("/owner/chores/insights.sum_up/now")).text
    assert await db.value("select execute_after <= now() from pgqueuer where entrypoint = 'insights.sum_up'")
    assert (await ana.post("/owner/chores/nothing/now")).status_code == 404


async def test_a_wall_shows_today_to_nobody_in_particular_until_it_is_ended(as_, anybody, past: Past, db: Db) -> None:
    await past.live()
    await past.visit(past.members[0], TODAY, 18, stays=600)
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    wish = {"id": str(new_id()), "name": "Office"}
    page = (await ana.post("/owner/walls", wish, htmx=False)).text
    address = re.search(r"/office/[\w-]+", page).group()  # type: ignore[union-attr]
    wall = await anybody.get(address)
    assert "In now" in wall.text
    assert "Taken today" not in wall.text
    assert "<form" not in wall.text
    assert "Member 0" not in wall.text  # numbers, no names
    assert (await anybody.get(address + "x")).status_code == 404
    await ana.post("/owner/walls", wish, htmx=False)
    (wall_id,) = await db.column("select id from owner_wall")  # the same form twice is one screen
    await ana.post(f"/owner/walls/{wall_id}/end")
    assert (await anybody.get(address)).status_code == 404
    for who in ("max", "dee"):
        assert (await (await as_(who)).get("/owner/walls")).status_code == 403


def test_the_docs_say_what_the_screens_say(world: World) -> None:
    assert Path("docs/figures.md").read_text() == written()
