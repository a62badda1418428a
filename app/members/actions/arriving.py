"""Many members at once, as another system knew them, and taking them away again while nothing hangs on them yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.accounts import queries as accounts
from app.actor import Actor
from app.db import Db, new_id
from app.members.rules import part_of


@dataclass(frozen=True, slots=True)
class Newcomer:
    id: UUID
    name: str
    joined_on: date
    email: str | None = None
    phone: str = ""
    born_on: date | None = None
    alert: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """A membership as it stood elsewhere: sold once, paid there."""

    id: UUID
    member_id: UUID
    type_id: UUID
    starts_on: date
    ends_on: date
    price: int
    visits_left: int | None = None
    suspended_on: date | None = None
    cancelled_on: date | None = None


async def welcome(db: Db, actor: Actor, people: Sequence[Newcomer], *, now: datetime) -> None:
    """Person, member and role for each; under the same ids twice it is once."""
    ids = [(one, part_of(one.id, "person")) for one in people]
    await db.lots(
        """insert into person (id, name, email, home_gym_id, created_at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing""",
        [(person_id, one.name, one.email, actor.gym_id, now) for one, person_id in ids],
    )
    await db.lots(
        """insert into member (id, person_id, home_gym_id, phone, born_on, alert, joined_on, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing""",
        [(one.id, person_id, actor.gym_id, one.phone, one.born_on, one.alert, one.joined_on, now) for one, person_id in ids],
    )
    role = await accounts.role_id(db, "member")
    await db.lots(
        """insert into role_grant (id, person_id, role_id, gym_id, granted_by, granted_at)
           values ($1, $2, $3, $4, $5, $6) on conflict do nothing""",
        [(new_id(), person_id, role, actor.gym_id, actor.person_id, now) for _one, person_id in ids],
    )


async def bring_memberships(db: Db, actor: Actor, sold: Sequence[Brought], *, now: datetime) -> None:
    """With the terms that the type has today and the days and visits that they had there."""
    await db.lots(
        """insert into membership (id, member_id, type_id, gym_id, kind, name, starts_on, ends_on, sold_starts_on, sold_ends_on, visits_sold,
                 visits_left, price, currency, windows, gym_ids, daily_limit, grace_days, is_shared, suspended_on, cancelled_on, sold_by, sold_at)
           select $1, $2, t.id, $4, t.kind, t.name, $5, $6, $5, $6,
                  case when t.visits is not null then greatest(t.visits, $7::int, 1) end,
                  case when t.visits is not null then coalesce($7::int, t.visits) end,
                  $8, $9, t.windows, t.gym_ids, t.daily_limit, t.grace_days, t.is_shared, $10, $11, $12, $13
             from membership_type t where t.id = $3
           on conflict (id) do nothing""",
        [
            (one.id, one.member_id, one.type_id, actor.gym_id, one.starts_on, one.ends_on, one.visits_left, one.price, actor.currency,
             one.suspended_on, one.cancelled_on, actor.person_id, now)
            for one in sold
        ],
    )  # fmt: skip


async def bring_cards(db: Db, cards: Sequence[tuple[UUID, UUID, str]], *, now: datetime) -> None:
    await db.lots(
        "insert into card (id, member_id, code, created_at) values ($1, $2, $3, $4) on conflict (id) do nothing",
        [(*card, now) for card in cards],
    )


async def take_away(
    db: Db, member_ids: Sequence[UUID], membership_ids: Sequence[UUID], card_ids: Sequence[UUID], *, today: date, now: datetime
) -> None:
    """As if they had never come: memberships never began, cards are free, and of new members only an empty row is left."""
    await db.run(
        """update membership set cancelled_on = starts_on, cancelled_at = $2, is_replaced = true
            where id = any($1) and cancelled_on is distinct from starts_on""",
        list(membership_ids), now,
    )  # fmt: skip
    await db.run(
        "update card set ended_at = coalesce(ended_at, $2), code = 'ERASED-' || id where id = any($1)", list(card_ids), now
    )
    gone = list(member_ids)
    await db.run("""delete from role_grant where person_id in (select person_id from member where id = any($1))""", gone)
    await db.run(
        """update person set name = '#' || m.number, email = null, is_active = false from member m
            where m.id = any($1) and person.id = m.person_id""",
        gone,
    )
    await db.run(
        """update member set phone = '', born_on = null, alert = '', erased_at = $2, left_on = greatest($3, joined_on)
            where id = any($1) and erased_at is null""",
        gone, now, today,
    )  # fmt: skip
