"""The diary checklist: what a training diary of one's own has to do, and which test sees to it that it does."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DAY, RULES, NUMBERS, PLANS = (f"tests/progress/test_{name}.py" for name in ("day", "rules", "numbers", "plans"))
FILES, CONTRACT, BELONGINGS, LONG = (
    f"tests/progress/test_{name}.py" for name in ("imports", "contract", "belongings", "long_imports")
)
BROWSER, BACKUPS, ENTRY, HELP = (
    "tests/browser/test_progress.py",
    "tests/backups/test_backups.py",
    "tests/accounts/test_signing_in.py",
    "tests/help/test_help.py",
)

CHECKLIST: dict[str, dict[str, list[str]]] = {
    "1 a day's check-in, creatine from the supplements, photo": {
        DAY: ["test_mo_tells_the_day_in_one_form", "test_creatine_is_read_from_the_supplements", "test_a_photo_is_kept_in_three_sizes_for_its_member_alone"],
        BROWSER: ["test_yesterday_offers_its_values_and_a_day_takes_few_taps_and_little_time"],
    },
    "2 create, edit, upsert and their conflicts": {
        RULES: ["test_a_day_is_written_or_becomes_a_choice"],
        DAY: ["test_creating_a_day_that_exists_is_a_choice", "test_a_day_that_changed_meanwhile_is_a_choice", "test_editing_a_day_that_is_gone_is_a_choice"],
        FILES: ["test_the_api_tells_conflicts_by_code"],
    },
    "3 photos: sizes, upright, replaced after both were seen, deleted alone": {
        "tests/test_photos.py": ["test_a_photo_becomes_three_webp_pictures", "test_a_phone_held_sideways_gives_an_upright_photo_without_its_metadata"],
        DAY: ["test_a_second_photo_waits_until_both_were_seen", "test_the_photo_goes_alone"],
    },
    "4 gallery, lightbox by keyboard, compare any two, download": {
        DAY: ["test_the_gallery_compares_with_the_nearest_older"], BROWSER: ["test_the_gallery_is_walked_by_arrow_keys"],
    },
    "5 several sessions a day": {DAY: ["test_a_day_holds_several_sessions_with_focus_and_rpe", "test_a_class_keeps_no_lifts"]},
    "6 the change since the last time": {DAY: ["test_a_lift_shows_the_change_since_the_last_time_of_the_same_name"], RULES: ["test_a_lift_is_compared_with_the_last_time"]},
    "7 supplements with a target that history keeps": {
        DAY: ["test_history_keeps_the_target_of_its_day"], RULES: ["test_supplements_are_held_against_the_target_of_the_day"],
    },
    "8 windows of calendar days and custom ones": {
        RULES: ["test_a_window_counts_calendar_days_with_today_among_them", "test_a_custom_range_that_makes_no_sense_falls_back_to_the_rolling_one"],
        NUMBERS: ["test_every_window_opens"],
    },
    "9 four means, the period before, dead-bands, coverage": {
        RULES: ["test_a_change_inside_the_dead_band_is_no_change", "test_a_mean_rests_on_the_days_with_data_and_says_how_many"],
        NUMBERS: ["test_a_mean_is_compared_with_the_period_before"],
    },
    "10 the trend in a sentence with its tone": {RULES: ["test_the_trend_says_which_way_the_body_went"], NUMBERS: ["test_the_trend_is_said_in_a_sentence"]},
    "11 a chart true to time, with gaps and points for the keyboard": {
        NUMBERS: ["test_a_chart_is_spaced_by_the_real_day", "test_points_can_be_reached_by_keyboard_and_read_in_a_table"], BROWSER: ["test_the_numbers_are_read_by_keyboard"],
    },
    "12 the report as print, picture and text": {NUMBERS: ["test_the_report_prints_and_is_a_picture_and_a_text"], BROWSER: ["test_the_report_is_printed_and_its_text_copied"]},
    "13 food by the day": {PLANS: ["test_food_and_training_of_a_day_are_written_in_a_form", "test_food_has_its_ranges"]},
    "14 training by dated session with progression rules": {PLANS: ["test_food_and_training_of_a_day_are_written_in_a_form", "test_an_exercise_is_a_line"]},
    "15 adherence, its history, the week on a screen": {
        RULES: ["test_the_week_averages_scored_days_only"],
        PLANS: ["test_a_score_is_given_by_hand_and_goes_when_it_is_empty", "test_the_week_summary_is_on_the_screen"],
    },
    "16 plan against what happened": {PLANS: ["test_logged_sets_are_counted_against_the_plan", "test_the_calendar_shows_how_each_day_went"]},
    "17 the CSV files as they are": {
        CONTRACT: ["test_the_files_of_the_reference_are_taken_as_they_are", "test_what_an_old_spreadsheet_calls_ansi_keeps_its_letters", "test_the_combined_file_has_its_62_columns", "test_headings_may_be_spanish_spaced_accented_and_short"],
        FILES: ["test_the_legacy_pair_arrives_one_after_the_other"],
    },
    "18 causes row by row, grouped, with fixes, to download": {
        CONTRACT: ["test_every_cause_is_found_in_every_encoding_and_delimiter", "test_causes_are_counted_together_with_lines_and_a_sample"],
        FILES: ["test_issues_are_grouped_with_fixes_and_can_be_downloaded"],
    },
    "19 templates and the pack for a model": {
        FILES: ["test_templates_can_be_fetched", "test_the_contract_names_what_this_gym_has", "test_what_is_written_by_the_contract_alone_validates_and_imports"],
    },
    "20 a day, a session or all of it deleted": {
        PLANS: ["test_one_session_and_one_days_food_are_dropped_alone", "test_clearing_asks_twice_and_leaves_what_happened"], DAY: ["test_the_day_is_taken_back_with_everything_of_it"],
    },
    "21 check-ins from a file: looked at, then applied": {
        FILES: ["test_nothing_is_written_before_mo_says_so", "test_check_ins_of_days_that_are_told_stay_when_only_new_ones_are_wanted"],
    },
    "22 exports that come in again": {
        FILES: ["test_every_export_imports_again_without_loss", "test_a_formula_leaves_disarmed_and_every_cell_quoted"],
        CONTRACT: ["test_every_text_comes_back_exactly"], BELONGINGS: ["test_everything_of_the_zip_that_comes_in_again_comes_in_whole_at_another_place"],
    },
    "24 signing in, forged requests, a safe next": {
        ENTRY: ["test_a_write_without_the_sessions_own_token_is_refused", "test_another_site_cannot_post_here", "test_next_never_leads_away_from_here"],
    },
    "25 bug report, help, what's new, theme, help on every block, phone navigation, search in a table": {
        HELP: ["test_a_bug_report_shows_what_it_collects_and_no_secrets", "test_help_is_open_to_everybody_and_answers_a_search", "test_the_changelog_is_what_is_new"],
        BROWSER: ["test_every_page_is_accessible_on_a_phone", "test_help_on_a_block_opens_and_leads_to_the_article"],
        "tests/progress/test_pages.py": ["test_every_block_has_a_word_of_help", "test_days_are_found_by_a_word_of_their_note"],
    },
    "26 demo profiles, data cleared, storms, a gate before a release": {
        "tests/progress/test_demo.py": ["test_the_cast_lives_its_days_each_by_their_own_aim"],
        "tests/storm/test_storm.py": ["test_nothing_confirmed_is_lost_in_a_storm_of_kills"],
        "tests/storm/test_long_imports.py": ["test_a_hundred_thousand_rows_do_not_grow_the_house"],
        PLANS: ["test_clearing_asks_twice_and_leaves_what_happened"],
        BELONGINGS: ["test_after_two_weeks_the_days_and_the_name_are_gone"],
        "tests/test_gate.py": ["test_one_red_stage_makes_the_gate_red_and_the_others_run_all_the_same", "test_every_change_is_checked_and_tested_and_every_night_stormed_and_measured"],
    },
    "27 nothing leaves the house by itself": {"tests/web/test_outbound.py": ["test_no_page_and_no_chore_calls_anybody_outside"]},
}  # fmt: skip

DEFECTS: dict[str, dict[str, list[str]]] = {
    "the API took sleep quality 99, steps -5 and a weight of -3": {
        FILES: ["test_the_api_has_the_same_ranges"], CONTRACT: ["test_values_that_no_body_has_are_refused"], DAY: ["test_what_no_body_has_is_refused_with_what_was_typed_kept"],
    },
    "a food plan without meals, as the instructions promise it, was refused": {CONTRACT: ["test_a_diet_without_meals_is_accepted_as_its_instructions_promise"]},
    "a day imported again with fewer sessions kept the old one": {FILES: ["test_a_shorter_day_leaves_nothing_behind"]},
    "a backup of more than 10 MB could not be restored": {BACKUPS: ["test_a_diary_of_more_than_ten_megabytes_comes_back"]},
    "any database file was taken for a backup and wiped the data": {BACKUPS: ["test_whole_backups_that_are_not_ours_are_refused"]},
    "tests with hard dates failed on another day": {"tests/progress/test_pages.py": ["test_the_day_of_these_tests_stands_still"]},
    "a day that nobody scored counted as a zero": {RULES: ["test_the_week_averages_scored_days_only"]},
    "an export lost the creatine and armed formulas": {FILES: ["test_the_photo_of_an_old_file_does_not_travel_and_the_creatine_does", "test_a_formula_leaves_disarmed_and_every_cell_quoted"]},
}  # fmt: skip


@cache
def names_in(path: str) -> frozenset[str]:
    found = ast.walk(ast.parse((ROOT / path).read_text("utf-8")))
    return frozenset(node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("line", [*CHECKLIST, *DEFECTS])
def test_every_line_of_the_diary_checklist_has_its_tests(line):
    for path, names in (CHECKLIST | DEFECTS)[line].items():
        assert set(names) <= names_in(path), path


def test_the_checklist_is_whole():
    """The twenty-third, backups, has tests of its own."""
    assert [int(line.split()[0]) for line in CHECKLIST] == [*range(1, 23), *range(24, 28)]
