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

# Who is a member on a day: a membership or pack that is valid then and not cancelled before. `$1` the gyms, `$2` the day.
ON_DAY = """
select m.member_id,
       (array_agg(m.type_id order by m.kind = 'membership' desc, m.ends_on desc, m.id))[1] as type_id,
       sum(case when m.kind = 'membership' then round(m.price * 30.4375 / (m.sold_ends_on - m.sold_starts_on + 1)) else 0 end)::bigint as recurring,
       min(m.currency) as currency
  from membership m
 where m.gym_id = any($1::uuid[]) and m.kind in ('membership', 'pack') and m.starts_on <= $2::date and m.ends_on >= $2::date
   and (m.cancelled_on is null or m.cancelled_on > $2::date)
 group by m.member_id"""

MONTH = f"""
insert into member_month (gym_id, month, member_id, type_id, recurring, currency)
select ($1::uuid[])[1], date_trunc('month', $2::date)::date, member_id, type_id, recurring, currency from ({ON_DAY}) there"""

# A workout counts for the gym whose member trained, wherever it was.
TRAINING = """
insert into training_week (gym_id, week, member_id, plan_id, workouts, plan_days, classes)
select $1, week, member_id, plan_id, sum(workouts), sum(plan_days), sum(classes) from (
    select date_trunc('week', w.started_on::timestamp)::date as week, m.id as member_id, w.plan_id, 1 as workouts,
           (w.following_id is not null)::int as plan_days, 0 as classes
      from workout w join member m on m.person_id = w.person_id
     where m.home_gym_id = $1 and w.status = 'completed'
       and w.started_on = any(select (d + n)::date from unnest($2::date[]) d, generate_series(0, 6) n)
    union all
    select date_trunc('week', s.day::timestamp)::date, m.id, null, 0, 0, 1
      from done_session s join member m on m.person_id = s.person_id
     where m.home_gym_id = $1 and s.kind = 'class' and s.is_done
       and s.day = any(select (d + n)::date from unnest($2::date[]) d, generate_series(0, 6) n)) each
 group by week, member_id, plan_id"""

# `$1` the gym, `$2` its last complete day. Whoever neither trains nor follows a plan has no row.
SIGNS = """
insert into training_sign (member_id, recent, usual, plan_due, plan_done, plan_usual, stalled, day)
with trained as (
       select w.person_id, count(*) filter (where w.started_on > $2::date - 28) as recent,
              round(count(*) filter (where w.started_on <= $2::date - 28) / 3.0) as usual
         from workout w where w.status = 'completed' and w.started_on > $2::date - 112 and w.started_on <= $2 group by 1),
     followed as (
       select f.person_id, jsonb_array_length(v.content->'days') * 14.0 / (v.content->>'cycle_days')::int as due,
              count(*) filter (where d.done_on > $2::date - 14) as done, count(*) filter (where d.done_on <= $2::date - 14) / 4.0 as usual
         from following f join plan_version v on v.id = f.version_id
         left join plan_day_done d on d.following_id = f.id and d.done_on > $2::date - 70 and d.done_on <= $2
        where f.ended_at is null and f.starts_on <= $2::date - 14 group by f.id, v.id),
     planned as (select person_id, round(sum(due)) as due, sum(done) as done, round(sum(usual)) as usual from followed group by 1),
     lifts as (
       select p.person_id, max(p.e1rm) filter (where p.started_on > $2::date - 28) as lately,
              max(p.e1rm) filter (where p.started_on <= $2::date - 28) as before,
              count(*) filter (where p.started_on > $2::date - 28) as times
         from performance p where p.started_on > $2::date - 84 and p.started_on <= $2 and p.e1rm is not null
        group by p.person_id, p.exercise_id),
     stuck as (select person_id, count(*) as stalled from lifts where times >= 3 and lately <= before group by 1)
select m.id, coalesce(t.recent, 0), coalesce(t.usual, 0), coalesce(n.due, 0), coalesce(n.done, 0), coalesce(n.usual, 0),
       coalesce(s.stalled, 0), $2
  from member m left join trained t on t.person_id = m.person_id left join planned n on n.person_id = m.person_id
  left join stuck s on s.person_id = m.person_id
 where m.home_gym_id = $1 and m.left_on is null and (t.person_id is not null or n.person_id is not null)"""


# `$1` the home gym, `$2` the Monday of the running week: the sixteen weeks before it, wherever the member came in.
RHYTHM = """
insert into rhythm (member_id, monday, weeks)
select m.id, $2, array_agg(coalesce(k.visits, 0) order by w.n desc)
  from member m cross join generate_series(1, 16) w(n)
  left join (select member_id, week, sum(visits)::int as visits from member_week where week >= $2::date - 112 and week < $2 group by 1, 2) k
    on k.member_id = m.id and k.week = $2::date - 7 * w.n
 where m.home_gym_id = $1 and m.left_on is null group by m.id having sum(k.visits) > 0"""


@dataclass(frozen=True, slots=True)
class Place:
    id: UUID
    zone: str
    first_visit: date | None
    first_line: date | None
    first_membership: date | None
    first_workout: date | None


async def sum_up(db: Db, now: datetime) -> None:
    """Nightly, and after an import: complete days and months that are new or have changed."""
    gyms = await db.all(
        Place,
        """select id, zone, (select min(day) from visit where gym_id = gym.id) as first_visit,
                  (select min(at)::date - 1 from ledger_line where gym_id = gym.id) as first_line,
                  (select min(starts_on) from membership where gym_id = gym.id) as first_membership,
                  (select min(w.started_on) from workout w join member m on m.person_id = w.person_id where m.home_gym_id = gym.id) as first_workout
             from gym order by id""",
    )
    for gym in gyms:
        yesterday = now.astimezone(ZoneInfo(gym.zone)).date() - timedelta(days=1)
        await sum_visits(db, gym.id, await due(db, "visits", gym.id, gym.first_visit, yesterday))
        await sum_ledger(db, gym, await due(db, "ledger", gym.id, gym.first_line, yesterday))
        last_month = yesterday.replace(day=1) if is_month_end(yesterday) else yesterday.replace(day=1) - timedelta(days=1)
        first = gym.first_membership.replace(day=1) if gym.first_membership else None
        days = await due(db, "members", gym.id, first, last_month.replace(day=1))
        await sum_months(db, gym.id, sorted({day.replace(day=1) for day in days}))
        await sum_habits(db, gym.id, await due(db, "training", gym.id, gym.first_workout, yesterday), yesterday)


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
        await db.run(MONTH, [gym_id], last_day)


async def sum_habits(db: Db, gym_id: UUID, days: list[date], yesterday: date) -> None:
    """The weeks that changed; and everybody's rhythm and what training says of it, which only look back a few weeks."""
    weeks = sorted({day - timedelta(days=day.weekday()) for day in days})
    if weeks:
        await db.run("delete from training_week where gym_id = $1 and week = any($2::date[])", gym_id, weeks)
        await db.run(TRAINING, gym_id, weeks)
    await db.run("delete from rhythm using member m where m.id = member_id and m.home_gym_id = $1", gym_id)
    today = yesterday + timedelta(days=1)
    await db.run(RHYTHM, gym_id, today - timedelta(days=today.weekday()))
    await db.run("delete from training_sign using member m where m.id = member_id and m.home_gym_id = $1", gym_id)
    await db.run(SIGNS, gym_id, yesterday)


async def recount(db: Db, now: datetime) -> None:
    """From nothing: what the running sums must equal."""
    await db.run("delete from stale_day")
    await db.run("delete from summed_through")
    for table in ("visit_hour", "member_week", "ledger_day", "member_month", "training_week", "training_sign", "rhythm"):
        await db.run(f"delete from {table}")
    await sum_up(db, now)
