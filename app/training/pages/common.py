"""What every page of the logger needs: weights in the reader's units, numbers as they are typed, the moment a phone means."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from app import clock
from app.actor import Actor
from app.training.rules.cards import Before, Row, lines
from app.training.rules.records import Stood
from app.training.rules.sets import Numbers
from app.training.rules.weights import shown
from app.visit import here
from app.web.templating import one_decimal, spoken
from app.words import _


def kit(actor: Actor) -> dict[str, Any]:
    """Functions that templates call; they know the reader's units and language."""
    return _kit(actor.units, here().locale)


@lru_cache
def _kit(units: str, _locale: str) -> dict[str, Any]:
    def weigh(grams: int | None) -> str:
        return "" if grams is None else typed(shown(grams, units))

    def measured(one: Stood) -> str:
        """A record as it is read."""
        if one.kind == "weight":
            return f"{weigh(one.value)} {units}"
        if one.kind == "e1rm":  # an estimate: grams would claim more than anybody knows
            return f"{one_decimal(shown(one.value, units), locale=spoken())} {units}"
        if one.kind == "volume":
            return f"{tonnage(one.value)} {units}"
        if one.kind in WAYS:
            return WAYS[one.kind](one.value)
        return f"{one.value} × {weigh(one.at_grams)} {units}" if one.at_grams else str(one.value)

    def tonnage(grams: int) -> str:
        """Volumes are read, not typed: whole units, grouped."""
        return one_decimal(shown(grams, units).to_integral_value(), locale=spoken())

    names = record_names()
    return {
        "weigh": weigh,
        "tonnage": tonnage,
        "unit": units,
        "step": Decimal(5) if units == "lb" else Decimal("2.5"),
        "typed": typed,
        "held": held,
        "length": length,
        "covered": covered,
        "measured": measured,
        "lines": lines,
        "why": why,
        "skip_reasons": skip_reasons(),
        "record_names": names,
        "broke_of": lambda kinds: ", ".join([names[kind] for kind in kinds]),
        "kinds": kinds(),
    }


def typed(number: Decimal | int | None) -> str:
    """As it stands in a field: the reader's decimal sign, no grouping that could be read as one."""
    return "" if number is None else one_decimal(number, format="0.###", locale=spoken())


def held(seconds: int | None) -> str:
    """1:30, or 45."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    if minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
    return f"{minutes}:{rest:02d}" if minutes else str(rest)


def length(metres: int | None) -> str:
    if metres is None:
        return ""
    return f"{typed(Decimal(metres) / 1000)} km" if metres >= 1000 else f"{metres} m"


def covered(one: Numbers | Row | Before) -> str:
    """How far, and how long that took: 5 km · 25:00."""
    took = f" · {held(one.took_seconds)}" if one.took_seconds else ""
    return length(one.metres) + took


def pace(speed: int) -> str:
    """Minutes for a kilometre, from millimetres a second."""
    return f"{held(round(1_000_000 / speed))} /km"


WAYS: dict[str, Callable[[int], str]] = {"time": held, "distance": length, "pace": pace}


def seconds_of(text: str | None) -> int | str | None:
    """1:30, 90 or 1:02:03 as seconds; a sentence when it is none of these."""
    if not text:
        return None
    parts = text.replace(".", ":").split(":")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) <= 5 for part in parts):
        return _("Minutes and seconds, like 1:30.")
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return total if 0 < total <= 86_400 else _("Minutes and seconds, like 1:30.")


def moment_of(at: datetime | None) -> datetime:
    """The phone's word about when, else now. A time without a zone is nobody's time."""
    now = clock.now()
    if at is None or at.tzinfo is None or not 2000 <= at.year <= 2200:
        return now
    return at


def local(actor: Actor, moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


def why(code: str) -> str:
    return {
        "start": _("Start here"),
        "more_weight": _("All sets at the top: time for more weight"),
        "more_reps": _("One more rep than last time"),
        "same_again": _("Same again"),
        "back_off": _("Three times short: back off and build up"),
        "percent": _("As the plan's percentage says"),
        "longer": _("Held it last time: a little longer"),
        "farther": _("Made it last time: a little farther"),
    }.get(code, "")


def skip_reasons() -> dict[str, str]:
    return {
        "busy": _("Equipment busy"),
        "pain": _("Something hurts"),
        "time": _("No time"),
        "tired": _("Too tired"),
        "other": _("Another reason"),
    }


def record_names() -> dict[str, str]:
    return {
        "weight": _("Heaviest"),
        "reps": _("Most reps"),
        "e1rm": _("Best estimated max"),
        "volume": _("Most volume"),
        "time": _("Longest"),
        "distance": _("Farthest"),
        "pace": _("Fastest"),
    }


def kinds() -> dict[str, str]:
    return {"normal": _("Working set"), "warmup": _("Warm-up"), "drop": _("Drop set"), "failure": _("To failure")}
