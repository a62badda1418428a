"""Chromium on the real app: a running server over a database of its own, with the cast and the year they lived.

    def test_dee_finds_mo(page_as, axe, shot):
        page = page_as("dee")                       # signed in, 1366 px; page_as("mo", width=360, theme="dark", language="es", js=False)
                                                    # page_as("mo", fresh=True): a browser that was never here; see lent.py
        page.goto("/desk")                          # addresses are the app's own
        axe(page)                                   # no accessibility violations
        shot(page, "desk")                          # docs/screens/desk.png when SCREENS=1, otherwise nothing

Every page is watched: an error in the console, something the content security policy blocked, a request that left the machine or an
answer of 5xx fails the test. `page_as(…, forgive=("text",))` lets a message through that holds the text.
SPOTTER_YEAR=0 leaves the year out: the cast alone, ready sooner.
"""

import asyncio
import fcntl
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from app import db as db_
from app import embedded
from app.db import Database
from app.demo import world as world_
from app.demo import year as year_
from tests.browser.checker import violations
from tests.browser.lent import Lent, Shelf
from tests.postgres import create_database
from tools.chromium import own

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "docs" / "screens"
PATIENCE = 20_000  # milliseconds; only a failure waits that long
expect.set_options(timeout=PATIENCE)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--renderer-process-limit=1",  # pages of one browser share a process, and with it what it has compiled
]
YEAR = "template_year"
PHONE, DESK = 360, 1366
HEIGHTS = {PHONE: 740, DESK: 768}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last of all: while Playwright runs, no other event loop can."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
    # The long walk through all pages begins first; the house of its own needs no year, which is lived meanwhile. Then file after file,
    # the small ones last, so that two workers end together.
    sizes = Counter(item.path.name for item in here)
    first = {"test_pages.py": -2, "test_restore.py": -1}
    here.sort(key=lambda item: (first.get(item.path.name, 0), -sizes[item.path.name], item.path.name))
    items[:] = [item for item in items if item not in set(here)] + here


@dataclass(frozen=True)
class Server:
    url: str
    dsn: str

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """`server.ask(lambda db: db.value("select …"))`: what the database says now."""

        async def run() -> Any:
            connection = await db_.connect(self.dsn)
            try:
                return await question(db_.Db(connection))
            finally:
                await connection.close()

        with ThreadPoolExecutor(1) as aside:
            return aside.submit(asyncio.run, run()).result()


@pytest.fixture(scope="session")
def server(
    cluster: embedded.Cluster, template: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Server]:
    """The app as `spotter up` starts it, over a club that has lived its year. Each worker has a server and a club of its own."""
    name = f"browser_gym_{worker_id}"
    create_database(cluster, name, template if os.environ.get("SPOTTER_YEAR") == "0" else year_template(cluster, template))
    with running(cluster.dsn(name), tmp_path_factory.mktemp("browser")) as url:
        yield Server(url, cluster.dsn(name))


def year_template(cluster: embedded.Cluster, template: str) -> str:
    """Lived once in a run, by the worker who comes first; the others copy it."""
    with (cluster.folder.parent / "year.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cluster.psql(f"select 1 from pg_database where datname = '{YEAR}'").stdout.strip():
            create_database(cluster, f"{YEAR}_draft", template)
            with ThreadPoolExecutor(1) as aside:
                aside.submit(asyncio.run, live_a_year(cluster.dsn(f"{YEAR}_draft"))).result()
            cluster.psql(f"alter database {YEAR}_draft rename to {YEAR}")
    return YEAR


async def live_a_year(dsn: str) -> None:
    pool = await db_.open_pool(dsn, size=2)
    await year_.live(Database(pool=pool, direct_dsn=dsn), now=datetime.now(UTC), say=lambda _what, _share: None)
    await pool.close()


class running:  # noqa: N801 - reads as a verb
    """A server process on a free port, for as long as the block lasts."""

    def __init__(self, dsn: str, data: Path, **more: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = data / "server.log"
        own = {
            name: value for name, value in os.environ.items() if not name.startswith(("SPOTTER_", "DATABASE_URL", "VALKEY_URL"))
        }
        self.environment = own | {
            "DATABASE_URL": dsn,
            "SPOTTER_DATA": str(data),
            "SPOTTER_HUB": "1",
            "SPOTTER_DEMO": "1",
            "SPOTTER_SECRET": "a secret of the tests, 32 bytes!",
            "SPOTTER_PORT": str(self.port),
            **more,
        }

    def __enter__(self) -> str:
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "app.main:create_app"]
        more = ["--host", "127.0.0.1", "--port", str(self.port), "--workers", "1", "--no-ws", "--workers-kill-timeout", "3"]
        with self.log.open("wb") as out:
            self.process = subprocess.Popen([*command, *more], cwd=ROOT, env=self.environment, stdout=out, stderr=out)
        for _ in range(600):
            if self.answers():
                return self.url
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.__exit__()
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-3000:]}")

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/sign-in", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium where there is one, otherwise the one that Playwright brought."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=own(), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What must not happen on any page."""

    home: str
    forgive: tuple[str, ...] = ()
    problems: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.note(f"uncaught: {error}"))
        page.on("request", lambda request: self.request(request.url))
        page.on("response", self.response)

    def console(self, message: ConsoleMessage) -> None:
        expected = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        if message.type in {"error", "warning"} and not expected:
            self.note(f"console: {message.text}")

    def request(self, url: str) -> None:
        if not url.startswith((self.home, "data:", "blob:", "about:", "chrome:")):
            self.note(f"a request left the machine: {url}")

    def response(self, answer: Response) -> None:
        if answer.status >= 500:
            self.note(f"{answer.status} at {answer.url}")

    def note(self, what: str) -> None:
        if not any(text in what for text in self.forgive):
            self.problems.append(what)


PageAs = Callable[..., Page]


@pytest.fixture(scope="session")
def shelf(server: Server, chromium: Browser) -> Shelf:
    return Shelf(chromium, server.url)


@pytest.fixture
def page_as(server: Server, shelf: Shelf) -> Iterator[PageAs]:
    """`page_as("mo", width=360)`: a page signed in as one of the cast; `page_as(None)` is a stranger's."""
    lent: list[tuple[Lent, Watch]] = []

    def opened(
        key: str | None,
        *,
        width: int = DESK,
        theme: str = "light",
        language: str = "en",
        js: bool = True,
        forgive: tuple[str, ...] = (),
        fresh: bool = False,
    ) -> Page:
        one, watch = shelf.lend(looks(width, theme, language, js), fresh=fresh), Watch(server.url, forgive)
        lent.append((one, watch))
        one.context.on("page", watch.on)
        if key is not None:
            come_in(one.context, key)
        page: Page = one.context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield opened
    for one, watch in lent:
        one.context.remove_listener("page", watch.on)
        shelf.take_back(one)
    problems = [problem for _, watch in lent for problem in watch.problems]
    assert not problems, "\n".join(problems)


def looks(width: int, theme: str, language: str, js: bool) -> dict[str, Any]:
    return {
        "viewport": {"width": width, "height": HEIGHTS.get(width, 768)},
        "color_scheme": "dark" if theme == "dark" else "light",
        "locale": language,
        "java_script_enabled": js,
        "has_touch": width < 600,
        "reduced_motion": "reduce",
    }


def come_in(context: Any, key: str) -> None:
    """By the button of the demo club, without drawing its page."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = context.request.post("/sign-in/as", form={"email": world_.PEOPLE[key].email}, headers=headers, max_redirects=0)
    assert answer.status == 303, f"{key} could not sign in: {answer.status} {answer.text()[:300]}"


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)`: no accessibility violations, of WCAG 2.2 AA and of good practice."""

    def clean(page: Page) -> None:
        found = violations(page)
        assert not found, f"{page.url}\n" + "\n".join(found)

    return clean


@pytest.fixture
def shot() -> Callable[..., None]:
    """`shot(page, "desk")` writes docs/screens/desk.png when SCREENS=1; `whole=True` takes the page, not the window."""

    def taken(page: Page, name: str, *, whole: bool = False) -> None:
        if os.environ.get("SCREENS") == "1":
            SCREENS.mkdir(parents=True, exist_ok=True)
            # To hide a caret, fields get a style of their own; what htmx then keeps of the field breaks the page's policy.
            page.screenshot(path=SCREENS / f"{name}.png", full_page=whole, caret="initial")

    return taken
