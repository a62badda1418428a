# ruff: noqa: F811 - fixtures that are borrowed from the members' tests
"""Which words of which table each kind of person gets to see: every text column is marked, every page and every file is read as everybody.

`tests/fields.csv` is the golden table; a column that is new, or that somebody new sees, fails until its line has been looked at:
`FIELDS=write pytest tests/test_fields.py` writes it anew, and its diff is what a reviewer reads. What must never be is said below.
"""

import csv
import io
import os
import re
import zipfile
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import time_machine

from app.db import Db, new_id
from app.web.front import Front
from tests.conftest import Client, World
from tests.every_form import Page, match
from tests.every_route import Answer, Somebody, knock, routes
from tests.members.conftest import Gym, gym  # noqa: F401
from tests.test_matrix import signed_in
from tests.training.lifting import BENCH, Lifter, settle

pytestmark = pytest.mark.real

GOLDEN = Path(__file__).with_name("fields.csv")
# Mo is who it is about; Lou is another member of the same gym, Zed of the other one. Cal was let in by Mo, Ana owns the place.
READERS = ("mo", "lou", "zed", "cal", "dee", "ana")
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
    "token_hash",
    "category",
    "level",
}
# What a role must never see of somebody else, whatever the table says: no body data at the desk, no money with a coach.
NEVER = {
    "dee": ("day_log.", "measure_", "photo.", "workout", "plan_", "session_", "diet_", "supplement", "coach_grant."),
    "cal": ("ledger", "money_", "shift.", "membership.", "override.", "attempt.", "member_note.", "household."),
    "lou": ("ledger", "workout.", "day_log.", "member_note.", "member."),
    "zed": ("ledger", "workout.", "day_log.", "member_note.", "member."),
}

# What opens something, hashed or sealed as it is: on no page and in no file of anybody's.
OPENS = re.compile(r"(hash|secret|password|token|sealed|public_key|credential_id|\.pin|\.key)(_|$)")


@dataclass(frozen=True)
class Lived:
    db: Db
    ids: dict[str, Any]  # by the names of holes: whose pages are read


@pytest.fixture
async def lived(gym: Gym, as_: Any, world: World) -> AsyncIterator[Lived]:
    """Mo has a membership, notes, a workout with words in it, and a coach who said something about it. Always on the same day."""
    with time_machine.travel(world.now, tick=True):
        db = gym.db
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
        yield Lived(db, {"member_id": gym.member("mo"), "person_id": world.id("mo"), "workout_id": lifter.workout})


async def said_by_cal(cal: Client, world: World, lifter: Lifter) -> None:
    said = {"id": str(new_id()), "body": "nice"}
    await cal.post(f"/coach/members/{world.id('mo')}/workouts/{lifter.workout}", said)


async def mark(connection: asyncpg.Connection) -> dict[str, str]:
    """Every text that people wrote becomes a word of its own: by the word, which column it is in. Lists stay in their order."""
    columns = await connection.fetch(
        """select table_name, column_name, data_type from information_schema.columns
            where table_schema = 'public' and data_type in ('text', 'bytea') and table_name <> 'alembic_version' order by 1, 2"""
    )
    marks: dict[str, str] = {}
    for table, column, kind in columns:
        word = f"qz{len(marks):03d}zq"
        await connection.execute("savepoint mark")
        try:
            done = await connection.execute(
                f"""update "{table}" marked set "{column}" = {as_kind(f"'{word}' || lpad(each.n::text, 5, '0')", kind)}
                      from (select ctid as place, row_number() over (order by "{column}", ctid) as n from "{table}") each
                     where each.place = marked.ctid and length("{column}") > 0"""
            )
        except asyncpg.PostgresError:  # a code with a check on it, or append-only
            done = "UPDATE 0"
        is_code = column in CODES or done == "UPDATE 0"
        await connection.execute("rollback to savepoint mark; release savepoint mark" if is_code else "release savepoint mark")
        if not is_code:
            marks[word] = f"{table}.{column}"
    return marks


def as_kind(text: str, kind: str) -> str:
    return f"convert_to({text}, 'UTF8')" if kind == "bytea" else text


def unpacked(answer: Answer) -> bytes:
    """What is readable in it, also when it came in a ZIP."""
    if not answer.body.startswith(b"PK"):
        return answer.body
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


async def read_everything(front: Front, who: Somebody, ids: dict[str, Any]) -> bytes:
    """Every page about Mo, and those that this person finds by links, one of each kind."""
    known, seen, pages = routes(front), set(), []
    waiting = [route.url(ids) for route in known if route.method == "GET" and set(route.holes) <= set(ids)]
    while waiting:
        path = waiting.pop(0)
        route = match(known, "GET", path)
        if route is None or route.path in seen:
            continue
        seen.add(route.path)
        answer = await knock(front, "GET", path, who)
        assert answer.status < 500, f"{path}: {answer.status}"
        pages.append(unpacked(answer))
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
    app: Front, lived: Lived, connection: asyncpg.Connection, world: World
) -> None:
    who = {key: await signed_in(lived.db, app, world, key) for key in READERS}
    marks = await mark(connection)
    await app.sessions.cache.new_epoch()
    seen: dict[str, set[str]] = defaultdict(set)
    for key, somebody in who.items():
        body = await read_everything(app, somebody, lived.ids)
        for word, column in marks.items():
            if word.encode() in body:
                seen[column].add(key)
    assert len(seen) > 15, f"the pages show too little to learn from: {sorted(seen)}"
    leaks = [
        f"{key} sees {column}"
        for key, parts in NEVER.items()
        for column in sorted(seen)
        if key in seen[column] and column.startswith(parts)
    ]
    leaks += [f"{key} sees {column}" for column in sorted(seen) if OPENS.search(column) for key in sorted(seen[column])]
    assert not leaks, "\n".join(leaks)
    now, kept = table(marks, seen), GOLDEN.read_text("utf-8") if GOLDEN.exists() else ""
    if os.environ.get("FIELDS") == "write":
        GOLDEN.write_text(now, "utf-8")
    elif now != kept:
        changes = "\n".join(unified_diff(kept.splitlines(), now.splitlines(), str(GOLDEN), "the pages", lineterm="", n=0))
        pytest.fail(f"who sees what has changed; FIELDS=write writes tests/fields.csv anew, read its diff:\n{changes}")
