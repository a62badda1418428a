"""What a template would count and draw point by point, cell by cell: counted and drawn at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from app.web.jinja import plain

Value = float | Decimal


@dataclass(frozen=True, slots=True)
class Traced:
    """An SVG path with a gap for each missing value, where it begins, and its last point with what it stands for."""

    path: str
    first: float
    last: tuple[float, float, Value]


def traced(values: Sequence[Value | None], left: float, gap: float, bottom: float, floor: float, scale: float) -> Traced | None:
    """None when there is nothing to draw."""
    found: list[tuple[float, float, Value]] = []
    path, pen = "", "M"
    for n, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x, y = round(left + gap * n, 1), round(bottom - (float(value) - floor) * scale, 1)
        path, pen = f"{path}{pen}{x} {y}", "L"
        found.append((x, y, value))
    return Traced(path, found[0][0], found[-1]) if found else None


@dataclass(frozen=True, slots=True)
class Spread:
    """A heat map's place on the page, and what it says instead of a number."""

    left: float
    top: float
    wide: float
    high: float
    gap: float
    most: float
    gap_word: str | None
    unit: str


def cells(
    at: Spread, rows: Sequence[tuple[Any, Sequence[Value | None]]], columns: Sequence[Any], number: Callable[[Any], str]
) -> Markup:
    """The squares of a heat map: darker is more."""
    unit = f" {plain(at.unit)}" if at.unit else ""
    size = f'width="{at.wide - at.gap}" height="{at.high - at.gap}" rx="4"'
    places = [(at.left + n * at.wide, plain(column)) for n, column in enumerate(columns)]
    found = []
    for nth, (label, values) in enumerate(rows):
        y, name = at.top + nth * at.high, plain(label)
        found.append(f'<text x="{at.left - 8}" y="{y + at.high / 2 + 3}" text-anchor="end">{name}</text>')
        for (x, column), value in zip(places, values, strict=False):
            kind = "heat" if value else "heat-gap" if at.gap_word and value is None else "heat-none"
            shade = f' fill-opacity="{round(0.12 + 0.88 * float(value) / at.most, 2)}"' if value else ""
            told = plain(at.gap_word or "–") if value is None else f"{plain(number(value))}{unit}"
            found.append(f'<rect class="{kind}" x="{x}" y="{y}" {size}{shade}><title>{name}, {column}: {told}</title></rect>')
    return Markup("".join(found))


def counted(number: Callable[[Any], str], unit: str) -> Callable[[Any], str]:
    return lambda value: f"{number(value)} {unit}" if unit else number(value)


def peak(rows: Sequence[tuple[Any, Sequence[Value | None]]]) -> float:
    return max([float(value) for _label, values in rows for value in values if value is not None], default=0) or 1


def filled(rows: Sequence[tuple[Any, Sequence[Value | None]]], gap_word: str | None) -> tuple[list[list[Any]], bool]:
    """The rows of the table behind a heat map, and whether a gap is among them."""
    table = [[label, *[gap_word if value is None else value for value in values]] for label, values in rows]
    return table, any(value is None for _label, values in rows for value in values)


@dataclass(frozen=True, slots=True)
class Ground:
    """What bars stand on."""

    left: float
    gap: float
    y: float
    scale: float


def bars(at: Ground, given: Sequence[tuple[Any, ...]], mark: int | None, said: Callable[[Any], str]) -> Markup:
    """One for each label and value; those beside the marked one step back."""
    wide = round(min(at.gap * 0.68, 56), 1)
    size = f'width="{wide}" rx="{min(wide / 6, 4)}"'
    found = []
    for n, (label, value, *_more) in enumerate(given):
        tall = round(float(value) * at.scale, 1)
        place = f'x="{round(at.left + at.gap * n + (at.gap - wide) / 2, 1)}" y="{round(at.y - tall, 1)}" height="{max(tall, 0)}"'
        kind = "bar-mark is-quiet" if mark is not None and n != mark else "bar-mark"
        found.append(f'<rect class="{kind}" {place} {size}><title>{plain(label)}: {plain(said(value))}</title></rect>')
    return Markup("".join(found))


def numbers(rows: Sequence[Sequence[Any]]) -> Markup:
    """The rows of the table behind a chart: a label, then what it counts."""
    return Markup(
        "".join(
            f'<tr><th scope="row">{plain(label)}</th>'
            + "".join([f'<td class="num">{"–" if value is None else cell(value)}</td>' for value in values])
            + "</tr>"
            for label, *values in rows
        )
    )


def cell(value: Any) -> str:
    return str(value) if type(value) in {int, float} else plain(value)


def sparks(values: Sequence[Value | None]) -> str:
    """The path of a line as tall as a word."""
    known = [float(value) for value in values if value is not None]
    least = min(known, default=0)
    spread, gap = (max(known, default=1) - least) or 1, 100 / max(len(values) - 1, 1)
    points = [
        f"{round(n * gap, 2)} {round(29 - (float(value) - least) / spread * 26, 1)}"
        for n, value in enumerate(values)
        if value is not None
    ]
    return f"M{'L'.join(points)}" if points else ""


STEPS = [
    part * size
    for size in (0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
    for part in (1, 2, 2.5, 5)
]


def nice(most: float) -> float:
    """The smallest round step that needs at most four of itself."""
    return next((step for step in STEPS if step * 4 >= most), most / 4)
