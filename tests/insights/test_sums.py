"""Running sums equal a full recount, and every total equals the list behind it."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from app.db import Db
from app.insights import chores, queries
from app.insights.rules import Span
from tests.conftest import NOW, World
from tests.insights.conftest import TODAY, Past

TABLES = {
    "visit_hour": "gym_id, day, hour, visits, inside",
    "member_week": "gym_id, week, member_id, visits",
    "ledger_day": "gym_id, day, kind, code, method, type_id, currency, amount, lines",
    "member_month": "gym_id, month, member_id, type_id, recurring, currency",
}


async def sums(db: Db) -> dict[str, Any]:
    found = {}
    for table, columns in TABLES.items():
        found[table] = await db.column(f"select ({columns})::text from {table} order by 1")
    return found


async def test_what_changes_later_is_summed_up_again(past: Past, db: Db) -> None:
    await past.live()
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
    await chores.sum_up(db, NOW)
    span = Span(TODAY - timedelta(days=400), TODAY)
    found = await queries.revenue(db, world.gym_id, span, "EUR", TODAY)
    assert found.taken == await db.value("select -sum(amount) from ledger_line where kind in ('payment', 'refund')")
    assert found.charged == await db.value("select sum(amount) from ledger_line where kind = 'charge'")
    for lines in (found.by_month, found.by_method):
        assert sum(line.amount for line in lines) == found.taken
    assert sum(line.amount for line in found.by_type) == found.charged


async def test_visits_equal_the_door(past: Past, db: Db, world: World) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    span = Span(TODAY - timedelta(days=400), TODAY - timedelta(days=1))
    found = await queries.crowd(db, world.gym_id, span)
    assert found.visits == await db.value("select count(*) from visit where not is_undone and day < $1", TODAY)
    assert sum(line.amount for line in found.weeks) == found.visits
    assert found.members == await db.value("select count(distinct member_id) from visit where not is_undone and day < $1", TODAY)


async def test_members_add_up_from_month_to_month(past: Past, db: Db, world: World) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    first = (TODAY - timedelta(days=240)).replace(day=1)
    months = await queries.members_by_month(db, world.gym_id, TODAY, first)
    for before, line in pairwise(months):
        assert line.at_start == before.active
        assert line.active == before.active + line.joined - line.left
    types = await queries.types(db, world.gym_id, TODAY)
    assert sum(line.members for line in types) == months[-1].active
    moves = await queries.recurring_by_month(db, world.gym_id, TODAY, first)
    for before, move in pairwise(moves):
        assert move.start == before.end
    assert moves[-1].end == sum(line.recurring for line in types)


async def test_a_cohort_starts_whole_and_counts_everybody_once(past: Past, db: Db, world: World) -> None:
    await past.live()
    await chores.sum_up(db, NOW)
    found = await queries.cohorts(db, world.gym_id, TODAY, (TODAY - timedelta(days=300)).replace(day=1))
    assert all(cohort.stayed[0] == cohort.size for cohort in found)
    ever = await db.value("select count(distinct member_id) from member_month where month < $1", TODAY.replace(day=1))
    today = sum(1 for _ in await queries.types(db, world.gym_id, TODAY))
    assert sum(cohort.size for cohort in found) >= ever >= today
