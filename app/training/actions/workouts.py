"""What a lifter does to a workout besides logging: finish, discard, bring back, move, swap, skip, note, correct the past."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.actor import Actor
from app.db import Db
from app.training.actions.counting import recount
from app.training.actions.planning import tell_plan
from app.training.actions.sets import heard
from app.training.actions.starting import Opening, Started, free, past, put_in, start
from app.training.rules import course

MOST_EXERCISES = 60


@dataclass(frozen=True, slots=True)
class Refused:
    """`code`: discarded, too_late, nothing_done, too_many, order."""

    code: str


@dataclass(frozen=True, slots=True)
class _Facts:
    status: str
    started_at: datetime
    zone: str
    done: int
    ended_at: datetime | None = None
    aborted_at: datetime | None = None

    @property
    def state(self) -> course.State:
        return course.State(self.status, self.started_at, self.ended_at, self.aborted_at)


async def _facts(db: Db, person_id: UUID, workout_id: UUID) -> _Facts | None:
    return await db.one(
        _Facts,
        """select w.status, w.started_at, w.zone, w.ended_at, w.aborted_at,
                  (select count(*) from workout_exercise e join workout_set s on s.workout_exercise_id = e.id
                   where e.workout_id = w.id and e.removed_at is null and s.removed_at is null and s.done_at is not null) as done
           from workout w where w.id = $1 and w.person_id = $2 for update""",
        workout_id,
        person_id,
    )


async def _write(db: Db, workout_id: UUID, state: course.State, at: datetime) -> None:
    await db.run(
        """update workout set status = $2, ended_at = $3, aborted_at = $4, duration_seconds = $5, at = greatest(at, $6)
           where id = $1""",
        workout_id,
        state.status,
        state.ended_at,
        state.aborted_at,
        course.duration(state),
        at,
    )


async def finish(db: Db, person_id: UUID, workout_id: UUID, *, at: datetime, now: datetime) -> Refused | bool | None:
    """True when this finished it, False when it already was, None when there is no such workout of theirs."""
    facts = await _facts(db, person_id, workout_id)
    if facts is None:
        return None
    after = course.finish(facts.state, heard(at, now))
    if isinstance(after, str):
        return Refused(after)
    if after == facts.state:
        return False
    if not facts.done:
        return Refused("nothing_done")
    await _write(db, workout_id, after, at)
    await recount(db, person_id, workout_id)
    await tell_plan(db, person_id, workout_id)
    return True


async def discard(db: Db, person_id: UUID, workout_id: UUID, *, at: datetime, now: datetime) -> Refused | bool | None:
    return await _turn(db, person_id, workout_id, lambda state: course.discard(state, heard(at, now)), at)


async def recover(db: Db, person_id: UUID, workout_id: UUID, *, now: datetime) -> Refused | bool | None:
    return await _turn(db, person_id, workout_id, lambda state: course.recover(state, now), now)


async def resume(db: Db, person_id: UUID, workout_id: UUID, *, now: datetime) -> Refused | bool | None:
    """Back to the bar: what was kept of it goes until it is finished again."""
    return await _turn(db, person_id, workout_id, course.resume, now)


async def _turn(
    db: Db, person_id: UUID, workout_id: UUID, rule: Callable[[course.State], course.State | str], at: datetime
) -> Refused | bool | None:
    facts = await _facts(db, person_id, workout_id)
    if facts is None:
        return None
    after = rule(facts.state)
    if isinstance(after, str):
        return Refused(after)
    if after == facts.state:
        return False
    await _write(db, workout_id, after, at)
    await recount(db, person_id, workout_id)
    await tell_plan(db, person_id, workout_id)
    return True


async def correct(
    db: Db, person_id: UUID, workout_id: UUID, *, started_at: datetime, ended_at: datetime | None, notes: str, at: datetime
) -> Refused | bool | None:
    """When it was and what was noted. A later start moves its day, its place in the charts and its records."""
    facts = await _facts(db, person_id, workout_id)
    if facts is None or facts.status == "aborted":
        return None
    ended_at = ended_at if facts.status == "completed" else None
    if facts.status == "completed" and (ended_at is None or ended_at < started_at):
        return Refused("order")
    await db.run(
        """update workout set started_at = $2, started_on = $3, ended_at = $4, notes = $5, at = greatest(at, $6),
                  duration_seconds = trunc(extract(epoch from $4::timestamptz - $2::timestamptz))
           where id = $1""",
        workout_id,
        started_at,
        started_at.astimezone(ZoneInfo(facts.zone)).date(),
        ended_at,
        notes,
        at,
    )
    if facts.status == "completed":
        await recount(db, person_id, workout_id)
        await tell_plan(db, person_id, workout_id)
    return True


async def backfill(
    db: Db, actor: Actor, opening: Opening, *, id: UUID, started_at: datetime, ended_at: datetime
) -> Started | None:
    """A workout that was only written down later: it is finished from the start, and its sets are filled in afterwards."""
    started = await start(db, actor, opening, id=id, at=started_at)
    if started is not None and started.is_new:
        await _write(db, id, course.State("completed", started_at, ended_at), started_at)
    return started


async def note(db: Db, person_id: UUID, workout_id: UUID, notes: str, *, at: datetime) -> bool:
    """The latest word about the workout as a whole."""
    return bool(
        await db.run(
            "update workout set notes = $3, at = $4 where id = $1 and person_id = $2 and at <= $4",
            workout_id,
            person_id,
            notes,
            at,
        )
    )


@dataclass(frozen=True, slots=True)
class _Place:
    workout_id: UUID
    status: str
    last: int
    ids: list[UUID]


async def _place(db: Db, person_id: UUID, workout_id: UUID) -> _Place | None:
    return await db.one(
        _Place,
        """select w.id as workout_id, w.status, coalesce(max(e.position), 0) as last,
                  coalesce(array_agg(e.id order by e.position) filter (where e.id is not null), '{}') as ids
           from workout w left join workout_exercise e on e.workout_id = w.id and e.removed_at is null
           where w.id = $1 and w.person_id = $2 and w.status <> 'aborted' group by w.id""",
        workout_id,
        person_id,
    )


async def add(db: Db, actor: Actor, workout_id: UUID, exercise_id: UUID, *, id: UUID, at: datetime) -> UUID | Refused | None:
    """An exercise at the end, with as many sets as last time. The phone's id makes saying it twice harmless."""
    await db.value("select 1 from workout where id = $1 for update", workout_id)
    place = await _place(db, actor.person_id, workout_id)
    known = await past(db, actor, [exercise_id])
    if place is None or not known:
        return None
    if await db.value("select exists(select from workout_exercise where id = $1)", id):
        return id
    if place.last >= MOST_EXERCISES:
        return Refused("too_many")
    await put_in(db, actor, workout_id, [free(known[0])], first=place.last + 1, id=id)
    return id


async def move(db: Db, person_id: UUID, workout_id: UUID, order: Sequence[UUID], *, at: datetime) -> bool | None:
    """The exercises in this order; ones it does not name keep their place at the end. An older word changes nothing."""
    await db.value("select 1 from workout where id = $1 for update", workout_id)
    place = await _place(db, person_id, workout_id)
    if place is None:
        return None
    wanted = [one for one in dict.fromkeys(order) if one in place.ids]
    wanted += [one for one in place.ids if one not in wanted]
    if wanted == place.ids or not await db.run("update workout set at = $2 where id = $1 and at <= $2", workout_id, at):
        return False
    await _place_again(db, workout_id, wanted)
    return True


async def _place_again(db: Db, workout_id: UUID, order: Sequence[UUID]) -> None:
    """Through negative places, because two may not share one even for a moment."""
    await db.run("update workout_exercise set position = -position where workout_id = $1 and removed_at is null", workout_id)
    await db.run(
        """update workout_exercise e set position = o.place
           from unnest($2::uuid[]) with ordinality as o (id, place) where e.id = o.id and e.workout_id = $1""",
        workout_id,
        list(order),
    )
