"""What a membership is on a given day, which one is used first, and what freezing, renewing and leaving do to its days."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal
from uuid import UUID, uuid5

Kind = Literal["membership", "pack", "day", "trial"]
StatusCode = Literal["pending", "active", "frozen", "suspended", "expired", "cancelled"]
DAY = timedelta(days=1)
NEVER_ENDS = date.max


@dataclass(frozen=True, slots=True)
class Spell:
    """A freeze: both days inclusive; `thawed_on` is the first day back when it ended early."""

    starts_on: date
    ends_on: date
    thawed_on: date | None = None

    @property
    def back_on(self) -> date:
        return self.thawed_on or self.ends_on + DAY

    @property
    def days(self) -> int:
        return (self.back_on - self.starts_on).days

    def covers(self, day: date) -> bool:
        return self.starts_on <= day < self.back_on


@dataclass(frozen=True, slots=True)
class Pass:
    """A sold membership, as far as its days and visits are concerned."""

    id: UUID
    kind: Kind
    starts_on: date
    ends_on: date
    visits_left: int | None = None
    suspended_on: date | None = None
    cancelled_on: date | None = None
    spells: tuple[Spell, ...] = ()
    sold_starts_on: date | None = None
    grace_days: int = 0
    is_own: bool = True  # false: somebody else of the household owns it


@dataclass(frozen=True, slots=True)
class Status:
    """`since` is the first day of this state, `until` the last one that is known."""

    code: StatusCode
    since: date | None = None
    until: date | None = None
    why: Literal["", "days", "visits"] = ""

    @property
    def is_open(self) -> bool:
        return self.code == "active"


def status(sold: Pass, day: date) -> Status:
    """Cancelled, then over, then suspended, then not begun, then frozen; whatever remains is active, last day included."""
    if sold.cancelled_on and day >= sold.cancelled_on:
        return Status("cancelled", since=sold.cancelled_on)
    if day > sold.ends_on:
        return Status("expired", since=sold.ends_on + DAY, until=None, why="days")
    if sold.visits_left == 0:
        return Status("expired", why="visits")
    if sold.suspended_on and day >= sold.suspended_on:
        return Status("suspended", since=sold.suspended_on)
    if day < sold.starts_on:
        return Status("pending", since=None, until=sold.starts_on - DAY)
    for spell in sold.spells:
        if spell.covers(day):
            return Status("frozen", since=spell.starts_on, until=spell.back_on - DAY)
    return Status("active", since=sold.starts_on, until=last_day(sold))


def last_day(sold: Pass) -> date:
    """The last day with access: the end is inclusive, a cancellation takes effect on its day."""
    return min(sold.ends_on, sold.cancelled_on - DAY) if sold.cancelled_on else sold.ends_on


def in_grace(sold: Pass, day: date) -> int:
    """How many days of grace are used on this day; 0 when it is not a day of grace."""
    late = (day - sold.ends_on).days
    return late if status(sold, day) == Status("expired", sold.ends_on + DAY, None, "days") and late <= sold.grace_days else 0


def first_to_use(passes: Iterable[Pass], day: date) -> Pass | None:
    """Of those that are active: the one ending soonest; at a tie the one that costs no visit, then one's own, then the older."""
    usable = [sold for sold in passes if status(sold, day).is_open]
    return min(usable, key=_soonest, default=None)


def to_explain(passes: Iterable[Pass], day: date) -> Pass | None:
    """The one to talk about at the door: usable first, else the one that is nearest to being usable."""
    order = {"active": 0, "frozen": 1, "suspended": 2, "pending": 3, "expired": 4, "cancelled": 5}

    def nearness(sold: Pass) -> tuple:
        code = status(sold, day).code
        far = sold.starts_on.toordinal() if code == "pending" else -last_day(sold).toordinal()
        return (order[code], _soonest(sold)) if code == "active" else (order[code], (far, sold.id))

    return min(passes, key=nearness, default=None)


def _soonest(sold: Pass) -> tuple:
    return (last_day(sold), sold.visits_left is not None, not sold.is_own, sold.starts_on, sold.id)


# Days


def last_of(starts_on: date, duration: int, unit: Literal["day", "month"]) -> date:
    """The last day of what is sold: 30 days from the 1st end on the 30th; a month from the 31st ends with the next month."""
    if unit == "day":
        return starts_on + timedelta(days=duration - 1)
    months = starts_on.year * 12 + starts_on.month - 1 + duration
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if starts_on.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, starts_on.day) - DAY


def frozen_days(spells: Iterable[Spell]) -> int:
    return sum(spell.days for spell in spells)


def frozen_days_within(spells: Iterable[Spell], first: date, last: date) -> int:
    """How many days of the span were or will be frozen."""
    return sum(max(0, (min(spell.back_on, last + DAY) - max(spell.starts_on, first)).days) for spell in spells)


@dataclass(frozen=True, slots=True)
class Shift:
    """New dates for one membership."""

    id: UUID
    starts_on: date
    ends_on: date


def pushed(sold: Pass, following: Iterable[Pass], by_days: int) -> list[Shift]:
    """What moves when a membership becomes longer (or shorter) by some days.

    Later ones of the same kind that have not begun make room and come back: those sold to follow at once keep
    following at once, others return at most to the day that they were sold for.
    """
    before, end = sold.ends_on, sold.ends_on + timedelta(days=by_days)
    moves = [Shift(sold.id, sold.starts_on, end)]
    for later in sorted(following, key=lambda p: p.starts_on):
        sold_for = later.sold_starts_on or later.starts_on
        follows_at_once = later.starts_on == before + DAY and later.starts_on <= sold_for
        starts_on = end + DAY if follows_at_once else max(sold_for, end + DAY)
        before, end = later.ends_on, starts_on + (later.ends_on - later.starts_on)
        if starts_on != later.starts_on:
            moves.append(Shift(later.id, starts_on, end))
    return moves


def carried(later: Pass, move: Shift) -> int:
    """By how many days the freezes of a moved membership move with it: none while all of them still lie inside it."""
    spells = [spell for spell in later.spells if spell.days]
    if all(move.starts_on <= spell.starts_on and spell.back_on - DAY <= move.ends_on for spell in spells):
        return 0
    return (move.starts_on - later.starts_on).days


# What a gym allows


@dataclass(frozen=True, slots=True)
class GymRules:
    may_freeze: bool = True
    freeze_min_days: int = 7
    freeze_max_days: int = 90
    freeze_fee: int = 0
    may_cancel: bool = True
    cancel_notice_days: int = 14
    cancel_returns_days: bool = True
    may_renew: bool = True
    renew_days_before: int = 30
    adult_age: int = 18


@dataclass(frozen=True, slots=True)
class Refused:
    """The house says no, and why. `on` and `days` are for the sentence."""

    code: str
    on: date | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Freezing:
    spell: Spell
    ends_on: date
    fee: int


def freezing(sold: Pass, spell: Spell, rules: GymRules, day: date, *, by_staff: bool) -> Freezing | Refused:
    """Whether these days may be frozen and what that does. Staff are held to the calendar, members also to the gym's rules."""
    now = status(sold, day)
    if now.code in ("expired", "cancelled"):
        return Refused("over", on=last_day(sold))
    if now.code == "suspended":
        return Refused("suspended")
    if sold.kind in ("day", "trial"):
        return Refused("not_for_this_kind")
    if spell.ends_on < spell.starts_on:
        return Refused("ends_before_start")
    if spell.starts_on < day:
        return Refused("in_the_past", on=day)
    if not sold.starts_on <= spell.starts_on <= last_day(sold):
        return Refused("outside", on=last_day(sold))
    if sold.cancelled_on and sold.cancelled_on <= spell.ends_on:
        return Refused("cancelled_before", on=sold.cancelled_on)
    if any(old.starts_on < spell.back_on and spell.starts_on < old.back_on for old in sold.spells):
        return Refused("frozen_already")
    if spell.days > 366:
        return Refused("too_long", days=366)
    if not by_staff and (no := _against_the_rules(sold, spell, rules)):
        return no
    return Freezing(spell, sold.ends_on + timedelta(days=spell.days), rules.freeze_fee)


def _against_the_rules(sold: Pass, spell: Spell, rules: GymRules) -> Refused | None:
    if not rules.may_freeze:
        return Refused("ask_the_desk")
    if spell.days < rules.freeze_min_days:
        return Refused("too_short", days=rules.freeze_min_days)
    year_before = spell.ends_on - timedelta(days=365)
    if frozen_days_within((*sold.spells, spell), year_before, spell.ends_on) > rules.freeze_max_days:
        return Refused("too_long", days=rules.freeze_max_days)
    return None


@dataclass(frozen=True, slots=True)
class Thawing:
    spell: Spell
    days_given_up: int  # days that were granted and not frozen after all
    ends_on: date


def thawing(sold: Pass, day: date) -> Thawing | Refused:
    """Back today: the days really frozen stay added, the rest is taken off again. A freeze still to come is called off."""
    spell = next((s for s in sold.spells if s.covers(day)), None) or min(
        (s for s in sold.spells if s.starts_on > day and s.days), key=lambda s: s.starts_on, default=None
    )
    if spell is None:
        return Refused("not_frozen")
    back_on = max(day, spell.starts_on)
    given_up = (spell.back_on - back_on).days
    return Thawing(replace(spell, thawed_on=back_on), given_up, sold.ends_on - timedelta(days=given_up))


@dataclass(frozen=True, slots=True)
class Cancelling:
    cancelled_on: date  # first day without access
    days_returned: int
    amount_returned: int


def cancelling(sold: Pass, price: int, rules: GymRules, day: date, *, by_staff: bool) -> Cancelling | Refused:
    """Notice runs from today. What was paid for days after it comes back as credit, rounded down to the minor unit."""
    now = status(sold, day)
    if now.code == "cancelled" or sold.cancelled_on:
        return Refused("cancelled_already", on=sold.cancelled_on)
    if now.code == "expired":
        return Refused("over", on=last_day(sold))
    if not by_staff and not rules.may_cancel:
        return Refused("ask_the_desk")
    if day < sold.starts_on:
        return Cancelling(sold.starts_on, (sold.ends_on - sold.starts_on).days + 1, price if rules.cancel_returns_days else 0)
    on = min(day + timedelta(days=rules.cancel_notice_days + 1), sold.ends_on + DAY)
    if sold.kind != "membership" or not rules.cancel_returns_days:
        return Cancelling(on, 0, 0)
    left = (sold.ends_on - on).days + 1 - frozen_days_within(sold.spells, on, sold.ends_on)
    paid = (sold.ends_on - sold.starts_on).days + 1 - frozen_days(sold.spells)
    left = max(0, min(left, paid))
    return Cancelling(on, left, price * left // paid)


@dataclass(frozen=True, slots=True)
class Selling:
    starts_on: date
    ends_on: date
    visits: int | None
    price: int
    joining_fee: int
    replaces: tuple[UUID, ...] = field(default=())  # used-up packs that make room

    @property
    def total(self) -> int:
        return self.price + self.joining_fee


@dataclass(frozen=True, slots=True)
class Offer:
    """What is on sale, as the rules need it."""

    kind: Kind
    duration: int
    duration_unit: Literal["day", "month"]
    visits: int | None
    price: int
    joining_fee: int = 0
    is_active: bool = True


def selling(offer: Offer, starts_on: date, held: Sequence[Pass], day: date, *, has_joined: bool) -> Selling | Refused:
    """The joining fee is asked once in a lifetime. Nothing may run beside a membership of the same kind."""
    if not offer.is_active:
        return Refused("withdrawn")
    if starts_on < day:
        return Refused("in_the_past", on=day)
    if starts_on > day + timedelta(days=366):
        return Refused("too_far", days=366)
    if offer.kind == "trial" and any(old.kind == "trial" for old in held):
        return Refused("trial_had")
    ends_on = last_of(starts_on, offer.duration, offer.duration_unit)
    same = [p for p in held if p.kind == offer.kind and p.starts_on <= ends_on and last_day(p) >= starts_on]
    in_the_way = [p for p in same if p.visits_left != 0]
    if in_the_way:
        return Refused("overlaps", on=max(last_day(p) for p in in_the_way))
    fee = 0 if has_joined else offer.joining_fee
    return Selling(starts_on, ends_on, offer.visits, offer.price, fee, tuple(p.id for p in same))


def renewal_start(sold: Pass | None, day: date, *, from_end: bool) -> date:
    """From the end: the day after the last one, or today when that has gone by. From today otherwise."""
    if sold is None or not from_end:
        return day
    return max(day, last_day(sold) + DAY)


# People


def age(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def is_birthday(born_on: date, day: date) -> bool:
    """The 29th of February is kept on the 28th in ordinary years."""
    if (born_on.month, born_on.day) == (2, 29) and not calendar.isleap(day.year):
        return (day.month, day.day) == (2, 28)
    return (born_on.month, born_on.day) == (day.month, day.day)


def card_code(said: str) -> str:
    """Codes of any length; the case of letters and the blanks around do not matter."""
    return "".join(said.split()).upper()


def part_of(act: UUID, what: str) -> UUID:
    """The id of something that hangs on an act: the same act sent twice makes the same rows."""
    return uuid5(act, what)
