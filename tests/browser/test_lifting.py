"""What a phone does while one lifts: few taps, steppers that repeat, a rest that ends with a sound, a screen that stays awake."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, PageAs, Server
from tests.browser.test_desk import scan
from tests.browser.test_workout import TICK, begin, fill, finish, row
from tests.training.lifting import nothing_lifted

Axe = Callable[[Page], None]
COUNT_TAPS = (
    "addEventListener('click', (e) => e.isTrusted && sessionStorage.setItem('taps', Number(sessionStorage.taps ?? 0) + 1), true)"
)
HEAR = """
  window.heard = 0; window.shaken = 0;
  class Deaf extends EventTarget {
    constructor() { super(); this.state = "running"; this.currentTime = 0; this.destination = {}; }
    resume() {}
    createOscillator() { window.heard += 1; return { frequency: {}, connect: (next) => next, start() {}, stop() {} }; }
    createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (next) => next }; }
  }
  window.AudioContext = Deaf;
  navigator.vibrate = () => (window.shaken += 1);
"""
AWAKE = """
  window.held = 0; window.released = 0;
  Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
    window.held += 1; return { release: async () => (window.released += 1) }; } } });
"""


@pytest.fixture(autouse=True)
def movements(server: Server) -> None:
    """Every test starts without a last time: they share one database, in any order."""
    server.ask(nothing_lifted)


def names(page: Page) -> list[str]:
    return page.locator(".lift h2").all_inner_texts()


def test_from_the_first_screen_to_the_first_set_in_two_taps(page_as: PageAs) -> None:
    page = page_as("pat", width=PHONE)
    page.goto("/plans/new")
    page.get_by_label("Name").fill(f"Taps {uuid4().hex[:6]}")
    page.get_by_label("The whole plan as text").fill("# Day 1: Push\nBench of the tests 3x8 60kg")
    page.get_by_role("button", name="Make the plan").click()
    page.wait_for_url(re.compile("/edit"))
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("button", name="Start this plan").click()
    expect(page.get_by_text("Your plan since")).to_be_visible()
    page.add_init_script(COUNT_TAPS)
    page.goto("/today")
    page.get_by_role("button", name=re.compile("^Start")).tap()
    page.wait_for_url("**/workouts/*")
    expect(row(page).locator("[name=weight]")).to_have_value("60")
    row(page).locator(TICK).tap()
    expect(row(page)).to_have_attribute("data-state", "done")
    assert page.evaluate("Number(sessionStorage.taps)") == 2  # three are allowed; the set itself, as planned, is one
    expect(row(page).locator("[name=reps]")).to_have_value("8")
    page.goto("/plans")
    page.get_by_role("link", name=re.compile("^Taps")).first.click()
    page.get_by_role("button", name="Stop following").click()


def test_a_stepper_that_is_held_goes_on(page_as: PageAs) -> None:
    page = page_as("mo", width=PHONE, fresh=True)
    page.clock.install()
    begin(page, "Bench of the tests")
    fill(page, 0, "60", "8")
    button = row(page).get_by_role("button", name=re.compile("2.5 kg more"))
    button.hover()
    page.mouse.down()
    page.wait_for_function("() => Number(document.querySelector('set-row [name=weight]').value) >= 70")
    page.mouse.up()
    stopped = row(page).locator("[name=weight]").input_value()
    assert (float(stopped) - 60) % 2.5 == 0
    page.clock.run_for(2_000)
    expect(row(page).locator("[name=weight]")).to_have_value(stopped)  # letting go is the end, and no tap on top of it


def test_the_end_of_the_rest_is_heard_and_felt(page_as: PageAs) -> None:
    page = page_as("mo", width=PHONE, fresh=True)
    page.clock.install()
    page.add_init_script(HEAR)
    begin(page, "Bench of the tests")
    fill(page, 0, "60", "8")
    row(page).locator(TICK).click()
    expect(page.locator("rest-timer[data-running]")).to_be_visible()
    page.evaluate("window.heard = window.shaken = 0")
    page.clock.run_for(110_000)
    assert page.evaluate("window.heard") == 0
    page.clock.run_for(15_000)
    expect(page.locator("rest-timer[data-running]")).to_have_count(0)
    assert page.evaluate("[window.heard, window.shaken]") == [2, 1]  # two tones, once
    page.clock.run_for(30_000)
    assert page.evaluate("window.heard") == 2


def test_the_screen_stays_awake_while_one_lifts(page_as: PageAs) -> None:
    page = page_as("mo", width=PHONE)
    page.add_init_script(AWAKE)
    begin(page, "Squat of the tests")
    page.wait_for_function("() => window.held === 1")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # looked at again after it was locked
    page.wait_for_function("() => window.held === 2")
    fill(page, 0, "60", "8")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    finish(page)
    page.reload()
    assert page.evaluate("window.held") == 0


def test_a_discarded_workout_comes_back_with_everything_in_it(page_as: PageAs, axe: Axe, server: Server) -> None:
    page = begin(page_as("mo", width=PHONE), "Squat of the tests")
    where = page.url.split("?")[0]
    fill(page, 0, "62.5", "7")
    row(page).locator(TICK).click()
    expect(row(page)).to_have_attribute("data-state", "done")
    page.get_by_text("Discard this workout").click()
    page.get_by_role("button", name="Discard", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("for 24 hours")
    axe(page)
    page.locator(".toast").get_by_role("button", name="Close").click()  # on a phone it lies above the list for a while
    page.get_by_role("button", name="Bring it back").first.click()
    page.wait_for_url(where)
    expect(row(page).locator("[name=weight]")).to_have_value("62.5")
    expect(row(page)).to_have_attribute("data-state", "done")
    id = where.rsplit("/", 1)[1]
    assert server.ask(lambda db: db.value("select status from workout where id = $1", id)) == "in_progress"
    finish(page)


def test_exercises_change_places_by_finger(page_as: PageAs, axe: Axe) -> None:
    page = begin(page_as("mo", width=PHONE), "Bench of the tests", "Row of the tests", "Squat of the tests")
    grip = page.locator(".lift .grip").nth(2)
    grip.scroll_into_view_if_needed()
    start = grip.bounding_box()
    assert start
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": start["x"] + 12, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start["y"] + 12)
    page.wait_for_selector("[data-carrying]")
    first = page.locator(".lift").first.bounding_box()
    here = grip.bounding_box()
    assert first
    assert here
    for step in range(1, 9):
        touch("touchMove", here["y"] + (first["y"] + 3 - here["y"]) * step / 8)
    with page.expect_response(re.compile("/order$")):
        touch("touchEnd", 0)
    expect(page.locator(".lift h2").first).to_have_text("Squat of the tests")
    page.reload()
    assert names(page) == ["Squat of the tests", "Bench of the tests", "Row of the tests"]
    axe(page)


def test_exercises_change_places_by_keyboard_and_keep_the_focus(page_as: PageAs) -> None:
    page = begin(page_as("mo"), "Bench of the tests", "Row of the tests")
    page.locator(".lift .grip").nth(1).focus()
    with page.expect_response(re.compile("/order$")):
        page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name=re.compile("Row of the tests: move it"))).to_be_focused()
    with page.expect_response(re.compile("/order$")):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name=re.compile("Row of the tests: move it"))).to_be_focused()
    page.reload()
    assert names(page) == ["Bench of the tests", "Row of the tests"]


def test_a_unit_goes_to_a_stranger_by_link_and_into_a_plan(page_as: PageAs, axe: Axe) -> None:
    page = page_as("mo", width=PHONE)
    name = f"Arms {uuid4().hex[:6]}"
    page.goto("/units")
    if not page.get_by_label("Name", exact=True).is_visible():
        page.get_by_text("New unit").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("One movement per line").fill("Curl 3x12")
    page.get_by_role("button", name="Make the unit").click()
    page.wait_for_url(re.compile("/units/.*/edit"))
    page.goto(page.url.removesuffix("/edit"))
    page.get_by_role("link", name="Share").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("The link", exact=True).input_value()
    axe(page)
    stranger = page_as(None, width=PHONE)
    stranger.goto(link)
    expect(stranger.get_by_role("heading", name=name).first).to_be_visible()
    axe(stranger)
    page.get_by_role("button", name="Take the link back").click()
    expect(page.get_by_label("The link", exact=True)).to_have_count(0)
    stranger.reload()
    expect(stranger.get_by_text("This link no longer works")).to_be_visible()
    page.goto("/plans/new")
    page.get_by_label("Name").fill(f"With {name}")
    page.get_by_role("button", name="Make the plan").click()
    page.wait_for_url(re.compile(r"/plans/.*/edit"))
    page.get_by_text("Put in a unit that is there already").click()
    page.get_by_label("Unit", exact=True).select_option(label=name)
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    axe(page)


def test_behind_the_door_the_phone_offers_todays_workout(page_as: PageAs, server: Server) -> None:
    dee, mo = page_as("dee"), page_as("mo", width=PHONE)
    mo.goto("/today")
    code = """select c.code from card c join member m on m.id = c.member_id join person p on p.id = m.person_id
        where p.email = 'mo@demo.spotter' and c.ended_at is null and c.lost_at is null limit 1"""
    card = server.ask(lambda db: db.value(code))
    over = (
        "update visit set at = at - interval '3 hours', left_at = at - interval '2 hours' where at > now() - interval '3 hours'"
    )
    server.ask(lambda db: db.run(over))  # whoever came in before has left long ago
    server.ask(lambda db: db.run("update visit set left_at = greatest(at, now()) where left_at is null"))
    dee.goto("/desk")
    expect(dee.locator("#q")).to_be_focused()
    scan(dee, card)
    expect(dee.locator("#verdict .said-word")).to_have_text("Come in")
    with mo.expect_response(re.compile("/today$")):
        mo.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(mo.get_by_text("You are in")).to_be_visible()
