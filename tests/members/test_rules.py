"""What a membership is on a day, and what freezing, renewing and leaving do to its days."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.members.rules import (
    Cancelling,
    Freezing,
    GymRules,
    Offer,
    Pass,
    Refused,
    Selling,
    Spell,
    Thawing,
    age,
    cancelling,
    card_code,
    first_to_use,
    freezing,
    frozen_days,
    frozen_days_within,
    in_grace,
    is_birthday,
    last_of,
    pushed,
    renewal_start,
    selling,
    status,
    thawing,
    to_explain,
)

MARCH = date(2026, 3, 1)
DAY = timedelta(days=1)


def mo(number: int = 1, **changes: object) -> Pass:
    sold = Pass(UUID(int=number), "membership", MARCH, date(2026, 3, 31), sold_starts_on=MARCH)
    return replace(sold, **changes)


def pack(number: int = 2, visits: int = 10, **changes: object) -> Pass:
    return mo(number, kind="pack", visits_left=visits, **changes)


ICE = Spell(date(2026, 3, 10), date(2026, 3, 19))


@pytest.mark.parametrize(
    ("sold", "day", "code"),
    [
        (mo(), date(2026, 2, 28), "pending"),
        (mo(), date(2026, 3, 1), "active"),
        (mo(), date(2026, 3, 31), "active"),  # the last day counts
        (mo(), date(2026, 4, 1), "expired"),
        (mo(ends_on=MARCH), MARCH, "active"),  # sold for one day: that day
        (mo(ends_on=MARCH), MARCH + DAY, "expired"),
        (mo(spells=(ICE,)), date(2026, 3, 9), "active"),
        (mo(spells=(ICE,)), date(2026, 3, 10), "frozen"),
        (mo(spells=(ICE,)), date(2026, 3, 19), "frozen"),
        (mo(spells=(ICE,)), date(2026, 3, 20), "active"),
        (mo(spells=(replace(ICE, thawed_on=date(2026, 3, 15)),)), date(2026, 3, 14), "frozen"),
        (mo(spells=(replace(ICE, thawed_on=date(2026, 3, 15)),)), date(2026, 3, 15), "active"),
        (mo(spells=(replace(ICE, thawed_on=date(2026, 3, 10)),)), date(2026, 3, 10), "active"),  # called off
        (mo(suspended_on=date(2026, 3, 5)), date(2026, 3, 4), "active"),
        (mo(suspended_on=date(2026, 3, 5)), date(2026, 3, 5), "suspended"),
        (mo(suspended_on=date(2026, 3, 5)), date(2026, 4, 1), "expired"),  # suspended does not extend
        (mo(suspended_on=date(2026, 3, 5), spells=(ICE,)), date(2026, 3, 12), "suspended"),
        (mo(cancelled_on=date(2026, 3, 20)), date(2026, 3, 19), "active"),
        (mo(cancelled_on=date(2026, 3, 20)), date(2026, 3, 20), "cancelled"),
        (mo(cancelled_on=date(2026, 3, 20)), date(2026, 5, 1), "cancelled"),
        (mo(cancelled_on=MARCH), MARCH - DAY, "pending"),
        (pack(visits=1), MARCH, "active"),
        (pack(visits=0), MARCH, "expired"),
        (pack(visits=0, suspended_on=MARCH), MARCH, "expired"),
        (pack(visits=3, cancelled_on=MARCH), MARCH, "cancelled"),
    ],
)
def test_status_on_a_day(sold: Pass, day: date, code: str) -> None:
    assert status(sold, day).code == code


def test_unlimited_is_not_a_number_of_visits() -> None:
    assert status(mo(visits_left=None), MARCH).code == "active"


def test_status_says_since_when_and_why() -> None:
    assert status(mo(), date(2026, 4, 3)).since == date(2026, 4, 1)
    assert (status(mo(), date(2026, 4, 3)).why, status(pack(visits=0), MARCH).why) == ("days", "visits")
    assert status(mo(spells=(ICE,)), ICE.starts_on).until == date(2026, 3, 19)
    assert status(mo(), date(2026, 2, 1)).until == date(2026, 2, 28)


def test_status_is_never_stale() -> None:
    """Nothing is stored that a nightly job would have to turn: the same row reads differently on another day."""
    sold = mo(spells=(ICE,))
    assert [status(sold, d).code for d in (date(2026, 2, 1), MARCH, ICE.starts_on, date(2026, 3, 25), date(2026, 4, 1))] == [
        "pending",
        "active",
        "frozen",
        "active",
        "expired",
    ]


def test_grace_days_run_after_the_last_day() -> None:
    fay = mo(grace_days=3)
    assert [in_grace(fay, date(2026, 3, 31) + n * DAY) for n in range(5)] == [0, 1, 2, 3, 0]


def test_no_grace_for_used_up_or_cancelled() -> None:
    assert in_grace(pack(visits=0, grace_days=9), date(2026, 4, 1)) == 1  # the days ended; visits are told apart by the desk
    assert in_grace(pack(visits=0, grace_days=9), date(2026, 3, 31)) == 0
    assert in_grace(mo(grace_days=9, cancelled_on=date(2026, 3, 20)), date(2026, 3, 21)) == 0


# Which one is used first


def test_the_one_ending_soonest_is_used_first() -> None:
    late, soon = pack(1, ends_on=date(2026, 5, 1)), pack(2, ends_on=date(2026, 4, 1))
    assert first_to_use([late, soon], MARCH) is soon


def test_at_a_tie_no_visit_is_spent() -> None:
    assert first_to_use([pack(1), mo(2)], MARCH).id == UUID(int=2)


def test_at_a_tie_ones_own_goes_before_the_households() -> None:
    shared, own = pack(1, is_own=False), pack(2)
    assert first_to_use([shared, own], MARCH) is own


def test_frozen_suspended_pending_and_used_up_are_not_used() -> None:
    sleeping = [
        mo(1, spells=(ICE,)),
        mo(2, suspended_on=MARCH),
        mo(3, starts_on=date(2026, 3, 20)),
        pack(4, visits=0),
        mo(5, cancelled_on=MARCH),
    ]
    assert first_to_use(sleeping, date(2026, 3, 12)) is None


def test_a_cancellation_counts_as_the_end_when_choosing() -> None:
    leaving = pack(1, ends_on=date(2026, 6, 1), cancelled_on=date(2026, 3, 10))
    assert first_to_use([pack(2), leaving], MARCH) is leaving


def test_the_door_talks_about_the_nearest_one() -> None:
    old, newer = (
        mo(1, starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 31)),
        mo(2, ends_on=date(2026, 2, 1), starts_on=date(2026, 1, 1)),
    )
    coming = mo(3, starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 31))
    assert to_explain([old, newer], MARCH) is newer
    assert to_explain([old, coming, newer], MARCH) is coming
    assert to_explain([coming, mo(4, spells=(ICE,))], ICE.starts_on).id == UUID(int=4)
    assert to_explain([], MARCH) is None


# Days


@pytest.mark.parametrize(
    ("starts_on", "duration", "unit", "last"),
    [
        (date(2026, 3, 1), 30, "day", date(2026, 3, 30)),  # thirty days are thirty days, not thirty-one
        (date(2026, 3, 1), 1, "day", date(2026, 3, 1)),
        (date(2026, 3, 1), 1, "month", date(2026, 3, 31)),
        (date(2026, 3, 15), 1, "month", date(2026, 4, 14)),
        (date(2026, 1, 31), 1, "month", date(2026, 2, 28)),
        (date(2028, 1, 31), 1, "month", date(2028, 2, 29)),
        (date(2026, 1, 30), 1, "month", date(2026, 2, 28)),
        (date(2026, 12, 5), 1, "month", date(2027, 1, 4)),
        (date(2026, 12, 1), 1, "month", date(2026, 12, 31)),
        (date(2028, 2, 29), 12, "month", date(2029, 2, 28)),
        (date(2026, 8, 31), 6, "month", date(2027, 2, 28)),
    ],
)
def test_the_last_day_of_what_is_sold(starts_on: date, duration: int, unit: str, last: date) -> None:
    assert last_of(starts_on, duration, unit) == last


days = st.integers(0, 400).map(lambda n: MARCH + n * DAY)


@given(days, st.integers(1, 36))
def test_a_month_is_never_more_than_31_days_and_never_less_than_28(starts_on: date, months: int) -> None:
    length = (last_of(starts_on, months, "month") - starts_on).days + 1
    assert 28 * months <= length <= 31 * months


# Freezing


def fay_freezes(
    sold: Pass, spell: Spell, day: date, rules: GymRules | None = None, *, by_staff: bool = True
) -> Freezing | Refused:
    return freezing(sold, spell, rules or GymRules(), day, by_staff=by_staff)


def test_freezing_extends_by_the_days_frozen() -> None:
    assert fay_freezes(mo(), ICE, MARCH) == Freezing(ICE, date(2026, 4, 10), 0)


def test_ending_early_gives_back_only_the_days_really_frozen() -> None:
    frozen = mo(ends_on=date(2026, 4, 10), spells=(ICE,))
    back = thawing(frozen, date(2026, 3, 13))
    assert back == Thawing(replace(ICE, thawed_on=date(2026, 3, 13)), 7, date(2026, 4, 3))
    assert back.spell.days == 3


def test_thawing_on_the_first_day_leaves_no_trace_in_the_days() -> None:
    assert thawing(mo(ends_on=date(2026, 4, 10), spells=(ICE,)), ICE.starts_on).ends_on == date(2026, 3, 31)


def test_a_freeze_still_to_come_is_called_off() -> None:
    assert thawing(mo(ends_on=date(2026, 4, 10), spells=(ICE,)), MARCH).ends_on == date(2026, 3, 31)


def test_nobody_thaws_what_is_not_frozen() -> None:
    assert thawing(mo(), MARCH) == Refused("not_frozen")
    assert thawing(mo(spells=(ICE,)), date(2026, 3, 20)) == Refused("not_frozen")
    called_off = replace(ICE, thawed_on=ICE.starts_on)
    assert thawing(mo(spells=(called_off,)), MARCH) == Refused("not_frozen")


@pytest.mark.parametrize(
    ("sold", "spell", "code"),
    [
        (mo(ends_on=date(2026, 2, 27), starts_on=date(2026, 2, 1)), ICE, "over"),
        (mo(cancelled_on=MARCH), ICE, "over"),
        (mo(suspended_on=MARCH), ICE, "suspended"),
        (mo(kind="day"), ICE, "not_for_this_kind"),
        (mo(), Spell(date(2026, 3, 9), date(2026, 3, 8)), "ends_before_start"),
        (mo(), Spell(date(2026, 2, 27), date(2026, 3, 8)), "in_the_past"),
        (mo(), Spell(date(2026, 4, 1), date(2026, 4, 20)), "outside"),
        (mo(cancelled_on=date(2026, 3, 15)), ICE, "cancelled_before"),
        (mo(spells=(ICE,)), Spell(date(2026, 3, 19), date(2026, 3, 25)), "frozen_already"),
        (mo(), Spell(date(2026, 3, 9), date(2027, 6, 8)), "too_long"),
    ],
)
def test_freezes_that_staff_are_refused(sold: Pass, spell: Spell, code: str) -> None:
    refused = fay_freezes(sold, spell, MARCH)
    assert isinstance(refused, Refused)
    assert refused.code == code


def test_a_second_freeze_right_after_the_first_is_fine() -> None:
    assert isinstance(fay_freezes(mo(spells=(ICE,)), Spell(date(2026, 3, 20), date(2026, 3, 27)), MARCH), Freezing)


def test_members_freeze_within_the_gyms_rules() -> None:
    rules = GymRules(freeze_min_days=7, freeze_max_days=30, freeze_fee=500)
    spell = Spell(date(2026, 3, 10), date(2026, 3, 15))
    assert fay_freezes(mo(), spell, MARCH, rules, by_staff=False) == Refused("too_short", days=7)
    long = mo(spells=(Spell(date(2026, 3, 1), date(2026, 3, 25)),))
    assert fay_freezes(long, Spell(date(2026, 3, 26), date(2026, 4, 5)), MARCH, rules, by_staff=False).code == "too_long"
    assert fay_freezes(mo(), ICE, MARCH, rules, by_staff=False).fee == 500
    assert fay_freezes(mo(), ICE, MARCH, GymRules(may_freeze=False), by_staff=False) == Refused("ask_the_desk")


spells = st.tuples(st.integers(0, 27), st.integers(1, 60)).map(
    lambda s: Spell(MARCH + s[0] * DAY, MARCH + (s[0] + s[1] - 1) * DAY)
)


@given(spells, st.integers(0, 120))
def test_freeze_and_thaw_never_win_or_lose_a_day(spell: Spell, after: int) -> None:
    """Whatever the day of return: days with access in the end = days that were sold."""
    frozen = fay_freezes(mo(), spell, MARCH)
    assert isinstance(frozen, Freezing)
    sold = mo(ends_on=frozen.ends_on, spells=(spell,))
    back = thawing(sold, MARCH + after * DAY)
    if isinstance(back, Thawing):
        sold = replace(sold, ends_on=back.ends_on, spells=(back.spell,))
    open_days = [d for d in range(200) if status(sold, MARCH + d * DAY).code == "active"]
    assert len(open_days) == 31


@given(st.lists(spells, max_size=4), st.lists(st.integers(0, 150), max_size=4))
def test_any_history_of_freezes_keeps_every_sold_day(wished: list[Spell], returns: list[int]) -> None:
    sold = mo()
    for spell in wished:
        done = fay_freezes(sold, spell, MARCH)
        if isinstance(done, Freezing):
            sold = replace(sold, ends_on=done.ends_on, spells=(*sold.spells, spell))
    for day in sorted(returns):
        back = thawing(sold, MARCH + day * DAY)
        if isinstance(back, Thawing):
            others = tuple(s for s in sold.spells if s.starts_on != back.spell.starts_on)
            sold = replace(sold, ends_on=back.ends_on, spells=(*others, back.spell))
    assert sold.ends_on == date(2026, 3, 31) + frozen_days(sold.spells) * DAY
    assert sum(status(sold, MARCH + d * DAY).code == "active" for d in range(500)) == 31


@given(spells, spells)
def test_frozen_days_within_is_what_counting_says(spell: Spell, window: Spell) -> None:
    counted = sum(spell.covers(window.starts_on + n * DAY) for n in range(window.days))
    assert frozen_days_within([spell], window.starts_on, window.ends_on) == counted


# Making room


def test_the_renewal_makes_room_for_the_frozen_days() -> None:
    april = mo(2, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 30), sold_starts_on=date(2026, 4, 1))
    moves = pushed(mo(), [april], 10)
    assert [(m.starts_on, m.ends_on) for m in moves] == [(MARCH, date(2026, 4, 10)), (date(2026, 4, 11), date(2026, 5, 10))]


def test_a_gap_swallows_frozen_days_first() -> None:
    later = mo(2, starts_on=date(2026, 4, 5), ends_on=date(2026, 5, 4), sold_starts_on=date(2026, 4, 5))
    assert len(pushed(mo(), [later], 4)) == 1
    assert pushed(mo(), [later], 6)[1].starts_on == date(2026, 4, 7)


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 20), st.integers(1, 60))
def test_room_that_was_made_is_given_back(frozen: int, returned: int, gap: int, length: int) -> None:
    returned = min(returned, frozen)
    starts = date(2026, 4, 1) + gap * DAY
    later = mo(2, starts_on=starts, ends_on=starts + (length - 1) * DAY, sold_starts_on=starts)

    def after(sold: Pass, follower: Pass, by: int) -> tuple[Pass, Pass]:
        moved = {m.id: m for m in pushed(sold, [follower], by)}
        return tuple(
            replace(p, starts_on=moved[p.id].starts_on, ends_on=moved[p.id].ends_on) if p.id in moved else p
            for p in (sold, follower)
        )

    first, second = after(mo(), later, frozen)
    first, second = after(first, second, -returned)
    assert second.starts_on > first.ends_on
    assert (second.ends_on - second.starts_on).days == length - 1
    assert second.starts_on <= max(starts, first.ends_on + DAY)
    if gap == 0:
        assert second.starts_on == first.ends_on + DAY


def test_a_renewal_sold_after_the_freeze_comes_forward_with_an_early_return() -> None:
    frozen = mo(ends_on=date(2026, 4, 10), spells=(ICE,))
    next_one = mo(2, starts_on=date(2026, 4, 11), ends_on=date(2026, 5, 10), sold_starts_on=date(2026, 4, 11))
    assert pushed(frozen, [next_one], -5)[1].starts_on == date(2026, 4, 6)


# Selling, renewing, leaving


MONTH = Offer("membership", 1, "month", None, 4900, joining_fee=2000)
TEN = Offer("pack", 3, "month", 10, 9000)


def test_a_sale_takes_the_price_and_the_joining_fee_once() -> None:
    assert selling(MONTH, MARCH, [], MARCH, has_joined=False) == Selling(MARCH, date(2026, 3, 31), None, 4900, 2000)
    assert selling(MONTH, MARCH, [], MARCH, has_joined=True).total == 4900


@pytest.mark.parametrize(
    ("offer", "starts_on", "held", "code"),
    [
        (replace(MONTH, is_active=False), MARCH, [], "withdrawn"),
        (MONTH, MARCH - DAY, [], "in_the_past"),
        (MONTH, MARCH + 367 * DAY, [], "too_far"),
        (MONTH, date(2026, 3, 31), [mo()], "overlaps"),  # the last day is taken
        (TEN, MARCH, [pack()], "overlaps"),
        (MONTH, MARCH, [mo(starts_on=date(2026, 3, 31), ends_on=date(2026, 4, 29))], "overlaps"),
        (Offer("trial", 7, "day", None, 0), MARCH, [mo(kind="trial", ends_on=MARCH - DAY, starts_on=MARCH - DAY)], "trial_had"),
    ],
)
def test_sales_that_are_refused(offer: Offer, starts_on: date, held: list[Pass], code: str) -> None:
    refused = selling(offer, starts_on, held, MARCH, has_joined=True)
    assert isinstance(refused, Refused)
    assert refused.code == code


def test_sales_that_do_not_get_in_each_others_way() -> None:
    assert isinstance(selling(MONTH, date(2026, 4, 1), [mo()], MARCH, has_joined=True), Selling)
    assert isinstance(selling(TEN, MARCH, [mo()], MARCH, has_joined=True), Selling)
    assert isinstance(selling(MONTH, date(2026, 3, 20), [mo(cancelled_on=date(2026, 3, 20))], MARCH, has_joined=True), Selling)


def test_a_used_up_pack_makes_room_for_the_next() -> None:
    assert selling(TEN, MARCH, [pack(visits=0)], MARCH, has_joined=True).replaces == (UUID(int=2),)


def test_renewing_from_the_end_or_from_today() -> None:
    assert renewal_start(mo(), date(2026, 3, 20), from_end=True) == date(2026, 4, 1)
    assert renewal_start(mo(), date(2026, 3, 31), from_end=True) == date(2026, 4, 1)
    assert renewal_start(mo(), date(2026, 4, 9), from_end=True) == date(2026, 4, 9)  # gone by: from today
    assert renewal_start(mo(), date(2026, 3, 20), from_end=False) == date(2026, 3, 20)
    assert renewal_start(None, MARCH, from_end=True) == MARCH
    assert renewal_start(mo(cancelled_on=date(2026, 3, 10)), date(2026, 3, 5), from_end=True) == date(2026, 3, 10)


def test_cancelling_runs_the_notice_and_returns_paid_days() -> None:
    leaving = cancelling(mo(), 3100, GymRules(cancel_notice_days=10), MARCH, by_staff=False)
    assert leaving == Cancelling(date(2026, 3, 12), 20, 2000)


def test_cancelling_never_returns_more_than_the_end() -> None:
    assert cancelling(mo(), 3100, GymRules(cancel_notice_days=60), MARCH, by_staff=True) == Cancelling(date(2026, 4, 1), 0, 0)


def test_cancelling_before_the_first_day_returns_everything() -> None:
    assert cancelling(mo(), 3100, GymRules(), date(2026, 2, 1), by_staff=True) == Cancelling(MARCH, 31, 3100)


def test_cancelling_is_refused_once_done_or_where_the_gym_wants_to_talk() -> None:
    assert cancelling(mo(cancelled_on=date(2026, 3, 9)), 1, GymRules(), MARCH, by_staff=True).code == "cancelled_already"
    assert cancelling(mo(), 1, GymRules(), date(2026, 4, 1), by_staff=True).code == "over"
    assert cancelling(mo(), 1, GymRules(may_cancel=False), MARCH, by_staff=False).code == "ask_the_desk"


@given(st.integers(0, 10**9), st.integers(0, 366), st.integers(0, 30), st.lists(spells, max_size=1))
def test_returned_money_is_never_more_than_was_paid(price: int, notice: int, after: int, frozen: list[Spell]) -> None:
    sold = mo(spells=tuple(frozen), ends_on=date(2026, 3, 31) + frozen_days(frozen) * DAY)
    out = cancelling(sold, price, GymRules(cancel_notice_days=notice), MARCH + after * DAY, by_staff=True)
    assert isinstance(out, Cancelling)
    assert 0 <= out.amount_returned <= price
    assert 0 <= out.days_returned <= 31


# People


@pytest.mark.parametrize(
    ("born_on", "day", "years"),
    [(date(2008, 3, 2), MARCH, 17), (date(2008, 3, 1), MARCH, 18), (date(2008, 2, 29), date(2026, 2, 28), 17), (MARCH, MARCH, 0)],
)
def test_age(born_on: date, day: date, years: int) -> None:
    assert age(born_on, day) == years


def test_birthdays_even_on_the_29th_of_february() -> None:
    assert is_birthday(date(1990, 3, 1), MARCH)
    assert is_birthday(date(1992, 2, 29), date(2026, 2, 28))
    assert is_birthday(date(1992, 2, 29), date(2028, 2, 29))
    assert not is_birthday(date(1992, 2, 29), date(2028, 2, 28))


def test_card_codes_of_any_length_and_any_case() -> None:
    assert card_code("  ab 12\t") == "AB12"
    assert len(card_code("9" * 200)) == 200
