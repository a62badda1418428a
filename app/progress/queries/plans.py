"""Dated plans: which days have one, how they went, and what was scored."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.db import Db
from app.progress.rules.adherence import Scored
from app.progress.rules.windows import Window


async def scores(db: Db, person_id: UUID, window: Window) -> list[Scored]:
    return await db.all(
        Scored,
        "select day, diet, workout from day_score where person_id = $1 and day between $2 and $3 order by day",
        person_id,
        window.first,
        window.last,
    )


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One day of the calendar: what is planned, what happened, how it was scored."""

    day: date
    kcal: float | None
    sessions: int
    planned_sets: int
    done_sets: int
    is_told: bool
    done_sessions: int
    workouts: int
    diet: float | None
    workout: float | None
    note: str
    focus: str

    @property
    def is_planned(self) -> bool:
        return self.kcal is not None or self.sessions > 0


async def days_planned(db: Db, person_id: UUID, window: Window) -> list[PlannedDay]:
    """Every day of the window, planned or not."""
    return await db.all(
        PlannedDay,
        """
select d.day::date as day, diet.kcal::float8 as kcal, coalesce(plan.sessions, 0) as sessions, coalesce(plan.sets, 0)::int as planned_sets,
  coalesce(plan.done, 0)::int as done_sets, told.id is not null as is_told,
  (select count(*) from done_session s where s.person_id = $1 and s.day = d.day and s.is_done is not false) as done_sessions,
  (select count(*) from workout w where w.person_id = $1 and w.started_on = d.day and w.status = 'completed') as workouts,
  score.diet::float8 as diet, score.workout::float8 as workout, coalesce(score.note, '') as note, coalesce(plan.focus, '') as focus
from generate_series($2::date, $3::date, interval '1 day') as d(day)
left join diet_day diet on diet.person_id = $1 and diet.day = d.day
left join daily_check_in told on told.person_id = $1 and told.day = d.day
left join day_score score on score.person_id = $1 and score.day = d.day
left join lateral (
  select count(distinct s.id) as sessions, sum(coalesce(x.sets, 1)) filter (where x.name is not null) as sets,
    sum(least(coalesce(x.sets, 1), (
      select count(*) from workout w join workout_exercise we on we.workout_id = w.id join workout_set ws on ws.workout_exercise_id = we.id
      where w.person_id = s.person_id and w.started_on = s.day and w.status <> 'aborted' and lower(we.exercise_name) = lower(x.name)
        and we.removed_at is null and ws.removed_at is null and ws.done_at is not null and ws.kind <> 'warmup')))
      filter (where x.name is not null) as done,
    string_agg(distinct nullif(s.class_sessions, ''), ', ') as focus
  from dated_session s left join dated_exercise x on x.session_id = s.id where s.person_id = $1 and s.day = d.day) plan on true
order by d.day""",
        person_id,
        window.first,
        window.last,
    )


async def first_and_last(db: Db, person_id: UUID) -> tuple[date | None, date | None]:
    found = await db.all(
        Span,
        """select min(day) as first, max(day) as last from (
             select day from diet_day where person_id = $1 union all select day from dated_session where person_id = $1) as planned""",
        person_id,
    )
    return found[0].first, found[0].last


@dataclass(frozen=True, slots=True)
class Span:
    first: date | None
    last: date | None
