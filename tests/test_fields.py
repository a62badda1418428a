# ruff: noqa: F811 - fixtures that are borrowed from the members' tests
"""Which words of which table each kind of person gets to see: every text column is marked, every page is read as everybody.

`tests/fields.csv` is the golden table; a column that is new, or that somebody new sees, fails until its line has been looked at:
`FIELDS=write pytest tests/test_fields.py` writes it anew, and its diff is what a reviewer reads. What must never be is said below.
"""

import csv
import io
import os
from collections import defaultdict
from difflib import unified_diff
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.db import Db, new_id
from app.web.front import Front
from tests.conftest import Client, World
from tests.every_form import Page, match
from tests.every_route import Somebody, knock, routes
from tests.members.conftest import Gym, gym  # noqa: F401
from tests.test_matrix import signed_in
from tests.training.lifting import BENCH, Lifter, settle

GOLDEN = Path(__file__).with_name("fields.csv")
# Mo is who it is about; Lou is another member of the same gym, Zed of the other one. Cal was let in by Mo, Max runs the place.
READERS = ("mo", "lou", "zed", "cal", "dee", "max", "ana")
# Words that the house itself reads: a mark in them would break the page rather than show on it.
CODES = {
    "zone",
    "locale",
    "theme",
    "currency",
    "country",
    "units",
    "windows",
    "mode",
    "slug",
    "scope",
    "pattern",
    "category",
    "level",
}
# What a role must never see of somebody else, whatever the table says: no body data at the desk, no money with a coach.
NEVER = {
    "dee": ("day_log.", "measure_", "photo.", "workout", "plan_", "session_", "diet_", "supplement", "coach_grant."),
    "cal": ("ledger", "money_", "shift.", "membership.", "override.", "attempt.", "member_note.", "household."),
    "lou": ("ledger", "workout.", "day_log.", "member_note.", "member.", "card."),
    "zed": ("ledger", "workout.", "day_log.", "member_note.", "member.", "card."),
}


@pytest.fixture
async def lived(gym: Gym, as_: Any, world: World) -> Db:
    """Mo has a membership, notes, a workout with words in it, a coach and a day in his log."""
    db = gym.db
    await db.run("set transaction_timeout = 0")
    await settle(db)
    await gym.sell("mo", days_ago=3)
    dee, mo = await as_("dee"), await as_("mo")
    await dee.post(f"/members/{gym.member('mo')}/notes", {"id": str(new_id()), "body": "a note", "text": "a note"})
    lifter = await Lifter(mo, db).start()
    await lifter.lift(BENCH, (60, 8))
    await mo.post(f"{lifter.url}/notes", {"id": str(new_id()), "notes": "felt good"})
    await lifter.finish()
    await mo.post("/training/coaches", {"id": str(new_id()), "coach": str(world.id("cal"))})
    await said_by_cal(await as_("cal"), world, lifter)
    return db


async def said_by_cal(cal: Client, world: World, lifter: Lifter) -> None:
    said = {"id": str(new_id()), "body": "nice"}
    await cal.post(f"/coach/members/{world.id('mo')}/workouts/{lifter.workout}", said)


async def mark(connection: asyncpg.Connection) -> dict[str, str]:
    """Every text that people wrote becomes a word of its own: by the word, which column it is in."""
    columns = await connection.fetch(
        """select table_name, column_name from information_schema.columns
            where table_schema = 'public' and data_type = 'text' and table_name <> 'alembic_version' order by 1, 2"""
    )
    marks: dict[str, str] = {}
    for table, column in columns:
        word = f"qz{len(marks):03d}zq"
        await connection.execute("savepoint mark")
        try:
            done = await connection.execute(
                f'update "{table}" set "{column}" = \'{word}\' || substr(md5(ctid::text), 1, 6) where "{column}" <> \'\''
            )
        except asyncpg.PostgresError:  # a code with a check on it, or append-only
            done = "UPDATE 0"
        is_code = column in CODES or done == "UPDATE 0"
        await connection.execute("rollback to savepoint mark" if is_code else "release savepoint mark")
        if not is_code:
            marks[word] = f"{table}.{column}"
    return marks


async def read_everything(front: Front, who: Somebody) -> bytes:
    """Every page that this person finds by links, one of each kind."""
    known, seen, pages = routes(front), set(), []
    waiting = [route.path for route in known if route.method == "GET" and not route.holes]
    while waiting:
        path = waiting.pop(0)
        route = match(known, "GET", path)
        if route is None or route.path in seen:
            continue
        seen.add(route.path)
        answer = await knock(front, "GET", path, who)
        assert answer.status < 500, f"{path}: {answer.status}"
        pages.append(answer.body)
        page = Page(path, "")
        page.feed(answer.body.decode("utf-8", "replace"))
        waiting += [link.split("#")[0] for link in page.links]
    return b"\n".join(pages)


def table(marks: dict[str, str], seen: dict[str, set[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["column", *READERS])
    for column in sorted(marks.values()):
        readers = seen[column]
        if readers:
            writer.writerow([column, *("sees" if reader in readers else "-" for reader in READERS)])
    return out.getvalue()


async def test_everybody_sees_the_words_that_are_for_them(
    app: Front, lived: Db, connection: asyncpg.Connection, world: World
) -> None:
    who = {key: await signed_in(lived, app, world, key) for key in READERS}
    marks = await mark(connection)
    await app.sessions.cache.new_epoch()
    seen: dict[str, set[str]] = defaultdict(set)
    for key, somebody in who.items():
        body = await read_everything(app, somebody)
        for word, column in marks.items():
            if word.encode() in body:
                seen[column].add(key)
    assert len(seen) > 20, f"the pages show too little to learn from: {sorted(seen)}"
    leaks = [
        f"{key} sees {column}"
        for key, parts in NEVER.items()
        for column in sorted(seen)
        if key in seen[column] and column.startswith(parts)
    ]
    assert not leaks, "\n".join(leaks)
    now, kept = table(marks, seen), GOLDEN.read_text("utf-8") if GOLDEN.exists() else ""
    if os.environ.get("FIELDS") == "write":
        GOLDEN.write_text(now, "utf-8")
    elif now != kept:
        changes = "\n".join(unified_diff(kept.splitlines(), now.splitlines(), str(GOLDEN), "the pages", lineterm="", n=0))
        pytest.fail(f"who sees what has changed; FIELDS=write writes tests/fields.csv anew, read its diff:\n{changes}")
