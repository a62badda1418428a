"""Forms: a Struct says what is wanted, what was typed is never lost.

class Freeze(msgspec.Struct):
    id: UUID
    until: date
    reason: Annotated[str, Meta(min_length=1, max_length=200)]

form = await read_form(request, Freeze)
if form.value is None: …            # form.typed and form.errors draw the same form again
"""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin
from urllib.parse import unquote

import msgspec
from litestar.datastructures import UploadFile

from app.web.request import Request
from app.words import _

S = TypeVar("S", bound=msgspec.Struct)

URL_ENCODED = b"application/x-www-form-urlencoded"
YES = {"on", "true", "1", "yes"}
LONGEST = 100_000
MOST_FIELDS = 2_000


@dataclass(slots=True)
class Form(Generic[S]):
    value: S | None
    typed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, sentence: str) -> "Form[S]":
        """The form again, with one more thing to say about it."""
        return Form(None, self.typed, {**self.errors, name: sentence})


async def read_form(request: Request, shape: type[S]) -> Form[S]:
    """The posted form as the Struct, or what was typed with a sentence per field."""
    if request.visit.headers.get(b"content-type", b"").startswith(URL_ENCODED):
        return read(shape, fields_in((await request.body()).decode("latin-1")))
    data = await request.form()
    return read(shape, {name: data.getall(name) for name in data})


def fields_in(body: str) -> dict[str, list[str]]:
    """`name=value&name=value`, as `urllib.parse.parse_qs` reads it; most of what a form sends has nothing to unquote."""
    found: dict[str, list[str]] = {}
    for pair in body.split("&"):
        if pair:
            name, _mark, text = pair.partition("=")
            found.setdefault(unquoted(name), []).append(unquoted(text))
    return found


def unquoted(text: str) -> str:
    return unquote(text.replace("+", " ")) if "%" in text or "+" in text else text


def read_query(request: Request, shape: type[S]) -> Form[S]:
    """The same for a GET's query string: filters, search, paging."""
    params = request.query_params
    return read(shape, {name: params.getall(name) for name in params})


def read(shape: type[S], given: Mapping[str, list[Any]]) -> Form[S]:
    typed: dict[str, Any] = {}
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, wanted, has_default in fields_of(shape):
        if name not in given and wanted.may_be_left_out and has_default:
            typed[name] = ""
            continue
        texts = [clean(item) for item in given.get(name, [])][:MOST_FIELDS]
        typed[name] = texts if wanted.is_list else (texts[0] if texts else "")
        try:
            value = wanted.read(texts)
        except ValueError as error:
            errors[name] = str(error)
            continue
        if value is MISSING:
            if not has_default and not wanted.is_optional:
                errors[name] = _("Please fill this in.")
            elif wanted.is_optional and not has_default:
                values[name] = None
        else:
            values[name] = value
    return check(shape, values, typed, errors)


def check(shape: type[S], values: dict[str, Any], typed: dict[str, Any], errors: dict[str, str]) -> Form[S]:
    """Limits written on the Struct. Most forms fit at once; else one field at a time, so that every field gets its sentence."""
    if not errors:
        try:
            return Form(at_once(shape, values), typed, {})
        except (msgspec.ValidationError, ValueError, TypeError):
            pass
    for name, wanted, _has_default in fields_of(shape):
        if name in values:
            try:
                values[name] = wanted.limited(values[name])
            except msgspec.ValidationError as error:
                errors.setdefault(name, sentence(str(error)))
    if errors:
        return Form(None, typed, errors)
    try:
        return Form(shape(**values), typed, {})
    except (ValueError, TypeError) as error:  # a Struct's own __post_init__
        return Form(None, typed, {"": str(error)})


def at_once(shape: type[S], values: dict[str, Any]) -> S:
    """All limits in one go. msgspec takes none on decimals: floats stand in for them."""
    decimals = decimals_of(shape)
    if not decimals:
        return msgspec.convert(values, shape, strict=False)
    near = values | {name: as_float(values[name]) for name in decimals if name in values}
    fitting: Any = msgspec.convert(near, nearly(shape), strict=False)
    return shape(**{name: values[name] if name in decimals else getattr(fitting, name) for name in values})


def as_float(value: Any) -> Any:
    if isinstance(value, list):
        return [float(each) for each in value]
    return None if value is None else float(value)


class _Missing:
    pass


MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Wanted:
    annotation: Any
    kind: Any
    is_list: bool
    is_optional: bool
    meta: msgspec.Meta | None = None
    near: Any = float  # a decimal's limits, as msgspec takes them

    @property
    def may_be_left_out(self) -> bool:
        """A box that is not ticked and a list without entries are answers too."""
        return not self.is_list and self.kind is not bool

    def limited(self, value: Any) -> Any:
        if self.kind is not Decimal:
            return msgspec.convert(value, self.annotation, strict=False)
        # msgspec takes no limits on decimals; a float is near enough to compare with them.
        for each in value if self.is_list else [value]:
            if each is not None:
                msgspec.convert(float(each), self.near)
        return value

    def read(self, texts: list[Any]) -> Any:
        if self.is_list:
            return [one(self.kind, text) for text in texts if text not in ("", None)]
        if self.kind is bool:
            return bool(texts) and str(texts[-1]).lower() in YES
        text = texts[0] if texts else ""
        if text in ("", None):
            return "" if self.kind is str and texts and not self.is_optional else MISSING
        return one(self.kind, text)


def one(kind: Any, text: Any) -> Any:
    """One typed text as the kind that is wanted, in a form msgspec takes from here."""
    if isinstance(text, UploadFile) or not isinstance(text, str):
        return text
    if kind in (int, float, Decimal):
        return number(kind, text)
    if kind is time:
        return moment(time, text if len(text) > 5 else text + ":00", _("This is not a time."))
    if kind is date:
        return moment(date, text, _("This is not a date."))
    if kind is datetime:
        return moment(datetime, text, _("This is not a date and time."))
    return text


def moment(kind: Any, text: str, otherwise: str) -> Any:
    try:
        return kind.fromisoformat(text)
    except ValueError:
        raise ValueError(otherwise) from None


def number(kind: Any, text: str) -> Any:
    if kind is int and text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".") if plain.rfind(",") > plain.rfind(".") else plain.replace(",", "")
    try:
        value = Decimal(plain) if len(plain) <= 40 else Decimal("NaN")
    except ArithmeticError:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise ValueError(_("This is not a number."))
    if kind is int:
        if value != value.to_integral_value():
            raise ValueError(_("Whole numbers only."))
        if abs(value) >= 2**63:
            raise ValueError(_("This number is too large."))
        return int(value)
    return float(value) if kind is float else value


def clean(item: Any) -> Any:
    if not isinstance(item, str):
        return item
    # Postgres text has no NUL, UTF-8 has no lone surrogates; neither was typed by a person.
    text = item.strip() if item.isascii() else item.encode("utf-8", "replace").decode().strip()
    if "\x00" in text:
        text = text.replace("\x00", "").strip()
    return text[:LONGEST].replace("\r\n", "\n")


@cache
def decimals_of(shape: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(name for name, wanted, _has_default in fields_of(shape) if wanted.kind is Decimal)


@cache
def nearly(shape: type[msgspec.Struct]) -> Any:
    """The same fields with floats where decimals are wanted. What is not there is not asked for."""
    fields = [(name, near_to(wanted), None) for name, wanted, _has_default in fields_of(shape)]
    return msgspec.defstruct(f"Nearly{shape.__name__}", fields)


def near_to(wanted: Wanted) -> Any:
    if wanted.kind is not Decimal:
        return wanted.annotation
    one: Any = list[wanted.near] if wanted.is_list else wanted.near  # type: ignore[name-defined]
    return Union[one, None] if wanted.is_optional else one  # noqa: UP007 - a type made at run time


@cache
def fields_of(shape: type[msgspec.Struct]) -> list[tuple[str, Wanted, bool]]:
    hints = typing.get_type_hints(shape, include_extras=True)
    found = []
    for item in msgspec.structs.fields(shape):
        has_default = item.default is not msgspec.NODEFAULT or item.default_factory is not msgspec.NODEFAULT
        found.append((item.encode_name, wanted(hints[item.name]), has_default))
    return found


def wanted(annotation: Any) -> Wanted:
    kind = annotation
    is_optional = False
    meta = None
    while True:
        origin = get_origin(kind)
        if origin is Annotated:
            meta = next((item for item in get_args(kind)[1:] if isinstance(item, msgspec.Meta)), meta)
            kind = get_args(kind)[0]
        elif origin in (Union, types.UnionType):
            is_optional = type(None) in get_args(kind)
            kind = next((arg for arg in get_args(kind) if arg is not type(None)), str)
        elif origin in (list, tuple, set, frozenset):
            inner = wanted(get_args(kind)[0])
            return Wanted(annotation, inner.kind, True, is_optional, inner.meta, inner.near)
        else:
            return Wanted(annotation, kind, False, is_optional, meta, Annotated[float, meta] if meta else float)


def sentence(reason: str) -> str:
    """What msgspec says, as we would say it."""
    reason = reason.split(" - at")[0]
    limit = "".join(ch for ch in reason.rsplit(" ", 1)[-1] if ch.isdigit() or ch in ".-").removesuffix(".0")
    if "of length >= 1" in reason.replace("`", "") and limit == "1":
        return _("Please fill this in.")
    sentences = {
        "of length >=": _("At least %(limit)s characters.", limit=limit),
        "of length <=": _("At most %(limit)s characters.", limit=limit),
        ">=": _("At least %(limit)s.", limit=limit),
        "<=": _("At most %(limit)s.", limit=limit),
        " > ": _("More than %(limit)s.", limit=limit),
        " < ": _("Less than %(limit)s.", limit=limit),
        "Invalid UUID": _("This choice is not known here."),
        "Invalid enum": _("Please choose one of the options."),
    }
    return next((said for mark, said in sentences.items() if mark in reason), _("This does not look right."))
