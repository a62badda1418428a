"""The CSV contract: every cause in every encoding and with every delimiter, and nothing lost on the way out and back."""

import io
import os
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.progress.contract.columns import KINDS as KINDS_OF_FILES
from app.progress.contract.issues import BadFile, grouped
from app.progress.contract.reading import Broken
from app.progress.contract.sheet import Known, Row, Sheet, open_sheet
from app.progress.contract.writing import cell, headings_of, lines, template
from app.progress.rules.measures import Measure, tidy
from tests.each import each
from tests.progress import sheets
from tests.progress.sheets import row, sheet, written

DAY = date(2026, 3, 1)
KNOWN = Known(sessions=frozenset({(DAY, "s01")}), exercises=frozenset({"sentadilla", "press banca"}))
CASES = int(os.environ.get("SPOTTER_CSV_CASES", "300"))


def read(data: bytes, known: Known = KNOWN, kind: str = "") -> list[Row]:
    opened = open_sheet(io.BytesIO(data), kind)
    assert isinstance(opened, Sheet), opened
    return list(opened.rows(known))


def found(rows: list[Row]) -> set[tuple[str, str, str]]:
    return {(issue.code, issue.column, issue.level) for one in rows for issue in one.issues}


# ---- every cause


def in_every_way(causes):
    return product(causes, sheets.ENCODINGS, sheets.DELIMITERS)


@each(in_every_way(sheets.ROWS))
def test_every_cause_is_found_in_every_encoding_and_delimiter(cause, encoding, delimiter):
    kind, rows = sheets.ROWS[cause]
    told = read(written(sheet(kind, *rows), delimiter, encoding))
    assert (*cause, "invalid") in found(told)
    assert told[-1].state == "invalid"
    assert told[-1].record is None


@each(in_every_way(sheets.WARNINGS))
def test_every_warning_lets_the_row_through(cause, encoding, delimiter):
    kind, rows = sheets.WARNINGS[cause]
    told = read(written(sheet(kind, *rows), delimiter, encoding))
    assert found(told) == {(*cause, "warning")}
    assert told[-1].state == "warning"
    assert told[-1].record is not None


@pytest.mark.parametrize("code", sheets.FILES)
def test_a_file_that_cannot_be_read_is_refused_whole(code):
    opened = open_sheet(io.BytesIO(sheets.FILES[code]))
    if isinstance(opened, BadFile):
        assert opened.code == code
        return
    with pytest.raises(Broken) as broken:
        list(opened.rows(KNOWN))
    assert broken.value.code == code
    assert broken.value.line == 2


def test_a_refused_file_names_its_columns():
    missing = open_sheet(io.BytesIO(sheets.FILES["missing_column"]), "diet")
    assert missing == BadFile("missing_column", ("fat_target_g",))
    twice = open_sheet(io.BytesIO(sheets.FILES["duplicate_column"]))
    assert twice == BadFile("duplicate_column", ("log_date",))


# ---- the reference's files, as they are


@each(in_every_way(sheets.KINDS))
def test_the_files_of_the_reference_are_taken_as_they_are(kind, encoding, delimiter):
    (told,) = read(written(sheet(kind, row(kind)), delimiter, encoding))
    assert (told.state, told.day, told.issues) == ("valid", DAY, ())


def test_the_combined_file_has_its_62_columns():
    assert len(sheets.WORKOUT) == 62
    assert headings_of("workout") == sheets.WORKOUT


def test_accents_survive_latin_1_and_utf_8():
    for encoding in sheets.ENCODINGS:
        (told,) = read(written(sheet("diet", row("diet")), ";", encoding))
        assert (told.record["breakfast"], told.record["notes"]) == ("Avena y plátano", "año nuevo")


OLD_WINDOWS = {
    "cp1252": "Café “solo” – 2 €, piña y jamón…",
    "cp1250": "Šnicla, čaša đumbira – ćuretina, žito…",
    "latin-1": "Grødfrø\x90",  # a letter that Windows-1252 has not
}


@pytest.mark.parametrize("encoding", OLD_WINDOWS)
def test_what_an_old_spreadsheet_calls_ansi_keeps_its_letters(encoding):
    data = written(sheet("diet", row("diet", breakfast=OLD_WINDOWS[encoding], notes="")), ";", encoding)
    assert open_sheet(io.BytesIO(data)).encoding == encoding
    (told,) = read(data)
    assert told.record["breakfast"] == tidy(OLD_WINDOWS[encoding])


def test_french_and_italian_are_not_taken_for_serbian():
    for text in ("Caffè", "Crème brûlée", "Pâté à l’orange"):
        (told,) = read(written([sheets.DIET, [*sheets.GOOD_DIET[:5], text, "a", "b", "c", "d", ""]], ",", "cp1252"))
        assert told.record["breakfast"] == text


def test_headings_may_be_spanish_spaced_accented_and_short():
    headings = [
        "Fecha",
        "Kcal target",
        "Proteína g",
        "carbs/g",
        "FAT-TARGET g",
        "Desayuno",
        "snack1",
        "Comida",
        "Snack 2",
        "Cena",
        "Notas",
    ]
    (told,) = read(written([headings, sheets.GOOD_DIET]))
    assert told.state == "valid"
    assert (told.record["snack_1"], told.record["fat_target_g"]) == ("Yogur", Decimal(75))


def test_a_slot_may_be_called_ex1_or_have_target_in_its_name():
    headings = ["date", "type", "ex1_name", "exercise_1_target_sets", "ex1_target_reps_min", "ex_1_weight"]
    (told,) = read(written([headings, ["2026-03-01", "pesas", "Sentadilla", "4", "6", "100"]]), kind="workout")
    (line,) = told.record["exercises"]
    assert (line["name"], line["sets"], line["reps_min"], line["weight_kg"]) == ("Sentadilla", 4, 6, 100)


def test_ours_has_any_number_of_exercises():
    headings = ["log_date", "session_type", *(f"exercise_{slot}_name" for slot in range(1, 33))]
    (told,) = read(written([headings, ["2026-03-01", "strength", *["Sentadilla"] * 32]]))
    assert len(told.record["exercises"]) == 32


def test_remarks_empty_lines_and_a_chats_fence_are_passed_over():
    told = read(b"\r\n```csv\nlog_date,steps\n# YYYY-MM-DD,0-200000\n\n , \n2026-03-01,5000\n```\n")
    assert [(one.line, one.record["steps"]) for one in told] == [(7, 5000)]


def test_a_fence_inside_a_quoted_note_of_a_plain_file_stays():
    (told,) = read(b'log_date,note\n2026-03-01,"a\n```\nb"\n')
    assert told.record["note"] == "a\n```\nb"


def test_sessions_of_a_day_are_numbered_in_the_order_of_the_rows():
    told = read(
        written(
            sheet(
                "workout",
                row("workout"),
                row("workout", session_type="bad"),
                row("workout"),
                row("workout", log_date="2026-03-02"),
            )
        )
    )
    assert [one.record["plan_session_id"] for one in told if one.record] == ["S01", "S03", "S01"]


def test_decimal_comma_and_whole_numbers_with_a_zero_behind():
    (told,) = read(written(sheet("check_ins", row("check_ins", sleep_quality="8,0", weight_kg="82,45")), ";"))
    assert (told.record["sleep_quality"], told.record["weight_kg"]) == (8, Decimal("82.45"))


@pytest.mark.parametrize(
    "typed", ["2026-3-1", "2026/03/01", "1.3.2026", "01.03.2026.", "2026-03-01 00:00:00", "2026-03-01T00:00"]
)
def test_a_day_as_spreadsheets_write_it(typed):
    (told,) = read(written(sheet("check_ins", row("check_ins", log_date=typed))))
    assert told.day == DAY


def test_a_day_that_is_there_already_is_a_conflict():
    rows = sheet("diet", row("diet"), row("diet", log_date="2026-03-02"))
    told = read(written(rows), Known(days=frozenset({DAY})))
    assert [one.state for one in told] == ["conflict", "valid"]


def test_columns_that_nobody_knows_are_named_not_dropped_in_silence():
    opened = open_sheet(io.BytesIO(b"log_date,steps,shoe size\n2026-03-01,1,44\n"))
    assert opened.ignored == ("shoe_size",)


def test_a_members_own_measures_are_columns_too():
    known = Known(measures={"measure_neck": Measure("measure_neck", Decimal(20), Decimal(60))})
    told = read(b"log_date,measure_neck,measure_tail\n2026-03-01,38.5,1\n2026-03-02,90,\n", known)
    assert told[0].record["measures"] == {"measure_neck": Decimal("38.5")}
    assert found(told) == {("unknown_measure", "measure_tail", "warning"), ("out_of_range", "measure_neck", "invalid")}


# ---- the reference's proven defects


def test_a_diet_without_meals_is_accepted_as_its_instructions_promise():
    (told,) = read(written([sheets.DIET[:5], sheets.GOOD_DIET[:5]]))
    assert told.state == "valid"
    (told,) = read(written(sheet("diet", [*sheets.GOOD_DIET[:5], *[""] * 6])))
    assert told.state == "valid"


@pytest.mark.parametrize(("column", "typed"), [("sleep_quality", "99"), ("steps", "-5"), ("weight_kg", "-3")])
def test_values_that_no_body_has_are_refused(column, typed):
    (told,) = read(written(sheet("check_ins", row("check_ins", **{column: typed}))))
    assert told.state == "invalid"


# ---- causes together


def test_causes_are_counted_together_with_lines_and_a_sample():
    rows = [row("diet", log_date=f"2026-03-{day:02d}", calories_target_kcal="99999") for day in range(1, 9)]
    told = read(written(sheet("diet", *rows, row("diet", log_date="x"), row("diet", log_date="2026-04-01", lunch=""))))
    causes = grouped((one.line, one.issues) for one in told)
    assert [(cause.code, cause.rows) for cause in causes] == [("out_of_range", 8), ("bad_day", 1), ("meals_missing", 1)]
    assert (causes[0].lines, causes[0].sample) == ([2, 3, 4, 5, 6], "99999")


# ---- out and back

TEXT = st.text(max_size=60).map(tidy)
RISKY = st.sampled_from(
    ["=1+1", "'=1+1", "''@x", "+49", "-5", "@cmd", "'", "''", "=", '"', "a;b,c|d\te", "```", "# no", "'\n=", "a\nb"]
).map(tidy)


@pytest.mark.parametrize("text", ["=1+1", "+49", "-5", "@cmd", "'=1+1"])
def test_a_formula_leaves_disarmed(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["plain", "'quoted'", "5-4", "a=b", ""])
def test_a_harmless_text_leaves_as_it_is(text):
    assert cell(text) == text


@settings(max_examples=200)
@given(st.lists(st.tuples(*[TEXT | RISKY] * 6), min_size=1, max_size=8), st.sampled_from(sheets.DELIMITERS))
def test_every_text_comes_back_exactly(texts, delimiter):
    headings = ["log_date", *sheets.DIET[1:5], *sheets.MEALS, "notes"]
    records = [
        [DAY + timedelta(days=i), Decimal(2000), Decimal(150), Decimal(200), Decimal(60), *cells] for i, cells in enumerate(texts)
    ]
    told = read("".join(lines(headings, records, delimiter)).encode())
    assert len(told) == len(texts)
    for one, cells in zip(told, texts, strict=True):
        assert tuple(one.record[name] or "" for name in (*sheets.MEALS, "notes")) == cells


@settings(max_examples=100)
@given(st.decimals(20, 500, places=3), st.integers(0, 200_000), st.booleans() | st.none())
def test_every_number_and_flag_comes_back_exactly(weight, steps, flag):
    (told,) = read("".join(lines(["log_date", "weight_kg", "steps", "creatine_yn"], [[DAY, weight, steps, flag]])).encode())
    assert (told.record["weight_kg"], told.record["steps"], told.record["creatine_yn"]) == (weight, steps, flag)


@pytest.mark.parametrize("kind", KINDS_OF_FILES)
def test_a_template_is_a_valid_empty_file(kind):
    opened = open_sheet(io.BytesIO(template(kind).encode()))
    assert (opened.kind.name, opened.ignored) == (kind, ())
    assert list(opened.rows(KNOWN)) == []


# ---- whatever comes in

BYTES = st.binary(max_size=400)
WORDS = """log_date session_type exercise_1_name steps measure_x plan_session_id , ; | = ' # ``` -1 1,5 8.5 NaN 1e999
2026-03-01 2026-02-30 pesas clase mixta č ８"""
SNIPPETS = st.sampled_from([*WORDS.split(), "\t", "\n", "\r", '"', " ", "\x00", "\ufeff", "9" * 50])
SOUP = st.lists(SNIPPETS, max_size=60).map("".join).map(lambda text: text.encode("utf-8", "surrogatepass"))
CELLS = st.text(max_size=20) | st.sampled_from(
    ["", " ", "0", "-0", "1", "24", "33", "100", "1000", "1,5", "8.0", "1e5", "9" * 30, "2026-03-01", "2026-03-02", "2026-12-31", "S01", "s01", "S99",
     "pesas", "class", "mixta", "Y", "N", "=1+1", "'=1", "a" * 800, "a\nb", 'x"y', "a;b,c", "č", "\u202e", "\x07", "#", "Creatina", "creatina"]
)  # fmt: skip


@st.composite
def mutants(draw) -> bytes:
    """A good file of any kind in which some cells are something else, written in any way that a spreadsheet might."""
    headings, good = sheets.KINDS[draw(st.sampled_from(list(sheets.KINDS)))]
    rows = [list(good) for _ in range(draw(st.integers(1, 4)))]
    for _ in range(draw(st.integers(0, 5))):
        draw(st.sampled_from(rows))[draw(st.integers(0, min(len(good), 20) - 1))] = draw(CELLS)
    delimiter = draw(st.sampled_from(sheets.DELIMITERS))
    lines_ = [delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells) for cells in (headings, *rows)]
    return "\n".join(lines_).encode(draw(st.sampled_from(sheets.ENCODINGS)), "replace")


MUTANTS = mutants()
TAILS = st.tuples(st.sampled_from([written(sheet(kind, row(kind))) for kind in sheets.KINDS]), SOUP | BYTES).map(b"\r\n".join)


@settings(max_examples=CASES, suppress_health_check=[HealthCheck.too_slow])
@given(BYTES | SOUP | TAILS | MUTANTS, st.sampled_from(["", *KINDS_OF_FILES]))
def test_no_file_whatever_breaks_the_reader(data, kind):
    opened = open_sheet(io.BytesIO(data), kind)
    if isinstance(opened, BadFile):
        assert opened.code
        return
    try:
        for one in opened.rows(KNOWN):
            assert (one.record is None) == (one.state == "invalid")
            assert one.issues or one.state in ("valid", "conflict")
    except Broken:
        return


PASSED = f"""import resource
from datetime import date, timedelta
from io import BytesIO
from {__name__} import KNOWN, open_sheet
file = BytesIO()
file.write(b"log_date,steps,weight_kg\\n")
for place in range(100_000):
    file.write(f"{{date(1900, 1, 1) + timedelta(days=place)}},5000,80\\n".encode())
file.seek(0)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(sum(one.state == "valid" for one in open_sheet(file).rows(KNOWN)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.real
def test_a_hundred_thousand_rows_pass_through_a_small_room():
    """Measured by the kernel, in a process of its own: what the reader takes beside the file."""
    done = subprocess.run(
        [sys.executable, "-c", PASSED], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    count, peak = map(int, done.stdout.split())
    assert count == 100_000
    assert peak * (1 if sys.platform == "darwin" else 1024) < 40_000_000


@pytest.mark.real
def test_row_one_hundred_thousand_and_one_is_too_many():
    file = io.BytesIO(b"log_date,steps\n" + b"2026-03-01,1\n" * 100_001)
    with pytest.raises(Broken, match="too_many_rows"):
        for _ in open_sheet(file).rows(KNOWN):
            pass
