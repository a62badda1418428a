"""What a coach may see: only members who granted it, and only while the grant stands."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.db import Db
from app.training.rules.cards import Before

# $1 the coach: whose training they may look at. Used by every statement of the cockpit.
GRANTED = "exists (select from coach_grant g where g.person_id = {person} and g.coach_id = $1 and g.revoked_at is null)"


@dataclass(frozen=True, slots=True)
class Trainee:
    """One line of the roster, with what tells whether somebody should look."""

    id: UUID
    name: str
    granted_at: datetime
    weekly_target: int
    last_on: date | None
    in_four_weeks: int
    this_week: int
    planned_sets: int
    done_sets: int
    skipped: int
    hurt: int
    unseen: int  # finished workouts since the coach last wrote
    plan_name: str | None = None


async def roster(db: Db, coach_id: UUID, today: date) -> list[Trainee]:
    """Two weeks of planned against done, four weeks of frequency, in one statement."""
    return await db.all(
        Trainee,
        """
        select p.id, p.name, g.granted_at, coalesce(c.weekly_target, 2) as weekly_target,
               (select w.started_on from workout w where w.person_id = p.id and w.status = 'completed'
                order by w.started_at desc limit 1) as last_on,
               count(w.id) filter (where w.started_on > $2 - 28) as in_four_weeks,
               count(w.id) filter (where w.started_on > $2 - 7) as this_week,
               coalesce(sum(s.planned) filter (where w.started_on > $2 - 14), 0)::int as planned_sets,
               coalesce(sum(s.done) filter (where w.started_on > $2 - 14), 0)::int as done_sets,
               coalesce(sum(s.skipped) filter (where w.started_on > $2 - 14), 0)::int as skipped,
               coalesce(sum(s.hurt) filter (where w.started_on > $2 - 14), 0)::int as hurt,
               count(w.id) filter (where w.ended_at > coalesce((select max(m.at) from workout_comment m
                 join workout x on x.id = m.workout_id where m.author_id = $1 and x.person_id = p.id), g.granted_at)) as unseen,
               (select l.name from following f join plan l on l.id = f.plan_id
                where f.person_id = p.id and f.ended_at is null order by f.starts_on desc limit 1) as plan_name
        from coach_grant g
        join person p on p.id = g.person_id
        left join training_choice c on c.person_id = p.id
        left join workout w on w.person_id = p.id and w.status = 'completed' and w.started_at > $2::date - 30
        left join lateral (
          select sum(least(e.target_sets, d.done)) filter (where e.target_sets is not null) as done,
                 sum(e.target_sets) filter (where not d.is_warm_up) as planned, count(e.skip_reason) as skipped,
                 count(*) filter (where e.skip_reason = 'pain') as hurt
          from workout_exercise e left join lateral (
            select count(z.done_at) filter (where z.kind <> 'warmup') as done, coalesce(bool_and(z.kind = 'warmup'), false) as is_warm_up
            from workout_set z where z.workout_exercise_id = e.id and z.removed_at is null) d on true
          where e.workout_id = w.id and e.removed_at is null) s on true
        where g.coach_id = $1 and g.revoked_at is null
        group by p.id, p.name, g.granted_at, c.weekly_target
        order by p.name""",
        coach_id,
        today,
    )


@dataclass(frozen=True, slots=True)
class LastDone:
    exercise_id: UUID
    started_on: date
    workout_id: UUID
    rows: list[Before]


async def last_done(db: Db, person_id: UUID, exercise_ids: list[UUID]) -> list[LastDone]:
    """The latest session of each of these exercises: one probe of an index each."""
    return await db.all(
        LastDone,
        """select x.id as exercise_id, p.started_on, p.workout_id, p.rows from unnest($2::uuid[]) x(id), lateral (
             select started_on, workout_id, rows from performance
             where person_id = $1 and exercise_id = x.id order by started_at desc limit 1) p""",
        person_id,
        exercise_ids,
    )


@dataclass(frozen=True, slots=True)
class Grant:
    id: UUID
    coach_id: UUID
    name: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Coach:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Openness:
    """Whom this person lets look, and whom they could."""

    grants: list[Grant] = field(default_factory=list)
    coaches: list[Coach] = field(default_factory=list)


async def openness(db: Db, person_id: UUID, gym_ids: list[UUID]) -> Openness:
    found = await db.one(
        Openness,
        f"""select
          coalesce((select json_agg(x order by x.name) from (
            select g.id, g.coach_id, p.name, g.granted_at from coach_grant g join person p on p.id = g.coach_id
            where g.person_id = $1 and g.revoked_at is null) x), '[]') as grants,
          coalesce((select json_agg(x order by x.name) from (
            select distinct p.id, p.name from person p where p.id <> $1 and p.is_active and {IS_COACH}
              and not exists (select from coach_grant g where g.person_id = $1 and g.coach_id = p.id and g.revoked_at is null)) x),
            '[]') as coaches""",
        person_id,
        gym_ids,
    )
    return found or Openness()


# Somebody who coaches at one of these gyms ($2), or at all of them.
IS_COACH = """exists (select from role_grant h join role r on r.id = h.role_id
  where h.person_id = p.id and 'coach.members' = any(r.permissions) and (h.gym_id is null or h.gym_id = any($2)))"""


async def may_look(db: Db, coach_id: UUID, person_id: UUID) -> str | None:
    """The trainee's name when they granted it."""
    return await db.value("select p.name from person p where p.id = $2 and " + GRANTED.format(person="p.id"), coach_id, person_id)
