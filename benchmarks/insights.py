"""Is the owner kept waiting by five years of history? 5,000 members, 3 million visits, their memberships, ledger and training.

    uv run python -m benchmarks.insights

A throwaway database is filled on the server, summed up once from nothing and once more as on any night; then every screen of the
owner is asked for through the whole application and timed on the server's side. Writes `benchmarks/results/insights.json` and
`docs/bench-insights.md`, and fails when Today takes more than 150 ms or any insight more than a second.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app import db as db_
from app import embedded, schema
from app.db import Database, Db
from app.demo import world
from app.exercises import catalogue
from app.insights import chores
from app.main import create_app
from app.settings import Settings
from tests.conftest import Client, browser, sign_in_as

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "bench-insights.md"
LIMITS = {"/owner": 150, "/owner/live": 150}
INSIGHT = 1000
ASKED = (
    "/owner",
    "/owner/radar",
    *(f"/owner/insights/{tab}?{asked}" for tab in ("members", "money", "visits", "training")
      for asked in ("months=12", "months=60&compare=year", "months=60&gym=all")),
    "/owner/insights/members/sheets/cohorts?months=60",
    "/owner/insights/money/sheets/recurring?months=60",
    "/owner/insights/visits/sheets/hours?months=60",
)  # fmt: skip

# One member in `n` of {members}: joined some time in five years, holds one month after the other until they leave (two fifths did).
# The second gym has every fifth of them.
FILL = (
    "insert into membership_type (id, name, kind, duration, duration_unit, price) "
    "select md5('type' || n)::uuid, 'Type ' || n, 'membership', 1, 'month', 3000 + 500 * n from generate_series(1, 6) n",
    """create table who as
    select n, md5('p' || n)::uuid as person, md5('m' || n)::uuid as member, case when n % 5 = 0 then '{river}'::uuid else '{main}'::uuid end as gym,
           (current_date - (1826 * power(random(), 0.8))::int) as joined, random() as fate, 3000 + 500 * (n % 6 + 1) as price, random() as keen
      from generate_series(1, {members}) n""",
    "alter table who add left_on date",
    "update who set left_on = joined + ((current_date - joined) * random())::int where fate < 0.4",
    "insert into person (id, name) select person, 'Member ' || n from who",
    """insert into member (id, person_id, home_gym_id, joined_on, left_on, search, sort_name)
    select member, person, gym, joined, case when left_on < current_date - 200 then left_on end, 'member', 'member ' || n from who""",
    """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on, price, currency, sold_at)
    select md5(n || ':' || k)::uuid, member, md5('type' || (n % 6 + 1))::uuid, gym, 'membership', 'Type', a, b, a, b, price, 'EUR', a
      from (select who.*, k, joined + 30 * k as a, joined + 30 * k + 29 as b from who, generate_series(0, 61) k) t
     where a <= coalesce(left_on, current_date) and (hashint4(n * 97 + k) % 40 <> 0)""",
    """insert into ledger_line (id, gym_id, payer_id, member_id, membership_id, kind, code, amount, currency, due_on, at)
    select md5('c' || s.id)::uuid, s.gym_id, w.person, s.member_id, s.id, 'charge', 'membership', s.price, 'EUR', s.starts_on, s.starts_on + time '10:00'
      from membership s join who w on w.member = s.member_id""",
    """insert into ledger_line (id, gym_id, payer_id, member_id, kind, method, amount, currency, at)
    select md5('y' || s.id)::uuid, s.gym_id, w.person, s.member_id, 'payment', (array['cash', 'terminal', 'transfer'])[1 + w.n % 3], -s.price, 'EUR',
           least(s.starts_on + time '10:05' + interval '1 day' * (w.n % 9), now())
      from membership s join who w on w.member = s.member_id
     where not (w.n % 17 = 0 and s.starts_on > current_date - 90)""",
    """insert into account (payer_id, currency, balance, owed_since)
    select payer_id, 'EUR', sum(amount), case when sum(amount) > 0 then max(due_on) filter (where kind = 'charge') end from ledger_line group by 1""",
    """insert into visit (id, gym_id, member_id, membership_id, nth, at, day, stays_until, left_at)
    select md5('v' || t.i)::uuid, gym, member, null, row_number() over (partition by member order by at), at,
           (at at time zone 'Europe/Belgrade')::date, at + interval '80 minutes', at + interval '80 minutes'
      from (select i, w.gym, w.member,
                   least((w.joined + ((coalesce(w.left_on, current_date) - w.joined) * random())::int)::timestamp at time zone 'Europe/Belgrade'
                   + interval '1 hour' * (array[6, 7, 7, 8, 9, 12, 12, 13, 16, 17, 17, 18, 18, 18, 19, 19, 20, 21])[1 + (random() * 17)::int]
                   + interval '1 minute' * (random() * 59)::int, now() - interval '5 minutes') as at
              from generate_series(1, {visits}) i join who w on w.n = 1 + i % {members}) t""",
    """insert into plan (id, gym_id, name, difficulty, sharing, is_template, latest_version)
    select md5('plan' || n)::uuid, '{main}', 'Plan ' || n, 'beginner', 'gym', true, 1 from generate_series(1, 8) n""",
    """insert into plan_version (id, plan_id, number, content, published_at)
    select md5('version' || n)::uuid, md5('plan' || n)::uuid, 1,
           '{{"name": "Plan", "cycle_days": 7, "days": [{{"number": 1}}, {{"number": 3}}, {{"number": 5}}]}}', now() - interval '5 years' from generate_series(1, 8) n""",
    """insert into following (id, person_id, plan_id, version_id, starts_on, created_at)
    select md5('f' || n)::uuid, person, md5('plan' || (n % 8 + 1))::uuid, md5('version' || (n % 8 + 1))::uuid, joined, joined
      from who where n % 3 = 0 and left_on is null""",
    """insert into workout (id, person_id, gym_id, plan_id, following_id, started_at, started_on, ended_at, zone, status, duration_seconds, at)
    select md5('w' || n || ':' || d)::uuid, person, gym, md5('plan' || (n % 8 + 1))::uuid, case when left_on is null then md5('f' || n)::uuid end,
           joined + d + time '17:00', joined + d, joined + d + time '18:00', 'Europe/Belgrade', 'completed', 3600, joined + d
      from who, generate_series(0, 1826) d
     where n % 3 = 0 and joined + d < coalesce(left_on, current_date) and hashint4(n * 31 + d) % 7 in (0, 1) and keen > 0.2""",
    """insert into plan_day_done (following_id, workout_id, day_number, done_on)
    select following_id, id, 1, started_on from workout where following_id is not null and started_on > current_date - 120""",
    """insert into performance (person_id, exercise_id, workout_id, started_at, started_on, sets, reps, volume, best_grams, best_reps, e1rm, rows)
    select w.person_id, e.id, w.id, w.started_at, w.started_on, 3, 24, 1000, 60000, 8, 70000 + (hashtext(w.id::text) % 3000), '[]'
      from workout w cross join (select id from exercise order by id limit 4) e where w.started_on > current_date - 180""",
    "drop table who",
)  # fmt: skip


async def fill(admin: str, dsn: str, members: int, visits: int) -> None:
    connection = await db_.connect(dsn)
    await world.settle(Db(connection), now=datetime.now(UTC) - timedelta(days=1900))
    await catalogue.seed(Db(connection))
    await connection.close()
    connection = await db_.connect(admin)
    await connection.execute(
        "set statement_timeout = 0; set transaction_timeout = 0; set session_replication_role = replica; select setseed(0.2)"
    )
    for statement in FILL:
        began = time.perf_counter()
        await connection.execute(
            statement.format(main=world.MAIN_ID, river=world.RIVER_ID, members=members, visits=visits), timeout=600
        )
        print(f"  {time.perf_counter() - began:5.1f} s  {statement.split('(')[0][:50].strip()}", flush=True)
    await connection.execute("vacuum analyze", timeout=600)
    await connection.close()


async def summing_up(dsn: str) -> dict[str, float]:
    """From nothing, and as on any other night."""
    found = {}
    for name, at in (("everything, once", datetime.now(UTC) - timedelta(days=1)), ("a night", datetime.now(UTC))):
        connection = await db_.connect(dsn)
        await connection.execute("set statement_timeout = 0; set transaction_timeout = 0")
        began = time.perf_counter()
        async with connection.transaction():
            await chores.sum_up(Db(connection), at)
        found[name] = round(time.perf_counter() - began, 2)
        print(f"summing up, {name}: {found[name]} s", flush=True)
        await connection.execute("vacuum analyze", timeout=600)
        await connection.close()
    return found


@asynccontextmanager
async def owner(dsn: str) -> AsyncIterator[Client]:
    """Ana in a browser, with both gyms to look at."""
    pool = await db_.open_pool(dsn)
    with tempfile.TemporaryDirectory() as folder:
        config = Settings(data=Path(folder), secret=b"a secret of the bench, 32 bytes!", database_url=dsn, hub=False)
        app = create_app(config, Database(pool=pool, direct_dsn=dsn))
        async with browser(app) as http:
            yield await sign_in_as(Db(pool), app, http, "ana")
    await pool.close()


async def measure(dsn: str, rounds: int) -> dict[str, dict[str, float]]:
    found = {}
    async with owner(dsn) as ana:
        for url in ASKED:
            times = []
            for _ in range(rounds + 1):
                began = time.perf_counter()
                answer = await ana.get(url)
                times.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200, (url, answer.status_code, answer.text[:500])
            found[url] = {
                "middle": round(statistics.median(times[1:]), 1),
                "most": round(max(times[1:]), 1),
                "first": round(times[0], 1),
            }
            print(
                f"{found[url]['middle']:8.1f} ms  most {found[url]['most']:8.1f}  first {found[url]['first']:8.1f}  {url}",
                flush=True,
            )
    return found


def report(found: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| `{url}` | {each['middle']} | {each['most']} | {LIMITS.get(url, INSIGHT)} |" for url, each in found["screens"].items()
    )
    return TEXT.format(**found, rows=rows, once=found["summing_up"]["everything, once"], night=found["summing_up"]["a night"])


TEXT = """# What five years cost the owner

Written by `python -m benchmarks.insights` at {at} on {cpus} cores (load before: {load}). {members} members over five years with {visits}
visits, {memberships} memberships, {lines} ledger lines and {workouts} workouts in two gyms. Milliseconds on the server, whole answers
through the whole application (sign-in, statements, drawing), median and slowest of {rounds} after one that does not count.

| Screen | median ms | slowest ms | at most |
|---|--:|--:|--:|
{rows}

Summing up all five years from nothing: {once} s. Summing up on any other night: {night} s. What is past is read from those sums; only today
is counted while somebody looks.
"""


async def sizes(dsn: str) -> dict[str, int]:
    connection = await db_.connect(dsn)
    names = {"members": "member", "visits": "visit", "memberships": "membership", "lines": "ledger_line", "workouts": "workout"}
    found = {name: int(await connection.fetchval(f"select count(*) from {table}")) for name, table in names.items()}
    await connection.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=5_000)
    parser.add_argument("--visits", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path, help="keep the filled database here; the second time it is only measured")
    parser.add_argument("--prepare", action="store_true", help="fill --folder and stop")
    asked = parser.parse_args()
    if asked.folder is None:
        with embedded.throwaway() as cluster:
            sys.exit(run(cluster, asked))
    cluster = embedded.start(asked.folder / "postgres", durable=False, say=lambda _: None)
    try:
        code = run(cluster, asked)
    finally:
        cluster.stop()
    sys.exit(code)


def run(cluster: embedded.Cluster, asked: argparse.Namespace) -> int:
    dsn = cluster.dsn("bench")
    if not cluster.psql("select 1 from pg_database where datname = 'bench'").stdout.strip():
        cluster.psql('create database "bench" template template0 owner spotter')
        schema.upgrade(dsn)
        asyncio.run(fill(cluster.dsn("bench", "postgres"), dsn, asked.members, asked.visits))
        spent = asyncio.run(summing_up(dsn))
        if asked.folder:
            (asked.folder / "summing-up.json").write_text(json.dumps(spent))
    else:
        schema.upgrade(dsn)
        spent = json.loads((asked.folder / "summing-up.json").read_text())
    if asked.prepare:
        return 0
    return 0 if asyncio.run(judge(dsn, asked.rounds, spent)) else 1


async def judge(dsn: str, rounds: int, spent: dict[str, float]) -> bool:
    found: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    found |= await sizes(dsn) | {"rounds": rounds, "summing_up": spent, "screens": await measure(dsn, rounds)}
    slow = [url for url, each in found["screens"].items() if each["middle"] > LIMITS.get(url, INSIGHT)]
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "insights.json").write_text(json.dumps(found, indent=1) + "\n")
    PAGE.write_text(report(found))
    print("\n".join(f"too slow: {url}" for url in slow) or "every screen within its limit")
    return not slow


if __name__ == "__main__":
    main()
