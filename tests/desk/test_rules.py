"""The verdict: every reason, every edge of the day, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.accounts.rules import Holiday, Hours, Span
from app.desk.rules.policy import CHANNELS, CODES, TABLE, Policy, changes_only
from app.desk.rules.verdict import (
    FIXES,
    Freeze,
    LastVisit,
    Member,
    Pass,
    Standing,
    Window,
    fixes,
    is_birthday,
    is_open_hours,
    may_undo,
    next_opening,
    verdict,
)

BELGRADE = ZoneInfo("Europe/Belgrade")
HERE, THERE = UUID(int=1), UUID(int=2)
TODAY = date(2026, 3, 11)  # a Wednesday
NOON = datetime(2026, 3, 11, 12, 0, tzinfo=BELGRADE)

MONTHLY = Pass(UUID(int=10), "Monthly", date(2026, 3, 1), date(2026, 3, 31))
TEN = Pass(UUID(int=11), "Ten visits", date(2026, 3, 1), date(2026, 6, 1), visits_left=4)
MO = Member(UUID(int=100), "Mo", passes=(MONTHLY,))


def standing(member: Member | None = MO, **rest) -> Standing:
    return Standing(HERE, member, **rest)


def of(*passes: Pass, **rest) -> Standing:
    return standing(replace(MO, passes=passes), **rest)


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


LATE = (Window(2, time(6), time(10)),)

# The reference verdict, rows 1 to 9, and what this house says there.
ROWS = {
    "row 1: nobody has this card": (standing(None), "refused", ("unknown",)),
    "row 3: no membership at all": (of(), "refused", ("no_membership",)),
    "row 4: an unlimited pass has no number of visits and needs none": (of(replace(MONTHLY, visits_left=None)), "allowed", ()),
    "row 5: yesterday was the last day": (of(replace(MONTHLY, ends_on=days(-1))), "refused", ("expired",)),
    "row 6a: no visits left": (of(replace(TEN, visits_left=0)), "refused", ("no_visits_left",)),
    "row 6b: starts tomorrow": (of(replace(MONTHLY, starts_on=days(1))), "refused", ("not_started",)),
    "row 6c: suspended": (of(replace(MONTHLY, suspended_on=days(-3))), "refused", ("suspended",)),
    "row 6d: frozen": (of(replace(MONTHLY, freezes=(Freeze(days(-3), days(3)),))), "refused", ("frozen",)),
    "row 6e: cancelled": (of(replace(MONTHLY, cancelled_on=days(0))), "refused", ("cancelled",)),
    "row 7: after the hours of the pass": (of(replace(MONTHLY, windows=LATE)), "refused", ("outside_hours",)),
    "row 8: once a day and already here today": (
        of(replace(MONTHLY, daily_limit=1, visits_today=1)),
        "refused",
        ("daily_limit",),
    ),
    "row 9: come in": (of(TEN), "allowed", ()),
}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_reference_verdict(row):
    facts, outcome, codes = ROWS[row]
    said = verdict(facts, NOON, "desk")
    assert (said.outcome, said.codes) == (outcome, codes)


def test_row_9_takes_one_visit_off_the_pass_and_never_off_an_unlimited_one():
    assert verdict(of(TEN), NOON, "desk").takes
    unlimited = verdict(of(MONTHLY), NOON, "desk")
    assert unlimited.pass_id == MONTHLY.id
    assert unlimited.is_new_visit


# --- every other reason, and its edge ------------------------------------------------------------------------------

EDGES = {
    "the last day is included": (of(replace(MONTHLY, ends_on=TODAY)), "allowed", ("ends_soon",)),
    "the first day is included": (of(replace(MONTHLY, starts_on=TODAY)), "allowed", ()),
    "a pass without an end never ends": (of(replace(MONTHLY, ends_on=None)), "allowed", ()),
    "one day late with three days of grace": (
        of(replace(MONTHLY, ends_on=days(-1), grace_days=3)),
        "warned",
        ("in_grace",),
    ),
    "the last day of grace": (of(replace(MONTHLY, ends_on=days(-3), grace_days=3)), "warned", ("in_grace",)),
    "the day after grace": (of(replace(MONTHLY, ends_on=days(-4), grace_days=3)), "refused", ("expired",)),
    "the last frozen day": (of(replace(MONTHLY, freezes=(Freeze(days(-9), TODAY),))), "refused", ("frozen",)),
    "the day after the freeze": (of(replace(MONTHLY, freezes=(Freeze(days(-9), days(-1)),))), "allowed", ()),
    "a freeze without an end": (of(replace(MONTHLY, freezes=(Freeze(TODAY),))), "refused", ("frozen",)),
    "a freeze that starts tomorrow": (of(replace(MONTHLY, freezes=(Freeze(days(1), days(9)),))), "allowed", ()),
    "suspended from tomorrow": (of(replace(MONTHLY, suspended_on=days(1))), "allowed", ()),
    "cancelled from tomorrow": (of(replace(MONTHLY, cancelled_on=days(1))), "allowed", ()),
    "the other gym's pass": (of(replace(MONTHLY, gym_ids=(THERE,))), "refused", ("wrong_gym",)),
    "a pass for both gyms": (of(replace(MONTHLY, gym_ids=(THERE, HERE))), "allowed", ()),
    "one visit left": (of(replace(TEN, visits_left=1)), "allowed", ("last_visit",)),
    "below the daily limit": (of(replace(TEN, daily_limit=2, visits_today=1)), "allowed", ()),
    "the house is full": (of(MONTHLY, inside=80, capacity=80), "warned", ("at_capacity",)),
    "one place free": (of(MONTHLY, inside=79, capacity=80), "allowed", ()),
    "no capacity was ever set": (of(MONTHLY, inside=5000), "allowed", ()),
    "a lost card": (of(MONTHLY, card="lost"), "refused", ("card_lost",)),
    "a blocked card": (of(MONTHLY, card="blocked"), "refused", ("card_blocked",)),
    "found by name, no card": (of(MONTHLY, card="none"), "allowed", ()),
    "left the club": (standing(replace(MO, left_on=days(-1))), "refused", ("left",)),
    "leaves tomorrow": (standing(replace(MO, left_on=days(1))), "allowed", ()),
    "owes since yesterday": (standing(replace(MO, owes=1500, owes_since=days(-1))), "warned", ("owes",)),
    "owes for two weeks": (standing(replace(MO, owes=1500, owes_since=days(-14))), "refused", ("overdue",)),
    "the gym owes the member": (standing(replace(MO, owes=-1500, owes_since=days(-99))), "allowed", ()),
    "waiver not signed": (standing(replace(MO, has_signed=False)), "warned", ("waiver_unsigned",)),
    "see the desk": (standing(replace(MO, alert="Bring the form")), "warned", ("alert",)),
    "an empty alert is none": (standing(replace(MO, alert="  ")), "allowed", ()),
    "birthday": (standing(replace(MO, born_on=date(1990, 3, 11))), "allowed", ("birthday",)),
}

WEEK = Hours([Span(day, time(6), time(22)) for day in range(5)] + [Span(5, time(18), time(2))])
CLOSED = {
    "a minute before the gym opens": (WEEK, "2026-03-11T05:59", "2026-03-11T06:00"),
    "as it opens": (WEEK, "2026-03-11T06:00", None),
    "as it closes": (WEEK, "2026-03-11T22:00", "2026-03-12T06:00"),
    "after midnight of a long Saturday": (WEEK, "2026-03-15T01:59", None),
    "on a day without hours": (WEEK, "2026-03-15T12:00", "2026-03-16T06:00"),
    "on a holiday": (replace(WEEK, holidays=[Holiday(TODAY, "Feast")]), "2026-03-11T12:00", "2026-03-12T06:00"),
    "on a holiday with hours of its own": (
        replace(WEEK, holidays=[Holiday(TODAY, "Feast", time(9), time(13))]), "2026-03-11T08:00", "2026-03-11T09:00",
    ),
    "on a holiday of a gym that never said its week": (Hours([], [Holiday(TODAY, "Feast")]), "2026-03-11T12:00", "2026-03-12T00:00"),
    "on any other day of such a gym": (Hours([], [Holiday(days(1), "Feast")]), "2026-03-11T12:00", None),
}  # fmt: skip


@pytest.mark.parametrize("case", CLOSED, ids=str)
def test_the_desk_is_warned_when_the_gym_is_closed_and_told_when_it_opens(case):
    hours, moment, opens = CLOSED[case]
    at = datetime.fromisoformat(moment).replace(tzinfo=BELGRADE)
    said = verdict(of(MONTHLY, hours=hours), at, "desk")
    if opens is None:
        assert (said.outcome, said.codes) == ("allowed", ())
    else:
        assert (said.outcome, said.codes) == ("warned", ("closed",))
        assert said.reasons[0].at == datetime.fromisoformat(opens).replace(tzinfo=BELGRADE)


def test_a_door_that_nobody_watches_stops_at_closed_hours_only_if_the_owner_says_so():
    night, shut = NOON.replace(hour=3), Policy(changes={"closed": {"kiosk": "block", "device": "block"}})
    said = {channel: verdict(of(TEN, hours=WEEK), night, channel).outcome for channel in CHANNELS}
    assert said == {"desk": "warned", "kiosk": "allowed", "self": "allowed", "device": "allowed"}
    said = {channel: verdict(of(TEN, hours=WEEK, policy=shut), night, channel).outcome for channel in CHANNELS}
    assert said == {"desk": "warned", "kiosk": "refused", "self": "allowed", "device": "refused"}


@pytest.mark.parametrize("edge", EDGES, ids=str)
def test_each_reason_at_its_edge(edge):
    facts, outcome, codes = EDGES[edge]
    said = verdict(facts, NOON, "desk")
    assert (said.outcome, said.codes) == (outcome, codes)


def test_debt_needs_amount_and_age():
    policy = Policy(overdue_amount=5000, overdue_days=14)
    little = verdict(standing(replace(MO, owes=4999, owes_since=days(-60)), policy=policy), NOON, "desk")
    young = verdict(standing(replace(MO, owes=9000, owes_since=days(-13)), policy=policy), NOON, "desk")
    both = verdict(standing(replace(MO, owes=5000, owes_since=days(-14)), policy=policy), NOON, "desk")
    assert (little.codes, young.codes, both.codes) == (("owes",), ("owes",), ("overdue",))


def test_all_reasons_are_told_blocking_ones_first():
    lou = replace(
        MO,
        passes=(replace(TEN, ends_on=days(-3), visits_left=0, windows=LATE, gym_ids=(THERE,)),),
        owes=900,
        owes_since=days(-2),
        has_signed=False,
        alert="Locker key",
        born_on=date(2000, 3, 11),
    )
    said = verdict(standing(lou, card="lost", inside=9, capacity=9), NOON, "desk")
    assert said.codes == (
        "card_lost",
        "wrong_gym",
        "expired",
        "no_visits_left",
        "outside_hours",
        "at_capacity",
        "owes",
        "waiver_unsigned",
        "alert",
        "birthday",
    )
    assert [reason.effect for reason in said.reasons] == ["block"] * 5 + ["warn"] * 4 + ["allow"]


def test_reasons_carry_the_facts_that_the_screen_puts_in_words():
    said = verdict(of(replace(MONTHLY, ends_on=days(-3))), NOON, "desk").reasons[0]
    assert (said.on, said.number, said.text) == (days(-3), 3, "Monthly")


# --- which pass is used up -----------------------------------------------------------------------------------------


def test_the_pass_that_ends_soonest_is_used_first():
    early, late = replace(TEN, id=UUID(int=1), ends_on=days(9)), replace(TEN, id=UUID(int=2), ends_on=days(90))
    assert verdict(of(late, early), NOON, "desk").pass_id == early.id


def test_an_endless_pass_is_used_last():
    endless = replace(TEN, id=UUID(int=1), ends_on=None)
    assert verdict(of(endless, TEN), NOON, "desk").pass_id == TEN.id


def test_at_the_same_end_the_unlimited_pass_goes_first():
    unlimited = replace(MONTHLY, id=UUID(int=99), ends_on=TEN.ends_on)
    assert verdict(of(TEN, unlimited), NOON, "desk").pass_id == unlimited.id


def test_a_pass_that_is_fine_beats_one_in_grace_that_ended_sooner():
    grace = replace(MONTHLY, ends_on=days(-1), grace_days=5)
    said = verdict(of(grace, TEN), NOON, "desk")
    assert (said.pass_id, said.codes) == (TEN.id, ())


def test_a_good_pass_hides_the_troubles_of_the_others():
    old, spent = replace(MONTHLY, ends_on=days(-40)), replace(TEN, id=UUID(int=12), visits_left=0)
    assert verdict(of(old, spent, TEN), NOON, "desk").outcome == "allowed"


def test_among_shut_passes_the_one_nearest_to_letting_in_explains():
    frozen = replace(MONTHLY, freezes=(Freeze(days(-1), days(5)),))
    over = replace(TEN, ends_on=days(-200))
    assert verdict(of(over, frozen), NOON, "desk").codes == ("frozen",)


def test_of_two_expired_passes_the_latest_explains():
    first, second = replace(MONTHLY, ends_on=days(-300)), replace(TEN, ends_on=days(-2))
    assert verdict(of(first, second), NOON, "desk").reasons[0].on == days(-2)


# --- already in ----------------------------------------------------------------------------------------------------


def seen(minutes: float, gym: UUID = HERE, is_open: bool = True) -> LastVisit:
    return LastVisit(UUID(int=500), NOON - timedelta(minutes=minutes), gym, "Riverside", is_open)


AGAIN = {
    "nine minutes ago is the same visit": (seen(9), "again", ("already_in",)),
    "ten minutes ago is a new one": (seen(10), "allowed", ()),
    "a device ahead of time wrote the first": (seen(-2), "again", ("already_in",)),
    "went to the car and came back": (seen(4, is_open=False), "again", ("already_in",)),
    "in at the other gym a moment ago": (seen(5, THERE), "warned", ("elsewhere",)),
    "left the other gym": (seen(5, THERE, is_open=False), "allowed", ()),
    "at the other gym this morning": (seen(300, THERE), "allowed", ()),
}


@pytest.mark.parametrize("case", AGAIN, ids=str)
def test_a_second_tap(case):
    last, outcome, codes = AGAIN[case]
    said = verdict(standing(replace(MO, last_visit=last)), NOON, "desk")
    assert (said.outcome, said.codes) == (outcome, codes)


def test_the_second_tap_after_the_last_visit_says_already_in_not_no_visits():
    pat = replace(MO, passes=(replace(TEN, visits_left=0),), last_visit=seen(1))
    said = verdict(standing(pat), NOON, "desk")
    assert (said.outcome, said.codes, said.takes) == ("again", ("already_in",), False)


def test_a_lost_card_is_refused_even_when_its_owner_is_in():
    said = verdict(standing(replace(MO, last_visit=seen(1)), card="lost"), NOON, "desk")
    assert (said.outcome, said.codes) == ("refused", ("card_lost", "already_in"))


def test_the_owner_sets_how_long_a_visit_lasts():
    policy = Policy(again_minutes=120)
    assert verdict(standing(replace(MO, last_visit=seen(119)), policy=policy), NOON, "desk").outcome == "again"
    assert verdict(standing(replace(MO, last_visit=seen(1)), policy=Policy(again_minutes=0)), NOON, "desk").outcome == "allowed"


def test_a_turnstile_may_refuse_a_second_person_on_the_same_card():
    policy = Policy(changes={"already_in": {"device": "block"}})
    said = verdict(standing(replace(MO, last_visit=seen(1)), policy=policy), NOON, "device")
    assert (said.outcome, said.takes) == ("refused", False)


# --- the traps of the reference systems ------------------------------------------------------------------------------


def test_trap_thirty_days_sold_are_thirty_days_at_the_door():
    sold = replace(MONTHLY, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 30))
    came_in = [day for day in range(1, 32) if verdict(of(sold), datetime(2026, 3, day, 9, tzinfo=BELGRADE), "desk").is_in]
    assert came_in == list(range(1, 31))


def test_trap_unlimited_is_never_counted_down():
    assert verdict(of(replace(MONTHLY, visits_left=None, ends_on=None)), NOON, "desk").outcome == "allowed"


def test_trap_midnight_closes_the_day_and_the_hour_24_works():
    until_midnight = (Window(2, time(18), time(0)),)
    assert is_open_hours(until_midnight, NOON.replace(hour=23, minute=59, second=59))
    assert not is_open_hours(until_midnight, NOON.replace(hour=0) + timedelta(days=1))
    assert not is_open_hours(until_midnight, NOON.replace(hour=17, minute=59))


def test_trap_a_window_over_midnight_belongs_to_the_evening():
    night = (Window(2, time(22), time(2)),)
    assert is_open_hours(night, NOON.replace(hour=22))
    assert is_open_hours(night, (NOON + timedelta(days=1)).replace(hour=1))
    assert not is_open_hours(night, NOON.replace(hour=1))


def test_trap_the_closing_minute_is_closed_and_the_opening_minute_open():
    assert not is_open_hours(LATE, NOON.replace(hour=10, minute=0))
    assert is_open_hours(LATE, NOON.replace(hour=6, minute=0))


def test_trap_an_all_day_window_is_the_whole_day():
    whole = (Window(2, time(0), time(0)),)
    assert all(is_open_hours(whole, NOON.replace(hour=hour)) for hour in range(24))
    assert not is_open_hours(whole, NOON - timedelta(days=1))


def test_trap_the_gyms_date_decides_not_the_servers():
    pass_of_today = replace(MONTHLY, ends_on=TODAY)
    instant = datetime(2026, 3, 11, 23, 30, tzinfo=UTC)  # half past midnight on the 12th in Belgrade
    assert verdict(of(pass_of_today), instant.astimezone(BELGRADE), "desk").codes == ("expired",)
    assert verdict(of(pass_of_today), instant.astimezone(ZoneInfo("America/New_York")), "desk").outcome == "allowed"


@pytest.mark.parametrize("fold", [0, 1])
def test_trap_the_hour_that_happens_twice_is_open_both_times(fold):
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=BELGRADE, fold=fold)
    open_then = replace(MONTHLY, ends_on=None, windows=(Window(6, time(2), time(3)),))
    assert verdict(of(open_then), twice, "desk").outcome == "allowed"


def test_trap_the_hour_that_never_happens_shuts_nobody_out_of_the_next():
    skipped = (Window(6, time(2), time(3)),)
    assert not is_open_hours(skipped, datetime(2026, 3, 29, 1, 59, tzinfo=BELGRADE))
    assert not is_open_hours(skipped, datetime(2026, 3, 29, 3, 0, tzinfo=BELGRADE))


def test_trap_the_twenty_minutes_across_the_change_of_clocks_are_twenty_minutes():
    before = datetime(2026, 10, 25, 2, 50, tzinfo=BELGRADE, fold=0)
    after = datetime(2026, 10, 25, 2, 0, tzinfo=BELGRADE, fold=1)
    mo = replace(MO, passes=(replace(MONTHLY, ends_on=None),), last_visit=LastVisit(UUID(int=5), before.astimezone(UTC), HERE))
    assert verdict(standing(mo), after, "desk").outcome == "allowed"


def test_trap_withdrawn_types_shut_nobody_out():
    """A pass carries what was sold; there is nothing here that a withdrawn type could change."""
    assert "type" not in Pass.__dataclass_fields__


def test_next_opening_is_told():
    weekdays = tuple(Window(day, time(6), time(10)) for day in (0, 2))
    assert next_opening(weekdays, NOON) == datetime(2026, 3, 16, 6, tzinfo=BELGRADE)
    assert next_opening((), NOON) is None


@pytest.mark.parametrize(
    ("born", "today", "is_it"),
    [
        (date(1990, 3, 11), TODAY, True),
        (date(1990, 3, 12), TODAY, False),
        (date(2000, 2, 29), date(2026, 2, 28), True),
        (date(2000, 2, 29), date(2028, 2, 28), False),
        (date(2000, 2, 29), date(2028, 2, 29), True),
    ],
)
def test_birthdays_come_every_year(born, today, is_it):
    assert is_birthday(born, today) is is_it


# --- the owner's policy ------------------------------------------------------------------------------------------------


def test_the_owner_decides_per_reason_and_per_channel():
    policy = Policy(changes={"expired": {"desk": "warn"}})
    over = of(replace(TEN, ends_on=days(-2)), policy=policy)
    assert verdict(over, NOON, "desk").outcome == "warned"
    assert verdict(over, NOON, "kiosk").outcome == "refused"


def test_let_in_without_a_visit_left_takes_none():
    policy = Policy(changes={"no_visits_left": {"desk": "warn"}})
    said = verdict(of(replace(TEN, visits_left=0), policy=policy), NOON, "desk")
    assert (said.outcome, said.takes) == ("warned", False)


def test_let_in_without_any_membership_names_none():
    policy = Policy(changes={"no_membership": {"desk": "allow"}})
    said = verdict(of(policy=policy), NOON, "desk")
    assert (said.outcome, said.pass_id, said.takes) == ("allowed", None, False)


def test_nobody_can_rule_that_a_stranger_walks_in():
    policy = Policy(changes={"unknown": dict.fromkeys(CHANNELS, "allow")})
    assert verdict(standing(None, policy=policy), NOON, "device").outcome == "refused"


def test_a_policy_with_nonsense_in_it_falls_back_to_the_table():
    policy = Policy(changes={"expired": {"desk": "perhaps"}})
    assert policy.effect("expired", "desk") == "block"


def test_only_what_differs_is_kept():
    asked = {"expired": {"desk": "warn", "kiosk": "block"}, "unknown": {"desk": "allow"}, "owes": {"desk": "warn"}, "x": {}}
    assert changes_only(asked) == {"expired": {"desk": "warn"}}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_reason_has_an_effect_at_every_door(code, channel):
    assert Policy().effect(code, channel) in {"allow", "warn", "block"}


# --- what can be done about it ---------------------------------------------------------------------------------------


def test_fixes_come_in_the_order_of_the_reasons():
    lou = replace(MO, passes=(replace(MONTHLY, ends_on=days(-3)),), owes=900, owes_since=days(-2), has_signed=False)
    said = verdict(standing(lou), NOON, "desk")
    assert fixes(said) == ("renew", "day_pass", "take_payment", "sign_waiver", "override")


def test_nobody_overrides_for_a_stranger():
    assert fixes(verdict(standing(None), NOON, "desk")) == ("register", "day_pass")


def test_every_fix_belongs_to_a_reason_that_exists():
    assert set(FIXES) <= set(TABLE)


OVERRIDES = {
    "outside hours the visit is still counted": (of(replace(TEN, windows=LATE)), True),
    "on a lost card the visit is still counted": (of(TEN, card="lost"), True),
    "an expired pack gives nothing": (of(replace(TEN, ends_on=days(-1))), False),
    "a frozen pack gives nothing": (of(replace(TEN, freezes=(Freeze(days(-1)),))), False),
    "an empty pack gives nothing": (of(replace(TEN, visits_left=0)), False),
    "no membership": (of(), False),
}


@pytest.mark.parametrize("case", OVERRIDES, ids=str)
def test_an_override_takes_a_visit_only_where_one_was_sold(case):
    facts, takes = OVERRIDES[case]
    said = verdict(facts, NOON, "desk")
    assert (said.outcome, said.could_take) == ("refused", takes)


@pytest.mark.parametrize(("seconds", "may"), [(0, True), (59, True), (60, True), (61, False), (-1, False)])
def test_undo_is_possible_for_sixty_seconds(seconds, may):
    assert may_undo(NOON, NOON + timedelta(seconds=seconds)) is may
