"""The owner's shelf: made by the worker, proven by the worker, the kit shown once."""

import io
import re
import shutil
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.backups import actions, errand, house, keys, places, restore
from app.db import new_id
from app.settings import Settings
from app.worker import Worker
from tests.conftest import NOW, Committed


async def test_ana_asks_for_a_backup_and_the_worker_makes_and_proves_it(
    committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTTER_DATA", str(tmp_path))
    ana = await committed.as_("ana")
    asked = {"id": str(new_id())}
    for _ in range(2):  # the same click twice is one backup
        assert (await ana.post("/owner/backups", asked)).status_code == 200
    assert await committed.db.value("select count(*) from job where kind = 'backups.backup'") == 1
    monkeypatch.setattr(house, "shelf", lambda _settings, _dsn: shelf_of(committed, tmp_path))
    worker = Worker(committed.database, ())
    await worker.round()
    page = await ana.get("/owner/backups")
    assert "not yet" in page.text
    name = await committed.db.value("select name from backup_run where kind = 'backup'")
    assert (tmp_path / "backups" / name / "manifest.json").exists()
    assert (await ana.post(f"/owner/backups/{name}/drill", {"id": str(new_id())})).status_code == 200
    await worker.round()
    assert "Restored and compared" in (await ana.get("/owner/backups")).text


def shelf_of(committed: Committed, data: Path) -> house.Shelf:
    server = house.restore.Server(committed.dsn, committed.cluster.dsn("postgres", "postgres"))
    return house.Shelf(server, data)


async def test_a_drill_of_a_damaged_backup_is_written_down(
    committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTTER_DATA", str(tmp_path))
    shelf = shelf_of(committed, tmp_path)
    monkeypatch.setattr(house, "shelf", lambda _settings, _dsn: shelf)
    folder = await house.make(shelf, now=NOW)
    (folder / "database.age").write_bytes(b"x")
    id = new_id()
    await actions.begin(committed.db, "drill", id=id, name=folder.name, by=None, now=NOW)
    await actions.do_drill(committed.database, {"id": str(id), "name": folder.name})
    assert "partial" in await committed.db.value("select error from backup_run where id = $1", id)


@pytest.fixture
async def at_home(committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[house.Shelf]:
    """A shelf with one backup on it, in a house with its own data folder."""
    monkeypatch.setenv("SPOTTER_DATA", str(tmp_path))
    shelf = shelf_of(committed, tmp_path)
    monkeypatch.setattr(house, "shelf", lambda _settings, _dsn: house.Shelf(shelf.server, tmp_path, places.load(tmp_path)))
    await house.make(shelf, now=NOW)
    yield shelf
    rows = await committed.db.column("select datname from pg_database where starts_with(datname, $1)", shelf.server.name + "_")
    for name in rows:
        committed.cluster.psql(f'drop database if exists "{name}" with (force)')


async def test_ana_brings_one_back_from_the_page_and_takes_it_back(
    committed: Committed, at_home: house.Shelf, tmp_path: Path
) -> None:
    ana = await committed.as_("ana")
    (held,) = house.held(at_home)
    await committed.db.run("update club set name = 'Changed since'")
    url = f"/owner/backups/{held.name}/restore"
    assert "Iron Yard" in (await ana.get(url)).text
    assert (await ana.post(url, {}, htmx=False)).status_code == 422  # not without saying so
    answer = await ana.post(url, {"sure": "on"}, htmx=False)
    assert answer.status_code == 303
    watching = answer.headers["location"]
    assert errand.told(tmp_path).state == "waiting"
    assert (await ana.post(url, {"sure": "on"}, htmx=False)).headers["location"] == watching  # twice is once
    config = Settings(data=tmp_path, secret=b"x" * 32, database_url=at_home.server.dsn)
    assert await errand.run(config)
    assert await named(at_home) == "Iron Yard"
    anybody = committed.anybody()
    page = await anybody.get(watching)
    assert "Everybody signs in again" in page.text
    assert (await anybody.get("/restoring/guess")).status_code == 404
    # the way back
    before = await restore.set_aside(at_home.server)
    assert errand.ask(tmp_path, errand.Wish("key", "undo", before[0]), NOW)
    assert await errand.run(config)
    assert await named(at_home) == "Changed since"


async def named(shelf: house.Shelf) -> str:
    connection = await asyncpg.connect(shelf.server.dsn)
    try:
        return str(await connection.fetchval("select name from club"))
    finally:
        await connection.close()


async def test_a_damaged_one_is_refused_on_the_page_with_the_reason_and_nothing_changes(
    committed: Committed, at_home: house.Shelf, tmp_path: Path
) -> None:
    (held,) = house.held(at_home)
    path = at_home.folder / held.name / "database.age"
    path.write_bytes(path.read_bytes()[:-1])
    await committed.db.run("update club set name = 'Changed since'")
    assert errand.ask(tmp_path, errand.Wish("key", "restore", held.name), NOW)
    assert not await errand.run(Settings(data=tmp_path, secret=b"x" * 32, database_url=at_home.server.dsn))
    page = (await committed.anybody().get("/restoring/key")).text
    assert "This backup is not whole. (database.age)" in page
    assert "Nothing has changed." in page
    assert await named(at_home) == "Changed since"
    assert not errand.asked_file(tmp_path).exists()


async def test_one_is_carried_away_and_brought_in_again(committed: Committed, at_home: house.Shelf, tmp_path: Path) -> None:
    """The very bytes; and whatever is not a whole backup is refused at the field, and leaves nothing on the shelf."""
    ana = await committed.as_("ana")
    (held,) = house.held(at_home)
    carried = (await ana.get(f"/owner/backups/{held.name}/file")).content
    assert not [word for word in (b"mo@demo.spotter", b"Haddad", b"$argon2", b"CREATE TABLE") if word in carried], "it is sealed"
    whole = at_home.folder / held.name
    kept = {path.name: path.read_bytes() for path in whole.iterdir()}
    shutil.rmtree(whole)

    async def bring_in(body: bytes) -> httpx.Response:
        return await ana.send("POST", "/owner/backups/uploads", htmx=False, files={"file": ("b.tar", body, "application/x-tar")})

    flipped = bytearray(carried)
    flipped[len(carried) // 2] ^= 1
    wrong = {
        b"no backup": "not a backup",
        carried[:-9000]: "not whole",
        bytes(flipped): "altered",
        slip(): "not a backup",
        b"": "not a backup",
    }
    for body, reason in wrong.items():
        answer = await bring_in(body)
        assert answer.status_code == 422
        assert reason in answer.text
        assert list(at_home.folder.iterdir()) == []
    answer = await bring_in(carried)
    assert answer.headers["location"] == f"/owner/backups/{held.name}/restore"
    assert {path.name: path.read_bytes() for path in whole.iterdir()} == kept


def slip() -> bytes:
    """A tar that would write elsewhere."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        head = tarfile.TarInfo("../../evil")
        head.size = 4
        tar.addfile(head, io.BytesIO(b"evil"))
    return out.getvalue()


async def test_one_of_another_machine_needs_its_kit(committed: Committed, at_home: house.Shelf, tmp_path: Path) -> None:
    kit = keys.new_kit(tmp_path)
    shutil.rmtree(at_home.folder)
    await house.make(at_home, now=NOW)
    shutil.rmtree(tmp_path / "keys")  # this is another machine now
    ana = await committed.as_("ana")
    (held,) = house.held(at_home)
    assert not held.is_ours
    url = f"/owner/backups/{held.name}/restore"
    assert "Recovery kit of the other machine" in (await ana.get(url)).text
    answer = await ana.post(url, {"sure": "on", "kit": "no"}, htmx=False)
    assert answer.status_code == 422
    assert "Both lines of the kit" in answer.text
    assert (await ana.post(url, {"sure": "on", "kit": f"{kit.secret}\nhub:{kit.hub}"}, htmx=False)).status_code == 303
    await committed.db.run("update club set name = 'Changed since'")
    assert await errand.run(Settings(data=tmp_path, secret=b"x" * 32, database_url=at_home.server.dsn))
    assert await named(at_home) == "Iron Yard"


async def test_a_crash_in_the_middle_is_told_and_a_restore_that_had_happened_too(
    committed: Committed, at_home: house.Shelf, tmp_path: Path
) -> None:
    config = Settings(data=tmp_path, secret=b"x" * 32, database_url=at_home.server.dsn)
    (held,) = house.held(at_home)
    errand.ask(tmp_path, errand.Wish("key", "restore", held.name), NOW)
    await errand.recover(config)
    assert errand.told(tmp_path).state == "broken"
    assert errand.ask(tmp_path, errand.Wish("next", "restore", held.name), NOW)  # and it may be asked for again
    before = f"{at_home.server.name}{restore.BEFORE}20261121173000"
    committed.cluster.psql(f'create database "{before}"')
    errand.tell(tmp_path, errand.Told("next", "restore", held.name, "running", "swapping", before=before))
    await errand.recover(config)
    assert errand.told(tmp_path).state == "done"


async def test_the_second_place_is_tried_kept_and_its_secret_never_shown(
    committed: Committed, at_home: house.Shelf, tmp_path: Path
) -> None:
    ana = await committed.as_("ana")
    usb = tmp_path / "usb"
    assert "whole path" in (await ana.post("/owner/backups/place", {"kind": "folder", "folder": "usb"}, htmx=False)).text
    answer = await ana.post("/owner/backups/place", {"kind": "folder", "folder": "/proc/no"}, htmx=False)
    assert "It does not work" in answer.text
    assert "It works" in (await ana.post("/owner/backups/place", {"kind": "folder", "folder": str(usb)}, htmx=False)).text
    assert places.load(tmp_path) is None
    await ana.post("/owner/backups/place", {"kind": "folder", "folder": str(usb), "act": "keep"}, htmx=False)
    assert places.load(tmp_path) == places.Place(str(usb))
    places.keep(tmp_path, places.Place("s3://yard", "https://s3.test", "eu", "key", "a very secret thing"))
    shown = (await ana.get("/owner/backups/place")).text
    assert "yard" in shown
    assert "a very secret thing" not in shown


async def test_the_kit_asks_for_a_recent_password_and_is_shown_once(as_, db) -> None:
    ana = await as_("ana")
    answer = await ana.post("/owner/backups/kit", htmx=False)
    assert "AGE-SECRET-KEY-1" in answer.text
    assert "<svg" in answer.text
    assert not re.search("AGE-SECRET-KEY-1[A-Z0-9]", (await ana.get("/owner/backups")).text)
    assert await db.value("select count(*) from audit_line where act = 'backups.kit'") == 1
    start = answer.text.split("AGE-SECRET-KEY-1")[1][:6]
    assert (await ana.post("/owner/backups/kit/seen", {"start": start})).status_code == 200


async def test_ana_shows_four_times_a_year_that_she_still_has_the_paper(committed: Committed, at_home: house.Shelf) -> None:
    ana = await committed.as_("ana")
    printed = (await ana.post("/owner/backups/kit", htmx=False)).text
    secret = re.findall("AGE-SECRET-KEY-1[A-Z0-9]+", printed)[0]
    start = secret.removeprefix("AGE-SECRET-KEY-1")[:6]
    assert "Look for it" not in (await ana.get("/owner/backups")).text
    await committed.db.run("alter table audit_line disable trigger user")
    await committed.db.run("update audit_line set at = at - interval '91 days' where act = 'backups.kit'")
    assert "Look for it" in (await ana.get("/owner/backups")).text
    for wrong in ("QQQQQQ", start[:5], "AGE-SECRET-KEY-1"):
        answer = await ana.post("/owner/backups/kit/seen", {"start": wrong})
        assert (answer.status_code, "No kit of this gym begins like that" in answer.text) == (422, True), wrong
    assert (await ana.post("/owner/backups/kit/seen", {"start": ""})).status_code == 422
    for right in (start, f" age-secret-key-1{start.lower()} ", secret):
        assert (await ana.post("/owner/backups/kit/seen", {"start": right})).status_code == 200
    assert "Look for it" not in (await ana.get("/owner/backups")).text
    kept = "".join(path.read_text(errors="replace") for path in (at_home.data / "keys").iterdir())
    assert start not in kept


@pytest.mark.parametrize("who", ["max", "dee", "cal", "mo"])
async def test_only_the_owner_comes_near(as_, who: str) -> None:
    client = await as_(who)
    assert (await client.get("/owner/backups")).status_code == 403
    assert (await client.post("/owner/backups", {"id": str(new_id())})).status_code == 403
    assert (await client.post("/owner/backups/kit")).status_code == 403
    for url in ("/owner/backups/place", "/owner/backups/any/restore", "/owner/backups/any/file"):
        assert (await client.get(url)).status_code == 403
    for url in ("/owner/backups/uploads", "/owner/backups/undo", "/owner/backups/any/restore", "/owner/backups/place"):
        assert (await client.post(url)).status_code == 403
