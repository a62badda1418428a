"""What owners were promised, row by row, and the test that keeps each promise. A row whose test is gone fails here."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

# Row → (what it says, the tests that show it: file::function).
ROWS: dict[int, tuple[str, tuple[str, ...]]] = {
    10: (
        "members: added, changed, removed; searched, filtered, sorted, page by page",
        (
            "members/test_pages.py::test_the_list_finds_people_by_three_letters_without_accents",
            "members/test_pages.py::test_pages_follow_each_other_without_gaps_or_doubles",
            "members/test_pages.py::test_filters_are_in_the_address_and_status_is_true",
            "members/test_pages.py::test_details_alert_and_consents_are_saved",
            "members/test_pages.py::test_erasing_forgets_the_person_and_keeps_the_accounts",
        ),
    ),
    11: (
        "types: added, changed, withdrawn; what was sold keeps its terms",
        (
            "members/test_pages.py::test_types_are_offered_changed_and_withdrawn",
            "members/test_memberships.py::test_withdrawing_a_type_touches_nothing_sold_and_sells_no_more",
            "members/test_memberships.py::test_raising_the_price_touches_nothing_sold",
        ),
    ),
    12: (
        "memberships: new, edited, renewed from the end or from now, suspended, no overlap either way",
        (
            "members/test_memberships.py::test_renewing_from_the_end_follows_at_once_and_asks_no_joining_fee",
            "members/test_memberships.py::test_renewing_what_has_ended_starts_today_also_to_another_type",
            "members/test_memberships.py::test_suspended_does_not_extend",
            "members/test_memberships.py::test_overlap_is_refused_when_selling",
            "members/test_memberships.py::test_editing_dates_into_an_overlap_is_refused_too",
        ),
    ),
    13: (
        "a new member is offered a membership at once",
        ("members/test_pages.py::test_somebody_new_in_six_fields_with_a_card_and_a_membership",),
    ),
    14: (
        "the entry log: filtered, searched, exported, forgotten by months with a dry run",
        (
            "desk/test_doors.py::test_the_log_is_searched_filtered_and_counted",
            "desk/test_doors.py::test_the_export_is_complete_and_harmless",
            "desk/test_doors.py::test_old_lines_go_visits_stay_and_the_dry_run_says_how_many",
        ),
    ),
    15: (
        "charts of types, revenue, active members and visits by weekday and hour, for any year",
        (
            "insights/test_screens.py::test_every_insight_is_drawn",
            "insights/test_screens.py::test_every_chart_has_its_sentence_its_table_and_its_csv",
            "insights/test_sums.py::test_totals_equal_the_ledger",
            "insights/test_sums.py::test_members_add_up_from_month_to_month",
            "insights/test_sums.py::test_visits_equal_the_door",
            "browser/test_insights.py::test_the_period_and_the_gym_are_chosen_and_stay_chosen",
        ),
    ),
    16: (
        "staff: roles, permissions in words, passwords, the first owner chooses their own",
        (
            "accounts/test_people.py::test_ana_invites_nina_who_comes_in_and_may_use_the_desk",
            "accounts/test_people.py::test_ana_defines_a_role_and_changes_it",
            "accounts/test_people.py::test_the_last_owner_can_neither_be_demoted_nor_switched_off",
            "accounts/test_setup.py::test_iva_opens_her_gym_and_enrols",
            "owner/test_settings.py::test_an_owners_screens_open_to_nobody_else",
        ),
    ),
    17: (
        "settings: name, language, time zone, appearance, door, backup, in one place",
        (
            "owner/test_settings.py::test_everything_is_found_in_one_place",
            "owner/test_settings.py::test_the_week_is_saved_once_and_nonsense_is_refused",
            "owner/test_settings.py::test_the_clubs_colour_is_on_every_page_and_a_pale_one_is_refused",
            "owner/test_settings.py::test_the_door_is_asked_about_any_moment_and_nothing_is_written",
        ),
    ),
    18: (
        "every word in three languages, every code said by them",
        ("test_words.py::test_nothing_is_left_in_english", "test_words.py::test_a_translation_names_the_same_things"),
    ),
    19: (
        "backups by the clock and by hand, versions elsewhere checked to be whole, any of them brought back with a way back",
        (
            "backups/test_pages.py::test_ana_asks_for_a_backup_and_the_worker_makes_and_proves_it",
            "jobs/test_worker.py::test_a_chore_is_done_when_it_is_due_by_one_worker",
            "backups/test_places.py::test_versions_lie_beside_each_other_and_come_back_whole",
            "backups/test_backups.py::test_five_hundred_altered_backups_are_refused",
            "backups/test_backups.py::test_a_backup_of_an_older_schema_is_brought_to_this_version",
            "backups/test_pages.py::test_ana_brings_one_back_from_the_page_and_takes_it_back",
            "browser/test_restore.py::test_ana_backs_up_goes_back_and_takes_it_back",
        ),
    ),
    22: (
        "people are invited and choose a password",
        (
            "accounts/test_people.py::test_ana_invites_nina_who_comes_in_and_may_use_the_desk",
            "accounts/test_people.py::test_a_link_used_by_two_at_once_sets_one_password",
        ),
    ),
    23: (
        "members see how they stand and hold a code to the scanner",
        ("today/test_phone.py::test_mo_holds_his_card_to_the_scanner", "today/test_phone.py::test_what_the_door_would_say"),
    ),
    24: (
        "what is new is told, and every step of the tables has a way back",
        (
            "help/test_help.py::test_the_changelog_is_what_is_new",
            "test_schema.py::test_models_and_migrations_agree_up_down_and_up_again",
        ),
    ),
    # Beyond the list: what a gym that moves in needs.
    101: (
        "a gym moves in: CSV and the old front desk's database, looked at, taken in once, taken back",
        (
            "owner/test_moving.py::test_a_list_is_looked_at_taken_in_once_and_each_refused_line_says_why",
            "owner/test_moving.py::test_the_same_file_twice_changes_nothing",
            "owner/test_moving.py::test_visits_and_the_old_desks_database_come_whole",
            "owner/test_moving.py::test_an_import_is_taken_back_within_a_day_and_what_was_used_stays",
        ),
    ),
    102: (
        "money: real payments, arrears, discounts, refunds by two people, closed months, the accountant's files",
        (
            "owner/test_money.py::test_lou_is_reminded_once_a_week_in_spanish",
            "owner/test_money.py::test_dee_asks_and_ana_decides",
            "owner/test_money.py::test_a_closed_month_stays_and_shows_what_moved_after",
            "owner/test_money.py::test_the_accountants_files_add_up_to_the_ledger",
        ),
    ),
    103: (
        "people: planned and worked shifts",
        (
            "owner/test_staff.py::test_dee_is_planned_once_and_never_in_two_places",
            "owner/test_staff.py::test_dee_clocks_in_and_out_and_max_puts_it_right",
        ),
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_every_promise_has_a_test_that_is_there(row: int) -> None:
    said, tests = ROWS[row]
    for test in tests:
        name, _, function = test.partition("::")
        path = TESTS / name
        assert path.exists(), f"{row}, {said}: {name} is gone"
        found = {
            node.name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert function in found, f"{row}, {said}: {test} is gone"
