"""What the door needs to know: one statement per screen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from app.db import Db
from app.desk.rules.verdict import Reason
from app.members.queries.people import visible

FEED = 12  # arrivals on the board


@dataclass(frozen=True, slots=True)
class Arrival:
    id: UUID
    at: datetime
    name: str
    outcome: str
    codes: tuple[str, ...]
    channel: str
    member_id: UUID | None = None
    photo: str | None = None
    card: str = ""
    visits_left: int | None = None
    is_undone: bool = False

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def came_in(self) -> bool:
        return self.outcome in {"allowed", "warned", "overridden"} and not self.is_undone


NEWEST = attrgetter("at", "id")


@dataclass(frozen=True, slots=True)
class Board:
    gym: str
    inside: int
    came: int  # visits today
    capacity: int | None
    arrivals: tuple[Arrival, ...] = ()

    @property
    def share(self) -> int:
        """How full, in percent."""
        return min(100, self.inside * 100 // self.capacity) if self.capacity else 0


INSIDE = """(select count(*) from visit v
    where v.gym_id = $1 and v.left_at is null and not v.is_undone and v.stays_until > $2)"""

# Rows inside a row travel as the driver's own binary; drawn up as JSON they would cost twice as much.
ARRIVALS = f"""array(select row(a.id, a.at, a.name, a.outcome, array_to_string(a.codes, ' '), a.channel, a.member_id, m.photo,
      right(a.card, 4), a.visits_left, coalesce(v.is_undone, false))
    from (select * from attempt where gym_id = $1 order by at desc, id desc limit {FEED}) a
    left join visit v on v.id = a.id left join member m on m.id = a.member_id)"""


def came(day: str) -> str:
    """Kept as visits are written, but for days so long ago that nobody asks; the triggers on `visit` draw the line in the same place."""
    return f"""(case when {day} >= current_date - 1
      then (select coalesce(sum(d.came), 0) from door_day d where d.gym_id = $1 and d.day = {day})
      else came_on($1, {day}) end)"""


BOARD = f"""
select g.name as gym, {INSIDE} as inside, {came("($2::timestamptz at time zone g.zone)::date")} as came, g.capacity,
  {ARRIVALS} as arrivals
from gym g where g.id = $1"""


def arrivals(rows: Iterable[Any]) -> tuple[Arrival, ...]:
    """Newest first."""
    return tuple(sorted(map(_line, rows), key=NEWEST, reverse=True))


_lines: dict[UUID, Arrival] = {}  # the same line again is the same arrival, also for what is kept drawn of it
MOST_LINES = 500


def _line(row: Any) -> Arrival:
    """An attempt never changes, but that its member is merged or forgotten, has another photo, or the visit is undone."""
    id, at, name, outcome, codes, channel, member_id, photo, card, visits_left, is_undone = row
    known = _lines.get(id)
    if known and (known.is_undone, known.name, known.photo, known.member_id) == (is_undone, name, photo, member_id):
        return known
    if len(_lines) >= MOST_LINES:
        _lines.clear()
    found = _lines[id] = Arrival(
        id, at, name, outcome, tuple(codes.split()), channel, member_id, photo, card, visits_left, is_undone
    )
    return found


async def board(db: Db, gym_id: UUID, now: datetime) -> Board:
    row = await db.row(BOARD, gym_id, now)
    return Board(row["gym"], row["inside"], row["came"], row["capacity"], arrivals(row["arrivals"]))


async def is_card(db: Db, said: str) -> bool:
    return (
        await db.value("select exists (select from card where code = upper(btrim($1::text)) and ended_at is null)", said) is True
    )


async def is_member(db: Db, member_id: UUID, gym_ids: tuple[UUID, ...]) -> bool:
    """Somebody whom these gyms may see."""
    return (
        await db.value(
            f"select exists (select from member m where m.id = $1 and m.erased_at is null and {visible('m', '$2')})",
            member_id,
            list(gym_ids),
        )
        is True
    )


# --- who is in ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inside:
    id: UUID
    member_id: UUID
    name: str
    at: datetime
    photo: str | None = None
    emergency_name: str = ""
    emergency_phone: str = ""


async def inside(db: Db, gym_id: UUID, now: datetime) -> list[Inside]:
    """For the board, the head count and the evacuation list; longest first."""
    return await db.all(
        Inside,
        """select v.id, v.member_id, p.name, v.at, m.photo, m.emergency_name, m.emergency_phone
        from visit v join member m on m.id = v.member_id join person p on p.id = m.person_id
        where v.gym_id = $1 and v.left_at is null and not v.is_undone and v.stays_until > $2
        order by p.name, v.at""",
        gym_id,
        now,
    )


async def count_inside(db: Db, gym_ids: list[UUID], now: datetime) -> dict[UUID, int]:
    counts = await db.value(
        """select coalesce(jsonb_object_agg(gym_id, inside), '{}'::jsonb) from (
          select gym_id, count(*) as inside from visit
          where gym_id = any($1) and left_at is null and not is_undone and stays_until > $2 group by gym_id) open""",
        gym_ids,
        now,
    )
    return {UUID(gym): int(count) for gym, count in counts.items()}


@dataclass(frozen=True, slots=True)
class Hour:
    hour: int
    arrivals: int


async def arrivals_by_hour(db: Db, gym_id: UUID, day: date) -> list[Hour]:
    """All 24 hours of a day on the gym's wall clock, empty ones too."""
    return await db.all(
        Hour,
        """select h as hour, count(v.id) as arrivals from generate_series(0, 23) h
        left join gym g on g.id = $1
        left join visit v on v.gym_id = g.id and v.day = $2 and not v.is_undone
          and extract(hour from v.at at time zone g.zone) = h
        group by h order by h""",
        gym_id,
        day,
    )


# --- the policy ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DoorRules:
    again_minutes: int = 10
    overdue_amount: int = 0
    overdue_days: int = 14
    soon_days: int = 7
    stay_minutes: int = 240
    keep_months: int | None = None
    changes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    changed_at: datetime | None = None
    changed_by: str | None = None


async def door_rules(db: Db, gym_id: UUID) -> DoorRules:
    found = await db.one(
        DoorRules,
        """select d.again_minutes, d.overdue_amount, d.overdue_days, d.soon_days, d.stay_minutes, d.keep_months, d.changes,
          d.changed_at, p.name as changed_by
        from door_policy d left join person p on p.id = d.changed_by where d.gym_id = $1""",
        gym_id,
    )
    return found or DoorRules()


# --- exceptions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Irregular:
    id: UUID
    kind: str  # override or undo
    at: datetime
    name: str
    member_id: UUID
    by: str | None = None
    why: str = ""
    codes: tuple[str, ...] = ()
    gave_back: bool = False


async def exceptions(db: Db, gym_id: UUID, since: datetime, until: datetime) -> list[Irregular]:
    return await db.all(
        Irregular,
        """select e.*, p.name, w.name as by from (
          select id, 'override' as kind, at, member_id, by as by_id, why, codes, false as gave_back from override
          where gym_id = $1 and at >= $2 and at < $3
          union all
          select id, 'undo', at, member_id, by, '', '{}', gave_back from undo where gym_id = $1 and at >= $2 and at < $3
        ) e join member m on m.id = e.member_id join person p on p.id = m.person_id left join person w on w.id = e.by_id
        order by e.at desc, e.id limit 500""",
        gym_id,
        since,
        until,
    )


# --- screens without anybody signed in -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Screen:
    id: UUID
    gym_id: UUID
    kind: str
    name: str
    gym: str
    zone: str
    locale: str
    currency: str
    pin_hash: bytes | None = None
    pin_tries: int = 0
    pin_tried_at: datetime | None = None


async def screen(db: Db, kind: str, key_hash: bytes) -> Screen | None:
    return await db.one(
        Screen,
        """select s.id, s.gym_id, s.kind, s.name, g.name as gym, g.zone, g.locale, g.currency, s.pin_hash, s.pin_tries, s.pin_tried_at
        from door_screen s join gym g on g.id = s.gym_id where s.kind = $1 and s.key_hash = $2 and s.ended_at is null""",
        kind,
        key_hash,
    )


async def code_screen(db: Db, screen_id: UUID) -> Screen | None:
    return await db.one(
        Screen,
        """select s.id, s.gym_id, s.kind, s.name, g.name as gym, g.zone, g.locale, g.currency
        from door_screen s join gym g on g.id = s.gym_id where s.kind = 'code' and s.id = $1 and s.ended_at is null""",
        screen_id,
    )


@dataclass(frozen=True, slots=True)
class ListedScreen:
    id: UUID
    kind: str
    name: str
    made_at: datetime
    made_by: str


async def screens(db: Db, gym_id: UUID) -> list[ListedScreen]:
    return await db.all(
        ListedScreen,
        """select s.id, s.kind, s.name, s.made_at, p.name as made_by from door_screen s join person p on p.id = s.made_by
        where s.gym_id = $1 and s.ended_at is null order by s.made_at desc""",
        gym_id,
    )


@dataclass(frozen=True, slots=True)
class Lock:
    id: UUID
    name: str
    url: str
    channels: tuple[str, ...]
    is_active: bool
    opened_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""


async def relays(db: Db, gym_id: UUID) -> list[Lock]:
    return await db.all(
        Lock,
        """select id, name, url, channels, is_active, opened_at, failed_at, failure from relay
        where gym_id = $1 order by name, id""",
        gym_id,
    )


def as_rows(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    """Reasons as they are kept with the attempt, so that a replay says the same."""
    return [
        {
            "code": each.code,
            "effect": each.effect,
            "on": each.on,
            "at": each.at,
            "number": each.number,
            "text": each.text,
        }
        for each in reasons
    ]
