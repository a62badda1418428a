"""Does a big club wait longer? The door and the logger over 10 thousand, 1 million and 10 million check-ins and sets.

One database per size, filled on the server; the same acts timed in all of them in turn, so that what else the machine does hits each
alike. The figure is the median against the smallest.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app import db as db_
from app import embedded, schema
from app.db import Db, new_id
from app.demo import world
from app.demo.year import actor_of
from app.desk import actions, queries
from app.desk.actions import Door, Tap
from app.exercises import catalogue
from app.training.actions import sets
from app.training.queries import workouts
from app.training.rules.sets import Numbers
from benchmarks.desk import fill

GATE, ROUNDS, A_WORKOUT = 1.3, 120, 25
HERE, DEE, MO = world.MAIN_ID, world.PEOPLE["dee"].id, world.PEOPLE["mo"].id
DOOR = Door(HERE, "desk", DEE)
# Lifters with up to a thousand workouts of twenty-five sets in five exercises; {sets} of them in all.
LIFTING = (
    "insert into person (id, name) select md5('l' || n)::uuid, 'Lifter ' || n from generate_series(0, {sets} / 25000) n",
    """insert into workout (id, person_id, started_at, started_on, ended_at, duration_seconds, zone, status, at)
    select md5('w' || n)::uuid, md5('l' || n / 1000)::uuid, at, at::date, at + interval '1 hour', 3600, 'UTC', 'completed', at
    from (select n, now() - interval '1 day' * (n % 1000 + 1) as at from generate_series(0, {sets} / 25 - 1) n) past""",
    """insert into workout_exercise (id, workout_id, exercise_id, exercise_name, mode, position, at)
    select md5('e' || n)::uuid, md5('w' || n / 5)::uuid, {exercise}, 'Exercise', 'reps', n % 5 + 1, now() - interval '1 day'
    from generate_series(0, {sets} / 5 - 1) n""",
    """insert into workout_set (id, workout_exercise_id, position, grams, reps, done_at, at)
    select md5('s' || n)::uuid, md5('e' || n / 5)::uuid, n % 5 + 1, 60000, 8, now() - interval '1 day', now() - interval '1 day'
    from generate_series(0, {sets} - 1) n""",
)


@dataclass(frozen=True)
class Club:
    pool: Any
    size: int
    workout: UUID
    rows: list[tuple[UUID, UUID]]


def measured(sizes: list[int], keep: Path | None = None) -> dict[str, Any]:
    """With a folder to keep, clubs that are there already are measured as they are."""
    with kept(keep) if keep else embedded.throwaway() as cluster:
        dsns = [cluster.dsn(f"club{size}") for size in sizes]
        for size, dsn in zip(sizes, dsns, strict=True):
            there = cluster.psql(f"select 1 from pg_database where datname = 'club{size}'").stdout
            if not there.strip():
                made(cluster, size)
            else:
                schema.upgrade(dsn)
        return asyncio.run(compared(dsns, sizes))


def made(cluster: embedded.Cluster, size: int) -> None:
    """Under another name until it is whole: a load that was cut off is no club."""
    cluster.psql("drop database if exists half with (force)")
    cluster.psql("create database half template template0 owner spotter")
    schema.upgrade(cluster.dsn("half"))
    asyncio.run(filled(cluster.dsn("half", "postgres"), size))  # the load switches triggers off
    cluster.psql(f'alter database half rename to "club{size}"')


@contextmanager
def kept(folder: Path) -> Iterator[embedded.Cluster]:
    cluster = embedded.start(folder.absolute() / "postgres")
    try:
        yield cluster
    finally:
        cluster.stop()


async def compared(dsns: list[str], sizes: list[int]) -> dict[str, Any]:
    clubs = [await opened(dsn, size) for dsn, size in zip(dsns, sizes, strict=True)]
    found: dict[str, Any] = {}
    for name in jobs(clubs[0]):
        times: list[list[float]] = [[] for _ in clubs]
        for n in range(ROUNDS):
            for club, into in zip(clubs, times, strict=True):
                began = time.perf_counter()
                await jobs(club)[name](n)
                if n >= ROUNDS // 10:
                    into.append((time.perf_counter() - began) * 1000)
        middle = [statistics.median(each) for each in times]
        found[name] = {"ms": dict(zip(map(str, sizes), middle, strict=True)), "ratio": max(middle) / middle[0]}
        print(
            f"growth: {name:20} " + "  ".join(f"{size:,}: {ms:.2f} ms" for size, ms in zip(sizes, middle, strict=True)),
            flush=True,
        )
    for club in clubs:
        await club.pool.close()
    return found


async def filled(dsn: str, size: int) -> None:
    connection = await db_.connect(dsn)
    await connection.execute("set statement_timeout = 0; set transaction_timeout = 0; set synchronous_commit = off")
    db, now, began = Db(connection), datetime.now(UTC), time.perf_counter()
    await world.settle(db, now=now)
    await catalogue.seed(db)
    await fill(dsn, min(10_000, size // 30), size)
    exercise = await db.value("select id from exercise order by id limit 1")
    for statement in LIFTING:
        await connection.execute(statement.format(sets=size, exercise=f"'{exercise}'::uuid"))
    await connection.execute("vacuum analyze")
    await connection.close()
    print(f"growth: {size:,} check-ins and sets in {time.perf_counter() - began:.0f} s", flush=True)


async def opened(dsn: str, size: int) -> Club:
    """Mo begins a workout of twenty-five sets; whoever is still inside goes home, so that no club is fuller than another."""
    pool, now, workout = await db_.open_pool(dsn, size=1), datetime.now(UTC), new_id()
    db = Db(pool)
    exercise = await db.value("select id from exercise order by id limit 1")
    await db.run("update visit set left_at = at + interval '1 hour' where gym_id = $1 and left_at is null", HERE)
    await db.run(
        "update workout set status = 'aborted', aborted_at = $2 where person_id = $1 and status = 'in_progress'", MO, now
    )
    await db.run(
        """insert into workout (id, person_id, started_at, started_on, zone, status, at)
           values ($1, $2, $3::timestamptz, $3::timestamptz::date, 'UTC', 'in_progress', $3)""",
        workout, MO, now,
    )  # fmt: skip
    rows = []
    for seat in range(A_WORKOUT // 5):
        card = new_id()
        await db.run(
            """insert into workout_exercise (id, workout_id, exercise_id, exercise_name, mode, position, at)
               values ($1, $2, $3, 'Exercise', 'reps', $4, $5)""",
            card, workout, exercise, seat + 1, now,
        )  # fmt: skip
        rows += [(card, new_id()) for _ in range(5)]
    await db.many(
        "insert into workout_set (id, workout_exercise_id, position, at) values ($1, $2, $3, $4)",
        [(id, card, n % 5 + 1, now) for n, (card, id) in enumerate(rows)],
    )
    return Club(pool, size, workout, rows)


def jobs(club: Club) -> dict[str, Callable[[int], Awaitable[Any]]]:
    db, members = Db(club.pool), min(10_000, club.size // 30)
    mo = replace(actor_of(world.PEOPLE["mo"]))

    async def tap(n: int) -> None:
        said = await actions.check_in(db, DOOR, Tap(new_id(), f"B{1 + n * 7919 % members}"), now=datetime.now(UTC))
        assert isinstance(said, actions.Outcome)
        assert said.member

    async def log_a_set(n: int) -> None:
        card, id = club.rows[n % len(club.rows)]
        now = datetime.now(UTC)
        said = sets.Said(id, card, "normal", Numbers(60_000, 5 + n % 5), True, now)
        assert isinstance(await sets.log_set(db, mo.person_id, said, now=now), sets.Logged)

    return {
        "check-in": tap,
        "desk board": lambda _n: queries.board(db, HERE, datetime.now(UTC)),
        "log a set": log_a_set,
        "workout page": lambda _n: workouts.workout(db, mo.person_id, club.workout),
    }
