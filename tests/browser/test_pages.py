"""Every page of the router, as each role that may see it: by day and by night, on a phone and at a desk.

Addresses are found, not listed: those without parameters from the router, the others by following links. A new page is visited on
the day it lands.
"""

import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import APIResponse, BrowserContext, Page

from app.main import create_app, handlers
from app.settings import Settings
from tests.browser.checker import AXE, COLOURS, violations
from tests.browser.conftest import DESK, HEIGHTS, PHONE, PageAs, Server

NOT_PAGES = ("/assets/", "/api/", "/health", "/metrics", "/refused/", "/sw.js")
UUIDS = re.compile(r"\{[^}]+:uuid\}")
PARAMETER = re.compile(r"\{[^}]+\}")
HREF = re.compile(r"""\shref=["']([^"'#]+)""")
MOST, TRIES = 600, 3  # requests at most while looking for addresses, and pages of one kind whose links are followed


@pytest.fixture(scope="session")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, re.Pattern[str]]:
    """Every path that answers a GET with a page."""
    front = create_app(Settings(data=tmp_path_factory.mktemp("routes"), secret=b"x" * 32, demo=True))
    found = {}
    for handler in handlers(front.app):
        returns = str(handler.fn.__annotations__.get("return", ""))
        streams = "Stream" in returns or "bytes" in returns
        if "GET" in handler.http_methods and not streams:
            for path in paths_of(front.app, handler):
                if not path.startswith(NOT_PAGES):
                    found[path] = re.compile("^" + PARAMETER.sub("[^/]+", UUIDS.sub("[0-9a-f-]{36}", path)) + "$")
    return found


def paths_of(app: Any, handler: Any) -> list[str]:
    return [route.path for route in app.routes if handler in getattr(route, "route_handlers", [])]


def addresses(context: BrowserContext, patterns: dict[str, re.Pattern[str]], start: str) -> dict[str, str]:
    """One address for each pattern that this person can reach."""
    waiting = [start] + [path for path in patterns if "{" not in path]
    found: dict[str, str] = {}
    tried: Counter[str] = Counter()
    asked: set[str] = set()
    while waiting and len(asked) < MOST:
        url = waiting.pop(0)
        pattern = next((path for path, shape in patterns.items() if shape.match(urlsplit(url).path)), None)
        if pattern is None or url in asked or tried[pattern] == TRIES:
            continue
        asked.add(url)
        answer = context.request.get(url, max_redirects=0, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status < 500, f"{answer.status} at {url}"
        if is_page(answer):
            tried[pattern] += 1
            found.setdefault(pattern, url)
            waiting += [link for link in links(answer.text(), url) if link not in asked]
    return found


def is_page(answer: APIResponse) -> bool:
    return answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html")


def links(html: str, base: str) -> list[str]:
    """Addresses in the order of the page, each path once: a list's hundred members are one page."""
    paths: dict[str, str] = {}
    for href in HREF.findall(html):
        parts = urlsplit(urljoin(base, href.replace("&amp;", "&")))
        if not parts.netloc and parts.path.startswith("/"):
            paths.setdefault(parts.path, parts.path)
    return list(paths)


KEYS = ["ana", "dee", "cal", "mo", "kim", "fay", None]
SEEN: set[str] = set()
REACHED: dict[str | None, dict[str, str]] = {}


def reached(page_as: PageAs, patterns: dict[str, re.Pattern[str]], key: str | None) -> dict[str, str]:
    """Looked for once, whichever test asks first: one of them may be tried again alone."""
    if key not in REACHED:
        REACHED[key] = addresses(page_as(key).context, patterns, "/")
    return REACHED[key]


@pytest.mark.parametrize("key", KEYS)
def test_every_page_is_whole_and_within_reach(
    page_as: PageAs, patterns: dict[str, re.Pattern[str]], server: Server, key: str | None
) -> None:
    page = page_as(key)
    page.add_init_script(AXE)  # every page is looked at here: it need not be sent to each
    wrong: list[str] = []
    for pattern, url in reached(page_as, patterns, key).items():
        if pattern in SEEN:
            continue
        page.set_viewport_size({"width": DESK, "height": HEIGHTS[DESK]})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = page.goto(url)
        assert answer is not None
        if answer.status >= 400:
            wrong.append(f"{url}: {answer.status}")
        else:
            SEEN.add(pattern)
            wrong += [f"{url} {what}" for what in faults(page)]
    assert not wrong, f"{len(wrong)} things:\n" + "\n".join(wrong)


def faults(page: Page) -> list[str]:
    found = []
    headings = page.evaluate("document.querySelectorAll('h1').length")
    if headings != 1:
        found.append(f"has {headings} first headings")
    if not page.title().replace("· Spotter", "").strip():
        found.append("has no title")
    looks: tuple[tuple[int, str, list[str] | None], ...] = (
        (DESK, "light", None),
        (DESK, "dark", COLOURS),
        (PHONE, "dark", None),
        (PHONE, "light", [*COLOURS, "target-size"]),
    )
    for width, theme, rules in looks:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
        found += [f"at {width} px, {theme}: {what}" for what in violations(page, rules=rules)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"at {width} px is {wide} px wide: {page.evaluate(SPILL)}")
    return found


SPILL = """() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 4).map(e => e.tagName + '.' + e.className).join(' ')"""


def test_no_page_is_forgotten(page_as: PageAs, patterns: dict[str, re.Pattern[str]], server: Server) -> None:
    """What nobody of the cast could reach by links, each with its reason."""
    seen = {path for key in KEYS for path in reached(page_as, patterns, key)}
    unreached = {path for path in patterns if path not in seen and not any(re.search(reason, path) for reason in NEEDS_A_SECRET)}
    assert not unreached, "no page links to: " + ", ".join(sorted(unreached))


# Reached only with a token, a code or a file in hand.
NEEDS_A_SECRET = [
    r"/(reset|invitation|join|shared|s|p)/",
    r"\.(csv|json|svg|png|webp|ics)$",
    r"/(photo|export|download|qr|code)\b",
    r"^/(setup|locked|sign-in/second)$",
    r"^/$",
    r"^/(kiosk|wall)\b",
    r"^/desk/members/",
    r"/(found|picker|lines/[^/]+)$",
    r"/sheets/|/templates/|^/agents/",
    r"^/(confirm|welcome)$",
    r"/(import|files)/[^/]+$",
    # Only with something that the demo year does not hold: a movement of one's own, two records of one person,
    # a plan copied before its author went on, an import that was looked at; or the answer to a button.
    r"^/exercises/\{exercise_id:uuid\}/edit$",
    r"^/members/\{member_id:uuid\}/merge$",
    r"^/plans/\{plan_id:uuid\}/later$",
    r"^/progress/today$",
    r"^/workouts/\{workout_id:uuid\}/exercises/",
    # Pictures and codes by their key, a backup that has to be made first, people behind a number of this very day.
    r"^/(door|office|restoring)/\{key:str\}$",
    r"^/me/door/\{code:str\}$",
    r"^/owner/backups/\{backup:str\}/restore$",
    r"^/owner/insights/people/\{which:str\}$",
]
