"""Plans and movements in a real browser: by thumb, by keyboard alone, without JavaScript, by a stranger, and two at once."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, PageAs, Server
from tests.browser.test_workout import let_look

Axe = Callable[[Page], None]
Shot = Callable[..., None]
TEXT = "# Day 1: Push\nBench 3x8-12 60kg double+2.5kg @8 90s\nA: Dips 3x8\nA: Curl 3x12\n\n# Day 3: Pull\nPull-up 4x6-10"


def make(page: Page, text: str = TEXT, name: str | None = None) -> str:
    """A plan out of text; its address."""
    name = name or f"Plan {uuid4().hex[:8]}"
    page.goto("/plans/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("The whole plan as text").fill(text)
    page.get_by_role("button", name="Make the plan").click()
    page.wait_for_url(re.compile(r"/plans/.*/edit"))
    return page.url.removesuffix("/edit")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_library_is_readable_by_everybody(page_as: PageAs, axe: Axe, shot: Shot, theme: str) -> None:
    page = page_as("mo", width=PHONE, theme=theme)
    page.goto("/plans")
    expect(page.get_by_role("heading", name="Plans", exact=True)).to_be_visible()
    axe(page)
    shot(page, f"plans-{theme}")


def test_mo_writes_a_plan_as_text_and_reads_it_back(page_as: PageAs, axe: Axe, shot: Shot) -> None:
    page = page_as("mo", width=PHONE)
    at = make(page)
    expect(page.locator(".line")).to_have_count(4)
    axe(page)
    shot(page, "plan-editor-phone")
    page.goto(at)
    expect(page.get_by_text("Barbell bench press")).to_be_visible()
    expect(page.get_by_text("When every set reaches 12 repetitions")).to_be_visible()
    axe(page)
    shot(page, "plan-phone")


def test_a_wrong_line_is_said_where_it_stands(page_as: PageAs, axe: Axe) -> None:
    page = page_as("mo", width=PHONE)
    page.goto("/plans/new")
    page.get_by_label("Name").fill("Wrong")
    page.get_by_label("The whole plan as text").fill("# Day 1: Push\nBench 3x8 fast")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_text("“fast” is not understood here.")).to_be_visible()
    expect(page.get_by_label("The whole plan as text")).to_have_value("# Day 1: Push\nBench 3x8 fast")
    axe(page)


def test_a_line_is_added_by_text_and_the_field_is_ready_for_the_next(page_as: PageAs) -> None:
    page = page_as("mo", width=PHONE)
    make(page)
    field = page.get_by_label("Add a movement to Push")
    field.fill("Plank 3x60s 30s")
    field.press("Enter")
    expect(page.locator(".line")).to_have_count(5)
    field = page.get_by_label("Add a movement to Push")
    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_the_search_offers_movements_while_one_types(page_as: PageAs) -> None:
    page = page_as("mo", width=PHONE)
    make(page)
    field = page.get_by_label("Add a movement to Push")
    field.press_sequentially("bulgar", delay=20)
    page.get_by_role("button", name=re.compile("Bulgarian split squat")).click()
    expect(page.locator(".line").filter(has_text="Bulgarian split squat")).to_have_count(1)


def test_a_plan_is_made_by_keyboard_alone(page_as: PageAs) -> None:
    page = page_as("mo")
    page.goto("/plans/new")
    page.get_by_label("Name").focus()
    page.keyboard.type(f"Keys {uuid4().hex[:6]}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/plans/.*/edit"))
    reach(page, "Add a movement to Day 1")
    for text in ("Squat 5x5", "Bench 3x8"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(page.locator(".line").filter(has_text=re.compile("squat" if "Squat" in text else "bench", re.I))).to_have_count(1)
        expect(page.get_by_label("Add a movement to Day 1")).to_be_focused()
    reach(page, "Barbell bench press: up", back=True)
    page.keyboard.press("Enter")
    expect(page.locator(".line").first).to_contain_text("Barbell bench press")
    reach(page, "Add a day")
    page.keyboard.press("Enter")
    expect(page.locator("[data-unit]")).to_have_count(2)
    reach(page, "Undo", back=True)
    page.keyboard.press("Enter")
    expect(page.locator("[data-unit]")).to_have_count(1)


def reach(page: Page, name: str, *, back: bool = False) -> None:
    """Tab until the focus is on what is called that."""
    for _ in range(60):
        said = page.evaluate(
            "() => { const e = document.activeElement; return [e.getAttribute('aria-label'), e.labels?.[0]?.innerText, e.innerText] }"
        )
        if any((one or "").strip() == name for one in said):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the keyboard does not reach {name!r}")


def test_a_line_is_dragged_to_its_place(page_as: PageAs) -> None:
    page = page_as("mo")
    make(page, "# 1: Push\nBench 3x8\nDips 3x8\nPlank 3x60s")
    grips = page.locator(".grip")
    start, end = grips.nth(2).bounding_box(), page.locator(".line").first.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + end["height"] + 4, steps=4)
    page.mouse.move(end["x"] + 40, end["y"] + 4, steps=4)
    with page.expect_response(re.compile("/place$")):
        page.mouse.up()
    expect(page.locator(".line").first).to_contain_text("Plank")
    page.reload()
    expect(page.locator(".line").first).to_contain_text("Plank")


def test_undo_takes_back_a_removed_line(page_as: PageAs) -> None:
    page = page_as("mo", width=PHONE)
    make(page)
    page.get_by_label("Barbell bench press: more").click()
    page.get_by_role("button", name="Remove").first.click()
    expect(page.locator(".line")).to_have_count(3)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".line")).to_have_count(4)


def test_a_line_is_edited_with_steppers_and_shows_four_weeks(page_as: PageAs, axe: Axe, shot: Shot) -> None:
    page = page_as("mo", width=PHONE)
    make(page)
    page.get_by_role("link", name=re.compile("Barbell bench press")).click()
    expect(page.get_by_role("table")).to_contain_text("60 kg × 8")
    axe(page)
    shot(page, "plan-line-phone")
    page.get_by_label("Sets: more").click()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/edit"))
    expect(page.locator(".line").first).to_contain_text("4 × 8–12")


def test_two_taps_to_a_link_that_a_stranger_reads(page_as: PageAs, axe: Axe, shot: Shot) -> None:
    mo = page_as("mo", width=PHONE)
    at = make(mo)
    mo.goto(at)
    mo.get_by_role("link", name="Share").click()
    mo.get_by_role("button", name="Make a link").click()
    link = mo.get_by_label("The link", exact=True).input_value()
    axe(mo)
    stranger = page_as(None, width=PHONE)
    stranger.goto(link)
    expect(stranger.get_by_text("Barbell bench press")).to_be_visible()
    expect(stranger.get_by_text("Sign in to copy it to your plans.")).to_be_visible()
    axe(stranger)
    shot(stranger, "plan-link-stranger")


def test_a_link_taken_back_while_it_is_open_copies_nothing(page_as: PageAs) -> None:
    mo, kim = page_as("mo"), page_as("kim", width=PHONE)
    at = make(mo)
    mo.goto(f"{at}/sharing")
    mo.get_by_role("button", name="Make a link").click()
    link = mo.get_by_label("The link", exact=True).input_value()
    kim.goto(link)
    expect(kim.get_by_role("button", name="Copy to my plans")).to_be_visible()
    mo.get_by_role("button", name="Take the link back").click()
    expect(mo.get_by_label("The link", exact=True)).to_have_count(0)
    kim.get_by_role("button", name="Copy to my plans").click()
    expect(kim.get_by_text("This link no longer works")).to_be_visible()
    kim.reload()
    expect(kim.get_by_text("This link no longer works")).to_be_visible()


def test_the_qr_code_is_drawn(page_as: PageAs) -> None:
    page = page_as("mo", width=PHONE)
    at = make(page)
    page.goto(f"{at}/sharing")
    page.get_by_role("button", name="Make a link").click()
    page.get_by_text("QR code", exact=True).click()
    picture = page.get_by_alt_text("QR code of the link")
    expect(picture).to_be_visible()
    page.wait_for_function("() => document.querySelector('.qr').naturalWidth > 100")


def test_without_javascript_a_plan_is_made_changed_started_and_stopped(page_as: PageAs) -> None:
    page = page_as("pat", width=PHONE, js=False)
    at = make(page)
    page.get_by_label("Add a movement to Push").fill("Plank 3x60s")
    page.get_by_role("button", name="Add to Push").click()
    expect(page.locator(".line")).to_have_count(5)
    page.get_by_label("Plank: up").click()
    expect(page.locator(".line").nth(2)).to_contain_text("Plank")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".line").nth(3)).to_contain_text("Plank")
    page.goto(at)
    page.get_by_role("button", name="Start this plan").click()
    expect(page.get_by_text("Your plan since")).to_be_visible()
    page.get_by_role("button", name="Stop following").click()
    expect(page.get_by_role("button", name="Start this plan")).to_be_visible()


def test_two_authors_see_both_texts(page_as: PageAs, axe: Axe) -> None:
    mo, kim = page_as("mo"), page_as("kim")
    at = make(mo, "# 1: Push\nBench 3x8")
    mo.goto(f"{at}/sharing")
    mo.get_by_label("E-mail").fill("kim@demo.spotter")
    mo.locator("#people ~ form").get_by_label("They may").select_option("write")
    mo.locator("#people ~ form").get_by_role("button", name="Share").click()
    expect(mo.get_by_text("Kim Tran")).to_be_visible()
    for page in (mo, kim):
        page.goto(f"{at}/edit")
        page.get_by_text("As text", exact=True).click()
    kim.get_by_label("One movement per line").fill("Dips 3x8")
    kim.get_by_role("button", name="Save the text").first.click()
    expect(kim.locator(".line")).to_contain_text(["Chest dip"])
    mo.get_by_label("One movement per line").fill("Squat 5x5")
    mo.get_by_role("button", name="Save the text").first.click()
    expect(mo.get_by_text("Nothing was overwritten")).to_be_visible()
    expect(mo.locator(".clash-both")).to_contain_text("Chest dip 3x8")
    expect(mo.get_by_label("One movement per line")).to_have_value("Squat 5x5")
    axe(mo)


def test_cal_assigns_a_plan_in_three_clicks(page_as: PageAs, axe: Axe, server: Server) -> None:
    cal = page_as("cal")
    at = make(cal)
    cal.goto(at)
    cal.get_by_role("link", name="Assign to members").click()
    axe(cal)
    cal.get_by_label(re.compile("Lou Bianchi")).check()
    cal.get_by_role("button", name="Assign", exact=True).click()
    cal.wait_for_url(at)
    lou = page_as("lou", width=PHONE)
    lou.goto(at)
    expect(lou.get_by_text("Your plan from")).to_be_visible()


def test_cal_writes_lous_next_week_in_one_view(page_as: PageAs, axe: Axe, shot: Shot) -> None:
    cal, lou = page_as("cal"), page_as("lou", width=PHONE)
    at = make(cal, "# 1: Push\nBench 3x8 60kg")
    cal.goto(f"{at}/assign")
    cal.get_by_label(re.compile("Lou Bianchi")).check()
    cal.get_by_role("button", name="Assign", exact=True).click()
    cal.wait_for_url(at)
    let_look(lou, "Cal Romero")
    cal.goto("/coach")
    cal.get_by_role("link", name=re.compile("Lou Bianchi")).click()
    cal.get_by_role("link", name="Edit next week").click()
    planned = cal.get_by_role("region", name="Planned, and done last")
    expect(planned).to_contain_text("Barbell bench press")
    expect(planned).to_contain_text("60 kg")
    cal.get_by_label("What comes next").fill("# 1: Push\nBench 4x6 fast")
    cal.get_by_role("button", name="Write it").click()
    expect(cal.get_by_role("alert")).to_contain_text("Line 2")
    expect(cal.get_by_label("What comes next")).to_have_value("# 1: Push\nBench 4x6 fast")
    axe(cal)
    shot(cal, "coach-week")
    cal.get_by_label("What comes next").fill("# 1: Push\nBench 4x6 65kg")
    cal.get_by_role("button", name="Write it").click()
    expect(cal.locator(".toast")).to_contain_text("Their next week is written.")
    expect(planned).to_contain_text("65 kg")
    lou.goto(at)
    expect(lou.get_by_text("65 kg")).to_be_visible()
    lou.goto("/training/coaches")
    lou.locator("li", has_text="Cal Romero").get_by_role("button", name="Close it").click()
    expect(lou.locator("li", has_text="Cal Romero").get_by_role("button", name="Let them look")).to_be_visible()
    cal.reload()
    expect(planned).to_have_count(0)  # closed is closed, at once


def test_text_that_was_not_saved_survives_a_reload(page_as: PageAs) -> None:
    page = page_as("mo")
    make(page, "# 1: Push\nBench 3x8")
    page.get_by_text("As text", exact=True).click()
    page.get_by_label("One movement per line").fill("Bench 3x8\nhalf a line")
    page.reload()
    expect(page.get_by_label("One movement per line")).to_have_value("Bench 3x8\nhalf a line")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_movements_are_found_while_one_types_and_kept_as_favourites(page_as: PageAs, axe: Axe, shot: Shot, width: int) -> None:
    page = page_as("mo", width=width)
    page.goto("/exercises")
    axe(page)
    page.get_by_label("Search movements").press_sequentially("zercher", delay=20)
    page.get_by_role("link", name=re.compile("Zercher squat")).click()
    expect(page.get_by_text("Bar in the elbow crooks")).to_be_visible()
    star = page.get_by_role("button", name="Favourite")
    was = star.get_attribute("aria-pressed")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "false" if was == "true" else "true")
    axe(page)
    shot(page, f"movement-{width}")


def test_a_movement_of_ones_own_is_described(page_as: PageAs, axe: Axe) -> None:
    page = page_as("mo", width=PHONE)
    page.goto("/exercises/new")
    axe(page)
    name = f"Odd press {uuid4().hex[:6]}"
    page.get_by_label("Name").fill(name)
    page.locator("#f-primary").get_by_text("Chest").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_mo_reports_a_broken_thing_and_dee_clears_it(page_as: PageAs, axe: Axe) -> None:
    dee, mo = page_as("dee"), page_as("mo", width=PHONE)
    dee.goto("/floor")
    dee.get_by_text("Count what stands here").click()
    dee.get_by_label("Yoke").fill("1")
    dee.get_by_role("button", name="Save the counts").first.click()
    expect(dee.locator(".toast")).to_contain_text("Saved")
    mo.goto("/floor")
    axe(mo)
    mo.get_by_label("What", exact=True).select_option("yoke")
    mo.get_by_label("What is wrong").fill("Bent")
    mo.get_by_role("button", name="Report it").click()
    expect(mo.get_by_text("Bent")).to_be_visible()
    dee.reload()
    dee.get_by_role("button", name="Yoke: back in order").click()
    expect(dee.get_by_role("button", name="Yoke: back in order")).to_have_count(0)
    axe(dee)


@pytest.mark.parametrize("language", ["es", "sr"])
def test_plans_speak_the_readers_language(page_as: PageAs, language: str) -> None:
    page = page_as(None, width=PHONE, language=language)
    page.goto("/p/" + "x" * 32)
    said = {"es": "Este enlace ya no funciona", "sr": "Ovaj link više ne radi"}[language]
    expect(page.get_by_text(said)).to_be_visible()
