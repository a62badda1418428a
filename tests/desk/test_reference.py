"""The old desk's verdict, statuses and traps, one by one: which test of ours says that this house does right by each.

What it did and where it fell is on the left; on the right the test, or the line of a table of tests. The list itself is tested:
whatever it names must be there.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.db import Db, new_id
from app.desk import actions, entries
from app.desk.actions import Door
from app.members.rules import Freezing as Frozen
from app.members.rules import GymRules, Pass, cancelling, freezing, status, thawing
from app.money import actions as money
from tests.desk.gym import DEE, DESK, HERE, join, sell, tap, today, visits, visits_left
from tests.members.test_rules import DAY, ICE, MARCH, mo, pack

TESTS = Path(__file__).parents[1]

REFERENCE = {
    # --- the verdict, row by row ---
    "row 0: nothing was typed": "desk/test_reference.py test_row_0_nothing_typed_is_said_at_the_field_and_not_written_down",
    "row 1: nobody has this card": "desk/test_rules.py row 1: nobody has this card",
    "row 2: a daily job must have run first": "desk/test_reference.py test_row_2_no_job_has_to_run_before_a_scan",
    "row 3: no membership": "desk/test_rules.py row 3: no membership at all",
    "row 3: which of several is used": "desk/test_rules.py test_the_pass_that_ends_soonest_is_used_first",
    "row 4: something is null": "desk/test_rules.py row 4: an unlimited pass has no number of visits and needs none",
    "row 5: the status is worked out anew": "desk/test_rules.py row 5: yesterday was the last day",
    "row 6: no visits left": "desk/test_rules.py row 6a: no visits left",
    "row 6: starts later": "desk/test_rules.py row 6b: starts tomorrow",
    "row 6: suspended": "desk/test_rules.py row 6c: suspended",
    "row 6: frozen, which it had not": "desk/test_rules.py row 6d: frozen",
    "row 6: cancelled, which it had not": "desk/test_rules.py row 6e: cancelled",
    "row 7: after its hours": "desk/test_rules.py row 7: after the hours of the pass",
    "row 8: here already today": "desk/test_rules.py row 8: once a day and already here today",
    "row 9: come in": "desk/test_rules.py row 9: come in",
    "row 9: one visit less": "desk/test_rules.py test_row_9_takes_one_visit_off_the_pass_and_never_off_an_unlimited_one",
    # --- statuses: from one to the next ---
    "pending to active": "desk/test_reference.py pending becomes active on its first day",
    "pending to active at the door": "desk/test_reference.py test_a_membership_that_starts_tomorrow_opens_tomorrow",
    "pending to cancelled": "desk/test_reference.py pending is cancelled before it begins",
    "pending to suspended": "desk/test_reference.py pending and suspended begins suspended",
    "active to expired by days": "desk/test_reference.py active expires the day after its last",
    "active to expired by visits": "desk/test_reference.py active expires with its last visit",
    "active to expired at the door": "desk/test_check_in.py test_the_last_visit_then_already_in_then_no_visits_left",
    "active to frozen": "desk/test_reference.py active is frozen from the first frozen day",
    "frozen to active": "desk/test_reference.py frozen is active the day after",
    "frozen to active by an early return": "desk/test_reference.py frozen and thawed is active that very day",
    "frozen to expired": "desk/test_reference.py frozen to its end expires later by the days frozen",
    "active to suspended": "desk/test_reference.py active is suspended from that day",
    "suspended to active": "desk/test_reference.py suspended and lifted is active again",
    "suspended to expired": "desk/test_reference.py suspended expires on its day, nothing is added",
    "active to cancelled": "desk/test_reference.py active is cancelled when its notice is over",
    "cancelled to active": "members/test_memberships.py test_changing_ones_mind_keeps_the_membership_and_takes_the_credit_back",
    "expired to active: a renewal is a row of its own": "members/test_memberships.py test_renewing_what_has_ended_starts_today_also_to_another_type",
    "inactive by its type: not here": "members/test_memberships.py test_withdrawing_a_type_touches_nothing_sold_and_sells_no_more",
    # --- where it fell ---
    "one day more than sold": "desk/test_rules.py test_trap_thirty_days_sold_are_thirty_days_at_the_door",
    "inactive on the last day while the form says active": "desk/test_rules.py the last day is included",
    "unlimited counted down from the days": "desk/test_rules.py test_trap_unlimited_is_never_counted_down",
    "unlimited counted down at the door": "desk/test_check_in.py test_an_unlimited_membership_is_never_counted_down",
    "visits no more than days": "desk/test_reference.py test_a_pack_may_have_more_visits_than_days",
    "the hour 24 fails": "desk/test_rules.py test_trap_midnight_closes_the_day_and_the_hour_24_works",
    "one hour a day for all days": "members/test_pages.py test_types_are_offered_changed_and_withdrawn",
    "a deleted type shuts its members out": "desk/test_rules.py test_trap_withdrawn_types_shut_nobody_out",
    "overlaps unchecked when edited": "members/test_memberships.py test_editing_dates_into_an_overlap_is_refused_too",
    "overlaps checked by code alone": "members/test_memberships.py test_the_database_refuses_an_overlap_that_code_let_through",
    "renewing from the end is gone once it has ended": "members/test_rules.py test_renewing_from_the_end_or_from_today",
    "statuses stored, and stale": "members/test_rules.py test_status_is_never_stale",
    "the computer's day instead of the gym's": "desk/test_rules.py test_trap_the_gyms_date_decides_not_the_servers",
    "suspending was the only way to pause": "members/test_memberships.py test_suspended_does_not_extend",
    "a status that the log forbids": "desk/test_reference.py test_every_verdict_can_be_written_down",
    "no visits instead of already in": "desk/test_rules.py test_the_second_tap_after_the_last_visit_says_already_in_not_no_visits",
    "once a day, always": "desk/test_rules.py test_the_owner_sets_how_long_a_visit_lasts",
    "a second scan is a second visit": "desk/test_races.py test_the_same_tap_four_times_at_once_is_one_visit",
    "no undo: a deleted line gives nothing back": "desk/test_check_in.py test_undo_gives_the_visit_back_once",
    "no override": "desk/test_check_in.py test_an_override_lets_in_says_why_and_stands_in_the_exceptions",
    "a one-time entry nobody paid for": "desk/test_reference.py test_a_day_pass_is_paid_for_and_is_a_visit_like_any_other",
    "cards of exactly eight digits": "members/test_pages.py test_cards_of_any_length_replaced_blocked_lost_and_given_back",
    "two cards with the same beginning collide": "members/test_pages.py test_two_cards_sharing_their_first_four_signs_are_two_cards",
    "deleting a member deletes the past": "members/test_pages.py test_deleting_a_member_is_refused_by_the_database",
    "a member who leaves": "members/test_pages.py test_erasing_forgets_the_person_and_keeps_the_accounts",
    "the log filters on another day than the gym's": "desk/test_doors.py test_days_in_the_log_are_the_gyms_days",
    "a search that widens what was filtered": "desk/test_reference.py test_searching_never_widens_what_was_filtered",
    "a search that is SQL": "desk/test_doors.py test_no_question_breaks_the_log",
    "a month is thirty days": "desk/test_doors.py test_months_are_calendar_months_on_the_gyms_clock",
    "purging the log": "desk/test_doors.py test_old_lines_go_visits_stay_and_the_dry_run_says_how_many",
    "revenue from the list price": "members/test_memberships.py test_raising_the_price_touches_nothing_sold",
    "hours on the computer's clock": "desk/test_check_in.py test_arrivals_by_hour_are_on_the_gyms_clock",
    "rights in the screen alone": "test_matrix.py def test",
    "scanners of digits only": "browser/test_desk.py test_a_scan_works_with_the_focus_on_a_link",
    "the verdict goes by itself, also a refusal": "browser/test_desk.py test_green_goes_by_itself_and_red_does_not",
    "no sound": "browser/test_desk.py test_every_outcome_has_its_sound",
}  # fmt: skip


@pytest.mark.parametrize("what", REFERENCE)
def test_every_line_of_the_reference_has_its_test(what):
    file, _gap, name = REFERENCE[what].partition(" ")
    text = (TESTS / file).read_text("utf-8")
    listed = text.count(f"{file} {name}")  # here, in the list itself
    assert text.count(name) > listed, f"{file} has no {name}"


# --- statuses: from one to the next ------------------------------------------------------------------------------------------------


def days(sold: Pass, *which: int) -> list[str]:
    """The status on days of March, the first being 1; 32 is the first of April."""
    return [status(sold, MARCH + timedelta(days=day - 1)).code for day in which]


def frozen(sold: Pass) -> Pass:
    done = freezing(sold, ICE, GymRules(), ICE.starts_on, by_staff=True)
    assert isinstance(done, Frozen)
    return replace(sold, spells=(done.spell,), ends_on=done.ends_on)


def thawed(sold: Pass, day: int) -> Pass:
    back = thawing(sold, MARCH + timedelta(days=day - 1))
    return replace(sold, spells=(back.spell,), ends_on=back.ends_on)


def on(day: int):
    return MARCH + timedelta(days=day - 1)


NOTICE = cancelling(mo(), 3100, GymRules(cancel_notice_days=9), on(10), by_staff=True)
TRANSITIONS = {
    "pending becomes active on its first day": (mo(), (0, 1), ["pending", "active"]),
    "pending is cancelled before it begins": (mo(cancelled_on=on(1)), (0, 1, 2), ["pending", "cancelled", "cancelled"]),
    "pending and suspended begins suspended": (mo(suspended_on=on(0)), (-1, 0, 1), ["pending", "suspended", "suspended"]),
    "active expires the day after its last": (mo(), (31, 32), ["active", "expired"]),
    "active expires with its last visit": (pack(visits=0), (5,), ["expired"]),
    "active is frozen from the first frozen day": (frozen(mo()), (9, 10, 19), ["active", "frozen", "frozen"]),
    "frozen is active the day after": (frozen(mo()), (19, 20), ["frozen", "active"]),
    "frozen and thawed is active that very day": (thawed(frozen(mo()), 13), (12, 13, 34, 35), ["frozen", "active", "active", "expired"]),
    "frozen to its end expires later by the days frozen": (frozen(mo()), (41, 42), ["active", "expired"]),
    "active is suspended from that day": (mo(suspended_on=on(10)), (9, 10, 31), ["active", "suspended", "suspended"]),
    "suspended and lifted is active again": (mo(suspended_on=None), (12, 31, 32), ["active", "active", "expired"]),
    "suspended expires on its day, nothing is added": (mo(suspended_on=on(10)), (31, 32), ["suspended", "expired"]),
    "active is cancelled when its notice is over": (mo(cancelled_on=NOTICE.cancelled_on), (19, 20, 40), ["active", "cancelled", "cancelled"]),
}  # fmt: skip


@pytest.mark.parametrize("step", TRANSITIONS, ids=str)
def test_from_one_status_to_the_next(step):
    sold, when, codes = TRANSITIONS[step]
    assert days(sold, *when) == codes


# --- at the door ---------------------------------------------------------------------------------------------------------------------


async def test_row_0_nothing_typed_is_said_at_the_field_and_not_written_down(db: Db, as_):
    dee, before = await as_("dee"), await db.value("select count(*) from attempt")
    for said in ("", "   ", "\t"):
        answer = await dee.post("/desk/check-ins", {"id": str(new_id()), "q": said})
        assert answer.status_code == 422, repr(said)
    assert await db.value("select count(*) from attempt") == before


async def test_row_2_no_job_has_to_run_before_a_scan(db: Db):
    """The same untouched row, scanned in three months, says three things."""
    lou = await join(db, "Lou", starts=20, ends=49)
    now = datetime.now(UTC)
    said = [(await tap(db, lou, now=now + timedelta(days=days))).verdict.codes for days in (0, 30, 60)]
    assert [codes[:1] for codes in said] == [("not_started",), (), ("expired",)]


async def test_a_membership_that_starts_tomorrow_opens_tomorrow(db: Db):
    mo = await join(db, "Mo", starts=1, ends=30)
    now = datetime.now(UTC)
    assert (await tap(db, mo, now=now)).verdict.codes == ("not_started",)
    assert (await tap(db, mo, now=now + timedelta(days=1))).kind == "allowed"


async def test_a_pack_may_have_more_visits_than_days(db: Db):
    mo = await join(db, "Mo", visits=40, starts=0, ends=6)
    assert (await tap(db, mo)).visits_left == 39


async def test_every_verdict_can_be_written_down(db: Db):
    """Every outcome at every channel is a line of the log."""
    people = {
        "allowed": await join(db, "Mo"),
        "warned": await join(db, "Ann", alert="Locker key"),
        "refused": await join(db, "Lou", starts=-60, ends=-3),
    }
    for channel in ("desk", "kiosk", "self", "device"):
        for who in people.values():
            await tap(db, who, door=Door(HERE, channel), now=datetime.now(UTC) + timedelta(hours=len(channel)))
    await tap(db, "", member_id=people["refused"].id, why="Slip seen")
    again = await join(db, "Pat")
    await tap(db, again)
    await tap(db, again)
    outcomes = await db.value("select array_agg(distinct outcome order by outcome) from attempt where gym_id = $1", HERE)
    assert outcomes == ["again", "allowed", "overridden", "refused", "warned"]


async def test_a_day_pass_is_paid_for_and_is_a_visit_like_any_other(db: Db):
    ned = await join(db, "Ned", sold=False)
    helper = await join(db, "Helper", sold=False)
    await sell(db, helper.id, kind="day", starts=-9, ends=-9, visits=1)
    type_id = await db.value("select type_id from membership where member_id = $1", helper.id)
    await db.run("update membership_type set duration = 1, duration_unit = 'day', visits = null where id = $1", type_id)
    sold = await money.sell_day_pass(db, DEE, ned.id, type_id, "cash", id=new_id(), now=datetime.now(UTC))
    assert sold.taken is not None
    assert await db.value("select balance from account where payer_id = $1", ned.person_id) == 0
    first, second = await tap(db, ned), await tap(db, ned)
    assert (first.kind, second.kind, await visits(db, ned.id)) == ("allowed", "again", 1)
    assert (await tap(db, ned, now=datetime.now(UTC) + timedelta(days=1))).kind == "refused"


async def test_searching_never_widens_what_was_filtered(db: Db):
    mo, lou = await join(db, "Quokka Mo"), await join(db, "Quokka Lou", starts=-60, ends=-3)
    for who in (mo, lou):
        await tap(db, who)
        await tap(db, who, door=Door(HERE, "kiosk"), now=datetime.now(UTC) + timedelta(hours=1))
    span = (HERE, datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1))
    both = await entries.entries(db, entries.Asked(*span, said="quokka", outcomes=("refused",), channel="kiosk"))
    assert [(line.name, line.outcome, line.channel) for line in both] == [("Quokka Lou", "refused", "kiosk")]
    hidden = await entries.entries(db, entries.Asked(*span, said=lou.card, outcomes=("allowed",)))
    assert hidden == []


async def test_undo_is_not_deleting_and_the_log_keeps_both(db: Db):
    mo = await join(db, "Mo", visits=10)
    said = await tap(db, mo, door=DESK)
    await actions.undo(db, DEE, said.id, id=new_id(), now=said.at)
    line = (await entries.entries(db, entries.Asked(HERE, said.at - DAY, said.at + DAY, said=mo.card)))[0]
    assert (line.outcome, line.is_undone, await visits_left(db, mo.membership_id)) == ("allowed", True, 10)
    assert today() == said.at.astimezone(DEE.zone).date()
