"""Eight desks at once, for real: exact counts, no error left, and controls that show that the harness can see the fault."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.db import Db, new_id
from app.desk import actions
from app.desk.actions import Outcome, Tap, Undone
from app.members import actions as members
from app.money import actions as money
from tests.desk.gym import DEE, DESK, HERE, Joined, crowd, join, sell, today, visits, visits_left

pytestmark = pytest.mark.real
DESKS, TAPS, PACKS, VISITS = 8, 1000, 50, 10


async def at_desks(jobs: list[Callable[[], Awaitable[Any]]]) -> list[Any]:
    """Every desk takes the next job as soon as it is free."""
    queue = iter(jobs)

    async def one_desk() -> list[Any]:
        return [await job() for job in queue]

    return [answer for answers in await asyncio.gather(*(one_desk() for _ in range(DESKS))) for answer in answers]


async def shared_packs(db: Db, count: int, users: int) -> list[list[Joined]]:
    """Households in which everybody uses one pack: nothing but the pack itself keeps the count."""
    everybody = await crowd(db, [f"Member {n}.{k}" for n in range(count) for k in range(users)])
    homes = [new_id() for _ in range(count)]
    await db.many("insert into household (id, name, created_at) values ($1, 'Home', now())", [(home,) for home in homes])
    await db.many(
        "insert into household_place (member_id, household_id, is_payer, created_at) values ($1, $2, $3, now())",
        [(person.id, homes[n // users], n % users == 0) for n, person in enumerate(everybody)],
    )
    found = [everybody[n : n + users] for n in range(0, len(everybody), users)]
    for people in found:
        people[0] = replace(people[0], membership_id=await sell(db, people[0].id, visits=VISITS, is_shared=True))
    return found


async def held(db: Db, packs: list[list[Joined]]) -> tuple[int, int]:
    """Visits written and visits left, over all packs."""
    ids = [people[0].membership_id for people in packs]
    went = await db.value("select count(*) from visit where membership_id = any($1) and not is_undone", ids)
    left = await db.value("select sum(visits_left) from membership where id = any($1)", ids)
    return went, left


async def test_eight_desks_and_eight_thousand_taps_on_fifty_packs(committed):
    packs = await shared_packs(committed.db, PACKS, 4)
    chance = random.Random(7)
    start = datetime.now(UTC)
    taps = []
    while len(taps) < DESKS * TAPS:
        person = chance.choice(chance.choice(packs))
        at = start + timedelta(seconds=len(taps))
        taps += [(Tap(new_id(), person.card), at)] * (4 if len(taps) % 3 == 0 else 1)
    jobs = [lambda tap=tap, at=at: actions.check_in(committed.db, DESK, tap, now=at) for tap, at in taps]
    said = await at_desks(jobs)
    assert len(said) == len(taps)
    assert all(isinstance(one, Outcome) for one in said)
    went, left = await held(committed.db, packs)
    assert (went + left, left >= 0) == (PACKS * VISITS, True)
    admitted = {one.id for one in said if one.verdict.is_new_visit}
    assert len(admitted) == went
    by_id: dict[Any, set[str]] = {}
    for one in said:
        by_id.setdefault(one.id, set()).add(one.kind)
    assert all(len(kinds) == 1 for kinds in by_id.values()), "the same tap was answered in two ways"
    assert await committed.db.value("select count(*) from attempt where codes <> '{x}' and gym_id = $1", HERE) == len(by_id)


async def test_a_thousand_taps_on_the_last_visits_of_fifty_packs_leave_none_below_zero(committed):
    packs = await shared_packs(committed.db, PACKS, 8)
    await committed.db.run(
        "update membership set visits_left = 1 where id = any($1)", [people[0].membership_id for people in packs]
    )
    now = datetime.now(UTC)
    jobs = [
        lambda person=person: actions.check_in(committed.db, DESK, Tap(new_id(), person.card), now=now)
        for k in range(8)
        for people in packs
        for person in [people[k]]
    ]
    said = Counter(one.kind for one in await at_desks(jobs))
    assert said == {"allowed": PACKS, "refused": PACKS * 7}
    assert await held(committed.db, packs) == (PACKS, 0)


async def naive(db: Db, membership_id: Any) -> bool:
    """What nobody here does: read, think, write back."""
    left = await visits_left(db, membership_id)
    await asyncio.sleep(0)
    if left < 1:
        return False
    await db.run("update membership set visits_left = $2 where id = $1", membership_id, left - 1)
    return True


async def test_control_read_then_write_lets_too_many_in(committed):
    packs = await shared_packs(committed.db, PACKS, 1)
    ids = [people[0].membership_id for people in packs]
    await committed.db.run("update membership set visits_left = 1 where id = any($1)", ids)
    let_in = await asyncio.gather(*(naive(committed.db, id) for id in ids for _ in range(8)))
    assert sum(let_in) > PACKS, "the harness cannot see a lost update"


WRONG_ORDER = """
with used as (
  update membership set visits_left = visits_left - 1
  where id = $2 and visits_left > 0 and not exists (select from attempt where id = $1) returning id)
insert into attempt (id, gym_id, at, channel, outcome, codes, reasons, hash)
select $1, $3, now(), 'desk', 'allowed', '{}', '[]', '' from used on conflict do nothing"""


async def test_control_the_id_after_the_effect_takes_too_many_visits(committed):
    packs = await shared_packs(committed.db, PACKS, 1)
    ids = [(new_id(), people[0].membership_id) for people in packs for _ in range(2)]
    jobs = [(tap, pack) for tap, pack in ids for _ in range(4)]
    await asyncio.gather(*(committed.db.run(WRONG_ORDER, tap, pack, HERE) for tap, pack in jobs))
    left = await committed.db.value("select sum(visits_left) from membership where id = any($1)", [pack for _, pack in ids])
    assert PACKS * VISITS - left > len(ids), "the harness cannot see a doubled effect"


@pytest.mark.parametrize("visits_sold", [10, None])
async def test_the_same_tap_four_times_at_once_is_one_visit(committed, visits_sold):
    people = [await join(committed.db, f"Mo {n}", visits=visits_sold) for n in range(40)]
    now = datetime.now(UTC)
    taps = [(person, Tap(new_id(), person.card)) for person in people]
    jobs = [(person, tap) for person, tap in taps for _ in range(4)]
    said = await asyncio.gather(*(actions.check_in(committed.db, DESK, tap, now=now) for _, tap in jobs))
    assert {one.kind for one in said} == {"allowed"}
    assert sum(not one.is_replay for one in said) == len(people)
    for person in people:
        assert await visits(committed.db, person.id) == 1


async def test_one_card_at_eight_desks_is_one_visit(committed):
    people = [await join(committed.db, f"Pat {n}", visits=10) for n in range(20)]
    now = datetime.now(UTC)
    said = await asyncio.gather(
        *(actions.check_in(committed.db, DESK, Tap(new_id(), person.card), now=now) for person in people for _ in range(DESKS))
    )
    assert Counter(one.kind for one in said) == {"allowed": len(people), "again": len(people) * (DESKS - 1)}
    for person in people:
        assert await visits_left(committed.db, person.membership_id) == 9


ROOM = 20


async def fill_the_room(committed, channel: str) -> Counter[str]:
    """Sixty people at eight doors of a gym that holds twenty."""
    await committed.db.run("update gym set capacity = $2 where id = $1", HERE, ROOM)
    people = [await join(committed.db, f"Guest {n}", visits=10 if n % 2 else None) for n in range(3 * ROOM)]
    now, door = datetime.now(UTC), actions.Door(HERE, channel, DEE.person_id)
    jobs = [lambda one=one: actions.check_in(committed.db, door, Tap(new_id(), one.card), now=now) for one in people]
    said = await at_desks(jobs)
    assert await committed.db.value("select count(*) from visit where gym_id = $1 and left_at is null", HERE) == sum(
        one.verdict.is_new_visit for one in said
    )
    return Counter(f"{one.kind} {'full' if 'at_capacity' in one.verdict.codes else ''}".strip() for one in said)


async def test_the_last_place_in_the_gym_is_given_once(committed):
    assert await fill_the_room(committed, "kiosk") == {"allowed": ROOM, "refused full": 2 * ROOM}


async def test_everybody_above_the_limit_comes_in_with_the_warning(committed):
    assert await fill_the_room(committed, "desk") == {"allowed": ROOM, "warned full": 2 * ROOM}


BLIND = """create or replace function has_room(gym uuid, member uuid, now timestamptz, most integer, is_tight boolean) returns boolean
language plpgsql volatile as $$ begin return true; end $$"""


async def test_control_without_the_guard_too_many_come_in(committed):
    await committed.db.run(BLIND)
    assert (await fill_the_room(committed, "kiosk"))["allowed"] > ROOM, "the harness cannot see a full house"


async def test_undo_against_taps(committed):
    """Every visit is either there or back on the pack, whoever was quicker."""
    packs = await shared_packs(committed.db, 10, 4)
    start = datetime.now(UTC)

    async def come_and_maybe_go(n: int, person: Joined) -> int:
        said = await actions.check_in(committed.db, DESK, Tap(new_id(), person.card), now=start + timedelta(minutes=n * 11))
        if not isinstance(said, Outcome) or not said.verdict.is_new_visit or n % 3:
            return 0
        undone = await asyncio.gather(
            *(actions.undo(committed.db, DEE, said.id, id=new_id(), now=said.at + timedelta(seconds=5)) for _ in range(3))
        )
        assert all(isinstance(one, Undone) for one in undone)
        return sum(not one.is_replay for one in undone)

    jobs = [lambda n=n, person=person: come_and_maybe_go(n, person) for n in range(20) for people in packs for person in people]
    undone = sum(await at_desks(jobs))
    went, left = await held(committed.db, packs)
    assert went + left == 10 * VISITS
    assert undone == await committed.db.value("select count(*) from undo where gave_back")
    assert undone > 0


async def test_freeze_against_taps(committed):
    """A visit that was written after the freeze was there would be a visit that the rule never allowed."""
    people = [await join(committed.db, f"Fay {n}", visits=100) for n in range(24)]
    start = datetime.now(UTC)
    order: list[tuple[str, Joined, Any]] = []

    async def freeze(person: Joined) -> None:
        async with committed.database.work() as db:
            days = {"starts_on": today(), "ends_on": today() + timedelta(days=9), "why": "Holiday", "by_staff": True}
            await members.freeze(db, DEE, person.id, person.membership_id, **days, id=new_id(), now=start)
        order.append(("frozen", person, None))

    async def tap(person: Joined, n: int) -> None:
        frozen_before = any(what == "frozen" and who is person for what, who, _ in order)
        said = await actions.check_in(committed.db, DESK, Tap(new_id(), person.card), now=start + timedelta(minutes=11 * n))
        if frozen_before:
            assert not said.verdict.is_new_visit

    jobs: list[Callable[[], Awaitable[Any]]] = []
    for person in people:
        jobs += [lambda person=person, n=n: tap(person, n) for n in range(6)]
        jobs.append(lambda person=person: freeze(person))
        jobs += [lambda person=person, n=n: tap(person, n + 6) for n in range(6)]
    random.Random(3).shuffle(jobs)
    await at_desks(jobs)
    for person in people:
        assert await visits_left(committed.db, person.membership_id) == 100 - await visits(committed.db, person.id)
        said = await actions.check_in(committed.db, DESK, Tap(new_id(), person.card), now=start + timedelta(minutes=500))
        assert said.verdict.codes[0] in {"frozen", "already_in"}


async def test_sales_against_taps(committed):
    """A renewal in the middle of taps: the old pack runs empty, the new one is used, nothing is lost between them."""
    people = [await join(committed.db, f"Lou {n}", visits=2) for n in range(16)]
    await sell(committed.db, people[0].id, kind="day", starts=-400, ends=-400)
    type_id = await committed.db.value("select type_id from membership where id = $1", people[0].membership_id)
    start = datetime.now(UTC)

    async def renew(person: Joined) -> None:
        async with committed.database.work() as db:
            await money.renew(db, DEE, person.id, person.membership_id, type_id, from_end=False, id=new_id(), now=start)

    async def tap(person: Joined, n: int) -> Any:
        return await actions.check_in(committed.db, DESK, Tap(new_id(), person.card), now=start + timedelta(minutes=11 * n))

    jobs: list[Callable[[], Awaitable[Any]]] = []
    for person in people:
        jobs += [lambda person=person, n=n: tap(person, n) for n in range(8)]
        jobs.append(lambda person=person: renew(person))
    random.Random(5).shuffle(jobs)
    await at_desks(jobs)
    for person in people:
        sold = await committed.db.value(
            "select sum(visits_sold) from membership where member_id = $1 and visits_sold is not null", person.id
        )
        left = await committed.db.value(
            "select sum(visits_left) from membership where member_id = $1 and visits_sold is not null", person.id
        )
        assert sold - left == await visits(committed.db, person.id)


async def test_eight_desks_over_http_hear_no_error(committed):
    """Taps, taps sent twice, undo and words given, all at once and as browsers send them; nothing is tried again for them here."""
    packs = await shared_packs(committed.db, 6, 4)
    desks = [await committed.as_(key) for key in ("dee", "max") * (DESKS // 2)]
    statuses: Counter[int] = Counter()

    async def one_desk(desk: Any, chance: random.Random) -> None:
        for _ in range(25):
            person = chance.choice(chance.choice(packs))
            tap = {"id": str(new_id()), "q": person.card, "via": "scan"}
            word = {"id": str(new_id()), "member_id": str(person.id), "why": "Known by sight"}
            asked = chance.choice([("check-ins", tap), ("check-ins", tap), ("overrides", word)])
            for _ in range(chance.choice([1, 1, 2])):
                statuses[(await desk.post(f"/desk/{asked[0]}", asked[1])).status_code] += 1
            if chance.random() < 0.3:
                undone = await desk.post(f"/desk/visits/{asked[1]['id']}/undo", {"id": str(new_id())})
                statuses[200 if undone.status_code == 404 else undone.status_code] += 1  # it was the same visit: nothing to undo

    await asyncio.gather(*(one_desk(desk, random.Random(n)) for n, desk in enumerate(desks)))
    assert set(statuses) == {200}
    took = await committed.db.value(
        "select count(*) from visit where took and not is_undone and membership_id = any($1)",
        [people[0].membership_id for people in packs],
    )
    left = await committed.db.value(
        "select sum(visits_left) from membership where id = any($1)", [people[0].membership_id for people in packs]
    )
    assert took + left == 6 * VISITS
