"""Weights are whole grams: fine enough that every kilogram and every pound comes back exactly as it was typed."""

from decimal import ROUND_HALF_EVEN, Decimal

POUND = Decimal("453.59237")
KILO = Decimal(1000)
HEAVIEST = 2_000_000  # two tonnes: more than any leg press holds


def grams(amount: Decimal, units: str) -> int:
    """What was typed, as grams. Half a gram of rounding is a tenth of the smallest step (0.01 lb) that is ever shown."""
    return int((amount * (POUND if units == "lb" else KILO)).to_integral_value(ROUND_HALF_EVEN))


def shown(weight: int, units: str) -> Decimal:
    """Grams as the person reads them: kilograms to the gram, pounds to the hundredth."""
    if units == "lb":
        return _plain((Decimal(weight) / POUND).quantize(Decimal("0.01")))
    return _plain(Decimal(weight) / KILO)


def step(units: str) -> int:
    """The smallest honest jump on a bar: two of the lightest common plates."""
    return grams(Decimal(5), "lb") if units == "lb" else 2500


def rounded(weight: int, units: str, by: Decimal | None = None) -> int:
    """The nearest weight that this person's gym can load, ties to the lighter one."""
    size = by or Decimal(5 if units == "lb" else "2.5")
    steps = (shown(weight, units) / size).to_integral_value("ROUND_HALF_DOWN")
    return grams(steps * size, units)


def _plain(number: Decimal) -> Decimal:
    """100 rather than 1E+2 or 100.00."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()
