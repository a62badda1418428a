"""Journeys at the desk's and the members' own screens: joining, renewing, freezing, paying, signing, counting."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from app.db import Db
from app.demo import members as demo
from app.demo.world import PEOPLE
from app.demo.year import actor_of
from tests.browser.camera import film, seeing
from tests.browser.conftest import PHONE, PageAs, Server

_numbers = count(1)


@pytest.fixture(autouse=True, scope="module")
def club(server: Server) -> None:
    """With the year lived there is a club already; without it, at least something to sell and the cast as members."""

    async def settle(db: Db) -> None:
        if not await db.value("select exists(select from membership_type where id = $1)", demo.type_id("month")):
            before = datetime.now(UTC) - timedelta(days=200)
            await demo.stock(db, actor_of(PEOPLE["ana"]), now=before)
            await demo.cast(db, joined_on=before.date(), at=before)

    server.ask(settle)


def somebody() -> str:
    return f"Nova {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[next(_numbers) % 26]}{next(_numbers)} Petrić"


def join(page: Page, name: str, membership: str = "") -> str:
    """Somebody new, through the form; the address of their record."""
    page.goto("/members/new")
    page.get_by_label("Name").fill(name)
    if membership:
        page.get_by_label("Membership").select_option(
            label=next(o for o in page.locator("#f-type_id option").all_inner_texts() if o.startswith(membership))
        )
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url


def test_joining_by_keyboard_alone(page_as: PageAs, axe: Callable[[Page], None], shot: Callable[..., None]) -> None:
    page, name = page_as("dee"), somebody()
    page.goto("/members/new")
    axe(page)
    page.get_by_label("Name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type("+381 60 123")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("#toasts")).to_contain_text("Welcome")
    axe(page)
    shot(page, "member")


def test_a_name_that_is_missing_is_said_at_the_field(page_as: PageAs) -> None:
    page = page_as("dee")
    page.goto("/members/new")
    page.get_by_label("Phone").fill("060 1")
    page.get_by_label("Name").evaluate("field => field.required = false")
    page.get_by_role("button", name="Register").click()
    expect(page.locator("#f-name-error")).to_contain_text("Please fill this in.")
    expect(page.get_by_label("Phone")).to_have_value("060 1")


def test_three_letters_narrow_the_list_while_typing(
    page_as: PageAs, axe: Callable[[Page], None], shot: Callable[..., None]
) -> None:
    page = page_as("dee")
    page.goto("/members")
    axe(page)
    shot(page, "members")
    page.get_by_role("searchbox").press_sequentially("hadd", delay=20)
    expect(page.locator("#members tbody tr")).to_have_count(1)
    expect(page.locator("#members")).to_contain_text("Mo Haddad")
    assert "q=hadd" in page.url
    page.get_by_role("link", name="Mo Haddad").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mo Haddad")


def test_filters_stay_in_the_address(page_as: PageAs) -> None:
    page = page_as("dee")
    page.goto("/members?q=mari")
    page.get_by_role("navigation", name="Filter by status").get_by_role("link", name="No membership").click()
    assert "status=none" in page.url
    assert "q=mari" in page.url


def test_sold_renewed_and_paid_without_leaving_the_record(page_as: PageAs) -> None:
    page = page_as("dee")
    address = join(page, somebody())
    page.locator("#sell-type").select_option(index=1)
    page.locator("#sell").get_by_role("button", name="Sell").click()
    expect(page.locator("#sold .sold")).to_have_count(1)
    expect(page.locator("#open")).to_contain_text("Nothing is owed.")
    page.locator("#sell").get_by_role("button", name="Renew").click()
    expect(page.locator("#sold .sold")).to_have_count(2)
    assert page.url == address


def test_frozen_and_thawed_in_place(page_as: PageAs, axe: Callable[[Page], None]) -> None:
    page = page_as("dee")
    join(page, somebody(), "Monthly")
    page.locator("#sold summary", has_text="Freeze").click()
    axe(page)
    page.locator("#sold").get_by_role("button", name="Freeze").click()
    expect(page.locator("#sold .badge").first).to_have_text("Frozen")
    page.locator("#sold").get_by_role("button", name="Thaw").click()
    expect(page.locator("#sold .badge").first).to_have_text("Active")


def test_a_freeze_that_makes_no_sense_is_explained_where_it_was_typed(page_as: PageAs) -> None:
    page = page_as("dee")
    join(page, somebody(), "Monthly")
    page.locator("#sold summary", has_text="Freeze").click()
    page.get_by_label("First frozen day").fill("2020-01-01")
    page.locator("#sold").get_by_role("button", name="Freeze").click()
    expect(page.locator("#sold .error")).to_contain_text("at the earliest")


def test_a_payment_and_its_receipt(page_as: PageAs, axe: Callable[[Page], None], shot: Callable[..., None]) -> None:
    page, name = page_as("dee"), somebody()
    join(page, name, "Monthly")
    page.get_by_role("link", name="Payments").click()
    expect(page.get_by_label("Amount").first).to_have_value("64.00")
    page.get_by_role("button", name="Take payment").click()
    expect(page.locator("#account")).to_contain_text("Nothing is owed.")
    axe(page)
    shot(page, "payments")
    page.get_by_role("link", name=re.compile("^Receipt")).first.click()
    expect(page.get_by_role("article")).to_contain_text("€64.00")
    axe(page)


def test_cards_are_given_replaced_and_blocked(page_as: PageAs, axe: Callable[[Page], None]) -> None:
    page, code = page_as("dee"), f"C{next(_numbers)}-{datetime.now(UTC).timestamp():.0f}"
    join(page, somebody())
    page.get_by_role("link", name="Devices").click()
    page.get_by_label("New card").fill(code)
    page.get_by_role("button", name="Give card").click()
    expect(page.locator("#cards .list").first).to_contain_text(code)
    axe(page)
    page.get_by_role("button", name="Block").click()
    expect(page.locator("#cards")).to_contain_text("Blocked")
    page.get_by_role("button", name="Use again").click()
    page.get_by_label("New card").fill(code + "-2")
    page.get_by_label("How").select_option(index=1)
    page.get_by_role("button", name="Give card").click()
    expect(page.locator("#cards .list").first.get_by_text("Lost", exact=True).first).to_be_visible()
    other = page_as("dee")
    join(other, somebody())
    other.get_by_role("link", name="Devices").click()
    other.get_by_label("New card").fill(code)
    other.get_by_role("button", name="Give card").click()
    expect(other.locator("#f-code-error")).to_contain_text("belongs to somebody else")


def test_a_waiver_is_signed_by_hand(page_as: PageAs, axe: Callable[[Page], None]) -> None:
    page = page_as("dee")
    join(page, somebody())
    page.get_by_role("link", name="Waiver").click()
    axe(page)
    canvas = page.locator("sign-pad canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + step * 20, box["y"] + 40 + (step % 3) * 20)
    page.mouse.up()
    assert page.locator("sign-pad input").input_value().startswith("data:image/png")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Signed.")
    page.get_by_role("link", name="Waiver").first.click()
    expect(page.locator("img.signature")).to_be_visible()


def test_a_photo_is_uploaded_and_shown(page_as: PageAs) -> None:
    page = page_as("dee")
    join(page, somebody())
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    page.get_by_label("Choose a photo").set_input_files({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()})
    page.get_by_role("button", name="Save photo").click()
    image = page.locator(".record-head img")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


def test_a_photo_is_taken_with_the_webcam(server: Server, chromium: Browser, tmp_path: Path) -> None:
    with seeing(chromium, server, film(tmp_path / "face.y4m", "a face"), "dee") as page:
        join(page, somebody())
        page.get_by_role("button", name="Use the camera").click()
        page.get_by_role("button", name="Take the photo").click()
        image = page.locator(".record-head img")
        expect(image).to_be_visible()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth === image.naturalHeight)")


def test_a_household_is_founded_and_grows(page_as: PageAs, server: Server, axe: Callable[[Page], None]) -> None:
    page, child = page_as("dee"), somebody()
    join(page, child)
    number = re.search(r"No\. (\d+)", page.locator(".record-head").inner_text())
    assert number
    join(page, somebody())
    page.get_by_role("link", name="Household").first.click()
    page.get_by_label("Name of the household").fill("Petrić")
    page.get_by_role("button", name="Start household").click()
    page.get_by_label("Member's number").fill(number[1])
    page.get_by_role("button", name="Add to the household").click()
    expect(page.locator("#household .list")).to_contain_text(child)
    axe(page)


def test_notes_show_what_was_typed_and_nothing_runs(page_as: PageAs) -> None:
    page = page_as("dee")
    join(page, somebody())
    page.get_by_role("link", name="Notes").click()
    page.get_by_label("New note").fill("<script>alert(1)</script> likes the window seat")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator("#notes .list")).to_contain_text("<script>alert(1)</script> likes the window seat")
    expect(page.get_by_label("New note")).to_have_value("")


def test_all_of_it_without_javascript(page_as: PageAs) -> None:
    page, name = page_as("dee", js=False), somebody()
    page.goto("/members/new")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.locator("#sell-type").select_option(index=1)
    page.locator("#sell-method").select_option("later")
    page.locator("#sell").get_by_role("button", name="Sell").click()
    expect(page.locator("#sold .sold")).to_have_count(1)
    page.get_by_role("link", name="Payments").click()
    page.get_by_role("button", name="Take payment").click()
    expect(page.locator("#account")).to_contain_text("Nothing is owed.")
    page.get_by_role("link", name="Waiver").click()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.goto(f"/members?q={name.split()[1]}")
    expect(page.locator("#members")).to_contain_text(name)


def test_two_desks_sell_to_one_member_and_the_second_is_told(page_as: PageAs) -> None:
    first, second = page_as("dee"), page_as("dee")
    address = join(first, somebody())
    second.goto(address)
    for page in (first, second):
        page.locator("#sell-type").select_option(
            label=next(o for o in page.locator("#sell-type option").all_inner_texts() if o.startswith("Monthly"))
        )
    first.locator("#sell").get_by_role("button", name="Sell").click()
    expect(first.locator("#sold .sold")).to_have_count(1)
    second.locator("#sell").get_by_role("button", name="Sell").click()
    expect(second.locator("#sold")).to_contain_text("There is a membership of this kind until")


def test_the_drawer_is_opened_used_and_counted(page_as: PageAs, server: Server, axe: Callable[[Page], None]) -> None:
    server.ask(
        lambda db: db.run("update shift set closed_at = now(), counted_cash = 0, expected_cash = 0 where closed_at is null")
    )
    page = page_as("max")
    page.goto("/till")
    axe(page)
    page.get_by_label("Cash in the drawer now").fill("50")
    page.get_by_role("button", name="Open the drawer").click()
    expect(page.locator("#drawer")).to_contain_text("€50.00")
    page.get_by_label("Cash counted").fill("49,50")
    page.get_by_role("button", name="Close the drawer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cash-up")
    expect(page.locator("main")).to_contain_text("0.50")


def test_a_type_is_put_on_sale_and_withdrawn(page_as: PageAs, axe: Callable[[Page], None]) -> None:
    page, name = page_as("ana"), f"Evenings {next(_numbers)}"
    page.goto("/membership-types/new")
    axe(page)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Price").fill("29,90")
    page.get_by_role("group", name="Hours 1").get_by_text("Mo", exact=True).click()
    page.get_by_role("group", name="Hours 1").get_by_label("From").fill("17:00")
    page.get_by_role("button", name="More hours").click()
    weekend = page.get_by_role("group", name="Hours 2")
    weekend.get_by_text("Sa", exact=True).click()
    page.get_by_role("button", name="More hours").click()
    page.get_by_role("button", name="Remove hours 3").click()
    expect(page.get_by_role("group", name=re.compile("^Hours [0-9]"))).to_have_count(2)
    expect(page.get_by_role("group", name="Hours 1").get_by_label("From")).to_have_value("17:00")
    axe(page)
    page.get_by_role("button", name="Save").click()
    row = page.locator("#types tr", has_text=name)
    expect(row).to_contain_text("€29.90")
    row.get_by_role("button", name="Withdraw").click()
    expect(page.locator("#types tr", has_text=name)).to_contain_text("Withdrawn")
    axe(page)


def fresh_month(server: Server, key: str) -> None:
    """One of the cast with a month that began today and nothing else."""

    async def sell(db: Db) -> None:
        member = demo.member_id(key)
        await db.run("update membership set cancelled_on = starts_on where member_id = $1", member)
        await db.run(
            """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on, price,
                      currency, sold_at)
               select uuidv7(), $1, t.id, m.home_gym_id, 'membership', t.name, current_date, current_date + 29, current_date, current_date + 29,
                      t.price, 'EUR', now() from membership_type t, member m where t.id = $2 and m.id = $1""",
            member,
            demo.type_id("month"),
        )

    server.ask(sell)


def test_mo_reads_what_a_freeze_costs_before_confirming_on_a_phone(
    page_as: PageAs, server: Server, axe: Callable[[Page], None], shot: Callable[..., None]
) -> None:
    fresh_month(server, "mo")
    page = page_as("mo", width=PHONE)
    page.goto("/me/membership")
    axe(page)
    shot(page, "my-membership")
    page.get_by_role("link", name="Freeze").click()
    page.get_by_role("button", name="Show what it costs").click()
    expect(page.locator("#freeze")).to_contain_text("Last day then")
    axe(page)
    page.get_by_role("button", name="Freeze these days").click()
    expect(page.locator("main")).to_contain_text("Frozen until")
    page.get_by_role("button", name="I am back").click()
    expect(page.locator("main")).to_contain_text("that day included")


def test_pat_cancels_and_stays_after_all_in_spanish_by_night(
    page_as: PageAs, server: Server, axe: Callable[[Page], None]
) -> None:
    fresh_month(server, "pat")
    page = page_as("pat", width=PHONE, theme="dark", language="es")
    server.ask(lambda db: db.run("update person set locale = 'es' where id = $1", PEOPLE["pat"].id))
    page.goto("/me/membership")
    page.get_by_role("link", name="Cancelar").click()
    expect(page.locator("#cancel")).to_contain_text("Días pagados que vuelven")
    axe(page)
    page.get_by_role("button", name="Cancelar la cuota").click()
    expect(page.locator("main")).to_contain_text("Puedes venir hasta")
    page.get_by_role("button", name="Anular la cancelación").click()
    expect(page.locator("main")).to_contain_text("ese día incluido")
    server.ask(lambda db: db.run("update person set locale = null where id = $1", PEOPLE["pat"].id))


def test_mo_renews_on_a_phone_without_javascript(page_as: PageAs, server: Server) -> None:
    fresh_month(server, "mo")
    page = page_as("mo", width=PHONE, js=False)
    page.goto("/me/membership")
    page.get_by_role("link", name="Renew").click()
    page.get_by_role("button", name="Renew with this").first.click()
    expect(page.locator("main")).to_contain_text("Not started")


def test_owners_see_who_owes_on_a_phone_too(page_as: PageAs, axe: Callable[[Page], None]) -> None:
    page = page_as("ana", width=PHONE)
    page.goto("/money")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
