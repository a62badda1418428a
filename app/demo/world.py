"""The cast. The demo club is theirs, and every test's world starts from them.

Ana owns, Max manages, Dee is at the desk, Cal coaches. Mo is paid up, Fay is frozen, Lou has lapsed, Pat has one visit left,
Kim pays for a household, Zed trains at the other gym.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from app.accounts import actions
from app.db import Db

PASSWORD = "spotter-demo"
# Made once, so that a world costs no hashing. It opens demo clubs only.
PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$NJDTJX3g4LHODO8lojJ9nw$6hxWzJJnZZPQHG2rJmJM73TdVVpIh5s6hVv3fpG4k0M"


def known_id(name: str) -> UUID:
    """The same world has the same ids, every time."""
    return uuid5(NAMESPACE_URL, f"spotter:demo:{name}")


@dataclass(frozen=True, slots=True)
class Somebody:
    key: str
    name: str
    roles: tuple[str, ...]
    gym: str = "main"
    locale: str | None = None

    @property
    def id(self) -> UUID:
        return known_id(self.key)

    @property
    def email(self) -> str:
        return f"{self.key}@demo.spotter"

    @property
    def gym_id(self) -> UUID:
        return known_id(f"gym:{self.gym}")


CAST = (
    Somebody("ana", "Ana Marić", ("owner", "member")),
    Somebody("max", "Max Adler", ("manager",)),
    Somebody("dee", "Dee Okafor", ("desk",)),
    Somebody("cal", "Cal Romero", ("coach", "member")),
    Somebody("mo", "Mo Haddad", ("member",)),
    Somebody("fay", "Fay Lindqvist", ("member",)),
    Somebody("lou", "Lou Bianchi", ("member",)),
    Somebody("pat", "Pat Kowalski", ("member",)),
    Somebody("kim", "Kim Tran", ("member",)),
    Somebody("zed", "Zed Novak", ("member",), gym="river"),
)
PEOPLE = {somebody.key: somebody for somebody in CAST}
CLUB_ID = known_id("club")
MAIN_ID = known_id("gym:main")
RIVER_ID = known_id("gym:river")


async def settle(db: Db, *, now: datetime) -> None:
    """Club, two gyms, and the cast with their roles. Doing it twice changes nothing."""
    if await db.value("select exists(select from club)"):
        return
    await actions.add_club(db, "Iron Yard", id=CLUB_ID, now=now, is_demo=True)
    for id, name, capacity in ((MAIN_ID, "Iron Yard Centre", 80), (RIVER_ID, "Iron Yard River", 40)):
        await actions.add_gym(
            db, CLUB_ID, name, id=id, now=now, zone="Europe/Belgrade", currency="EUR", locale="en", units="kg", country="RS"
        )
        await db.run("update gym set capacity = $2 where id = $1", id, capacity)
    for somebody in CAST:
        await actions.add_person(
            db,
            somebody.name,
            id=somebody.id,
            now=now,
            email=somebody.email,
            password_hash=PASSWORD_HASH,
            home_gym_id=somebody.gym_id,
        )
        for role in somebody.roles:
            await actions.grant(db, somebody.id, role, now=now, gym_id=None if role in {"owner", "manager"} else somebody.gym_id)
