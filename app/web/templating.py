"""Jinja, set up once: strict, autoescaped, with words, numbers and days in the reader's language."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import msgspec
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_precision
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Context
from markupsafe import Markup

from app import clock
from app.db import new_id
from app.places import TEMPLATES
from app.visit import here, speaking
from app.web import charts
from app.web.assets import Assets
from app.web.compiled import Compiled
from app.web.jinja import FRESH, Settling, encoded, plain, put, remembered
from app.words import BABEL, LOCALES, words


def spoken() -> str:
    return BABEL.get(here().locale, "en_GB")


# Babel takes a hundred microseconds for what a page says again and again: what it said is remembered.
one_date = lru_cache(4_000)(format_date)
one_decimal = lru_cache(4_000, typed=True)(format_decimal)
one_amount = lru_cache(4_000, typed=True)(format_currency)


def day(value: date | datetime, form: str = "medium") -> str:
    value = value.astimezone(here().zone).date() if isinstance(value, datetime) else value
    return one_date(value, form, locale=spoken())


def clock_time(value: datetime) -> str:
    # All languages of the house write 18:30; Babel takes thirty times as long to find out.
    there = value.astimezone(here().zone)
    return f"{there.hour:02}:{there.minute:02}"


def moment(value: datetime, form: str = "medium") -> str:
    return format_datetime(value.astimezone(here().zone), form, locale=spoken())


def ago(value: datetime | timedelta) -> str:
    gap = value if isinstance(value, timedelta) else value - (here().now or clock.now())
    return format_timedelta(gap, add_direction=True, locale=spoken())


def money(amount: int, currency: str | None = None) -> str:
    """Integer minor units, as this currency counts them."""
    currency = currency or here().currency
    places = get_currency_precision(currency)
    return one_amount(Decimal(amount).scaleb(-places), currency, locale=spoken())


@lru_cache
def grouping(locale: str) -> tuple[str, int]:
    """What stands between thousands, and the first number that has it."""
    return format_decimal(1_000_000, locale=locale)[1], 10_000 if format_decimal(1_000, locale=locale) == "1000" else 1_000


def number(value: float | Decimal, digits: int | None = None) -> str:
    if digits is None:
        if type(value) is int and value >= 0:  # the counters of a busy door are another number at every tap
            mark, least = grouping(spoken())
            return str(value) if value < least else f"{value:,}".replace(",", mark)
        if isinstance(value, Decimal):  # 2.50 and 2.5 are equal and not said alike
            return format_decimal(value, locale=spoken(), decimal_quantization=False)
        return one_decimal(value + 0, locale=spoken(), decimal_quantization=False)  # with + 0 there is no minus nought
    rounded: Any = round(value, digits)
    return one_decimal(rounded, format="#,##0." + "0" * digits if digits else "#,##0", locale=spoken())


def said(value: object) -> Markup:
    """Something a person typed: not ours to translate."""
    return Markup('<span translate="no">{}</span>').format(value)


def iso(value: date | datetime) -> str:
    return value.isoformat()


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "clock": clock_time,
    "moment": moment,
    "ago": ago,
    "money": money,
    "number": number,
    "said": said,
    "iso": iso,
}


class Templates:
    """One environment per language: what is constant in a language is settled when a template is compiled."""

    def __init__(self, assets: Assets, *, dev: bool = False, keeps: bool = False) -> None:
        self.assets, self.dev, self.keeps = assets, dev, keeps
        self.environments: dict[str, Environment] = {}
        self.macros_at = 0.0
        self.shared: dict[str, Any] = {
            "asset": assets.url,
            "css": lambda name: stylesheet(assets, name),
            "js": lambda name: module(assets, name),
            "csrf_token": lambda: here().csrf,
            "new_id": new_id,
            "fresh_id": FRESH,
            "visit": here,
            "languages": LOCALES,
            "timedelta": timedelta,
            "_": say,
            "put": put,
            "charts": charts,
            "number": number,
            "packed": msgspec.msgpack.encode,
            "sentence": sentence,
            "gettext": say,
            "ngettext": say_many,
        }

    def add(self, **more: Any) -> None:
        self.shared |= more

    def environment(self) -> Environment:
        """The reader's language."""
        locale = here().locale
        found = self.environments.get(locale)
        if found is None or (self.dev and self._macros_changed()):
            found = self.environments[locale] = self._open(locale)
        return found

    def _macros_changed(self) -> bool:
        """Pages are read again by themselves; macros stand in every language's globals."""
        newest = max(path.stat().st_mtime for path in (TEMPLATES / "ui").glob("*.html"))
        changed, self.macros_at = newest > self.macros_at, newest
        if changed:
            self.environments.clear()
        return changed

    def _open(self, locale: str) -> Environment:
        found = Settling(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=self.dev,
            cache_size=-1,
            bytecode_cache=Compiled(f"{locale}-{self.assets.version}{'-dev' if self.dev else ''}") if self.keeps else None,
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        )
        found.filters |= FILTERS
        found.globals |= self.shared
        self._load_ui(found)
        return found

    def _load_ui(self, environment: Environment) -> None:
        """All macros of templates/ui as one `ui`."""
        macros: dict[str, Any] = {}
        for path in sorted((TEMPLATES / "ui").glob("*.html")):
            module_ = environment.get_template(f"ui/{path.name}").module
            macros |= {name: value for name, value in vars(module_).items() if not name.startswith("_")}
        macros |= {"csrf": csrf_field, "id_field": id_field}
        macros |= {name: remembered(macros[name]) for name in ("icon", "avatar", "badge")}
        environment.globals["ui"] = SimpleNamespace(**macros)

    def get(self, name: str) -> Template:
        return self.environment().get_template(name)

    def warm(self, names: Iterable[str]) -> None:
        """Compiled now, in every language, rather than while somebody waits."""
        for locale in LOCALES:
            with speaking(locale):
                for name in names:
                    self.get(name)

    def whole(self, name: str, values: dict[str, Any]) -> bytes:
        template = self.get(name)
        return encoded(template.root_render_func(template.new_context(values)))

    def regions(self, name: str, regions: tuple[str, ...], values: dict[str, Any]) -> bytes:
        """Each region of the page, addressed to the element of the same id. `set:018f…` is block `set`, element `set-018f…`;
        what block `lines>arrivals` draws comes first in element `arrivals`."""
        template = self.get(name)
        context: Context = template.new_context(values)
        drawn = []
        for region in regions:
            block, opening = addressed(region)
            drawn += [opening, encoded(_block(template, block)(context)), b"</hx-partial>"]
        return b"".join(drawn)


@lru_cache(500)
def addressed(region: str) -> tuple[str, bytes]:
    """The block that draws it, and where it goes."""
    block, mark, target = region.partition(">")
    target, swap = (target, "afterbegin") if mark else (region.replace(":", "-", 1), "outerHTML")
    return block.partition(":")[0], f'<hx-partial hx-target="#{target}" hx-swap="{swap}">'.encode()


def _block(template: Template, region: str) -> Callable[[Context], Any]:
    try:
        return template.blocks[region]
    except KeyError:
        raise LookupError(f"{template.name} has no region {region!r}") from None


def csrf_field() -> Markup:
    """Every form has one, so it is not a macro; templates call `ui.csrf()`."""
    return Markup(f'<input type="hidden" name="csrf" value="{here().csrf}">')


def id_field(name: str = "id", value: object = None) -> Markup:
    return Markup(f'<input type="hidden" name="{name}" value="{plain(value or new_id())}">')


def sentence(message: str) -> str:
    return words(here().locale).gettext(message)


def say(message: str, /, **values: Any) -> Markup:
    """A sentence of ours is trusted; what is put into it is escaped."""
    text = sentence(message)
    return put(text, **values) if values or "%" in text else Markup(text)


def say_many(one: str, more: str, num: int, /, **values: Any) -> Markup:
    return put(words(here().locale).ngettext(one, more, num), num=num, **values)


def stylesheet(assets: Assets, name: str) -> Markup:
    return Markup('<link rel="stylesheet" href="{}">').format(assets.url(f"css/{name}.css"))


def module(assets: Assets, name: str) -> Markup:
    return Markup('<script type="module" src="{}"></script>').format(assets.url(f"js/{name}.js"))
