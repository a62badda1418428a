"""What each reason means at each door. The owner edits this table; the verdict only reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

CHANNELS = ("desk", "kiosk", "self", "device")  # staff at the counter, a locked tablet, the member's phone, a turnstile
EFFECTS = ("allow", "warn", "block")

# Most serious first: the first reason is the headline of the card.  code: desk, kiosk, self, device
TABLE: Mapping[str, tuple[str, str, str, str]] = MappingProxyType(
    {
        "unknown": ("block", "block", "block", "block"),
        "card_lost": ("block", "block", "block", "block"),
        "card_blocked": ("block", "block", "block", "block"),
        "left": ("block", "block", "block", "block"),
        "already_in": ("warn", "allow", "allow", "warn"),
        "elsewhere": ("warn", "warn", "warn", "block"),
        "no_membership": ("block", "block", "block", "block"),
        "wrong_gym": ("block", "block", "block", "block"),
        "suspended": ("block", "block", "block", "block"),
        "frozen": ("block", "block", "block", "block"),
        "not_started": ("block", "block", "block", "block"),
        "cancelled": ("block", "block", "block", "block"),
        "expired": ("block", "block", "block", "block"),
        "no_visits_left": ("block", "block", "block", "block"),
        "outside_hours": ("block", "block", "block", "block"),
        "daily_limit": ("block", "block", "block", "block"),
        "overdue": ("block", "block", "block", "block"),
        "closed": ("warn", "allow", "allow", "allow"),
        "at_capacity": ("warn", "block", "block", "block"),
        "in_grace": ("warn", "warn", "warn", "allow"),
        "owes": ("warn", "allow", "allow", "allow"),
        "waiver_unsigned": ("warn", "warn", "warn", "allow"),
        "alert": ("warn", "warn", "allow", "allow"),
        "last_visit": ("allow", "allow", "allow", "allow"),
        "ends_soon": ("allow", "allow", "allow", "allow"),
        "birthday": ("allow", "allow", "allow", "allow"),
    }
)
CODES = tuple(TABLE)
RANK: Mapping[str, int] = MappingProxyType({code: rank for rank, code in enumerate(CODES)})
FIXED = frozenset({"unknown"})  # nobody is there to let in: the owner cannot soften this one

Changes = Mapping[str, Mapping[str, str]]  # code → channel → effect, only where the owner decided otherwise


@dataclass(frozen=True, slots=True)
class Policy:
    again_minutes: int = 10  # a second tap within this time is the same visit
    overdue_amount: int = 0  # debt counts as overdue when it is at least this much …
    overdue_days: int = 14  # … and at least this old
    soon_days: int = 7
    changes: Changes = field(default_factory=dict)

    def effect(self, code: str, channel: str) -> str:
        ruled = TABLE[code][CHANNELS.index(channel)]
        if code in FIXED:
            return ruled
        asked = self.changes.get(code, {}).get(channel, ruled)
        return asked if asked in EFFECTS else ruled


def changes_only(asked: Changes) -> dict[str, dict[str, str]]:
    """Keep what differs from the table, so that a better default reaches those who never touched it."""
    kept: dict[str, dict[str, str]] = {}
    for code, row in TABLE.items():
        wanted = asked.get(code, {})
        differs = {
            channel: wanted[channel]
            for channel, ruled in zip(CHANNELS, row, strict=True)
            if wanted.get(channel, ruled) in EFFECTS and wanted.get(channel, ruled) != ruled
        }
        if differs and code not in FIXED:
            kept[code] = differs
    return kept
