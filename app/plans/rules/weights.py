"""Kilograms and pounds, exact: a pound is 0.45359237 kg by definition, so nothing is lost on the way in or out."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

POUND = Decimal("0.45359237")
SCALE = Decimal("0.00000001")  # numeric(12, 8)


def to_kg(amount: Decimal, unit: str) -> Decimal:
    return tidy(amount * POUND if unit == "lb" else amount)


def from_kg(kg: Decimal, unit: str) -> Decimal:
    """For the eye: to a hundredth, which is finer than any plate."""
    amount = kg / POUND if unit == "lb" else kg
    return plain(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def pretty(kg: Decimal) -> tuple[Decimal, str]:
    """The unit that says this weight exactly in the fewest digits: 60 kg stays 60 kg, 102.05828325 kg is 225 lb."""
    if places(kg) <= 3:
        return plain(kg), "kg"
    with localcontext() as exact:
        exact.prec = 40
        pounds = (kg / POUND).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
    if tidy(pounds * POUND) == kg:
        return plain(pounds), "lb"
    return plain(kg), "kg"


def tidy(kg: Decimal) -> Decimal:
    return plain(kg.quantize(SCALE, rounding=ROUND_HALF_UP))


def plain(number: Decimal) -> Decimal:
    """Without trailing zeros and never in exponents: 80.00 is 80, 1E+2 is 100."""
    whole = number.normalize()
    return whole.quantize(Decimal(1)) if int(whole.as_tuple().exponent) > 0 else whole


def places(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))
