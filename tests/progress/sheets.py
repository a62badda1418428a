"""Files for the importer: one per cause, to be written in any encoding and with any delimiter.

`python -m tests.progress.sheets FOLDER` writes them all out.
"""

import sys
from pathlib import Path

from app.progress.contract.columns import LEAST_SLOTS, MEALS, PARTS, SLOT_NAMES

ENCODINGS = ("utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16")
DELIMITERS = (",", ";", "\t", "|")

BODY = ["sleep_hours", "sleep_quality", "steps", "weight_kg", "waist_cm", "hip_cm", "alcohol_units"]
CHECK_IN = ["log_date", *BODY, "creatine_yn", "photo_yn", "photo_path"]
GOOD_CHECK_IN = ["2026-03-01", "7,5", "8", "9000", "82.4", "88", "100", "0", "Y", "N", ""]
DIET = ["log_date", "calories_target_kcal", "protein_target_g", "carbs_target_g", "fat_target_g", *MEALS, "notes"]
GOOD_DIET = ["2026-03-01", "2200", "160", "220", "75", "Avena y plátano", "Yogur", "Arroz", "Nueces", "Pescado", "año nuevo"]
SLOTS = [f"exercise_{slot}_{name}" for slot in range(1, LEAST_SLOTS + 1) for name in SLOT_NAMES]
WORKOUT = ["log_date", "session_type", *PARTS, *SLOTS]
SQUAT = ["Sentadilla", "4", "6", "8", "100", "8", "pesado", "+2,5 kg", "+1 rep"]
GOOD_WORKOUT = ["2026-03-01", "pesas", "Bici 10 min", "", "", "Movilidad", "", "", *SQUAT, *[""] * 45]
SESSIONS = ["log_date", "plan_session_id", "session_type", *PARTS]
GOOD_SESSION = ["2026-03-01", "S01", "pesas", "Remo", "", "", "", "", ""]
TARGETS = ["target_sets", "target_reps_min", "target_reps_max", "target_weight_kg", "target_rpe"]
RULES = ["intensity_target", "progression_weight_rule", "progression_reps_rule"]
EXERCISES = ["log_date", "plan_session_id", "exercise_order", "exercise_name", *TARGETS, *RULES]
GOOD_EXERCISE = ["2026-03-01", "S01", "1", "Press banca", "4", "6", "8", "80", "8", "", "", ""]
SUPPLEMENTS = ["log_date", "supplement", "doses_per_day", "doses_taken", "notes"]
GOOD_SUPPLEMENT = ["2026-03-01", "Creatina", "2", "1", ""]
SESSION = ["session_order", "session_type", "session_done_yn", "class_done", "rpe_session", "notes"]
DONE = ["log_date", *SESSION, "exercise_name", "weight_kg", "reps", "rpe", "topset_text"]
GOOD_DONE = ["2026-03-01", "1", "pesas", "Y", "", "8", "", "Sentadilla", "100", "5", "9", "100x5"]

KINDS = {
    "check_ins": (CHECK_IN, GOOD_CHECK_IN),
    "diet": (DIET, GOOD_DIET),
    "workout": (WORKOUT, GOOD_WORKOUT),
    "sessions": (SESSIONS, GOOD_SESSION),
    "exercises": (EXERCISES, GOOD_EXERCISE),
    "supplements": (SUPPLEMENTS, GOOD_SUPPLEMENT),
    "done_sessions": (DONE, GOOD_DONE),
}


def row(kind: str, **changes: str) -> list[str]:
    headings, good = KINDS[kind]
    return [changes.get(name, value) for name, value in zip(headings, good, strict=True)]


def sheet(kind: str, *rows: list[str], headings: list[str] | None = None) -> list[list[str]]:
    return [headings or KINDS[kind][0], *rows]


def written(rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """As a spreadsheet writes it: quotes only where they are needed."""
    return "\r\n".join(delimiter.join(quoted(cell, delimiter) for cell in cells) for cells in rows).encode(encoding)


def quoted(cell: str, delimiter: str) -> str:
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if any(sign in cell for sign in (delimiter, '"', "\n", "\r")) else cell


ROWS = {
    ("missing", "calories_target_kcal"): ("diet", [row("diet", calories_target_kcal=" ")]),
    ("missing", "plan_session_id"): ("sessions", [row("sessions", plan_session_id="\x1b")]),
    ("missing", "log_date"): ("check_ins", [row("check_ins", log_date="")]),
    ("missing", "session_type"): ("workout", [row("workout", session_type="")]),
    ("missing", "exercise_name"): ("exercises", [row("exercises", exercise_name="")]),
    ("missing", "supplement"): ("supplements", [row("supplements", supplement="")]),
    ("bad_day", "log_date"): ("diet", [row("diet", log_date="01/03/2026")]),
    ("no_such_day", "log_date"): ("diet", [row("diet", log_date="2026-02-30")]),
    ("far_day", "log_date"): ("diet", [row("diet", log_date="0026-02-03")]),
    ("bad_number", "weight_kg"): ("check_ins", [row("check_ins", weight_kg="82 kg")]),
    ("not_whole", "sleep_quality"): ("check_ins", [row("check_ins", sleep_quality="8.5")]),
    ("not_whole", "exercise_1_sets"): ("workout", [row("workout", exercise_1_sets="3,5")]),
    ("out_of_range", "sleep_quality"): ("check_ins", [row("check_ins", sleep_quality="99")]),
    ("out_of_range", "steps"): ("check_ins", [row("check_ins", steps="-5")]),
    ("out_of_range", "weight_kg"): ("check_ins", [row("check_ins", weight_kg="-3")]),
    ("out_of_range", "calories_target_kcal"): ("diet", [row("diet", calories_target_kcal="12001")]),
    ("out_of_range", "protein_target_g"): ("diet", [row("diet", protein_target_g="801")]),
    ("out_of_range", "carbs_target_g"): ("diet", [row("diet", carbs_target_g="1501")]),
    ("out_of_range", "fat_target_g"): ("diet", [row("diet", fat_target_g="501")]),
    ("out_of_range", "exercise_1_sets"): ("workout", [row("workout", exercise_1_sets="13")]),
    ("out_of_range", "exercise_1_reps_max"): ("workout", [row("workout", exercise_1_reps_max="101")]),
    ("out_of_range", "exercise_1_weight_kg"): ("workout", [row("workout", exercise_1_weight_kg="1001")]),
    ("out_of_range", "exercise_1_rpe"): ("workout", [row("workout", exercise_1_rpe="11")]),
    ("out_of_range", "exercise_order"): ("exercises", [row("exercises", exercise_order="33")]),
    ("out_of_range", "doses_taken"): ("supplements", [row("supplements", doses_taken="25")]),
    ("out_of_range", "session_order"): ("done_sessions", [row("done_sessions", session_order="0")]),
    ("bad_flag", "creatine_yn"): ("check_ins", [row("check_ins", creatine_yn="maybe")]),
    ("bad_session", "session_type"): ("workout", [row("workout", session_type="yoga")]),
    ("mixed_session", "session_type"): ("workout", [row("workout", session_type="mixta")]),
    ("bad_path", "photo_path"): ("check_ins", [row("check_ins", photo_path="uploads/../../etc/passwd")]),
    ("name_missing", "exercise_2_name"): ("workout", [row("workout", exercise_2_sets="3")]),
    ("name_missing", "exercise_name"): ("done_sessions", [row("done_sessions", exercise_name="")]),
    ("reps_crossed", "exercise_1_reps_min"): ("workout", [row("workout", exercise_1_reps_min="9")]),
    ("reps_crossed", "target_reps_min"): ("exercises", [row("exercises", target_reps_min="9")]),
    ("day_twice", "log_date"): ("diet", [row("diet"), row("diet")]),
    ("session_twice", "plan_session_id"): ("sessions", [row("sessions"), row("sessions", plan_session_id="s01")]),
    ("no_such_session", "plan_session_id"): ("exercises", [row("exercises", plan_session_id="S09")]),
    ("order_twice", "exercise_order"): ("exercises", [row("exercises"), row("exercises")]),
    ("supplement_twice", "supplement"): ("supplements", [row("supplements"), row("supplements", supplement="CREATINA")]),
    ("too_many_cells", ""): ("diet", [[*row("diet"), "a comma", "too many"]]),
}
WARNINGS = {
    ("clipped", "breakfast"): ("diet", [row("diet", breakfast="a" * 700)]),
    ("rounded", "weight_kg"): ("check_ins", [row("check_ins", weight_kg="82,45678")]),
    ("energy", "calories_target_kcal"): ("diet", [row("diet", calories_target_kcal="4000")]),
    ("meals_missing", "lunch"): ("diet", [row("diet", lunch="")]),
    ("class_drops_exercises", "session_type"): ("workout", [row("workout", session_type="clase")]),
    ("photo_stays", "photo_path"): ("check_ins", [row("check_ins", photo_path="uploads/2026/03/a.webp")]),
    ("nothing_said", ""): ("check_ins", [["2026-03-01", *[""] * 10]]),
    ("unknown_exercise", "exercise_1_name"): ("workout", [row("workout", exercise_1_name="Salto del tigre")]),
}
FILES = {
    "empty_file": b"",
    "not_text": b"log_date,steps\x00\n",
    "missing_column": written([DIET[:4], GOOD_DIET[:4]]),
    "duplicate_column": written([["log_date", "Fecha", "steps"], ["2026-03-01", "2026-03-01", "1"]]),
    "unknown_kind": written([["name", "colour"], ["Mo", "red"]]),
    "quotes": b'log_date,steps\r\n"2026-03-01,1\r\n2026-03-02,2\r\n',
    "cell_too_long": b'log_date,steps\r\n"' + b"x" * 140_000 + b'",1\r\n',
    "too_many_columns": ",".join(["log_date", *(f"c{i}" for i in range(500))]).encode(),
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for (code, column), (kind, rows) in {**ROWS, **WARNINGS}.items():
        for encoding in ENCODINGS:
            for delimiter in DELIMITERS:
                name = f"{kind}-{code}-{column or 'row'}-{encoding}-{DELIMITERS.index(delimiter)}.csv"
                (folder / name).write_bytes(written(sheet(kind, *rows), delimiter, encoding))
    for code, content in FILES.items():
        (folder / f"file-{code}.csv").write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
