"""One member, whole, and whom they belong with."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.db import Db
from app.members.rules import age


def visible(member: str, gym_ids: str) -> str:
    """Members of one's own gyms, and those whose membership opens one of them.

    `offset 0` keeps it one look-up per member from elsewhere; without it Postgres reads all memberships for a single one of them.
    """
    return f"""({member}.home_gym_id = any({gym_ids}) or exists (
      select from membership seen
      where seen.member_id = {member}.id and (seen.gym_ids = '{{}}' or seen.gym_ids && {gym_ids}) offset 0))"""


@dataclass(frozen=True, slots=True)
class Card:
    id: UUID
    code: str
    is_blocked: bool
    created_at: datetime
    lost_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    id: UUID
    body: str
    at: datetime
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The latest answer about one consent."""

    code: str
    is_given: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    id: UUID
    person_id: UUID
    number: int
    name: str
    email: str | None
    phone: str
    born_on: date | None
    emergency_name: str
    emergency_phone: str
    alert: str
    photo: str | None
    joined_on: date
    left_on: date | None
    erased_at: datetime | None
    merged_into_id: UUID | None
    home_gym_id: UUID
    home_gym: str
    payer_id: UUID
    payer: str
    household_id: UUID | None = None
    household: str | None = None
    can_sign_in: bool = False
    cards: list[Card] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    consents: list[Said] = field(default_factory=list)
    waiver_signed: int | None = None  # the newest version signed
    waiver_current: int | None = None

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def needs_waiver(self) -> bool:
        return self.waiver_current is not None and self.waiver_signed != self.waiver_current

    def age(self, day: date) -> int | None:
        return age(self.born_on, day) if self.born_on else None


MEMBER = """
select m.id, m.person_id, m.number, p.name, p.email, m.phone, m.born_on, m.emergency_name, m.emergency_phone, m.alert, m.photo,
       m.joined_on, m.left_on, m.erased_at, m.merged_into_id, m.home_gym_id, g.name as home_gym,
       coalesce(payer.id, p.id) as payer_id, coalesce(payer.name, p.name) as payer, h.id as household_id, h.name as household,
       p.password_hash is not null as can_sign_in,
       coalesce((select json_agg(json_build_object('id', c.id, 'code', c.code, 'is_blocked', c.is_blocked, 'created_at', c.created_at,
                    'lost_at', c.lost_at, 'ended_at', c.ended_at) order by c.ended_at nulls first, c.created_at desc)
                   from card c where c.member_id = m.id), '[]') as cards,
       coalesce((select json_agg(json_build_object('id', n.id, 'body', n.body, 'at', n.at, 'by', w.name) order by n.at desc, n.id desc)
                   from member_note n left join person w on w.id = n.by where n.member_id = m.id), '[]') as notes,
       coalesce((select json_agg(latest order by latest.code) from (
                   select distinct on (code) code, is_given, at from consent where member_id = m.id order by code, at desc, id desc) latest),
                '[]') as consents,
       (select max(v.number) from waiver_signature w join waiver_version v on v.id = w.version_id where w.member_id = m.id) as waiver_signed,
       (select max(number) from waiver_version) as waiver_current
  from member m join person p on p.id = m.person_id join gym g on g.id = m.home_gym_id
  left join household_place place on place.member_id = m.id
  left join household h on h.id = place.household_id
  left join household_place pays on pays.household_id = place.household_id and pays.is_payer
  left join member paying on paying.id = pays.member_id
  left join person payer on payer.id = paying.person_id
"""


async def member(db: Db, member_id: UUID, gym_ids: tuple[UUID, ...]) -> Member | None:
    """Within what this actor may see; not theirs and not there are the same."""
    return await db.one(Member, f"{MEMBER} where m.id = $1 and {visible('m', '$2')}", member_id, list(gym_ids))


async def member_of(db: Db, person_id: UUID) -> Member | None:
    """A member about themselves."""
    return await db.one(Member, f"{MEMBER} where m.person_id = $1", person_id)


async def payer_of(db: Db, member_id: UUID) -> UUID:
    """Who pays for this member: the household's payer, or themselves."""
    found = await db.value(
        """select coalesce(paying.person_id, m.person_id) from member m
             left join household_place place on place.member_id = m.id
             left join household_place pays on pays.household_id = place.household_id and pays.is_payer
             left join member paying on paying.id = pays.member_id
            where m.id = $1""",
        member_id,
    )
    return UUID(str(found))


@dataclass(frozen=True, slots=True)
class Place:
    member_id: UUID
    name: str
    number: int
    is_payer: bool
    may_use: bool
    born_on: date | None = None
    photo: str | None = None

    def age(self, day: date) -> int | None:
        return age(self.born_on, day) if self.born_on else None


@dataclass(frozen=True, slots=True)
class Household:
    id: UUID
    name: str
    places: list[Place]


async def household_of(db: Db, member_id: UUID) -> Household | None:
    return await db.one(
        Household,
        """select h.id, h.name, (select json_agg(json_build_object('member_id', m.id, 'name', p.name, 'number', m.number, 'is_payer', o.is_payer,
                     'may_use', o.may_use, 'born_on', m.born_on, 'photo', m.photo) order by o.is_payer desc, p.name)
                   from household_place o join member m on m.id = o.member_id join person p on p.id = m.person_id
                  where o.household_id = h.id) as places
             from household_place mine join household h on h.id = mine.household_id where mine.member_id = $1""",
        member_id,
    )


@dataclass(frozen=True, slots=True)
class Alike:
    id: UUID
    name: str
    number: int
    joined_on: date
    email: str | None = None
    phone: str = ""


async def like_them(db: Db, member_id: UUID, gym_ids: tuple[UUID, ...]) -> list[Alike]:
    """Who might be the same person: the same folded name, phone or birthday with the same first name."""
    return await db.all(
        Alike,
        f"""select o.id, p.name, o.number, o.joined_on, p.email, o.phone
              from member m, member o join person p on p.id = o.person_id
             where m.id = $1 and o.id <> m.id and o.merged_into_id is null and o.erased_at is null
               and (o.sort_name = m.sort_name or (m.phone <> '' and o.phone = m.phone)
                    or (o.born_on = m.born_on and split_part(o.sort_name, ' ', 1) = split_part(m.sort_name, ' ', 1)))
               and {visible("o", "$2")}
             order by p.name, o.number limit 8""",
        member_id,
        list(gym_ids),
    )


@dataclass(frozen=True, slots=True)
class GymName:
    id: UUID
    name: str


async def gyms(db: Db, gym_ids: tuple[UUID, ...]) -> list[GymName]:
    return await db.all(GymName, "select id, name from gym where id = any($1) order by name", list(gym_ids))


async def by_number(db: Db, number: int, gym_ids: tuple[UUID, ...]) -> UUID | None:
    """A member by the number on their record."""
    if not 0 < number < 2**31:
        return None
    found = await db.value(
        f"select m.id from member m where m.number = $1 and m.erased_at is null and m.merged_into_id is null and {visible('m', '$2')}",
        number,
        list(gym_ids),
    )
    return UUID(str(found)) if found else None


@dataclass(frozen=True, slots=True)
class Device:
    """Where this member is signed in."""

    id: UUID
    device: str
    seen_at: datetime


async def devices(db: Db, person_id: UUID, now: datetime) -> list[Device]:
    return await db.all(
        Device,
        "select id, device, seen_at from sign_in where person_id = $1 and ends_at > $2 order by seen_at desc limit 20",
        person_id,
        now,
    )


async def photo(db: Db, member_id: UUID, size: int, gym_ids: tuple[UUID, ...], person_id: UUID) -> bytes | None:
    """The smallest picture that is large enough; for staff of the gym, and for the member."""
    column = "small" if size <= 96 else "medium" if size <= 256 else "large"
    found: bytes | None = await db.value(
        f"""select f.{column} from member_photo f join member m on m.id = f.member_id
             where m.id = $1 and (m.person_id = $3 or $4 and {visible("m", "$2")})""",
        member_id,
        list(gym_ids),
        person_id,
        bool(gym_ids),
    )
    return found
