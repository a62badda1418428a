"""Who may come in, for how long, and what nobody may do: tables, no database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.accounts import common_passwords, rules
from app.accounts.rules import Guesses, Hand, Link

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
ANA, DEE, MO = (UUID(int=number) for number in (1, 2, 3))
HERE, THERE = UUID(int=10), UUID(int=11)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "short"),
        ("kettle7", "short"),
        ("a" * 129, "long"),
        ("four plates and a dream", None),
        ("ab" * 64, "pattern"),
        ("vukodlak zna čučanj", None),
        ("пет серија по пет", None),
        ("🏋️🏋️ heavy day 🏋️", None),
        ("with\x00nul inside", None),
        ("lone\ud800surrogate", "unreadable"),
        ("12345678", "pattern"),
        ("87654321", "pattern"),
        ("aaaaaaaaaa", "pattern"),
        ("abababab", "pattern"),
        ("lkjhgfdsa", "pattern"),
        ("password", "common"),
        ("PASSWORD", "common"),
        ("P@ssw0rd!", "common"),
        ("deadlift2026!", "common"),
        ("Milica1998", "common"),
        ("teretana123", "common"),
        ("24121985", "common"),
        ("deephouse", None),
        ("delacruz77", "about_you"),
        ("irontemple!", "about_you"),
        ("delacruzdelacruz", "about_you"),
        ("delacruz lifts on tuesdays", None),
    ],
)
def test_a_password_is_long_before_it_is_anything_else(password, fault):
    about = ("Dee Delacruz", "dee@irontemple.example", "IronTemple")
    assert rules.password_fault(password, common_passwords.common_passwords(), about) == fault


def test_the_bundled_list_is_what_its_recipe_makes():
    assert common_passwords.common_passwords() == common_passwords.everything()
    assert len(common_passwords.common_passwords()) > 30_000
    assert common_passwords.LIST.stat().st_size <= 100_000


@pytest.mark.parametrize(
    ("failures", "seconds_ago", "wait"),
    [
        (0, 0, 0),
        (4, 0, 0),
        (5, 0, 1),
        (5, 1, 0),
        (6, 0, 2),
        (7, 0, 4),
        (8, 3, 5),
        (10, 0, 32),
        (11, 0, 60),
        (5000, 0, 60),
        (5000, 60, 0),
    ],
)
def test_guessing_gets_slower_but_never_locks(failures, seconds_ago, wait):
    guesses = Guesses(failures, NOON - timedelta(seconds=seconds_ago))
    assert rules.seconds_to_wait(guesses, NOON) == wait


def test_a_fraction_of_a_second_left_is_still_a_second():
    assert rules.seconds_to_wait(Guesses(5, NOON - timedelta(milliseconds=900)), NOON) == 1


def test_an_hour_later_all_is_forgiven():
    assert rules.seconds_to_wait(Guesses(11, NOON - timedelta(hours=1)), NOON) == 0


def test_a_busy_address_waits_for_the_next_minute():
    assert rules.seconds_to_wait(Guesses(from_address=99), NOON) == 0
    assert rules.seconds_to_wait(Guesses(from_address=100), NOON.replace(second=20)) == 40


@pytest.mark.parametrize(
    ("permissions", "whole", "idle"),
    [
        ({"desk.use", "settings.manage"}, timedelta(hours=8), timedelta(minutes=30)),
        ({"money.totals"}, timedelta(hours=8), timedelta(minutes=30)),
        ({"desk.use"}, timedelta(hours=12), timedelta(minutes=30)),
        ({"coach.members"}, timedelta(hours=12), timedelta(minutes=30)),
        (set(), timedelta(days=90), None),
    ],
)
def test_the_more_you_may_the_shorter_you_stay(permissions, whole, idle):
    life = rules.lifetime(permissions)
    assert (life.whole, life.idle) == (whole, idle)


def test_a_page_view_is_not_worth_a_write():
    assert rules.written_every(rules.DESK_LIFE) == timedelta(minutes=5)
    assert rules.written_every(rules.MEMBER_LIFE) == timedelta(days=1)
    assert rules.MEMBER_LIFE.slides
    assert not rules.OWNER_LIFE.slides


@pytest.mark.parametrize(
    ("required", "has_factor", "is_done", "is_locked", "step"),
    [
        (False, False, False, False, "open"),
        (False, True, False, False, "factor"),
        (False, True, True, False, "open"),
        (True, False, False, False, "enrol"),
        (True, False, True, False, "enrol"),
        (True, True, False, True, "factor"),
        (True, True, True, True, "locked"),
        (True, True, True, False, "open"),
    ],
)
def test_what_stands_between_the_password_and_the_house(required, has_factor, is_done, is_locked, step):
    assert rules.step(required=required, has_factor=has_factor, is_done=is_done, is_locked=is_locked) == step


def test_dangerous_acts_want_a_password_of_the_last_quarter_hour():
    assert rules.is_recent(NOON - timedelta(minutes=14), NOON)
    assert not rules.is_recent(NOON - timedelta(minutes=15), NOON)
    assert not rules.is_recent(None, NOON)


def test_staff_need_a_second_factor_and_the_demo_does_not():
    assert rules.needs_second_factor({"desk.use"}, is_demo=False)
    assert not rules.needs_second_factor({"desk.use"}, is_demo=True)
    assert not rules.needs_second_factor(set(), is_demo=False)


@pytest.mark.parametrize(
    ("purpose", "lives"),
    [("invitation", timedelta(hours=72)), ("reset", timedelta(minutes=30)), ("code", timedelta(minutes=10))],
)
def test_a_link_lives_its_time_and_not_a_second_more(purpose, lives):
    link = Link(purpose, DEE, NOON + rules.LINK_LIFE[purpose])
    assert rules.LINK_LIFE[purpose] == lives
    assert rules.link_fault(link, NOON + lives - timedelta(seconds=1)) is None
    assert rules.link_fault(link, NOON + lives) == "late"


def test_a_link_works_once_and_dies_with_a_newer_one():
    later = NOON + timedelta(minutes=5)
    assert rules.link_fault(None, NOON) == "unknown"
    assert rules.link_fault(Link("reset", DEE, later, used_at=NOON), NOON) == "used"
    assert rules.link_fault(Link("reset", DEE, later, replaced_at=NOON), NOON) == "replaced"


@pytest.mark.parametrize(
    ("pin", "fault"),
    [("2580", None), ("90417735", None), ("258", "digits"), ("904177351", "digits"), ("25 8", "digits"), ("٢٥٨٠", "digits"),
     ("1111", "pattern"), ("1212", "pattern"), ("1234", "pattern"), ("9876", "pattern")],
)  # fmt: skip
def test_a_pin_is_four_to_eight_digits_and_not_a_walk(pin, fault):
    assert rules.pin_fault(pin) == fault


def test_five_wrong_pins_and_it_is_the_password_again():
    assert [rules.pin_may_try(tries) for tries in (0, 4, 5, 6)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("steps", "last", "used"), [([9, 10], None, 9), ([9, 10], 9, 10), ([10], 10, None), ([9], 10, None), ([], 3, None)]
)
def test_a_code_of_the_authenticator_works_once(steps, last, used):
    assert rules.usable_step(steps, last) == used


def hand(*permissions, is_owner=False, person=ANA):
    return Hand(person, frozenset(permissions), frozenset({HERE}), is_owner)


@pytest.mark.parametrize(
    ("who", "to", "role", "permissions", "gym", "fault"),
    [
        (hand("people.manage", "desk.use"), DEE, "desk", {"desk.use"}, HERE, None),
        (hand("people.manage", "desk.use"), DEE, "desk", {"desk.use"}, THERE, "not_your_gym"),
        (hand("people.manage", "desk.use"), DEE, "desk", {"desk.use"}, None, "not_your_gym"),
        (hand("people.manage", "desk.use"), DEE, "money", {"money.refund"}, HERE, "above_you"),
        (hand("people.manage", "desk.use"), DEE, "owner", set(), HERE, "above_you"),
        (hand("people.manage", "desk.use"), ANA, "desk", {"desk.use"}, HERE, "own_roles"),
        (hand(is_owner=True), ANA, "desk", {"desk.use"}, HERE, "own_roles"),
        (hand(is_owner=True), DEE, "owner", {"everything"}, None, None),
    ],
)
def test_nobody_edits_their_own_roles_or_gives_more_than_they_have(who, to, role, permissions, gym, fault):
    assert rules.grant_fault(who, to, role, permissions, gym) == fault


def test_the_last_owner_stays():
    assert rules.leave_fault(is_owner=True, other_owners=0) == "last_owner"
    assert rules.leave_fault(is_owner=True, other_owners=1) is None
    assert rules.leave_fault(is_owner=False, other_owners=0) is None


@pytest.mark.parametrize(
    ("name", "permissions", "built_in", "fault"),
    [
        ("Evening crew", {"desk.use"}, False, None),
        ("owner", {"desk.use"}, True, "built_in"),
        ("   ", {"desk.use"}, False, "name"),
        ("x" * 61, {"desk.use"}, False, "name"),
        ("Evening crew", {"launch.rockets"}, False, "unknown_permission"),
    ],
)
def test_owners_define_roles_from_permissions_that_exist(name, permissions, built_in, fault):
    assert rules.role_fault(name, permissions, {"desk.use", "money.take"}, is_built_in=built_in) == fault
