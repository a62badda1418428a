"""The help centre's articles: one small template each, in the reader's language, found by their words."""

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

from app.places import APP, TEMPLATES

FOLDER = TEMPLATES / "help"
ORDER = ("check-in", "photos", "supplements", "numbers", "plans", "files", "models", "belongings", "entry")
TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Article:
    slug: str
    title: str
    text: str
    template: str


@cache
def articles(locale: str) -> tuple[Article, ...]:
    """In English where somebody's language has none yet."""
    return tuple(article(locale, slug) for slug in ORDER)


def article(locale: str, slug: str) -> Article:
    path = FOLDER / locale / f"{slug}.html"
    path = path if path.exists() else FOLDER / "en" / f"{slug}.html"
    source = path.read_text("utf-8")
    title = TITLE.search(source)
    text = " ".join(unescape(TAGS.sub(" ", source)).split())
    return Article(slug, unescape(title[1]) if title else slug, text, path.relative_to(TEMPLATES).as_posix())


def find(locale: str, said: str) -> list[Article]:
    """Every word must stand somewhere; the title counts more than the text."""
    words = said.casefold().split()[:8]
    found = [one for one in articles(locale) if all(word in one.text.casefold() for word in words)]
    return sorted(found, key=lambda one: -sum(word in one.title.casefold() for word in words))


@dataclass(frozen=True, slots=True)
class Release:
    name: str
    changes: tuple[str, ...]


def releases(limit: int = 20) -> list[Release]:
    """What is new, as the changelog tells it."""
    path = next((path for path in (APP / "_bundled" / "CHANGELOG.md", APP.parent / "CHANGELOG.md") if path.exists()), None)
    return read_releases(path)[:limit] if path else []


def read_releases(path: Path) -> list[Release]:
    parts = re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return [Release(part.split("\n", 1)[0].strip(), tuple(re.findall(r"^[-*] (.+)$", part, re.MULTILINE))) for part in parts]
