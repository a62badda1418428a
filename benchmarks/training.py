"""Does a long history slow a lifter down? Five years of one person among many millions of sets, against a person who began this month.

    uv run python -m benchmarks.training                                 # 100,000 sets: seconds
    uv run python -m benchmarks.training --sets 20000000 --keep /big     # the whole thing; loaded once, then only measured

One lifter's five years are written as the app writes them and counted by the app's own actions; the crowd are copies of them, laid
down in the order of time, as a busy gym would. Then both people ask for the same screens, turn by turn, through the whole app.
Printed and kept: the medians, their ratio (the gate is 1.3), the pages that each screen's statements touch, and scans of whole tables
(there must be none).
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import UUID, uuid5

import asyncpg

from app import db as db_
from app import embedded, schema
from app.db import Database, Db
from app.demo import world
from app.exercises import catalogue
from app.main import create_app
from app.settings import Settings
from app.training.actions.counting import count_all
from tests.conftest import OneConnection, browser, sign_in_as

SEED = UUID("0195a0aa-0000-7000-8000-0000000be4c4")
NOW = datetime.now(UTC).replace(microsecond=0)
RESULT = Path(__file__).parent / "results" / "training.json"
WORKOUTS, EVERY, FIRST_MONTH = 1000, timedelta(hours=44), 12
CARDS, SETS = 5, 5  # 25 sets in 5 exercises of 5
MOST, ROUNDS = 1.3, 60
BIG = ("workout", "workout_exercise", "workout_set", "performance", "record")
MO, FAY = world.PEOPLE["mo"].id, world.PEOPLE["fay"].id
COLUMNS = {
    "workout": [
        "id",
        "person_id",
        "started_at",
        "started_on",
        "ended_at",
        "duration_seconds",
        "zone",
        "status",
        "unit_name",
        "at",
    ],
    "workout_exercise": ["id", "workout_id", "exercise_id", "exercise_name", "mode", "position", "at"],
    "workout_set": ["id", "workout_exercise_id", "position", "grams", "reps", "done_at", "at"],
}


# ---- loading


async def load(dsn: str, sets: int) -> None:
    db = Db(await db_.connect(dsn))
    await db.connection.execute("set transaction_timeout = 0; set statement_timeout = 0; set session_replication_role = replica")
    await world.settle(db, now=NOW - timedelta(days=400))
    await catalogue.seed(db)
    exercises = await db.all(Exercise, "select id, name from exercise where mode = 'reps' order by id limit 30")
    await first_lifter(db, exercises)
    await copies(db, max(1, sets // (WORKOUTS * CARDS * SETS)))
    await count_all(db, FAY, await db.column("select id from workout where person_id = $1", FAY))
    await db.connection.execute("vacuum analyze")
    print(f"{await db.value('select count(*) from workout_set'):,} sets", flush=True)
    await db.connection.close()


@dataclass(frozen=True, slots=True)
class Exercise:
    id: UUID
    name: str


def ids(at: datetime, counter: Iterator[int]) -> UUID:
    """Ordered by time as the app's own are; the last twelve digits are left free for whose copy it is."""
    n, ms = next(counter), int(at.timestamp() * 1000)
    return UUID(int=ms << 80 | 7 << 76 | (n >> 14) << 64 | 2 << 62 | (n & 0x3FFF) << 48)


async def first_lifter(db: Db, exercises: list[Exercise]) -> None:
    """As the app writes it; the newest workout is number 0."""
    counter = iter(range(1 << 26))
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}
    for n in range(WORKOUTS):
        at = NOW - EVERY * (n + 1)
        id = ids(at, counter)
        rows["workout"].append((id, MO, at, at.date(), at + timedelta(hours=1), 3600, "UTC", "completed", f"Day {n % 4 + 1}", at))
        for seat in range(CARDS):
            card, exercise = ids(at, counter), exercises[(n + 7 * seat) % len(exercises)]
            rows["workout_exercise"].append((card, id, exercise.id, exercise.name, "reps", seat + 1, at))
            heavier = (WORKOUTS - n) // 40 * 1250 + seat * 2500 + n % 3 * 1250
            for place in range(SETS):
                rows["workout_set"].append((ids(at, counter), card, place + 1, 20_000 + heavier, 5 + (n + place) % 4, at, at))
    for table, columns in COLUMNS.items():
        await db.copy(table, columns, rows[table])
    await count_all(db, MO, [row[0] for row in rows["workout"]])  # type: ignore[misc]


async def copies(db: Db, people: int) -> None:
    """Everybody else, and Fay with her first month. Workout by workout through the years, so that nobody's rows lie together."""
    await db.connection.execute(
        """create function pg_temp.own(id uuid, n int) returns uuid immutable language sql as
             $$ select (substr(id::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid $$;
           create temp table crowd (n int, id uuid)"""
    )
    await db.copy("crowd", ["n", "id"], [(n, uuid5(SEED, f"person:{n}")) for n in range(1, people)])
    await db.run("insert into person (id, name) select id, 'Lifter ' || n from crowd")
    await db.run("insert into crowd values (2147483647, $1)", FAY)
    for table in BIG:
        await db.connection.execute(f"create temp table first_{table} as table {table}")
    await db.connection.execute(f"truncate {', '.join(BIG)} cascade")
    began = time.perf_counter()
    oldest = NOW - EVERY * WORKOUTS
    for step in range(0, WORKOUTS, 25):
        since, until = oldest + EVERY * step, oldest + EVERY * (step + 25)
        for table in BIG:
            await copy_some(db, table, since, until)
        if step % 200 == 0:
            print(f"  {step * people * CARDS * SETS:,} sets, {time.perf_counter() - began:.0f} s", flush=True)


async def copy_some(db: Db, table: str, since: datetime, until: datetime) -> None:
    columns = await db.column(
        "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum",
        table,
    )
    at = "started_at" if table in {"workout", "performance"} else "at"
    first_month = NOW - EVERY * FIRST_MONTH
    said = {"id": "pg_temp.own(t.id, c.n)", "person_id": "c.id"} | {
        name: f"pg_temp.own(t.{name}, c.n)" for name in ("workout_id", "workout_exercise_id", "set_id")
    }
    wanted = ", ".join(said.get(name, f"t.{name}") for name in columns)
    await db.run(
        f"""insert into {table} ({", ".join(columns)})
            select {wanted} from first_{table} t
            cross join (select n, id from crowd union all select 0, $3::uuid) c
            where t.{at} >= $1 and t.{at} < $2 and (c.n < 2147483647 or t.{at} >= $4) order by t.{at}, c.n""",
        *(since, until, MO, first_month),
    )


# ---- measuring


@dataclass
class Screen:
    """Medians in milliseconds: the whole request, and its statements alone."""

    name: str
    statements: int = 0
    whole: tuple[float, float] = (0, 0)
    sql: tuple[float, float] = (0, 0)
    pages: tuple[int, int] = (0, 0)
    scanned: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return self.whole[0] / self.whole[1]

    @property
    def sql_ratio(self) -> float:
        return self.sql[0] / self.sql[1]


@dataclass(eq=False)
class Spent:
    """What reached Postgres since the last look, with how long it took."""

    asked: list[tuple[str, tuple[Any, ...], float]] = field(default_factory=list)

    def __call__(self, query: Any) -> None:
        self.asked.append((query.query, tuple(query.args or ()), query.elapsed))

    def take(self) -> list[tuple[str, tuple[Any, ...], float]]:
        taken, self.asked = self.asked, []
        return taken


class OnePool(OneConnection):
    """A pool of one, whose statements can be listened to."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


async def measure(dsn: str) -> list[Screen]:
    connection = await db_.connect(dsn)
    db = Db(connection)
    settings = Settings(data=Path(mkdtemp(prefix="spotter-bench-")), secret=b"a secret of the tests, 32 bytes!", demo=True)
    front = create_app(settings, Database(pool=OnePool(connection)))
    spent = Spent()
    connection.add_query_logger(spent)
    clients = [await sign_in_as(db, front, browser(front), key) for key in ("mo", "fay")]
    screens = []
    for name, urls in (await addresses(db)).items():
        asks = [reader(client, url) for client, url in zip(clients, urls, strict=True)]
        screens.append(await one_screen(connection, spent, name, asks))
    for client in clients:
        await client.http.aclose()
    await connection.close()
    return screens


async def addresses(db: Db) -> dict[str, tuple[str, str]]:
    """The same screen of both people. Both look at a workout of the same shape: only what lies behind it differs."""
    latest = [
        await db.value("select id from workout where person_id = $1 order by started_at desc limit 1", who) for who in (MO, FAY)
    ]
    exercise = await db.value(
        "select exercise_id from performance where person_id = $1 group by 1 order by count(*) desc limit 1", FAY
    )
    both = {"today": "/today", "history": "/training", "records": "/training/records", "volume": "/training/volume"}
    return {name: (url, url) for name, url in both.items()} | {
        "workout": (f"/workouts/{latest[0]}?edit=1", f"/workouts/{latest[1]}?edit=1"),
        "workout done": (f"/workouts/{latest[0]}", f"/workouts/{latest[1]}"),
        "exercise": (f"/training/exercises/{exercise}", f"/training/exercises/{exercise}"),
    }


def reader(client: Any, url: str) -> Callable[[], Awaitable[float]]:
    async def read() -> float:
        began = time.perf_counter()
        answer = await client.get(url)
        assert answer.status_code == 200, f"{answer.status_code} {url}"
        return (time.perf_counter() - began) * 1000

    return read


async def one_screen(connection: asyncpg.Connection, spent: Spent, name: str, asks: list[Any]) -> Screen:
    whole: tuple[list[float], list[float]] = ([], [])
    sql: tuple[list[float], list[float]] = ([], [])
    last: list[list[tuple[str, tuple[Any, ...], float]]] = [[], []]
    for n in range(ROUNDS + 10):
        for who in (0, 1) if n % 2 else (1, 0):
            spent.take()
            took = await asks[who]()
            last[who] = spent.take()
            if n >= 10:
                whole[who].append(took)
                sql[who].append(sum(one[2] for one in last[who]) * 1000)
    found = [await plans(connection, statements) for statements in last]
    spent.take()
    middle = statistics.median
    return Screen(
        name, len(last[0]), (middle(whole[0]), middle(whole[1])), (middle(sql[0]), middle(sql[1])),
        (found[0][0], found[1][0]), sorted(set(found[0][1])),
    )  # fmt: skip


async def plans(connection: asyncpg.Connection, statements: list[tuple[str, tuple[Any, ...], float]]) -> tuple[int, list[str]]:
    """Pages touched by these statements, and the big tables that were read from end to end."""
    pages, scanned = 0, []
    for sql, args, _took in statements:
        if not sql.lstrip().lower().startswith(("select", "with")):
            continue
        told = await connection.fetchval(f"explain (analyze, buffers, format json) {sql}", *args)
        plan = (told if isinstance(told, list) else json.loads(told))[0]["Plan"]
        pages += plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
        scanned += [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
    return pages, [table for table in scanned if table in BIG]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


# ---- telling


def tell(screens: list[Screen], sets: int) -> bool:
    print(f"{sets:,} sets\n{'':13}{'five years':>11}{'a month':>9}{'ratio':>7}   {'sql':>6}{'':>8}{'ratio':>7}   pages")
    for one in screens:
        print(
            f"{one.name:13}{one.whole[0]:8.2f} ms{one.whole[1]:6.2f} ms{one.ratio:7.2f}   {one.sql[0]:6.2f}{one.sql[1]:8.2f}"
            f"{one.sql_ratio:7.2f}   {one.pages[0]} / {one.pages[1]}  {', '.join(one.scanned)}"
        )
    return all(one.ratio <= MOST for one in screens) and (sets < 1_000_000 or not any(one.scanned for one in screens))


def keep(screens: list[Screen], sets: int) -> None:
    found = {
        one.name: {
            "statements": one.statements, "ms": [round(x, 2) for x in one.whole], "ratio": round(one.ratio, 2),
            "sql_ms": [round(x, 2) for x in one.sql], "sql_ratio": round(one.sql_ratio, 2), "pages": one.pages,
            "scanned": one.scanned,
        }
        for one in screens
    }  # fmt: skip
    RESULT.parent.mkdir(exist_ok=True)
    body = {"at": NOW.isoformat(), "sets": sets, "most": MOST, "screens": found}
    RESULT.write_text(json.dumps(body, indent=1) + "\n")


@contextmanager
def cluster_at(folder: Path | None) -> Iterator[embedded.Cluster]:
    if folder is None:
        with embedded.throwaway() as cluster:
            yield cluster
        return
    folder.mkdir(parents=True, exist_ok=True)
    cluster = embedded.start(folder / "postgres", durable=False)
    try:
        yield cluster
    finally:
        cluster.stop()


async def count(dsn: str) -> int:
    connection = await db_.connect(dsn)
    await connection.execute("set statement_timeout = 0; set transaction_timeout = 0")
    found = await connection.fetchval("select count(*) from workout_set")
    await connection.close()
    return int(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="a folder for the database: loaded the first time, measured every time")
    parser.add_argument("--load-only", action="store_true")
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.name}")
    given = parser.parse_args()
    with cluster_at(given.keep) as cluster:
        dsn = cluster.dsn("growth")
        if "growth" not in cluster.psql("select datname from pg_database").stdout:
            cluster.psql('create database "growth" owner spotter; alter role spotter superuser')
            schema.upgrade(dsn)
            asyncio.run(load(dsn, given.sets))
        schema.upgrade(dsn)  # a kept one may be older than the code
        if given.load_only:
            return
        sets = asyncio.run(count(dsn))
        screens = asyncio.run(measure(dsn))
        kept = tell(screens, sets)
        if given.write:
            keep(screens, sets)
    raise SystemExit(0 if kept else 1)


if __name__ == "__main__":
    main()
