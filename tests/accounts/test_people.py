"""Staff, roles, links: who may give what to whom, and that somebody always owns the club."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from app.accounts.actions import links
from app.accounts.keys import hashed
from app.accounts.queries import people
from app.db import new_id
from tests.conftest import Client, Committed, World


async def role_id(db: Any, name: str) -> str:
    return str(await db.value("select id from role where name = $1", name))


async def grant_of(db: Any, world: World, key: str) -> str:
    return str(await db.value("select id from role_grant where person_id = $1", world.id(key)))


async def attempt(db: Any, sql: str, *args: Any) -> None:
    """In a savepoint, so that the test goes on when the database says no."""
    await db.run("savepoint attempt")
    try:
        await db.run(sql, *args)
    finally:
        await db.run("rollback to savepoint attempt")


async def invited(db: Any, client: Client, world: World, role: str = "desk", **more: Any) -> Any:
    form = {
        "id": str(new_id()),
        "name": "Nina Petrović",
        "email": "nina@example.org",
        "role": await role_id(db, role),
        "gym": str(world.gym_id),
    }
    return await client.post("/people/invite", {**form, **more}, htmx=False)


def key_in(answer: Any) -> str:
    found = re.search(r"/welcome#([\w-]+)", answer.text)
    assert found, answer.text
    return found.group(1)


async def test_ana_invites_nina_who_comes_in_and_may_use_the_desk(as_, anybody: Client, clients, db, world: World) -> None:
    ana = await as_("ana")
    key = key_in(await invited(db, ana, world))
    hello = await anybody.post("/welcome", {"key": key})
    assert "Nina Petrović" in hello.text
    done = await anybody.post("/welcome", {"key": key, "password": "kettlebells at dawn"}, htmx=False)
    assert done.status_code == 303
    assert (await anybody.get("/")).headers["location"] == "/desk"
    again = await Client(clients()).post("/welcome", {"key": key, "password": "kettlebells at dusk"})
    assert again.status_code == 422
    assert "used already" in again.text


async def test_an_invitation_sent_twice_is_one_colleague(as_, db, world: World) -> None:
    ana, id = await as_("ana"), str(new_id())
    for _time in range(2):
        assert (await invited(db, ana, world, id=id)).status_code == 200
    assert await db.value("select count(*) from person where email = 'nina@example.org'") == 1
    assert await db.value("select count(*) from link where person_id = $1 and used_at is null and replaced_at is null", id) == 1


async def test_an_email_that_is_taken_keeps_what_was_typed(as_, db, world: World) -> None:
    answer = await invited(db, await as_("ana"), world, email="DEE@demo.spotter")
    assert answer.status_code == 409
    assert "Somebody here already has this e-mail." in answer.text
    assert "Nina Petrović" in answer.text


async def test_a_newer_link_kills_the_older_one(as_, anybody: Client, db, world: World) -> None:
    ana = await as_("ana")
    assert "Dee Okafor" in (await ana.get(f"/people/{world.id('dee')}")).text
    old = key_in(await ana.post(f"/people/{world.id('dee')}/link", htmx=False))
    new = key_in(await ana.post(f"/people/{world.id('dee')}/link", htmx=False))
    assert "newer link" in (await anybody.post("/welcome", {"key": old})).text
    assert "Dee Okafor" in (await anybody.post("/welcome", {"key": new})).text


async def test_a_code_read_out_at_the_desk_opens_for_ten_minutes(as_, anybody: Client, db, world: World) -> None:
    ana = await as_("ana")
    page = await ana.post(f"/people/{world.id('dee')}/code", htmx=False)
    code = re.search(r"big-code[^>]*>([0-9A-Z]{5}-[0-9A-Z]{5})<", page.text)
    assert code
    assert "Dee Okafor" in (await anybody.post("/welcome", {"key": code.group(1).lower()})).text
    await db.run("update link set ends_at = now() where person_id = $1 and used_at is null", world.id("dee"))
    assert "too old" in (await anybody.post("/welcome", {"key": code.group(1)})).text


async def test_a_reset_ends_every_session_and_the_link_is_kept_as_a_hash(as_, anybody: Client, db, world: World) -> None:
    ana, dee = await as_("ana"), await as_("dee")
    key = key_in(await ana.post(f"/people/{world.id('dee')}/link", htmx=False))
    assert await db.value("select token_hash from link where person_id = $1", world.id("dee")) == hashed(key)
    await anybody.post("/welcome", {"key": key, "password": "four plates and a dream"}, htmx=False)
    assert (await dee.get("/me")).headers["location"].startswith("/sign-in")


async def test_a_weak_password_is_told_why(as_, anybody: Client, db, world: World) -> None:
    key = key_in(await (await as_("ana")).post(f"/people/{world.id('dee')}/link", htmx=False))
    answer = await anybody.post("/welcome", {"key": key, "password": "deadlift2026!"})
    assert answer.status_code == 422
    assert "everybody tries first" in answer.text
    assert "deadlift2026" not in answer.text


async def test_a_role_taken_away_is_gone_at_the_next_click(as_, db, world: World) -> None:
    ana, dee = await as_("ana"), await as_("dee")
    assert (await dee.get("/members")).status_code != 403
    answer = await ana.post(f"/people/{world.id('dee')}/roles/{await grant_of(db, world, 'dee')}/revoke", htmx=False)
    assert answer.status_code == 303
    assert (await dee.get("/people")).status_code == 403
    assert (await dee.post("/lock")).status_code == 403


async def test_nobody_edits_their_own_roles(as_, db, world: World) -> None:
    max_ = await as_("max")
    answer = await max_.post(f"/people/{world.id('max')}/roles", {"role": await role_id(db, "desk"), "gym": str(world.gym_id)})
    assert answer.status_code == 422
    assert "Nobody changes their own roles" in answer.text


async def test_a_manager_makes_no_owner_and_touches_none(as_, db, world: World) -> None:
    max_ = await as_("max")
    made = await max_.post(f"/people/{world.id('dee')}/roles", {"role": await role_id(db, "owner"), "gym": ""})
    off = await max_.post(f"/people/{world.id('ana')}/off")
    link = await max_.post(f"/people/{world.id('ana')}/link")
    assert (made.status_code, off.status_code, link.status_code) == (422, 422, 422)
    assert await db.value("select count(*) from link where person_id = $1", world.id("ana")) == 0


async def test_an_owner_role_is_always_of_the_whole_club(as_, db, world: World) -> None:
    ana = await as_("ana")
    await ana.post(f"/people/{world.id('dee')}/roles", {"role": await role_id(db, "owner"), "gym": str(world.gym_id)})
    assert (await people.other_owners(db, world.id("ana"))) == 1


async def test_the_last_owner_can_neither_be_demoted_nor_switched_off(as_, db, world: World) -> None:
    """Max becomes an owner, removes Ana, and is then the last one himself."""
    ana = await as_("ana")
    await ana.post(f"/people/{world.id('max')}/roles", {"role": await role_id(db, "owner"), "gym": ""})
    max_ = await as_("max")
    assert (await max_.post(f"/people/{world.id('ana')}/off")).status_code == 200
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="last owner"):
        await attempt(db, "delete from role_grant where person_id = $1", world.id("max"))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="last owner"):
        await attempt(db, "update person set is_active = false where id = $1", world.id("max"))


async def test_two_owners_cannot_remove_each_other_at_once(committed: Committed, world: World) -> None:
    db = committed.db
    owner = await role_id(db, "owner")
    ana = await committed.as_("ana")
    await ana.post(f"/people/{world.id('max')}/roles", {"role": owner, "gym": ""})
    max_ = await committed.as_("max")
    answers = await asyncio.gather(
        ana.post(f"/people/{world.id('max')}/off"),
        max_.post(f"/people/{world.id('ana')}/off"),
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 401], [200, 409], [200, 422])
    left = await db.value(
        "select count(*) from person p join role_grant h on h.person_id = p.id where h.role_id = $1::uuid and p.is_active", owner
    )
    assert left == 1


async def test_switched_off_means_now(as_, anybody: Client, world: World) -> None:
    ana, dee = await as_("ana"), await as_("dee")
    await ana.post(f"/people/{world.id('dee')}/off")
    assert (await dee.get("/me")).headers["location"].startswith("/sign-in")
    refused = await anybody.post("/sign-in", {"email": "dee@demo.spotter", "password": "spotter-demo"})
    assert refused.status_code == 422
    await ana.post(f"/people/{world.id('dee')}/on")
    assert (
        await anybody.post("/sign-in", {"email": "dee@demo.spotter", "password": "spotter-demo"}, htmx=False)
    ).status_code == 303


async def test_ana_defines_a_role_and_changes_it(as_, db, world: World) -> None:
    ana, id = await as_("ana"), str(new_id())
    for _time in range(2):
        await ana.post("/roles/new", {"id": id, "name": "Evening crew", "permissions": ["desk.use", "members.see"]}, htmx=False)
    assert await db.value("select permissions from role where name = 'Evening crew'") == ["desk.use", "members.see"]
    await ana.post(f"/people/{world.id('mo')}/roles", {"role": id, "gym": str(world.gym_id)})
    assert (
        await ana.post(f"/roles/{id}", {"id": id, "name": "Evening crew", "permissions": ["desk.use"]}, htmx=False)
    ).status_code == 303
    used = await db.value("select count(*) from audit_line where act in ('role.defined', 'role.changed')")
    assert used == 2


@pytest.mark.parametrize(
    "form", [{"name": "owner"}, {"name": "  "}, {"name": "x", "permissions": ["launch.rockets"]}, {"name": "y" * 61}]
)
async def test_a_role_that_cannot_be(as_, db, form: dict[str, Any]) -> None:
    answer = await (await as_("ana")).post("/roles/new", {"id": str(new_id()), "permissions": [], **form})
    assert answer.status_code == 422


async def test_the_roles_of_the_house_stay_as_they_are(as_, db) -> None:
    ana, desk = await as_("ana"), await role_id(db, "desk")
    answer = await ana.post(f"/roles/{desk}", {"id": desk, "name": "desk", "permissions": ["money.refund"]})
    assert answer.status_code == 422
    assert "comes with the house" in answer.text
    assert (await ana.post(f"/roles/{desk}/drop")).status_code == 422


async def test_what_was_done_stays_written(as_, db, world: World) -> None:
    ana = await as_("ana")
    await ana.post(f"/people/{world.id('dee')}/off")
    line = await db.value("select id from audit_line where act = 'person.deactivated'")
    for statement in ("update audit_line set act = 'nothing' where id = $1", "delete from audit_line where id = $1"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await attempt(db, statement, line)
    page = await ana.get("/audit")
    assert "Switched off" in page.text
    assert "Dee Okafor" in page.text
    assert "127.0.0.1" in page.text


async def test_the_audit_is_filtered_and_exported(as_, db, world: World) -> None:
    ana = await as_("ana")
    await ana.post(f"/people/{world.id('dee')}/off")
    await ana.post(f"/people/{world.id('dee')}/on")
    today = datetime.now(UTC).date()
    only = await ana.get(
        "/audit", params={"act": "person.reactivated", "person": str(world.id("dee")), "start": str(today - timedelta(days=1))}
    )
    assert "Switched on again" in only.text
    assert '<tr id="line-' in only.text
    assert only.text.count('<tr id="line-') == 1
    file = await ana.post("/audit/export?act=person.reactivated", htmx=False)
    assert file.headers["content-type"].startswith("text/csv")
    assert len(file.text.strip().splitlines()) == 2
    assert await db.value("select count(*) from audit_line where act = 'audit.exported'") == 1
    odd = await ana.get("/audit", params={"person": "x", "start": "never", "after": "x,y", "act": "\x00"})
    assert odd.status_code == 200


async def test_max_sees_his_gyms_and_not_what_only_owners_read(as_, db) -> None:
    await db.run("insert into audit_line (id, at, act) values ($1, now(), 'club.secret')", new_id())
    assert "club: secret" in (await (await as_("ana")).get("/audit")).text
    assert '<tr id="line-' not in (await (await as_("max")).get("/audit", params={"act": "club.secret"})).text


async def test_a_link_for_nobody_is_not_known(anybody: Client) -> None:
    for key in ("x" * 43, "AAAAA-AAAAA", "https://gym.example/welcome#" + "y" * 43, "\x00" * 9, "ž" * 60):
        answer = await anybody.post("/welcome", {"key": key})
        assert answer.status_code == 422, key


async def test_a_link_used_by_two_at_once_sets_one_password(committed: Committed, world: World) -> None:
    async with committed.database.work() as db:
        await links.make_link(db, None, world.id("dee"), "reset", hashed("k" * 43), id=new_id(), now=datetime.now(UTC))
    tries = [
        committed.anybody().post("/welcome", {"key": "k" * 43, "password": f"four plates number {n}"}, htmx=False)
        for n in range(2)
    ]
    answers = await asyncio.gather(*tries)
    assert sorted(answer.status_code for answer in answers) in ([303, 409], [303, 422])
