"""Does a long history slow a lifter down? Five years of one person among many millions of sets, against a person who began today.

    uv run python benchmarks/training.py --sets 20000000

COPY fills a throwaway Postgres; then the statements behind Today, the workout, the history and the records are timed for both people,
interleaved, and the ratio of the medians is printed. The gate is 1.3.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from app import db as db_
from app import embedded, schema
from app.db import Db
from app.demo import world
from app.demo.year import actor_of
from app.exercises import catalogue
from app.today.queries import morning
from app.training.actions.counting import count_all
from app.training.queries import looking, workouts

SEED = UUID("0195a0aa-0000-7000-8000-0000000be4c4")
NOW = datetime.now(UTC)
A_WORKOUT, CARDS, SETS = 25, 5, 5  # 25 sets in 5 exercises of 5
MO, FAY = world.PEOPLE["mo"].id, world.PEOPLE["fay"].id
WORKOUT = ["id", "person_id", "started_at", "started_on", "ended_at", "duration_seconds", "zone", "status", "at"]
CARD = ["id", "workout_id", "exercise_id", "exercise_name", "mode", "position", "at"]
SET = ["id", "workout_exercise_id", "position", "grams", "reps", "done_at", "at"]


def history(person: UUID, count: int, every: timedelta, exercises: list[UUID]) -> Iterator[tuple[UUID, datetime]]:
    for n in range(count):
        yield uuid5(SEED, f"{person}:{n}"), NOW - every * (n + 1)


async def load(db: Db, person: UUID, count: int, every: timedelta, exercises: list[UUID]) -> list[UUID]:
    logs: tuple[list[tuple[object, ...]], ...] = ([], [], [])
    for id, at in history(person, count, every, exercises):
        logs[0].append((id, person, at, at.date(), at + timedelta(hours=1), 3600, "UTC", "completed", at))
        for seat in range(CARDS):
            card = db_.new_id()
            exercise = exercises[(id.int + seat) % len(exercises)]
            logs[1].append((card, id, exercise, "Exercise", "reps", seat + 1, at))
            logs[2].extend(
                (db_.new_id(), card, place + 1, 20_000 + (id.int % 40) * 2500, 5 + place, at, at) for place in range(SETS)
            )
    for table, columns, rows in zip(("workout", "workout_exercise", "workout_set"), (WORKOUT, CARD, SET), logs, strict=True):
        await db.copy(table, columns, rows)
    return [row[0] for row in logs[0]]  # type: ignore[misc]


async def crowd(db: Db, sets: int, exercises: list[UUID]) -> None:
    """Everybody else, a thousand workouts each."""
    people = max(1, sets // (1000 * A_WORKOUT))
    for n in range(people):
        person = uuid5(SEED, f"person:{n}")
        await db.run("insert into person (id, name) values ($1, $2)", person, f"Lifter {n}")
        ids = await load(db, person, 1000, timedelta(hours=44), exercises)
        await count_all(db, person, ids)
        if n % 20 == 19:
            print(f"  {(n + 1) * 1000 * A_WORKOUT:,} sets", flush=True)


def screens(db: Db, person: UUID, exercise: UUID, workout: UUID) -> dict[str, Callable[[], Awaitable[object]]]:
    actor = replace(actor_of(world.PEOPLE["mo"]), person_id=person)
    today = NOW.date()
    return {
        "today": lambda: morning(db, person, today),
        "workout": lambda: workouts.workout(db, person, workout),
        "history": lambda: looking.latest(db, person),
        "calendar": lambda: looking.between(db, person, today.replace(day=1), today),
        "exercise": lambda: looking.detail(db, actor, exercise, limit=5),
        "records": lambda: looking.recent_records(db, person, "en"),
    }


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


async def compare(db: Db, exercises: list[UUID], old: UUID, new: UUID) -> None:
    for (name, veteran), novice in zip(
        screens(db, MO, exercises[0], old).items(), screens(db, FAY, exercises[0], new).values(), strict=True
    ):
        pairs = [(await timed(veteran), await timed(novice)) for _ in range(60)][10:]
        a, b = (statistics.median(one) for one in zip(*pairs, strict=True))
        print(f"{name:10} five years {a:6.2f} ms   a month {b:6.2f} ms   ratio {a / b:4.2f}")


async def main(dsn: str, sets: int) -> None:
    db = Db(await db_.connect(dsn))
    await world.settle(db, now=NOW)
    await catalogue.seed(db)
    exercises = await db.column("select id from exercise order by id limit 30")
    await crowd(db, sets, exercises)
    # Both have one workout of the same shape in front of them: only what lies behind it differs.
    old = await load(db, MO, 1000, timedelta(hours=44), exercises)
    new = await load(db, FAY, 12, timedelta(hours=44), exercises)
    await count_all(db, MO, old)
    await count_all(db, FAY, new)
    await db.run("analyze")
    print(f"{await db.value('select count(*) from workout_set'):,} sets")
    await compare(db, exercises, old[0], new[0])
    await db.connection.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=500_000)
    given = parser.parse_args()
    with embedded.throwaway() as cluster:
        cluster.psql('create database "growth" owner spotter')
        schema.upgrade(cluster.dsn("growth"))
        asyncio.run(main(cluster.dsn("growth"), given.sets))
