"""Ana looks at her numbers: from a number to the people behind it, by keyboard, on a phone, without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.db import new_id
from tests.jobs.queue import set_aside

TABS = ("members", "money", "visits", "training")


def test_today_says_what_needs_her_and_leads_there(page_as, axe, shot) -> None:
    page = page_as("ana")
    page.goto("/owner")
    expect(page.get_by_text("Needs you")).to_be_visible()
    expect(page.get_by_text("GB free")).to_be_visible()
    axe(page)
    shot(page, "owner-today", whole=True)
    page.get_by_role("link", name=re.compile("stays? away")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Worth a call")


def test_today_on_a_dark_phone(page_as, axe) -> None:
    page = page_as("ana", width=360, theme="dark")
    page.goto("/owner")
    expect(page.get_by_text("The house itself")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)


def test_a_number_of_members_leads_to_exactly_so_many_people(page_as, axe, shot) -> None:
    page = page_as("ana")
    page.goto("/owner/insights/members?months=24&compare=year")
    shot(page, "insights-members", whole=True)
    axe(page)
    number = page.get_by_role("table", name="Members, month by month").locator("tbody tr").nth(1).get_by_role("link").first
    count = int(number.inner_text().replace(",", ""))
    number.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Active members")
    expect(page.locator("tbody tr")).to_have_count(count)
    axe(page)


def test_the_period_and_the_gym_are_chosen_and_stay_chosen(page_as, axe, shot) -> None:
    page = page_as("ana")
    page.goto("/owner/insights/money")
    page.get_by_label("Months").select_option("24")
    expect(page).to_have_url(re.compile("months=24"))
    if page.get_by_label("Gym", exact=True).count():
        page.get_by_label("Gym", exact=True).select_option("all")
        expect(page).to_have_url(re.compile("gym=all"))
    page.get_by_role("link", name="Visits", exact=True).click()
    expect(page).to_have_url(re.compile("/visits.*months=24"))
    axe(page)
    shot(page, "insights-visits", whole=True)


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_fits_a_phone_and_a_screen_reader(page_as, axe, tab: str) -> None:
    page = page_as("ana", width=360, theme="dark")
    page.goto(f"/owner/insights/{tab}")
    expect(page.locator("figure.chart, table").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)


def test_without_javascript_the_period_changes_and_the_numbers_open(page_as) -> None:
    page = page_as("ana", js=False)
    page.goto("/owner/insights/visits")
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("To").fill("2026-06-30")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("first=2026-01-01"))
    page.get_by_text("Show the numbers").first.click()
    expect(page.get_by_role("table", name="Visits by weekday and hour")).to_be_visible()


def test_a_chart_goes_home_as_a_csv(page_as, tmp_path: Path) -> None:
    page = page_as("ana")
    page.goto("/owner/insights/money")
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV").first.click()
    assert found.value.suggested_filename == "money-revenue.csv"
    found.value.save_as(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text().startswith('"month","taken"')


@pytest.mark.parametrize("js", [True, False])
def test_a_call_is_noted_by_keyboard_and_stands_there(page_as, axe, js: bool) -> None:
    page = page_as("ana", js=js)
    page.goto("/owner/radar")
    one = page.locator("article.watched").nth(int(js))
    who = one.get_by_role("heading").inner_text()
    one.get_by_text("Note a call").press("Enter")
    one.get_by_label("Comes back").press("Space")
    said = f"On a ship {new_id()}"
    one.locator("input[name=note]").fill(said)
    one.get_by_role("button", name="Note the call").press("Enter")
    expect(page.locator("article.watched", has_text=who)).to_contain_text(said)
    if js:
        axe(page)


def test_a_screen_in_the_office_shows_today_until_it_is_ended(page_as, axe, shot) -> None:
    page = page_as("ana")
    page.goto("/owner/walls")
    page.get_by_label("Name").fill("Office")
    page.get_by_role("button", name="Make its address").click()
    address = page.get_by_role("link", name="Open it here").get_attribute("href")
    axe(page)
    wall = page_as(None)
    wall.goto(address)
    expect(wall.get_by_text("In now")).to_be_visible()
    expect(wall.locator("form, button")).to_have_count(0)
    axe(wall)
    shot(wall, "owner-wall")
    page.get_by_role("button", name="End it").first.click()
    expect(page.get_by_text("shows nothing any more")).to_be_visible()
    assert wall.goto(address).status == 404


def test_what_could_not_be_done_is_tried_again_from_the_page(page_as, axe, server) -> None:
    id = server.ask(lambda db: set_aside(db, "progress.pack", "DiskFullError"))
    page = page_as("ana")
    page.goto("/owner/chores")
    expect(page.get_by_text("DiskFullError")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Try again").first.click()
    expect(page.get_by_text("It is tried again.")).to_be_visible()
    assert server.ask(lambda db: db.value("select parked_at is null and tries = 0 from job where id = $1", id))
    server.ask(lambda db: db.run("delete from pgqueuer where dedupe_key = $1", str(id)))


def test_the_second_place_is_tried_before_it_is_kept(page_as, axe, tmp_path: Path) -> None:
    page = page_as("ana")
    page.goto("/owner/backups/place")
    page.get_by_label("A folder: a disk, a stick, a share").press("Space")
    page.locator("input[name=folder]").fill("/proc/nowhere")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It does not work").first).to_be_visible()
    axe(page)
    page.locator("input[name=folder]").fill(str(tmp_path / "usb"))
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("It works")).to_be_visible()


@pytest.mark.parametrize("who", ["dee", "cal"])
def test_the_desk_and_the_coach_see_none_of_it(page_as, who: str) -> None:
    page = page_as(who)
    page.goto("/desk" if who == "dee" else "/today")
    assert page.locator('a[href^="/owner"]').count() == 0
    for url in ("/owner", "/owner/insights/money", "/owner/radar", "/owner/backups", "/owner/chores"):
        assert page.goto(url).status == 403
