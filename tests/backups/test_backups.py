"""A backup counts when it was restored; anything that is not ours, or not whole, changes nothing."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pyrage import x25519

from app import schema
from app.backups import archive, dump, keys, places, restore
from app.backups.archive import MANIFEST, RefusedError
from app.backups.places import Place
from tests.conftest import NOW, Committed

pytestmark = pytest.mark.real


@dataclass
class Club:
    server: restore.Server
    data: Path
    shelf: Path
    keys: keys.Keys
    committed: Committed

    async def back_up(self) -> Path:
        return await dump.make(self.server.dsn, self.data, self.shelf, self.keys, now=NOW)

    async def name(self) -> str:
        return await self.read("select name from club")

    async def read(self, sql: str) -> Any:
        connection = await asyncpg.connect(self.server.dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()


@pytest.fixture
async def club(committed: Committed, tmp_path: Path) -> AsyncIterator[Club]:
    data, shelf = tmp_path / "data", tmp_path / "shelf"
    data.mkdir()
    shelf.mkdir()
    server = restore.Server(committed.dsn, committed.cluster.dsn("postgres", "postgres"))
    yield Club(server, data, shelf, keys.load(data), committed)
    left = await names(server)
    for name in left:
        committed.cluster.psql(f'drop database if exists "{name}" with (force)')


async def names(server: restore.Server) -> list[str]:
    connection = await asyncpg.connect(server.admin)
    rows = await connection.fetch("select datname from pg_database where datname like $1 || '\\_%'", server.name)
    await connection.close()
    return [row[0] for row in rows]


async def test_a_drill_restores_counts_and_compares(club: Club) -> None:
    folder = await club.back_up()
    manifest = await restore.drill(club.server, folder, club.keys.public, club.keys.drill)
    people = next(one for one in manifest.counts if one.table == "person")
    assert people.rows == 10
    assert await names(club.server) == []  # the scratch database is gone


async def test_a_drill_notices_a_row_that_is_not_the_same(club: Club) -> None:
    folder = await club.back_up()
    text = (folder / MANIFEST).read_bytes()
    manifest = archive.read_manifest(text, club.keys.public)
    wrong = [one if one.table != "person" else archive.Count("person", 10, "1") for one in manifest.counts]
    archive.write_manifest(folder, archive.Manifest(**{**vars_of(manifest), "counts": wrong}), club.keys)
    with pytest.raises(RefusedError) as refused:
        await restore.drill(club.server, folder, club.keys.public, club.keys.drill)
    assert refused.value.refused.code == "does_not_fit"


def vars_of(manifest: archive.Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in manifest.__struct_fields__}


async def test_a_restore_brings_back_what_was_and_sets_the_present_aside(club: Club) -> None:
    folder = await club.back_up()
    await club.committed.db.run("update club set name = 'Changed since'")
    done = await restore.restore(club.server, folder, club.keys.public, club.keys.drill, now=NOW)
    assert await club.name() == "Iron Yard"
    assert await club.read("select hub_epoch from club") == 2
    assert await club.read("select count(*) from sign_in") == 0
    assert await restore.set_aside(club.server) == [done.before]
    await restore.put_back(club.server, done.before, now=NOW)
    assert await club.name() == "Changed since"
    assert await restore.set_aside(club.server) == []
    assert await restore.let_go(club.server, NOW + timedelta(days=6)) == []
    assert len(await restore.let_go(club.server, NOW + timedelta(days=8))) == 1  # the undone one, after its week


async def test_people_at_work_do_not_keep_a_restore_out_and_find_the_restored_club(club: Club) -> None:
    """Sessions that are busy are sent away, whoever comes during the change waits, and there is never neither."""
    folder = await club.back_up()
    await club.committed.db.run("update club set name = 'Changed since'")
    busy = await asyncpg.connect(club.server.dsn)
    seen: list[str] = []

    async def look_again_and_again() -> None:
        while True:
            with suppress(asyncpg.PostgresError, OSError):
                seen.append(await club.name())
            await asyncio.sleep(0.02)

    looking = asyncio.create_task(look_again_and_again())
    await restore.restore(club.server, folder, club.keys.public, club.keys.drill, now=NOW)
    looking.cancel()
    assert busy.is_closed()
    assert await club.name() == "Iron Yard"
    assert set(seen) <= {"Changed since", "Iron Yard"}


async def test_a_backup_of_an_older_schema_is_brought_to_this_version(club: Club) -> None:
    """As it was two revisions ago: the restore migrates before anything changes places."""
    revisions = restore.known_schemas()
    await asyncio.to_thread(schema.downgrade, club.server.dsn, revisions[1])
    folder = await club.back_up()
    await asyncio.to_thread(schema.upgrade, club.server.dsn)
    await restore.restore(club.server, folder, club.keys.public, club.keys.drill, now=NOW)
    assert await club.read("select version_num from alembic_version") == revisions[0]
    assert await club.name() == "Iron Yard"


@pytest.mark.parametrize("harm", ["wrong_key", "altered", "partial", "foreign"])
async def test_what_is_refused_changes_nothing(club: Club, tmp_path: Path, harm: str) -> None:
    folder = await club.back_up()
    await club.committed.db.run("update club set name = 'Changed since'")
    stranger = keys.load(tmp_path / "stranger")
    trusted, identity = club.keys.public, club.keys.drill
    if harm == "wrong_key":
        identity = stranger.drill
    elif harm == "foreign":
        trusted = stranger.public
    elif harm == "partial":
        (folder / "database.age").write_bytes((folder / "database.age").read_bytes()[:-100])
    else:
        body = bytearray((folder / "database.age").read_bytes())
        body[len(body) // 2] ^= 1
        (folder / "database.age").write_bytes(body)
    with pytest.raises(RefusedError) as refused:
        await restore.restore(club.server, folder, trusted, identity, now=NOW)
    assert refused.value.refused.code == harm
    assert await club.name() == "Changed since"
    assert await names(club.server) == []


async def test_a_diary_of_more_than_ten_megabytes_comes_back(club: Club) -> None:
    """Eleven megabytes of photos in one diary, of a kind that nothing can make smaller."""
    photo, content = "00000000-0000-7000-8000-0000000000aa", random.Random(7).randbytes(11_000_000)
    await club.committed.db.run(
        """insert into progress_photo (id, person_id, day, width, height, created_at)
           select $1, id, '2026-11-01', 10, 10, now() from person order by created_at limit 1""",
        photo,
    )  # fmt: skip
    await club.committed.db.run(
        "insert into progress_photo_file (photo_id, size, content) values ($1, 'large', $2)", photo, content
    )
    folder = await club.back_up()
    await club.committed.db.run("delete from progress_photo")
    await restore.restore(club.server, folder, club.keys.public, club.keys.drill, now=NOW)
    assert await club.read("select content from progress_photo_file") == content


async def test_the_owners_kit_opens_a_backup_on_another_machine(club: Club, tmp_path: Path) -> None:
    kit = keys.new_kit(club.data)
    club.keys = keys.load(club.data)
    folder = await club.back_up()
    shutil.rmtree(club.data / "keys")  # the hub is gone; paper remains
    typed = keys.read_kit(f"Recovery kit\n{kit.secret.lower()}\nhub:{kit.hub}\n")
    identity = x25519.Identity.from_str(typed.secret)
    manifest = await restore.drill(club.server, folder, typed.hub, identity)
    assert manifest.club == "Iron Yard"


async def test_five_hundred_altered_backups_are_refused(club: Club) -> None:
    folder = await club.back_up()
    parts = {path.name: path.read_bytes() for path in folder.iterdir()}
    chance = random.Random(8)
    codes: list[str] = []
    for _try in range(500):
        name = chance.choice(sorted(parts))
        (folder / name).write_bytes(altered(parts[name], chance))
        codes.append(refusal(folder, club.keys.public))
        (folder / name).write_bytes(parts[name])
    assert {"altered", "partial", "not_a_backup"} <= set(codes) <= {"altered", "partial", "not_a_backup", "foreign"}
    assert len(codes) == 500
    archive.verify(folder, club.keys.public, restore.known_schemas())
    assert await club.name() == "Iron Yard"


def refusal(folder: Path, trusted: str) -> str:
    try:
        archive.verify(folder, trusted, restore.known_schemas())
    except RefusedError as error:
        return error.refused.code
    return "accepted"


def altered(body: bytes, chance: random.Random) -> bytes:
    """Flip, cut, lengthen, swap two stretches."""
    at, kind = chance.randrange(len(body)), chance.randrange(4)
    if kind == 0:
        return body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]
    if kind == 1:
        return body[:at]
    if kind == 2:
        return body[:at] + bytes([chance.randrange(256)]) + body[at:]
    half = max(1, len(body) // 2)
    return body[half:] + body[:half]


async def test_whole_backups_that_are_not_ours_are_refused(club: Club, tmp_path: Path) -> None:
    folder = await club.back_up()
    other = tmp_path / "other"
    stranger = keys.load(other)

    def code(trusted: str, schemas: list[str]) -> str:
        with pytest.raises(RefusedError) as refused:
            archive.verify(folder, trusted, schemas)
        return refused.value.refused.code

    assert code(stranger.public, restore.known_schemas()) == "foreign"
    assert code(club.keys.public, ["2020_01_01_before"]) == "newer_schema"
    with pytest.raises(RefusedError) as refused:
        await restore.drill(club.server, folder, club.keys.public, stranger.drill)
    assert refused.value.refused.code == "wrong_key"


async def test_parts_of_two_backups_do_not_mix(club: Club) -> None:
    first = await club.back_up()
    kept = (first / "database.age").read_bytes()
    shutil.move(first, first.with_name("first"))
    second = await club.back_up()
    (second / "database.age").write_bytes(kept)
    with pytest.raises(RefusedError):
        archive.verify(second, club.keys.public, restore.known_schemas())


async def test_an_interrupted_backup_is_no_backup(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(archive, "write_manifest", broken)
    with pytest.raises(OSError, match="disk is full"):
        await club.back_up()
    assert await places.complete(places.open_place(Place(str(club.shelf)))) == []


async def test_an_upload_is_read_back_and_the_manifest_comes_last(club: Club, tmp_path: Path) -> None:
    folder = await club.back_up()
    place = places.open_place(Place(str(tmp_path / "usb")))
    await places.upload(place, folder)
    assert await places.complete(place) == [folder.name]
    fetched = await places.download(place, folder.name, tmp_path / "back")
    archive.verify(fetched, club.keys.public, restore.known_schemas())
    await places.delete(place, folder.name)
    assert await places.complete(place) == []


async def test_half_an_upload_is_resumed(club: Club, tmp_path: Path) -> None:
    folder = await club.back_up()
    usb = tmp_path / "usb"
    place = places.open_place(Place(str(usb)))
    (usb / folder.name).mkdir()
    (usb / folder.name / "database.age").write_bytes((folder / "database.age").read_bytes()[:100])
    assert await places.complete(place) == []
    await places.upload(place, folder)
    assert await places.complete(place) == [folder.name]


async def test_a_backup_begun_again_after_a_crash_is_the_same_one(club: Club) -> None:
    draft = club.shelf / f".{dump.name_of(NOW)}.draft"
    draft.mkdir()
    (draft / "database.part").write_bytes(b"half")
    first = await club.back_up()
    made = (first / MANIFEST).read_bytes()
    assert await club.back_up() == first
    assert (first / MANIFEST).read_bytes() == made
    assert sorted(path.name for path in club.shelf.iterdir()) == [first.name]
