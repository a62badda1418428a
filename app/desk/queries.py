"""What the door needs to know: one statement per screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.accounts.rules import Hours
from app.db import Db
from app.desk.rules.policy import Policy
from app.desk.rules.verdict import Member, Reason, Standing
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
    is_in: bool = False  # a visit that has not ended
    is_undone: bool = False

    @property
    def came_in(self) -> bool:
        return self.outcome in {"allowed", "warned", "overridden"} and not self.is_undone


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
class OpenLock:
    """A lock that this door opens."""

    id: UUID
    url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A tap's question, answered in one statement: the standing, the board around it, and whether it was asked before."""

    gym_id: UUID
    gym: str
    zone: str
    currency: str
    today: date
    stay_minutes: int
    policy: Policy
    capacity: int | None
    inside: int
    came: int
    card: str
    nth: int
    arrivals: tuple[Arrival, ...]
    member: Member | None = None
    weeks: tuple[date, ...] = ()
    stored: Stored | None = None
    locks: tuple[OpenLock, ...] = ()
    hours: Hours = field(default_factory=Hours)

    @property
    def is_inside(self) -> bool:
        """Came before and has not left: takes no more room than now."""
        last = self.member.last_visit if self.member else None
        return last is not None and last.is_open and last.gym_id == self.gym_id

    @property
    def standing(self) -> Standing:
        others = self.inside - self.is_inside
        return Standing(self.gym_id, self.member, self.card, others, self.capacity, self.policy, self.hours)

    @property
    def board(self) -> Board:
        return Board(self.gym, self.inside, self.came, self.capacity, self.arrivals)

    def moment(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))


HERE = """
  here as (
    select g.id, g.name, g.zone, g.currency, g.capacity, ($2::timestamptz at time zone g.zone)::date as today,
      coalesce(p.stay_minutes, 240) as stay_minutes,
      case when p.gym_id is null then '{}'::jsonb else jsonb_build_object(
        'again_minutes', p.again_minutes, 'overdue_amount', p.overdue_amount, 'overdue_days', p.overdue_days,
        'soon_days', p.soon_days, 'changes', p.changes) end as policy
    from gym g left join door_policy p on p.gym_id = g.id
    where g.id = $1
  )"""

INSIDE = """(select count(*) from visit v
    where v.gym_id = $1 and v.left_at is null and not v.is_undone and v.stays_until > $2)"""

CAME = "(select count(*) from visit v where v.gym_id = $1 and v.day = here.today and not v.is_undone)"

ARRIVALS = f"""(select coalesce(jsonb_agg(line order by line.at desc, line.id desc), '[]'::jsonb) from (
    select a.id, a.at, a.name, a.outcome, a.codes, a.channel, a.member_id, m.photo, right(a.card, 4) as card, a.visits_left,
      coalesce(v.left_at is null and not v.is_undone and v.stays_until > $2, false) as is_in,
      coalesce(v.is_undone, false) as is_undone
    from (select * from attempt where gym_id = $1 order by at desc, id desc limit {FEED}) a
    left join visit v on v.id = a.id left join member m on m.id = a.member_id) line)"""

BOARD = f"""with {HERE}
select here.name as gym, {INSIDE} as inside, {CAME} as came, here.capacity, {ARRIVALS} as arrivals from here"""

# The week around today: what opened yesterday may still be open, and a closed door says when it opens.
OPENING = """jsonb_build_object(
    'spans', (select coalesce(jsonb_agg(jsonb_build_object('weekday', o.weekday, 'opens', o.opens, 'closes', o.closes)), '[]'::jsonb)
      from opening_hours o where o.gym_id = $1),
    'holidays', (select coalesce(jsonb_agg(jsonb_build_object('day', d.day, 'name', d.name, 'opens', d.opens, 'closes', d.closes)),
        '[]'::jsonb)
      from holiday d where d.gym_id = $1 and d.day between here.today - 1 and here.today + 8))"""

# A household's shared passes count for everybody in it who may use them; whoever pays for the household is who owes.
FACTS = f"""with {HERE},
  card as (
    select c.member_id, case when c.lost_at is not null then 'lost' when c.is_blocked then 'blocked' else 'good' end as state
    from card c where $3::text <> '' and c.code = upper(btrim($3::text)) and c.ended_at is null
  ),
  who as (
    select m.*, p.name from member m join person p on p.id = m.person_id
    where m.id = coalesce($4::uuid, (select member_id from card))
  ),
  came as (
    select v.* from visit v where v.member_id = (select id from who) order by v.nth desc limit 200
  ),
  passes as (
    select s.* from membership s, who, here where not s.is_replaced and s.member_id = who.id
    union all
    select s.* from who
    join household_place mine on mine.member_id = who.id and mine.may_use
    join household_place other on other.household_id = mine.household_id and other.member_id <> who.id
    join membership s on s.member_id = other.member_id and s.is_shared and not s.is_replaced
  ),
  owed as (
    select a.balance, a.owed_since from who, here, account a
    where a.currency = here.currency and a.payer_id = coalesce(
      (select m.person_id from household_place mine
       join household_place payer on payer.household_id = mine.household_id and payer.is_payer
       join member m on m.id = payer.member_id where mine.member_id = who.id), who.person_id)
  )
select here.id as gym_id, here.name as gym, here.zone, here.currency, here.today, here.stay_minutes, here.policy, here.capacity,
  {INSIDE} as inside, {CAME} as came, {ARRIVALS} as arrivals,
  coalesce((select state from card where member_id = (select id from who)), 'none') as card,
  coalesce((select max(nth) from came), 0) as nth,
  (select jsonb_build_object(
    'id', who.id, 'name', who.name, 'joined_on', who.joined_on, 'left_on', who.left_on, 'born_on', who.born_on,
    'alert', who.alert, 'photo', who.photo,
    'owes', coalesce((select balance from owed), 0), 'owes_since', (select owed_since from owed),
    'has_signed', not exists (select from waiver_version) or exists (
      select from waiver_signature g where g.member_id = who.id
      and g.version_id = (select w.id from waiver_version w order by w.number desc limit 1)),
    'passes', (select coalesce(jsonb_agg(jsonb_build_object(
        'id', s.id, 'name', s.name, 'starts_on', s.starts_on, 'ends_on', s.ends_on,
        'visits_left', s.visits_left, 'grace_days', s.grace_days, 'daily_limit', s.daily_limit,
        'visits_today', (select count(*) from came v where v.membership_id = s.id and v.day = here.today and not v.is_undone),
        'gym_ids', s.gym_ids,
        'windows', (select coalesce(jsonb_agg(jsonb_build_object(
            'weekday', (w ->> 'day')::int, 'opens', left(w ->> 'from', 5) || ':00',
            'closes', case when left(w ->> 'to', 2) = '24' then '00:00:00' else left(w ->> 'to', 5) || ':00' end)), '[]'::jsonb)
          from jsonb_array_elements(s.windows) w),
        'freezes', (select coalesce(jsonb_agg(jsonb_build_object('from_on', f.starts_on,
            'until_on', least(f.ends_on, f.thawed_on - 1))), '[]'::jsonb)
          from membership_freeze f where f.membership_id = s.id and (f.thawed_on is null or f.thawed_on > f.starts_on)),
        'suspended_on', s.suspended_on, 'cancelled_on', s.cancelled_on)), '[]'::jsonb)
      from (select * from passes order by ends_on desc limit 20) s),
    'last_visit', (select jsonb_build_object('id', v.id, 'at', v.at, 'gym_id', v.gym_id, 'gym', g.name,
        'is_open', v.left_at is null and v.stays_until > $2)
      from came v join gym g on g.id = v.gym_id where not v.is_undone order by v.at desc, v.nth desc limit 1),
    'visits', coalesce((select max(nth) from came), 0))
   from who) as member,
  coalesce((select array_agg(distinct date_trunc('week', v.day)::date) from came v where not v.is_undone), '{{}}') as weeks,
  (select jsonb_build_object('hash', encode(a.hash, 'hex'), 'gym_id', a.gym_id, 'at', a.at, 'outcome', a.outcome,
      'reasons', a.reasons, 'membership_id', a.membership_id, 'visits_left', a.visits_left,
      'is_undone', coalesce((select v.is_undone from visit v where v.id = a.id), false))
   from attempt a where a.id = $5::uuid) as stored,
  (select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'url', l.url)), '[]'::jsonb)
   from relay l where l.gym_id = $1 and l.is_active and $6::text = any(l.channels)) as locks,
  {OPENING} as hours
from here"""


async def board(db: Db, gym_id: UUID, now: datetime) -> Board:
    found = await db.one(Board, BOARD, gym_id, now)
    assert found is not None
    return found


async def facts(db: Db, gym_id: UUID, now: datetime, *, card: str, member_id: UUID | None, id: UUID, channel: str) -> Facts:
    found = await db.one(Facts, FACTS, gym_id, now, card, member_id, id, channel)
    assert found is not None
    return found


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


def streak(weeks: tuple[date, ...], today: date) -> int:
    """Weeks in a row with a visit; this week counts once it has one and is forgiven until then."""
    monday = today - timedelta(days=today.weekday())
    came = set(weeks)
    if monday not in came:
        monday -= timedelta(days=7)
    count = 0
    while monday in came:
        count, monday = count + 1, monday - timedelta(days=7)
    return count


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
