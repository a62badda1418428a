"""Jinja, set up once: strict, autoescaped, with words, numbers and days in the reader's language."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from types import FunctionType, SimpleNamespace
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_precision
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from app import clock
from app.db import new_id
from app.places import TEMPLATES
from app.visit import here
from app.web.assets import Assets
from app.words import BABEL, LOCALES, words


def spoken() -> str:
    return BABEL.get(here().locale, "en_GB")


def day(value: date | datetime, form: str = "medium") -> str:
    return written(value.astimezone(here().zone).date() if isinstance(value, datetime) else value, form, spoken())


@lru_cache(4096)  # a club looks at the same days and numbers all day long; Babel reads its pattern anew for each
def written(value: date, form: str, locale: str) -> str:
    return format_date(value, form, locale=locale)


def clock_time(value: datetime) -> str:
    # All languages of the house write 18:30; Babel takes thirty times as long to find out.
    return f"{value.astimezone(here().zone):%H:%M}"


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
        return counted(value, spoken())
    rounded: Any = round(value, digits)
    return format_decimal(rounded, format="#,##0." + "0" * digits if digits else "#,##0", locale=spoken())


@lru_cache(4096)
def counted(value: float | Decimal, locale: str) -> str:
    return format_decimal(value, locale=locale, decimal_quantization=False)


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

    def __init__(self, assets: Assets, *, dev: bool = False) -> None:
        self.assets, self.dev = assets, dev
        self.environments: dict[str, Environment] = {}
        self.macros_at = 0.0
        self.shared: dict[str, Any] = {
            "asset": assets.url,
            "css": lambda name: stylesheet(assets, name),
            "js": lambda name: module(assets, name),
            "csrf_token": lambda: here().csrf,
            "new_id": new_id,
            "visit": here,
            "languages": LOCALES,
            "timedelta": timedelta,
            "_": say,
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
        environment.globals["ui"] = SimpleNamespace(**macros)

    def get(self, name: str) -> Template:
        return self.environment().get_template(name)

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


class Lean(Context):
    """Macros and plain functions are called as they are: none of ours asks for Jinja's context, and finding that out
    costs more than most of them."""

    __slots__ = ()

    def call(self, work: Any, /, *args: Any, **values: Any) -> Any:
        if type(work) in PLAIN and not hasattr(work, "jinja_pass_arg"):
            values.pop("_block_vars", None)
            values.pop("_loop_vars", None)
            return work(*args, **values)
        return super().call(work, *args, **values)


PLAIN = (FunctionType, Macro, type(lru_cache(len)))


class Settling(Environment):
    """A page asks for some two hundred words, icons and addresses that are always the same in a language: they become text
    when the template is compiled, which takes two thirds off its rendering."""

    context_class = Lean

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        Settled(self).visit(tree)
        return tree


class Settled(NodeTransformer):
    FIXED = frozenset({"_", "gettext", "asset", "css", "js", "url", "has_route"})

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        work = self._fixed(node.node)
        if work is None or node.dyn_args or node.dyn_kwargs or not all(isinstance(arg, nodes.Const) for arg in node.args):
            return node
        if not node.args or not all(isinstance(pair.value, nodes.Const) for pair in node.kwargs):
            return node
        if node.kwargs and isinstance(node.node, nodes.Name):
            return node  # _("… %(name)s", name="…") is rare; addresses with parts are never constant
        try:
            value = work(*(arg.as_const() for arg in node.args), **{pair.key: pair.value.as_const() for pair in node.kwargs})
        except LookupError:
            return node  # a route or asset that is not there: it says so when it is reached
        return nodes.Const(value, lineno=node.lineno)

    def _fixed(self, node: nodes.Node) -> Callable[..., Any] | None:
        if isinstance(node, nodes.Name) and node.name in self.FIXED:
            return self.environment.globals.get(node.name)  # type: ignore[return-value]
        is_icon = isinstance(node, nodes.Getattr) and node.attr == "icon" and isinstance(node.node, nodes.Name)
        if is_icon and node.node.name == "ui":  # type: ignore[attr-defined]
            return getattr(self.environment.globals.get("ui"), "icon", None)
        return None


def _block(template: Template, region: str) -> Callable[[Context], Any]:
    try:
        return template.blocks[region]
    except KeyError:
        raise LookupError(f"{template.name} has no region {region!r}") from None


def say(message: str, /, **values: Any) -> Markup:
    """A sentence of ours is trusted; what is put into it is escaped."""
    text = Markup(words(here().locale).gettext(message))
    return text % values if values or "%" in text else text


def say_many(one: str, more: str, num: int, /, **values: Any) -> Markup:
    return Markup(words(here().locale).ngettext(one, more, num)) % {"num": num, **values}


def stylesheet(assets: Assets, name: str) -> Markup:
    return Markup('<link rel="stylesheet" href="{}">').format(assets.url(f"css/{name}.css"))


def module(assets: Assets, name: str) -> Markup:
    return Markup('<script type="module" src="{}"></script>').format(assets.url(f"js/{name}.js"))
