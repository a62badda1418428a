"""What a tap knows: kept figures equal a full recount, and what was changed about a door counts from the next tap on."""

import random
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from app.db import Db, new_id
from app.desk import actions, before, queries
from app.desk.doorways import Doorway, doorway
from app.desk.facts import Facts, facts, statement
from tests.desk.gym import DEE, HERE, ZONE, Joined, join, sell, tap, today


def now() -> datetime:
    return datetime.now(UTC)


async def known(db: Db, member: Joined, at: datetime | None = None) -> Facts:
    return await facts(db, HERE, at or now(), card=member.card, member_id=None, id=new_id())


CHANGES = {
    "its name": "update gym set name = 'Elsewhere' where id = $1",
    "its clock": "update gym set zone = 'Asia/Tokyo' where id = $1",
    "its limit": "update gym set capacity = 7 where id = $1",
    "its rules": "insert into door_policy (gym_id, again_minutes, changed_at) values ($1, 3, now())",
    "its rules again": 'update door_policy set changes = \'{"expired": {"desk": "warn"}}\' where gym_id = $1',
    "no rules": "delete from door_policy where gym_id = $1",
    "its hours": "insert into opening_hours (gym_id, weekday, opens, closes) values ($1, 0, '06:00', '22:00')",
    "no hours": "delete from opening_hours where gym_id = $1",
    "a holiday": "insert into holiday (gym_id, day, name) values ($1, current_date + 40, 'Fair')",
    "a shorter holiday": "update holiday set opens = '10:00', closes = '12:00' where gym_id = $1",
    "no holiday": "delete from holiday where gym_id = $1",
    "a lock": "insert into relay (id, gym_id, name, url, channels) values (gen_random_uuid(), $1, 'Lock', 'http://x/', '{desk}')",
    "a lock that is off": "update relay set is_active = false where gym_id = $1",
    "a lock that is on": "update relay set is_active = true, url = 'http://y/' where gym_id = $1",
    "no lock": "delete from relay where gym_id = $1",
    "a waiver": """insert into waiver_version (id, number, title, body, published_at)
      select gen_random_uuid(), 9002, 'Rules', 'Be kind.', now() where $1::uuid is not null""",
}


async def test_whatever_is_changed_about_a_door_counts_at_the_next_tap(db):
    mo = await join(db, "Mo Haddad")
    await db.run("delete from opening_hours where gym_id = $1", HERE)
    await db.run("delete from holiday where gym_id = $1", HERE)
    await db.run("delete from door_policy where gym_id = $1", HERE)
    seen: list[Doorway] = [(await known(db, mo)).doorway]
    for what, change in CHANGES.items():
        await db.run(change, HERE)
        seen.append((await known(db, mo)).doorway)
        assert seen[-1].version != seen[-2].version, what
        if not what.startswith("no "):
            same = {"version": seen[-1].version} | {key: getattr(seen[-2], key) for key in Doorway.__slots__ if key != "version"}
            assert seen[-1] != Doorway(**same), f"{what} was not noticed"
        assert seen[-1] == await doorway(db, HERE, other_than=seen[-1].version), f"{what} is remembered otherwise than it is"


async def test_a_lock_that_opened_is_no_change_of_the_door(db):
    mo, id = await join(db, "Mo Haddad"), new_id()
    await db.run("insert into relay (id, gym_id, name, url, channels) values ($1, $2, 'Lock', 'http://x/', '{desk}')", id, HERE)
    first = (await known(db, mo)).doorway
    await db.run("update relay set opened_at = now(), failure = '' where id = $1", id)
    assert (await known(db, mo)).doorway is first


async def came(db: Db) -> tuple[int, int]:
    """As the board says it, and counted one by one."""
    counted = await db.value("select count(*) from visit where gym_id = $1 and day = $2 and not is_undone", HERE, today())
    return (await queries.board(db, HERE, now())).came, counted


async def test_visits_of_today_are_kept_as_a_recount_finds_them(db):
    mo, fay, lou = [await join(db, name, visits=10) for name in ("Mo Haddad", "Fay Njeri", "Lou Grant")]
    kept, first = await came(db)
    assert kept == first
    said = [await tap(db, one) for one in (mo, fay, mo)]
    assert [one.kind for one in said] == ["allowed", "allowed", "again"]
    assert await came(db) == (first + 2, first + 2)
    await actions.undo(db, DEE, said[1].id, id=new_id(), now=now())
    await actions.undo(db, DEE, said[1].id, id=new_id(), now=now())
    assert await came(db) == (first + 1, first + 1)
    brought = [before.Earlier(new_id(), lou.id, now() - timedelta(days=ago)) for ago in (0, 1, 5, 90)]
    await before.bring_visits(db, DEE, brought)
    assert await came(db) == (first + 2, first + 2)
    await before.take_back_visits(db, [one.id for one in brought])
    assert await came(db) == (first + 1, first + 1)
    await db.run("delete from attempt where id = $1", said[0].id)
    await db.run("delete from visit where id = $1", said[0].id)
    assert await came(db) == (first, first)


async def test_a_board_of_long_ago_counts_its_visits(db):
    mo = await join(db, "Mo Haddad", starts=-60)
    then = now() - timedelta(days=30)
    before_mo = (await queries.board(db, HERE, then)).came
    await tap(db, mo, now=then)
    assert (await queries.board(db, HERE, then)).came == before_mo + 1


def streak(days: list[date], day: date) -> int:
    """One by one: weeks in a row, this one forgiven until it has a visit."""
    monday, count = day - timedelta(days=day.weekday()), 0
    weeks = {one - timedelta(days=one.weekday()) for one in days}
    if monday not in weeks:
        monday -= timedelta(days=7)
    while monday in weeks:
        count, monday = count + 1, monday - timedelta(days=7)
    return count


async def test_weeks_in_a_row_are_those_that_a_calendar_shows(db):
    chance, noon = random.Random(11), datetime.combine(today(), datetime.min.time(), ZONE).replace(hour=12)
    for n in range(12):
        mo = await join(db, f"Mo {n}")
        ago = [0, *(k for k in range(1, 90) if chance.random() < (n + 1) / 14)][n % 2 :]
        visits = [before.Earlier(new_id(), mo.id, noon - timedelta(days=k)) for k in ago]
        chance.shuffle(visits)
        await before.bring_visits(db, DEE, visits)
        await db.run("update visit set is_undone = true where id = any($1)", [one.id for one in visits[::5]])
        days = [one.at.astimezone(ZONE).date() for k, one in enumerate(visits) if k % 5]
        found = await known(db, mo)
        assert (found.streak, found.nth) == (streak(days, today()), len(visits)), sorted(days)
        assert (await tap(db, mo)).streak in ({streak([*days, today()], today())} if not found.came_this_week else {found.streak})


KEPT = """select v.weeks, 1 + weeks_before(v.member_id, v.day - extract(isodow from v.day)::int + 1) as counted
  from visit v where v.member_id = $1 and v.weeks is not null and not v.is_undone order by v.at"""


async def kept(db: Db, member: Joined) -> list[int]:
    """What visits keep of their weeks, each as the calendar has it."""
    rows = await db.connection.fetch(KEPT, member.id)
    assert [row["weeks"] for row in rows] == [row["counted"] for row in rows]
    return [row["weeks"] for row in rows]


async def test_a_visit_keeps_its_weeks_as_a_recount_finds_them(db):
    """Whatever changes what lies before a visit: it forgets, and the next one counts."""
    noon = datetime.combine(today(), datetime.min.time(), ZONE).replace(hour=12)
    mo, double = await join(db, "Mo Haddad", starts=-60), await join(db, "Mo Hadad", starts=-60)
    said = [await tap(db, mo, now=noon - timedelta(days=days)) for days in (22, 21, 14, 7)]
    assert await kept(db, mo) == [1, 1 + (noon.weekday() == 0), 2 + (noon.weekday() == 0), 3 + (noon.weekday() == 0)]
    await db.run("update visit set is_undone = true where id = $1", said[2].id)
    assert len(await kept(db, mo)) == 2
    assert ((await tap(db, mo, now=noon)).streak, (await kept(db, mo))[-1]) == (2, 2)
    week_before = before.Earlier(new_id(), mo.id, noon - timedelta(days=14))
    await before.bring_visits(db, DEE, [week_before])
    assert (await kept(db, mo), (await known(db, mo, noon)).streak) == ([], 4 + (noon.weekday() == 0))
    await before.take_back_visits(db, [week_before.id])
    assert (await known(db, mo, noon)).streak == 2
    await tap(db, double, now=noon - timedelta(days=14))
    await db.run("update member set merged_into_id = $2 where id = $1", double.id, mo.id)
    assert (await kept(db, mo), (await known(db, mo, noon)).streak) == ([], 4 + (noon.weekday() == 0))
    assert (await tap(db, mo, now=noon + timedelta(days=7))).streak == (await kept(db, mo))[-1] == 5 + (noon.weekday() == 0)


ALL_DAY = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]


async def test_the_question_about_a_household_says_the_same_of_who_has_none(db):
    """Whoever has no household is asked about without one: windows, freezes, spent packs and all."""
    mo = await join(db, "Mo Haddad", visits=3, windows=ALL_DAY, daily_limit=1)
    await sell(db, mo.id, starts=60, ends=90, gym_ids=[HERE], grace_days=3)
    await tap(db, mo)
    narrow = await known(db, mo)
    wide = statement(is_home=True)
    assert len(narrow.member.passes) == 2
    assert {one.visits_today for one in narrow.member.passes} == {0, 1}
    home, at = new_id(), now()
    await db.run("insert into household (id, name, created_at) values ($1, 'Haddad', now())", home)
    await db.run(
        "insert into household_place (member_id, household_id, is_payer, created_at) values ($1, $2, true, now())", mo.id, home
    )
    asked: list[str] = []

    class Heard(Db):
        async def row(self, sql, *args):
            asked.append(sql)
            return await super().row(sql, *args)

    again = await facts(Heard(db.connection), HERE, at, card=mo.card, member_id=None, id=new_id())
    assert asked == [statement(), wide]
    assert again == narrow


NOWHERE = """insert into visit (id, gym_id, member_id, nth, at, day, stays_until)
  select gen_random_uuid(), gen_random_uuid(), id, 99, now(), (now() at time zone 'Europe/Belgrade')::date, now() from member where id = $1"""


async def test_a_gym_and_a_person_that_a_door_remembers_stay(db):
    mo = await join(db, "Mo Haddad")
    await tap(db, mo)
    refused = {
        "delete from gym where id = $1": (HERE, "a door remembers this gym"),
        "delete from person where id = $1": (DEE.person_id, "a door remembers this person"),
        NOWHERE: (mo.id, "fk_door_day_gym_id_gym"),
    }
    for sql, (id, why) in refused.items():
        await db.run("savepoint asked")
        with pytest.raises(asyncpg.ForeignKeyViolationError, match=why):
            await db.run(sql, id)
        await db.run("rollback to savepoint asked")
