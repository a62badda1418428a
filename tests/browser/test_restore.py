"""Ana brings a backup back from the page: a real house with its supervisor, its worker and its own database."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app import db as db_
from app import embedded, schema
from app.db import Db
from app.demo import world
from tests.browser.conftest import ROOT, Watch, come_in, free_port
from tests.stack.house import until


@dataclass
class Home:
    url: str
    data: Path
    process: subprocess.Popen[bytes]

    def ask(self, sql: str) -> Any:
        async def run() -> Any:
            connection = await db_.connect((self.data / "run" / "database.url").read_text())
            try:
                return await connection.fetchval(sql)
            finally:
                await connection.close()

        return aside(run)


def aside(work: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, template: str) -> Iterator[Home]:
    """`template` only so that it is made before Chromium runs; this house fills a database of its own."""
    data = tmp_path_factory.mktemp("home") / "data"
    data.mkdir()
    cluster = embedded.start(data / "postgres", say=lambda _: None)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(schema.upgrade, cluster.dsn()).result()

    async def settle() -> None:
        connection = await db_.connect(cluster.dsn())
        await world.settle(Db(connection), now=datetime.now(UTC) - timedelta(days=30))
        await connection.close()

    aside(settle)
    cluster.stop()
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith(("SPOTTER_", "DATABASE_URL", "VALKEY_URL"))}
    own |= {"SPOTTER_DEMO": "1", "SPOTTER_PORT": str(port), "SPOTTER_DATA": str(data), "PYTHONPATH": str(ROOT)}
    with (data.parent / "log").open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "app.cli", "up"], cwd=data.parent, env=own, stdout=out, stderr=out)
    try:
        until((data / "run" / "web.ready").exists, "the house is open", 90)
        yield Home(f"http://localhost:{port}", data, process)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(data.parent, ignore_errors=True)


@pytest.fixture
def ana(home: Home, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(base_url=home.url, viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    # While the house starts again its door says 503 for a moment; that is what the page waits for.
    watch = Watch(home.url, forgive=("503", "ERR_", "Failed to load"))
    context.on("page", watch.on)
    come_in(context, "ana")
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()
    assert not watch.problems, "\n".join(watch.problems)


def test_ana_backs_up_goes_back_and_takes_it_back(ana: Page, home: Home, axe, shot) -> None:
    ana.goto("/owner/backups")
    ana.get_by_role("button", name="Back up now").click()
    until(
        lambda: home.ask("select count(*) from backup_run where kind = 'backup' and done_at is not null and error = ''"),
        "a backup",
        60,
    )
    home.ask("update club set name = 'Changed since' returning name")
    ana.goto("/owner/backups")
    axe(ana)
    shot(ana, "backups", whole=True)
    ana.get_by_role("link", name="Bring it back").first.click()
    axe(ana)
    ana.get_by_role("button", name="Bring it back").click()  # not without saying so
    expect(ana.get_by_text("Say that you mean it.").first).to_be_visible()
    ana.get_by_label(re.compile("Yes, go back to")).check()
    ana.get_by_role("button", name="Bring it back").click()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Bringing a backup back")
    shot(ana, "restoring")
    expect(ana.get_by_text("Done. Everybody signs in again.")).to_be_visible(timeout=90_000)
    axe(ana)
    assert home.ask("select name from club") == "Iron Yard"
    until(lambda: answers(ana), "the house is open again", 60)
    ana.context.clear_cookies()
    come_in(ana.context, "ana")
    ana.goto("/owner/backups")
    ana.get_by_role("button", name="Take the restore back").click()
    expect(ana.get_by_text("It is as it was before the restore.")).to_be_visible(timeout=90_000)
    assert home.ask("select name from club") == "Changed since"


def answers(page: Page) -> bool:
    try:
        return page.context.request.get("/health/ready").status == 200
    except Exception:
        return False


def test_a_damaged_file_is_refused_at_its_field_and_a_whole_one_kept(ana: Page, home: Home, tmp_path: Path) -> None:
    until(lambda: answers(ana), "the house is open", 60)
    ana.context.clear_cookies()
    come_in(ana.context, "ana")
    ana.goto("/owner/backups")
    with ana.expect_download() as found:
        ana.get_by_role("link", name="Download").first.click()
    whole = tmp_path / "whole.tar"
    found.value.save_as(whole)
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(whole.read_bytes()[:-20_000])
    ana.get_by_label("File of a backup").set_input_files(damaged)
    ana.get_by_role("button", name="Check it and keep it").click()
    expect(ana.get_by_text("This backup is not whole.").first).to_be_visible()
    ana.get_by_label("File of a backup").set_input_files(whole)
    ana.get_by_role("button", name="Check it and keep it").click()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Bring a backup back")
