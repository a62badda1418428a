"""The cast's year of days, lived through the real actions."""

from datetime import timedelta
from random import Random

import pytest

from app.demo import progress
from app.demo.year import Year
from tests.progress.conftest import NOW, TODAY


@pytest.mark.real
async def test_the_cast_lives_its_days(db, world, as_):
    year = Year(db, NOW, TODAY - timedelta(days=40), TODAY)
    year.chance = Random("progress 20")
    await progress.live(year)
    told = await db.value("select count(*) from daily_check_in where person_id = $1", world.id("mo"))
    assert 28 <= told <= 40
    assert await db.value("select count(*) from progress_photo") >= 1
    assert await db.value("select count(*) from dated_session") == 9
    mo = await as_("mo")
    for path in ("", "/numbers", "/plan", "/photos", "/days", "/supplements", f"/days/{TODAY}", f"/plan/{TODAY}", "/everything"):
        assert (await mo.get(f"/progress{path}")).status_code == 200
    assert "Today is told" not in (await mo.get("/progress")).text
