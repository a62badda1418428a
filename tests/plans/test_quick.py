"""Quick text: what a lifter scribbles is what the plan says, and back."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.rules import Line, faults, parse, parse_plan, to_kg, write, write_line

ID = UUID(int=1)
BENCH = Line(ID, "Bench")


def line(**said: object) -> Line:
    return Line(ID, said.pop("name", "Bench"), **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bench 3x8-12 @8 90s", line(sets=3, reps_min=8, reps_max=12, rpe=Decimal(8), rest_seconds=90)),
        ("Bench 5x5", line(sets=5, reps_min=5, reps_max=5)),
        ("Bench 5 x 5 100kg", line(sets=5, reps_min=5, reps_max=5, target_weight=Decimal(100))),
        ("Bench 5×5 102,5", line(sets=5, reps_min=5, reps_max=5, target_weight=Decimal("102.5"))),
        ("Bench 3X8+ 225lb", line(sets=3, reps_min=8, target_weight=Decimal("102.05828325"))),
        ("Bench 3x-12", line(sets=3, reps_max=12)),
        ("Bench 3x5 75% rest 3min", line(sets=3, reps_min=5, reps_max=5, percent_1rm=Decimal(75), rest_seconds=180)),
        ("Bench 3x5 @7.5 1:30", line(sets=3, reps_min=5, reps_max=5, rpe=Decimal("7.5"), rest_seconds=90)),
        ("Plank 3x60s 30s", line(name="Plank", sets=3, mode="time", target_time_seconds=60, rest_seconds=30)),
        ("Plank 2x1:15", line(name="Plank", sets=2, mode="time", target_time_seconds=75)),
        ("Run 1x5km", line(name="Run", sets=1, mode="distance", target_distance_km=Decimal(5))),
        ("Row 4x500m 2m", line(name="Row", sets=4, mode="distance", target_distance_km=Decimal("0.5"), rest_seconds=120)),
        ("Hips 2x", line(name="Hips", sets=2, mode="sets_only")),
        ("Hips 2 sets", line(name="Hips", sets=2, mode="sets_only")),
        ("B: Dips 3x10", line(name="Dips", sets=3, reps_min=10, reps_max=10, superset=2)),
        ("A1) Dips 3x10", line(name="Dips", sets=3, reps_min=10, reps_max=10, superset=1)),
        ("Bench 2x8 warmup", line(sets=2, reps_min=8, reps_max=8, set_type="warmup")),
        ("Bench 1x12 drop", line(sets=1, reps_min=12, reps_max=12, set_type="drop")),
        ("Bench 1x5+ amrap", line(sets=1, reps_min=5, set_type="failure")),
        (
            "Bench 3x8-12 60kg double+2,5kg # slow on the way down",
            line(
                sets=3,
                reps_min=8,
                reps_max=12,
                target_weight=Decimal(60),
                progression="double",
                step=Decimal("2.5"),
                notes="slow on the way down",
            ),
        ),
        (
            "Squat 3x5 80% weekly+2.5%",
            line(
                name="Squat",
                sets=3,
                reps_min=5,
                reps_max=5,
                percent_1rm=Decimal(80),
                progression="percentage",
                step=Decimal("2.5"),
            ),
        ),
        ('"Press 5x5 style" 3x5', line(name="Press 5x5 style", sets=3, reps_min=5, reps_max=5)),
        ('"The ""big"" # one" 3x5', line(name='The "big" # one', sets=3, reps_min=5, reps_max=5)),
    ],
)
def test_a_scribbled_line_is_understood(text, expected):
    heard, wrong = parse(text)
    assert wrong == ()
    assert [one.line for one in heard] == [expected]


@pytest.mark.parametrize(
    ("text", "row", "column", "code", "word"),
    [
        ("Bench", 1, 6, "sets_missing", ""),
        ("3x8", 1, 1, "name_missing", "3x8"),
        ("Bench 3x8\nSquat 3x5 fast", 2, 11, "word_unknown", "fast"),
        ("Bench 3x8 @8 @9", 1, 14, "said_twice", "@9"),
        ("Bench 3x8 60kg 70kg", 1, 16, "said_twice", "70kg"),
        ("Bench 3x12-8", 1, 1, "reps_upside_down", "Bench"),
        ("Bench 0x8", 1, 1, "sets_range", "Bench"),
        ("Bench 99x8", 1, 1, "sets_range", "Bench"),
        ("Bench 3x0", 1, 1, "reps_range", "Bench"),
        ("Bench 3x8 @11", 1, 1, "rpe_range", "Bench"),
        ("Bench 3x8 @8.3", 1, 1, "rpe_range", "Bench"),
        ("Bench 3x8 9999kg", 1, 1, "weight_range", "Bench"),
        ("Bench 3x8 200%", 1, 1, "percent_range", "Bench"),
        ("Bench 3x8 80% 60kg", 1, 1, "percent_and_weight", "Bench"),
        ("Bench 3x8 3h", 1, 1, "rest_range", "Bench"),
        ("Bench 3x8 double+2.5kg", 1, 1, "progression_range", "Bench"),
        ("Bench 3x8 weekly+2.5%", 1, 1, "progression_percent", "Bench"),
        ("Bench 3x8 linear+5%", 1, 11, "step_unit", "linear+5%"),
        ("Plank 3x60s linear+5kg", 1, 1, "progression_mode", "Plank"),
        ("Bench 3x8kg", 1, 9, "aim_unknown", "8kg"),
        ("x" * 101 + " 3x8", 1, 1, "name_too_long", "x" * 40),
    ],
)
def test_what_is_not_understood_is_shown_where_it_stands(text, row, column, code, word):
    _, wrong = parse(text)
    assert [(one.row, one.column, one.code, one.word) for one in wrong] == [(row, column, code, word)]


def test_good_lines_survive_a_bad_neighbour():
    heard, wrong = parse("Bench 3x8\nnonsense\n\nSquat 3x5")
    assert [one.row for one in heard] == [1, 4]
    assert [one.row for one in wrong] == [2]


def test_a_bare_number_is_in_the_writers_own_units():
    (heard,), _ = parse("Bench 3x5 225", "lb")
    assert heard.line.target_weight == to_kg(Decimal(225), "lb") == Decimal("102.05828325")
    assert write_line(heard.line) == "Bench 3x5 225lb"


names = (
    st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=100)
    .map(lambda said: " ".join(said.split()))
    .filter(bool)
    .filter(lambda said: len(said) <= 100)
)
tricky = st.sampled_from(
    ["3x8", "A: b", "Press 5x5 style", 'say "it"', "# one", ">", "Row #2", '"', "1x 1x", "B) 2x", "3 sets", "x"]
)
kilos = st.one_of(
    st.integers(0, 2000).map(Decimal),
    st.integers(0, 800).map(lambda quarter: Decimal(quarter) / 4),
    st.integers(1, 4000).map(lambda pounds: to_kg(Decimal(pounds), "lb")),
    st.decimals(0, 2000, places=8).map(lambda kg: kg.normalize() + 0),
)
halves = st.integers(2, 20).map(lambda half: Decimal(half) / 2)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    mode = draw(st.sampled_from(["reps", "time", "distance", "sets_only"]))
    low, high = sorted(draw(st.tuples(st.integers(1, 1000), st.integers(1, 1000))))
    shape = draw(st.sampled_from(["both", "low", "high"]))
    progression = draw(st.sampled_from([None, "double", "linear", "percentage"])) if mode == "reps" else None
    percent = draw(st.integers(1, 150).map(Decimal)) if progression == "percentage" or draw(st.booleans()) else None
    if progression == "double":
        shape, high = "both", high + 1 if high < 1000 else high
        low = min(low, high - 1)
    return Line(
        id=ID,
        exercise_name=draw(st.one_of(names, tricky)),
        mode=mode,
        sets=draw(st.integers(1, 50)),
        reps_min=low if mode == "reps" and shape != "high" else None,
        reps_max=high if mode == "reps" and shape != "low" else None,
        target_time_seconds=draw(st.integers(1, 86400)) if mode == "time" else None,
        target_distance_km=draw(st.integers(1, 100_000_000).map(lambda d: Decimal(d) / 100_000)) if mode == "distance" else None,
        target_weight=draw(st.none() | kilos) if percent is None else None,
        percent_1rm=percent,
        rpe=draw(st.none() | halves),
        rest_seconds=draw(st.none() | st.integers(0, 3600)),
        set_type=draw(st.sampled_from(["normal", "warmup", "drop", "failure"])),
        superset=draw(st.none() | st.integers(1, 26)),
        progression=progression,
        step=None if progression is None else draw(st.integers(1, 200).map(lambda quarter: Decimal(quarter) / 4)),
        notes=draw(st.one_of(st.just(""), names, tricky)),
    )


@given(st.lists(lines(), max_size=5))
def test_a_unit_written_as_text_reads_back_as_itself(unit):
    assert [fault for one in unit for fault in faults(one)] == []
    heard, wrong = parse(write(tuple(unit)))
    assert wrong == ()
    assert [Line(**{**{f: getattr(one.line, f) for f in Line.__slots__}, "id": ID}) for one in heard] == unit


@given(st.text(max_size=200))
def test_no_text_at_all_breaks_the_reader(text):
    heard, wrong = parse(text)
    assert all(faults(one.line) == () for one in heard)
    assert all(one.row >= 1 and one.column >= 1 for one in wrong)
    parse_plan(text)


def test_a_whole_plan_is_read_from_one_text():
    heard, wrong = parse_plan("# Day 1: Push\n> Chest first\nBench 3x8\n\n# Dan 3 Pull\nRow 3x8\nnope")
    assert [(unit.day, unit.name, unit.description, len(unit.lines)) for unit in heard] == [
        (1, "Push", "Chest first", 1),
        (3, "Pull", "", 1),
    ]
    assert [(one.row, one.code) for one in wrong] == [(7, "sets_missing")]
