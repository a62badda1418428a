"""Who may see and who may change a plan or a unit. One predicate each, used by every statement that looks one up.

Owner, or gym-wide (to read), or shared and granted. They take $1 the person, $2 their gyms, $3 now, and the alias `p` or `u`.
A unit made inside a plan follows that plan. Every predicate names all three, so that any statement may hold any of them.
"""

from datetime import datetime
from typing import Any

from app.actor import Actor


def who(actor: Actor, now: datetime) -> tuple[Any, ...]:
    return actor.person_id, list(actor.gym_ids), now


def _granted(table: str, key: str, alias: str, level: str = "") -> str:
    return f"""({alias}.sharing = 'shared' and exists (select from {table} granted where granted.{key} = {alias}.id
        and granted.person_id = $1 and (granted.expires_at is null or granted.expires_at > $3) {level}))"""


WRITE = "and granted.level = 'write'"

READS_PLAN = f"""(p.owner_id is not distinct from $1 or (p.archived_at is null and (
    (p.sharing = 'gym' and p.gym_id = any($2::uuid[])) or {_granted("plan_access", "plan_id", "p")})))"""
WRITES_PLAN = f"""($2::uuid[] is not null and (p.owner_id is not distinct from $1
    or (p.archived_at is null and {_granted("plan_access", "plan_id", "p", WRITE)})))"""

READS_UNIT = f"""(case when u.plan_id is null
    then u.owner_id is not distinct from $1 or (u.sharing = 'gym' and u.gym_id = any($2::uuid[]))
        or {_granted("unit_access", "unit_id", "u")}
    else exists (select from plan p where p.id = u.plan_id and {READS_PLAN}) end)"""
WRITES_UNIT = f"""($2::uuid[] is not null and case when u.plan_id is null
    then u.owner_id is not distinct from $1 or {_granted("unit_access", "unit_id", "u", WRITE)}
    else exists (select from plan p where p.id = u.plan_id and {WRITES_PLAN}) end)"""
