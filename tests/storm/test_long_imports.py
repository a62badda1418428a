"""A hundred thousand rows come in, are written and taken back; the process stays as small as it was."""

import os
import threading
from contextlib import contextmanager

import psutil
import pytest

from tests.progress.test_long_imports import days, looked, many, work

ROWS = 100_000 if os.environ.get("SPOTTER_STORM") == "full" else 12_000
ROOM = 100_000_000

pytestmark = [pytest.mark.anyio, pytest.mark.storm]


@contextmanager
def growth():
    """The highest that this process stood above its start, looked at every twentieth of a second."""
    process, stop, seen = psutil.Process(), threading.Event(), [0]
    before = process.memory_info().rss

    def watch() -> None:
        while not stop.wait(0.05):
            seen[0] = max(seen[0], process.memory_info().rss - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield seen
    stop.set()
    watcher.join()


async def test_a_hundred_thousand_rows_do_not_grow_the_house(committed):
    mo = await committed.as_("mo")
    url = await looked(committed, mo, many(2_500))
    await work(committed)
    await mo.post(f"{url}/discard", htmx=False)
    data = many(ROWS)
    with growth() as seen:
        url = await looked(committed, mo, data)
        await work(committed)
        assert (await mo.get(url)).status_code == 200
        await mo.post(f"{url}/apply", {"mode": "replace"}, htmx=False)
        await work(committed)
        assert await days(committed) == ROWS
        await mo.post(f"{url}/undo", htmx=False)
        await work(committed)
        assert await days(committed) == 0
    print(f"grew by {seen[0] / 1e6:.1f} MB at most")
    assert seen[0] < ROOM
