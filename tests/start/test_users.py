"""`spotter users` at the machine: the last resort when nobody can sign in, so it must work."""

import anyio.to_thread
import pytest
from click.testing import CliRunner, Result

from app.cli import main
from tests.conftest import Client, Committed


@pytest.fixture
def spotter(committed: Committed, monkeypatch: pytest.MonkeyPatch, tmp_path):
    """The command, on a club of its own."""
    monkeypatch.setenv("DATABASE_URL", committed.dsn)
    monkeypatch.setenv("SPOTTER_HUB", "on")
    monkeypatch.setenv("SPOTTER_DATA", str(tmp_path))

    async def run(*words: str, given: str | None = None) -> Result:
        return await anyio.to_thread.run_sync(lambda: CliRunner().invoke(main, ["users", *words], input=given))

    return run


async def sign_in(client: Client, email: str, password: str) -> int:
    return (await client.post("/sign-in", {"email": email, "password": password}, htmx=False)).status_code


async def test_a_created_person_signs_in(spotter, committed: Committed) -> None:
    done = await spotter(
        "create", "new@club.example", "--name", "Nia New", "--role", "desk", given="long enough words\nlong enough words\n"
    )
    assert done.exit_code == 0, done.output
    assert await sign_in(committed.anybody(), "NEW@club.example", "long enough words") == 303
    again = await spotter("create", "New@Club.example", "--name", "Other", given="long enough words\nlong enough words\n")
    assert again.exit_code == 1
    assert "belongs to somebody" in again.output


async def test_a_common_password_is_refused(spotter) -> None:
    done = await spotter("create", "new@club.example", "--name", "Nia", given="password1\npassword1\n")
    assert done.exit_code == 1
    assert "will not do" in done.output


async def test_an_invitation_is_a_link(spotter, committed: Committed) -> None:
    done = await spotter("invite", "desk2@club.example", "--name", "Del", "--role", "desk", "--gym", "iron yard river")
    assert done.exit_code == 0, done.output
    assert "/welcome#" in done.output
    assert await committed.db.value("select count(*) from link where purpose = 'invitation' and used_at is null") == 1


async def test_everybody_is_listed_with_their_roles(spotter) -> None:
    done = await spotter("list")
    assert "ana@demo.spotter" in done.output
    assert "owner" in done.output


async def test_roles_come_and_go_but_the_last_owner_stays(spotter, committed: Committed) -> None:
    assert (await spotter("grant", "dee@demo.spotter", "coach")).exit_code == 0
    assert (await spotter("revoke", "dee@demo.spotter", "coach")).exit_code == 0
    refused = await spotter("revoke", "ana@demo.spotter", "owner")
    assert refused.exit_code == 1
    assert "last owner" in refused.output
    assert (await spotter("grant", "max@demo.spotter", "owner")).exit_code == 0
    assert (await spotter("revoke", "ana@demo.spotter", "owner")).exit_code == 0


async def test_a_wrong_word_names_what_there_is(spotter) -> None:
    nobody = await spotter("grant", "nobody@club.example", "desk")
    assert nobody.exit_code == 1
    assert "Nobody signs in" in nobody.output
    role = await spotter("grant", "dee@demo.spotter", "king")
    assert "There are: " in role.output


async def test_signing_somebody_out_ends_their_session(spotter, committed: Committed) -> None:
    mo = await committed.as_("mo")
    assert (await mo.get("/")).headers["location"] == "/today"
    assert (await spotter("sign-out", "mo@demo.spotter")).exit_code == 0
    await committed.app.sessions.cache.new_epoch()
    assert (await mo.get("/")).headers["location"] == "/sign-in"


async def test_a_reset_link_replaces_the_one_before(spotter, committed: Committed) -> None:
    for _ in range(2):
        assert "/welcome#" in (await spotter("reset-password", "mo@demo.spotter")).output
    assert await committed.db.value("select count(*) from link where used_at is null and replaced_at is null") == 1
