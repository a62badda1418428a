"""What can be measured on a day, and between which numbers: the same for the form, the API and a file."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    key: str
    lowest: Decimal
    highest: Decimal
    is_whole: bool = False
    unit: str = ""
    lower_is_better: bool | None = None


def _measure(key: str, lowest: str, highest: str, unit: str = "", *, whole: bool = False, lower: bool | None = None) -> Measure:
    return Measure(key, Decimal(lowest), Decimal(highest), whole, unit, lower)


BUILT_IN = (
    _measure("sleep_hours", "0", "24", "h", lower=False),
    _measure("sleep_quality", "1", "10", whole=True, lower=False),
    _measure("steps", "0", "200000", whole=True, lower=False),
    _measure("weight_kg", "20", "500", "kg", lower=True),
    _measure("waist_cm", "30", "300", "cm", lower=True),
    _measure("hip_cm", "30", "300", "cm"),
    _measure("alcohol_units", "0", "100", whole=True, lower=True),
    _measure("mood", "1", "5", whole=True, lower=False),
)
BY_KEY = {measure.key: measure for measure in BUILT_IN}
DECIMALS = Decimal("0.001")

SCORE = _measure("score", "0", "1")
RPE = _measure("rpe", "1", "10")
DOSES_PER_DAY = _measure("doses_per_day", "1", "12", whole=True)
DOSES_TAKEN = _measure("doses_taken", "0", "24", whole=True)
KCAL = _measure("calories_target_kcal", "0", "12000", "kcal")
PROTEIN = _measure("protein_target_g", "0", "800", "g")
CARBS = _measure("carbs_target_g", "0", "1500", "g")
FAT = _measure("fat_target_g", "0", "500", "g")
SETS = _measure("sets", "1", "12", whole=True)
REPS = _measure("reps", "1", "100", whole=True)
LOAD = _measure("weight_kg", "0", "1000", "kg")
ORDER = _measure("exercise_order", "1", "32", whole=True)

NUMBER = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,12})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wrong:
    """`bad_number`, `not_whole` or `out_of_range`."""

    code: str


def read_number(text: str, measure: Measure) -> Decimal | Wrong:
    """Comma or point; a whole number may be written 8.0; never more than three decimals are kept."""
    typed = text.strip()
    if not NUMBER.fullmatch(typed):
        return Wrong("bad_number")
    return within(Decimal(typed.replace(",", ".")), measure)


def within(value: Decimal, measure: Measure) -> Decimal | Wrong:
    if measure.is_whole and value != value.to_integral_value():
        return Wrong("not_whole")
    if not measure.lowest <= value <= measure.highest:
        return Wrong("out_of_range")
    return plain(value)


def plain(value: Decimal) -> Decimal:
    """82.50 and 82.5 are one number, and are written one way."""
    kept = value.quantize(DECIMALS, ROUND_HALF_UP).normalize() + 0  # never -0
    return kept.quantize(Decimal(1)) if kept == kept.to_integral_value() else kept


SPACES = re.compile(r"[^\S\n]+")
CONTROLS = {code: None for code in range(32) if chr(code) not in "\n\t"} | {127: None}


def tidy(text: str) -> str:
    """How every text is kept, whichever way it came in: no control characters, single spaces, lines kept."""
    calm = text.replace("\r\n", "\n").replace("\r", "\n").translate(CONTROLS)
    calm = "".join(letter for letter in calm if not "\ud800" <= letter <= "\udfff")
    lines = (SPACES.sub(" ", line).strip() for line in calm.split("\n"))
    return "\n".join(lines).strip()


def plain_key(text: str) -> str:
    """A heading as a key: no accents, lower case, one underscore for spaces, dashes and slashes, other signs dropped."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    joined = re.sub(r"[\s/-]+", "_", bare.strip().lower())
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9_]", "", joined)).strip("_")
