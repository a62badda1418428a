"""Which trainee needs a look this week, and why. The list clears itself when the reason is gone."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Signs:
    last_on: date | None
    weekly_target: int
    in_four_weeks: int
    planned_sets: int  # of the last two weeks
    done_sets: int
    skipped: int
    hurt: int


def reasons(signs: Signs, today: date) -> list[str]:
    """Codes, the most pressing first: pain, away, rare, short, skips."""
    found = []
    if signs.hurt:
        found.append("pain")
    quiet = (today - signs.last_on).days if signs.last_on else 999
    if quiet > 10:
        found.append("away")
    elif signs.in_four_weeks < signs.weekly_target * 2:
        found.append("rare")
    if signs.planned_sets and signs.done_sets * 100 < signs.planned_sets * 75:
        found.append("short")
    elif signs.skipped >= 3:
        found.append("skips")
    return found
