"""Does a big club wait longer at the door? A hundred thousand members and a million visits, against a club of three hundred.

    uv run python benchmarks/desk.py --members 100000 --visits 1000000

Two throwaway databases are filled on the server; then taps and boards are timed in both, interleaved, and the ratio of the medians is
printed. The gate is 1.3. What a browser adds on top does not depend on the size of the club.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from app import db as db_
from app import embedded, schema
from app.db import Db, new_id
from app.demo import world
from app.desk import actions, queries
from app.desk.actions import Door, Tap
from app.members.queries.finding import find

GATE = 1.3
HERE = world.MAIN_ID
DEE = world.PEOPLE["dee"].id
DOOR = Door(HERE, "desk", DEE)
FILL = (
    """insert into membership_type (id, name, kind, visits, duration, duration_unit, price)
    values (md5('type')::uuid, 'Bench', 'pack', 1000, 12, 'month', 5000)""",
    "insert into person (id, name) select md5('p' || n)::uuid, 'Member ' || n from generate_series(1, {members}) n",
    """insert into member (id, person_id, home_gym_id, joined_on)
    select md5('m' || n)::uuid, md5('p' || n)::uuid, '{gym}', current_date - 400 from generate_series(1, {members}) n""",
    """insert into card (id, member_id, code, created_at)
    select md5('c' || n)::uuid, md5('m' || n)::uuid, 'B' || n, now() from generate_series(1, {members}) n""",
    """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on, visits_sold,
      visits_left, price, currency, sold_at)
    select md5('s' || n)::uuid, md5('m' || n)::uuid, md5('type')::uuid, '{gym}', 'pack', 'Bench', current_date - 300, current_date + 60,
      current_date - 300, current_date + 60, 100000, 100000, 5000, 'EUR', now() from generate_series(1, {members}) n""",
    # The keys below are right as they are made; looking each of millions up would take longer than everything else.
    "set session_replication_role = replica",
    # Who comes often, comes often: a member's share of the visits falls with the square of a random number.
    """create table came as select at, 1 + floor({members} * power(random(), 2))::int as n
    from (select now() - interval '1 day' - interval '1 year' * (1 - k::float8 / {visits}) as at from generate_series(1, {visits}) k) taps""",
    """insert into visit (id, gym_id, member_id, membership_id, nth, took, at, day, stays_until, left_at)
    select uuidv7(came.at - now()), '{gym}', md5('m' || n)::uuid, md5('s' || n)::uuid, row_number() over (partition by n order by came.at),
      true, at, at::date, at + interval '4 hours', at + interval '1 hour' from came order by came.at""",
    "drop table came",
    """insert into attempt (id, gym_id, at, channel, card, member_id, name, outcome, codes, reasons, membership_id, hash)
    select v.id, v.gym_id, v.at, 'desk', 'B0000', v.member_id, 'Member Somebody', 'allowed', '{{}}', '[]', v.membership_id,
      sha256(v.id::text::bytea) from visit v order by v.at""",
)  # fmt: skip


async def fill(dsn: str, members: int, visits: int) -> None:
    connection = await db_.connect(dsn)
    await world.settle(Db(connection), now=datetime.now(UTC))
    await connection.execute("set statement_timeout = 0; set transaction_timeout = 0")
    for statement in FILL:
        await connection.execute(statement.format(gym=HERE, members=members, visits=visits))
    await connection.execute("vacuum analyze")
    await connection.close()


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


def jobs(db: Db, size: int) -> dict[str, Callable[[int], Awaitable[Any]]]:
    """Every tap is somebody else's, spread over the whole club."""

    async def tap(n: int) -> None:
        card = f"B{1 + n * 7919 % size}"
        said = await actions.check_in(db, DOOR, Tap(new_id(), card), now=datetime.now(UTC))
        assert isinstance(said, actions.Outcome)
        assert said.member

    async def board(_n: int) -> None:
        await queries.board(db, HERE, datetime.now(UTC))

    async def search(n: int) -> None:
        await find(db, f"Member {1 + n * 7919 % size}", (HERE,), datetime.now(UTC).date())

    return {"check-in": tap, "board": board, "search": search}


async def compare(small: str, large: str, sizes: tuple[int, int], rounds: int) -> bool:
    pools = [await db_.open_pool(dsn, size=1) for dsn in (small, large)]
    clubs = [jobs(Db(pool), size) for pool, size in zip(pools, sizes, strict=True)]
    is_good = True
    for name in clubs[0]:
        times: tuple[list[float], list[float]] = ([], [])
        for n in range(rounds):
            for club, into in zip(clubs, times, strict=True):
                took = await timed(lambda club=club, n=n, name=name: club[name](n))  # type: ignore[misc]
                if n >= rounds // 10:  # the first ones only warm up
                    into.append(took)
        few, many = (statistics.median(each) for each in times)
        late = statistics.quantiles(times[1], n=20)[-1]
        is_good &= name == "search" or many / few <= GATE
        print(f"{name:10} small {few:7.2f} ms   large {many:7.2f} ms   p95 {late:7.2f} ms   ratio {many / few:5.2f}")
    for pool in pools:
        await pool.close()
    return is_good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=250)
    asked = parser.parse_args()
    with embedded.throwaway() as cluster:
        sizes = (300, asked.members)
        for name, members, visits in (("small", 300, 20_000), ("large", asked.members, asked.visits)):
            cluster.psql(f'create database "{name}" template template0 owner spotter')
            schema.upgrade(cluster.dsn(name))
            cluster.psql("grant set on parameter session_replication_role to spotter")
            began = time.perf_counter()
            asyncio.run(fill(cluster.dsn(name), members, visits))
            print(f"{name}: {members} members, {visits} visits, filled in {time.perf_counter() - began:.0f} s")
        is_good = asyncio.run(compare(cluster.dsn("small"), cluster.dsn("large"), sizes, asked.rounds))
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
