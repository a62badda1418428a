"""May this person walk in now? Facts and a moment in, every reason out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from app.accounts.rules import Hours
from app.desk.rules.policy import RANK, Policy

SEVERITY = {"allow": 0, "warn": 1, "block": 2}
OUTCOMES = ("allowed", "warned", "refused", "again", "overridden")

# With one of these a pass gives nothing that an override could take.
SPENT = frozenset({"frozen", "suspended", "expired", "cancelled", "not_started", "no_visits_left", "wrong_gym"})


@dataclass(frozen=True, slots=True)
class Window:
    weekday: int  # Monday is 0
    opens: time
    closes: time  # not after opens: closes the next day, so 00:00 is midnight


@dataclass(frozen=True, slots=True)
class Freeze:
    from_on: date
    until_on: date | None = None  # last frozen day


@dataclass(frozen=True, slots=True)
class Pass:
    """A membership as the door sees it."""

    id: UUID
    name: str
    starts_on: date
    ends_on: date | None  # the last day, included; None never ends
    visits_left: int | None = None  # None is unlimited, never zero
    grace_days: int = 0
    daily_limit: int | None = None
    visits_today: int = 0
    gym_ids: tuple[UUID, ...] = ()  # none named: every gym
    windows: tuple[Window, ...] = ()  # none named: any hour
    freezes: tuple[Freeze, ...] = ()
    suspended_on: date | None = None
    cancelled_on: date | None = None  # first day without it


@dataclass(frozen=True, slots=True)
class LastVisit:
    id: UUID
    at: datetime
    gym_id: UUID
    gym: str = ""
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    id: UUID
    name: str
    joined_on: date | None = None
    left_on: date | None = None
    born_on: date | None = None
    alert: str = ""
    photo: str | None = None
    owes: int = 0  # minor units, positive is a debt
    owes_since: date | None = None
    has_signed: bool = True
    passes: tuple[Pass, ...] = ()
    last_visit: LastVisit | None = None
    streak_weeks: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the verdict may look at, read in one statement."""

    gym_id: UUID
    member: Member | None = None
    card: str = "good"  # good, lost, blocked or none (found by name)
    inside: int = 0
    capacity: int | None = None
    policy: Policy = field(default_factory=Policy)
    hours: Hours = field(default_factory=Hours)


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    effect: str = "block"
    on: date | None = None
    at: datetime | None = None
    number: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: str
    reasons: tuple[Reason, ...] = ()
    pass_id: UUID | None = None  # the membership that this is about
    takes: bool = False  # a visit comes off that membership
    could_take: bool = False  # an override would take one too

    @property
    def is_in(self) -> bool:
        return self.outcome != "refused"

    @property
    def is_new_visit(self) -> bool:
        return self.outcome in {"allowed", "warned", "overridden"}

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)


def verdict(standing: Standing, moment: datetime, channel: str) -> Verdict:
    """`moment` is aware and in the gym's zone: its date and clock are the gym's."""
    if standing.member is None:
        return _settle(standing.policy, channel, [Reason("unknown")])
    member = standing.member
    about_member = [*_card(standing), *_person(member, standing.policy, moment)]
    same = _same_visit(standing, member, moment)
    if same is not None:
        return _settle(standing.policy, channel, [*about_member, same], again=True)
    chosen, about_pass = _choose(standing, member, moment, channel)
    about_gym = _gym(standing, member, moment)
    return _settle(standing.policy, channel, [*about_member, *about_pass, *about_gym], chosen)


def _settle(policy: Policy, channel: str, found: list[Reason], chosen: Pass | None = None, again: bool = False) -> Verdict:
    reasons = _ruled(policy, channel, found)
    worst = max((SEVERITY[reason.effect] for reason in reasons), default=0)
    outcome = ("allowed", "warned", "refused")[worst]
    if again and outcome != "refused":
        outcome = "again"
    could = chosen is not None and not SPENT & {reason.code for reason in reasons}
    has_one = chosen is not None and (chosen.visits_left is None or chosen.visits_left > 0)
    takes = outcome in {"allowed", "warned"} and has_one
    return Verdict(outcome, reasons, chosen.id if chosen else None, takes, could and has_one)


def _ruled(policy: Policy, channel: str, found: Iterable[Reason]) -> tuple[Reason, ...]:
    """Blocking reasons first, then warnings, then notes; inside each in the order of the policy table."""
    ruled = [
        Reason(reason.code, policy.effect(reason.code, channel), reason.on, reason.at, reason.number, reason.text)
        for reason in found
    ]
    return tuple(sorted(ruled, key=lambda reason: (-SEVERITY[reason.effect], RANK[reason.code])))


def _card(standing: Standing) -> Iterator[Reason]:
    if standing.card == "lost":
        yield Reason("card_lost")
    if standing.card == "blocked":
        yield Reason("card_blocked")


def _person(member: Member, policy: Policy, moment: datetime) -> Iterator[Reason]:
    today = moment.date()
    if member.left_on is not None and member.left_on <= today:
        yield Reason("left", on=member.left_on)
    if member.owes > 0:
        yield Reason(_debt(member, policy, today), number=member.owes, on=member.owes_since)
    if not member.has_signed:
        yield Reason("waiver_unsigned")
    if member.alert.strip():
        yield Reason("alert", text=member.alert)
    if member.born_on is not None and is_birthday(member.born_on, today):
        yield Reason("birthday", number=today.year - member.born_on.year)


def _debt(member: Member, policy: Policy, today: date) -> str:
    """Overdue needs both: the amount and the age."""
    old = member.owes_since is not None and (today - member.owes_since).days >= policy.overdue_days
    return "overdue" if old and member.owes >= policy.overdue_amount else "owes"


def is_birthday(born_on: date, today: date) -> bool:
    if (born_on.month, born_on.day) == (2, 29) and not _is_leap(today.year):
        return (today.month, today.day) == (2, 28)
    return (born_on.month, born_on.day) == (today.month, today.day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _same_visit(standing: Standing, member: Member, moment: datetime) -> Reason | None:
    last = member.last_visit
    if last is None or last.gym_id != standing.gym_id:
        return None
    age = moment.astimezone(UTC) - last.at
    # A device whose clock runs ahead may have written a moment that is still to come: that is the same visit too.
    if age < timedelta(minutes=standing.policy.again_minutes):
        return Reason("already_in", at=last.at)
    return None


def _gym(standing: Standing, member: Member, moment: datetime) -> Iterator[Reason]:
    last = member.last_visit
    if (
        last is not None
        and last.is_open
        and last.gym_id != standing.gym_id
        and moment.astimezone(UTC) - last.at < timedelta(hours=1)
    ):
        yield Reason("elsewhere", at=last.at, text=last.gym)
    if not standing.hours.is_open(moment):
        yield Reason("closed", at=standing.hours.next_opening(moment))
    if standing.capacity is not None and standing.inside >= standing.capacity:
        yield Reason("at_capacity", number=standing.capacity)


def _choose(standing: Standing, member: Member, moment: datetime, channel: str) -> tuple[Pass | None, list[Reason]]:
    """Of the passes that let this person in best, the one that ends soonest; else the one closest to letting them in."""
    if not member.passes:
        return None, [Reason("no_membership")]
    ranked = []
    for each in member.passes:
        found = list(pass_reasons(each, standing, moment))
        effects = [SEVERITY[standing.policy.effect(reason.code, channel)] for reason in found]
        worst = max(effects, default=0)
        is_shut = worst == SEVERITY["block"]
        ranked.append((worst, _distance(found) if is_shut else 0, _order(each, is_shut), each, found))
    worst, _, _, chosen, found = min(ranked, key=lambda row: row[:3])
    if worst == SEVERITY["block"]:
        return chosen, found
    return chosen, [*found, *_notes(chosen, standing.policy, moment.date())]


# How far a pass is from letting somebody in; the desk fixes the nearest one.
_FAR = {"outside_hours": 1, "daily_limit": 1, "not_started": 2, "frozen": 2, "suspended": 3, "no_visits_left": 4, "expired": 4}


def _distance(found: list[Reason]) -> int:
    return max((_FAR.get(reason.code, 5) for reason in found if reason.code != "in_grace"), default=0)


def _order(each: Pass, is_shut: bool) -> tuple[int, bool, UUID]:
    """Soonest end first; at the same end the unlimited one, which costs the member nothing. Shut passes: last end first."""
    ends = (each.ends_on or date.max).toordinal()
    return (-ends if is_shut else ends, each.visits_left is not None, each.id)


def pass_reasons(each: Pass, standing: Standing, moment: datetime) -> Iterator[Reason]:
    today = moment.date()
    yield from _status(each, today)
    if each.visits_left is not None and each.visits_left <= 0:
        yield Reason("no_visits_left", text=each.name)
    if each.gym_ids and standing.gym_id not in each.gym_ids:
        yield Reason("wrong_gym", text=each.name)
    if each.windows and not is_open_hours(each.windows, moment):
        yield Reason("outside_hours", text=each.name, at=next_opening(each.windows, moment))
    if each.daily_limit is not None and each.visits_today >= each.daily_limit:
        yield Reason("daily_limit", number=each.daily_limit, text=each.name)


def _status(each: Pass, today: date) -> Iterator[Reason]:
    if each.cancelled_on is not None and each.cancelled_on <= today:
        yield Reason("cancelled", on=each.cancelled_on, text=each.name)
    if each.suspended_on is not None and each.suspended_on <= today:
        yield Reason("suspended", on=each.suspended_on, text=each.name)
    for freeze in each.freezes:
        if freeze.from_on <= today and (freeze.until_on is None or today <= freeze.until_on):
            yield Reason("frozen", on=freeze.until_on, text=each.name)
            break
    if today < each.starts_on:
        yield Reason("not_started", on=each.starts_on, text=each.name)
    if each.ends_on is not None and each.ends_on < today:
        in_grace = today <= each.ends_on + timedelta(days=each.grace_days)
        yield Reason("in_grace" if in_grace else "expired", on=each.ends_on, number=(today - each.ends_on).days, text=each.name)


def _notes(each: Pass, policy: Policy, today: date) -> Iterator[Reason]:
    if each.visits_left == 1:
        yield Reason("last_visit", text=each.name)
    if each.ends_on is not None and timedelta() <= each.ends_on - today <= timedelta(days=policy.soon_days):
        yield Reason("ends_soon", on=each.ends_on, text=each.name)


def is_open_hours(windows: Iterable[Window], moment: datetime) -> bool:
    return any(_inside(window, moment) for window in windows)


def _inside(window: Window, moment: datetime) -> bool:
    clock, weekday = moment.timetz().replace(tzinfo=None), moment.weekday()
    if window.opens < window.closes:
        return weekday == window.weekday and window.opens <= clock < window.closes
    late = weekday == window.weekday and clock >= window.opens
    after_midnight = weekday == (window.weekday + 1) % 7 and clock < window.closes
    return late or after_midnight


def next_opening(windows: Iterable[Window], moment: datetime) -> datetime | None:
    """The wall clock's next opening within a week, as the gym reads it."""
    starts = [_opening(window, moment, ahead) for window in windows for ahead in range(8)]
    return min((start for start in starts if start is not None and start > moment), default=None)


def _opening(window: Window, moment: datetime, ahead: int) -> datetime | None:
    day = moment.date() + timedelta(days=ahead)
    return datetime.combine(day, window.opens, moment.tzinfo) if day.weekday() == window.weekday else None


# --- after the verdict ---------------------------------------------------------------------------------------------

UNDO = timedelta(seconds=60)


def may_undo(at: datetime, now: datetime) -> bool:
    return timedelta() <= now - at <= UNDO


# What the desk can do about a reason, right there.
FIXES: dict[str, tuple[str, ...]] = {
    "unknown": ("register", "day_pass"),
    "card_lost": ("new_card",),
    "card_blocked": ("new_card",),
    "no_membership": ("sell", "day_pass"),
    "expired": ("renew", "day_pass"),
    "in_grace": ("renew",),
    "cancelled": ("renew", "day_pass"),
    "no_visits_left": ("renew", "day_pass"),
    "not_started": ("day_pass",),
    "frozen": ("unfreeze", "day_pass"),
    "suspended": ("unsuspend",),
    "wrong_gym": ("day_pass",),
    "outside_hours": ("day_pass",),
    "daily_limit": ("day_pass",),
    "overdue": ("take_payment",),
    "owes": ("take_payment",),
    "waiver_unsigned": ("sign_waiver",),
    "last_visit": ("renew",),
    "ends_soon": ("renew",),
}


def fixes(ruling: Verdict) -> tuple[str, ...]:
    """In the order of the reasons, each once; a person who was refused can always be let in on somebody's word."""
    found = dict.fromkeys(fix for reason in ruling.reasons for fix in FIXES.get(reason.code, ()))
    if ruling.outcome in {"refused", "again"} and "unknown" not in ruling.codes:
        found["override"] = None
    return tuple(found)
