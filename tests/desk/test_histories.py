"""Any history of taps, undos, overrides, leavings, freezes and the clock: no visit is lost, doubled or negative."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import db as db_
from app.db import Db, new_id
from app.desk import actions
from app.desk.actions import Outcome, Reused, Tap, Undone
from app.members import actions as members
from app.members.rules import Refused
from tests.desk.gym import DEE, DESK, RIVER_DESK, ZONE, Joined, join

ACTS = st.one_of(
    st.tuples(st.just("tap"), st.integers(0, 2), st.booleans()),
    st.tuples(st.just("again"), st.integers(0, 30)),
    st.tuples(st.just("undo"), st.integers(0, 30)),
    st.tuples(st.just("out"), st.integers(0, 30)),
    st.tuples(st.just("override"), st.integers(0, 2)),
    st.tuples(st.just("wait"), st.integers(1, 900)),
    st.tuples(st.just("suspend"), st.integers(0, 2)),
    st.tuples(st.just("freeze"), st.integers(0, 2)),
    st.tuples(st.just("thaw"), st.integers(0, 2)),
)


async def play(db: Db, acts, packs) -> None:
    start = now = datetime.now(UTC)
    people = [await join(db, f"Member {n}", visits=visits) for n, visits in enumerate(packs)]
    said: list[tuple[Tap, Outcome, actions.Door]] = []
    undone: set[object] = set()
    frozen: set[int] = set()
    for act, *more in acts:
        now += timedelta(seconds=1)
        if act == "wait":
            now += timedelta(seconds=more[0])
        elif act == "suspend":
            await db.run(
                "update membership set suspended_on = case when suspended_on is null then $2::date end where id = $1",
                people[more[0]].membership_id,
                start.date() - timedelta(days=1),
            )
        elif act == "again" and said:
            tap, first, door = said[more[0] % len(said)]
            replay = await actions.check_in(db, door, tap, now=now)
            assert isinstance(replay, Outcome)
            assert (replay.kind, replay.visits_left, replay.is_replay) == (
                first.kind,
                first.visits_left if first.verdict.takes else replay.visits_left,
                True,
            )
            assert await actions.check_in(db, door, Tap(tap.id, "SOMEBODY ELSE"), now=now) == Reused(tap.id)
        elif act == "undo" and said:
            _, first, door = said[more[0] % len(said)]
            who = DEE if door is DESK else None
            if who and isinstance(await actions.undo(db, who, first.id, id=new_id(), now=now), Undone):
                undone.add(first.id)
        elif act == "out" and said:
            await actions.check_out(db, DEE, said[more[0] % len(said)][1].id, now=now)
        elif act == "freeze":
            if await freeze(db, people[more[0]], now):
                frozen.add(more[0])
        elif act == "thaw":
            who = people[more[0]]
            if not isinstance(await members.thaw(db, DEE, who.id, who.membership_id, id=new_id(), now=now), Refused):
                frozen.discard(more[0])
        elif act in {"tap", "override"}:
            person = people[more[0]]
            door = RIVER_DESK if act == "tap" and more[1] else DESK
            tap = Tap(new_id(), person.card) if act == "tap" else Tap(new_id(), member_id=person.id, why="On my word")
            answer = await actions.check_in(db, door, tap, now=now)
            assert isinstance(answer, Outcome)
            assert act == "override" or more[0] not in frozen or answer.kind in {"refused", "again"}
            said.append((tap, answer, door))
    await hold(db, people, packs, said, undone)


async def freeze(db: Db, who: Joined, now: datetime) -> bool:
    day = now.astimezone(ZONE).date()
    days = {"starts_on": day, "ends_on": day + timedelta(days=9), "why": "Holiday", "by_staff": True}
    return not isinstance(await members.freeze(db, DEE, who.id, who.membership_id, **days, id=new_id(), now=now), Refused)


async def hold(db: Db, people, packs, said, undone) -> None:
    for person, sold in zip(people, packs, strict=True):
        left = await db.value("select visits_left from membership where id = $1", person.membership_id)
        took = await db.value(
            "select count(*) from visit where membership_id = $1 and took and not is_undone", person.membership_id
        )
        assert left is None if sold is None else left + took == sold
        assert left is None or left >= 0
        open_now = await db.value(
            "select count(*) from visit where member_id = $1 and left_at is null and not is_undone", person.id
        )
        assert open_now <= 1
    came = {answer.id for _, answer, _ in said if answer.verdict.is_new_visit}
    written = set(await db.column("select id from visit where member_id = any($1)", [person.id for person in people]))
    assert came == written
    gone = set(await db.column("select id from visit where is_undone and member_id = any($1)", [person.id for person in people]))
    assert gone == undone
    attempts = await db.value("select count(*) from attempt where id = any($1)", [answer.id for _, answer, _ in said])
    assert attempts == len(said)


@pytest.fixture(scope="module")
def runner(shared_dsn):
    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(db_.connect(shared_dsn))
    yield loop, connection
    loop.run_until_complete(connection.close())
    loop.close()


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, max_size=25), packs=st.tuples(*[st.one_of(st.none(), st.integers(1, 4))] * 3))
def test_no_history_loses_or_doubles_a_visit(runner, acts, packs):
    loop, connection = runner

    async def within() -> None:
        await connection.execute("begin")
        try:
            await play(Db(connection), acts, packs)
        finally:
            await connection.execute("rollback")

    loop.run_until_complete(within())
