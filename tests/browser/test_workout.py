"""Journeys of a lifter with one thumb: log, rest, reload, two phones, no JavaScript, and a coach who looks in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PageAs, Server
from tests.training.lifting import nothing_lifted

PHONE = 360
TICK = ".tick"
Axe = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(autouse=True)
def movements(server: Server) -> None:
    """Every test starts without a last time: they share one database, in any order."""
    server.ask(nothing_lifted)


def begin(page: Page, *names: str) -> Page:
    """An empty workout with these exercises."""
    page.goto("/training")
    page.get_by_role("button", name="Start an empty workout").click()
    page.wait_for_url("**/workouts/*")
    for name in names:
        add(page, name)
    return page


def add(page: Page, name: str) -> None:
    page.get_by_role("link", name="Add an exercise").click()
    page.get_by_role("searchbox").fill(name)
    if not page.evaluate("() => !!window.htmx"):
        page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def row(page: Page, n: int = 0) -> Any:
    return page.locator("set-row").nth(n)


def fill(page: Page, n: int, weight: str, reps: str) -> None:
    row(page, n).locator("[name=weight]").fill(weight)
    row(page, n).locator("[name=reps]").fill(reps)


def finish(page: Page) -> None:
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("Not finished: go on")).to_be_visible()


def test_mo_logs_a_set_and_the_rest_begins(page_as: PageAs, axe: Axe, shot: Shot) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests")
    fill(page, 0, "62.5", "8")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    expect(page.get_by_text(re.compile(r"1 of \d sets"))).to_be_visible()
    expect(page.locator("rest-timer[data-running]")).to_be_visible()
    axe(page)
    shot(page, "workout")


def test_one_tap_logs_what_was_done_last_time(page_as: PageAs, server: Server) -> None:
    page = begin(page_as("mo", width=PHONE), "Row of the tests")
    fill(page, 0, "50", "8")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    finish(page)
    begin(page, "Row of the tests")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    expect(row(page).locator("[name=weight]")).to_have_value("50")
    expect(row(page).locator("[name=reps]")).to_have_value("8")


def test_two_taps_log_a_step_more(page_as: PageAs) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests")
    fill(page, 0, "60", "8")
    row(page).get_by_role("button", name=re.compile("2.5 kg more")).click()
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    expect(row(page).locator("[name=weight]")).to_have_value("62.5")


def test_enter_goes_on_and_logs(page_as: PageAs) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests")
    row(page).locator("[name=weight]").fill("70,5")
    page.keyboard.press("Enter")
    expect(row(page).locator("[name=reps]")).to_be_focused()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(row(page)).to_have_attribute("data-state", "done")
    expect(row(page).locator("[name=weight]")).to_have_value("70.5")


def test_a_weight_that_was_changed_carries_on(page_as: PageAs) -> None:
    page = begin(page_as("mo", width=PHONE), "Squat of the tests")
    fill(page, 0, "80", "5")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    expect(row(page, 1).locator("[name=weight]")).to_have_value("80")


def test_a_reload_in_the_rest_goes_on_counting(page_as: PageAs) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests")
    fill(page, 0, "60", "8")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    page.get_by_role("button", name="15 seconds more rest").click()
    page.reload()
    expect(page.locator("rest-timer[data-running] [data-left]")).to_have_text(re.compile(r"^2:\d\d$"))


def test_a_skipped_rest_is_over(page_as: PageAs) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests")
    fill(page, 0, "60", "8")
    row(page).locator(TICK).click()
    page.locator("rest-timer [data-skip]").click()
    expect(page.locator("rest-timer[data-running]")).to_have_count(0)


def test_a_tick_is_taken_back(page_as: PageAs) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests")
    fill(page, 0, "60", "8")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "open")
    expect(page.get_by_text(re.compile(r"0 of \d sets"))).to_be_visible()


def test_two_phones_of_one_lifter_lose_nothing(page_as: PageAs) -> None:
    first, second = page_as("mo", width=PHONE), page_as("mo", width=PHONE)
    begin(first, "Bench of the tests")
    second.goto(first.url)
    fill(first, 0, "60", "8")
    row(first, 0).locator(TICK).click()
    expect(row(first, 0)).to_have_attribute("data-state", "done")
    fill(second, 1, "65", "6")
    row(second, 1).locator(TICK).click()
    expect(row(second, 1)).to_have_attribute("data-state", "done")
    first.reload()
    expect(row(first, 0).locator("[name=weight]")).to_have_value("60")
    expect(row(first, 1).locator("[name=weight]")).to_have_value("65")


def test_no_answer_is_seen_at_the_row(page_as: PageAs) -> None:
    page = begin(
        page_as("mo", width=PHONE, forgive=("htmx", "fetch", "ERR_", "Failed to load"), fresh=True), "Bench of the tests"
    )
    fill(page, 0, "60", "8")
    page.context.set_offline(True)
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "failed")
    expect(page.get_by_text("Not saved")).to_be_visible()
    page.context.set_offline(False)
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")


def test_a_workout_without_javascript(page_as: PageAs) -> None:
    page = page_as("mo", width=PHONE, js=False)
    page.goto("/training")
    page.get_by_role("button", name="Start an empty workout").click()
    page.get_by_role("link", name="Add an exercise").click()
    page.get_by_role("searchbox").fill("Bench of the tests")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name=re.compile("^Bench of the tests")).first.click()
    fill(page, 0, "60", "8")
    row(page).locator(TICK).click()
    expect(page.get_by_text(re.compile(r"1 of \d sets"))).to_be_visible()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("480 kg")).to_be_visible()


def test_nonsense_is_said_at_the_row(page_as: PageAs) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests")
    fill(page, 0, "heavy", "8")
    row(page).locator(TICK).click()
    expect(row(page).get_by_role("alert")).to_be_visible()
    expect(row(page).locator("[name=weight]")).to_have_value("heavy")


def test_the_tools_open_on_a_sheet_and_skip(page_as: PageAs, axe: Axe) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests")
    page.get_by_role("link", name=re.compile("plates, swap")).click()
    sheet = page.locator("dialog[open]")
    expect(sheet).to_be_visible()
    axe(page)
    sheet.get_by_label("Why").select_option("pain")
    sheet.get_by_role("button", name="Skip").click()
    expect(page.get_by_text("Skipped: Something hurts")).to_be_visible()


def test_exercises_change_places_without_a_drag(page_as: PageAs) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests", "Row of the tests")
    page.get_by_role("link", name=re.compile("Row of the tests: plates")).click()
    page.locator("dialog[open]").get_by_role("button", name="Up", exact=True).click()
    expect(page.locator(".lift h2").first).to_have_text("Row of the tests")


def test_partners_of_a_superset_take_turns(page_as: PageAs) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests", "Row of the tests")
    for name in ("Bench", "Row"):
        page.get_by_role("link", name=re.compile(f"{name} of the tests: plates")).click()
        sheet = page.locator("dialog[open]")
        sheet.get_by_label("Takes turns with").select_option("1")
        sheet.locator("form", has=page.get_by_label("Takes turns with")).get_by_role("button").click()
        expect(page.locator("dialog[open]")).to_have_count(0)
    fill(page, 0, "60", "8")
    row(page).locator(TICK).click()
    expect(page.locator(".rest-next")).to_contain_text("Row of the tests")
    expect(page.locator("rest-timer[data-running]")).to_have_count(0)


def test_a_finished_workout_says_what_it_was(page_as: PageAs, axe: Axe, shot: Shot) -> None:
    page = begin(page_as("mo", width=PHONE), "Squat of the tests")
    fill(page, 0, "100", "5")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    finish(page)
    expect(page.get_by_text("500 kg").first).to_be_visible()
    axe(page)
    shot(page, "workout-finished")


@pytest.mark.parametrize(
    "path",
    [
        "/training",
        "/training/records",
        "/training/volume",
        "/training/choices",
        "/training/past",
        "/training/import",
        "/training/coaches",
    ],
)
@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "sr")])
def test_screens_are_open_to_everybody(page_as: PageAs, axe: Axe, path: str, theme: str, language: str) -> None:
    page = page_as("mo", width=PHONE, theme=theme, language=language)
    page.goto(path)
    axe(page)


def let_look(page: Page, coach: str) -> None:
    page.goto("/training/coaches")
    theirs = page.locator("li", has_text=coach)
    if theirs.get_by_role("button", name="Let them look").count():
        theirs.get_by_role("button", name="Let them look").click()
    expect(theirs.get_by_role("button", name="Close it")).to_be_visible()


def test_cal_and_mo_side_by_side(page_as: PageAs, axe: Axe) -> None:
    mo, cal = page_as("mo", width=PHONE), page_as("cal")
    begin(mo, "Bench of the tests")
    fill(mo, 0, "61", "8")
    row(mo).locator(TICK).click()
    expect(row(mo)).to_have_attribute("data-state", "done")
    finish(mo)
    workout = mo.url
    let_look(mo, "Cal Romero")
    cal.goto("/coach")
    axe(cal)
    cal.get_by_role("link", name=re.compile("Mo Haddad")).click()
    cal.locator("a[href*='/workouts/']").first.click()
    cal.get_by_text("Say something about this set").first.click()
    cal.get_by_label("What you want to say").first.fill("Lovely bar path")
    cal.get_by_role("button", name="Say it").first.click()
    expect(cal.get_by_text("Lovely bar path").first).to_be_visible()
    mo.goto(workout)
    expect(mo.get_by_text("Lovely bar path")).to_be_visible()
    mo.goto("/training/coaches")
    mo.locator("li", has_text="Cal Romero").get_by_role("button", name="Close it").click()
    expect(mo.locator("li", has_text="Cal Romero").get_by_role("button", name="Let them look")).to_be_visible()
    cal.reload()
    expect(cal.get_by_text("Lovely bar path")).to_have_count(0)


def test_the_tick_is_seen_before_the_gym_has_answered(page_as: PageAs) -> None:
    """How fast, on a slow phone, is measured by benchmarks/tap.py."""
    page = begin(page_as("kim", width=PHONE), "Bench of the tests")
    asked: list[Route] = []
    page.route("**/sets/*", lambda route: asked.append(route))
    fill(page, 0, "60", "8")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "waiting")
    expect(row(page).locator(TICK)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Saving…")).to_be_visible()
    expect(page.get_by_text(re.compile(r"0 of \d sets"))).to_be_visible()
    asked[0].continue_()
    expect(row(page)).to_have_attribute("data-state", "done")
    expect(page.get_by_text(re.compile(r"1 of \d sets"))).to_be_visible()
