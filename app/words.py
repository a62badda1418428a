"""Every sentence a person reads, in their language. Keys are the English sentences.

One gettext catalogue per feature and language in app/locales; they are merged when first needed.
The pseudo language `xx` wraps each sentence in ⟦⟧, so that a test can see what was never translated.
"""

from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from app.visit import here

LOCALES = {"en": "English", "es": "Español", "sr": "Srpski"}
BABEL = {"en": "en_GB", "es": "es_ES", "sr": "sr_Latn_RS", "xx": "en_GB"}
FOLDER = Path(__file__).parent / "locales"


class Words(NullTranslations):
    def __init__(self, said: dict[str, str], many: dict[str, tuple[str, ...]], form: Any) -> None:
        super().__init__()
        self.said, self.many, self.form = said, many, form

    def gettext(self, message: str) -> str:
        return self.said.get(message, message)

    def ngettext(self, one: str, more: str, n: int) -> str:
        forms = self.many.get(one)
        return forms[self.form(n)] if forms else (one if n == 1 else more)


class Pseudo(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, one: str, more: str, n: int) -> str:
        return f"⟦{one if n == 1 else more}⟧"


@cache
def words(locale: str) -> NullTranslations:
    if locale == "xx":
        return Pseudo()
    said: dict[str, str] = {}
    many: dict[str, tuple[str, ...]] = {}
    for path in sorted((FOLDER / locale).glob("*.po")) if locale in LOCALES else []:
        with path.open("rb") as file:
            for message in read_po(file, locale=BABEL[locale]):
                if not message.id or not message.string:
                    continue
                if isinstance(message.id, tuple):
                    if all(message.string):
                        many[message.id[0]] = tuple(message.string)
                else:
                    said[str(message.id)] = str(message.string)
    return Words(said, many, FORMS.get(locale, _english))


def _english(n: int) -> int:
    return int(n != 1)


def _serbian(n: int) -> int:
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else 2


FORMS = {"en": _english, "es": _english, "sr": _serbian}


def _(message: str, /, **values: Any) -> str:
    said = words(here().locale).gettext(message)
    return said % values if values else said


def ngettext(one: str, more: str, n: int, /, **values: Any) -> str:
    return words(here().locale).ngettext(one, more, n) % {"num": n, **values}


def choose(accepted: str) -> str:
    """The first language of Accept-Language that we speak."""
    wanted = []
    for part in accepted.split(",")[:20]:
        tag, _q, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag.lower().split("-")[0]))
        except ValueError:
            continue
    spoken = [tag for _w, tag in sorted(wanted) if tag in LOCALES]
    return spoken[0] if spoken else "en"
