"""A club that grows: the owner adds a gym, once, and is at home in it."""

from typing import Any

from app.db import new_id
from tests.conftest import World

FORM = {"name": "Iron Yard Hill", "zone": "Europe/Madrid", "locale": "es", "units": "kg", "capacity": "30"}


async def test_ana_opens_a_third_gym_and_works_in_it(as_: Any, db: Any) -> None:
    ana, id = await as_("ana"), str(new_id())
    for _twice in range(2):
        assert (await ana.post("/settings/gyms", {"id": id, **FORM})).headers["hx-location"] == "/me/gyms"
    kept = await db.connection.fetchrow("select name, zone, locale, currency, capacity from gym where id = $1", id)
    assert tuple(kept) == ("Iron Yard Hill", "Europe/Madrid", "es", "EUR", 30)
    assert await db.value("select count(*) from audit_line where act = 'gym.added'") == 1
    assert "Iron Yard Hill" in (await ana.get("/me/gyms")).text
    assert (await ana.post("/me/gym", {"gym": id}, htmx=False)).status_code == 303
    for path in ("/owner", "/desk", "/settings", "/settings/gyms"):
        answer = await ana.get(path)
        assert answer.status_code == 200, path


async def test_a_name_that_is_taken_and_a_zone_that_is_not_there(as_: Any, db: Any) -> None:
    ana = await as_("ana")
    taken = await ana.post("/settings/gyms", {"id": str(new_id()), **FORM, "name": "IRON YARD RIVER"})
    assert (taken.status_code, "Another gym of yours has this name." in taken.text) == (422, True)
    nowhere = await ana.post("/settings/gyms", {"id": str(new_id()), **FORM, "zone": "Mars/Olympus"})
    assert (nowhere.status_code, "There is no such time zone." in nowhere.text) == (422, True)


async def test_only_owners_open_gyms(as_: Any, world: World) -> None:
    max_ = await as_("max")
    assert (await max_.get("/settings/gyms")).status_code == 403
    assert (await max_.post("/settings/gyms", {"id": str(new_id()), **FORM})).status_code == 403
