"""Second factors, sessions and PINs, as their owner sees them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db import Db


@dataclass(frozen=True, slots=True)
class Authenticator:
    secret: bytes
    confirmed_at: datetime | None
    last_step: int | None


async def authenticator(db: Db, person_id: UUID) -> Authenticator | None:
    return await db.one(
        Authenticator, "select secret, confirmed_at, last_step from authenticator where person_id = $1", person_id
    )


@dataclass(frozen=True, slots=True)
class Passkey:
    id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    made_at: datetime
    used_at: datetime | None


PASSKEY = "select id, credential_id, public_key, sign_count, name, made_at, used_at from passkey where person_id = $1"


async def passkeys(db: Db, person_id: UUID) -> list[Passkey]:
    return await db.all(Passkey, PASSKEY + " order by made_at", person_id)


async def passkey(db: Db, person_id: UUID, credential_id: bytes) -> Passkey | None:
    return await db.one(Passkey, PASSKEY + " and credential_id = $2", person_id, credential_id)


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    device: str
    address: str
    gym: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Safety:
    """One person's ways in, for one screen, in one statement."""

    email: str | None
    name: str
    locale: str | None
    zone: str | None
    units: str | None
    theme: str
    gym_zone: str
    has_password: bool
    has_pin: bool
    authenticator_since: datetime | None
    codes_left: int
    passkeys: list[dict[str, str]]
    sessions: list[Session]


async def safety(db: Db, person_id: UUID, now: datetime) -> Safety:
    found = await db.one(
        Safety,
        """select p.email, p.name, p.locale, p.zone, p.units, p.theme,
                  coalesce(h.zone, 'UTC') as gym_zone, p.password_hash is not null as has_password, p.pin_hash is not null as has_pin,
                  (select confirmed_at from authenticator a where a.person_id = p.id) as authenticator_since,
                  (select count(*) from one_time_code c where c.person_id = p.id and c.used_at is null) as codes_left,
                  coalesce((select json_agg(json_build_object('id', k.id, 'name', k.name, 'made_at', k.made_at) order by k.made_at)
                              from passkey k where k.person_id = p.id), '[]') as passkeys,
                  coalesce((select json_agg(json_build_object('id', s.id, 'device', s.device, 'address', s.address, 'gym', g.name,
                              'created_at', s.created_at, 'seen_at', s.seen_at, 'ends_at', s.ends_at) order by s.seen_at desc)
                              from sign_in s join gym g on g.id = s.gym_id where s.person_id = p.id and s.ends_at > $2), '[]') as sessions
             from person p left join gym h on h.id = p.home_gym_id where p.id = $1""",
        person_id,
        now,
    )
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Lock:
    """What the locked desk needs to know: whether a PIN may open it."""

    password_hash: str | None
    pin_hash: str | None
    is_desk: bool
    pin_tries: int


async def lock(db: Db, session_id: UUID) -> Lock | None:
    return await db.one(
        Lock,
        """select p.password_hash, p.pin_hash, d.id is not null as is_desk, s.pin_tries
             from sign_in s join person p on p.id = s.person_id
             left join device d on d.id = s.desk_id and d.revoked_at is null and d.kind = 'desk'
            where s.id = $1""",
        session_id,
    )
