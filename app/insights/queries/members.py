"""Who is a member, month by month: joined, left, how long they stay, what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.db import Db
from app.insights import chores
from app.insights.rules import Moved, share


@dataclass(frozen=True, slots=True)
class MonthLine:
    month: date
    active: int
    joined: int
    left: int
    at_start: int

    @property
    def churn(self) -> float | None:
        return share(self.left, self.at_start)


# `$1` the gyms, `$2` today. Months that are summed up, and the running one as it is today. Somebody who is a member
# of two gyms is one member of both together; one gym alone needs no such grouping.
MANY = """select month, member_id, sum(recurring)::bigint as recurring, min(currency) as currency from member_month
   where gym_id = any($1::uuid[]) and month < date_trunc('month', $2::date)::date group by month, member_id"""
ONE = """select month, member_id, recurring, currency from member_month
   where gym_id = ($1::uuid[])[1] and month < date_trunc('month', $2::date)::date"""
MONTHS = f"""
all_months as not materialized (
  {MANY}
  union all
  select date_trunc('month', $2::date)::date, member_id, recurring, currency from ({chores.ON_DAY}) today)"""


def of(sql: str, gym_ids: Sequence[UUID]) -> str:
    return sql if len(gym_ids) > 1 else sql.replace(MANY, ONE)


# Each row looks at the same member's row before and after it: one pass, however long the history.
MEMBERS = f"""
with {MONTHS},
     beside as (
       select month, lag(month) over mine as before, lead(month) over mine as after from all_months
        where month >= ($3::date - interval '1 month')::date window mine as (partition by member_id order by month)),
     here as (select month, count(*) as active, count(*) filter (where before is distinct from (month - interval '1 month')::date) as joined,
                     count(*) filter (where after is distinct from (month + interval '1 month')::date) as leaving
                from beside group by month)
select m.month::date as month, coalesce(h.active, 0) as active, coalesce(h.joined, 0) as joined,
       coalesce(b.leaving, 0) as left, coalesce(b.active, 0) as at_start
  from generate_series($3::date::timestamp, $4::date::timestamp, interval '1 month') m(month)
  left join here h on h.month = m.month::date left join here b on b.month = (m.month - interval '1 month')::date
 order by m.month"""


async def members_by_month(db: Db, gym_ids: Sequence[UUID], today: date, first: date, last: date) -> list[MonthLine]:
    return await db.all(
        MonthLine, of(MEMBERS, gym_ids), list(gym_ids), today, first.replace(day=1), min(last, today).replace(day=1)
    )


# `$5` the currency. Each row is looked at beside the same member's row of the month before; whoever has none after it is lost
# a month later. Whether a newcomer is back is asked of newcomers alone.
MOVES = f"""
with {MONTHS},
     near as (select month, member_id, case when currency = $5 then recurring else 0 end as recurring from all_months
               where month between ($3::date - interval '1 month')::date and $4),
     beside as (select *, lag(month) over mine as before, lag(recurring) over mine as earlier, lead(month) over mine as after
                  from near window mine as (partition by member_id order by month)),
     pairs as (
       select month, member_id, recurring as now, case when before = (month - interval '1 month')::date then earlier else 0 end as was
         from beside where month >= $3
       union all
       select (month + interval '1 month')::date, member_id, 0, recurring
         from beside where month < $4 and after is distinct from (month + interval '1 month')::date),
     told as (select p.*, was = 0 and now > 0 and exists (
                select from member_month e where e.member_id = p.member_id and e.month < p.month and e.gym_id = any($1::uuid[])) as is_back from pairs p)
select m.month::date as month, coalesce(sum(was), 0)::bigint as start,
  coalesce(sum(now) filter (where was = 0 and now > 0 and not is_back), 0)::bigint as new,
  coalesce(sum(now) filter (where was = 0 and now > 0 and is_back), 0)::bigint as back,
  coalesce(sum(now - was) filter (where was > 0 and now > was), 0)::bigint as grew,
  coalesce(sum(was - now) filter (where now > 0 and now < was), 0)::bigint as shrank,
  coalesce(sum(was) filter (where was > 0 and now = 0), 0)::bigint as lost
from generate_series($3::date::timestamp, $4::date::timestamp, interval '1 month') m(month) left join told on told.month = m.month::date
group by m.month order by m.month"""


async def recurring_by_month(db: Db, gym_ids: Sequence[UUID], today: date, first: date, last: date, currency: str) -> list[Moved]:
    return await db.all(
        Moved, of(MOVES, gym_ids), list(gym_ids), today, first.replace(day=1), min(last, today).replace(day=1), currency
    )


@dataclass(frozen=True, slots=True)
class Cohort:
    month: date
    size: int
    stayed: list[int]  # how many are still there after 0, 1, 2 … months


COHORTS = f"""
with {MONTHS},
     firsts as (select month, min(month) over (partition by member_id) as first from all_months),
     counted as (select first, floor((month - first + 10) / 30.4375)::int as after, count(*)::int as n from firsts
                  where first between $3 and $4 group by 1, 2)
select c.first as month, max(c.n) filter (where c.after = 0) as size,
  (select array_agg(coalesce(d.n, 0) order by k) from generate_series(0, floor((date_trunc('month', $2::date)::date - c.first + 10) / 30.4375)::int) k
     left join counted d on d.first = c.first and d.after = k) as stayed
from counted c group by c.first order by c.first"""


async def cohorts(db: Db, gym_ids: Sequence[UUID], today: date, first: date, last: date) -> list[Cohort]:
    return await db.all(Cohort, of(COHORTS, gym_ids), list(gym_ids), today, first.replace(day=1), last)


@dataclass(frozen=True, slots=True)
class TypeLine:
    type_id: UUID
    name: str
    members: int
    recurring: int


async def types(db: Db, gym_ids: Sequence[UUID], today: date, currency: str) -> list[TypeLine]:
    return await db.all(
        TypeLine,
        f"""select t.id as type_id, t.name, count(*) as members, coalesce(sum(a.recurring) filter (where a.currency = $3), 0)::bigint as recurring
              from ({chores.ON_DAY}) a join membership_type t on t.id = a.type_id group by t.id, t.name order by count(*) desc, t.name""",
        list(gym_ids),
        today,
        currency,
    )


@dataclass(frozen=True, slots=True)
class Somebody:
    member_id: UUID
    name: str
    number: int
    joined_on: date
    phone: str
    recurring: int


# The people behind a number of a month: who was active, who joined, who left.
LISTS = {
    "active": "h.member_id is not null",
    "joined": "h.member_id is not null and b.member_id is null",
    "left": "h.member_id is null and b.member_id is not null",
}
PEOPLE = f"""
with {MONTHS},
     here as (select * from all_months where month = $3),
     before as (select * from all_months where month = ($3::date - interval '1 month')::date)
select m.id as member_id, p.name, m.number, m.joined_on, m.phone, coalesce(h.recurring, b.recurring) as recurring
  from here h full join before b on b.member_id = h.member_id
  join member m on m.id = coalesce(h.member_id, b.member_id) join person p on p.id = m.person_id where {{which}}
 order by m.sort_name, m.id"""


async def people_of_month(db: Db, gym_ids: Sequence[UUID], today: date, which: str, month: date) -> list[Somebody]:
    return await db.all(Somebody, of(PEOPLE, gym_ids).format(which=LISTS[which]), list(gym_ids), today, month.replace(day=1))


async def people_of_type(db: Db, gym_ids: Sequence[UUID], today: date, type_id: UUID) -> list[Somebody]:
    return await db.all(
        Somebody,
        f"""select m.id as member_id, p.name, m.number, m.joined_on, m.phone, a.recurring from ({chores.ON_DAY}) a
              join member m on m.id = a.member_id join person p on p.id = m.person_id where a.type_id = $3 order by m.sort_name, m.id""",
        list(gym_ids),
        today,
        type_id,
    )
