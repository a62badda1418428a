"""Means, comparisons with the period before, trends. Honest about how many days they rest on."""

from dataclasses import dataclass
from datetime import date

from app.progress.rules.windows import Window


@dataclass(frozen=True, slots=True)
class Point:
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Kpi:
    """The mean over the days that have data; `verdict` is better, worse, equal, or none without two periods."""

    key: str
    mean: float | None
    before: float | None
    days: int
    days_before: int
    of: int
    verdict: str

    @property
    def delta(self) -> float | None:
        return None if self.mean is None or self.before is None else self.mean - self.before


KPIS = ("sleep_hours", "steps", "weight_kg", "whr")
DEAD_BANDS = {"sleep_hours": 0.1, "steps": 100.0, "weight_kg": 0.1, "whr": 0.002}
LOWER_IS_BETTER = {"weight_kg": True, "whr": True, "sleep_hours": False, "steps": False}
HAIR = 1e-9  # 80.1 - 80.0 is a hair more than 0.1


def ratio(waist: float | None, hip: float | None) -> float | None:
    """Waist to hip of one day."""
    return None if waist is None or hip is None or hip <= 0 else waist / hip


def kpi(key: str, points: list[Point], window: Window) -> Kpi:
    now = [point.value for point in points if window.has(point.day)]
    earlier = [point.value for point in points if window.before().has(point.day)]
    mean, before = average(now), average(earlier)
    return Kpi(key, mean, before, len(now), len(earlier), window.days, verdict(key, mean, before))


def average(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def verdict(key: str, mean: float | None, before: float | None) -> str:
    if mean is None or before is None:
        return "none"
    change = mean - before
    if abs(change) <= DEAD_BANDS[key] + HAIR:
        return "equal"
    return "better" if (change < 0) == LOWER_IS_BETTER[key] else "worse"


@dataclass(frozen=True, slots=True)
class Trend:
    """A sentence's code and its tone: good, warn or muted."""

    code: str
    tone: str
    weight: float | None = None
    whr: float | None = None


STABLE_WEIGHT = 0.2
STABLE_WHR = 0.005
SENTENCES = {
    ("down", "down"): ("both_down", "good"),
    ("up", "down"): ("recomposition", "good"),
    ("down", "up"): ("weight_down_waist_up", "warn"),
    ("up", "up"): ("both_up", "warn"),
    ("stable", "stable"): ("stable", "muted"),
    ("stable", "down"): ("waist_down", "good"),
    ("stable", "up"): ("waist_up", "warn"),
    ("down", "stable"): ("weight_down", "muted"),
    ("up", "stable"): ("weight_up", "muted"),
}


def trend(weight: list[Point], whr: list[Point]) -> Trend:
    """From the first to the last measurement of each inside the window."""
    dw, dr = change(weight), change(whr)
    if dw is None and dr is None:
        return Trend("no_data", "muted")
    code, tone = SENTENCES[direction(dw, STABLE_WEIGHT), direction(dr, STABLE_WHR)]
    return Trend(code, tone, dw, dr)


def change(points: list[Point]) -> float | None:
    if len(points) < 2:
        return None
    inside = sorted(points, key=lambda point: point.day)
    return inside[-1].value - inside[0].value


def direction(delta: float | None, band: float) -> str:
    if delta is None or abs(delta) <= band + HAIR:
        return "stable"
    return "down" if delta < 0 else "up"


@dataclass(frozen=True, slots=True)
class Lift:
    """What was lifted at best in one session of one exercise."""

    weight_kg: float | None
    reps: int | None


def progress_of(now: Lift, last: Lift | None) -> Lift | None:
    """The change against the last time the same exercise was logged, or nothing to compare with."""
    if last is None:
        return None
    kilos = None if now.weight_kg is None or last.weight_kg is None else now.weight_kg - last.weight_kg
    reps = None if now.reps is None or last.reps is None else now.reps - last.reps
    return Lift(kilos, reps)
