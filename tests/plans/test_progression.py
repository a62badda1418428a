"""Progression and the next day: tables."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from app.plans.rules import DoneDay, Lifted, Line, next_day, next_target, preview

ID = UUID(int=1)
DOUBLE = Line(ID, "Bench", sets=3, reps_min=8, reps_max=12, target_weight=Decimal(60), progression="double", step=Decimal("2.5"))
LINEAR = Line(ID, "Squat", sets=3, reps_min=5, reps_max=5, target_weight=Decimal(100), progression="linear", step=Decimal(5))
WEEKLY = Line(ID, "Dead", sets=3, reps_min=3, reps_max=3, percent_1rm=Decimal(80), progression="percentage", step=Decimal("2.5"))
PLAIN = Line(ID, "Curl", sets=3, reps_min=10, reps_max=15)


def did(weight: str, *reps: int) -> list[Lifted]:
    return [Lifted(Decimal(weight), one) for one in reps]


@pytest.mark.parametrize(
    ("line", "sessions", "weight", "low", "high", "why"),
    [
        (DOUBLE, [], "60", 8, 12, "start"),
        (DOUBLE, [did("60", 12, 12, 12)], "62.5", 8, 12, "more_weight"),
        (DOUBLE, [did("60", 12, 12, 13)], "62.5", 8, 12, "more_weight"),
        (DOUBLE, [did("60", 12, 12)], "60", 12, 12, "more_reps"),
        (DOUBLE, [did("60", 12, 11, 9)], "60", 10, 12, "more_reps"),
        (DOUBLE, [did("60", 6, 5, 5)], "60", 8, 12, "more_reps"),
        (DOUBLE, [did("60", 7, 7, 6), did("60", 7, 7, 6), did("60", 7, 6, 6)], "52.5", 8, 12, "back_off"),
        (DOUBLE, [did("60", 7, 7, 6), did("57.5", 7, 7, 6), did("60", 7, 6, 6)], "60", 8, 12, "more_reps"),
        (DOUBLE, [[Lifted(None, 12)]], None, 8, 12, "same_again"),
        (LINEAR, [], "100", 5, 5, "start"),
        (LINEAR, [did("100", 5, 5, 5)], "105", 5, 5, "more_weight"),
        (LINEAR, [did("100", 5, 5, 4)], "100", 5, 5, "same_again"),
        (LINEAR, [did("100", 5, 4, 4), did("100", 5, 5, 4), did("100", 4, 4, 4)], "90", 5, 5, "back_off"),
        (LINEAR, [did("100", 5, 4, 4), did("100", 5, 5, 5), did("100", 4, 4, 4)], "100", 5, 5, "same_again"),
        (PLAIN, [], None, 10, 15, "start"),
        (PLAIN, [did("12.5", 15, 15, 15)], "12.5", 10, 15, "same_again"),
        (WEEKLY, [did("160", 3, 3, 3)], None, 3, 3, "percent"),
    ],
)
def test_the_next_target_follows_from_what_was_done(line, sessions, weight, low, high, why):
    aim = next_target(line, sessions)
    assert (aim.weight, aim.reps_min, aim.reps_max, aim.why) == (None if weight is None else Decimal(weight), low, high, why)


@pytest.mark.parametrize(("week", "weight"), [(1, "160"), (2, "165"), (3, "170"), (40, "300")])
def test_a_percentage_grows_by_the_week_and_lands_on_loadable_weights(week, weight):
    assert next_target(WEEKLY, [], best=Decimal(200), week=week).weight == Decimal(weight)


def test_four_weeks_ahead_are_shown_for_each_rule():
    assert [(w.weight, w.reps_min, w.reps_max) for w in preview(DOUBLE)] == [
        (60, 8, 8), (60, 9, 9), (60, 10, 10), (60, 11, 11),
    ]  # fmt: skip
    assert [(w.weight, w.reps_min) for w in preview(DOUBLE, weeks=6)][-2:] == [(60, 12), (Decimal("62.5"), 8)]
    assert [w.weight for w in preview(LINEAR)] == [100, 105, 110, 115]
    assert [w.percent for w in preview(WEEKLY)] == [80, Decimal("82.5"), 85, Decimal("87.5")]
    assert [w.weight for w in preview(WEEKLY, best=Decimal(200))] == [160, 165, 170, 175]
    assert [w.weight for w in preview(PLAIN)] == [None] * 4


MON = date(2026, 11, 2)


def on(day: int) -> date:
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("days", "done", "today", "number", "turn", "due", "kind"),
    [
        ((1, 3, 5), [], on(1), 1, 1, on(2), "before_start"),
        ((1, 3, 5), [], on(2), 1, 1, on(2), "due"),
        ((1, 3, 5), [], on(20), 1, 1, on(2), "due"),
        ((2, 4), [], on(2), 2, 1, on(3), "rest"),
        ((1, 3, 5), [(1, on(2))], on(3), 3, 1, on(4), "rest"),
        ((1, 3, 5), [(1, on(2))], on(4), 3, 1, on(4), "due"),
        ((1, 3, 5), [(1, on(2)), (3, on(10))], on(11), 5, 1, on(12), "rest"),
        ((1, 3, 5), [(1, on(2)), (3, on(4)), (5, on(6))], on(7), 1, 2, on(9), "rest"),
        ((1, 3, 5), [(1, on(2)), (3, on(4)), (5, on(6))], on(9), 1, 2, on(9), "due"),
        ((1, 2), [(1, on(2)), (1, on(3))], on(4), 2, 2, on(4), "due"),
        ((3,), [(3, on(4))], on(5), 3, 2, on(11), "rest"),
        ((1, 3), [(9, on(2))], on(3), 1, 1, on(2), "due"),
    ],
)
def test_the_next_day_keeps_its_gaps(days, done, today, number, turn, due, kind):
    falls = next_day(days, 7, MON, [DoneDay(*one) for one in done], today)
    assert (falls.day_number, falls.round, falls.due_on, falls.kind) == (number, turn, due, kind)


def test_a_plan_of_so_many_weeks_ends():
    twice = [DoneDay(1, on(2)), DoneDay(3, on(4)), DoneDay(1, on(9)), DoneDay(3, on(11))]
    assert next_day((1, 3), 7, MON, twice, on(16), weeks=2).kind == "finished"
    assert next_day((1, 3), 7, MON, twice, on(16), weeks=3).kind == "due"


def test_a_plan_without_days_asks_for_nothing():
    assert next_day((), 7, MON, [], MON) is None
