"""Somebody taps: what is said, what is written, what it costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

import pytest

from app.accounts.actions.hours import add_holiday, set_hours
from app.accounts.rules import Span
from app.db import Db, new_id
from app.desk import actions, queries
from app.desk.actions import Door, Outcome, Reused, Tap, TooLate, Undone
from tests.desk.gym import DEE, DESK, HERE, RIVER_DESK, THERE, join, sell, tap, today, visits, visits_left


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def counting(db: Db) -> Iterator[list[int]]:
    seen: list[int] = []
    before = db.statements
    yield seen
    seen += range(db.statements - before)


async def test_mo_comes_in_and_his_pack_is_one_visit_shorter(db):
    mo = await join(db, "Mo", visits=10)
    said = await tap(db, mo)
    assert (said.kind, said.visits_left, said.opens) == ("allowed", 9, True)
    assert await visits_left(db, mo.membership_id) == 9
    assert await visits(db, mo.id) == 1


async def test_a_check_in_costs_two_statements(db):
    mo = await join(db, "Mo", visits=10)
    with counting(db) as seen:
        await tap(db, mo)
    assert len(seen) == 2


@pytest.mark.parametrize("card", ["NOBODY", "", "  ", "'; drop table visit; --", "\U0001f3cb" * 40])
async def test_a_stranger_is_refused_and_written_down_in_two_statements(db, card):
    with counting(db) as seen:
        said = await tap(db, card)
    assert (said.kind, said.verdict.codes) == ("refused", ("unknown",))
    assert len(seen) == 2
    assert await db.value("select count(*) from attempt where id = $1 and member_id is null", said.id) == 1


async def test_the_answer_carries_the_board_as_it_is_now(db):
    mo = await join(db, "Mo")
    before = await queries.board(db, HERE, now())
    said = await tap(db, mo)
    after = await queries.board(db, HERE, now())
    assert said.board.inside == after.inside == before.inside + 1
    assert said.board.came == after.came == before.came + 1
    assert said.board.arrivals[0] == after.arrivals[0]


async def test_the_board_is_one_statement(db):
    with counting(db) as seen:
        await queries.board(db, HERE, now())
    assert len(seen) == 1


async def test_every_attempt_is_recorded_whole(db):
    lou = await join(db, "Lou", "LOU 1", starts=-60, ends=-3)
    device_at = now() - timedelta(seconds=90)
    said = await tap(db, " lou 1", door=Door(HERE, "device", None, "Turnstile north"), device_at=device_at)
    row = await db.connection.fetchrow("select * from attempt where id = $1", said.id)
    assert (row["card"], row["name"], row["member_id"], row["outcome"]) == (" lou 1", "Lou", lou.id, "refused")
    assert (row["codes"], row["channel"], row["device"], row["device_at"]) == (
        ["expired"],
        "device",
        "Turnstile north",
        device_at,
    )
    assert row["at"] == said.at
    assert row["gym_id"] == HERE


async def test_a_name_in_the_log_is_the_name_of_that_day(db):
    mo = await join(db, "Mo Old")
    said = await tap(db, mo)
    await db.run("update person set name = 'Mo New' where id = $1", mo.person_id)
    assert await db.value("select name from attempt where id = $1", said.id) == "Mo Old"


async def test_an_unlimited_membership_is_never_counted_down(db):
    mo = await join(db, "Mo")
    said = await tap(db, mo)
    assert (said.kind, said.visits_left, await visits_left(db, mo.membership_id)) == ("allowed", None, None)


async def test_the_last_visit_then_already_in_then_no_visits_left(db):
    pat = await join(db, "Pat", visits=1)
    first = await tap(db, pat)
    second = await tap(db, pat, now=now() + timedelta(minutes=1))
    third = await tap(db, pat, now=now() + timedelta(minutes=11))
    assert [said.kind for said in (first, second, third)] == ["allowed", "again", "refused"]
    assert third.verdict.codes == ("no_visits_left",)
    assert first.verdict.codes == ("last_visit",)
    assert await visits(db, pat.id) == 1


async def test_the_same_tap_twice_says_the_same_and_changes_nothing(db):
    mo = await join(db, "Mo", visits=10)
    id = new_id()
    first = await tap(db, mo, id=id)
    with counting(db) as seen:
        second = await tap(db, mo, id=id, now=now() + timedelta(hours=5))
    assert (second.is_replay, second.kind, second.visits_left, second.at) == (True, "allowed", 9, first.at)
    assert len(seen) == 1
    assert await visits_left(db, mo.membership_id) == 9


async def test_a_refusal_sent_again_after_paying_is_still_that_refusal(db):
    lou = await join(db, "Lou", sold=False)
    id = new_id()
    await tap(db, lou, id=id)
    await sell(db, lou.id)
    assert (await tap(db, lou, id=id)).kind == "refused"
    assert (await tap(db, lou)).kind == "allowed"


async def test_the_same_id_for_another_card_is_refused_as_a_mistake(db):
    mo, pat = await join(db, "Mo"), await join(db, "Pat")
    said = await tap(db, mo)
    other = await actions.check_in(db, DESK, Tap(said.id, pat.card), now=now())
    assert other == Reused(said.id)
    assert await visits(db, pat.id) == 0


async def test_a_lost_and_a_blocked_card(db):
    mo, pat = await join(db, "Mo"), await join(db, "Pat")
    await db.run("update card set lost_at = now() where member_id = $1", mo.id)
    await db.run("update card set is_blocked = true where member_id = $1", pat.id)
    assert (await tap(db, mo)).verdict.codes == ("card_lost",)
    assert (await tap(db, pat)).verdict.codes == ("card_blocked",)


async def test_a_card_that_was_given_back_is_nobodys(db):
    mo = await join(db, "Mo")
    await db.run("update card set ended_at = now() where member_id = $1", mo.id)
    assert (await tap(db, mo)).verdict.codes == ("unknown",)


async def test_picked_from_the_list_a_member_needs_no_card(db):
    mo = await join(db, "Mo")
    said = await tap(db, "", member_id=mo.id)
    assert (said.kind, said.member.name) == ("allowed", "Mo")


async def test_frozen_today_not_tomorrow(db):
    fay = await join(db, "Fay")
    await db.run(
        """insert into membership_freeze (id, membership_id, starts_on, ends_on, created_at) values ($1, $2, $3, $3, now())""",
        new_id(),
        fay.membership_id,
        today(),
    )
    assert (await tap(db, fay)).verdict.codes == ("frozen",)
    assert (await tap(db, fay, now=now() + timedelta(days=1))).kind == "allowed"


async def test_thawed_early_means_in(db):
    fay = await join(db, "Fay")
    await db.run(
        """insert into membership_freeze (id, membership_id, starts_on, ends_on, thawed_on, created_at)
        values ($1, $2, $3, $4, $5, now())""",
        new_id(),
        fay.membership_id,
        today() - timedelta(days=5),
        today() + timedelta(days=5),
        today(),
    )
    assert (await tap(db, fay)).kind == "allowed"


async def test_windows_are_read_on_the_gyms_clock(db):
    evening = [{"day": day, "from": "18:00", "to": "24:00"} for day in range(7)]
    mo = await join(db, "Mo", windows=evening)
    at = datetime.combine(today(), datetime.min.time(), DEE.zone)
    assert (await tap(db, mo, now=at + timedelta(hours=17, minutes=59))).verdict.codes == ("outside_hours",)
    assert (await tap(db, mo, now=at + timedelta(hours=23, minutes=59))).kind == "allowed"


async def test_the_doors_ask_the_gyms_hours_and_holidays(db):
    mo = await join(db, "Mo")
    week, day = [Span(n, time(6), time(22)) for n in range(7)], today() + timedelta(days=3)
    await set_hours(db, DEE, week, now=now())
    await add_holiday(db, DEE, day, "Feast", None, None, now=now())
    night, feast = datetime.combine(today(), time(5, 30), DEE.zone), datetime.combine(day, time(12), DEE.zone)
    said = await tap(db, mo, now=night)
    assert (said.kind, said.verdict.codes) == ("warned", ("closed",))
    assert said.verdict.reasons[0].at == night.replace(hour=6, minute=0)
    assert (await tap(db, mo, now=night.replace(hour=12))).kind == "allowed"
    assert (await tap(db, mo, now=feast)).verdict.codes == ("closed",)
    assert (await tap(db, mo, door=Door(HERE, "kiosk"), now=feast + timedelta(hours=2))).kind == "allowed"
    await actions.rule(db, DEE, queries.DoorRules(changes={"closed": {"kiosk": "block"}}), now=now())
    assert (await tap(db, mo, door=Door(HERE, "kiosk"), now=feast + timedelta(hours=4))).kind == "refused"


async def test_the_other_gyms_pass_stays_at_the_other_gym(db):
    zed = await join(db, "Zed", gym_ids=[THERE])
    assert (await tap(db, zed)).verdict.codes == ("wrong_gym",)
    assert (await tap(db, zed, door=RIVER_DESK)).kind == "allowed"


async def test_once_a_day_is_once_a_calendar_day_of_the_gym(db):
    mo = await join(db, "Mo", visits=10, daily_limit=1)
    noon = datetime.combine(today(), datetime.min.time(), DEE.zone) + timedelta(hours=12)
    assert (await tap(db, mo, now=noon)).kind == "allowed"
    assert (await tap(db, mo, now=noon + timedelta(hours=3))).verdict.codes == ("daily_limit",)
    assert (await tap(db, mo, now=noon + timedelta(hours=12))).kind == "allowed"


async def test_what_the_household_shares_its_members_use(db):
    kim, kid = await join(db, "Kim", visits=10, is_shared=True), await join(db, "Kid", sold=False)
    household = new_id()
    await db.run("insert into household (id, name, created_at) values ($1, 'Tran', now())", household)
    for member, pays in ((kim, True), (kid, False)):
        await db.run(
            "insert into household_place (member_id, household_id, is_payer, created_at) values ($1, $2, $3, now())",
            member.id,
            household,
            pays,
        )
    said = await tap(db, kid)
    assert (said.kind, said.visits_left) == ("allowed", 9)
    await db.run("update household_place set may_use = false where member_id = $1", kid.id)
    assert (await tap(db, kid, now=now() + timedelta(hours=1))).verdict.codes == ("no_membership",)


async def test_debt_is_asked_of_whoever_pays(db):
    mo = await join(db, "Mo")
    await db.run(
        """insert into ledger_line (id, gym_id, payer_id, member_id, kind, code, amount, currency, due_on, at)
        values ($1, $2, $3, $4, 'charge', 'other', 2500, 'EUR', $5, now())""",
        new_id(),
        HERE,
        mo.person_id,
        mo.id,
        today() - timedelta(days=20),
    )
    said = await tap(db, mo)
    assert (said.verdict.codes, said.verdict.reasons[0].number) == (("overdue",), 2500)


async def test_a_new_waiver_is_asked_for_again(db):
    mo = await join(db, "Mo")
    version = new_id()
    await db.run(
        "insert into waiver_version (id, number, title, body, published_at) values ($1, 9001, 'Rules', 'Text', now())", version
    )
    assert (await tap(db, mo)).verdict.codes == ("waiver_unsigned",)
    await db.run(
        "insert into waiver_signature (id, member_id, version_id, typed_name, signed_at) values ($1, $2, $3, 'Mo', now())",
        new_id(),
        mo.id,
        version,
    )
    assert (await tap(db, mo, now=now() + timedelta(hours=1))).kind == "allowed"


async def test_full_house_warns_at_the_desk_and_blocks_at_the_turnstile(db):
    mo, pat, lou = [await join(db, name) for name in ("Mo", "Pat", "Lou")]
    await tap(db, mo)
    await db.run("update gym set capacity = (select count(*) from visit where gym_id = $1) where id = $1", HERE)
    assert (await tap(db, pat, door=Door(HERE, "device", None, "T"))).verdict.codes == ("at_capacity",)
    assert (await tap(db, lou)).kind == "warned"


# --- taking back ---------------------------------------------------------------------------------------------------------


async def test_undo_gives_the_visit_back_once(db):
    mo = await join(db, "Mo", visits=10)
    said = await tap(db, mo)
    undone = await actions.undo(db, DEE, said.id, id=new_id(), now=now())
    again = await actions.undo(db, DEE, said.id, id=new_id(), now=now())
    assert isinstance(undone, Undone)
    assert isinstance(again, Undone)
    assert (undone.gave_back, undone.is_replay, again.is_replay) == (True, False, True)
    assert await visits_left(db, mo.membership_id) == 10
    assert await visits(db, mo.id) == 0
    assert await db.value("select count(*) from undo where visit_id = $1", said.id) == 1


async def test_after_a_minute_nothing_is_taken_back(db):
    mo = await join(db, "Mo", visits=10)
    said = await tap(db, mo)
    late = await actions.undo(db, DEE, said.id, id=new_id(), now=said.at + timedelta(seconds=61))
    assert late == TooLate(said.id)
    assert await visits_left(db, mo.membership_id) == 9


async def test_after_an_undo_the_next_tap_is_a_new_visit(db):
    mo = await join(db, "Mo", visits=10)
    said = await tap(db, mo)
    await actions.undo(db, DEE, said.id, id=new_id(), now=now())
    assert (await tap(db, mo)).kind == "allowed"
    assert await visits_left(db, mo.membership_id) == 9


async def test_another_gyms_visit_is_not_there_to_undo(db):
    mo = await join(db, "Mo")
    said = await tap(db, mo, door=RIVER_DESK)
    assert await actions.undo(db, DEE, said.id, id=new_id(), now=now()) is None


async def test_a_refusal_cannot_be_undone(db):
    said = await tap(db, "NOBODY")
    assert await actions.undo(db, DEE, said.id, id=new_id(), now=now()) is None


# --- on somebody's word ----------------------------------------------------------------------------------------------------


async def test_an_override_lets_in_says_why_and_stands_in_the_exceptions(db):
    lou = await join(db, "Lou", starts=-60, ends=-3)
    said = await tap(db, "", member_id=lou.id, why="Paid by transfer, slip seen")
    assert (said.kind, said.opens) == ("overridden", True)
    assert await visits(db, lou.id) == 1
    line = (await queries.exceptions(db, HERE, now() - timedelta(days=1), now() + timedelta(days=1)))[0]
    assert (line.kind, line.name, line.why, line.codes, line.by) == (
        "override",
        "Lou",
        "Paid by transfer, slip seen",
        ("expired",),
        "Dee Okafor",
    )


async def test_an_override_outside_hours_still_costs_the_visit(db):
    mo = await join(db, "Mo", visits=5, gym_ids=[], daily_limit=1)
    await tap(db, mo)
    said = await tap(db, "", member_id=mo.id, why="Second class today", now=now() + timedelta(minutes=30))
    assert (said.kind, await visits_left(db, mo.membership_id)) == ("overridden", 3)


async def test_a_reason_where_none_is_needed_is_a_plain_check_in(db):
    mo = await join(db, "Mo", visits=5)
    said = await tap(db, "", member_id=mo.id, why="not needed")
    assert said.kind == "allowed"
    assert await db.value("select count(*) from override where id = $1", said.id) == 0


async def test_nobody_is_let_in_for_a_stranger(db):
    assert (await tap(db, "NOBODY", why="He said so")).kind == "refused"


# --- leaving -----------------------------------------------------------------------------------------------------------------


async def test_who_is_in_leaves(db):
    mo = await join(db, "Mo")
    said = await tap(db, mo)
    assert mo.id in {line.member_id for line in await queries.inside(db, HERE, now())}
    assert await actions.check_out(db, DEE, said.id, now=now()) == "Mo"
    assert await actions.check_out(db, DEE, said.id, now=now()) == "Mo"
    assert mo.id not in {line.member_id for line in await queries.inside(db, HERE, now())}


async def test_nobody_is_in_for_ever(db):
    mo = await join(db, "Mo")
    await tap(db, mo)
    later = now() + timedelta(minutes=241)
    assert mo.id not in {line.member_id for line in await queries.inside(db, HERE, later)}
    assert (await queries.count_inside(db, [HERE, THERE], later)).get(HERE, 0) == 0


async def test_a_new_visit_ends_the_old_one(db):
    mo = await join(db, "Mo")
    await tap(db, mo)
    await tap(db, mo, now=now() + timedelta(minutes=30))
    assert [line.member_id for line in await queries.inside(db, HERE, now())].count(mo.id) == 1


async def test_a_visit_at_the_other_gym_moves_the_member(db):
    mo = await join(db, "Mo")
    await tap(db, mo, door=RIVER_DESK)
    said = await tap(db, mo, now=now() + timedelta(minutes=5))
    assert (said.kind, said.verdict.codes) == ("warned", ("elsewhere",))
    counts = await queries.count_inside(db, [HERE, THERE], now())
    assert counts.get(THERE, 0) == 0


# --- for the owner -----------------------------------------------------------------------------------------------------------


async def test_arrivals_by_hour_are_on_the_gyms_clock(db):
    mo = await join(db, "Mo")
    at = datetime.combine(today(), datetime.min.time(), DEE.zone) + timedelta(hours=7, minutes=10)
    before = {line.hour: line.arrivals for line in await queries.arrivals_by_hour(db, HERE, today())}
    await tap(db, mo, now=at)
    after = {line.hour: line.arrivals for line in await queries.arrivals_by_hour(db, HERE, today())}
    assert (len(after), after[7] - before[7]) == (24, 1)


async def test_the_owner_rules_what_a_reason_means(db):
    lou = await join(db, "Lou", starts=-60, ends=-3)
    rules = queries.DoorRules(again_minutes=30, changes={"expired": {"desk": "warn"}})
    await actions.rule(db, DEE, rules, now=now())
    assert (await queries.door_rules(db, HERE)).changes == {"expired": {"desk": "warn"}}
    assert (await tap(db, lou)).kind == "warned"
    assert (await tap(db, lou, now=now() + timedelta(minutes=29))).kind == "again"
    assert (await tap(db, lou, door=Door(HERE, "kiosk"), now=now() + timedelta(minutes=40))).kind == "refused"


async def test_erasing_a_member_empties_the_log_of_the_name(db):
    mo = await join(db, "Mo")
    said = await tap(db, mo)
    await db.run("update member set erased_at = now(), left_on = $2 where id = $1", mo.id, today())
    row = await db.connection.fetchrow("select name, card, outcome from attempt where id = $1", said.id)
    assert tuple(row) == ("", "", "allowed")


async def test_merged_members_keep_all_their_visits(db):
    mo, double = await join(db, "Mo"), await join(db, "Mo", sold=False)
    await tap(db, mo)
    await tap(db, "", member_id=double.id, why="Old card")
    await db.run("update member set merged_into_id = $2 where id = $1", double.id, mo.id)
    assert (await visits(db, mo.id), await visits(db, double.id)) == (2, 0)
    later = await tap(db, mo, now=now() + timedelta(hours=6))
    assert (later.kind, await visits(db, mo.id)) == ("allowed", 3)


async def test_weeks_in_a_row(db):
    mo = await join(db, "Mo", starts=-40)
    for days in (-21, -14, -7):
        said = await tap(db, mo, now=now() + timedelta(days=days))
    assert isinstance(said, Outcome)
    assert (await tap(db, mo)).streak == 4
