"""Where the points of a chart stand: spaced by the real day, so that a gap is seen as a gap."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10

from app.progress.rules.numbers import Point
from app.progress.rules.windows import Window

WIDTH, HEIGHT = 480, 210
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 28


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line between two neighbours; over days that nobody told it is drawn as a gap."""

    x1: float
    y1: float
    x2: float
    y2: float
    is_gap: bool


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Chart:
    key: str
    dots: list[Dot]
    stretches: list[Stretch]
    heights: list[Tick]
    days: list[tuple[float, date]]
    covered: int
    of: int
    change: float | None

    @property
    def is_drawn(self) -> bool:
        """Two points make a line; one makes none."""
        return len(self.dots) >= 2


def draw(key: str, points: list[Point], window: Window) -> Chart:
    inside = sorted((point for point in points if window.has(point.day)), key=lambda point: point.day)
    heights = ticks([point.value for point in inside])
    low, high = (heights[0], heights[-1]) if heights else (0.0, 1.0)
    dots = [Dot(across(point.day, window), up(point.value, low, high), point.day, point.value) for point in inside]
    return Chart(
        key,
        dots,
        [stretch(a, b) for a, b in pairwise(dots)],
        [Tick(up(value, low, high), value) for value in heights],
        [(across(day, window), day) for day in some_days(window)],
        len({point.day for point in inside}),
        window.days,
        inside[-1].value - inside[0].value if len(inside) >= 2 else None,
    )


def stretch(a: Dot, b: Dot) -> Stretch:
    return Stretch(a.x, a.y, b.x, b.y, is_gap=(b.day - a.day).days > 1)


def across(day: date, window: Window) -> float:
    share = (day - window.first).days / max(1, window.days - 1)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def up(value: float, low: float, high: float) -> float:
    share = (value - low) / ((high - low) or 1)
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def ticks(values: list[float]) -> list[float]:
    """Round numbers around what is shown, at most six."""
    if not values:
        return []
    spread = (max(values) - min(values)) or max(abs(max(values)) * 0.02, 0.01)
    rough = spread / 4
    unit = 10 ** floor(log10(rough))
    step = next(unit * size for size in (1, 2, 2.5, 5, 10) if unit * size >= rough)
    first, last = floor(min(values) / step), ceil(max(values) / step)
    last = max(last, first + 1)
    return [round(place * step, 6) for place in range(first, last + 1)]


def some_days(window: Window) -> list[date]:
    """First, last, and a few between."""
    count = min(6, window.days)
    steps = [round(place * (window.days - 1) / max(1, count - 1)) for place in range(count)]
    return [date.fromordinal(window.first.toordinal() + step) for step in dict.fromkeys(steps)]
