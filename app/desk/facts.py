"""A tap's question, answered in one statement: who it is, what they hold, and whether it was asked before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from app.db import Db
from app.desk.doorways import Doorway, OpenLock, doorway
from app.desk.queries import INSIDE, Board, came
from app.desk.rules.verdict import Freeze, LastVisit, Member, Pass, Reason, Standing, Window

TICKETS = 8  # how many may be on their way into a gym at the same time; `has_room` in the database hands them out


@dataclass(frozen=True, slots=True)
class Stored:
    """What was said to this very tap before."""

    hash: str
    gym_id: UUID
    at: datetime
    outcome: str
    reasons: tuple[Reason, ...] = ()
    membership_id: UUID | None = None
    visits_left: int | None = None
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    doorway: Doorway
    today: date
    inside: int
    card: str
    nth: int
    weeks: int  # in a row with a visit, before this one
    came_this_week: bool
    is_unended: bool = False  # nobody wrote down that the last visit was over
    member: Member | None = None
    stored: Stored | None = None
    came: int = 0

    @property
    def is_inside(self) -> bool:
        """Came before and has not left: takes no more room than now."""
        last = self.member.last_visit if self.member else None
        return last is not None and last.is_open and last.gym_id == self.doorway.gym_id

    @property
    def is_tight(self) -> bool:
        """So little room that those who come at the same time must take turns."""
        most = self.doorway.capacity
        return most is not None and self.inside - self.is_inside >= most - TICKETS

    @property
    def standing(self) -> Standing:
        here = self.doorway
        return Standing(here.gym_id, self.member, self.card, self.inside - self.is_inside, here.capacity, here.policy, here.hours)

    @property
    def board(self) -> Board:
        return Board(self.doorway.gym, self.inside, self.came, self.doorway.capacity)

    @property
    def streak(self) -> int:
        """Weeks in a row; this week counts once it has a visit and is forgiven until then."""
        return self.weeks + self.came_this_week

    def moment(self, at: datetime) -> datetime:
        return self.doorway.moment(at)

    def locks(self, channel: str) -> tuple[OpenLock, ...]:
        return tuple(lock for lock in self.doorway.locks if channel in lock.channels)


PASSES = "select s.* from membership s where not s.is_replaced and s.member_id = m.id"

# A household's shared passes count for everybody in it who may use them; whoever pays for the household is who owes.
SHARED = """
  union all
  select s.* from household_place other
  join membership s on s.member_id = other.member_id and s.is_shared and not s.is_replaced
  where h.may_use and other.household_id = h.household_id and other.member_id <> m.id"""
PAYER = """coalesce((select payer.person_id from household_place place join member payer on payer.id = place.member_id
    where place.household_id = h.household_id and place.is_payer), m.person_id)"""

# The last visit knows its weeks in a row, unless something was brought, merged or taken back since.
WEEKS = """case when (last.day >= $9::date - 7) is not true then 0
    when last.weeks is null or last.day >= $9::date + 7 then weeks_before(m.id, $9)
    when last.day >= $9::date then last.weeks - 1 else last.weeks end"""


@cache
def statement(*, is_home: bool = False, with_board: bool = False) -> str:
    """$1 gym, $2 now, $3 card, $4 member, $5 tap, $6 today, $7 currency, $8 waiver, $9 Monday.

    Who is in no household is asked about without one; `home` in the answer says that it should have been.
    """
    return f"""
select (select version from door_version) as version, {INSIDE} as inside,
  case when m.id is null or c.member_id is distinct from m.id then 'none'
    when c.lost_at is not null then 'lost' when c.is_blocked then 'blocked' else 'good' end as card,
  (select v.nth from visit v where v.member_id = m.id order by v.nth desc limit 1) as nth,
  {WEEKS} as weeks,
  coalesce(last.day >= $9::date, false) as came_this_week,
  coalesce(last.left_at is null, false) and last.id is not null as is_unended, h.household_id is not null as home,
  m.id, p.name, m.joined_on, m.left_on, m.born_on, m.alert, m.photo, coalesce(owed.balance, 0) as owes, owed.owed_since,
  $8::uuid is null or exists (select from waiver_signature g where g.member_id = m.id and g.version_id = $8) as has_signed,
  last.id as last_id, last.at as last_at, last.gym_id as last_gym_id,
  (select g.name from gym g where g.id = last.gym_id) as last_gym, last.left_at is null and last.stays_until > $2 as last_is_open,
  array(select row(s.id, s.name, s.starts_on, s.ends_on, s.visits_left, s.grace_days, s.daily_limit,
      case when s.daily_limit is null then 0 else visits_on($6::date, m.id, s.id) end,
      array_to_string(s.gym_ids, ' '), s.windows::text, array(select row(f.starts_on, least(f.ends_on, f.thawed_on - 1)) from membership_freeze f
        where f.membership_id = s.id and (f.thawed_on is null or f.thawed_on > f.starts_on)),
      s.suspended_on, s.cancelled_on)
    from (select * from ({PASSES}{SHARED if is_home else ""}) s order by ends_on desc limit 20) s) as passes,
  (select json_build_object('hash', encode(a.hash, 'hex'), 'gym_id', a.gym_id, 'at', a.at, 'outcome', a.outcome,
      'reasons', a.reasons, 'membership_id', a.membership_id, 'visits_left', a.visits_left,
      'is_undone', coalesce((select v.is_undone from visit v where v.id = a.id), false))::text
   from attempt a where a.id = $5::uuid) as stored,
  {came("$6::date") if with_board else "0::bigint"} as came
from (select) it
left join card c on $3::text <> '' and c.code = upper(btrim($3::text)) and c.ended_at is null
left join member m on m.id = coalesce($4::uuid, c.member_id)
left join person p on p.id = m.person_id
left join household_place h on h.member_id = m.id
left join account owed on owed.currency = $7 and owed.payer_id = {PAYER if is_home else "m.person_id"}
left join lateral (select v.id, v.at, v.gym_id, v.day, v.left_at, v.stays_until, v.weeks from visit v
  where v.member_id = m.id and not v.is_undone order by v.at desc, v.nth desc limit 1) last on true"""


_stored = msgspec.json.Decoder(Stored)


async def facts(
    db: Db,
    gym_id: UUID,
    now: datetime,
    *,
    card: str,
    member_id: UUID | None,
    id: UUID,
    with_board: bool = False,
) -> Facts:
    here, is_home = await doorway(db, gym_id), False
    while True:
        sql = statement(is_home=is_home, with_board=with_board)
        today = here.day(now)
        row = await db.row(sql, *asked(here, now, today, card, member_id, id))
        if row["version"] != here.version:
            here = await doorway(db, gym_id, other_than=here.version)
        elif row["home"] and not is_home:
            is_home = True
        else:
            return read(here, today, row)


def asked(here: Doorway, now: datetime, today: date, card: str, member_id: UUID | None, id: UUID) -> tuple[Any, ...]:
    monday = today - timedelta(days=today.weekday())
    return here.gym_id, now, card, member_id, id, today, here.currency, here.waiver_id, monday


def read(here: Doorway, today: date, row: Any) -> Facts:
    return Facts(
        here,
        today,
        row["inside"],
        row["card"],
        row["nth"] or 0,
        row["weeks"],
        row["came_this_week"],
        row["is_unended"],
        member_of(row) if row["id"] else None,
        _stored.decode(row["stored"]) if row["stored"] else None,
        row["came"],
    )


def member_of(row: Any) -> Member:
    return Member(
        row["id"],
        row["name"],
        row["joined_on"],
        row["left_on"],
        row["born_on"],
        row["alert"],
        row["photo"],
        row["owes"],
        row["owed_since"],
        row["has_signed"],
        tuple(pass_of(*one) for one in row["passes"]),
        LastVisit(row["last_id"], row["last_at"], row["last_gym_id"], row["last_gym"], row["last_is_open"])
        if row["last_id"]
        else None,
    )


def pass_of(
    id: UUID,
    name: str,
    starts_on: date,
    ends_on: date,
    visits_left: int | None,
    grace_days: int,
    daily_limit: int | None,
    visits_today: int,
    gym_ids: str,
    windows: str,
    freezes: Iterable[tuple[date, date | None]],
    *ended: date | None,
) -> Pass:
    return Pass(
        id, name, starts_on, ends_on, visits_left, grace_days, daily_limit, visits_today, tuple(map(UUID, gym_ids.split())),
        tuple(map(window, msgspec.json.decode(windows))) if windows != "[]" else (),
        tuple(Freeze(*days) for days in freezes),
        *ended,
    )  # fmt: skip


def window(kept: dict[str, Any]) -> Window:
    """As a type of membership keeps it: {"day": 0, "from": "06:00", "to": "24:00"}."""
    closes = "00:00" if kept["to"].startswith("24") else kept["to"][:5]
    return Window(int(kept["day"]), time.fromisoformat(kept["from"][:5]), time.fromisoformat(closes))
