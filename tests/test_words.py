"""Every sentence a person reads exists in every language of the house."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from app.words import BABEL, LOCALES, words

ROOT = Path(__file__).parent.parent
OTHERS = [code for code in LOCALES if code != "en"]
NOT_FOR_PEOPLE = {"showcase.html"}
OPTIONS = {
    "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols,app.web.jinja.Keep",
    "newstyle_gettext": "true",
    "silent": "false",
}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
SPEAKS = re.compile(r"(?<!\w)(?:_|n?gettext|trans)\b")
Message = str | tuple[str, ...]


@cache
def spoken() -> dict[Message, str]:
    """Every sentence and one place that says it."""
    found: dict[Message, str] = {}
    for folder, kinds, method in ((ROOT / "templates", (".html", ".txt"), "jinja2"), (ROOT / "app", (".py",), "python")):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in kinds and path.name not in NOT_FOR_PEOPLE):
            if SPEAKS.search(path.read_text("utf-8")):
                for line, message, *_more in extract_from_file(method, path, KEYWORDS, options=OPTIONS):
                    if message:
                        said = message if isinstance(message, str) else tuple(message[:2])
                        found.setdefault(said, f"{path.relative_to(ROOT).as_posix()}:{line}")
    return found


@cache
def told(locale: str) -> dict[Message, tuple[str, ...]]:
    found: dict[Message, tuple[str, ...]] = {}
    for path in sorted((ROOT / "app" / "locales" / locale).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=BABEL[locale]):
                if message.id:
                    said = (message.string,) if isinstance(message.string, str) else tuple(message.string)
                    found[message.id if isinstance(message.id, str) else tuple(message.id)] = said
    return found


@pytest.mark.parametrize("locale", OTHERS)
def test_nothing_is_left_in_english(locale: str) -> None:
    missing = [f"{place}  {message!r}" for message, place in spoken().items() if not all(told(locale).get(message) or [""])]
    assert not missing, f"{len(missing)} without {LOCALES[locale]}:\n" + "\n".join(sorted(missing))


@pytest.mark.parametrize("locale", OTHERS)
def test_a_translation_names_the_same_things(locale: str) -> None:
    """A lost %(name)s is a lost name; an invented one is an error page."""
    wrong = [
        f"{message!r} → {said!r}"
        for message, all_said in told(locale).items()
        for said in all_said
        if not same_names(message, said)
    ]
    assert not wrong, "\n".join(wrong)


def same_names(message: Message, said: str) -> bool:
    texts = (message,) if isinstance(message, str) else message
    wanted = {name for text in texts for name in names(text)}
    return set(names(said)) <= wanted and (isinstance(message, tuple) or set(names(said)) == wanted)


def names(text: str) -> Iterator[str]:
    return (name for name in re.findall(r"%\((\w+)\)[sd]", text))


@pytest.mark.parametrize(
    ("n", "form"), [(1, 0), (2, 1), (4, 1), (5, 2), (11, 2), (12, 2), (21, 0), (22, 1), (25, 2), (100, 2), (111, 2)]
)
def test_serbian_counts_one_few_many(n: int, form: int) -> None:
    found = words("sr")
    assert found.form(n) == form  # type: ignore[attr-defined]
