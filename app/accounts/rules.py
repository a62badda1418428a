"""Who may come in, for how long, what a password must be, and what nobody may do to the last owner."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

# ── Passwords ────────────────────────────────────────────────────────────────────────────────────

SHORTEST, LONGEST = 8, 128
RUNS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm")
LOOKALIKES = str.maketrans("@40135$7!8", "aaoiesstib")


def password_fault(password: str, common: Collection[str], about: Iterable[str] = ()) -> str | None:
    """Length first; then what everybody tries: short patterns, the common list, the person's own name."""
    if not is_writable(password):
        return "unreadable"
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    plain = password.casefold()
    if is_pattern(plain):
        return "pattern"
    if plain in common or stem(plain) in common or stem(plain.translate(LOOKALIKES)) in common:
        return "common"
    if any(len(word) >= 4 and stem(plain) in {word, word * 2} for word in words_of(about)):
        return "about_you"
    return None


def is_writable(text: str) -> bool:
    return not any(unicodedata.category(letter) == "Cs" for letter in text)


def is_pattern(plain: str) -> bool:
    """aaaaaaaa, abab1212…: a short unit said again and again, or a walk along the keyboard."""
    if any(plain == (plain[:unit] * len(plain))[: len(plain)] for unit in range(1, min(4, len(plain) // 2) + 1)):
        return True
    return any(plain in run * 2 or plain in (run * 2)[::-1] for run in RUNS)


def stem(plain: str) -> str:
    """What is left when the year and the exclamation mark are taken off: summer2026! is still summer."""
    return plain.rstrip("0123456789!?.,*#$%&_-+ ")


def words_of(about: Iterable[str]) -> set[str]:
    return {word for text in about for word in text.casefold().replace("@", " ").replace(".", " ").split()}


# ── Guessing ─────────────────────────────────────────────────────────────────────────────────────

FREE_TRIES = 5
LONGEST_WAIT = 60
FORGOTTEN_AFTER = timedelta(hours=1)
TRIES_PER_ADDRESS = 100  # a minute


@dataclass(frozen=True, slots=True)
class Guesses:
    """Wrong passwords for one account from one address, and how busy that address was this minute."""

    failures: int = 0
    last_at: datetime | None = None
    from_address: int = 0


def seconds_to_wait(guesses: Guesses, now: datetime) -> int:
    """0 = go ahead. Never longer than a minute: a stranger's guesses lock nobody out."""
    if guesses.from_address >= TRIES_PER_ADDRESS:
        return 60 - now.second
    if guesses.last_at is None or guesses.failures < FREE_TRIES or now - guesses.last_at >= FORGOTTEN_AFTER:
        return 0
    pause = min(2 ** min(guesses.failures - FREE_TRIES, 6), LONGEST_WAIT)
    left = guesses.last_at + timedelta(seconds=pause) - now
    return max(0, -(-left // timedelta(seconds=1)))


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────

IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=5)  # how coarsely activity is written down
FRESH_FOR = timedelta(minutes=15)
OFFICE = frozenset({"people.manage", "settings.manage", "money.totals", "backups.manage", "tokens.manage"})


@dataclass(frozen=True, slots=True)
class Lifetime:
    whole: timedelta
    idle: timedelta | None = None
    slides: bool = False


OWNER_LIFE = Lifetime(timedelta(hours=8), IDLE)
DESK_LIFE = Lifetime(timedelta(hours=12), IDLE)
MEMBER_LIFE = Lifetime(timedelta(days=90), slides=True)


def lifetime(permissions: Collection[str]) -> Lifetime:
    if OFFICE & set(permissions):
        return OWNER_LIFE
    return DESK_LIFE if permissions else MEMBER_LIFE


def written_every(life: Lifetime) -> timedelta:
    """Staff every few minutes, members once a day: a page view is not worth a write."""
    return timedelta(days=1) if life.slides else SEEN_EVERY


def step(*, required: bool, has_factor: bool, is_done: bool, is_locked: bool) -> str:
    """What stands between the password and the house."""
    if has_factor and not is_done:
        return "factor"
    if required and not has_factor:
        return "enrol"
    return "locked" if is_locked else "open"


def is_recent(fresh_at: datetime | None, now: datetime) -> bool:
    """The password was given a moment ago: dangerous acts may go on."""
    return fresh_at is not None and now - fresh_at < FRESH_FOR


def needs_second_factor(permissions: Collection[str], *, is_demo: bool) -> bool:
    return bool(permissions) and not is_demo


# ── Links, codes, PINs ───────────────────────────────────────────────────────────────────────────

LINK_LIFE = {
    "invitation": timedelta(hours=72),
    "reset": timedelta(minutes=30),
    "code": timedelta(minutes=10),
    "email": timedelta(hours=24),
}
PIN_TRIES = 5


@dataclass(frozen=True, slots=True)
class Link:
    purpose: str
    person_id: UUID
    ends_at: datetime
    used_at: datetime | None = None
    replaced_at: datetime | None = None


def link_fault(link: Link | None, now: datetime) -> str | None:
    if link is None:
        return "unknown"
    if link.used_at is not None:
        return "used"
    if link.replaced_at is not None:
        return "replaced"
    return "late" if now >= link.ends_at else None


def pin_fault(pin: str) -> str | None:
    if not (4 <= len(pin) <= 8 and pin.isascii() and pin.isdigit()):
        return "digits"
    return "pattern" if is_pattern(pin) else None


def pin_may_try(tries: int) -> bool:
    return tries < PIN_TRIES


def usable_step(steps: Iterable[int], last: int | None) -> int | None:
    """A code of the authenticator works once: only a step later than the last one used."""
    return next((step for step in steps if last is None or step > last), None)


# ── Roles ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Hand:
    """Who would change somebody's roles: their own id, what they may do, and where."""

    person_id: UUID
    permissions: frozenset[str]
    gym_ids: frozenset[UUID]
    is_owner: bool


def grant_fault(hand: Hand, person_id: UUID, role: str, permissions: Collection[str], gym_id: UUID | None) -> str | None:
    """Nobody edits their own roles, gives more than they have, or reaches into a gym that is not theirs."""
    if person_id == hand.person_id:
        return "own_roles"
    if hand.is_owner:
        return None
    if role == "owner" or not set(permissions) <= hand.permissions:
        return "above_you"
    return None if gym_id in hand.gym_ids else "not_your_gym"


def leave_fault(*, is_owner: bool, other_owners: int) -> str | None:
    """The last owner can be neither demoted nor switched off."""
    return "last_owner" if is_owner and other_owners == 0 else None


def role_fault(name: str, permissions: Collection[str], known: Collection[str], *, is_built_in: bool) -> str | None:
    if is_built_in:
        return "built_in"
    if not 1 <= len(name.strip()) <= 60:
        return "name"
    return None if set(permissions) <= set(known) else "unknown_permission"


# ── Opening hours ────────────────────────────────────────────────────────────────────────────────

DAY = timedelta(days=1)
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Span:
    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Holiday:
    day: date
    name: str
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """No hours at all: the gym has not said, so it counts as open but on its holidays."""

    spans: list[Span] = field(default_factory=list)
    holidays: list[Holiday] = field(default_factory=list)

    def of(self, day: date) -> list[tuple[time, time]]:
        """The hours of one day: a holiday's own, else the weekday's."""
        found = next((one for one in self.holidays if one.day == day), None)
        if found is not None:
            return [(found.opens, found.closes)] if found.opens and found.closes else []
        return [(span.opens, span.closes) for span in self.spans if span.weekday == day.weekday()]

    def is_open(self, moment: datetime) -> bool:
        """`moment` on the gym's clock. What opened yesterday may close after midnight."""
        at = moment.time()
        today = any(opens <= at and (at < closes or closes <= opens) for opens, closes in self._kept(moment.date()))
        return today or any(closes <= opens and at < closes for opens, closes in self._kept(moment.date() - DAY))

    def next_opening(self, moment: datetime) -> datetime | None:
        """Within a week, on the gym's clock."""
        days = [moment.date() + n * DAY for n in range(8)]
        starts = [datetime.combine(day, opens, moment.tzinfo) for day in days for opens, _closes in self._kept(day)]
        return min((start for start in starts if start > moment), default=None)

    def _kept(self, day: date) -> list[tuple[time, time]]:
        if self.spans or any(one.day == day for one in self.holidays):
            return self.of(day)
        return [(MIDNIGHT, MIDNIGHT)]
