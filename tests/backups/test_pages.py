"""The owner's shelf: made by the worker, proven by the worker, the kit shown once."""

from pathlib import Path

import pytest

from app.backups import actions, house
from app.db import new_id
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
    worker = Worker(committed.database)
    assert await worker.do_job(NOW.replace(year=2100))
    page = await ana.get("/owner/backups")
    assert "not yet" in page.text
    name = await committed.db.value("select name from backup_run where kind = 'backup'")
    assert (tmp_path / "backups" / name / "manifest.json").exists()
    assert (await ana.post(f"/owner/backups/{name}/drill", {"id": str(new_id())})).status_code == 200
    assert await worker.do_job(NOW.replace(year=2100))
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


async def test_the_kit_asks_for_a_recent_password_and_is_shown_once(as_, db) -> None:
    ana = await as_("ana")
    answer = await ana.post("/owner/backups/kit", htmx=False)
    assert "AGE-SECRET-KEY-1" in answer.text
    assert "<svg" in answer.text
    assert "AGE-SECRET-KEY-1" not in (await ana.get("/owner/backups")).text
    assert await db.value("select count(*) from audit_line where act = 'backups.kit'") == 1


@pytest.mark.parametrize("who", ["max", "dee", "cal", "mo"])
async def test_only_the_owner_comes_near(as_, who: str) -> None:
    client = await as_(who)
    assert (await client.get("/owner/backups")).status_code == 403
    assert (await client.post("/owner/backups", {"id": str(new_id())})).status_code == 403
    assert (await client.post("/owner/backups/kit")).status_code == 403
