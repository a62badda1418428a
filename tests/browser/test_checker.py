"""The checker itself: all pages may be clean only because it sees nothing."""

import pytest
from playwright.sync_api import Page

from tests.browser.checker import COLOURS, violations
from tests.browser.conftest import DESK, PHONE, PageAs

AT_NIGHT = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("@media (prefers-color-scheme: dark) { h1 { color: #1a1b22 } }");
  document.adoptedStyleSheets.push(sheet);
}"""


def named(found: list[str]) -> list[str]:
    return [one.split()[0] for one in found]


@pytest.fixture
def page(page_as: PageAs) -> Page:
    page = page_as(None)
    page.goto("/sign-in")
    return page


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_what_cannot_be_read_at_night_is_seen_at_night(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.evaluate(AT_NIGHT)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert named(violations(page, rules=COLOURS)) == named(violations(page)) == ["color-contrast"]


def test_a_field_that_lost_its_name_is_seen(page: Page) -> None:
    page.get_by_label("E-mail").evaluate("field => field.labels.forEach(label => label.remove())")
    assert "label" in named(violations(page))
    page.reload()
    assert violations(page) == []
