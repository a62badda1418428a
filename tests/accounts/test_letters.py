"""Where the club has mail: invitations, forgotten passwords and new e-mails go out by themselves, in the reader's language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.accounts.actions import forgotten
from app.db import Database, new_id
from app.mail import actions as mail
from app.mail.letters import Letter, plain
from app.settings import Settings
from app.web.front import Front
from tests.accounts.test_people import invited
from tests.conftest import Client, World


@pytest.fixture
def with_mail(app: Front) -> Iterator[Settings]:
    before = app.app.state.settings
    app.app.state.settings = replace(before, mail_url="smtp://127.0.0.1:9")
    yield app.app.state.settings
    app.app.state.settings = before


async def letters(db: Any, config: Settings) -> list[Letter]:
    """What waits for the worker, opened with the house's key."""
    found = await db.column("select args from job where kind = 'mail.send' order by number")
    return [mail.unseal(config, args["sealed"], mail.UUID(args["id"])) for args in found]


def key_in(letter: Letter) -> str:
    found = re.search(r"#([\w-]{30,})", plain(letter))
    assert found, plain(letter)
    return found.group(1)


async def test_nina_is_invited_by_letter(as_: Any, anybody: Client, db: Any, world: World, with_mail: Settings) -> None:
    await db.run("update gym set locale = 'es' where id = $1", world.gym_id)
    shown = await invited(db, await as_("ana"), world)
    assert "Ya va de camino a nina@example.org" in shown.text
    (letter,) = await letters(db, with_mail)
    assert (letter.to, letter.locale, letter.subject) == ("nina@example.org", "es", "Tu invitación a Iron Yard Centre")
    assert key_in(letter) in shown.text, "the page still shows the same link"
    assert (
        await anybody.post("/welcome", {"key": key_in(letter), "password": "kettlebells at dawn"}, htmx=False)
    ).status_code == 303


async def test_without_mail_staff_show_the_link(as_: Any, db: Any, world: World) -> None:
    shown = await invited(db, await as_("ana"), world)
    assert "/welcome#" in shown.text
    assert "on its way" not in shown.text


async def test_mo_forgot_his_password(anybody: Client, db: Any, app: Front, world: World, with_mail: Settings) -> None:
    """The answer is the same for everybody; only Mo gets a letter, and only once."""
    answers = [await anybody.post("/forgotten", {"email": email}) for email in ("MO@demo.spotter", "nobody@example.org")]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].text == answers[1].text
    notes = await db.column("select args from job where kind = 'accounts.forgotten' order by id")
    assert len(notes) == 2
    assert "demo.spotter" not in str(notes)
    house = Database(pool=app.database.pool, within=True)
    for note in [*notes, *notes]:
        await forgotten.answer(house, note, with_mail)
    (letter,) = await letters(db, with_mail)
    assert letter.to == "mo@demo.spotter"
    done = await anybody.post("/welcome", {"key": key_in(letter), "password": "kettlebells at dusk"}, htmx=False)
    assert done.status_code == 303
    assert await db.value("select count(*) from sign_in where person_id = $1", world.id("mo")) == 1


async def test_asking_again_and_again_is_slowed_down(anybody: Client, with_mail: Settings) -> None:
    statuses = [(await anybody.post("/forgotten", {"email": "mo@demo.spotter"})).status_code for _try in range(7)]
    assert statuses[:5] == [200] * 5
    assert statuses[-1] == 429


async def test_without_mail_the_desk_helps(anybody: Client) -> None:
    assert "Ask at the front desk." in (await anybody.get("/forgotten")).text
    assert (await anybody.post("/forgotten", {"email": "mo@demo.spotter"})).status_code == 404


async def new_address(client: Client, email: str = "mo@new.example", **more: Any) -> Any:
    form = {"id": str(new_id()), "email": email, "current": "spotter-demo", **more}
    return await client.post("/me/email", form)


async def test_mo_changes_his_email_by_letter(as_: Any, anybody: Client, db: Any, world: World, with_mail: Settings) -> None:
    mo, id = await as_("mo"), str(new_id())
    for _twice in range(2):
        assert "on its way to mo@new.example" in (await new_address(mo, id=id)).text
    (letter,) = await letters(db, with_mail)
    assert letter.to == "mo@new.example"
    email = "select email from person where id = $1"
    key = key_in(letter)
    assert "mo@new.example" in (await anybody.post("/email", {"key": key})).text
    assert await db.value(email, world.id("mo")) == "mo@demo.spotter", "looking changes nothing"
    assert (await anybody.post("/welcome", {"key": key, "password": "kettlebells at dusk"})).status_code == 422, "another purpose"
    assert (await anybody.post("/email", {"key": key, "yes": "on"}, htmx=False)).status_code == 303
    assert await db.value(email, world.id("mo")) == "mo@new.example"
    assert await db.value("select count(*) from sign_in where person_id = $1", world.id("mo")) == 0
    assert [one.to for one in await letters(db, with_mail)] == ["mo@new.example", "mo@demo.spotter"], "the old address is told"
    assert (await anybody.post("/email", {"key": key, "yes": "on"})).status_code == 422
    assert await db.column("select act from audit_line where subject_id = $1 order by id", world.id("mo")) == [
        "email.asked",
        "email.changed",
    ]


async def test_without_mail_the_password_is_enough(as_: Any, db: Any, world: World) -> None:
    mo, elsewhere = await as_("mo"), await as_("mo")
    assert (await new_address(mo)).headers["hx-location"] == "/me"
    assert await db.value("select email from person where id = $1", world.id("mo")) == "mo@new.example"
    assert (await mo.get("/me")).status_code == 200
    assert (await elsewhere.get("/me")).status_code == 303, "every other device is signed out"


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"current": "wrong"}, 422, "This is not your password."),
        ({"email": "DEE@demo.spotter"}, 409, "Somebody here already has this e-mail."),
        ({"email": "no address"}, 422, "mail"),
    ],
)
async def test_an_email_that_cannot_be(as_: Any, db: Any, world: World, given: dict[str, str], status: int, said: str) -> None:
    answer = await new_address(await as_("mo"), **given)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert await db.value("select email from person where id = $1", world.id("mo")) == "mo@demo.spotter"


async def test_an_email_that_somebody_took_meanwhile(
    as_: Any, anybody: Client, db: Any, world: World, with_mail: Settings
) -> None:
    await new_address(await as_("mo"))
    await db.run("update person set email = 'mo@new.example' where id = $1", world.id("lou"))
    (letter,) = await letters(db, with_mail)
    assert (await anybody.post("/email", {"key": key_in(letter), "yes": "on"})).status_code == 409
