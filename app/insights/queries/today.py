"""This moment at one gym, beside what is usual for it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db import Db
from app.desk.queries import came
from app.insights.rules import Usual, usual


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


NOW = f"""
with here as (select g.*, ($2::timestamptz at time zone g.zone)::date as today, extract(hour from $2::timestamptz at time zone g.zone)::int as hour
                from gym g where g.id = $1),
     seven as (select (today - 7 * n) as day from here, generate_series(1, 8) n)
select here.name as gym, here.capacity,
  (select count(*) from visit v where v.gym_id = $1 and v.left_at is null and not v.is_undone and v.stays_until > $2) as inside,
  {came("here.today")} as came,
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
  (select coalesce(jsonb_object_agg(hour, n), '{{}}') from (
      select extract(hour from q.began at time zone here.zone)::int as hour, sum(q.n)::int as n from (
          -- by quarters first: no zone cuts one in two, and a clock is asked for ninety-six of them instead of every visit
          select date_bin('15 minutes', v.at, 'epoch') as began, count(*) as n from visit v
           where v.gym_id = $1 and v.day = here.today and not v.is_undone group by 1) q group by 1) t) as by_hour,
  (select coalesce(jsonb_agg(jsonb_build_object('day', seven.day - here.today, 'hour', h.hour, 'visits', coalesce(v.visits, 0), 'inside', coalesce(v.inside, 0))), '[]')
     from seven cross join generate_series(0, 23) h(hour) left join visit_hour v on v.gym_id = $1 and v.day = seven.day and v.hour = h.hour
    where exists (select from visit_hour w where w.gym_id = $1 and w.day = seven.day)) as before
from here"""


async def now_at(db: Db, gym_id: UUID, now: datetime, zone: ZoneInfo) -> Now | None:
    found = await db.one(_Now, NOW, gym_id, now)
    if found is None:
        return None
    hour = now.astimezone(zone).hour
    before = {(line["day"], line["hour"]): line for line in found.before}
    days = sorted({day for day, _hour in before})

    def of(what: str, hours: range) -> Usual | None:
        return usual(sum([before[day, h][what] for h in hours if (day, h) in before]) for day in days)

    hours = tuple(Hour(h, found.by_hour.get(str(h), 0), of("visits", range(h, h + 1))) for h in range(5, 24))
    kept = {name: getattr(found, name) for name in _Now.__slots__ if name not in {"by_hour", "before"}}
    return Now(**kept, hours=hours, usual_inside=of("inside", range(hour, hour + 1)), usual_came=of("visits", range(hour + 1)))
