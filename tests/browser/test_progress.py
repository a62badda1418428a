"""A member's days in a real browser: told on a phone, read by keyboard, without JavaScript, in three languages."""

import asyncio
import io
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app import db as db_
from app.db import Database
from app.worker import HANDLERS, Worker

TODAY = datetime.now(UTC).date()
FAR = TODAY - timedelta(days=900)  # where nobody else has told anything


def day(back: int) -> str:
    return f"/progress/days/{FAR - timedelta(days=back)}"


def picture(path: Path, colour: str) -> Path:
    out = io.BytesIO()
    Image.new("RGB", (90, 120), colour).save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the day").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


COUNT_TAPS = """addEventListener("pointerdown", (event) => {
  if (event.isTrusted) sessionStorage.taps = 1 + Number(sessionStorage.taps ?? 0);
}, true);"""


def test_yesterday_offers_its_values_and_a_day_takes_few_taps_and_little_time(
    page_as: Any, axe: Any, shot: Any, server: Any
) -> None:
    """The browser itself counts every finger that comes down. What is checked is the day that was kept."""
    page = page_as("lou", width=360)
    page.goto(day(1))
    for name, value in (("Hours", "7"), ("Body weight", "80.4"), ("Steps", "9000")):
        page.get_by_role("textbox", name=name).fill(value)
    page.get_by_text("More measures").click()
    page.get_by_role("textbox", name="Waist").fill("90")
    page.get_by_role("textbox", name="Hip").fill("100")
    save(page)
    page.add_init_script(COUNT_TAPS)
    page.goto(day(0))
    began = time.monotonic()
    page.get_by_role("link", name="Start from").click()
    expect(page.get_by_role("textbox", name="Body weight")).to_have_value("80.4")
    page.get_by_role("button", name="Hours: more").click()
    page.get_by_text("8", exact=True).first.click()
    page.get_by_role("button", name="Body weight: less").click()
    page.get_by_role("button", name="Steps: more").click()
    page.get_by_role("button", name="Waist: less").click()
    page.get_by_text("Good", exact=True).click()
    save(page)
    spent, taps = time.monotonic() - began, int(page.evaluate("sessionStorage.taps"))
    kept = server.ask(
        lambda db: db.connection.fetchrow(
            "select sleep_hours, sleep_quality, weight_kg, steps, waist_cm, hip_cm, mood from daily_check_in where day = $1", FAR
        )
    )
    assert [float(value) for value in kept] == [7.5, 8, 80.3, 9500, 89.5, 100, 4]
    assert 8 <= taps <= 12, taps
    assert spent < 30, spent
    axe(page)
    shot(page, "progress-day-360")


def test_the_days_on_both_sides_stand_in_one_row(page_as: Any) -> None:
    """In the language with the longest words, on the narrowest phone."""
    page = page_as("lou", width=360, language="sr")
    for where in (day(5), f"/progress/plan/{FAR}"):
        page.goto(where)
        tops = page.eval_on_selector_all(".neighbours > *", "all => all.map(one => Math.round(one.getBoundingClientRect().top))")
        heights = page.eval_on_selector_all(".neighbours > *", "all => all.map(one => one.getBoundingClientRect().height)")
        assert len(tops) == 3
        assert max(tops) - min(tops) < max(heights), (where, tops)


def test_a_step_on_an_empty_field_begins_at_the_last_value(page_as: Any) -> None:
    page = page_as("lou", width=360)
    page.goto(day(11))
    page.get_by_role("textbox", name="Body weight").fill("70")
    save(page)
    page.goto(day(10))
    page.get_by_role("button", name="Body weight: more").click()
    expect(page.get_by_role("textbox", name="Body weight")).to_have_value("70.1")


def test_two_tabs_make_a_choice_not_an_accident(page_as: Any, axe: Any) -> None:
    first = page_as("lou", forgive=("409",))
    first.goto(day(20))
    first.get_by_role("textbox", name="Steps").fill("100")
    save(first)
    first.goto(day(20))
    second = first.context.new_page()
    second.goto(day(20))
    second.get_by_role("textbox", name="Steps").fill("200")
    save(second)
    first.get_by_role("textbox", name="Steps").fill("300")
    first.get_by_role("button", name="Save the day").click()
    expect(first.get_by_role("heading", name="This day was changed somewhere else")).to_be_visible()
    axe(first)
    first.get_by_role("button", name="Take what I typed").click()
    expect(first.get_by_role("textbox", name="Steps")).to_have_value("300")


def test_what_is_wrong_is_said_at_the_field(page_as: Any, axe: Any) -> None:
    page = page_as("lou", forgive=("422",))
    page.goto(day(30))
    page.get_by_role("textbox", name="Body weight").fill("8")
    page.get_by_role("button", name="Save the day").click()
    expect(page.get_by_role("textbox", name="Body weight")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("textbox", name="Body weight")).to_have_value("8")
    axe(page)


def test_a_day_is_told_without_javascript(page_as: Any) -> None:
    page = page_as("lou", js=False)
    page.goto(day(40))
    page.get_by_role("textbox", name="Steps").fill("4321")
    page.get_by_role("button", name="Save the day").click()
    expect(page.get_by_role("textbox", name="Steps")).to_have_value("4321")


def test_a_photo_is_replaced_only_after_both_were_seen(page_as: Any, tmp_path: Path, axe: Any) -> None:
    page = page_as("lou", forgive=("409",))
    for colour in ("red", "blue"):
        page.goto(day(50))
        page.get_by_label("photo").last.set_input_files(picture(tmp_path / f"{colour}.jpg", colour))
        page.get_by_role("button", name="Send").click()
    expect(page.get_by_alt_text("The photo that is kept")).to_be_visible()
    expect(page.get_by_alt_text("The new photo")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Take the new one").click()
    expect(page.get_by_alt_text("The photo that is kept")).to_have_count(0)


def test_a_file_that_is_no_photo_is_refused_with_a_sentence(page_as: Any, tmp_path: Path) -> None:
    bad = tmp_path / "me.jpg"
    bad.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = page_as("lou", forgive=("422",))
    page.goto(day(51))
    page.get_by_label("photo").last.set_input_files(bad)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Drawings are not taken, only photos.")).to_be_visible()


def test_the_gallery_is_walked_by_arrow_keys(page_as: Any, tmp_path: Path, axe: Any, shot: Any) -> None:
    page = page_as("kim", width=360)
    for back, colour in ((60, "red"), (61, "green")):
        page.goto(day(back))
        page.get_by_label("photo").last.set_input_files(picture(tmp_path / f"{colour}.jpg", colour))
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("The photo is kept")).to_be_visible()
    page.goto("/progress/photos")
    axe(page)
    page.locator("a[data-photo]").first.press("Enter")
    expect(page.locator("[data-count]")).to_have_text("1 / 2")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-count]")).to_have_text("2 / 2")
    shot(page, "progress-photos-360")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.lightbox")).not_to_be_visible()
    page.get_by_role("link", name="Compare two").click()
    slide = page.get_by_role("slider")
    slide.focus()
    slide.press("ArrowRight")
    assert slide.input_value() == "51"


def test_the_numbers_are_read_by_keyboard(page_as: Any, axe: Any, shot: Any) -> None:
    page = page_as("lou", width=360)
    for back, weight in ((71, "81"), (70, "80")):
        page.goto(day(back))
        page.get_by_role("textbox", name="Body weight").fill(weight)
        save(page)
    last = FAR - timedelta(days=70)
    page.goto(f"/progress/numbers?from={last - timedelta(days=6)}&to={last}")
    page.locator(".real-chart .dot").first.focus()
    expect(page.locator(".point-said").first).to_contain_text("81")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".point-said").first).to_contain_text("80")
    axe(page)
    shot(page, "progress-numbers-360")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["", "/numbers", "/plan", "/files", "/supplements", "/measures", "/pack", "/everything", "/days", "/report"]
)
def test_every_page_is_accessible_on_a_phone(page_as: Any, axe: Any, path: str, theme: str) -> None:
    page = page_as("mo", width=360, theme=theme)
    page.goto(f"/progress{path}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    axe(page)


@pytest.mark.parametrize(("language", "said"), [("es", "Fotos de progreso"), ("sr", "Fotografije napretka")])
def test_help_speaks_the_readers_language(page_as: Any, language: str, said: str, axe: Any) -> None:
    page = page_as(None, language=language)
    page.goto("/help/photos")
    expect(page.get_by_role("heading", name=said)).to_be_visible()
    axe(page)


def test_help_on_a_block_opens_and_leads_to_the_article(page_as: Any) -> None:
    page = page_as("mo")
    page.goto("/progress/numbers")
    page.get_by_role("button", name="Help: Trend").click()
    expect(page.locator("#about-trend")).to_be_visible()
    page.locator("#about-trend a").click()
    expect(page.get_by_role("heading", name="Numbers that are honest")).to_be_visible()


def test_help_is_found_by_a_word(page_as: Any, axe: Any) -> None:
    page = page_as("mo")
    page.goto("/help")
    page.get_by_role("searchbox").fill("arrow keys")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Progress photos")).to_be_visible()
    expect(page.locator("#found li")).to_have_count(1)
    axe(page)


def test_a_day_is_planned_scored_and_cleared(page_as: Any, axe: Any, shot: Any) -> None:
    page = page_as("lou", width=360)
    page.goto(f"/progress/plan/{FAR}")
    page.get_by_text("Plan a session").click()
    page.locator("#f-exercises").fill("Squat 3x5 100kg @8 | +2.5 kg")
    page.get_by_role("button", name="Save the session").last.click()
    expect(page.get_by_text("0 of 3 sets logged")).to_be_visible()
    page.locator("#score").get_by_text("Partly").last.click()
    page.get_by_role("button", name="Save the score").click()
    expect(page.get_by_text("partly met")).to_be_visible()
    axe(page)
    shot(page, "progress-plan-360")


def test_a_pasted_plan_is_looked_at_applied_and_taken_back(page_as: Any, axe: Any, shot: Any) -> None:
    page = page_as("lou", width=360)
    page.goto("/progress/files")
    when = FAR - timedelta(days=80)
    text = f"log_date,kcal,protein_g,carbs_g,fat_g\n{when},2000,150,200,67\n{when},1,1,1,1\nx,1,1,1,1\n"
    page.get_by_label("Or paste the text").fill(text)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("The same day twice").first).to_be_visible()
    axe(page)
    shot(page, "progress-import-360")
    page.get_by_role("button", name="Import 1 rows").click()
    expect(page.get_by_text("1 row was written.")).to_be_visible()
    page.locator("summary", has_text="Take it back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#done")).to_contain_text("1 day is as it was.")


def test_a_report_shows_what_it_collects(page_as: Any, axe: Any) -> None:
    page = page_as("mo")
    page.goto("/help/report")
    assert "Browser:" in page.get_by_label("The report").input_value()
    axe(page)


def work(server: Any) -> None:
    """One round of the background worker, which the house runs beside the server."""

    async def round_() -> None:
        pool = await db_.open_pool(server.dsn, size=3, command_timeout=None)
        await Worker(Database(pool=pool, direct_dsn=server.dsn), (), HANDLERS).round()
        await pool.close()

    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, round_()).result()


def long_plan(path: Path, start: int) -> Path:
    rows = [f"{date(start, 1, 1) + timedelta(days=n)},2000,150,200,67,Oats,,Rice,,Fish" for n in range(6000)]
    path.write_text("\n".join(["log_date,kcal,protein_g,carbs_g,fat_g,breakfast,snack_1,lunch,snack_2,dinner", *rows]))
    return path


def test_a_long_file_shows_how_far_it_is_and_opens_by_itself(
    page_as: Any, axe: Any, shot: Any, server: Any, tmp_path: Path
) -> None:
    page = page_as("lou", width=360)
    page.goto("/progress/files")
    page.locator("#f-file").set_input_files(long_plan(tmp_path / "plan.csv", 1905))
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("progressbar", name="The file is being read")).to_be_visible()
    axe(page)
    shot(page, "progress-import-running-360")
    work(server)
    page.get_by_role("button", name="Import 6000 rows").click()
    expect(page.get_by_role("progressbar", name="The days are being written")).to_be_visible()
    work(server)
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    page.locator("summary", has_text="Take it back").click()
    page.get_by_role("button", name="Take it back").click()
    work(server)
    expect(page.locator("#done")).to_contain_text("6000 days are as they were")


def test_without_javascript_a_long_file_is_asked_after_by_hand(page_as: Any, server: Any, tmp_path: Path) -> None:
    page = page_as("lou", js=False)
    page.goto("/progress/files")
    page.locator("#f-file").set_input_files(long_plan(tmp_path / "plan.csv", 1930))
    page.get_by_role("button", name="Look at it").click()
    work(server)
    page.get_by_role("link", name="How far is it?").click()
    expect(page.get_by_role("button", name="Import 6000 rows")).to_be_visible()
    page.get_by_role("button", name="Throw it away").click()


def test_everything_is_packed_while_the_page_looks_on(page_as: Any, axe: Any, server: Any) -> None:
    page = page_as("lou", width=360)
    page.goto("/progress/everything")
    page.get_by_role("button", name="Pack everything").click()
    expect(page.get_by_role("progressbar", name="Packing")).to_be_visible()
    axe(page)
    work(server)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Fetch it").click()
    assert zipfile.is_zipfile(fetched.value.path())


def test_the_report_is_printed_and_its_text_copied(page_as: Any, axe: Any) -> None:
    page = page_as("mo", width=360)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script("navigator.share = async (what) => { window.shared = what.text; };")
    page.goto("/progress/numbers?days=30&show=weight_kg&show=sleep_hours&show=steps")
    expect(page.locator(".real-chart")).to_have_count(3)
    page.get_by_role("button", name="Copy").click()
    assert "My numbers" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Share").click()
    assert "My numbers" in page.evaluate("window.shared")
    page.get_by_role("link", name="Print or PDF").click()
    page.emulate_media(media="print")
    assert len(page.pdf()) > 5_000
    expect(page.get_by_role("button", name="Print")).to_be_hidden()


def test_lou_measures_a_neck_and_sees_it_in_the_charts(page_as: Any, axe: Any) -> None:
    page = page_as("lou", width=360)
    page.goto("/progress/measures")
    page.get_by_label("Name").fill("Calf")
    page.get_by_label("Unit").fill("cm")
    page.get_by_role("button", name="Add", exact=True).click()
    page.goto(day(90))
    page.get_by_role("textbox", name="Calf").fill("38.5")
    save(page)
    page.goto("/progress/numbers")
    expect(page.get_by_label("Calf")).to_be_visible()


def test_a_supplement_is_put_on_the_shelf_taken_and_read_in_the_log(page_as: Any, axe: Any) -> None:
    page = page_as("lou", width=360)
    page.goto("/progress/supplements")
    page.locator("#f-name").fill("Magnesium")
    page.locator("#f-doses_per_day").fill("2")
    page.get_by_role("button", name="Add", exact=True).click()
    today = f"/progress/days/{TODAY}"
    page.goto(today)
    page.get_by_role("button", name="Magnesium: more").click()
    save(page)
    page.goto("/progress/supplements")
    expect(page.get_by_role("row").filter(has_text="Magnesium 1 / 2")).to_be_visible()
    axe(page)


def test_the_overview_leads_to_every_corner(page_as: Any) -> None:
    page = page_as("mo", width=360)
    page.goto("/progress")
    for name, title in (("All days", "All days"), ("Supplements", "Supplements"), ("My own measures", "My own measures"), ("Photos", "Photos"),
                        ("Everything of mine", "Everything of mine"), ("Help", "Help")):  # fmt: skip
        page.get_by_role("navigation", name="More of your progress").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        page.goto("/progress")
