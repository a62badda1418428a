"""The entry log: every attempt at a gym's doors, searched, filtered, counted, exported, forgotten in time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db import Db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    gym_id: UUID
    since: datetime
    until: datetime
    said: str = ""
    outcomes: tuple[str, ...] = ()
    code: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    id: UUID
    at: datetime
    name: str
    card: str
    outcome: str
    codes: tuple[str, ...]
    channel: str
    device: str
    member_id: UUID | None = None
    photo: str | None = None
    by: str | None = None
    device_at: datetime | None = None
    visits_left: int | None = None
    left_at: datetime | None = None
    is_undone: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    outcome: str
    attempts: int


def _where(asked: Asked) -> tuple[str, list[Any]]:
    where = "a.gym_id = $1 and a.at >= $2 and a.at < $3"
    args: list[Any] = [asked.gym_id, asked.since, asked.until]

    def add(condition: str, value: Any) -> None:
        nonlocal where
        args.append(value)
        where += f" and {condition.format(f'${len(args)}')}"

    if asked.said:
        add("(a.name ilike {0} escape '!' or a.card ilike {0} escape '!')", f"%{escaped(asked.said)}%")
    if asked.outcomes:
        add("a.outcome = any({})", list(asked.outcomes))
    if asked.code:
        add("{} = any(a.codes)", asked.code)
    if asked.channel:
        add("a.channel = {}", asked.channel)
    return where, args


def escaped(said: str) -> str:
    return said.replace("!", "!!").replace("%", "!%").replace("_", "!_")


async def entries(db: Db, asked: Asked, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE) -> list[Entry]:
    """Newest first; the next page goes on below the last line, however many there are."""
    where, args = _where(asked)
    if before is not None:
        args += before
        where += f" and (a.at, a.id) < (${len(args) - 1}, ${len(args)})"
    args.append(limit)
    return await db.all(
        Entry,
        f"""select a.id, a.at, a.name, a.card, a.outcome, a.codes, a.channel, a.device, a.member_id, m.photo, w.name as by,
          a.device_at, a.visits_left, v.left_at, coalesce(v.is_undone, false) as is_undone, o.why
        from attempt a left join visit v on v.id = a.id left join member m on m.id = a.member_id
        left join person w on w.id = a.by left join override o on o.id = a.id
        where {where} order by a.at desc, a.id desc limit ${len(args)}""",
        *args,
    )


async def counted(db: Db, asked: Asked) -> dict[str, int]:
    """How many of each outcome, whatever outcome is chosen."""
    where, args = _where(Asked(asked.gym_id, asked.since, asked.until, asked.said, (), asked.code, asked.channel))
    found = await db.all(
        Counted, f"select a.outcome, count(*) as attempts from attempt a where {where} group by a.outcome", *args
    )
    return {line.outcome: line.attempts for line in found}


# --- how long the log is kept ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Old:
    attempts: int
    oldest: datetime | None = None


async def old(db: Db, gym_id: UUID, before: datetime) -> Old:
    """The dry run: what would go."""
    found = await db.one(
        Old, "select count(*) as attempts, min(at) as oldest from attempt where gym_id = $1 and at < $2", gym_id, before
    )
    assert found is not None
    return found


async def forget(db: Db, gym_id: UUID, before: datetime) -> int:
    """Lines of the log go; visits stay, they are the club's history and carry no card and no wording."""
    return await db.run("delete from attempt where gym_id = $1 and at < $2", gym_id, before)
