"""What the settings show: the club, its gyms, its logo, and what would be forgotten."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Club:
    id: UUID
    name: str
    accent: str | None = None
    logo: str | None = None
    former_months: int | None = None
    kept_by: str | None = None
    kept_at: datetime | None = None


async def club(db: Db) -> Club:
    found = await db.one(
        Club,
        """select c.id, c.name, c.accent, c.logo, k.former_months, p.name as kept_by, k.changed_at as kept_at
             from club c left join keeping k on k.club_id = c.id left join person p on p.id = k.changed_by""",
    )
    assert found is not None
    return found


async def logo(db: Db, name: str, *, small: bool) -> bytes | None:
    found: bytes | None = await db.value(f"select {'small' if small else 'large'} from club_logo where name = $1", name)
    return found


@dataclass(frozen=True, slots=True)
class House:
    """Counts for the page on which everything is found."""

    gyms: list[str]
    types: int
    withdrawn: int
    staff: int
    invited: int
    devices: int
    screens: int
    relays: int
    equipment: int
    out_of_order: int
    plates: int
    bars: int
    imports: int
    has_waiver: bool
    changed_rules: int
    keep_months: int | None = None


async def house(db: Db, gym_id: UUID, gym_ids: tuple[UUID, ...], now: datetime) -> House:
    found = await db.one(
        House,
        """select array(select name from gym where id = any($2) order by lower(name)) as gyms,
                  (select count(*) from membership_type where is_active) as types,
                  (select count(*) from membership_type where not is_active) as withdrawn,
                  (select count(distinct h.person_id) from role_grant h join role r on r.id = h.role_id join person p on p.id = h.person_id
                    where r.name <> 'member' and p.is_active and (h.gym_id is null or h.gym_id = any($2))) as staff,
                  (select count(distinct l.person_id) from link l join role_grant h on h.person_id = l.person_id join role r on r.id = h.role_id
                    where r.name <> 'member' and l.purpose = 'invitation' and l.used_at is null and l.replaced_at is null
                      and l.ends_at > $3 and (h.gym_id is null or h.gym_id = any($2))) as invited,
                  (select count(*) from device where gym_id = $1 and revoked_at is null) as devices,
                  (select count(*) from door_screen where gym_id = $1 and ended_at is null) as screens,
                  (select count(*) from relay where gym_id = $1) as relays,
                  (select coalesce(sum(count), 0) from gym_equipment where gym_id = $1) as equipment,
                  (select coalesce(sum(out_of_order), 0) from gym_equipment where gym_id = $1) as out_of_order,
                  (select coalesce(sum(count), 0) from gym_plate where gym_id = $1) as plates,
                  (select coalesce(sum(count), 0) from gym_bar where gym_id = $1) as bars,
                  (select count(*) from moving_run where gym_id = $1 and state = 'done') as imports,
                  exists(select from waiver_version) as has_waiver,
                  (select count(*) from door_policy d, jsonb_object_keys(d.changes) where d.gym_id = $1) as changed_rules,
                  (select keep_months from door_policy where gym_id = $1) as keep_months""",
        gym_id, list(gym_ids), now,
    )  # fmt: skip
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Former:
    """Somebody who left so long ago that nothing about them needs to be kept."""

    member_id: UUID
    name: str
    left_on: date


async def forgettable(db: Db, before: date, *, limit: int = 1_000_000) -> list[Former]:
    """The dry run: left, nothing running since, nothing owed either way, and nobody's payer."""
    return await db.all(
        Former,
        """select member_id, name, left_on from (
             select m.id as member_id, p.name,
                    greatest(coalesce(m.left_on, m.joined_on), coalesce(max(least(s.ends_on, s.cancelled_on)), m.joined_on),
                             coalesce((select max(v.day) from visit v where v.member_id = m.id), m.joined_on)) as left_on
               from member m join person p on p.id = m.person_id left join membership s on s.member_id = m.id
              where m.erased_at is null and m.merged_into_id is null
                and not exists (select from account a where a.payer_id = m.person_id and a.balance <> 0)
                and not exists (select from role_grant h join role r on r.id = h.role_id where h.person_id = p.id and r.name <> 'member')
                and not exists (select from household_place h where h.member_id = m.id and h.is_payer)
              group by m.id, p.name) former
            where left_on < $1 order by left_on, member_id limit $2""",
        before, limit,
    )  # fmt: skip
