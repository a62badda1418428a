"""A passkey made and used in a real browser, and a new version that waits to be asked in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from app.demo.world import PEOPLE

# Waiting is done in the page: Playwright's own would evaluate a string again and again, which the policy of content forbids.
CONTROLLED = """() => navigator.serviceWorker.controller !== null
  || new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", () => done(true)))"""


@contextmanager
def a_phone_with_a_fingerprint(page: Page) -> Iterator[Any]:
    """Chromium's own virtual authenticator: it keeps keys, and its owner always says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    yield lambda: devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    devtools.send("WebAuthn.disable")


@pytest.fixture
def pat_without_passkeys(server: Any) -> Iterator[None]:
    """Whatever becomes of the test: the next one comes in by a button, as before."""
    yield
    server.ask(lambda db: db.run("delete from passkey where person_id = $1", PEOPLE["pat"].id))


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill("spotter-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.mark.usefixtures("pat_without_passkeys")
def test_pat_adds_a_passkey_and_comes_in_with_it(page_as: Any, axe: Any, server: Any) -> None:
    page = page_as("pat", width=360, fresh=True)
    with a_phone_with_a_fingerprint(page) as held:
        page.goto("/me/second-factor")
        page.get_by_role("button", name="Use a passkey of this device").click()
        page.wait_for_url("**/me/safety*")
        assert len(held()) == 1
        page.context.clear_cookies()
        sign_in(page, "pat@demo.spotter")
        page.wait_for_url("**/sign-in/second*")
        expect(page.get_by_role("button", name="Use a passkey instead")).to_be_visible()
        axe(page)
        page.goto("/today")
        assert "/sign-in/second" in page.url, "the password alone opens nothing"
        page.get_by_role("button", name="Use a passkey instead").click()
        page.wait_for_url(lambda url: urlsplit(url).path == "/today")  # where it leads is in the address before it is there
        used = "select count(*) from passkey where person_id = $1 and used_at is not null"
        assert server.ask(lambda db: db.value(used, PEOPLE["pat"].id)) == 1


def test_a_new_version_waits_until_it_is_asked_in(page_as: Any) -> None:
    page = page_as("mo", width=360, fresh=True)
    page.goto("/today")
    page.evaluate("navigator.serviceWorker.ready.then((ready) => ready.active.state)")
    page.reload()
    page.evaluate(CONTROLLED)
    page.evaluate("document.body.dataset.mark = 'old'; navigator.serviceWorker.register('/sw.js?next')")
    expect(page.get_by_text("There is a new version of Spotter.")).to_be_visible()
    assert page.evaluate("document.body.dataset.mark") == "old", "nothing was taken from under somebody's hands"
    page.get_by_role("button", name="Reload").click()
    expect(page.locator("body:not([data-mark])")).to_be_attached()
    assert page.evaluate("navigator.serviceWorker.controller.scriptURL.endsWith('?next')")
