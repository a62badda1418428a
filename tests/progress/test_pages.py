"""What all pages of progress have in common: help on every block, and a member's days are nobody else's business."""

import re
from datetime import date
from uuid import uuid4

import pytest

from tests.progress.conftest import TODAY
from tests.progress.sheets import row, sheet, written
from tests.progress.test_belongings import leave
from tests.progress.test_day import DAY, send_photo, tell, tell_session
from tests.progress.test_imports import bring, look

PAGES = [
    "",
    "/numbers",
    "/plan",
    f"/plan/{TODAY}",
    f"/days/{TODAY}",
    "/files",
    "/supplements",
    "/measures",
    "/pack",
    "/everything",
]
HEADED = re.compile(r"<h2[^>]*>(.*?)</h2>", re.DOTALL)


async def test_every_block_has_a_word_of_help(as_):
    mo = await as_("mo")
    await tell(mo)
    await bring(mo, written(sheet("diet", row("diet"))))
    looked = (await look(mo, written(sheet("diet", row("diet"), row("diet", log_date="x"))))).headers["location"]
    for path in [*(f"/progress{page}" for page in PAGES), looked]:
        text = (await mo.get(path)).text.split("<main", 1)[1].split("</main>", 1)[0]
        silent = [block for block in HEADED.findall(text) if 'class="about"' not in block]
        assert not silent, (path, silent)
        ids = re.findall(r'id="(about-[^"]+)"', text)
        assert len(ids) == len(set(ids)), path


async def test_days_are_found_by_a_word_of_their_note(as_):
    mo = await as_("mo")
    await tell(mo, note="Slept like a stone")
    await tell(mo, "/progress/days/2026-11-20", note="Travel")
    text = (await mo.get("/progress/days?q=stone")).text
    assert "21 Nov" in text
    assert '/progress/days/2026-11-20"' not in text.split("<tbody", 1)[1]


async def test_the_day_of_these_tests_stands_still(as_):
    assert f"/progress/days/{date(2026, 11, 21)}" == (await (await as_("mo")).get("/progress/today")).headers["location"]


@pytest.mark.parametrize("who", ["ana", "max", "dee", "cal", "fay"])
async def test_nobody_of_the_house_sees_a_members_days_photos_files_or_zip(db, as_, world, who):
    """There is no way in for staff, so there is nothing to write into a book about it."""
    mo, other = await as_("mo"), await as_(who)
    await tell(mo, note="my secret")
    await send_photo(mo)
    await tell_session(mo, notes="my secret")
    run = (await look(mo, written(sheet("diet", row("diet", breakfast="my secret"))))).headers["location"]
    await mo.post("/progress/everything", {"id": str(uuid4())}, htmx=False)
    zip_id = await db.value("select id from belongings")
    await db.run("update belongings set state = 'ready'")
    await db.run("insert into belongings_part (belongings_id, position, content) values ($1, 1, 'my secret')", zip_id)
    photo = await db.value("select id from progress_photo")
    assert (await mo.get(f"/progress/everything/{zip_id}/zip")).status_code == 200
    for path in (
        run,
        f"{run}/issues.csv",
        f"/progress/everything/{zip_id}/zip",
        *(f"/progress/photos/{photo}/{size}" for size in ("small", "large")),
    ):
        assert (await other.get(path)).status_code == 404, path
    for path in (
        DAY,
        "/progress/days",
        "/progress/exports/check_ins.csv",
        "/progress/photos",
        "/progress/report",
        f"/progress/photos/compare?left={photo}",
    ):
        assert "my secret" not in (await other.get(path)).text
        assert str(photo) not in (await other.get(path)).text
    assert (await other.get(f"/api/v1/check-ins/{TODAY}")).status_code == 404
    await leave(other)
    assert await db.value("select count(*) from leaving where person_id = $1", world.id("mo")) == 0
