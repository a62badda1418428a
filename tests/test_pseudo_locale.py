"""Pages in the language ⟦xx⟧: whatever is read without its brackets was never meant for translation, or somebody forgot."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import asyncpg
import pytest
from babel.dates import get_day_names, get_month_names

from app.db import Database, Db
from app.main import create_app, handlers
from app.settings import Settings
from app.web.front import Front
from app.words import LOCALES
from tests.conftest import Client, OneConnection, browser, sign_in_as

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NOT_READ = {"script", "style", "svg", "code", "kbd", "time", "output", "math", "datalist", "option"}
READ = ("aria-label", "placeholder", "title", "alt", "data-label")
NAMES = {
    name.lower().strip(".")
    for get in (get_day_names, get_month_names)
    for width in ("wide", "abbreviated")
    for name in get(width, locale="en_GB").values()
}
KNOWN = (
    NAMES
    | {name.lower() for name in LOCALES.values()}
    | {"spotter", "kcal", "sept", "utc", "eur", "api", "json", "csv", "html", "https", "http"}
)
WORD = re.compile(r"[^\W\d_]{3,}")
PARAMETER = re.compile(r"\{[^}]+\}")
SKIPPED = re.compile(r"^/(ui|assets|api|health|metrics|refused)\b|/sheets/|\.(csv|json|png|svg|webp)$")


class Reader(HTMLParser):
    """What a person reads of a page, apart from what people typed (`translate="no"`)."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []
        self.links: list[str] = []

    @property
    def quiet(self) -> bool:
        return any(hushed for _tag, hushed in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        hushed = tag in NOT_READ or given.get("translate") == "no"
        if not hushed and not self.quiet:
            self.texts += [given[name] or "" for name in READ if name in given]
        if tag not in VOID:
            self.open.append((tag, hushed))

    def handle_endtag(self, tag: str) -> None:
        while self.open and any(name == tag for name, _hushed in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self.quiet:
            self.texts.append(data)


def bare(text: str) -> list[str]:
    """The words outside of all brackets."""
    while "⟦" in text:
        less = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
        if less == text:
            break
        text = less
    if re.search(r"\d+x\d+", text):  # a workout written as a lifter writes it has no language
        return []
    text = re.sub(r"https?://\S+", " ", text)
    return [word for word in WORD.findall(text) if word.lower() not in KNOWN]


@pytest.fixture(scope="module")
def dev(settings: Settings) -> Front:
    """The app in dev, where the pseudo language is spoken."""
    return create_app(replace(settings, dev=True), Database(pool=object(), within=True))


@pytest.fixture
def strange(dev: Front, connection: asyncpg.Connection) -> Client:
    front = dev
    front.database.pool = OneConnection(connection)
    http = browser(front)
    http.cookies.set("language", "xx")
    client = Client(http)
    client.front = front  # type: ignore[attr-defined]
    return client


async def walk(client: Client) -> dict[str, Reader]:
    ours = {str(handler) for handler in handlers(client.front.app)}  # type: ignore[attr-defined]
    patterns = {
        route.path: re.compile("^" + PARAMETER.sub("[^/]+", route.path) + "$")
        for route in client.front.app.routes  # type: ignore[attr-defined]
        if any(
            "GET" in handler.http_methods and "Stream" not in str(handler.fn.__annotations__.get("return"))
            for handler in getattr(route, "route_handlers", [])
            if str(handler) in ours
        )
    }
    waiting, found = [path for path in patterns if "{" not in path], dict[str, Reader]()
    while waiting:
        url = waiting.pop(0)
        path = urlsplit(url).path
        pattern = next((name for name, shape in patterns.items() if shape.match(path)), None)
        if pattern is None or pattern in found or SKIPPED.search(path):
            continue
        answer = await client.get(url)
        assert answer.status_code < 500, url
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            found[pattern] = Reader()
            found[pattern].feed(answer.text)
            waiting += [urljoin(url, link) for link in found[pattern].links if link.startswith("/")]
    return found


@pytest.mark.parametrize("key", ["ana", "dee", "cal", "mo", None])
async def test_every_word_can_be_translated(strange: Client, db: Db, key: str | None) -> None:
    client = strange
    if key is not None:
        client = await sign_in_as(db, strange.front, strange.http, key)  # type: ignore[attr-defined]
        client.front = strange.front  # type: ignore[attr-defined]
    pages = await walk(client)
    assert pages
    wrong = {url: words for url, page in pages.items() if (words := [text.strip() for text in page.texts if bare(text)])}
    assert not wrong, "\n".join(f"{url}: {words[:12]}" for url, words in wrong.items())


def test_the_reader_sees_what_was_forgotten() -> None:
    page = Reader()
    page.feed('<p>⟦Hello ⟦you⟧⟧ there</p><b translate="no">Mo</b><svg><title>no</title></svg><input placeholder="Name">21 Nov')
    assert [bare(text) for text in page.texts if bare(text)] == [["there"], ["Name"]]
