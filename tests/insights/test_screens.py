"""The owner's screens: numbers lead to people, other roles see none of it."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from app.db import Db, new_id
from app.insights import chores
from app.insights.definitions import definitions
from tests.conftest import NOW, World
from tests.insights.conftest import TODAY, Past


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


@pytest.mark.parametrize("tab", ["members", "money", "visits"])
async def test_every_insight_is_drawn(as_, past: Past, db: Db, tab: str) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    for query in ("", "?months=24&compare=year", "?first=2026-01-01&last=2026-06-30", "?months=x&first=y&gym=z&compare=w"):
        answer = await ana.get(f"/owner/insights/{tab}{query}")
        assert answer.status_code == 200, answer.text
        assert "<svg" in answer.text


async def test_insights_of_an_empty_gym_say_so(as_) -> None:
    ana = await as_("ana")
    for tab in ("members", "money", "visits"):
        assert (await ana.get(f"/owner/insights/{tab}")).status_code == 200


async def test_the_csv_is_the_table(as_, past: Past, db: Db) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    answer = await ana.get("/owner/insights/money/sheets/methods?months=24")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["method", "taken"]
    assert int(rows[1][1]) == await db.value("select -sum(amount) from ledger_line where kind in ('payment', 'refund')")
    assert (await ana.get("/owner/insights/visits/sheets/methods")).status_code == 404


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
    for url in ("/owner", "/owner/insights/money", "/owner/radar", "/owner/insights/money/sheets/revenue"):
        assert (await client.get(url)).status_code == 403


async def test_today_costs_four_statements(as_, past: Past, db: Db, statements) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    ana = await as_("ana")
    await ana.get("/owner")
    with statements() as seen:
        await ana.get("/owner")
    assert len(seen) <= 4, seen.sql


def test_the_docs_say_what_the_screens_say(world: World) -> None:
    lines = Path("docs/figures.md").read_text()
    for code, sentence in definitions().items():
        assert f"**{code}**: {sentence}" in lines
