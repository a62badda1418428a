"""Jinja, set up once: strict, autoescaped, with words, numbers and days in the reader's language."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_precision
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Context
from markupsafe import Markup

from app import clock
from app.db import new_id
from app.places import TEMPLATES
from app.visit import here
from app.web.assets import Assets
from app.words import BABEL, LOCALES, _, words


def spoken() -> str:
    return BABEL.get(here().locale, "en_GB")


def day(value: date | datetime, form: str = "medium") -> str:
    value = value.astimezone(here().zone).date() if isinstance(value, datetime) else value
    return format_date(value, form, locale=spoken())


def clock_time(value: datetime) -> str:
    return format_time(value.astimezone(here().zone), "short", locale=spoken())


def moment(value: datetime, form: str = "medium") -> str:
    return format_datetime(value.astimezone(here().zone), form, locale=spoken())


def ago(value: datetime | timedelta) -> str:
    gap = value if isinstance(value, timedelta) else value - (here().now or clock.now())
    return format_timedelta(gap, add_direction=True, locale=spoken())


def money(amount: int, currency: str | None = None) -> str:
    """Integer minor units, as this currency counts them."""
    currency = currency or here().currency
    places = get_currency_precision(currency)
    return format_currency(Decimal(amount).scaleb(-places), currency, locale=spoken())


def number(value: float | Decimal, digits: int | None = None) -> str:
    if digits is None:
        return format_decimal(value, locale=spoken(), decimal_quantization=False)
    rounded: Any = round(value, digits)
    return format_decimal(rounded, format="#,##0." + "0" * digits if digits else "#,##0", locale=spoken())


def said(value: object) -> Markup:
    """Something a person typed: not ours to translate."""
    return Markup('<span translate="no">{}</span>').format(value)


def iso(value: date | datetime) -> str:
    return value.isoformat()


class Templates:
    def __init__(self, assets: Assets, *, dev: bool = False) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=dev,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        )
        self.environment.install_gettext_callables(_plain, _plain_many, newstyle=True)  # type: ignore[attr-defined]
        self.environment.filters |= {
            "day": day,
            "clock": clock_time,
            "moment": moment,
            "ago": ago,
            "money": money,
            "number": number,
            "said": said,
            "iso": iso,
        }
        self.environment.globals |= {
            "asset": assets.url,
            "css": lambda name: stylesheet(assets, name),
            "js": lambda name: module(assets, name),
            "csrf_token": lambda: here().csrf,
            "new_id": new_id,
            "visit": here,
            "languages": LOCALES,
            "timedelta": timedelta,
        }
        self.dev = dev
        self._ui: SimpleNamespace | None = None

    def add(self, **more: Any) -> None:
        self.environment.globals |= more

    def load_ui(self) -> None:
        """All macros of templates/ui as one `ui`."""
        macros: dict[str, Any] = {}
        for path in sorted((TEMPLATES / "ui").glob("*.html")):
            module_ = self.environment.get_template(f"ui/{path.name}").module
            macros |= {name: value for name, value in vars(module_).items() if not name.startswith("_")}
        self.environment.globals["ui"] = SimpleNamespace(**macros)

    def get(self, name: str) -> Template:
        if self.dev:
            self.load_ui()
        return self.environment.get_template(name)

    def whole(self, name: str, values: dict[str, Any]) -> str:
        return self.get(name).render(values)

    def regions(self, name: str, regions: tuple[str, ...], values: dict[str, Any]) -> str:
        """Each region of the page, addressed to the element of the same id. `set:018f…` is block `set`, element `set-018f…`."""
        template = self.get(name)
        context: Context = template.new_context(values)
        return "".join(
            f'<hx-partial hx-target="#{region.replace(":", "-", 1)}" hx-swap="outerHTML">'
            f"{''.join(_block(template, region.partition(':')[0])(context))}</hx-partial>"
            for region in regions
        )


def _block(template: Template, region: str) -> Callable[[Context], Any]:
    try:
        return template.blocks[region]
    except KeyError:
        raise LookupError(f"{template.name} has no region {region!r}") from None


def _plain(message: str) -> str:
    return _(message)


def _plain_many(one: str, more: str, n: int) -> str:
    return words(here().locale).ngettext(one, more, n)


def stylesheet(assets: Assets, name: str) -> Markup:
    return Markup('<link rel="stylesheet" href="{}">').format(assets.url(f"css/{name}.css"))


def module(assets: Assets, name: str) -> Markup:
    return Markup('<script type="module" src="{}"></script>').format(assets.url(f"js/{name}.js"))
