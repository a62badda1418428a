"""The club and its gyms: setting up, and changing the details."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from app.accounts import actions
from app.accounts.queries.gyms import Gym
from app.actor import Actor
from app.db import Db


@dataclass(frozen=True, slots=True)
class FirstDay:
    club: str
    gym: str
    zone: str
    currency: str
    locale: str
    units: str
    name: str
    email: str
    password_hash: str


async def set_up(db: Db, wanted: FirstDay, *, club_id: UUID, gym_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Club, gym and owner at once. False: somebody else has just done it."""
    # Two people on two set-up pages: the table lock lets one through, the other then sees the club.
    await db.run("lock table club in exclusive mode")
    if await db.value("select exists(select from club)"):
        return False
    await actions.add_club(db, wanted.club, id=club_id, now=now)
    await actions.add_gym(
        db,
        club_id,
        wanted.gym,
        id=gym_id,
        now=now,
        zone=wanted.zone,
        currency=wanted.currency,
        locale=wanted.locale,
        units=wanted.units,
    )
    await actions.add_person(
        db,
        wanted.name,
        id=person_id,
        now=now,
        email=wanted.email,
        password_hash=wanted.password_hash,
        home_gym_id=gym_id,
        locale=wanted.locale,
    )
    await actions.grant(db, person_id, "owner", now=now)
    await actions.audit(db, None, "club.set_up", subject="person", subject_id=person_id, now=now)
    return True


async def change_gym(db: Db, actor: Actor, kept: Gym, wanted: Gym, *, now: datetime) -> None:
    before, after = asdict(kept), asdict(wanted)
    changed = [name for name in before if before[name] != after[name]]
    if not changed:
        return
    await db.run(
        "update gym set name = $2, zone = $3, locale = $4, units = $5, country = $6, capacity = $7 where id = $1",
        wanted.id, wanted.name, wanted.zone, wanted.locale, wanted.units, wanted.country, wanted.capacity,
    )  # fmt: skip
    await actions.audit(
        db, actor, "gym.changed", subject="gym", subject_id=wanted.id, now=now,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip
