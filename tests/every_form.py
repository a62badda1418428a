"""Every form that is on any page of the house, filled in as a person would: what the tests of commits send."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

from app.web.front import Front
from tests.every_route import Route, Somebody, knock, routes

NEW = count(1)


@dataclass
class Filled:
    """One form: where it goes and what is in it. Who saw it may send it."""

    action: str
    who: str
    values: list[tuple[str, str]] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return urlencode([(name, value) for name, value in self.values if name != "csrf"]).encode()


class Page(HTMLParser):
    def __init__(self, at: str, who: str) -> None:
        super().__init__()
        self.at, self.who = at, who
        self.links: list[str] = []
        self.forms: list[Filled] = []
        self.form: Filled | None = None
        self.select: tuple[str, list[str], list[str]] | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        elif tag == "form":
            self.form = Filled(given.get("action") or self.at, self.who) if given.get("method", "get").lower() == "post" else None
        elif self.form is None or "disabled" in given:
            return
        elif tag == "select":
            self.select = (given.get("name", ""), [], [])
        elif tag == "option" and self.select:
            self.select[2 if "selected" in given else 1].append(given.get("value", ""))
        elif tag == "textarea":
            self.area = given.get("name", "")
            self.form.values.append((self.area, "A few words"))
        elif tag in {"input", "button"} and given.get("name"):
            self.fill(given, given.get("type", "submit" if tag == "button" else "text"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.select and self.form:
            name, offered, chosen = self.select
            value = next((one for one in [*chosen, *offered] if one), "")
            self.form.values.append((name, value))
            self.select = None
        elif tag == "form" and self.form:
            self.forms.append(self.form)
            self.form = None

    def fill(self, given: dict[str, str], kind: str) -> None:
        assert self.form is not None
        name, value = given["name"], given.get("value", "")
        if kind in {"checkbox", "radio"}:
            if "checked" in given or (kind == "radio" and name not in {one for one, _value in self.form.values}):
                self.form.values = [line for line in self.form.values if kind == "checkbox" or line[0] != name]
                self.form.values.append((name, value or "on"))
        elif kind in {"submit", "image", "reset", "file"}:
            if kind == "submit" and value:
                self.form.values.append((name, value))
        else:
            self.form.values.append((name, value or typed(name, kind, given)))


def typed(name: str, kind: str, given: dict[str, str]) -> str:
    by_kind = {
        "email": f"somebody.{next(NEW)}@example.org",
        "date": datetime.now(UTC).date().isoformat(),
        "time": "10:00",
        "number": given.get("min") or "1",
    }
    by_name = {
        "current": "spotter-demo", "secret": "spotter-demo", "pin": "2580", "code": "2580", "zone": "Europe/Belgrade",
        "password": "spotter-demo" if given.get("autocomplete") == "current-password" else "kettlebells at dawn",
    }  # fmt: skip
    if kind in by_kind:
        return by_kind[kind]
    if name in by_name:
        return by_name[name]
    return "1" if given.get("inputmode") in {"numeric", "decimal"} else "Something new"


async def forms(front: Front, who: dict[str, Somebody]) -> dict[str, Filled]:
    """By the name of the route that it goes to: the first form found, walking the house as each of them."""
    known = routes(front)
    found: dict[str, Filled] = {}
    for name, somebody in who.items():
        waiting = [route.path for route in known if route.method == "GET" and not route.holes]
        seen: set[str] = set()
        while waiting:
            path = waiting.pop(0)
            route = match(known, "GET", path)
            # One page of each kind is enough; a second one only repeats the forms.
            if route is None or route.path in seen or route.path.startswith("/api/"):
                continue
            seen.add(route.path)
            answer = await knock(front, "GET", path, somebody)
            if answer.status != 200 or not answer.header("content-type").startswith("text/html"):
                continue
            page = Page(urlsplit(path).path, name)
            page.feed(answer.body.decode("utf-8", "replace"))
            waiting += [link.split("#")[0] for link in page.links]
            for form in page.forms:
                target = match(known, "POST", form.action)
                if target is not None:
                    found.setdefault(target.name, form)
    return found


def match(known: list[Route], method: str, url: str) -> Route | None:
    path = urlsplit(url).path
    as_deep = [route for route in known if route.method == method and route.path.count("/") == path.count("/")]
    fitting = [route for route in as_deep if shape(route.path).fullmatch(path)]
    return min(fitting, key=lambda route: len(route.holes), default=None)


@cache
def shape(path: str) -> Any:
    return re.compile("/".join("[^/]+" if piece.startswith("{") else re.escape(piece) for piece in path.split("/")))
