"""Files of other loggers, line by line, and the names they give to movements."""
# ruff: noqa: DTZ001

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.training.rules import csvs, names
from app.training.rules.sets import Numbers

STRONG = """Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE
2024-01-15 18:03:22,"Push, heavy",1h 5m,Bench Press (Barbell),W,40.0,10,0,0,,Felt good,
2024-01-15 18:03:22,"Push, heavy",1h 5m,Bench Press (Barbell),1,100.0,5,0,0,paused,Felt good,8.5
2024-01-15 18:03:22,"Push, heavy",1h 5m,Bench Press (Barbell),Rest Timer,0,0,0,120,,,
2024-01-15 18:03:22,"Push, heavy",1h 5m,Plank,1,0,0,0,60,,,
2024-01-15 18:03:22,"Push, heavy",1h 5m,Rowing (Machine),1,0,0,2.5,0,,,
2024-01-15 18:03:22,"Push, heavy",1h 5m,Bench Press (Barbell),2,heavy,5,0,0,,,
not a day,"Push, heavy",1h 5m,Bench Press (Barbell),2,100,5,0,0,,,
"""
STRONG_ANDROID = """Workout #;Date;Workout Name;Duration (sec);Exercise Name;Set Order;Weight (lbs);Reps;RPE;Distance (meters);Seconds;Notes;Workout Notes
1;2024-01-15 18:03:22;Legs;3900;Squat (Barbell);1;225;5;;;;;
1;2024-01-15 18:03:22;Legs;3900;Squat (Barbell);F;225;8;;;;;
"""
HEVY = """"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes","set_index","set_type","weight_kg","reps","distance_km","duration_seconds","rpe"
"Pull","28 Mar 2024, 17:29","28 Mar 2024, 18:29","","Lat Pulldown (Cable)","0","",0,"warmup",40,12,,,
"Pull","28 mar. 2024, 17:29","28 mar. 2024, 18:29","","Lat Pulldown (Cable)","0","",1,"normal",62.5,10,,,9
"Pull","28 Mar 2024, 17:29","28 Mar 2024, 18:29","","Running","","",0,"normal",,,5.2,1560,
"Pull","28 Mar 2024, 17:29","28 Mar 2024, 18:29","","Curl","","",0,"dropset",10,,,,
"""
FITNOTES = """Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment
2021-03-05,Deadlift,Back,315,lbs,5,,,,easy
2021-03-05,Treadmill,Cardio,,,,3,mi,0:25:00,
2021-03-05,Plank,Abs,,,,,,0:01:30,
"""


def read(text: str, units: str = "kg") -> csvs.Reading:
    return csvs.read(text.encode(), units)


def test_strong_with_warm_ups_notes_and_the_rest_timers_left_out() -> None:
    found = read(STRONG)
    assert found.app == "strong"
    assert [(row.exercise, row.kind, row.numbers) for row in found.rows] == [
        ("Bench Press (Barbell)", "warmup", Numbers(40_000, 10)),
        ("Bench Press (Barbell)", "normal", Numbers(100_000, 5)),
        ("Plank", "normal", Numbers(seconds=60)),
        ("Rowing (Machine)", "normal", Numbers(metres=2500)),
    ]
    first = found.rows[1]
    assert (first.workout, first.started, first.minutes, first.rpe) == (
        "Push, heavy",
        datetime(2024, 1, 15, 18, 3, 22),
        65,
        Decimal("8.5"),
    )
    assert (first.note, first.workout_note) == ("paused", "Felt good")
    assert [(one.line, one.code) for one in found.troubles] == [(7, "number"), (8, "date")]


def test_strong_from_android_in_pounds_with_semicolons() -> None:
    found = read(STRONG_ANDROID)
    assert [(row.kind, row.numbers, row.minutes) for row in found.rows] == [
        ("normal", Numbers(102_058, 5), 65),
        ("failure", Numbers(102_058, 8), 65),
    ]


def test_hevy_with_spanish_months_supersets_and_an_empty_set() -> None:
    found = read(HEVY)
    assert found.app == "hevy"
    assert [(row.kind, row.numbers, row.superset) for row in found.rows] == [
        ("warmup", Numbers(40_000, 12), "0"),
        ("normal", Numbers(62_500, 10), "0"),
        ("normal", Numbers(metres=5200, took_seconds=1560), ""),
    ]
    assert {row.started for row in found.rows} == {datetime(2024, 3, 28, 17, 29)}
    assert [(one.line, one.code) for one in found.troubles] == [(5, "empty")]


def test_fitnotes_knows_days_and_units() -> None:
    found = read(FITNOTES)
    assert found.app == "fitnotes"
    assert [row.numbers for row in found.rows] == [
        Numbers(142_882, 5),
        Numbers(metres=4828, took_seconds=1500),
        Numbers(seconds=90),
    ]
    assert found.rows[0].note == "easy"


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2", b"\xff\xfe\x00", b"\x00\x00", "name,Date\nMo,1".encode("utf-16")])
def test_a_file_nobody_knows_says_so(data: bytes) -> None:
    assert csvs.read(data, "kg").troubles[0].code == "columns"


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    header = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    csvs.read((header + text).encode("utf-8", "replace"), "kg")


@given(st.lists(st.text(max_size=12), min_size=12, max_size=12))
def test_no_cell_breaks_the_reader(cells: list[str]) -> None:
    line = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    read(STRONG.split("\n", 1)[0] + "\n" + line.encode("utf-8", "replace").decode())


CATALOGUE = [
    names.Known(uuid5(UUID(int=1), name), name)
    for name in (
        "Bench Press", "Dumbbell Bench Press", "Incline Dumbbell Bench Press", "Back Squat", "Front Squat", "Romanian Deadlift",
        "Deadlift", "Lat Pulldown", "Overhead Press", "Pull-Up", "Bent-Over Row", "Leg Press", "Seated Cable Row",
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("Bench Press (Barbell)", "Bench Press"),
        ("bench press", "Bench Press"),
        ("Bench Press (Dumbbell)", "Dumbbell Bench Press"),
        ("Incline Bench Press (DB)", "Incline Dumbbell Bench Press"),
        ("RDL", "Romanian Deadlift"),
        ("OHP", "Overhead Press"),
        ("Pull Up", "Pull-Up"),
        ("Pullups", "Pull-Up"),
        ("Deadlift (Barbell)", "Deadlift"),
        ("Lat Pulldown (Machine)", None),  # a machine is another lift more often than not
        ("Squat (Barbell)", None),  # back or front: ask
        ("Yoga", None),
    ],
)
def test_names_are_matched_or_asked(said: str, ours: str | None) -> None:
    chosen = names.match(said, CATALOGUE, {}).chosen
    assert next((one.name for one in CATALOGUE if one.id == chosen), None) == ours


def test_an_unsure_name_offers_the_likely_ones() -> None:
    assert {"Back Squat", "Front Squat"} <= {one.name for one in names.match("Squat (Barbell)", CATALOGUE, {}).guesses}


def test_an_answer_is_remembered_whatever_the_spelling() -> None:
    squat = CATALOGUE[3].id
    assert names.match("SQUAT (barbell)", CATALOGUE, {names.folded("Squat, Barbell"): squat}).chosen == squat


@pytest.mark.parametrize(
    ("name", "plain"), [("Čučanj", "cucanj"), ("Press de banca (mancuérnas)", "press de banca mancuernas"), ("卧推", "卧推")]
)
def test_folding(name: str, plain: str) -> None:
    assert names.folded(name) == plain
