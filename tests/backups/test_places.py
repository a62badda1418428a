"""An S3-compatible storage that really answers: versions beside each other, an upload that goes on where it stopped, read back."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer

from app.backups import archive, house, keys, places, restore
from app.backups.archive import MANIFEST, Count, Manifest, RefusedError
from app.backups.places import Place
from tests.conftest import NOW


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _host, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> Place:
    httpx.post(f"{s3}/moto-api/reset")
    assert httpx.put(f"{s3}/yard").status_code == 200
    return Place("s3://yard/spotter", s3, "us-east-1", "key", "secret")


class Shelf:
    """Backups as folders, without a database: what storage sees of them."""

    def __init__(self, data: Path) -> None:
        self.data, self.folder = data, data / "backups"
        self.keys = keys.load(data)
        self.house = house.Shelf(restore.Server("", ""), data)

    def backup(self, name: str, size: int = 300_000) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True)
        with (self.data / "inside").open("wb") as file:
            file.write(bytes(range(256)) * (size // 256))
        with (self.data / "inside").open("rb") as file:
            part = archive.seal(file, folder / "database.age", self.keys)
        manifest = Manifest(
            1, "Iron Yard", "1", NOW.isoformat(), "1", restore.known_schemas()[0], 1, [part], [Count("club", 1, "1")]
        )
        archive.write_manifest(folder, manifest, self.keys)
        return folder


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


async def test_a_place_is_tried_with_a_small_file_and_says_what_is_wrong(bucket: Place, tmp_path: Path) -> None:
    assert await places.attempt(bucket) == ""
    assert "bucket does not exist" in await places.attempt(Place("s3://nowhere", bucket.endpoint, "us-east-1", "key", "secret"))
    assert await places.attempt(Place(str(tmp_path / "usb"))) == ""
    assert await places.attempt(Place("/proc/nowhere")) != ""
    assert await places.keys_of(places.open_place(bucket), "") == []  # nothing stays behind


async def test_versions_lie_beside_each_other_and_come_back_whole(bucket: Place, shelf: Shelf, tmp_path: Path) -> None:
    store = places.open_place(bucket)
    for name in ("20261120T023000Z", "20261121T023000Z"):
        await places.upload(store, shelf.backup(name))
    assert await places.complete(store) == ["20261121T023000Z", "20261120T023000Z"]
    fetched = await places.download(store, "20261120T023000Z", tmp_path / "back")
    archive.verify(fetched, shelf.keys.public, restore.known_schemas())
    assert (fetched / "database.age").read_bytes() == (shelf.folder / "20261120T023000Z" / "database.age").read_bytes()
    await places.delete(store, "20261120T023000Z")
    assert await places.complete(store) == ["20261121T023000Z"]


async def test_an_upload_that_broke_off_goes_on_at_the_next_piece(
    bucket: Place, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line breaks after three pieces of seven; then only the missing ones are sent, and the manifest last of all."""
    folder, store, sent = shelf.backup("20261121T023000Z"), places.open_place(bucket), []
    whole = places.obstore.put_async

    async def put(place: object, key: str, body: object) -> object:
        if len(sent) == 3:
            raise OSError("the line is gone")
        sent.append(key)
        return await whole(place, key, body)

    monkeypatch.setattr(places.obstore, "put_async", put)
    with pytest.raises(OSError, match="line is gone"):
        await places.upload(store, folder, piece=50_000)
    assert await places.complete(store) == []
    with pytest.raises(RefusedError):
        await places.download(store, folder.name, tmp_path / "back")
    first, sent[:] = list(sent), []
    monkeypatch.setattr(places.obstore, "put_async", lambda *a: (sent.append(a[1]), whole(*a))[1])
    await places.upload(store, folder, piece=50_000)
    assert not set(sent) & set(first)
    assert sent[-1] == f"{folder.name}/{MANIFEST}"
    fetched = await places.download(store, folder.name, tmp_path / "back")
    archive.verify(fetched, shelf.keys.public, restore.known_schemas())


async def test_what_did_not_arrive_whole_is_sent_again(bucket: Place, shelf: Shelf, tmp_path: Path) -> None:
    folder, store = shelf.backup("20261121T023000Z"), places.open_place(bucket)
    size = (folder / "database.age").stat().st_size
    await places.obstore.put_async(store, f"{folder.name}/database.age", bytes(size))  # of the right size, and wrong
    await places.upload(store, folder)
    fetched = await places.download(store, folder.name, tmp_path / "back")
    archive.verify(fetched, shelf.keys.public, restore.known_schemas())


async def test_only_what_is_missing_here_is_offered_and_fetched(bucket: Place, shelf: Shelf) -> None:
    name = "20261121T023000Z"
    at_home = house.Shelf(restore.Server("", ""), shelf.data, bucket)
    folder = shelf.backup(name)
    await places.upload(places.open_place(bucket), folder)
    assert await house.known_elsewhere(at_home) == []
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert await house.known_elsewhere(at_home) == [name]
    await house.fetch(at_home, name)
    assert [one.name for one in house.held(at_home)] == [name]
    gone = house.Shelf(restore.Server("", ""), shelf.data, Place("s3://yard", "http://127.0.0.1:1", "", "key", "secret"))
    assert await house.known_elsewhere(gone) == []  # a storage that is away hides nothing else


def test_the_place_is_kept_beside_the_keys_and_wins_over_the_settings(tmp_path: Path) -> None:
    assert places.load(tmp_path) is None
    assert places.load(tmp_path, "/mnt/usb") == Place("/mnt/usb")
    places.keep(tmp_path, Place("s3://yard", "https://s3.test", "eu", "key", "secret"))
    assert places.load(tmp_path, "/mnt/usb") == Place("s3://yard", "https://s3.test", "eu", "key", "secret")
    assert (tmp_path / "keys" / places.KEPT).stat().st_mode & 0o077 == 0
    places.keep(tmp_path, Place(""))
    assert places.load(tmp_path, "/mnt/usb") is None
