"""Journeys at the owner's own screens: settings, money, people, moving in."""

import asyncio
import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app import db as db_
from app.db import Database, Db, new_id
from app.demo import members as demo
from app.demo.world import MAIN_ID, PEOPLE
from app.demo.year import actor_of
from app.members import actions as members
from app.members.queries import payer_of
from app.members.rules import part_of
from app.money import actions as money
from app.worker import HANDLERS, Worker
from tests.browser.conftest import PHONE, PageAs, Server
from tests.owner import files

Axe = Callable[[Page], None]
Shot = Callable[..., None]
_numbers = count(1)


@pytest.fixture(autouse=True, scope="module")
def club(server: Server) -> None:
    async def settle(db: Db) -> None:
        if not await db.value("select exists(select from membership_type)"):
            before = datetime.now(UTC) - timedelta(days=200)
            await demo.stock(db, actor_of(PEOPLE["ana"]), now=before)
            await demo.cast(db, joined_on=before.date(), at=before)

    server.ask(settle)


def today() -> date:
    return datetime.now(UTC).date()


def debtor(server: Server, *, days: int = 40, amount: int = 4900) -> str:
    """Somebody of this test's own, who has owed for a while."""
    name, id = f"Debtor Nr{next(_numbers)} {new_id().hex[-6:]}", new_id()

    async def owe(db: Db) -> None:
        dee, at = actor_of(PEOPLE["dee"]), datetime.now(UTC) - timedelta(days=days)
        await members.register(db, dee, name=name, id=id, now=at, joined_on=at.date(), gym_id=MAIN_ID, phone="+381 60 1")
        payer = await payer_of(db, id)
        await money.charge(db, dee, payer, amount, code="charge", id=part_of(id, "owed"), now=at, member_id=id, note="A month")

    server.ask(owe)
    return name


def test_a_setting_is_found_by_typing(page_as: PageAs, axe: Axe, shot: Shot) -> None:
    page = page_as("ana")
    page.goto("/owner/settings")
    axe(page)
    shot(page, "owner-settings", whole=True)
    page.get_by_role("searchbox").fill("turnstile")
    expect(page.locator("#sections h2")).to_have_count(1)
    expect(page.locator("#sections h2")).to_contain_text("Devices and programs")
    page.get_by_role("link", name="Devices", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Devices and programs")


def test_settings_on_a_phone_by_night_without_javascript(page_as: PageAs, shot: Shot) -> None:
    page = page_as("ana", width=PHONE, theme="dark", js=False)
    page.goto("/owner/settings")
    shot(page, "owner-settings-phone", whole=True)
    page.get_by_role("searchbox").fill("holidays")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#sections h2")).to_have_count(1)
    page.get_by_role("link", name="Hours and holidays").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Opening hours")


def test_the_week_and_a_holiday(page_as: PageAs, axe: Axe, shot: Shot, server: Server) -> None:
    page = page_as("ana")
    page.goto("/owner/settings/hours")
    page.get_by_label("Saturday opens", exact=True).fill("09:00")
    page.get_by_label("Saturday closes", exact=True).fill("13:30")
    page.get_by_role("button", name="Save the week").click()
    expect(page.get_by_label("Saturday closes", exact=True)).to_have_value("13:30")
    page.get_by_label("What day it is").fill("Stock-taking")
    page.get_by_label("Day", exact=True).fill((today() + timedelta(days=9)).isoformat())
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Stock-taking")).to_be_visible()
    axe(page)
    shot(page, "owner-hours", whole=True)
    page.get_by_role("button", name="Remove Stock-taking").click()
    expect(page.get_by_text("Stock-taking")).to_have_count(0)
    assert server.ask(lambda db: db.value("select count(*) from opening_hours where weekday = 5 and opens = '09:00'")) == 1


def test_a_door_is_asked_about_a_member(page_as: PageAs, axe: Axe, shot: Shot, server: Server) -> None:
    page, before = page_as("ana"), server.ask(lambda db: db.value("select count(*) from attempt"))
    page.goto("/owner/settings/try")
    page.get_by_label("Member").fill("lou bian")
    page.get_by_role("button", name="Try").click()
    page.get_by_role("link", name="Lou Bianchi").click()
    expect(page.locator(".verdict")).to_be_visible()
    page.get_by_label("Door").select_option("device")
    expect(page.locator(".verdict")).to_contain_text("Stop")
    axe(page)
    shot(page, "owner-try")
    assert server.ask(lambda db: db.value("select count(*) from attempt")) == before


def test_a_pale_colour_is_refused_and_a_good_one_painted(page_as: PageAs, axe: Axe, shot: Shot, server: Server) -> None:
    page = page_as("ana")
    page.goto("/owner/settings/brand")
    page.get_by_label("By day").fill("#ffe066")
    page.get_by_role("button", name="Paint").click()
    expect(page.get_by_text("too pale to be read by day").first).to_be_visible()
    page.get_by_label("By day").fill("#7a1f5c")
    page.get_by_role("button", name="Paint").click()
    expect(page.get_by_text("Contrast:")).to_be_visible()
    axe(page)
    shot(page, "owner-brand", whole=True)
    page.get_by_label("By day").fill("")
    page.get_by_label("By night").fill("")
    page.get_by_role("button", name="Paint").click()
    expect(page.get_by_text("Contrast:")).to_have_count(0)
    assert server.ask(lambda db: db.value("select accent from club")) is None


def test_a_logo_goes_up_and_comes_off(page_as: PageAs) -> None:
    page, out = page_as("ana"), io.BytesIO()
    Image.new("RGB", (120, 120), "teal").save(out, "PNG")
    page.goto("/owner/settings/brand")
    page.get_by_label("Picture").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": out.getvalue()})
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_alt_text("The logo")).to_be_visible()
    page.get_by_role("button", name="Remove the logo").click()
    expect(page.get_by_alt_text("The logo")).to_have_count(0)


def test_what_would_be_forgotten_is_looked_at_first(page_as: PageAs, axe: Axe, server: Server) -> None:
    page = page_as("ana")
    page.goto("/owner/settings/keeping")
    page.get_by_label("Keep former members for").fill("6")
    page.get_by_role("button", name="Only look").click()
    expect(page.get_by_text("The dry run: nothing has happened.")).to_be_visible()
    axe(page)
    assert server.ask(lambda db: db.value("select count(*) from keeping where former_months is not null")) == 0


def test_a_debtor_gets_a_letter_and_no_second_one(page_as: PageAs, axe: Axe, shot: Shot, server: Server) -> None:
    name, page = debtor(server), page_as("ana")
    page.goto("/money/arrears")
    axe(page)
    shot(page, "owner-arrears")
    page.get_by_label(f"Remind {name}").check()
    page.get_by_role("button", name="Letters to print").click()
    expect(page.get_by_role("article").filter(has_text=name)).to_contain_text("49.00")
    axe(page)
    shot(page, "owner-letter")
    page.goto("/money/arrears")
    expect(page.get_by_label(f"Remind {name}")).to_be_disabled()


def test_a_message_without_javascript_on_a_phone(page_as: PageAs, server: Server) -> None:
    name, page = debtor(server), page_as("ana", width=PHONE, theme="dark", js=False)
    page.goto("/money/arrears")
    page.get_by_label(f"Remind {name}").check()
    page.get_by_role("button", name="Messages to copy").click()
    expect(page.get_by_role("article").filter(has_text=name)).to_contain_text("Kind regards")


def test_dee_asks_and_ana_grants(page_as: PageAs, axe: Axe, shot: Shot, server: Server) -> None:
    name, dee, ana = debtor(server), page_as("dee"), page_as("ana")
    id = server.ask(lambda db: db.value("select m.id from member m join person p on p.id = m.person_id where p.name = $1", name))
    dee.goto(f"/members/{id}/payments")
    dee.get_by_text("Ask for a refund or a discount").click()
    dee.locator("#ask-amount").fill("9")
    dee.locator("#ask-note").fill("Waited too long")
    dee.get_by_role("button", name="Ask", exact=True).click()
    expect(dee.get_by_text("waits for somebody to decide")).to_be_visible()
    ana.goto("/money/requests")
    axe(ana)
    shot(ana, "owner-requests")
    card = ana.get_by_role("article").filter(has_text=name)
    card.get_by_role("button", name="Grant").click()
    expect(ana.get_by_role("row").filter(has_text=name)).to_contain_text("Granted")
    dee.reload()
    expect(dee.locator("#account")).to_contain_text("40.00")


def test_a_month_is_closed_and_stays(page_as: PageAs, axe: Axe, shot: Shot, server: Server) -> None:
    page = page_as("ana")
    last = (today().replace(day=1) - timedelta(days=1)).isoformat()[:7]
    server.ask(lambda db: db.run("delete from month_close where month = $1", date.fromisoformat(f"{last}-01")))
    page.goto("/money/months")
    axe(page)
    shot(page, "owner-months")
    page.goto(f"/money/months/{last}")
    page.get_by_role("button", name="Close this month").click()
    expect(page.get_by_text("Nothing has moved since.")).to_be_visible()
    axe(page)
    shot(page, "owner-month", whole=True)


def test_the_accountant_gets_a_journal_that_balances(page_as: PageAs, axe: Axe, server: Server) -> None:
    debtor(server)
    page, last = page_as("ana"), today()
    page.goto(f"/money/books?first={last - timedelta(days=60)}&last={last}")
    axe(page)
    cells = page.get_by_role("row").last.get_by_role("cell").all_inner_texts()
    assert cells[0] == cells[1]
    with page.expect_download() as file:
        page.get_by_role("link", name="Journal as CSV").click()
    assert file.value.suggested_filename.startswith("journal-")


def bring(page: Page, data: str | bytes, kind: str, name: str) -> None:
    page.goto("/imports")
    page.get_by_role("radio", name=re.compile(f"^{kind}")).check()
    content = data.encode() if isinstance(data, str) else data
    page.get_by_label("File", exact=True).set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Look at it").click()


def test_a_list_moves_in_and_out_again(page_as: PageAs, axe: Axe, shot: Shot, server: Server) -> None:
    page, mark = page_as("ana"), new_id().hex[-8:]
    data = f"Name,E-mail,Birthday,x\nNew {mark},{mark}@example.org,1990-05-04,{mark}\n,,,\nOdd {mark},no address,,\n"
    bring(page, data, "Members, cards and memberships", "club.csv")
    expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
    expect(page.get_by_text("This is no e-mail address")).to_be_visible()
    axe(page)
    shot(page, "owner-moving-in", whole=True)
    page.get_by_label("x", exact=True).select_option("card")
    page.get_by_role("button", name="Read again").click()
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_text("Taken in on")).to_be_visible()
    assert server.ask(lambda db: db.value("select count(*) from card where code = $1", mark.upper())) == 1
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back on")).to_be_visible()
    assert server.ask(lambda db: db.value("select count(*) from person where email = $1", f"{mark}@example.org")) == 0


def test_the_old_desks_database_moves_in_without_javascript(page_as: PageAs, server: Server) -> None:
    page = page_as("ana", js=False)
    bring(page, files.desk(rows=2), "Database of the old front desk", "gym.sqlite")
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_text("Taken in on")).to_be_visible()
    assert (
        server.ask(lambda db: db.value("select count(*) from visit v join attempt a on a.id = v.id where a.device = 'import'"))
        >= 2
    )
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back on")).to_be_visible()


def work(server: Server) -> None:
    """What the worker would do with the files that were brought."""

    async def round_() -> None:
        pool = await db_.open_pool(server.dsn, size=3, command_timeout=None)
        mine = {kind: act for kind, act in HANDLERS.items() if kind.startswith("moving.")}
        await Worker(Database(pool=pool, direct_dsn=server.dsn), (), mine).round()
        await pool.close()

    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, round_()).result()


def test_a_long_list_is_looked_at_and_taken_in_while_the_page_says_how_far_it_is(
    page_as: PageAs, axe: Axe, shot: Shot, server: Server
) -> None:
    page = page_as("ana", width=PHONE)
    lines = (f"NOBODY-{n},2026-01-05 10:00" for n in range(1_501))
    bring(page, "\n".join(["Card,Date and time", *lines]), "Visits", "year.csv")
    expect(page.get_by_role("progressbar", name="The lines are being looked at")).to_be_visible()
    axe(page)
    shot(page, "owner-moving-in-running-360")
    work(server)
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_role("progressbar", name="They are being taken in")).to_be_visible()
    work(server)
    expect(page.get_by_text("Taken in on")).to_be_visible()


def test_a_wrong_file_is_refused_in_words(page_as: PageAs, axe: Axe) -> None:
    page = page_as("ana", width=PHONE)
    bring(page, b"PK\x03\x04 a spreadsheet", "Visits", "visits.xlsx")
    expect(page.get_by_text("Save it as CSV there").first).to_be_visible()
    axe(page)


def test_max_plans_and_dee_clocks_in(page_as: PageAs, axe: Axe, shot: Shot, server: Server) -> None:
    server.ask(lambda db: db.run("delete from work_spell where ended_at is null"))
    max_, dee = page_as("max"), page_as("dee", width=PHONE)
    max_.goto("/people/rota")
    max_.get_by_label("Who").select_option(label="Dee Okafor")
    max_.get_by_label("Day").fill((today() + timedelta(days=26)).isoformat())
    max_.get_by_label("Note").fill("Inventory")
    max_.get_by_role("button", name="Put into the rota").click()
    expect(max_.get_by_text("Inventory")).to_be_visible()
    axe(max_)
    shot(max_, "owner-rota", whole=True)
    max_.get_by_role("button", name="Take Dee Okafor out of the rota").last.click()
    expect(max_.get_by_text("Inventory")).to_have_count(0)
    dee.goto("/my-shifts")
    dee.get_by_role("button", name="Clock in").click()
    expect(dee.get_by_text("At work since")).to_be_visible()
    axe(dee)
    dee.get_by_role("button", name="Clock out").click()
    expect(dee.get_by_role("button", name="Clock in")).to_be_visible()


def test_ana_reads_what_dee_did_and_dee_sees_no_office(page_as: PageAs) -> None:
    ana, dee = page_as("ana"), page_as("dee")
    ana.goto("/people?find=okafor")
    ana.get_by_role("link", name="Dee Okafor").click()
    ana.get_by_role("link", name="What they did").click()
    expect(ana.get_by_label("Who", exact=True)).to_have_value(str(PEOPLE["dee"].id))
    for path in ("/owner/settings", "/money", "/money/arrears", "/imports", "/people/rota", "/money/months"):
        answer = dee.goto(path)
        assert answer is not None
        assert answer.status == 403, path
