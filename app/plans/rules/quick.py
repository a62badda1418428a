"""Quick text: one movement per line, as lifters scribble it, and back again without losing anything.

Bench 3x8-12 @8 90s
A: Pull-up 4x6+ 10kg 2min double+2.5kg # chest to the bar
Plank 3x45s
Run 1x5km
# Day 3: Legs          a new day, in the text of a whole plan
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from app.plans.rules.outline import Line, Outline, Unit, faults
from app.plans.rules.weights import plain, pretty, to_kg

NUMBER = r"\d{1,6}(?:[.,]\d{1,8})?"
SETS = re.compile(
    r"(?:(?<=\s)|^)(?P<sets>\d{1,6})\s*(?:[xX×*](?:\s*(?P<what>[-–<]?\d[^\s#]*))?|(?:sets?|series?|serij[ae])(?=\s|$))(?=\s|$)"
)
REPS = re.compile(r"(?P<min>\d{1,6})?(?:(?P<open>\+)|(?P<to>[-–<])(?P<max>\d{1,6}))?(?:reps?)?")
TIME = re.compile(r"(?:(?P<minutes>\d{1,4}):(?P<rest>[0-5]\d)|(?P<count>\d{1,6})(?P<unit>sec|min|s|m|h|'|\"))", re.IGNORECASE)
LENGTH = re.compile(rf"(?P<count>{NUMBER})(?P<unit>km|mi|m)", re.IGNORECASE)
WEIGHT = re.compile(rf"@?(?P<count>{NUMBER})(?P<unit>kgs?|lbs?)", re.IGNORECASE)
PERCENT = re.compile(rf"@?(?P<count>{NUMBER})%")
RPE = re.compile(r"(?:@|rpe)(?P<count>\d{1,2}(?:[.,]\d{1,2})?)", re.IGNORECASE)
BARE = re.compile(NUMBER)
GROWS = re.compile(rf"(?P<kind>double|linear|weekly)\+(?P<count>{NUMBER})(?P<unit>kg|lb|%)", re.IGNORECASE)
GROUP = re.compile(r"(?P<letter>[A-Za-z])\d?[:)]\s*")
HEADING = re.compile(r"#\s*(?:[^\W\d_]+\s+)?(?P<day>\d{1,3})\s*[:.)–-]?\s*(?P<name>.*)")
QUOTED = re.compile(r'"(?P<name>(?:[^"]|"")*)"(?=\s|$)')

SECONDS = {"s": 1, "sec": 1, '"': 1, "min": 60, "m": 60, "'": 60, "h": 3600}
KILOMETRES = {"km": Decimal(1), "m": Decimal("0.001"), "mi": Decimal("1.609344")}
TYPES = {"warmup": "warmup", "warm-up": "warmup", "drop": "drop", "dropset": "drop", "failure": "failure", "amrap": "failure"}
KINDS = {"double": "double", "linear": "linear", "weekly": "percentage"}
MOST_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class TextFault:
    """Row and column count from 1; `word` is what could not be understood."""

    row: int
    column: int
    code: str
    word: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A line as it was understood; its id is only its row until somebody gives it a real one."""

    row: int
    line: Line


@dataclass(frozen=True, slots=True)
class HeardUnit:
    row: int
    day: int
    name: str
    description: str
    lines: tuple[Heard, ...]


class Misheard(Exception):
    def __init__(self, column: int, code: str, word: str) -> None:
        self.fault = column, code, word


def parse(text: str, units: str = "kg") -> tuple[tuple[Heard, ...], tuple[TextFault, ...]]:
    """Every line that holds something; a bare number is in the reader's own units."""
    lines: list[Heard] = []
    wrong: list[TextFault] = []
    for row, raw in enumerate(text[:MOST_CHARACTERS].splitlines(), 1):
        if raw.strip():
            _hear(row, raw, units, lines, wrong)
    return tuple(lines), tuple(wrong)


def parse_plan(text: str, units: str = "kg") -> tuple[tuple[HeardUnit, ...], tuple[TextFault, ...]]:
    """A whole plan: `# Day 1: Push` opens a day; a line starting with `>` describes it; the rest are movements."""
    heard: list[HeardUnit] = []
    lines: list[Heard] = []
    wrong: list[TextFault] = []
    for row, raw in enumerate(text[:MOST_CHARACTERS].splitlines(), 1):
        heading = HEADING.fullmatch(raw.strip())
        if heading:
            lines = []
            heard.append(_heading(row, heading, wrong))
        elif raw.strip() and not heard:
            wrong.append(TextFault(row, 1, "day_missing", raw.strip()[:40]))
        elif raw.strip().startswith(">"):
            heard[-1] = replace(heard[-1], description=" ".join(raw.strip()[1:].split()))
        elif raw.strip():
            _hear(row, raw, units, lines, wrong)
            heard[-1] = replace(heard[-1], lines=tuple(lines))
    return tuple(heard), tuple(wrong)


def _heading(row: int, heading: re.Match[str], wrong: list[TextFault]) -> HeardUnit:
    day, name = int(heading["day"]), " ".join(heading["name"].split())
    if not 1 <= day <= 28:
        wrong.append(TextFault(row, 1, "day_range", heading["day"]))
    if len(name) > 100:
        wrong.append(TextFault(row, 1, "name_too_long", name[:40]))
    return HeardUnit(row, day, name, "", ())


def _hear(row: int, raw: str, units: str, lines: list[Heard], wrong: list[TextFault]) -> None:
    try:
        line = _line(row, raw, units)
    except Misheard as misheard:
        wrong.append(TextFault(row, *misheard.fault))
        return
    fault = next(iter(faults(line)), None)
    if fault:
        wrong.append(TextFault(row, 1, fault.code, line.exercise_name[:40]))
    else:
        lines.append(Heard(row, line))


def _line(row: int, raw: str, units: str) -> Line:
    said, _, notes = _split_notes(raw)
    start = len(said) - len(said.lstrip())
    group = GROUP.match(said, start)
    superset = ord(group["letter"].upper()) - 64 if group else None
    name, at = _name(said, group.end() if group else start)
    sets = SETS.match(said, at)
    if sets is None:
        raise Misheard(min(at, len(said.rstrip())) + 1, "sets_missing", said[at:].strip()[:40])
    line = Line(UUID(int=row), name, sets=int(sets["sets"]), superset=superset, notes=" ".join(notes.split()))
    line = _aimed(line, sets)
    taken: set[str] = set()
    for column, word in _words(said, sets.end()):
        field, change = _word(line, column, word, units)
        if field in taken:
            raise Misheard(column, "said_twice", word)
        taken.add(field)
        line = change(line)
    return line


def _split_notes(raw: str) -> tuple[str, str, str]:
    """A `#` opens the notes, unless it stands inside a quoted name."""
    quoted = QUOTED.search(raw) if raw.lstrip().startswith('"') or GROUP.match(raw.lstrip()) else None
    found = re.compile(r"\s#").search(raw, quoted.end() if quoted and _is_name(raw, quoted) else 0)
    return (raw[: found.start()], "#", raw[found.end() :]) if found else (raw, "", "")


def _is_name(raw: str, quoted: re.Match[str]) -> bool:
    before = raw[: quoted.start()].strip()
    return not before or GROUP.fullmatch(before) is not None


def _name(said: str, start: int) -> tuple[str, int]:
    quoted = QUOTED.match(said, start)
    if quoted:
        name, at = quoted["name"].replace('""', '"'), quoted.end()
    else:
        found = SETS.search(said, start)
        at = found.start() if found else len(said)
        name = said[start:at]
    if not name.strip():
        raise Misheard(start + 1, "name_missing", said.strip()[:40])
    return " ".join(name.split()), at + len(said[at:]) - len(said[at:].lstrip())


def _aimed(line: Line, sets: re.Match[str]) -> Line:
    what, column = sets["what"], sets.start("what") + 1
    if not what:
        return replace(line, mode="sets_only")
    if (time := TIME.fullmatch(what)) and time["unit"] != "m":
        return replace(line, mode="time", target_time_seconds=_seconds(time))
    if length := LENGTH.fullmatch(what):
        kilometres = _decimal(length["count"]) * KILOMETRES[length["unit"].lower()]
        return replace(line, mode="distance", target_distance_km=plain(kilometres.quantize(Decimal("0.00001"))))
    reps = REPS.fullmatch(what)
    if reps is None or not (reps["min"] or reps["max"]):
        raise Misheard(column, "aim_unknown", what)
    low, high = _int(reps["min"]), _int(reps["max"])
    return replace(line, reps_min=low, reps_max=high if reps["open"] or reps["to"] else low)


Change = Callable[[Line], Line]


def _word(line: Line, column: int, word: str, units: str) -> tuple[str, Change]:
    """What a word after the sets says, as the field it fills and the change it makes."""
    if found := WEIGHT.fullmatch(word):
        kg = to_kg(_decimal(found["count"]), found["unit"].lower().rstrip("s"))
        return "target_weight", lambda line: replace(line, target_weight=kg)
    if found := PERCENT.fullmatch(word):
        percent = plain(_decimal(found["count"]))
        return "percent_1rm", lambda line: replace(line, percent_1rm=percent)
    if found := RPE.fullmatch(word):
        rpe = plain(_decimal(found["count"]))
        return "rpe", lambda line: replace(line, rpe=rpe)
    if found := TIME.fullmatch(word):
        seconds = _seconds(found)
        return "rest_seconds", lambda line: replace(line, rest_seconds=seconds)
    if found := GROWS.fullmatch(word):
        kind, step = KINDS[found["kind"].lower()], _step(found, column, word)
        return "progression", lambda line: replace(line, progression=kind, step=step)
    if word.lower() in TYPES:
        kind = TYPES[word.lower()]
        return "set_type", lambda line: replace(line, set_type=kind)
    if found := BARE.fullmatch(word):
        kg = to_kg(_decimal(word), units)
        return "target_weight", lambda line: replace(line, target_weight=kg)
    raise Misheard(column, "word_unknown", word[:40])


def _step(found: re.Match[str], column: int, word: str) -> Decimal:
    is_percent = found["unit"] == "%"
    if is_percent != (found["kind"].lower() == "weekly"):
        raise Misheard(column, "step_unit", word)
    return plain(_decimal(found["count"])) if is_percent else to_kg(_decimal(found["count"]), found["unit"].lower())


def _words(said: str, start: int) -> Iterator[tuple[int, str]]:
    for found in re.compile(r"\S+").finditer(said, start):
        if found[0].lower() not in {"rest", "rpe", "pause", "descanso", "pauza"}:
            yield found.start() + 1, found[0]


def _seconds(found: re.Match[str]) -> int:
    if found["minutes"]:
        return int(found["minutes"]) * 60 + int(found["rest"])
    return int(found["count"]) * SECONDS[found["unit"].lower()]


def _decimal(said: str) -> Decimal:
    return Decimal(said.replace(",", "."))


def _int(said: str | None) -> int | None:
    return int(said) if said else None


def write(lines: tuple[Line, ...]) -> str:
    return "\n".join(write_line(line) for line in lines)


def write_plan(outline: Outline) -> str:
    return "\n\n".join(_write_unit(day.number, unit) for day in outline.days for unit in day.units)


def _write_unit(day: int, unit: Unit) -> str:
    about = [f"> {unit.description}"] if unit.description else []
    return "\n".join([f"# {day}: {unit.name}", *about, *(write_line(line) for line in unit.lines)])


def write_line(line: Line) -> str:
    words = (
        f"{chr(64 + line.superset)}:" if line.superset else "",
        _write_name(line.exercise_name),
        f"{line.sets} sets" if line.mode == "sets_only" else f"{line.sets}x{_write_aim(line)}",
        _write_weight(line.target_weight) if line.target_weight is not None else "",
        f"{line.percent_1rm:f}%" if line.percent_1rm is not None else "",
        f"@{line.rpe:f}" if line.rpe is not None else "",
        _write_time(line.rest_seconds) if line.rest_seconds is not None else "",
        line.set_type if line.set_type != "normal" else "",
        _write_growth(line),
        f"# {line.notes}" if line.notes else "",
    )
    return " ".join(word for word in words if word)


def _write_name(name: str) -> str:
    """Bare where it reads back as itself, quoted where a name looks like sets, a superset or a note."""
    text = f"{name} 1x"
    try:
        is_clear = not GROUP.match(name) and "#" not in name and '"' not in name and _name(text, 0) == (name, len(name) + 1)
    except Misheard:
        is_clear = False
    return name if is_clear and not name.startswith(">") else '"' + name.replace('"', '""') + '"'


def _write_aim(line: Line) -> str:
    if line.mode == "time":
        return _write_time(line.target_time_seconds or 0)
    if line.mode == "distance":
        return _write_length(line.target_distance_km or Decimal(0))
    if line.reps_max is None:
        return f"{line.reps_min}+"
    if line.reps_min is None:
        return f"-{line.reps_max}"
    return str(line.reps_min) if line.reps_min == line.reps_max else f"{line.reps_min}-{line.reps_max}"


def _write_time(seconds: int) -> str:
    return f"{seconds // 60}min" if seconds and seconds % 60 == 0 else f"{seconds}s"


def _write_length(kilometres: Decimal) -> str:
    metres = kilometres * 1000
    return f"{int(metres)}m" if metres < 1000 and metres == int(metres) else f"{plain(kilometres):f}km"


def _write_weight(kg: Decimal) -> str:
    amount, unit = pretty(kg)
    return f"{amount:f}{unit}"


def _write_growth(line: Line) -> str:
    if line.progression is None or line.step is None:
        return ""
    if line.progression == "percentage":
        return f"weekly+{plain(line.step):f}%"
    return f"{line.progression}+{_write_weight(line.step)}"
