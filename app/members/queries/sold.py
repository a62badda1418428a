"""What members hold, what is on sale, and what the gym allows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.db import Db
from app.members.rules import GymRules, Offer, Pass


def status_sql(sold: str, day: str) -> str:
    """`rules.status` for statements that filter or count thousands: `sold` is the alias, `day` the placeholder."""
    return f"""case when {sold}.cancelled_on <= {day} then 'cancelled' when {sold}.ends_on < {day} or {sold}.visits_left = 0 then 'expired'
      when {sold}.suspended_on <= {day} then 'suspended' when {sold}.starts_on > {day} then 'pending'
      when exists (select from membership_freeze f where f.membership_id = {sold}.id and f.starts_on <= {day}
                      and {day} < coalesce(f.thawed_on, f.ends_on + 1)) then 'frozen'
      else 'active' end"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Pass):
    """A membership as somebody holds it, with its terms as they were sold."""

    member_id: UUID
    type_id: UUID
    gym_id: UUID
    owner: str
    name: str
    price: int
    joining_fee: int
    currency: str
    visits_sold: int | None
    sold_ends_on: date
    windows: list[dict[str, Any]]
    gym_ids: list[UUID]
    daily_limit: int | None
    is_shared: bool
    is_replaced: bool
    suspended_why: str
    cancelled_why: str
    sold_at: datetime


def held_sql(member: str, with_shared: str) -> str:
    """Also inside a wider statement: `member` is a column or placeholder there."""
    return f"""
select s.id, s.kind, s.starts_on, s.ends_on, s.visits_left, s.suspended_on, s.cancelled_on, s.sold_starts_on, s.sold_ends_on, s.grace_days,
       s.member_id = {member} as is_own, s.member_id, s.type_id, s.gym_id, p.name as owner, s.name, s.price, s.joining_fee, s.currency, s.visits_sold,
       s.windows, s.gym_ids, s.daily_limit, s.is_shared, s.is_replaced, s.suspended_why, s.cancelled_why, s.sold_at,
       coalesce((select json_agg(json_build_object('starts_on', f.starts_on, 'ends_on', f.ends_on, 'thawed_on', f.thawed_on) order by f.starts_on)
                   from membership_freeze f where f.membership_id = s.id), '[]') as spells
  from membership s join member m on m.id = s.member_id join person p on p.id = m.person_id
 where s.member_id = {member}
    or {with_shared} and s.is_shared and s.member_id in (
         select other.member_id from household_place mine join household_place other on other.household_id = mine.household_id
          where mine.member_id = {member} and mine.may_use)
 order by s.starts_on desc, s.id desc
"""


HELD = held_sql("$1", "$2")


async def held_by(db: Db, member_id: UUID, *, with_shared: bool = False) -> list[Held]:
    """Newest first; with what the household shares, when asked."""
    return await db.all(Held, HELD, member_id, with_shared)


async def has_joined(db: Db, member_id: UUID) -> bool:
    """The joining fee is asked once; a day pass or a trial is not joining."""
    return bool(
        await db.value(
            "select exists(select from membership where member_id = $1 and kind in ('membership', 'pack') and cancelled_on is distinct from starts_on)",
            member_id,
        )
    )


async def gym_rules(db: Db, gym_id: UUID) -> GymRules:
    return await db.one(GymRules, "select * from gym_rules where gym_id = $1", gym_id) or GymRules()


@dataclass(frozen=True, slots=True)
class Type:
    id: UUID
    name: str
    kind: str
    visits: int | None
    duration: int
    duration_unit: str
    price: int
    joining_fee: int
    windows: list[dict[str, Any]]
    gym_ids: list[UUID]
    daily_limit: int | None
    grace_days: int
    is_shared: bool
    is_active: bool
    in_use: int = 0

    @property
    def offer(self) -> Offer:
        unit: Any = self.duration_unit
        kind: Any = self.kind
        return Offer(kind, self.duration, unit, self.visits, self.price, self.joining_fee, self.is_active)


TYPE = """t.id, t.name, t.kind, t.visits, t.duration, t.duration_unit, t.price, t.joining_fee, t.windows, t.gym_ids, t.daily_limit,
       t.grace_days, t.is_shared, t.is_active"""


async def types(db: Db, gym_ids: tuple[UUID, ...], day: date, *, on_sale: bool = False) -> list[Type]:
    return await db.all(
        Type,
        f"""select {TYPE}, (select count(*) from membership s where s.type_id = t.id and s.ends_on >= $2 and s.starts_on <= $2
                               and (s.cancelled_on is null or s.cancelled_on > $2)) as in_use
              from membership_type t
             where (t.gym_ids = '{{}}' or t.gym_ids && $1) and (t.is_active or not $3)
             order by t.is_active desc, array_position(array['membership', 'pack', 'day', 'trial'], t.kind), t.price, t.name""",
        list(gym_ids),
        day,
        on_sale,
    )


async def type_of(db: Db, type_id: UUID, gym_ids: tuple[UUID, ...]) -> Type | None:
    return await db.one(
        Type,
        f"select {TYPE} from membership_type t where t.id = $1 and (t.gym_ids = '{{}}' or t.gym_ids && $2)",
        type_id,
        list(gym_ids),
    )
