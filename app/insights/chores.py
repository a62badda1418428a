"""Summing up: what is past is counted once, and again only when it changed. A full recount gives the same (and a test says so)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db import Db

VISITS = """
insert into visit_hour (gym_id, day, hour, visits, inside)
select gym_id, day, hour, sum(visits), sum(inside) from (
    select v.gym_id, v.day, extract(hour from v.at at time zone g.zone)::int as hour, 1 as visits, 0 as inside
      from visit v join gym g on g.id = v.gym_id
     where v.gym_id = $1 and v.day = any($2::date[]) and not v.is_undone
    union all
    select v.gym_id, half::date, extract(hour from half)::int, 0, 1
      from visit v join gym g on g.id = v.gym_id,
           generate_series(date_trunc('hour', v.at at time zone g.zone) + interval '30 minutes',
                           coalesce(v.left_at, v.stays_until) at time zone g.zone, interval '1 hour') half
     where v.gym_id = $1 and v.day = any($2::date[]) and not v.is_undone
       and half >= v.at at time zone g.zone and half::date = v.day
) each group by gym_id, day, hour"""

WEEKS = """
insert into member_week (gym_id, week, member_id, visits)
select gym_id, day - (extract(isodow from day)::int - 1), member_id, count(*)
  from visit where gym_id = $1 and not is_undone
   and day = any(select (w + n)::date from unnest($2::date[]) w, generate_series(0, 6) n)
 group by 1, 2, 3"""

LEDGER = """
insert into ledger_day (gym_id, day, kind, code, method, type_id, currency, amount, lines)
select l.gym_id, (l.at at time zone g.zone)::date as day, l.kind, l.code, coalesce(l.method, ''), m.type_id, l.currency, sum(l.amount), count(*)
  from ledger_line l join gym g on g.id = l.gym_id left join membership m on m.id = l.membership_id
 where l.gym_id = $1 and l.at >= $2 and l.at < $3
 group by 1, 2, 3, 4, 5, 6, 7"""

# Who is a member on a day: something they bought is valid, not cancelled before, and has visits left or none to count.
ON_DAY = """
select m.gym_id, m.member_id,
       (array_agg(m.type_id order by m.kind = 'membership' desc, m.ends_on desc, m.id))[1] as type_id,
       sum(case when m.kind = 'membership' then round(m.price * 30.4375 / (m.sold_ends_on - m.sold_starts_on + 1)) else 0 end)::bigint as recurring,
       min(m.currency) as currency
  from membership m
 where m.gym_id = $1 and m.kind in ('membership', 'pack') and m.starts_on <= $2::date and m.ends_on >= $2::date
   and (m.cancelled_on is null or m.cancelled_on > $2::date)
 group by m.gym_id, m.member_id"""

MONTH = f"""
insert into member_month (gym_id, month, member_id, type_id, recurring, currency)
select gym_id, date_trunc('month', $2::date)::date, member_id, type_id, recurring, currency from ({ON_DAY}) there"""


@dataclass(frozen=True, slots=True)
class Place:
    id: UUID
    zone: str
    first_visit: date | None
    first_line: date | None
    first_membership: date | None


async def sum_up(db: Db, now: datetime) -> None:
    """Nightly, and after an import: complete days and months that are new or have changed."""
    gyms = await db.all(
        Place,
        """select id, zone, (select min(day) from visit where gym_id = gym.id) as first_visit,
                  (select min(at)::date - 1 from ledger_line where gym_id = gym.id) as first_line,
                  (select min(starts_on) from membership where gym_id = gym.id) as first_membership from gym order by id""",
    )
    for gym in gyms:
        yesterday = now.astimezone(ZoneInfo(gym.zone)).date() - timedelta(days=1)
        await sum_visits(db, gym.id, await due(db, "visits", gym.id, gym.first_visit, yesterday))
        await sum_ledger(db, gym, await due(db, "ledger", gym.id, gym.first_line, yesterday))
        last_month = yesterday.replace(day=1) if is_month_end(yesterday) else yesterday.replace(day=1) - timedelta(days=1)
        first = gym.first_membership.replace(day=1) if gym.first_membership else None
        days = await due(db, "members", gym.id, first, last_month.replace(day=1))
        await sum_months(db, gym.id, sorted({day.replace(day=1) for day in days}))


def is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


async def due(db: Db, what: str, gym_id: UUID, first: date | None, last: date) -> list[date]:
    """Days not summed up yet, the last two again, and the marked ones; from here on they count as done."""
    through: date | None = await db.value("select day from summed_through where what = $1 and gym_id = $2", what, gym_id)
    marked = await db.column(
        "delete from stale_day where what = $1 and gym_id = $2 and day <= $3 returning day", what, gym_id, last
    )
    start = through - timedelta(days=1) if through else first
    days = set(marked)
    if start is not None and start <= last:
        days |= {start + timedelta(days=n) for n in range((last - start).days + 1)}
        await db.run(
            """insert into summed_through (what, gym_id, day) values ($1, $2, $3)
               on conflict (what, gym_id) do update set day = greatest(summed_through.day, excluded.day)""",
            what, gym_id, last,
        )  # fmt: skip
    return sorted(days)


async def sum_visits(db: Db, gym_id: UUID, days: list[date]) -> None:
    if not days:
        return
    weeks = sorted({day - timedelta(days=day.weekday()) for day in days})
    await db.run("delete from visit_hour where gym_id = $1 and day = any($2::date[])", gym_id, days)
    await db.run(VISITS, gym_id, days)
    await db.run("delete from member_week where gym_id = $1 and week = any($2::date[])", gym_id, weeks)
    await db.run(WEEKS, gym_id, weeks)


async def sum_ledger(db: Db, gym: Place, days: list[date]) -> None:
    zone = ZoneInfo(gym.zone)
    for first, last in runs(days):
        start = datetime.combine(first, datetime.min.time(), zone)
        end = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
        await db.run("delete from ledger_day where gym_id = $1 and day between $2 and $3", gym.id, first, last)
        await db.run(LEDGER, gym.id, start, end)


def runs(days: list[date]) -> list[tuple[date, date]]:
    """Neighbouring days as one stretch."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


async def sum_months(db: Db, gym_id: UUID, months: list[date]) -> None:
    for month in months:
        last_day = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        await db.run("delete from member_month where gym_id = $1 and month = $2", gym_id, month)
        await db.run(MONTH, gym_id, last_day)


async def recount(db: Db, now: datetime) -> None:
    """From nothing: what the running sums must equal."""
    await db.run("delete from stale_day")
    await db.run("delete from summed_through")
    for table in ("visit_hour", "member_week", "ledger_day", "member_month"):
        await db.run(f"delete from {table}")
    await sum_up(db, now)
