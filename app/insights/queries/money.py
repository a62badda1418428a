"""Money as the ledger has it: taken, sold, owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.db import Db
from app.insights.rules import Span


@dataclass(frozen=True, slots=True)
class MoneyLine:
    label: str
    amount: int
    before: int = 0


@dataclass(frozen=True, slots=True)
class Revenue:
    taken: int
    before: int
    sold: int
    sold_before: int
    by_month: list[MoneyLine]
    by_method: list[MoneyLine]
    by_type: list[MoneyLine]


# `$2..$3` the period, `$4..$5` the one it is compared with, `$7` today, whose lines are not summed up yet: they come from the ledger.
REVENUE = """
with lines as (
  select day, kind, method, type_id, sum(amount) as amount from ledger_day
   where gym_id = any($1::uuid[]) and currency = $6 and day < $7 and (day between $2 and $3 or day between $4 and $5) group by 1, 2, 3, 4
  union all
  select $7::date, l.kind, coalesce(l.method, ''), m.type_id, l.amount
    from gym g join ledger_line l on l.gym_id = g.id and l.at >= $7::date::timestamp at time zone g.zone
    left join membership m on m.id = l.membership_id
   where g.id = any($1::uuid[]) and l.currency = $6),
 each as (select case when kind in ('payment', 'refund') then 'moved' when kind in ('charge', 'credit') then 'sold' end as what,
                 day, method, type_id, case when kind in ('payment', 'refund') then -amount else amount end as amount,
                 day between $2 and $3 as is_in, day between $4 and $5 as is_before from lines),
 sums as (select what, coalesce(sum(amount) filter (where is_in), 0)::bigint as now,
                 coalesce(sum(amount) filter (where is_before), 0)::bigint as before from each group by what)
select coalesce((select now from sums where what = 'moved'), 0) as taken, coalesce((select before from sums where what = 'moved'), 0) as before,
  coalesce((select now from sums where what = 'sold'), 0) as sold, coalesce((select before from sums where what = 'sold'), 0) as sold_before,
  (select coalesce(jsonb_agg(jsonb_build_object('label', to_char(month, 'YYYY-MM'), 'amount', amount) order by month), '[]') from (
      select date_trunc('month', day::timestamp) as month, sum(amount)::bigint as amount from each where what = 'moved' and is_in group by 1) t) as by_month,
  (select coalesce(jsonb_agg(jsonb_build_object('label', method, 'amount', amount, 'before', before) order by amount desc, method), '[]') from (
      select method, coalesce(sum(amount) filter (where is_in), 0)::bigint as amount, coalesce(sum(amount) filter (where is_before), 0)::bigint as before
        from each where what = 'moved' group by 1) t) as by_method,
  (select coalesce(jsonb_agg(jsonb_build_object('label', coalesce(name, ''), 'amount', amount, 'before', before) order by amount desc, name), '[]') from (
      select y.name, coalesce(sum(amount) filter (where is_in), 0)::bigint as amount, coalesce(sum(amount) filter (where is_before), 0)::bigint as before
        from each l left join membership_type y on y.id = l.type_id where what = 'sold' group by 1) t) as by_type"""


async def revenue(db: Db, gym_ids: Sequence[UUID], span: Span, currency: str, today: date) -> Revenue:
    other = span.other
    found = await db.one(Revenue, REVENUE, list(gym_ids), span.first, span.last, other.first, other.last, currency, today)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Owed:
    people: int
    amount: int
    by_age: list[MoneyLine]
    by_type: list[MoneyLine]
    by_month: list[MoneyLine]


# What is open of each charge comes from the ledger's own function: the oldest is covered first, as at the desk.
ARREARS = """
with open as (
  select a.payer_id, a.balance, o.open, o.due_on, t.name,
         case when $2::date - a.owed_since <= 30 then '0-30' when $2::date - a.owed_since <= 60 then '31-60'
              when $2::date - a.owed_since <= 90 then '61-90' else '91+' end as age
    from account a cross join lateral ledger_open(a.payer_id, a.currency) o join ledger_line l on l.id = o.line_id
    left join membership m on m.id = l.membership_id left join membership_type t on t.id = m.type_id
   where a.balance > 0 and a.currency = $3 and a.owed_since < $2 and o.due_on < $2 and l.gym_id = any($1::uuid[]))
select (select count(distinct payer_id) from open) as people, (select coalesce(sum(open), 0)::bigint from open) as amount,
  (select coalesce(jsonb_agg(jsonb_build_object('label', age, 'amount', amount, 'before', people) order by age), '[]') from (
      select age, sum(open)::bigint as amount, count(distinct payer_id) as people from open group by 1) t) as by_age,
  (select coalesce(jsonb_agg(jsonb_build_object('label', coalesce(name, ''), 'amount', amount, 'before', people) order by amount desc, name), '[]') from (
      select name, sum(open)::bigint as amount, count(distinct payer_id) as people from open group by 1) t) as by_type,
  (select coalesce(jsonb_agg(jsonb_build_object('label', month, 'amount', amount, 'before', people) order by month), '[]') from (
      select to_char(due_on, 'YYYY-MM') as month, sum(open)::bigint as amount, count(distinct payer_id) as people from open group by 1) t) as by_month"""


async def arrears(db: Db, gym_ids: Sequence[UUID], today: date, currency: str) -> Owed:
    """`before` holds how many people it is."""
    found = await db.one(Owed, ARREARS, list(gym_ids), today, currency)
    assert found is not None
    return found
