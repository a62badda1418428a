"""The numbers of a day, as tables."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.progress.rules.adherence import Scored, computed, intake, is_kept, pill, summary, week
from app.progress.rules.difference import difference
from app.progress.rules.measures import BY_KEY, DOSES_TAKEN, LOAD, REPS, RPE, Wrong, plain, plain_key, read_number, tidy
from app.progress.rules.numbers import Lift, Point, kpi, progress_of, ratio, trend, verdict
from app.progress.rules.windows import Window, chosen, clamp, listing, rolling, week_of
from app.progress.rules.writing import Choose, Write, may_place_photo, may_write

D = Decimal
TODAY = date(2026, 3, 15)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


# ---- windows

WINDOWS = [(7, ago(6)), (15, ago(14)), (30, ago(29)), (60, ago(59)), (90, ago(89)), (0, TODAY), (-5, TODAY), (500, ago(179))]


@pytest.mark.parametrize(("days", "first"), WINDOWS)
def test_a_window_counts_calendar_days_with_today_among_them(days, first):
    assert rolling(days, TODAY) == Window(first, TODAY)


def test_a_window_goes_across_the_end_of_february_and_of_the_year():
    assert rolling(30, date(2024, 3, 1)).first == date(2024, 2, 1)
    assert rolling(7, date(2026, 1, 3)).first == date(2025, 12, 28)


def test_a_list_is_anchored_on_a_record_that_lies_ahead_of_today():
    assert listing(7, TODAY, TODAY + timedelta(days=3)).last == TODAY + timedelta(days=3)
    assert listing(7, TODAY, ago(40)) == rolling(7, TODAY)
    assert listing(7, TODAY, None) == rolling(7, TODAY)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (ago(9), ago(3), Window(ago(9), ago(3), is_custom=True)),
        (ago(3), ago(3), Window(ago(3), ago(3), is_custom=True)),
        (ago(3), ago(9), rolling(15, TODAY)),
        (None, ago(3), rolling(15, TODAY)),
        (ago(3), None, rolling(15, TODAY)),
        (date(1, 1, 1), ago(3), rolling(15, TODAY)),
        (date(1950, 1, 1), ago(3), rolling(15, TODAY)),
    ],
)
def test_a_custom_range_that_makes_no_sense_falls_back_to_the_rolling_one(first, last, expected):
    assert chosen(15, TODAY, first, last) == expected


def test_the_period_before_is_as_long_and_touches():
    assert rolling(7, TODAY).before() == Window(ago(13), ago(7))
    assert rolling(7, TODAY).before().days == 7


def test_a_week_runs_from_monday_to_sunday():
    assert week_of(TODAY) == Window(date(2026, 3, 9), date(2026, 3, 15))
    assert week_of(date(2026, 3, 16)).first == date(2026, 3, 16)
    assert clamp(181) == 180


# ---- means, comparison, dead-bands, coverage

VERDICTS = [
    ("sleep_hours", 7.1, 7.0, "equal"),
    ("sleep_hours", 7.11, 7.0, "better"),
    ("sleep_hours", 6.89, 7.0, "worse"),
    ("steps", 8100, 8000, "equal"),
    ("steps", 8101, 8000, "better"),
    ("steps", 7899, 8000, "worse"),
    ("weight_kg", 80.1, 80.0, "equal"),
    ("weight_kg", 79.89, 80.0, "better"),
    ("weight_kg", 80.11, 80.0, "worse"),
    ("whr", 0.852, 0.850, "equal"),
    ("whr", 0.847, 0.850, "better"),
    ("whr", 0.853, 0.850, "worse"),
    ("weight_kg", None, 80.0, "none"),
    ("weight_kg", 80.0, None, "none"),
]


@pytest.mark.parametrize(("key", "mean", "before", "expected"), VERDICTS)
def test_a_change_inside_the_dead_band_is_no_change(key, mean, before, expected):
    assert verdict(key, mean, before) == expected


def test_a_mean_rests_on_the_days_with_data_and_says_how_many():
    points = [Point(ago(0), 80.0), Point(ago(6), 82.0), Point(ago(7), 90.0), Point(ago(13), 84.0), Point(ago(14), 10.0)]
    weight = kpi("weight_kg", points, rolling(7, TODAY))
    assert (weight.mean, weight.before, weight.days, weight.days_before, weight.of) == (81.0, 87.0, 2, 2, 7)
    assert (weight.delta, weight.verdict) == (-6.0, "better")


def test_no_data_gives_no_mean_and_no_verdict():
    empty = kpi("steps", [], rolling(30, TODAY))
    assert (empty.mean, empty.before, empty.delta, empty.days, empty.verdict) == (None, None, None, 0, "none")


@pytest.mark.parametrize(("waist", "hip", "expected"), [(80, 100, 0.8), (None, 100, None), (80, None, None), (80, 0, None)])
def test_waist_to_hip_needs_both(waist, hip, expected):
    assert ratio(waist, hip) == expected


# ---- trend

TRENDS = [
    ((80, 79), (0.90, 0.88), "both_down", "good"),
    ((80, 81), (0.90, 0.88), "recomposition", "good"),
    ((80, 79), (0.88, 0.90), "weight_down_waist_up", "warn"),
    ((80, 81), (0.88, 0.90), "both_up", "warn"),
    ((80, 80.2), (0.900, 0.905), "stable", "muted"),
    ((80, 79.8), (0.905, 0.900), "stable", "muted"),
    ((80, 80), (0.90, 0.89), "waist_down", "good"),
    ((80, 80), (0.90, 0.91), "waist_up", "warn"),
    ((80, 79.7), (0.90, 0.90), "weight_down", "muted"),
    ((80, 80.3), (0.90, 0.90), "weight_up", "muted"),
    ((80, 79), (), "weight_down", "muted"),
    ((), (0.90, 0.88), "waist_down", "good"),
    ((80,), (0.90,), "no_data", "muted"),
    ((), (), "no_data", "muted"),
]


@pytest.mark.parametrize(("weight", "whr", "code", "tone"), TRENDS)
def test_the_trend_says_which_way_the_body_went(weight, whr, code, tone):
    def series(values):
        return [Point(ago(20 - place), value) for place, value in enumerate(values)]

    said = trend(series(weight), series(whr))
    assert (said.code, said.tone) == (code, tone)


def test_the_trend_goes_by_the_day_not_by_the_order_of_the_rows():
    assert trend([Point(ago(1), 79), Point(ago(9), 80)], []).weight == -1


# ---- the change against the last time

LIFTS = [
    (Lift(82.5, 8), Lift(80, 8), Lift(2.5, 0)),
    (Lift(80, 7), Lift(80, 8), Lift(0, -1)),
    (Lift(None, 12), Lift(None, 10), Lift(None, 2)),
    (Lift(80, 8), None, None),
]


@pytest.mark.parametrize(("now", "last", "expected"), LIFTS)
def test_a_lift_is_compared_with_the_last_time(now, last, expected):
    assert progress_of(now, last) == expected


# ---- adherence

MON, TUE = date(2026, 3, 9), date(2026, 3, 10)


def test_the_week_averages_scored_days_only():
    days = [Scored(MON, D(1), D(0)), Scored(TUE, D("0.5"), None)]
    told = week(days, date(2026, 3, 15))
    assert (told.total, told.diet, told.workout, told.scored_days, told.of) == (D("0.5"), D("0.75"), D(0), 2, 7)


def test_a_day_with_only_a_note_is_logged_but_not_scored():
    told = summary([Scored(MON, None, None), Scored(TUE, D(1), None)], week_of(MON))
    assert (told.logged_days, told.scored_days, told.total) == (2, 1, D(1))


def test_sunday_belongs_to_the_week_that_ends_and_monday_to_the_next():
    days = [Scored(date(2026, 3, 15), D(1), None), Scored(date(2026, 3, 16), D(0), None)]
    assert week(days, date(2026, 3, 9)).total == D(1)
    assert week(days, date(2026, 3, 16)).total == D(0)


@pytest.mark.parametrize(
    ("diet", "workout", "note", "expected"),
    [(None, None, "", False), (None, None, "ill", True), (D(0), None, "", True), (None, D(1), "", True)],
)
def test_an_empty_score_without_a_note_is_not_kept(diet, workout, note, expected):
    assert is_kept(Scored(MON, diet, workout), note) is expected


@pytest.mark.parametrize(
    ("planned", "logged", "score"),
    [(0, 5, None), (10, 10, D(1)), (10, 12, D(1)), (10, 9, D(1)), (10, 8, D("0.5")), (10, 1, D("0.5")), (10, 0, D(0))],
)
def test_logged_sets_earn_a_score_by_themselves(planned, logged, score):
    assert computed(planned, logged) == score


PILLS = [(False, None, "no_plan"), (False, D(1), "no_plan"), (True, None, "pending"), (True, D(1), "met"),
         (True, D("0.5"), "partial"), (True, D(0), "missed"), (True, D("0.75"), "partial")]  # fmt: skip


@pytest.mark.parametrize(("is_planned", "score", "expected"), PILLS)
def test_a_pill_says_how_the_plan_went(is_planned, score, expected):
    assert pill(is_planned=is_planned, score=score) == expected


INTAKES = [(2, 2, (100, 0, "good")), (3, 2, (150, 1, "good")), (3, 5, (60, 0, "warn")), (4, 5, (80, 0, "warn")),
           (1, 2, (50, 0, "bad")), (0, 1, (0, 0, "bad")), (2, None, (None, 0, "muted")), (2, 0, (None, 0, "muted"))]  # fmt: skip


@pytest.mark.parametrize(("taken", "target", "expected"), INTAKES)
def test_supplements_are_held_against_the_target_of_the_day(taken, target, expected):
    told = intake(taken, target)
    assert (told.percent, told.extra, told.tone) == expected


# ---- ranges: one table for every way in

RANGES = [
    ("sleep_hours", "7,5", D("7.5")),
    ("sleep_hours", "0", D(0)),
    ("sleep_hours", "24", D(24)),
    ("sleep_hours", "24.1", "out_of_range"),
    ("sleep_quality", "1", D(1)),
    ("sleep_quality", "10", D(10)),
    ("sleep_quality", "99", "out_of_range"),
    ("sleep_quality", "0", "out_of_range"),
    ("sleep_quality", "8.0", D(8)),
    ("sleep_quality", "8,0", D(8)),
    ("sleep_quality", "8.5", "not_whole"),
    ("steps", "0", D(0)),
    ("steps", "-5", "out_of_range"),
    ("steps", "12000", D(12000)),
    ("steps", "10.500", "not_whole"),
    ("weight_kg", "-3", "out_of_range"),
    ("weight_kg", "82.55", D("82.55")),
    ("weight_kg", "19.9", "out_of_range"),
    ("weight_kg", "82.4567", D("82.457")),
    ("weight_kg", "1e2", "bad_number"),
    ("weight_kg", "NaN", "bad_number"),
    ("weight_kg", "80 kg", "bad_number"),
    ("weight_kg", "", "bad_number"),
    ("weight_kg", "٨٠", "bad_number"),
    ("weight_kg", "9" * 400, "bad_number"),
    ("waist_cm", "30", D(30)),
    ("waist_cm", "301", "out_of_range"),
    ("hip_cm", "29.9", "out_of_range"),
    ("alcohol_units", "0", D(0)),
    ("alcohol_units", "1.5", "not_whole"),
    ("mood", "6", "out_of_range"),
    ("mood", "5", D(5)),
]


@pytest.mark.parametrize(("key", "typed", "expected"), RANGES)
def test_every_measure_has_its_range(key, typed, expected):
    read = read_number(typed, BY_KEY[key])
    assert (read.code if isinstance(read, Wrong) else read) == expected


@pytest.mark.parametrize(("measure", "typed"), [(RPE, "10.5"), (REPS, "0"), (REPS, "101"), (LOAD, "1000.1"), (DOSES_TAKEN, "25")])
def test_what_a_plan_says_has_its_range_too(measure, typed):
    assert read_number(typed, measure) == Wrong("out_of_range")


@pytest.mark.parametrize(("value", "said"), [("82.50", "82.5"), ("100", "100"), ("0.000", "0"), ("200000", "200000")])
def test_one_number_is_written_one_way(value, said):
    assert str(plain(D(value))) == said


TEXTS = [("  a   b ", "a b"), ("a\r\nb", "a\nb"), ("a\x00b\x07", "ab"), ("\ta\t", "a"), ("\ud800x", "x"), ("a\n\n b", "a\n\nb")]


@pytest.mark.parametrize(("typed", "kept"), TEXTS)
def test_a_text_is_kept_tidy(typed, kept):
    assert tidy(typed) == kept
    assert tidy(kept) == kept


KEYS = [
    ("Calorías objetivo", "calorias_objetivo"),
    ("Snack-1", "snack_1"),
    ("weight (kg)", "weight_kg"),
    ("a / b", "a_b"),
    (" Fecha ", "fecha"),
    ("__x__", "x"),
]


@pytest.mark.parametrize(("typed", "key"), KEYS)
def test_a_heading_is_read_without_accents_and_signs(typed, key):
    assert plain_key(typed) == key


# ---- may it be written

WRITES = [
    ("upsert", False, None, None, Write(True)),
    ("upsert", True, None, 3, Write(False)),
    ("upsert", True, 3, 3, Write(False)),
    ("upsert", True, 2, 3, Choose("moved_on")),
    ("create", False, None, None, Write(True)),
    ("create", True, None, 3, Choose("needs_edit")),
    ("edit", False, None, None, Choose("gone")),
    ("edit", True, 3, 3, Write(False)),
    ("edit", True, 1, 3, Choose("moved_on")),
]


@pytest.mark.parametrize(("mode", "exists", "seen", "version", "expected"), WRITES)
def test_a_day_is_written_or_becomes_a_choice(mode, exists, seen, version, expected):
    assert may_write(mode, exists=exists, seen=seen, version=version) == expected


def test_an_old_photo_goes_only_when_both_were_seen():
    assert may_place_photo(has_photo=True, is_confirmed=False) == Choose("needs_confirm")
    assert may_place_photo(has_photo=True, is_confirmed=True) == Write(False)
    assert may_place_photo(has_photo=False, is_confirmed=False) == Write(True)


# ---- what a file would change

PLANNED = {
    "id": "x",
    "code": "S01",
    "kind": "strength",
    "warmup": "Row",
    "exercises": [{"name": "Squat", "sets": 3, "reps_min": 5, "reps_max": 5}],
}
WRITTEN = {
    "plan_session_id": "S01",
    "session_type": "strength",
    "warmup": "Bike",
    "exercises": [{"name": "Squat", "sets": 4, "reps_min": 5, "reps_max": 8}],
}
DIFFERENCES = [
    ("check_ins", [{"steps": 5, "weight_kg": 80.0, "note": ""}], [{"steps": "5", "weight_kg": "81"}],
     [("", "changed", [("weight_kg", "80", "81")])]),
    ("diet", [{"kcal": 2000.0, "lunch": "Rice"}], [{"calories_target_kcal": "2000", "lunch": "Rice"}], [("", "same", [])]),
    ("workout", [PLANNED, {**PLANNED, "code": "S02"}], [WRITTEN],
     [("S01", "changed", [("warmup", "Row", "Bike"), ("exercises", "Squat 3×5", "Squat 4×5-8")]),
      ("S02", "left_out", [("code", "S02", ""), ("kind", "strength", ""), ("warmup", "Row", ""), ("exercises", "Squat 3×5", "")])]),
    ("supplements", [], [{"supplement": "Creatine", "doses_taken": "1"}], [("Creatine", "new", [("supplement", "", "Creatine"), ("doses_taken", "", "1")])]),
    ("done_sessions", [{"position": 1, "kind": "strength", "is_done": True, "exercises": [{"name": "Squat", "weight_kg": 100, "reps": 5}]}],
     [{"session_order": "1", "session_type": "strength", "session_done_yn": True, "exercise_name": "Squat", "weight_kg": "100", "reps": "5"},
      {"session_order": "1", "session_type": "strength", "session_done_yn": True, "exercise_name": "Row", "weight_kg": "60"}],
     [("1", "changed", [("exercises", "Squat ×5 100 kg", "Squat ×5 100 kg; Row 60 kg")])]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "there", "said", "expected"), DIFFERENCES)
def test_a_difference_names_what_changes_and_nothing_else(kind, there, said, expected):
    told = difference(kind, there, said)
    assert [(one.name, one.state, [(field.key, field.now, field.said) for field in one.fields]) for one in told] == expected
