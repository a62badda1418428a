"""A large file is read, applied and taken back in the background, and the page says how far it is."""

import time
from datetime import date, timedelta

import pytest

from app.progress.actions import imports
from app.worker import HANDLERS, Worker
from tests.progress import sheets
from tests.progress.test_imports import look

pytestmark = [pytest.mark.anyio, pytest.mark.real]


def many(rows: int, kcal: int = 2200) -> bytes:
    start = date(1900, 1, 1)
    lines = (f"{start + timedelta(days=n)},{kcal},160,220,75,Oats,,Rice,,Fish" for n in range(rows))
    return "\n".join([",".join(sheets.DIET[:-1]), *lines]).encode()


async def work(committed) -> None:
    await Worker(committed.database, (), HANDLERS).round()


async def looked(committed, client, data: bytes) -> str:
    answer = await look(client, data)
    assert answer.status_code == 303, answer.text[:2000]
    return answer.headers["location"]


async def days(committed) -> int:
    return await committed.db.value("select count(*) from diet_day")


async def test_a_large_file_is_read_applied_and_taken_back_while_the_page_says_how_far_it_is(committed):
    mo = await committed.as_("mo")
    url = await looked(committed, mo, many(5_000))
    assert "The file is being read" in (await mo.get(url)).text
    region = (await mo.get(url, htmx=True)).text
    assert 'hx-target="#working"' in region
    assert "progressbar" in region
    await work(committed)
    assert (await mo.get(url, htmx=True)).headers["hx-location"] == url
    assert "5000 rows" in (await mo.get(url)).text.replace(",", "")
    await mo.post(f"{url}/apply", {"mode": "replace"}, htmx=False)
    assert "The days are being written" in (await mo.get(url)).text
    assert await days(committed) == 0
    await work(committed)
    assert await days(committed) == 5_000
    done, parts = tuple(await committed.database.pool.fetchrow("select done, parts from import_run"))
    assert done == parts == 5_000
    await mo.post(f"{url}/undo", htmx=False)
    assert "The days are being put back" in (await mo.get(url)).text
    await work(committed)
    assert await days(committed) == 0
    assert "5000 days are as they were" in (await mo.get(url)).text
    assert await committed.db.value("select count(*) from job") == 0


async def test_ten_thousand_rows_take_no_five_seconds(committed):
    """Of this process, whatever else the machine does; `python -m benchmarks.importing` holds the clock on the wall against it."""
    mo = await committed.as_("mo")
    data, began = many(10_000), time.process_time()
    url = await looked(committed, mo, data)
    await work(committed)
    await mo.post(f"{url}/apply", {"mode": "replace"}, htmx=False)
    await work(committed)
    spent = time.process_time() - began
    assert await days(committed) == 10_000
    assert spent < 5, spent


async def test_a_large_file_that_cannot_be_read_is_said_in_a_sentence_and_thrown_away(committed):
    mo = await committed.as_("mo")
    url = await looked(committed, mo, many(5_000) + b'\n"2026-01-01,1\n')
    await work(committed)
    text = (await mo.get(url)).text
    assert "is never closed as it should" in text
    assert await committed.db.value("select count(*) from import_row") == 0
    assert await committed.db.value("select count(*) from import_piece") == 0
    await mo.post(f"{url}/discard", htmx=False)
    assert await committed.db.value("select count(*) from import_run") == 0


async def test_a_file_is_thrown_away_while_the_worker_reads_it(committed, monkeypatch):
    """Mo's tap falls between two pieces: nobody waits, the file is gone from the list, and nothing of it is left in the end."""
    mo = await committed.as_("mo")
    url = await looked(committed, mo, many(5_000))
    keep, answers = imports.keep, []

    async def mo_taps_meanwhile(db, id, batch):
        await keep(db, id, batch)
        if not answers:
            answers.append(await mo.post(f"{url}/discard", htmx=False))

    monkeypatch.setattr(imports, "keep", mo_taps_meanwhile)
    await work(committed)
    assert (answers[0].status_code, answers[0].headers["location"]) == (303, "/progress/files")
    assert (await mo.get(url)).status_code == 404
    for table in ("import_run", "import_row", "import_piece", "job"):
        assert await committed.db.value(f"select count(*) from {table}") == 0


async def test_a_worker_that_died_over_a_file_that_was_thrown_away_leaves_nothing(committed):
    mo = await committed.as_("mo")
    url = await looked(committed, mo, many(5_000))
    run = await committed.db.value("select id from import_run")
    async with committed.database.work() as reading:
        await reading.run("insert into import_row (run_id, line, state, issues) values ($1, 1, 'invalid', '[]')", run)
        assert (await mo.post(f"{url}/discard", htmx=False)).headers["location"] == "/progress/files"
    assert "plan.csv" not in (await mo.get("/progress/files")).text
    await work(committed)
    assert await committed.db.value("select count(*) from import_run") == 0


async def test_an_import_that_breaks_in_the_middle_has_written_nothing(committed):
    mo = await committed.as_("mo")
    url = await looked(committed, mo, many(5_000))
    await work(committed)
    await committed.database.pool.execute("alter table diet_day add constraint no_more check (day < '1910-01-01')")
    await mo.post(f"{url}/apply", {"mode": "replace"}, htmx=False)
    await work(committed)
    assert await days(committed) == 0
    text = (await mo.get(url)).text
    assert "Something broke while this file was being worked on" in text
    assert "What shall be written?" in text
    await committed.database.pool.execute("alter table diet_day drop constraint no_more")
    await mo.post(f"{url}/apply", {"mode": "replace"}, htmx=False)
    await work(committed)
    assert await days(committed) == 5_000


async def test_two_taps_and_two_workers_write_a_large_file_once(committed):
    mo, fay = await committed.as_("mo"), await committed.as_("fay")
    url = await looked(committed, mo, many(5_000))
    assert (await fay.get(url)).status_code == 404
    await work(committed)
    for _ in range(2):
        assert (await mo.post(f"{url}/apply", {"mode": "replace"}, htmx=False)).status_code == 303
    assert (await fay.post(f"{url}/apply", {"mode": "replace"}, htmx=False)).status_code == 404
    await work(committed)
    run = await committed.db.value("select id from import_run")
    before = await committed.db.value("select count(*) from import_before")
    await HANDLERS["progress.applying"](committed.database, {"id": str(run)})
    assert await committed.db.value("select count(*) from import_before") == before == 5_000


async def test_all_days_of_a_difference_can_be_paged_through(committed):
    mo = await committed.as_("mo")
    url = await looked(committed, mo, many(45))
    await mo.post(f"{url}/apply", {"mode": "replace"}, htmx=False)
    url = await looked(committed, mo, many(45, kcal=2100))
    seen = [(await mo.get(f"{url}?days={page}&rows={page}")).text for page in range(3)]
    assert [text.count("<del") for text in seen] == [20, 20, 5]
    assert '<del translate="no">2200</del> <ins translate="no">2100</ins>' in seen[2]
    assert "days=3" not in seen[2]


async def test_a_large_paste_of_small_rows_is_a_file_too(committed):
    mo = await committed.as_("mo")
    answer = await mo.post("/progress/files", {"text": many(5_000).decode(), "kind": "diet"}, htmx=False)
    await work(committed)
    assert "5000 rows" in (await mo.get(answer.headers["location"])).text.replace(",", "")
