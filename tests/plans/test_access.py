"""Who may see and change what: every combination of owner, gym, sharing, grant and end, against the one predicate."""

from datetime import timedelta
from itertools import product

import asyncpg
import pytest

from app.db import new_id
from app.demo.world import PEOPLE
from app.demo.year import actor_of
from app.plans.access import READS_PLAN, READS_UNIT, WRITES_PLAN, WRITES_UNIT, who

MO, KIM, ZED, CAL = (actor_of(PEOPLE[key]) for key in ("mo", "kim", "zed", "cal"))
SHARINGS = ("private", "shared", "gym")
GRANTS = (None, "read", "write")
ENDS = ("never", "later", "over")
ALIVE = (True, False)


def expected(is_owner, same_gym, sharing, grant, ends, alive):
    if is_owner:
        return True, True
    if not alive:
        return False, False
    granted = grant if sharing == "shared" and ends != "over" else None
    return (sharing == "gym" and same_gym) or granted is not None, granted == "write"


COMBINATIONS = list(product((True, False), (True, False), SHARINGS, GRANTS, ENDS, ALIVE))


async def ask(db, table, key, alias, reads, writes, id, actor, now):
    sql = "select coalesce((select {} from {} {} where {}.id = $4), false)"
    return tuple([await db.value(sql.format(p, table, alias, alias), *who(actor, now), id) for p in (reads, writes)])


def until(ends, now):
    return {"never": None, "later": now + timedelta(minutes=1), "over": now}[ends]


async def test_a_plan_is_open_exactly_to_whom_it_should_be(db, world):
    now = world.now
    for is_owner, same_gym, sharing, grant, ends, alive in COMBINATIONS:
        reader = KIM if same_gym else ZED
        owner = reader if is_owner else MO
        id = new_id()
        await db.run(
            """insert into plan (id, owner_id, gym_id, name, difficulty, sharing, archived_at)
               values ($1, $2, $3, $4, 'beginner', $5, $6)""",
            *(id, owner.person_id, world.gym_id, str(id), sharing, None if alive else now),
        )
        if grant:
            await db.run(
                "insert into plan_access (plan_id, person_id, granted_by, level, expires_at) values ($1, $2, $3, $4, $5)",
                *(id, reader.person_id, CAL.person_id, grant, until(ends, now)),
            )
        seen = await ask(db, "plan", "plan_id", "p", READS_PLAN, WRITES_PLAN, id, reader, now)
        wanted = expected(is_owner, same_gym, sharing, grant, ends, alive)
        assert seen == wanted, (is_owner, same_gym, sharing, grant, ends, alive)
        unit = new_id()  # a unit made inside follows its plan, whatever it says itself
        await db.run(
            """insert into training_unit (id, owner_id, plan_id, name, sharing, gym_id) values ($1, $2, $3, 'x', 'gym', $4)""",
            *(unit, owner.person_id, id, world.gym_id),
        )
        assert await ask(db, "training_unit", "unit_id", "u", READS_UNIT, WRITES_UNIT, unit, reader, now) == wanted


async def test_a_unit_that_stands_alone_is_open_exactly_to_whom_it_should_be(db, world):
    now = world.now
    for is_owner, same_gym, sharing, grant, ends, alive in COMBINATIONS:
        if not alive:
            continue
        reader = KIM if same_gym else ZED
        owner = reader if is_owner else MO
        id = new_id()
        await db.run(
            "insert into training_unit (id, owner_id, gym_id, name, sharing) values ($1, $2, $3, $4, $5)",
            *(id, owner.person_id, world.gym_id, str(id), sharing),
        )
        if grant:
            await db.run(
                "insert into unit_access (unit_id, person_id, granted_by, level, expires_at) values ($1, $2, $3, $4, $5)",
                *(id, reader.person_id, CAL.person_id, grant, until(ends, now)),
            )
        seen = await ask(db, "training_unit", "unit_id", "u", READS_UNIT, WRITES_UNIT, id, reader, now)
        assert seen == expected(is_owner, same_gym, sharing, grant, ends, True), (is_owner, same_gym, sharing, grant, ends)


async def test_a_plan_whose_owner_is_gone_belongs_to_nobody(db, world):
    id = new_id()
    await db.run("insert into plan (id, name, difficulty) values ($1, 'left behind', 'beginner')", id)
    assert await ask(db, "plan", "plan_id", "p", READS_PLAN, WRITES_PLAN, id, MO, world.now) == (False, False)


@pytest.mark.parametrize("table", ["plan_access", "unit_access"])
async def test_nobody_grants_to_oneself(db, world, table):
    id = new_id()
    home = "plan" if table == "plan_access" else "training_unit"
    more = ("difficulty,", "'beginner',") if home == "plan" else ("", "")
    await db.run(f"insert into {home} (id, {more[0]} name, owner_id) values ($1, {more[1]} 'x', $2)", id, MO.person_id)
    with pytest.raises(asyncpg.CheckViolationError, match="not_oneself"):
        await db.run(f"insert into {table} values ($1, $2, $2)", id, MO.person_id)
