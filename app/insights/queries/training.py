"""What is trained, by which plans, and how many classes: numbers of people, never what they lift."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.db import Db
from app.insights.queries.money import MoneyLine
from app.insights.rules import Span


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan of the house by its name; what members wrote for themselves stays theirs and is one line together."""

    label: str  # a name, `own` or `none`
    people: int
    workouts: int
    plan_days: int


@dataclass(frozen=True, slots=True)
class Used:
    workouts: int
    before: int
    people: int
    people_before: int
    members: int
    classes: int
    plan_days: int
    weeks: list[MoneyLine]  # `before` holds the classes
    plans: list[PlanLine]


# Weeks count where their Monday falls.
USE = """
with inside as (select * from training_week where gym_id = any($1::uuid[]) and week between $2 and $3),
     old as (select * from training_week where gym_id = any($1::uuid[]) and week between $4 and $5)
select (select coalesce(sum(workouts), 0)::int from inside) as workouts, (select coalesce(sum(workouts), 0)::int from old) as before,
  (select count(distinct member_id) from inside where workouts > 0) as people,
  (select count(distinct member_id) from old where workouts > 0) as people_before,
  (select count(*) from member m where exists (
      select from member_week k where k.member_id = m.id and k.week between $2 and $3 and k.gym_id = any($1::uuid[]))) as members,
  (select coalesce(sum(classes), 0)::int from inside) as classes,
  (select coalesce(sum(plan_days), 0)::int from inside) as plan_days,
  (select coalesce(jsonb_agg(jsonb_build_object('label', to_char(week, 'YYYY-MM-DD'), 'amount', workouts, 'before', classes) order by week), '[]') from (
      select week, sum(workouts)::int as workouts, sum(classes)::int as classes from inside group by 1) t) as weeks,
  (select coalesce(jsonb_agg(jsonb_build_object('label', label, 'people', people, 'workouts', workouts, 'plan_days', plan_days)
                             order by workouts desc, label), '[]') from (
      select case when i.plan_id is null then 'none' when p.is_template or p.sharing = 'gym' then p.name else 'own' end as label,
             count(distinct i.member_id)::int as people, sum(i.workouts)::int as workouts, sum(i.plan_days)::int as plan_days
        from inside i left join plan p on p.id = i.plan_id where i.workouts > 0 group by 1) t) as plans"""


async def use(db: Db, gym_ids: Sequence[UUID], span: Span, today: date) -> Used:
    other = span.other
    found = await db.one(Used, USE, list(gym_ids), span.first, min(span.last, today), other.first, other.last)
    assert found is not None
    return found
