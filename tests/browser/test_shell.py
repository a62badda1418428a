"""The shell of every page: sign-in, errors, the theme, toasts, keys, and what happens without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, PageAs, Server

Axe = Callable[[Page], None]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_stranger_is_asked_to_sign_in(page_as: PageAs, axe: Axe, shot: Callable[..., None], width: int, theme: str) -> None:
    page = page_as(None, width=width, theme=theme)
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    axe(page)
    shot(page, f"sign-in-{width}-{theme}")


def test_a_wrong_password_keeps_the_address_and_says_so_at_the_field(page_as: PageAs, axe: Axe) -> None:
    page = page_as(None)
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("mo@demo.spotter")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").first.click()
    password = page.get_by_label("Password")
    expect(password).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("E-mail")).to_have_value("mo@demo.spotter")
    axe(page)


def test_without_javascript_the_same_form_signs_in(page_as: PageAs) -> None:
    page = page_as(None, js=False)
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("mo@demo.spotter")
    page.get_by_label("Password").fill("spotter-demo")
    page.get_by_role("button", name="Sign in").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def test_an_address_that_is_not_there_says_what_to_do(page_as: PageAs, axe: Axe) -> None:
    page = page_as(None, width=PHONE)
    answer = page.goto("/no/such/page")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("link", name="Start page")).to_be_visible()
    axe(page)


def test_when_the_server_is_silent_the_form_says_so(page_as: PageAs) -> None:
    page = page_as(None, forgive=("ERR_INTERNET_DISCONNECTED", "htmx:error", "Failed to fetch"), fresh=True)
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("mo@demo.spotter")
    page.get_by_label("Password").fill("spotter-demo")
    page.context.set_offline(True)
    page.get_by_role("button", name="Sign in").first.click()
    expect(page.locator(".toast")).to_contain_text("No answer")
    expect(page.get_by_label("E-mail")).to_have_value("mo@demo.spotter")


@pytest.mark.parametrize(("who", "path"), [(None, "/sign-in"), ("mo", "/today")])
def test_the_first_visit_on_a_phone_is_light(page_as: PageAs, who: str | None, path: str) -> None:
    page = page_as(who, width=PHONE, fresh=True)
    sizes: list[int] = []
    page.on(
        "requestfinished",
        lambda request: sizes.append(sum(request.sizes()[part] for part in ("responseBodySize", "responseHeadersSize"))),
    )
    page.goto(path, wait_until="networkidle")
    first = [size for size in sizes if size]
    assert sum(first) <= 90_000, f"{path} is {sum(first)} bytes in {len(first)} answers"
    assert len(first) <= (14 if who is None else 24)


def test_away_from_the_gym_the_installed_app_says_so(page_as: PageAs, server: Server) -> None:
    page = page_as(None, width=PHONE, forgive=("ERR_INTERNET_DISCONNECTED", "Failed to fetch"), fresh=True)
    page.goto("/sign-in")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/sign-in")
    expect(page.get_by_role("heading", name="The gym's server does not answer")).to_be_visible()
