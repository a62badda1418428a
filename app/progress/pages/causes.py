"""What is wrong with a file, in words, and what to do about it."""

from collections.abc import Sequence

from app.words import _


def kind_name(kind: str) -> str:
    names = {
        "check_ins": _("Check-ins"),
        "diet": _("Food plan"),
        "workout": _("Training plan"),
        "sessions": _("Training plan: sessions"),
        "exercises": _("Training plan: exercises"),
        "supplements": _("Supplements taken"),
        "done_sessions": _("Sessions of the day"),
        "": _("A file"),
    }
    return names[kind]


def file_sentence(code: str, names: Sequence[str] = (), line: int = 0) -> str:
    columns = ", ".join(names)
    sentences = {
        "empty_file": _("There is nothing in this file."),
        "no_rows": _("There is a heading, but no row below it."),
        "not_text": _("This is not a text file. Save the table as CSV and choose that file."),
        "missing_column": _("These columns are missing: %(columns)s.", columns=columns),
        "duplicate_column": _("These columns stand there twice: %(columns)s.", columns=columns),
        "unknown_kind": _("Nobody can tell what this file is. Start from one of the templates below."),
        "quotes": _("A quotation mark opened in line %(line)s is never closed as it should.", line=line),
        "cell_too_long": _("A cell in line %(line)s is endless: a quotation mark is missing there.", line=line),
        "too_many_columns": _("More than 400 columns: this is not one of our files."),
        "too_many_rows": _("More than 100,000 rows: cut the file in two."),
        "failed": _("Something broke while this file was being worked on. Nothing was written; the log of the server says why."),
        "too_big": _("This file is larger than 20 MB: cut it in two."),
    }
    return sentences[code]


def cause_sentence(code: str) -> str:
    sentences = {
        "missing": _("Required, but empty"),
        "bad_day": _("Not a date"),
        "no_such_day": _("No such day in the calendar"),
        "far_day": _("A day too far away"),
        "bad_number": _("Not a number"),
        "not_whole": _("Not a whole number"),
        "out_of_range": _("Out of range"),
        "bad_flag": _("Neither yes nor no"),
        "bad_session": _("Neither class nor strength"),
        "mixed_session": _("A mixed session"),
        "bad_path": _("A path that leads elsewhere"),
        "name_missing": _("An exercise without a name"),
        "reps_crossed": _("Fewest reps above most reps"),
        "day_twice": _("The same day twice"),
        "session_twice": _("The same session twice"),
        "no_such_session": _("The session is not planned"),
        "order_twice": _("The same place twice"),
        "supplement_twice": _("The same supplement twice on a day"),
        "too_many_cells": _("More cells than headings"),
        "clipped": _("Text cut to its limit"),
        "rounded": _("Rounded to three decimals"),
        "energy": _("Energy does not fit the macros"),
        "meals_missing": _("Some meals are empty"),
        "class_drops_exercises": _("A class keeps no exercises"),
        "photo_stays": _("Photos do not travel in a CSV"),
        "nothing_said": _("A day without a value"),
        "unknown_exercise": _("Not in this gym's catalogue"),
        "unknown_measure": _("A measure that you have not defined"),
    }
    return sentences.get(code, code)


def fix_sentence(code: str) -> str:
    fixes = {
        "missing": _("Fill the cell in."),
        "bad_day": _("Write dates as 2026-03-01."),
        "no_such_day": _("Look at the calendar: that month is shorter."),
        "far_day": _("Use a year between 1900 and 2200."),
        "bad_number": _("Only digits and one comma or point, without a unit."),
        "not_whole": _("Remove what stands behind the comma."),
        "out_of_range": _("See the limits in the template's second row."),
        "bad_flag": _("Write Y or N, or leave it empty."),
        "bad_session": _("Write class or strength."),
        "mixed_session": _("Make two rows of it: one class, one strength."),
        "bad_path": _("Leave the path empty and add the photo on the day's page."),
        "name_missing": _("Give the exercise a name, or empty its other cells."),
        "reps_crossed": _("Swap the two numbers."),
        "day_twice": _("Keep one row for this day."),
        "session_twice": _("Number the sessions of a day S01, S02, and so on."),
        "no_such_session": _("Import the sessions first, with the same date and id."),
        "order_twice": _("Number the exercises of a session 1, 2, 3."),
        "supplement_twice": _("Add the doses up in one row."),
        "too_many_cells": _("Put quotation marks around texts that hold the separator."),
        "clipped": _("Shorten the text if the end matters."),
        "rounded": _("Nothing to do."),
        "energy": _("4 kcal for a gram of protein or carbs, 9 for fat."),
        "meals_missing": _("Fill all five meals, or none."),
        "class_drops_exercises": _("Make it a strength session if the exercises matter."),
        "photo_stays": _("Add the photo on the day's page."),
        "nothing_said": _("Leave the row out, or fill something in."),
        "unknown_exercise": _("Use the name from the catalogue, so that logged sets are counted."),
        "unknown_measure": _("Define it first under your own measures."),
    }
    return fixes.get(code, "")
