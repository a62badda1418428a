"""What a password costs whoever guesses it, and how an old one becomes a new one unnoticed."""

from typing import Any

from argon2 import PasswordHasher

from app.accounts import passwords
from app.demo import world as world_
from tests.conftest import Client, World
from tests.postgres import CHEAP

MO = {"email": "mo@demo.spotter", "password": world_.PASSWORD}
COSTLY = "$argon2id$v=19$m=19456,t=2,p=1$"


async def test_in_the_gym_a_guess_costs_nineteen_megabytes(monkeypatch: Any) -> None:
    """OWASP's argon2id: 19 MiB, two passes; whether or not anybody has that address."""
    house = PasswordHasher(**passwords.COST)
    monkeypatch.setattr(passwords, "hasher", house)
    made = await passwords.make_hash("cetiri ploce i san")
    assert made.startswith(COSTLY)
    assert world_.PASSWORD_HASH.startswith(COSTLY)
    assert await passwords.verify(made, "cetiri ploce i san")
    assert not await passwords.verify(made, "cetiri ploce i dan")
    assert not passwords.is_outdated(made)
    assert passwords.is_outdated(CHEAP.hash("cetiri ploce i san"))


def test_an_address_of_nobodys_costs_the_same() -> None:
    assert not PasswordHasher(**passwords.COST).check_needs_rehash(passwords.NOBODY)


async def test_an_old_hash_is_made_anew_at_the_next_sign_in(clients: Any, db: Any, world: World, monkeypatch: Any) -> None:
    asked = "select password_hash from person where id = $1"
    old = await db.value(asked, world.id("mo"))
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(**passwords.COST))
    assert (await Client(clients()).post("/sign-in", MO, htmx=False)).status_code == 303
    new = await db.value(asked, world.id("mo"))
    assert new != old
    assert new.startswith(COSTLY)
    assert (await Client(clients()).post("/sign-in", MO, htmx=False)).status_code == 303
    assert await db.value(asked, world.id("mo")) == new
