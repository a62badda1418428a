"""Running sums equal a full recount, and every total equals the list behind it."""

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from app.db import Db, new_id
from app.insights import chores
from app.insights.queries import members, money, training, visits
from app.insights.rules import Span, Trained
from tests.conftest import NOW, World
from tests.insights.conftest import TODAY, Past

TABLES = {
    "visit_hour": "gym_id, day, hour, visits, inside",
    "member_week": "gym_id, week, member_id, visits",
    "ledger_day": "gym_id, day, kind, code, method, type_id, currency, amount, lines",
    "member_month": "gym_id, month, member_id, type_id, recurring, currency",
    "training_week": "gym_id, week, member_id, plan_id, workouts, plan_days, classes",
    "rhythm": "member_id, monday, weeks",
    "training_sign": "member_id, recent, usual, plan_due, plan_done, plan_usual, stalled, day",
}


async def sums(db: Db) -> dict[str, Any]:
    found = {}
    for table, columns in TABLES.items():
        found[table] = await db.column(f"select ({columns})::text from {table} order by 1")
    return found


async def test_what_changes_later_is_summed_up_again(past: Past, db: Db) -> None:
    await past.live()
    tom = await past.lifter("Tom Tired", stopped=1)
    await chores.sum_up(db, NOW - timedelta(days=45))
    await chores.sum_up(db, NOW - timedelta(days=3))
    # a month later somebody finds an old paper list, a visit is undone, a sale is cancelled back in time
    await past.visit(past.members[3], TODAY - timedelta(days=40), 6)
    await db.run(
        "update visit set is_undone = true where id = (select id from visit where day < $1 order by day limit 1)",
        TODAY - timedelta(days=50),
    )
    await past.line(past.members[2], "payment", -1234, past.at(TODAY - timedelta(days=70), 23))
    await db.run(
        """update membership set cancelled_on = starts_on + 3
            where id = (select id from membership where starts_on < $1 order by starts_on limit 1)""",
        TODAY - timedelta(days=60),
    )
    # a phone that was offline sends an old workout, another one turns out to be nothing
    await past.workout(tom, TODAY - timedelta(days=90))
    await db.run("delete from plan_day_done; delete from workout where id = (select id from workout order by started_on limit 1)")
    await chores.sum_up(db, NOW)
    running = await sums(db)
    await chores.recount(db, NOW)
    assert await sums(db) == running
    assert len(running["visit_hour"]) > 100


async def test_summing_up_twice_changes_nothing(past: Past, db: Db) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    once = await sums(db)
    await chores.sum_up(db, NOW)
    assert await sums(db) == once


async def test_totals_equal_the_ledger(past: Past, db: Db, world: World) -> None:
    await past.live()
    await past.line(past.members[0], "payment", -777, NOW - timedelta(hours=1))  # today, not summed up yet
    await past.line(past.members[1], "credit", -250, NOW - timedelta(days=3), code="returned_days")
    await chores.sum_up(db, NOW)
    span = Span(TODAY - timedelta(days=400), TODAY)
    found = await money.revenue(db, [world.gym_id], span, "EUR", TODAY)
    assert found.taken == await db.value("select -sum(amount) from ledger_line where kind in ('payment', 'refund')")
    assert found.sold == await db.value("select sum(amount) from ledger_line where kind in ('charge', 'credit')")
    for lines in (found.by_month, found.by_method):
        assert sum(line.amount for line in lines) == found.taken
    assert sum(line.amount for line in found.by_type) == found.sold
    half = Span(TODAY - timedelta(days=120), TODAY - timedelta(days=61))
    later = await money.revenue(db, [world.gym_id], Span(TODAY - timedelta(days=60), TODAY - timedelta(days=1)), "EUR", TODAY)
    earlier = await money.revenue(db, [world.gym_id], half, "EUR", TODAY)
    assert (later.before, later.sold_before) == (earlier.taken, earlier.sold)
    assert sum(line.before for line in later.by_method) == earlier.taken
    assert sum(line.before for line in later.by_type) == earlier.sold


async def test_arrears_equal_the_accounts(past: Past, db: Db, world: World) -> None:
    await past.live()
    found = await money.arrears(db, [world.gym_id], TODAY, "EUR")
    assert found.amount == await db.value("select sum(balance) from account where balance > 0 and owed_since < $1", TODAY)
    assert found.people == await db.value("select count(*) from account where balance > 0 and owed_since < $1", TODAY) > 0
    for lines in (found.by_age, found.by_type, found.by_month):
        assert sum(line.amount for line in lines) == found.amount
    assert sum(line.before for line in found.by_age) == found.people
    assert (await money.arrears(db, [world.river_id], TODAY, "EUR")).amount == 0


async def test_visits_equal_the_door(past: Past, db: Db, world: World) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    span = Span(TODAY - timedelta(days=400), TODAY - timedelta(days=1))
    found = await visits.crowd(db, [world.gym_id], span)
    assert found.visits == await db.value("select count(*) from visit where not is_undone and day < $1", TODAY)
    assert sum(line.amount for line in found.weeks) == found.visits
    assert found.members == await db.value("select count(distinct member_id) from visit where not is_undone and day < $1", TODAY)
    # the map: a day's average times its days is the list again, but for rounding to a tenth
    days = [sum((span.first + timedelta(days=n)).isoweekday() == weekday for n in range(span.days)) for weekday in range(1, 8)]
    mapped = sum((value or 0) * days[row] for row, line in enumerate(found.hours) for value in line)
    assert abs(mapped - found.visits) <= 0.05 * sum(days) * 24
    assert all(value is not None for line in found.hours for value in line), "who has said no hours is never closed"
    await db.run(
        "insert into opening_hours (gym_id, weekday, opens, closes) select $1, d, '06:30', '01:00' from generate_series(0, 4) d",
        world.gym_id,
    )
    closed = (await visits.crowd(db, [world.gym_id], span)).hours
    for row, line in enumerate(found.hours):
        for hour, value in enumerate(line, found.first_hour):
            is_open = (row < 5 and hour >= 6) or (1 <= row <= 5 and hour < 1)
            assert closed[row][hour - found.first_hour] == (value if is_open or value else None), (row, hour)
    assert (await visits.crowd(db, [world.gym_id, world.river_id], span)).hours[6].count(None) == 0, "the other gym has not said"
    often = await visits.how_often(db, [world.gym_id], span)
    there = await db.value("select count(distinct member_id) from member_month where month >= $1", span.first.replace(day=1))
    assert sum(line.amount for line in often) == there
    assert found.most == await db.value("select max(inside) from visit_hour where day < $1", TODAY)


async def test_members_add_up_from_month_to_month(past: Past, db: Db, world: World) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    here, first = [world.gym_id], (TODAY - timedelta(days=240)).replace(day=1)
    months = await members.members_by_month(db, here, TODAY, first, TODAY)
    for before, line in pairwise(months):
        assert line.at_start == before.active
        assert line.active == before.active + line.joined - line.left
    assert sum(line.left for line in months) > 0
    types = await members.types(db, here, TODAY, "EUR")
    assert sum(line.members for line in types) == months[-1].active
    moves = await members.recurring_by_month(db, here, TODAY, first, TODAY, "EUR")
    for before, move in pairwise(moves):
        assert move.start == before.end
    assert moves[-1].end == sum(line.recurring for line in types)
    assert sum(move.new for move in moves) > 0
    assert sum(move.back for move in moves) > 0


async def test_every_number_of_members_is_as_long_as_its_list(past: Past, db: Db, world: World) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    here = [world.gym_id]
    for line in await members.members_by_month(db, here, TODAY, TODAY - timedelta(days=100), TODAY):
        for which, count in (("active", line.active), ("joined", line.joined), ("left", line.left)):
            assert len(await members.people_of_month(db, here, TODAY, which, line.month)) == count, (which, line.month)
    for kind in await members.types(db, here, TODAY, "EUR"):
        people = await members.people_of_type(db, here, TODAY, kind.type_id)
        assert (len(people), sum(one.recurring for one in people)) == (kind.members, kind.recurring)


async def test_a_cohort_starts_whole_and_counts_everybody_once(past: Past, db: Db, world: World) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    found = await members.cohorts(db, [world.gym_id], TODAY, (TODAY - timedelta(days=300)).replace(day=1), TODAY)
    assert all(cohort.stayed[0] == cohort.size for cohort in found)
    assert [len(cohort.stayed) for cohort in found] == [
        12 * (TODAY.year - c.month.year) + TODAY.month - c.month.month + 1 for c in found
    ]
    ever = await db.value("select count(distinct member_id) from member_month where month < $1", TODAY.replace(day=1))
    months = await members.members_by_month(db, [world.gym_id], TODAY, TODAY, TODAY)
    assert sum(cohort.size for cohort in found) >= ever
    assert sum(cohort.stayed[-1] for cohort in found) == months[-1].active


async def test_two_gyms_together_count_a_member_of_both_once(past: Past, db: Db, world: World) -> None:
    """Nora holds a month here and one over there; Otto only one over there."""
    both = [world.gym_id, world.river_id]
    nora = await past.member("Nora Both", TODAY - timedelta(days=10))
    await past.sell(nora, TODAY - timedelta(days=10), TODAY + timedelta(days=19), 4000)
    otto = await past.member("Otto River", TODAY - timedelta(days=10))
    await past.sell(otto, TODAY - timedelta(days=10), TODAY + timedelta(days=19), 3000)
    await db.run("update membership set gym_id = $2 where member_id = $1", otto, world.river_id)
    await db.run(
        """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on, visits_sold,
                                   visits_left, price, currency, sold_at)
           select $2, member_id, type_id, $3, 'pack', name, starts_on, ends_on, sold_starts_on, sold_ends_on, 10, 10, 5000, 'EUR', sold_at
             from membership where member_id = $1""",
        nora, new_id(), world.river_id,
    )  # fmt: skip
    await past.visit(nora, TODAY - timedelta(days=1))
    await chores.sum_up(db, NOW)

    async def active(gyms: list[UUID]) -> int:
        return (await members.members_by_month(db, gyms, TODAY, TODAY, TODAY))[-1].active

    assert [await active([world.gym_id]), await active([world.river_id]), await active(both)] == [1, 2, 2]
    moves = await members.recurring_by_month(db, both, TODAY, TODAY, TODAY, "EUR")
    assert moves[-1].end == sum(line.recurring for line in await members.types(db, both, TODAY, "EUR")) > 0
    yesterday = Span(TODAY - timedelta(days=1), TODAY - timedelta(days=1))
    assert (await visits.crowd(db, both, yesterday)).visits == 1


async def test_training_adds_up_and_tells_what_it_should(past: Past, db: Db, world: World) -> None:
    """Tom followed a plan three times a week and stopped a month ago; whatever he lifts, only counts are kept."""
    tom = await past.lifter("Tom Tired", stopped=30)
    await db.run(
        "insert into done_session (id, person_id, day, position, kind, is_done) values ($1, $2, $3, 1, 'class', true)",
        new_id(), tom.person, TODAY - timedelta(days=50),
    )  # fmt: skip
    await chores.sum_up(db, NOW)
    found = await training.use(db, [world.gym_id], Span(TODAY - timedelta(days=300), TODAY), TODAY)
    assert found.workouts == await db.value("select count(*) from workout where person_id = $1", tom.person)
    assert found.workouts == sum(line.amount for line in found.weeks) == sum(plan.workouts for plan in found.plans)
    assert found.plan_days == sum(plan.plan_days for plan in found.plans) > 0
    assert (found.classes, sum(line.before for line in found.weeks)) == (1, 1)
    assert [plan.label for plan in found.plans] == ["own"]  # his own plan's name is nobody's business
    sign = await db.one(
        Trained,
        "select recent, usual, plan_due, plan_done, plan_usual, stalled from training_sign where member_id = $1",
        tom.member,
    )
    assert sign is not None
    assert (sign.recent, sign.plan_due, sign.plan_done) == (0, 6, 0)
    assert sign.usual >= 8
