"""One valid request through each write that no other test sends as a browser: what `tests/lies.py` needs to lie about."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.backups import archive, carry, errand, house, keys, places, restore
from app.db import new_id
from app.plans import queries as plans
from app.plans.rules.changes import add_lines
from app.web.front import Front
from tests.conftest import NOW, Client, World
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
    await sent(ana, "/me/appearance", theme="dark", language="")
    gym = {
        "name": "Iron Yard Centre",
        "zone": "Europe/Belgrade",
        "locale": "en",
        "units": "kg",
        "country": "RS",
        "capacity": "81",
    }
    await sent(ana, "/settings", **gym)
    await sent(ana, "/waiver", id=str(new_id()), title="New", body="Read this")
    left = await db.value("select (select count(*) from passkey) + (select count(*) from authenticator)")
    assert (left, await db.value("select count(*) from role where id = $1", role)) == (0, 0)
    assert (
        await db.value(
            "select theme || (select capacity from gym where id = $2) from person where id = $1", world.id("ana"), world.gym_id
        )
        == "dark81"
    )
    await sent(ana, "/me/gym", gym=str(world.river_id))
    await sent(await as_("max"), "/sign-out")
    await sent(await as_("cal"), "/sign-out/everywhere")
    assert await db.value("select count(*) from sign_in where person_id = any($1)", [world.id("max"), world.id("cal")]) == 0


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
    card = await mo.lift(BENCH, (60, 8))
    await sent(mo.client, f"{mo.url}/exercises/{card}/rest", rest="90")
    await sent(mo.client, f"{mo.url}/exercises/{card}/next", yes="on")
    await sent(mo.client, f"{mo.url}/notes", notes="It felt light")
    await sent(mo.client, f"{mo.url}/finish")
    assert await mo.db.value("select notes from workout where id = $1", mo.workout) == "It felt light"
    await sent(mo.client, f"{mo.url}/resume")


async def test_what_was_lifted_becomes_what_is_planned(lifter: Any, world: World) -> None:  # noqa: F811
    mo = await lifter("mo")
    plan = await a_plan(mo.db, MO, world.now)
    card = await mo.lift(BENCH, (80, 5), (80, 5))
    draft = (await plans.sheet(mo.db, MO, plan, world.now)).draft
    line = draft.units[0].lines[0].id
    await mo.db.run("update workout set plan_id = $2 where id = $1", mo.workout, plan)
    await mo.db.run("update workout_exercise set planned_id = $2, target_grams = 60000 where id = $1", card, line)
    await sent(mo.client, f"{mo.url}/plan", id=str(new_id()), lines=str(line))
    draft = (await plans.sheet(mo.db, MO, plan, world.now)).draft
    assert draft.units[0].lines[0].target_weight == 80


async def test_the_log_of_the_door_is_forgotten_now(as_: Any, db: Any, world: World) -> None:
    max_ = await as_("max")
    await db.run(
        """insert into door_policy (gym_id, keep_months, changed_at) values ($1, 3, now())
           on conflict (gym_id) do update set keep_months = 3""",
        world.gym_id,
    )
    await sent(max_, "/desk/entries/forget", id=str(new_id()))
    assert await db.value("select count(*) from audit_line where act = 'entries.forget'") == 1


@pytest.fixture
def home(front: Front, shared_dsn: str, tmp_path: Path) -> Iterator[Path]:
    """A data folder of its own, with a small backup on its shelf."""
    before = front.settings.data, front.database.direct_dsn
    object.__setattr__(front.settings, "data", tmp_path)
    front.database.direct_dsn = shared_dsn
    own, folder = keys.load(tmp_path), tmp_path / "backups" / "20261121T173000Z"
    folder.mkdir(parents=True)
    manifest = archive.Manifest(1, "Iron Yard", str(new_id()), "2026-11-21T17:30:00Z", "1", "x", 1, [], [])
    archive.write_manifest(folder, manifest, own)
    yield tmp_path
    object.__setattr__(front.settings, "data", before[0])
    front.database.direct_dsn = before[1]


async def test_backups(as_: Any, home: Path, shared_dsn: str, cluster: Any, db: Any) -> None:
    ana, shelf = await as_("ana"), home / "backups"
    (held,) = house.held(house.Shelf(restore.Server(shared_dsn, shared_dsn), home))
    url = f"/owner/backups/{held.name}"
    await sent(ana, "/owner/backups", id=str(new_id()))
    await sent(ana, f"{url}/drill", id=str(new_id()))
    carried = b"".join(carry.packed(shelf / held.name))
    usb = home / "usb"
    await sent(ana, "/owner/backups/place", kind="folder", folder=str(usb), act="keep")
    assert places.load(home) == places.Place(str(usb))
    shutil.move(shelf / held.name, usb / held.name)
    await sent(ana, f"{url}/fetch", id=str(new_id()))
    files = {"file": ("b.tar", carried, "application/x-tar")}
    brought = await ana.send("POST", "/owner/backups/uploads", htmx=False, files=files)
    assert brought.headers["location"] == f"{url}/restore", brought.text
    await sent(ana, f"{url}/restore", sure="on")
    assert errand.told(home).name == held.name
    shutil.rmtree(home / "run")
    aside = f"{shared_dsn.partition('@/')[2].partition('?')[0]}{restore.BEFORE}{NOW:%Y%m%d%H%M%S}"
    cluster.psql(f'create database "{aside}" template template0')
    try:
        await sent(ana, "/owner/backups/undo")
        assert errand.told(home).kind == "undo"
    finally:
        cluster.psql(f'drop database "{aside}"')
    assert await db.value("select count(*) from job where kind like 'backups.%'") == 3
