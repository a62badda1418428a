"""Whether a club's colour can be read by day and by night, counted as the accessibility guidelines do."""

import re
from dataclasses import dataclass
from datetime import date

HEX = re.compile(r"#?([0-9a-fA-F]{6})")
# What the accent stands on (assets/css/tokens.css): paper by day and a raised surface by night are the hardest of each.
PAPER, RAISED = "#f0efec", "#20232b"
WHITE, BLACK = "#ffffff", "#14161b"
TEXT = 4.5


@dataclass(frozen=True, slots=True)
class Accent:
    """One colour for each half of the day, and the softer grounds that are mixed from them."""

    day: str
    night: str

    @property
    def soft_day(self) -> str:
        return mix(self.day, WHITE, 0.09)

    @property
    def soft_night(self) -> str:
        return mix(self.night, BLACK, 0.2)

    @property
    def by_day(self) -> float:
        """The worst of: as text on paper, on its own soft ground, and under white words."""
        return min(ratio(self.day, ground) for ground in (PAPER, self.soft_day, WHITE))

    @property
    def by_night(self) -> float:
        return min(ratio(self.night, ground) for ground in (RAISED, self.soft_night, BLACK))

    @property
    def fault(self) -> str:
        """`day`, `night`, or nothing when it reads in both."""
        return "day" if self.by_day < TEXT else "night" if self.by_night < TEXT else ""

    @property
    def name(self) -> str:
        return f"{self.day[1:]}-{self.night[1:]}"


def colour(text: str) -> str | None:
    found = HEX.fullmatch(text.strip())
    return f"#{found[1].lower()}" if found else None


def accent_of(name: str) -> Accent | None:
    """From what is kept: `1a2b3c-aabbcc`."""
    day, _dash, night = name.partition("-")
    one, other = colour(day), colour(night)
    return Accent(one, other) if one and other else None


def luminance(hex_: str) -> float:
    parts = [int(hex_[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """So much of the one in the other, channel by channel."""
    parts = [round(int(one[n : n + 2], 16) * share + int(other[n : n + 2], 16) * (1 - share)) for n in (1, 3, 5)]
    return "#" + "".join(f"{part:02x}" for part in parts)


def night_of(day: str) -> str:
    """The same colour, light enough to be read by night."""
    shares = (share / 20 for share in range(20, -1, -1))
    return next(found for share in shares if (found := mix(day, WHITE, share)) and Accent(day, found).by_night >= TEXT)


def sheet(accent: Accent) -> str:
    """The tokens that change with the club; everything else in the house is made of them."""
    return (
        "@layer tokens{:root{"
        f"--accent:light-dark({accent.day},{accent.night});"
        f"--accent-strong:light-dark({mix(accent.day, BLACK, 0.82)},{mix(accent.night, WHITE, 0.8)});"
        f"--accent-soft:light-dark({accent.soft_day},{accent.soft_night});"
        f"--accent-on:light-dark({WHITE},{BLACK})"
        "}}"
    )


def first_kept(today: date, months: int) -> date:
    """Who was last here before the first of the month that many months ago is forgotten."""
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
