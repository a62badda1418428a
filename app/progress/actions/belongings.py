"""Taking everything along, and leaving for good: asked for, thought over, done."""

import asyncio
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.actor import Actor
from app.db import Database, Db
from app.jobs.actions import enqueue
from app.members.actions.leaving import erase
from app.members.rules import Refused
from app.progress.actions.owned import Entry, entries

PIECE = 1 << 20
COOLING_OFF = timedelta(days=14)
KEPT = timedelta(days=7)


async def ask(db: Db, actor: Actor, *, id: UUID, now: datetime) -> None:
    """One at a time: who asks again while one is being packed gets that one."""
    fresh = await db.run(
        """insert into belongings (id, person_id, asked_at) select $1, $2, $3
           where not exists (select from belongings where person_id = $2 and state in ('asked', 'packing')) on conflict (id) do nothing""",
        id, actor.person_id, now,
    )  # fmt: skip
    if fresh:
        await enqueue(db, "progress.pack", {"id": str(id)}, id=id, now=now)


class Pieces(io.RawIOBase):
    """Where the ZIP is written to: nothing is held longer than until the next piece is taken away."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.held += data
        return len(data)

    def take(self, *, rest: bool = False) -> Iterator[bytes]:
        while len(self.held) >= PIECE or (rest and self.held):
            yield bytes(self.held[:PIECE])
            del self.held[:PIECE]


async def pack(database: Database, args: dict[str, Any]) -> None:
    """The job. Packing again starts again: the pieces of a broken try go first."""
    id = UUID(args["id"])
    async with database.work("pack") as db:
        person: UUID | None = await db.value("select person_id from belongings where id = $1 and state <> 'ready'", id)
        if person is None:
            return
        await db.run("delete from belongings_part where belongings_id = $1", id)
        found = await entries(db, person)
        await db.run("update belongings set state = 'packing', done = 0, parts = $2, size = 0 where id = $1", id, len(found))
    sink = Pieces()
    archive = zipfile.ZipFile(sink, "w")
    for entry in found:
        async with database.work("pack") as db:
            await add(archive, entry, await entry.make(db))
            await put_away(db, id, sink)
    archive.close()
    async with database.work("pack") as db:
        await put_away(db, id, sink, rest=True)
        await db.run("update belongings set state = 'ready', done = parts, ready_at = clock_timestamp() where id = $1", id)


async def add(archive: zipfile.ZipFile, entry: Entry, content: bytes) -> None:
    """Pictures are small already; what has nothing in it (no portrait) is left out."""
    if not content:
        return
    kind = zipfile.ZIP_STORED if entry.name.endswith(".webp") else zipfile.ZIP_DEFLATED
    await asyncio.to_thread(archive.writestr, entry.name, content, kind)


async def put_away(db: Db, id: UUID, sink: Pieces, *, rest: bool = False) -> None:
    for content in sink.take(rest=rest):
        await db.run(
            """insert into belongings_part (belongings_id, position, content)
               select $1, coalesce(max(position), 0) + 1, $2 from belongings_part where belongings_id = $1""",
            id, content,
        )  # fmt: skip
        await db.run("update belongings set size = size + $2 where id = $1", id, len(content))
    if not rest:
        await db.run("update belongings set done = done + 1 where id = $1", id)


async def clear_away(db: Db, now: datetime) -> None:
    """A ZIP of everything lies about for a week and no longer; so do photos that were offered and never chosen."""
    await db.run("delete from belongings where asked_at < $1", now - KEPT)
    await db.run("delete from progress_photo where is_offered and created_at < $1", now - KEPT)
    await db.run("delete from import_run where state in ('previewed', 'refused', 'discarded') and created_at < $1", now - KEPT)


# ---- leaving for good


async def leave(db: Db, actor: Actor, *, id: UUID, now: datetime) -> None:
    """Nothing happens for two weeks, and until then it can be taken back."""
    await db.run(
        """insert into leaving (id, person_id, asked_at, due_at) select $1, $2, $3, $4
           where not exists (select from leaving where person_id = $2 and done_at is null and taken_back_at is null)
           on conflict (id) do nothing""",
        id, actor.person_id, now, now + COOLING_OFF,
    )  # fmt: skip


async def stay(db: Db, actor: Actor, *, now: datetime) -> bool:
    return await db.run(
        "update leaving set taken_back_at = $2 where person_id = $1 and done_at is null and taken_back_at is null", actor.person_id, now
    ) == 1  # fmt: skip


FORGOTTEN = (
    "delete from daily_check_in where person_id = $1",
    "delete from own_measure where person_id = $1",
    "delete from supplement where person_id = $1",
    "delete from progress_photo where person_id = $1",
    "delete from done_session where person_id = $1",
    "delete from diet_day where person_id = $1",
    "delete from dated_session where person_id = $1",
    "delete from day_score where person_id = $1",
    "delete from import_run where person_id = $1",
    "delete from belongings where person_id = $1",
    "delete from exercise_note where person_id = $1",
    "delete from training_import where person_id = $1",
    "delete from passkey where person_id = $1",
    "delete from authenticator where person_id = $1",
    "delete from one_time_code where person_id = $1",
)
# The last owner cannot go: nobody would be left who may open the office.
IS_NEEDED = """exists (select from role_grant g join role r on r.id = g.role_id where g.person_id = l.person_id and r.name = 'owner')
  and not exists (select from role_grant g join role r on r.id = g.role_id join person p on p.id = g.person_id
                  where r.name = 'owner' and p.is_active and g.person_id <> l.person_id)"""
ERASED = """select m.person_id from member m where m.erased_at is not null and m.merged_into_id is null and (
  exists (select from daily_check_in t where t.person_id = m.person_id) or exists (select from progress_photo t where t.person_id = m.person_id)
  or exists (select from done_session t where t.person_id = m.person_id) or exists (select from diet_day t where t.person_id = m.person_id)
  or exists (select from dated_session t where t.person_id = m.person_id) or exists (select from day_score t where t.person_id = m.person_id)
  or exists (select from supplement t where t.person_id = m.person_id) or exists (select from own_measure t where t.person_id = m.person_id)
  or exists (select from belongings t where t.person_id = m.person_id))"""


async def forget(db: Db, person_id: UUID) -> None:
    """A person's days, whole and for good."""
    for statement in FORGOTTEN:
        await db.run(statement, person_id)


async def let_go(db: Db, now: datetime) -> None:
    """Everybody whose two weeks are over, and the days of those whom the desk erased. Who still has a running membership or pays
    for others goes when that has ended."""
    for person_id in await db.column(ERASED):
        await forget(db, person_id)
    due = await (await db.ready()).fetch(
        f"""select l.id, l.person_id, m.id as member_id from leaving l left join member m on m.person_id = l.person_id and m.erased_at is null
           where l.done_at is null and l.taken_back_at is null and l.due_at <= $1 and not ({IS_NEEDED})
           order by l.due_at""",
        now,
    )
    for one in due:
        if one["member_id"] is not None and isinstance(
            await erase(db, await themself(db, one["person_id"]), one["member_id"], now=now), Refused
        ):
            continue
        await forget(db, one["person_id"])
        await db.run(
            "update person set name = '–', email = null, password_hash = null, pin_hash = null, is_active = false where id = $1 and is_active",
            one["person_id"],
        )
        await db.run("delete from sign_in where person_id = $1", one["person_id"])
        await db.run("update leaving set done_at = $2 where id = $1", one["id"], now)


async def themself(db: Db, person_id: UUID) -> Actor:
    """The person as the one who acts: the audit says that they went by their own wish."""
    from_db = await (await db.ready()).fetchrow(
        """select g.id as gym_id, g.club_id, g.name, g.zone, g.currency from gym g
           order by g.id = (select home_gym_id from person where id = $1) desc nulls last, g.created_at limit 1""",
        person_id,
    )
    return Actor(
        person_id=person_id, session_id=person_id, club_id=from_db["club_id"], gym_id=from_db["gym_id"], gym_ids=(from_db["gym_id"],),
        gym_name=from_db["name"], name="", roles=frozenset({"member"}), permissions=frozenset(), zone=ZoneInfo(from_db["zone"]),
        locale="en", currency=from_db["currency"], units="kg", theme="system",
    )  # fmt: skip
