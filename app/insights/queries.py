"""The owner's numbers: one statement per screen. Past days come from the sums, today from the tables themselves."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db import Db
from app.insights import chores
from app.insights.rules import Habit, Moved, Risk, Span, Usual, risk, usual


@dataclass(frozen=True, slots=True)
class Hour:
    hour: int
    visits: int
    usual: Usual | None


@dataclass(frozen=True, slots=True)
class Now:
    """This moment at one gym."""

    gym: str
    inside: int
    capacity: int | None
    came: int
    usual_inside: Usual | None
    usual_came: Usual | None
    expiring: int
    overdue: int
    overdue_amount: int
    overrides: int
    undone: int
    refunds: int
    out_of_order: int
    joined: int
    joined_before: int
    taken: int
    taken_before: int
    today_taken: int
    hours: tuple[Hour, ...] = ()


@dataclass(frozen=True, slots=True)
class _Now:
    gym: str
    capacity: int | None
    inside: int
    came: int
    expiring: int
    overdue: int
    overdue_amount: int
    overrides: int
    undone: int
    refunds: int
    out_of_order: int
    joined: int
    joined_before: int
    taken: int
    taken_before: int
    today_taken: int
    by_hour: dict[str, int]
    before: list[dict[str, int]] = field(default_factory=list)


NOW = """
with here as (select g.*, ($2::timestamptz at time zone g.zone)::date as today, extract(hour from $2::timestamptz at time zone g.zone)::int as hour
                from gym g where g.id = $1),
     seven as (select (today - 7 * n) as day from here, generate_series(1, 8) n)
select here.name as gym, here.capacity,
  (select count(*) from visit v where v.gym_id = $1 and v.left_at is null and not v.is_undone and v.stays_until > $2) as inside,
  (select count(*) from visit v where v.gym_id = $1 and v.day = here.today and not v.is_undone) as came,
  (select count(distinct m.member_id) from membership m join member p on p.id = m.member_id
    where m.ends_on between here.today and here.today + 7 and m.kind in ('membership', 'pack') and m.cancelled_on is null and p.home_gym_id = $1
      and not exists (select from membership n where n.member_id = m.member_id and n.ends_on > m.ends_on and n.cancelled_on is null)) as expiring,
  (select count(*) from account a join member p on p.person_id = a.payer_id where a.balance > 0 and a.owed_since < here.today and p.home_gym_id = $1) as overdue,
  (select coalesce(sum(a.balance), 0)::bigint from account a join member p on p.person_id = a.payer_id
    where a.balance > 0 and a.owed_since < here.today and p.home_gym_id = $1 and a.currency = here.currency) as overdue_amount,
  (select count(*) from override o where o.gym_id = $1 and o.at > $2::timestamptz - interval '7 days') as overrides,
  (select count(*) from undo u where u.gym_id = $1 and u.at > $2::timestamptz - interval '7 days') as undone,
  (select count(*) from ledger_line l where l.gym_id = $1 and l.kind = 'refund' and l.at > $2::timestamptz - interval '7 days') as refunds,
  (select coalesce(sum(e.out_of_order), 0)::int from gym_equipment e where e.gym_id = $1) as out_of_order,
  (select count(*) from member m where m.home_gym_id = $1 and m.joined_on >= date_trunc('month', here.today::timestamp)::date) as joined,
  (select count(*) from member m where m.home_gym_id = $1 and m.joined_on >= (date_trunc('month', here.today::timestamp) - interval '1 month')::date
      and m.joined_on <= (here.today - interval '1 month')::date) as joined_before,
  (select coalesce(-sum(d.amount), 0)::bigint from ledger_day d where d.gym_id = $1 and d.currency = here.currency and d.kind in ('payment', 'refund')
      and d.day >= date_trunc('month', here.today::timestamp)::date and d.day < here.today) as taken,
  (select coalesce(-sum(d.amount), 0)::bigint from ledger_day d where d.gym_id = $1 and d.currency = here.currency and d.kind in ('payment', 'refund')
      and d.day >= (date_trunc('month', here.today::timestamp) - interval '1 month')::date and d.day <= (here.today - interval '1 month')::date) as taken_before,
  (select coalesce(-sum(l.amount), 0)::bigint from ledger_line l where l.gym_id = $1 and l.currency = here.currency and l.kind in ('payment', 'refund')
      and l.at >= here.today::timestamp at time zone here.zone and l.at <= $2) as today_taken,
  (select coalesce(jsonb_object_agg(hour, n), '{}') from (
      select extract(hour from v.at at time zone here.zone)::int as hour, count(*) as n from visit v
       where v.gym_id = $1 and v.day = here.today and not v.is_undone group by 1) t) as by_hour,
  (select coalesce(jsonb_agg(jsonb_build_object('day', seven.day - here.today, 'hour', h.hour, 'visits', coalesce(v.visits, 0), 'inside', coalesce(v.inside, 0))), '[]')
     from seven cross join generate_series(0, 23) h(hour) left join visit_hour v on v.gym_id = $1 and v.day = seven.day and v.hour = h.hour
    where exists (select from visit_hour w where w.gym_id = $1 and w.day = seven.day)) as before
from here"""


async def now_at(db: Db, gym_id: UUID, now: datetime, zone: ZoneInfo) -> Now | None:
    found = await db.one(_Now, NOW, gym_id, now)
    if found is None:
        return None
    hour = now.astimezone(zone).hour
    days = sorted({line["day"] for line in found.before})

    def of(what: str, hours: range) -> Usual | None:
        return usual(sum(line[what] for line in found.before if line["day"] == day and line["hour"] in hours) for day in days)

    hours = tuple(Hour(h, found.by_hour.get(str(h), 0), of("visits", range(h, h + 1))) for h in range(5, 24))
    kept = {name: getattr(found, name) for name in _Now.__slots__ if name not in {"by_hour", "before"}}
    return Now(**kept, hours=hours, usual_inside=of("inside", range(hour, hour + 1)), usual_came=of("visits", range(hour + 1)))


@dataclass(frozen=True, slots=True)
class Call:
    at: datetime
    outcome: str
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class Watched:
    """A member whom somebody should call, and why."""

    member_id: UUID
    name: str
    phone: str
    photo: str | None
    risk: Risk
    last_visit: datetime | None
    weeks: tuple[int, ...]
    call: Call | None


@dataclass(frozen=True, slots=True)
class _Habits:
    member_id: UUID
    name: str
    phone: str
    photo: str | None
    joined_on: date
    last_visit: datetime | None
    ends_on: date | None
    renews: bool
    owes: int
    owes_since: date | None
    is_frozen: bool
    weeks: list[int]
    call: Call | None = None


HABITS = """
with mondays as (select ($2::date - (extract(isodow from $2::date)::int - 1) - 7 * n) as week from generate_series(16, 1, -1) n),
     there as (
       select m.member_id, max(m.ends_on) as ends_on, bool_or(m.starts_on > $2) as renews
         from membership m where m.kind in ('membership', 'pack') and m.ends_on >= $2 and (m.cancelled_on is null or m.cancelled_on > $2)
        group by m.member_id having min(m.starts_on) <= $2)
select p.id as member_id, w.name, p.phone, p.photo, p.joined_on, there.ends_on, there.renews,
       (select v.at from visit v where v.member_id = p.id and not v.is_undone order by v.nth desc limit 1) as last_visit,
       coalesce(a.balance, 0) as owes, case when a.balance > 0 then a.owed_since end as owes_since,
       exists (select from membership_freeze f join membership m on m.id = f.membership_id
                where m.member_id = p.id and $2 between f.starts_on and coalesce(f.thawed_on - 1, f.ends_on)) as is_frozen,
       (select array_agg(coalesce(k.visits, 0) order by d.week) from mondays d left join lateral (
           select sum(visits)::int as visits from member_week k where k.member_id = p.id and k.week = d.week) k on true) as weeks,
       (select jsonb_build_object('at', c.at, 'outcome', c.outcome, 'note', c.note, 'by', b.name)
          from radar_call c join person b on b.id = c.by where c.member_id = p.id order by c.at desc limit 1) as call
  from there join member p on p.id = there.member_id join person w on w.id = p.person_id
  left join account a on a.payer_id = p.person_id and a.currency = $3
 where p.home_gym_id = $1 and p.left_on is null"""


async def radar(db: Db, gym_id: UUID, today: date, currency: str) -> list[Watched]:
    """Everybody who stays away from their own rhythm, the most worrying first. Whoever comes back is gone from it by themselves."""
    rows = await db.all(_Habits, HABITS, gym_id, today, currency)
    found = [watched(row, today) for row in rows]
    return sorted((one for one in found if one.risk.is_called_for), key=lambda one: (-one.risk.score, one.name))


def watched(row: _Habits, today: date) -> Watched:
    habit = Habit(
        joined_on=row.joined_on,
        weeks=tuple(row.weeks),
        last_visit=row.last_visit,
        ends_on=row.ends_on,
        renews=row.renews,
        owes=row.owes,
        owes_since=row.owes_since,
        is_frozen=row.is_frozen,
    )
    return Watched(row.member_id, row.name, row.phone, row.photo, risk(habit, today), row.last_visit, tuple(row.weeks), row.call)


# --- insights


@dataclass(frozen=True, slots=True)
class MonthLine:
    month: date
    active: int
    joined: int
    left: int
    at_start: int

    @property
    def churn(self) -> float | None:
        return round(100 * self.left / self.at_start, 1) if self.at_start else None


# Months that are summed up, and the running one as it is today.
MONTHS = f"""
all_months as (
  select month, member_id, type_id, recurring from member_month where gym_id = $1 and month < date_trunc('month', $2::date)::date
  union all
  select date_trunc('month', $2::date)::date, member_id, type_id, recurring from ({chores.ON_DAY}) today)"""

MEMBERS = f"""
with {MONTHS},
     months as (select m::date as month from generate_series($3::date::timestamp, date_trunc('month', $2::date)::timestamp, interval '1 month') m)
select months.month,
  (select count(*) from all_months a where a.month = months.month) as active,
  (select count(*) from all_months a where a.month = months.month and not exists (
      select from all_months b where b.member_id = a.member_id and b.month = (months.month - interval '1 month')::date)) as joined,
  (select count(*) from all_months b where b.month = (months.month - interval '1 month')::date and not exists (
      select from all_months a where a.member_id = b.member_id and a.month = months.month)) as left,
  (select count(*) from all_months b where b.month = (months.month - interval '1 month')::date) as at_start
from months order by months.month"""


async def members_by_month(db: Db, gym_id: UUID, today: date, first: date) -> list[MonthLine]:
    return await db.all(MonthLine, MEMBERS, gym_id, today, first)


MOVES = f"""
with {MONTHS},
     months as (select m::date as month from generate_series($3::date::timestamp, date_trunc('month', $2::date)::timestamp, interval '1 month') m),
     pairs as (
       select months.month, coalesce(b.recurring, 0) as was, coalesce(a.recurring, 0) as now,
              b.member_id is null and exists (select from all_months e where e.member_id = a.member_id and e.month < months.month) as is_back
         from months
         left join lateral (
           select coalesce(x.member_id, y.member_id) as member_id, x.recurring as now_, y.recurring as was_
             from (select * from all_months where month = months.month) x
             full join (select * from all_months where month = (months.month - interval '1 month')::date) y on y.member_id = x.member_id) p on true
         left join all_months a on a.month = months.month and a.member_id = p.member_id
         left join all_months b on b.month = (months.month - interval '1 month')::date and b.member_id = p.member_id)
select month, sum(was)::bigint as start,
  coalesce(sum(now) filter (where was = 0 and now > 0 and not is_back), 0)::bigint as new,
  coalesce(sum(now) filter (where was = 0 and now > 0 and is_back), 0)::bigint as back,
  coalesce(sum(now - was) filter (where was > 0 and now > was), 0)::bigint as grew,
  coalesce(sum(was - now) filter (where now > 0 and now < was), 0)::bigint as shrank,
  coalesce(sum(was) filter (where was > 0 and now = 0), 0)::bigint as lost
from pairs group by month order by month"""


async def recurring_by_month(db: Db, gym_id: UUID, today: date, first: date) -> list[Moved]:
    return await db.all(Moved, MOVES, gym_id, today, first)


@dataclass(frozen=True, slots=True)
class Cohort:
    month: date
    size: int
    stayed: list[int]  # how many are still there after 0, 1, 2 … months


COHORTS = f"""
with {MONTHS},
     firsts as (select member_id, min(month) as month from all_months group by member_id),
     counted as (
       select f.month, (extract(year from age(a.month, f.month)) * 12 + extract(month from age(a.month, f.month)))::int as after, count(*) as n
         from firsts f join all_months a on a.member_id = f.member_id where f.month >= $3 group by 1, 2)
select c.month, (select count(*) from firsts f where f.month = c.month) as size,
  (select array_agg(coalesce((select n from counted d where d.month = c.month and d.after = k), 0)::int order by k)
     from generate_series(0, (extract(year from age($2::date, c.month)) * 12 + extract(month from age($2::date, c.month)))::int) k) as stayed
from (select distinct month from counted) c order by c.month"""


async def cohorts(db: Db, gym_id: UUID, today: date, first: date) -> list[Cohort]:
    return await db.all(Cohort, COHORTS, gym_id, today, first)


@dataclass(frozen=True, slots=True)
class TypeLine:
    type_id: UUID
    name: str
    members: int
    recurring: int


async def types(db: Db, gym_id: UUID, today: date) -> list[TypeLine]:
    return await db.all(
        TypeLine,
        f"""select t.id as type_id, t.name, count(*) as members, sum(a.recurring)::bigint as recurring
              from ({chores.ON_DAY}) a join membership_type t on t.id = a.type_id group by t.id, t.name order by count(*) desc, t.name""",
        gym_id,
        today,
    )


@dataclass(frozen=True, slots=True)
class MoneyLine:
    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class Revenue:
    taken: int
    before: int
    charged: int
    by_month: list[MoneyLine]
    by_method: list[MoneyLine]
    by_type: list[MoneyLine]


# `$2..$3` the period, `$4..$5` the one it is compared with. Today's lines are not summed up yet: they come from the ledger.
REVENUE = """
with lines as (
  select day, kind, code, method, type_id, amount from ledger_day where gym_id = $1 and currency = $6 and day < $7
  union all
  select $7::date, l.kind, l.code, coalesce(l.method, ''), m.type_id, l.amount
    from ledger_line l join gym g on g.id = l.gym_id left join membership m on m.id = l.membership_id
   where l.gym_id = $1 and l.currency = $6 and l.at >= $7::date::timestamp at time zone g.zone),
 moved as (select * from lines where kind in ('payment', 'refund')),
 inside as (select * from moved where day between $2 and $3)
select (select coalesce(-sum(amount), 0)::bigint from inside) as taken,
  (select coalesce(-sum(amount), 0)::bigint from moved where day between $4 and $5) as before,
  (select coalesce(sum(amount), 0)::bigint from lines where kind = 'charge' and day between $2 and $3) as charged,
  (select coalesce(jsonb_agg(jsonb_build_object('label', to_char(month, 'YYYY-MM'), 'amount', amount) order by month), '[]') from (
      select date_trunc('month', day::timestamp) as month, -sum(amount)::bigint as amount from inside group by 1) t) as by_month,
  (select coalesce(jsonb_agg(jsonb_build_object('label', method, 'amount', amount) order by amount desc), '[]') from (
      select method, -sum(amount)::bigint as amount from inside group by 1) t) as by_method,
  (select coalesce(jsonb_agg(jsonb_build_object('label', coalesce(name, ''), 'amount', amount) order by amount desc), '[]') from (
      select y.name, sum(amount)::bigint as amount from lines l left join membership_type y on y.id = l.type_id
       where l.kind in ('charge', 'credit') and l.day between $2 and $3 group by 1) t) as by_type"""


async def revenue(db: Db, gym_id: UUID, span: Span, currency: str, today: date) -> Revenue:
    other = span.other
    found = await db.one(Revenue, REVENUE, gym_id, span.first, span.last, other.first, other.last, currency, today)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Crowd:
    visits: int
    before: int
    members: int
    weeks: list[MoneyLine]
    hours: list[list[float]]  # weekday, hour → visits on an average such day


CROWD = """
with inside as (select * from visit_hour where gym_id = $1 and day between $2 and $3),
     days as (select extract(isodow from d)::int as weekday, count(*) as n from generate_series($2::date::timestamp, $3::date::timestamp, interval '1 day') d group by 1)
select (select coalesce(sum(visits), 0)::int from inside) as visits,
  (select coalesce(sum(visits), 0)::int from visit_hour where gym_id = $1 and day between $4 and $5) as before,
  (select count(distinct member_id) from member_week where gym_id = $1 and week between $2::date - 6 and $3) as members,
  (select coalesce(jsonb_agg(jsonb_build_object('label', week, 'amount', n) order by week), '[]') from (
      select to_char(date_trunc('week', day::timestamp), 'YYYY-MM-DD') as week, sum(visits)::int as n from inside group by 1) t) as weeks,
  (select jsonb_agg(row order by weekday) from (
      select w as weekday, (select jsonb_agg(round(coalesce((select sum(i.visits) from inside i where extract(isodow from i.day)::int = w and i.hour = h), 0)::numeric
              / greatest(coalesce((select n from days where weekday = w), 1), 1), 1) order by h) from generate_series(5, 23) h) as row
        from generate_series(1, 7) w) t) as hours"""


async def crowd(db: Db, gym_id: UUID, span: Span) -> Crowd:
    other = span.other
    found = await db.one(Crowd, CROWD, gym_id, span.first, span.last, other.first, other.last)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Forecast:
    day: date
    hour: int
    usual: Usual


async def peaks(db: Db, gym_id: UUID, today: date) -> list[Forecast]:
    """The fullest hour of each of the next seven days, with the range of the last eight such days."""
    rows: list[Any] = await db.all(
        _Peak,
        """select extract(isodow from day)::int as weekday, hour, array_agg(inside order by day) as inside
             from visit_hour where gym_id = $1 and day >= $2::date - 56 and day < $2 group by 1, 2""",
        gym_id,
        today,
    )
    found = []
    for day in (today + timedelta(days=n) for n in range(7)):
        hours = [(row.hour, usual(row.inside)) for row in rows if row.weekday == day.isoweekday()]
        known = [(hour, seen) for hour, seen in hours if seen is not None]
        if known:
            hour, seen = max(known, key=lambda one: (one[1].middle, one[1].high))
            found.append(Forecast(day, hour, seen))
    return found


@dataclass(frozen=True, slots=True)
class _Peak:
    weekday: int
    hour: int
    inside: list[int]


@dataclass(frozen=True, slots=True)
class Often:
    """Visits per member and week, over the period."""

    label: str
    amount: int


async def how_often(db: Db, gym_id: UUID, span: Span) -> list[Often]:
    return await db.all(
        Often,
        """select bucket as label, count(*) as amount from (
             select case when n = 0 then '0' when n < 1 then '<1' when n < 2 then '1' when n < 3 then '2' when n < 4 then '3' else '4+' end as bucket
               from (select a.member_id, coalesce(sum(k.visits), 0)::numeric / greatest(($3::date - $2::date + 1) / 7.0, 1) as n
                       from (select distinct member_id from member_month where gym_id = $1 and month between date_trunc('month', $2::date)::date and $3) a
                       left join member_week k on k.member_id = a.member_id and k.gym_id = $1 and k.week between $2 and $3 group by 1) t) b
            group by bucket order by array_position(array['0', '<1', '1', '2', '3', '4+'], bucket)""",
        gym_id,
        span.first,
        span.last,
    )


@dataclass(frozen=True, slots=True)
class Age:
    label: str
    people: int
    amount: int


async def arrears(db: Db, today: date, currency: str) -> list[Age]:
    return await db.all(
        Age,
        """select bucket as label, count(*) as people, sum(balance)::bigint as amount from (
             select balance, case when $1::date - owed_since < 30 then '0-29' when $1::date - owed_since < 60 then '30-59'
                                  when $1::date - owed_since < 90 then '60-89' else '90+' end as bucket
               from account where balance > 0 and currency = $2 and owed_since is not null) t group by bucket order by bucket""",
        today,
        currency,
    )


@dataclass(frozen=True, slots=True)
class GymLine:
    id: UUID
    name: str


async def gyms(db: Db, ids: tuple[UUID, ...]) -> list[GymLine]:
    return await db.all(GymLine, "select id, name from gym where id = any($1::uuid[]) order by name", list(ids))
