"""When people come, how many are in, how often each comes, and how full it will be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.db import Db
from app.insights.queries.money import MoneyLine
from app.insights.rules import Span, Usual, usual


@dataclass(frozen=True, slots=True)
class Crowd:
    visits: int
    before: int
    members: int
    members_before: int
    most: int  # in at once
    capacity: int | None
    weeks: list[MoneyLine]
    first_hour: int
    hours: list[list[float | None]]  # weekday, hour → visits on an average such day; None: closed, and nobody came
    inside: list[list[float | None]]  # weekday, hour → people in at its half

    @property
    def total(self) -> float:
        return sum(value or 0 for row in self.hours for value in row)


# Several gyms together: the hour of each by its own clock, people in added up. An hour is closed when every gym says so; a day on which
# all of them were shut for a holiday is no such weekday at all.
CROWD = """
with inside as (select day, extract(isodow from day)::int as weekday, hour, sum(visits)::int as visits, sum(inside)::int as inside
                  from visit_hour where gym_id = any($1::uuid[]) and day between $2 and $3 group by day, hour),
     shut as (select day from holiday where gym_id = any($1::uuid[]) and opens is null and day between $2 and $3
                and not exists (select from inside i where i.day = holiday.day and i.visits > 0)
               group by day having count(*) = cardinality($1::uuid[])),
     days as (select extract(isodow from d)::int as weekday, count(*)::int as n from generate_series($2::date::timestamp, $3::date::timestamp, interval '1 day') d
               where d::date not in (select day from shut) group by 1),
     said as (select weekday + 1 as weekday, opens, case when closes > opens then closes else time '24:00' end as closes
                from opening_hours where gym_id = any($1::uuid[])
              union all
              select (weekday + 1) % 7 + 1, time '00:00', closes from opening_hours where gym_id = any($1::uuid[]) and closes < opens),
     free as (select w as weekday, h as hour,  -- open, or a gym of them has not said
                exists (select from unnest($1::uuid[]) g where not exists (select from opening_hours o where o.gym_id = g))
                  or exists (select from said s where s.weekday = w and extract(hour from s.opens) <= h and extract(epoch from s.closes) > h * 3600) as is_open
              from generate_series(1, 7) w cross join generate_series(0, 23) h),
     cells as (select weekday, hour, sum(visits) as visits, sum(inside) as inside from inside group by 1, 2),
     edge as (select least(5, coalesce(min(hour) filter (where visits > 0), 5)) as first from cells),
     grid as (select f.weekday,
                jsonb_agg(case when is_open or c.visits > 0 then round(coalesce(c.visits, 0)::numeric / greatest(d.n, 1), 1) end order by f.hour) as visits,
                jsonb_agg(case when is_open or c.inside > 0 then round(coalesce(c.inside, 0)::numeric / greatest(d.n, 1), 1) end order by f.hour) as inside
              from edge, free f left join cells c using (weekday, hour) left join days d using (weekday)
              where f.hour >= edge.first group by f.weekday)
select (select coalesce(sum(visits), 0)::int from inside) as visits,
  (select coalesce(sum(visits), 0)::int from visit_hour where gym_id = any($1::uuid[]) and day between $4 and $5) as before,
  (select count(*) from member m where exists (
      select from member_week k where k.member_id = m.id and k.week between $2::date - 6 and $3 and k.gym_id = any($1::uuid[]))) as members,
  (select count(*) from member m where exists (
      select from member_week k where k.member_id = m.id and k.week between $4::date - 6 and $5 and k.gym_id = any($1::uuid[]))) as members_before,
  (select coalesce(max(inside), 0)::int from inside) as most,
  (select sum(capacity)::int from gym where id = any($1::uuid[])) as capacity,
  (select coalesce(jsonb_agg(jsonb_build_object('label', week, 'amount', n) order by week), '[]') from (
      select to_char(date_trunc('week', day::timestamp), 'YYYY-MM-DD') as week, sum(visits)::int as n from inside group by 1) t) as weeks,
  (select first from edge) as first_hour,
  (select jsonb_agg(visits order by weekday) from grid) as hours,
  (select jsonb_agg(inside order by weekday) from grid) as inside"""


async def crowd(db: Db, gym_ids: Sequence[UUID], span: Span) -> Crowd:
    other = span.other
    found = await db.one(Crowd, CROWD, list(gym_ids), span.first, span.last, other.first, other.last)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Forecast:
    day: date
    hour: int
    usual: Usual


@dataclass(frozen=True, slots=True)
class _Peak:
    weekday: int
    hour: int
    inside: list[int]


async def peaks(db: Db, gym_ids: Sequence[UUID], today: date) -> list[Forecast]:
    """The fullest hour of each of the next seven days, with the range of the last eight such days."""
    rows = await db.all(
        _Peak,
        """select extract(isodow from day)::int as weekday, hour, array_agg(inside order by day) as inside from (
             select day, hour, sum(inside)::int as inside from visit_hour
              where gym_id = any($1::uuid[]) and day >= $2::date - 56 and day < $2 group by day, hour) t group by 1, 2""",
        list(gym_ids),
        today,
    )
    days = [today + timedelta(days=n) for n in range(7)]
    found = [fullest(day, [row for row in rows if row.weekday == day.isoweekday()]) for day in days]
    return [one for one in found if one]


def fullest(day: date, rows: list[_Peak]) -> Forecast | None:
    known = [(seen, row.hour) for row in rows if (seen := usual(row.inside))]
    if not known:
        return None
    seen, hour = max(known, key=lambda one: (one[0].middle, one[0].high))
    return Forecast(day, hour, seen)


@dataclass(frozen=True, slots=True)
class Often:
    """Visits per member and week, over the period."""

    label: str
    amount: int


async def how_often(db: Db, gym_ids: Sequence[UUID], span: Span) -> list[Often]:
    return await db.all(
        Often,
        """with there as (select distinct member_id from member_month
                           where gym_id = any($1::uuid[]) and month between date_trunc('month', $2::date)::date and $3),
                came as (select member_id, sum(visits) as visits from member_week
                          where gym_id = any($1::uuid[]) and week between $2 and $3 group by member_id)
           select bucket as label, count(*) as amount from (
             select case when n = 0 then '0' when n < 1 then '<1' when n < 2 then '1' when n < 3 then '2' when n < 4 then '3' else '4+' end as bucket
               from (select coalesce(c.visits, 0)::numeric / greatest(($3::date - $2::date + 1) / 7.0, 1) as n
                       from there left join came c on c.member_id = there.member_id) t) b
            group by bucket order by array_position(array['0', '<1', '1', '2', '3', '4+'], bucket)""",
        list(gym_ids),
        span.first,
        span.last,
    )
