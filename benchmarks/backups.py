"""Does a large club's backup come back whole within a minute? A million and a half rows, made, carried, fetched, restored, compared.

    uv run python -m benchmarks.backups

The way that the house goes by itself every week, in a throwaway cluster: dump, encrypt and sign; upload to another folder; lose the
first; fetch it from there with every checksum; restore it into a scratch database and compare rows and a hash of their content, table
by table. Writes `benchmarks/results/backups.json` and `docs/bench-backups.md`, and fails above a minute.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app import embedded, schema
from app.backups import house, places, restore
from benchmarks.growth import filled

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "bench-backups.md"
CHECK_INS_AND_SETS, ROWS, LIMIT = 460_000, 1_500_000, 60.0


async def timed(into: dict[str, float], name: str, act: Awaitable[Any]) -> Any:
    began = time.perf_counter()
    done = await act
    into[name] = round(time.perf_counter() - began, 1)
    return done


async def there_and_back(cluster: embedded.Cluster, data: Path) -> dict[str, Any]:
    server = restore.Server(cluster.dsn("large"), cluster.dsn("postgres", "postgres"))
    shelf = house.Shelf(server, data / "here", places.Place(str(data / "usb")))
    store, took = places.open_place(places.Place(str(data / "usb"))), {}
    folder = await timed(took, "dump, encrypt, sign", house.make(house.Shelf(server, data / "here"), now=datetime.now(UTC)))
    await timed(took, "upload", places.upload(store, folder))
    size = sum(path.stat().st_size for path in folder.iterdir())
    shutil.rmtree(folder)
    folder = await timed(took, "fetch and verify", house.fetch(shelf, folder.name))
    manifest = await timed(took, "restore and compare", house.prove(shelf, folder.name))
    rows = sum(table.rows for table in manifest.counts)
    return {"at": datetime.now(UTC).isoformat(timespec="seconds"), "rows": rows, "mb": round(size / 2**20, 1), "took": took}


def report(found: dict[str, Any]) -> str:
    lines = "\n".join(f"| {name} | {seconds} |" for name, seconds in found["took"].items())
    return f"""# A large club's backup, there and back

Written by `python -m benchmarks.backups` at {found["at"]} on two cores: {found["rows"]:,} rows, {found["mb"]} MB when packed and encrypted. What is
compared are the rows of every table and a hash of their content.

| Step | Seconds |
|---|--:|
{lines}
| all | {sum(found["took"].values()):.1f} |
"""


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, embedded.throwaway() as cluster:
        cluster.psql("create database large template template0 owner spotter")
        schema.upgrade(cluster.dsn("large"))
        asyncio.run(filled(cluster.dsn("large", "postgres"), CHECK_INS_AND_SETS))
        found = asyncio.run(there_and_back(cluster, Path(folder)))
    assert found["rows"] >= ROWS, found["rows"]
    (HERE / "results" / "backups.json").write_text(json.dumps(found, indent=1) + "\n")
    PAGE.write_text(report(found))
    print(PAGE.read_text())
    return int(sum(found["took"].values()) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
