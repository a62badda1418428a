"""A visit is taken back, or ends."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.actor import Actor
from app.db import Db
from app.desk.rules.verdict import UNDO


@dataclass(frozen=True, slots=True)
class Undone:
    visit_id: UUID
    name: str
    gave_back: bool
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class TooLate:
    visit_id: UUID


@dataclass(frozen=True, slots=True)
class _Visit:
    id: UUID
    member_id: UUID
    membership_id: UUID | None
    took: bool
    at: datetime
    is_undone: bool
    name: str
    undo_id: UUID | None = None


VISIT = """
select v.id, v.member_id, v.membership_id, v.took, v.at, v.is_undone, p.name, u.id as undo_id
from visit v join member m on m.id = v.member_id join person p on p.id = m.person_id left join undo u on u.visit_id = v.id
where v.id = $1 and v.gym_id = $2"""

# Membership before visit, as a tap does, so that the two never wait for each other.
TAKE_BACK = """
with held as (
  select id from membership where id = $3 for no key update
), back as (
  update visit set is_undone = true, left_at = coalesce(left_at, greatest(at, $5))
  where id = $2 and not is_undone and at >= $5::timestamptz - $6::interval and (select count(*) from held) >= 0
  returning id, gym_id, member_id, membership_id, took
), given as (
  update membership set visits_left = visits_left + 1
  where id = (select membership_id from back where took) and visits_left < visits_sold returning id
)
insert into undo (id, visit_id, gym_id, member_id, gave_back, by, at)
select $1, id, gym_id, member_id, exists (select from given), $4, $5 from back
on conflict (visit_id) do nothing returning gave_back"""


async def undo(db: Db, actor: Actor, visit_id: UUID, *, id: UUID, now: datetime) -> Undone | TooLate | None:
    """Within its minute, once; sent twice it stays undone once. None: no such visit at this gym."""
    visit = await db.one(_Visit, VISIT, visit_id, actor.gym_id)
    if visit is None:
        return None
    if not visit.is_undone:
        gave = await db.value(TAKE_BACK, id, visit_id, visit.membership_id, actor.person_id, now, UNDO)
        if gave is not None:
            return Undone(visit_id, visit.name, bool(gave))
        visit = await db.one(_Visit, VISIT, visit_id, actor.gym_id)
    if visit is not None and visit.is_undone:
        return Undone(visit_id, visit.name, visit.took, is_replay=True)
    return TooLate(visit_id)


async def check_out(db: Db, actor: Actor, visit_id: UUID, *, now: datetime) -> str | None:
    """The name of who left; None when this gym knows no such visit."""
    return await db.value(
        """with out as (
          update visit set left_at = greatest(at, $3) where id = $1 and gym_id = $2 and left_at is null and not is_undone)
        select p.name from visit v join member m on m.id = v.member_id join person p on p.id = m.person_id
        where v.id = $1 and v.gym_id = $2""",
        visit_id,
        actor.gym_id,
        now,
    )


async def everybody_out(db: Db, actor: Actor, *, now: datetime) -> int:
    """The lights go off: whoever is still listed has left."""
    return await db.run(
        """update visit set left_at = greatest(at, $2), is_guess = true
        where gym_id = $1 and left_at is null and not is_undone""",
        actor.gym_id,
        now,
    )
