"""The first day of a club, and the one page that makes it."""

from pathlib import Path
from typing import Any

import pytest

from app import db as db_
from app.accounts.codes import setup_code
from app.db import Db
from app.web.front import Front
from tests.conftest import Client, OneConnection, browser, moved
from tests.postgres import EMPTY, create_database, drop_database

FORM = {
    "club": "Nova", "gym": "Nova Centar", "zone": "Europe/Belgrade", "currency": "RSD", "locale": "sr", "units": "kg",
    "name": "Iva Ilić", "email": "iva@example.org", "password": "cetiri ploce i san",
}  # fmt: skip


@pytest.fixture
async def nobody(cluster: Any, front: Front, tmp_path: Path) -> Any:
    """A migrated database without a club."""
    name = f"empty_{tmp_path.name.replace('-', '_')}"[:60].lower()
    create_database(cluster, name, EMPTY)
    connection = await db_.connect(cluster.dsn(name))
    await connection.execute("begin")
    with moved(front, OneConnection(connection), within=True, data=tmp_path):
        await front.sessions.cache.new_epoch()
        http = browser(front)
        yield Client(http), Db(connection), front
        await http.aclose()
    connection.terminate()
    drop_database(cluster, name)


async def test_iva_opens_her_gym_and_enrols(nobody: Any) -> None:
    client, db, _front = nobody
    assert (await client.get("/")).headers["location"] == "/setup"
    assert (await client.get("/sign-in")).headers["location"] == "/setup"
    page = await client.get("/setup")
    assert page.status_code == 200
    done = await client.post("/setup", FORM, htmx=False)
    assert done.status_code == 303, done.text
    assert (await client.get("/me")).headers["location"].startswith("/me/second-factor")
    assert await db.value("select currency from gym") == "RSD"
    assert (await client.get("/setup")).status_code == 404
    assert (await client.post("/setup", FORM, htmx=False)).status_code in {403, 404}
    assert await db.value("select count(*) from club") == 1


async def test_what_does_not_fit_is_said_at_the_field(nobody: Any) -> None:
    client, db, _front = nobody
    for field, bad in (
        ("zone", "Mars/Base"),
        ("currency", "ZZZ"),
        ("password", "password1"),
        ("email", "iva"),
        ("club", ""),
        ("units", "stone"),
        ("password", "iva ilic"[:3]),
    ):
        answer = await client.post("/setup", {**FORM, field: bad})
        assert answer.status_code == 422, field
        assert f'id="f-{field}-error"' in answer.text
        assert "Iva Ilić" in answer.text
    assert await db.value("select count(*) from club") == 0


async def test_from_another_machine_it_takes_the_printed_code(nobody: Any) -> None:
    client, db, front = nobody
    client.http._transport.client = ("192.168.1.9", 4711)
    assert (await client.post("/setup", {**FORM, "code": "GUESSING"})).status_code == 422
    assert (
        await client.post("/setup", {**FORM, "code": setup_code(front.settings.secret).lower()}, htmx=False)
    ).status_code == 303
    assert await db.value("select count(*) from club") == 1
