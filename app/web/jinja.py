"""Jinja, made quick for pages that are all HTML: calls are plain calls, words are settled per language, and stretches that
stay the same for somebody are drawn once (`{% keep … %}`).

None of ours asks for Jinja's context, there is one autoescape (on) and no sandbox: what Jinja does to allow for them costs
more than drawing.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

import markupsafe
from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.environment import TemplateModule
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from app.db import new_id

MOST_KEPT, MOST_TEXT = 4_000, 12_000_000  # stretches, and characters of all of them, in one language
FRESH = new_id()
FRESH_TEXT = str(FRESH)

# The C function inside markupsafe's own: text in, escaped text out, without an object around it that is joined away at once.
escaped: Callable[[str], str] = getattr(markupsafe, "_escape_inner", markupsafe.escape)


def plain(value: Any) -> str:
    """What `{{ value }}` writes."""
    kind = type(value)
    if kind is str:
        return escaped(value)
    if kind is Markup:
        return value
    if kind is int or kind is UUID or kind in KEPT:
        return str(value)
    return markupsafe.escape(value)


def put(text: str, **values: Any) -> Markup:
    """A sentence of ours with something put into it, which is escaped."""
    return marked(str.__mod__(text, {name: value if type(value) is int else plain(value) for name, value in values.items()}))


class Direct(CodeGenerator):
    """Functions and macros are called as what they are, and text is escaped by the shortest way."""

    def write_commons(self) -> None:
        super().write_commons()
        for name in ("plain", "piece", "Macro"):
            self.writeline(f"{name} = environment.{name}")

    def visit_Output(self, node: nodes.Output, frame: Any) -> None:  # noqa: N802
        """What stands between two tags leaves as one piece: each piece goes up through every layer of a page."""
        if frame.buffer is not None or frame.require_output_check or len(node.nodes) == 1:
            super().visit_Output(node, frame)
            return
        inner = frame.copy()
        inner.buffer = "piece"
        self.writeline("yield (", node)
        super().visit_Output(node, inner)
        self.writeline(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Any) -> None:  # noqa: N802
        """An attribute is asked for at once; only what has none is looked up the long way, as a key or as nothing."""
        self.write("(_said if (_said := getattr(_of := ")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, missing)) is not missing else environment.getattr(_of, {node.attr!r}))")

    def visit_Call(self, node: nodes.Call, frame: Any, forward_caller: bool = False) -> None:  # noqa: N802
        if node.dyn_args or node.dyn_kwargs or not all(each.key.isidentifier() for each in node.kwargs):
            super().visit_Call(node, frame, forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def visit_CondExpr(self, node: nodes.CondExpr, frame: Any) -> None:  # noqa: N802
        """`x if y` without an else is nothing, not an object that stands for nothing."""
        if node.expr2 is None:
            node.expr2 = nodes.Const("")
        super().visit_CondExpr(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        elif isinstance(node, nodes.InternalName) and frame.buffer is None:
            self.write("(")  # a kept stretch goes out as it is
        else:
            self.write("plain(")


class Piece:
    """Stands where Jinja writes into a list, and puts together at once."""

    extend = staticmethod("".join)

    @staticmethod
    def append(text: str) -> str:
        return text


# What was put together from escaped parts, without a look at what kind it is.
marked: Callable[[str], Markup] = partial(str.__new__, Markup)


class Shortcut(Macro):
    """A macro called the way a function is: there is one way to escape, and what it returns is text already."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.catch_varargs or self.explicit_caller or len(args) > self._argument_count:
            return super().__call__(*args, **kwargs)
        given = [*args, *[kwargs.pop(name, missing) for name in self.arguments[len(args) :]]]
        if self.caller:
            caller = kwargs.pop("caller", None)
            given.append(self._environment.undefined("No caller defined", name="caller") if caller is None else caller)
        if self.catch_kwargs:
            given.append(kwargs)
        elif kwargs:
            raise TypeError(f"macro {self.name!r} takes no keyword argument {next(iter(kwargs))!r}")
        return marked(self._func(*given))


class Page(Template):
    """Macros of another file know the environment's globals and nothing of the page: one module serves all pages."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class Keep(Extension):
    """`{% keep actor, visit().path %} … {% endkeep %}`: drawn once per language and key. What stands inside may depend on the key and
    on what never changes. `fresh_id` stands for one id that is another one each time it is shown."""

    tags = {"keep"}  # noqa: RUF012

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """What was drawn already goes out as it is; only what is not there yet becomes a function that draws it."""
        line = next(parser.stream).lineno
        key = parser.parse_tuple()
        body = parser.parse_statements(("name:endkeep",), drop_needle=True)
        asked: list[nodes.Expr] = [nodes.Const(f"{parser.name}:{line}"), key]
        there = parser.free_identifier(line)
        draw = nodes.CallBlock(self.call_method("drawn", asked), [], [], body)
        found: list[nodes.Node] = [
            nodes.Assign(there, self.call_method("found", asked)),
            nodes.If(there, [nodes.Output([there])], [], [draw]),
        ]
        return [each.set_lineno(line) for each in found]

    def found(self, where: str, key: Any) -> "Drawn | Again | None":
        kept: Kept | None = self.environment.kept.get((where, key))
        return None if kept is None else kept.drawn or Again(str(new_id()).encode().join(kept.data))

    def drawn(self, where: str, key: Any, caller: Callable[[], str]) -> str:
        kept: dict[Any, Kept] = self.environment.kept
        text = str(caller())
        self.environment.kept_text += len(text)
        if len(kept) >= MOST_KEPT or self.environment.kept_text > MOST_TEXT:
            kept.clear()
            self.environment.kept_text = len(text)
        kept[where, key] = found = Kept(text)
        return found.drawn or text.replace(FRESH_TEXT, str(new_id()))


class Drawn(str):
    """Text that is already what goes over the wire: anything beyond ASCII takes longer to encode than to draw."""

    data: bytes


def drawn(text: str, data: bytes) -> Drawn:
    found = Drawn(text)
    found.data = data
    return found


class Kept:
    """A stretch, apart where an id of its own is to stand each time."""

    __slots__ = ("data", "drawn")

    def __init__(self, text: str) -> None:
        self.data = [each.encode() for each in text.split(FRESH_TEXT)]
        self.drawn = drawn(text, self.data[0]) if len(self.data) == 1 else None


class Again:
    """A stretch with another id this time. It becomes text only where somebody wants text: most go out as bytes."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __str__(self) -> str:
        return self.data.decode()


KEPT = frozenset({Drawn, Again})


def encoded(chunks: Iterable[Any]) -> bytes:
    """A page as bytes, chunk by chunk: one letter beyond ASCII would make all of it dear."""
    return b"".join([chunk.data if type(chunk) in KEPT else chunk.encode() for chunk in chunks])


class Settling(Environment):
    """A page asks for some two hundred words, icons and addresses that are always the same in a language: they become text
    when the template is compiled, which takes two thirds off its rendering."""

    code_generator_class = Direct
    template_class = Page
    plain = staticmethod(plain)
    piece = Piece()
    Macro = Shortcut

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kept: dict[Any, Kept] = {}
        self.kept_text = 0
        self.loaded: dict[str, Template] = {}
        self.add_extension(Keep)

    def get_template(self, name: str | Template, parent: str | None = None, globals: Any = None) -> Template:
        """A block names what it imports each time it is drawn."""
        if globals is not None or self.auto_reload or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        found = self.loaded.get(name)
        if found is None:
            found = self.loaded[name] = super().get_template(name, parent)
        return found

    def make_globals(self, more: Any) -> Any:
        """One plain dict for all templates: a chain of two costs as much as a page."""
        return {**self.globals, **more} if more else self.globals

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
        if not node.args:
            return node
        if node.kwargs and isinstance(node.node, nodes.Name):
            return self._sentence(node, work)
        if not all(isinstance(pair.value, nodes.Const) for pair in node.kwargs):
            return node
        try:
            value = work(*(arg.as_const() for arg in node.args), **{pair.key: pair.value.as_const() for pair in node.kwargs})
        except LookupError:
            return node  # a route or asset that is not there: it says so when it is reached
        return nodes.Const(value, lineno=node.lineno)

    def _sentence(self, node: nodes.Call, work: Callable[..., Any]) -> nodes.Node:
        """`_("Rest until %(time)s", time=…)`: the translation is looked up now, the values are put in later."""
        if node.node.name not in {"_", "gettext"} or len(node.args) != 1:  # type: ignore[attr-defined]
            return node
        said = str(self.environment.globals["sentence"](node.args[0].as_const()))  # type: ignore[operator]
        function = nodes.Name("put", "load", lineno=node.lineno)
        return nodes.Call(function, [nodes.Const(said, lineno=node.lineno)], node.kwargs, None, None, lineno=node.lineno)

    def _fixed(self, node: nodes.Node) -> Callable[..., Any] | None:
        if isinstance(node, nodes.Name) and node.name in self.FIXED:
            return self.environment.globals.get(node.name)  # type: ignore[return-value]
        is_icon = isinstance(node, nodes.Getattr) and node.attr == "icon" and isinstance(node.node, nodes.Name)
        if is_icon and node.node.name == "ui":  # type: ignore[attr-defined]
            return getattr(self.environment.globals.get("ui"), "icon", None)
        return None


def remembered(macro: Callable[..., Any], most: int = 2_000) -> Callable[..., Any]:
    """A macro that depends on nothing but its arguments, drawn once for each. Text that is escaped already is another argument."""
    return lru_cache(most, typed=True)(macro)
