"""The line of a chart: what a template would count point by point, counted once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

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
