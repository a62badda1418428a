"""Visits from before this house kept the door: written down as they were, and taken back as visits are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.actor import Actor
from app.db import Db

STAY = timedelta(minutes=90)  # nobody noted when they left
SOME = 2_000


@dataclass(frozen=True, slots=True)
class Earlier:
    id: UUID
    member_id: UUID
    at: datetime


async def bring_visits(db: Db, actor: Actor, found: Sequence[Earlier]) -> None:
    """In their order, each with a line in the entry log."""
    ordered = sorted(found, key=lambda one: one.at)
    for n in range(0, len(ordered), SOME):
        some = ordered[n : n + SOME]
        ids, members, moments = [one.id for one in some], [one.member_id for one in some], [one.at for one in some]
        await db.run(
            """insert into visit (id, gym_id, member_id, nth, at, day, stays_until, left_at, is_guess)
               select v.id, g.id, v.member_id,
                      coalesce((select max(o.nth) from visit o where o.member_id = v.member_id), 0)
                        + row_number() over (partition by v.member_id order by v.at, v.id),
                      v.at, (v.at at time zone g.zone)::date, v.at + $5, v.at + $5, true
                 from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as v(id, member_id, at) join gym g on g.id = $1
               on conflict (id) do nothing""",
            actor.gym_id, ids, members, moments, STAY,
        )  # fmt: skip
        await db.run("update visit set weeks = null where member_id = any($1) and weeks is not null", list({*members}))
        await db.run(
            """insert into attempt (id, gym_id, at, channel, device, member_id, name, outcome, codes, reasons, hash)
               select v.id, $1, v.at, 'desk', 'import', v.member_id, p.name, 'allowed', '{}', '[]', ''
                 from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as v(id, member_id, at)
                 join member m on m.id = v.member_id join person p on p.id = m.person_id
               on conflict (id) do nothing""",
            actor.gym_id, ids, members, moments,
        )  # fmt: skip


async def take_back_visits(db: Db, ids: Sequence[UUID]) -> None:
    """They did not happen; their lines of the log go with them."""
    for n in range(0, len(ids), SOME):
        some = list(ids[n : n + SOME])
        await db.run("delete from attempt where id = any($1) and device = 'import'", some)
        await db.run("update visit set is_undone = true where id = any($1) and not is_undone", some)
