"""The cast's year of days, lived through the real actions."""

from datetime import timedelta
from random import Random

import pytest

from app.demo import progress
from app.demo.year import Year
from tests.progress.conftest import NOW, TODAY

# The last ten days that say something against the first ten.
WENT = """with told as (select person_id, day, weight_kg, waist_cm,
    row_number() over (partition by person_id order by day) as first, row_number() over (partition by person_id order by day desc) as last
  from daily_check_in)
select person_id as key, avg(weight_kg) filter (where last <= 10) - avg(weight_kg) filter (where first <= 10) as weight,
  (array_agg(waist_cm order by day desc) filter (where waist_cm is not null))[1]
    - (array_agg(waist_cm order by day) filter (where waist_cm is not null))[1] as waist
from told group by 1"""


@pytest.mark.real
async def test_the_cast_lives_its_days_each_by_their_own_aim(db, world, as_):
    year = Year(db, NOW, TODAY - timedelta(days=40), TODAY)
    year.chance = Random("progress 20")
    await progress.live(year)
    told = await db.value("select count(*) from daily_check_in where person_id = $1", world.id("mo"))
    assert 28 <= told <= 40
    assert await db.value("select count(*) from progress_photo") >= 1
    assert await db.value("select count(*) from dated_session") == 9
    went = {row["key"]: (row["weight"], row["waist"]) for row in await db.connection.fetch(WENT)}
    assert went[world.id("mo")][0] < 0  # fat loss
    assert went[world.id("fay")][1] < 0  # recomposition: the waist goes, the weight stays about
    assert abs(went[world.id("fay")][0]) < 2
    assert went[world.id("pat")][0] > 0  # gain
    mo = await as_("mo")
    for path in ("", "/numbers", "/plan", "/photos", "/days", "/supplements", f"/days/{TODAY}", f"/plan/{TODAY}", "/everything"):
        assert (await mo.get(f"/progress{path}")).status_code == 200
    assert "Today is told" not in (await mo.get("/progress")).text
