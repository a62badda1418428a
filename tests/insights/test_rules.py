"""Who is worth a call, against their own rhythm."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insights.rules import Habit, Span, Trained, Usual, risk, usual, usual_gap

TODAY = date(2026, 11, 21)


def came(days_ago: int) -> datetime:
    return datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time(), UTC)


def habit(weeks: str, last: int | None, **more: object) -> Habit:
    weeks_ = tuple(int(one) for one in weeks)
    known = {"joined_on": TODAY - timedelta(days=200), "last_visit": None if last is None else came(last), **more}
    return Habit(weeks=weeks_, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("who", "signs"),
    [
        (habit("3333333333333333", 1), []),
        (habit("3333333333333310", 9), []),  # nine days are nothing yet
        (habit("3333333333333100", 13), []),  # nor are thirteen
        (habit("3333333333333100", 14), ["silent"]),
        (habit("1010101010101010", 12), []),  # every two weeks is a rhythm too
        (habit("1010101010100000", 45), ["silent"]),
        (habit("0510300420150300", 11), []),  # comes as it falls: eleven days are nothing
        (habit("1111111111111000", 20), []),  # every week: two missed are not three
        (habit("1111111111111000", 21), ["silent"]),
        (habit("1111111111110101", 3), []),  # half, but that may be chance
        (habit("4444444444441111", 2), ["slowing"]),
        (habit("4444444444444444", 2), []),
        (habit("1111111111111111", 3), []),
        (habit("0000000000000000", None), ["never_came"]),
        (habit("00", None, joined_on=TODAY - timedelta(days=13)), []),
        (habit("3333333333330000", 30, is_frozen=True), []),
        (habit("3333333333333333", 1, ends_on=TODAY + timedelta(days=5)), ["expiring"]),
        (habit("3333333333333333", 1, ends_on=TODAY + timedelta(days=5), renews=True), []),
        (habit("3333333333333333", 1, owes=500, owes_since=TODAY - timedelta(days=8)), ["owes"]),
        (habit("3333333333333333", 1, owes=500, owes_since=TODAY - timedelta(days=3)), []),
        (
            habit("3333333333333000", 22, ends_on=TODAY, owes=1, owes_since=TODAY - timedelta(days=30)),
            ["silent", "expiring", "owes"],
        ),
        (habit("3333333333333333", 1, trained=Trained(12, 12, 6, 2, 6, 2)), ["missed_plan", "stalled"]),
        (habit("3333333333333333", 1, trained=Trained(12, 12, 6, 2, 2, 1)), []),  # always does two of six
        (habit("3333333333333333", 1, trained=Trained(4, 12, 6, 0, 6, 0)), ["trains_less", "missed_plan"]),
        (habit("3333333333333333", 1, trained=Trained(1, 3, 0, 0, 0, 0)), []),  # too seldom to say
    ],
)
def test_signs(who: Habit, signs: list[str]) -> None:
    assert [sign.code for sign in risk(who, TODAY).signs] == signs


def test_debt_alone_is_no_reason_to_call() -> None:
    assert not risk(habit("3333333333333333", 1, owes=500, owes_since=TODAY - timedelta(days=90)), TODAY).is_called_for


def test_training_alone_calls_only_when_two_things_say_so() -> None:
    def called(trained: Trained) -> bool:
        return risk(habit("3333333333333333", 1, trained=trained), TODAY).is_called_for

    assert not called(Trained(12, 12, 6, 1, 6, 3))
    assert not called(Trained(4, 12, 6, 6, 6, 0))
    assert called(Trained(4, 12, 6, 1, 6, 0))


def test_coming_back_clears_everything() -> None:
    away = habit("3333333333330000", 30)
    assert risk(away, TODAY).is_called_for
    assert not risk(habit("3333333333330001", 0), TODAY).is_called_for


def test_longer_away_weighs_more() -> None:
    assert risk(habit("3333333333000000", 45), TODAY).score > risk(habit("3333333333333200", 12), TODAY).score


@given(st.lists(st.integers(0, 14), max_size=16), st.integers(0, 400) | st.none())
def test_no_history_breaks_the_rule(weeks: list[int], last: int | None) -> None:
    found = risk(Habit(TODAY - timedelta(days=400), tuple(weeks), None if last is None else came(last)), TODAY)
    assert found.score >= 0
    assert usual_gap(weeks) >= 1


def test_usual_needs_three_such_days() -> None:
    assert usual([4, 5]) is None
    assert usual([1, 5, 9]) == Usual(3, 5, 7)
    assert usual([1, 5, 9]).compared(8) == "more"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span(date(2026, 11, 1), date(2026, 11, 30)), date(2026, 10, 2), date(2026, 10, 31)),
        (Span(date(2024, 2, 29), date(2024, 3, 1), "year"), date(2023, 2, 28), date(2023, 3, 1)),
    ],
)
def test_what_a_period_is_compared_with(span: Span, first: date, last: date) -> None:
    assert (span.other.first, span.other.last) == (first, last)
