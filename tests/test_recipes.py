"""One valid request through each write that no other test sends as a browser: what `tests/lies.py` needs to lie about."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from app.db import new_id
from app.plans import queries as plans
from app.plans.rules.changes import add_lines
from tests.conftest import Client, World
from tests.plans.test_writing import MO, a_plan, edit, lines
from tests.progress.sheets import row, sheet, written
from tests.progress.test_day import DAY, stock, tell_session
from tests.progress.test_imports import look
from tests.training.conftest import lifter, movements  # noqa: F401
from tests.training.lifting import BENCH


async def sent(client: Client, url: str, *, htmx: bool = False, **data: Any) -> Any:
    answer = await client.post(url, data, htmx=htmx)
    assert answer.status_code < 400, (url, answer.status_code, answer.text[-2000:])
    return answer


async def test_accounts(as_: Any, db: Any, world: World, anybody: Client) -> None:
    await sent(anybody, "/sign-in/as", email="mo@demo.spotter")
    ana, role, key = await as_("ana"), new_id(), new_id()
    await sent(ana, "/roles/new", id=str(role), name="Cleaner", permissions="desk.use")
    await sent(ana, f"/roles/{role}/drop")
    await db.run(
        "insert into authenticator (person_id, secret, made_at, confirmed_at) values ($1, '', now(), now())", world.id("ana")
    )
    await db.run(
        """insert into passkey (id, person_id, credential_id, public_key, sign_count, name, made_at)
           values ($1, $2, 'a', '', 0, 'Phone', now())""",
        key, world.id("ana"),
    )  # fmt: skip
    await sent(ana, f"/me/passkeys/{key}/remove")
    await sent(ana, "/me/second-factor/remove")
    left = await db.value("select (select count(*) from passkey) + (select count(*) from authenticator)")
    assert (left, await db.value("select count(*) from role where id = $1", role)) == (0, 0)


async def test_a_plan_is_described_followed_and_given_up(as_: Any, db: Any, world: World) -> None:
    mo, plan = await as_("mo"), await a_plan(db, MO, world.now)
    revision = await db.value("select revision from plan where id = $1", plan)
    about = {"name": "Better", "difficulty": "beginner", "revision": str(revision)}
    await sent(mo, f"/drafts/plan/{plan}/about", id=str(new_id()), **about)
    assert await db.value("select count(*) from plan where owner_id = $1 and name = 'Better'", MO.person_id) <= 1
    await sent(mo, f"/plans/{plan}/start", id=str(new_id()), starts_on="2026-11-23")
    draft = (await plans.sheet(db, MO, plan, world.now + timedelta(days=30))).draft
    await edit(db, MO, plan, add_lines(draft.units[0].id, await lines(db, MO, "Dips 3x8")), world.now)
    await sent(mo, f"/plans/{plan}/undo", id=str(new_id()))
    await edit(db, MO, plan, add_lines(draft.units[0].id, await lines(db, MO, "Plank 3x60s")), world.now)
    await sent(mo, f"/plans/{plan}/publish", id=str(new_id()))
    await sent(mo, f"/plans/{plan}/switch")
    await sent(mo, f"/plans/{plan}/stop")
    await sent(mo, f"/plans/{plan}/discard")
    assert (await mo.get(f"/plans/{plan}")).status_code == 404


async def test_progress(as_: Any, db: Any) -> None:
    mo, measure = await as_("mo"), str(uuid4())
    await sent(mo, "/progress/measures", id=measure, name="Neck", unit="cm", lowest="20", highest="60")
    await sent(mo, f"/progress/measures/{measure}/retire")
    supplement, _answer = await stock(mo)
    await sent(mo, f"{DAY}/supplements/clear")
    await sent(mo, f"/progress/supplements/{supplement}/discard")
    await tell_session(mo, lifts="Squat 100 x 5")
    session = await db.value("select id from done_session")
    await sent(mo, f"{DAY}/sessions/{session}/drop")
    brought = await look(mo, written(sheet("check_ins", row("check_ins"))))
    await sent(mo, f"{brought.headers['location']}/discard")
    assert await db.value("select count(*) from done_session") == 0


async def test_training(lifter: Any) -> None:  # noqa: F811
    mo = await lifter("mo")
    card = await mo.add(BENCH)
    await sent(mo.client, f"{mo.url}/exercises/{card}/rest", rest="90")
    await sent(mo.client, f"{mo.url}/exercises/{card}/next", yes="on")
    await sent(mo.client, f"{mo.url}/notes", notes="It felt light")
    await sent(mo.client, f"{mo.url}/finish")
    assert await mo.db.value("select notes from workout where id = $1", mo.workout) == "It felt light"
    await sent(mo.client, f"{mo.url}/resume")
