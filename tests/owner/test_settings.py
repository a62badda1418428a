"""Settings in one place: hours, colours, logo, keeping, mail, and a door that is asked without being opened."""

import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from app import clock
from app.accounts.rules import Holiday, Hours, Span
from app.db import Db, new_id
from app.members.queries import payer_of
from app.money import actions as money
from app.office import chores
from app.office.rules import Accent, accent_of, night_of, ratio
from tests.conftest import World
from tests.every_route import routes
from tests.members.conftest import Gym
from tests.members.conftest import gym as gym

pytestmark = pytest.mark.anyio
ZONE = ZoneInfo("Europe/Belgrade")
WEEK = Hours(
    [Span(day, time(6), time(22)) for day in range(5)] + [Span(5, time(8), time(13)), Span(5, time(17), time(2))],
    [Holiday(date(2026, 12, 25), "Christmas"), Holiday(date(2026, 12, 31), "Eve", time(8), time(12))],
)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-16T05:59", False), ("2026-11-16T06:00", True), ("2026-11-16T21:59", True), ("2026-11-16T22:00", False),
        ("2026-11-21T14:00", False), ("2026-11-21T17:00", True), ("2026-11-22T01:59", True), ("2026-11-22T02:00", False),
        ("2026-12-25T12:00", False), ("2026-12-31T09:00", True), ("2026-12-31T18:00", False),
    ],
)  # fmt: skip
def test_a_gym_is_open_by_its_week_unless_the_day_has_hours_of_its_own(moment: str, is_open: bool) -> None:
    assert WEEK.is_open(datetime.fromisoformat(moment).replace(tzinfo=ZONE)) is is_open
    assert Hours().is_open(datetime.fromisoformat(moment).replace(tzinfo=ZONE)), "who has said nothing is open"


@pytest.mark.parametrize(
    ("day", "night", "fault"),
    [("#1a5fb4", "#99c1f1", ""), ("#ffdd00", "#ffdd00", "day"), ("#1a5fb4", "#1a5fb4", "night"), ("#000000", "#ffffff", ""), ("#777777", "#aaaaaa", "day")],
)  # fmt: skip
def test_a_colour_must_be_read_by_day_and_by_night(day: str, night: str, fault: str) -> None:
    assert Accent(day, night).fault == fault


def test_the_night_colour_is_made_so_that_it_can_be_read() -> None:
    for day in ("#000000", "#7a0019", "#1a5fb4", "#0b6623", "#ffffff"):
        assert Accent(day, night_of(day)).by_night >= 4.5
    assert round(ratio("#000000", "#ffffff"), 1) == 21.0
    assert accent_of("1a5fb4-99c1f1") == Accent("#1a5fb4", "#99c1f1")
    assert accent_of("1a5fb4") is accent_of("</style>-x") is accent_of("") is None


async def test_everything_is_found_in_one_place(as_, statements) -> None:
    ana = await as_("ana")
    with statements() as seen:
        page = (await ana.get("/owner/settings")).text
    for title in ("The gym", "Opening hours", "At the door", "Memberships and prices", "Plates and equipment", "Name, logo and colour",
                  "People and roles", "Devices and programs", "Mail", "What is kept", "Moving in", "Backups"):  # fmt: skip
        assert f"{title}</h2>" in page or f"{title}, and how long</h2>" in page, title
    assert len(seen) <= 8
    found = (await ana.get("/owner/settings?find=TURNS")).text
    assert "Devices and programs</h2>" in found
    assert "Backups</h2>" not in found
    assert "No setting of that name" in (await ana.get("/owner/settings?find=zzz")).text
    assert "Backups</h2>" not in (await (await as_("max")).get("/owner/settings")).text, "what one may not change is not shown"


async def test_the_week_is_saved_once_and_nonsense_is_refused(db: Db, as_) -> None:
    ana = await as_("ana")
    form = {
        "0:0:opens": "06:00",
        "0:0:closes": "22:00",
        "5:0:opens": "08:00",
        "5:0:closes": "13:00",
        "5:1:opens": "17:00",
        "5:1:closes": "02:00",
    }
    for _ in range(2):
        assert (await ana.post("/owner/settings/hours", form, htmx=False)).status_code == 303
    assert await db.value("select count(*) from opening_hours") == 3
    assert await db.value("select count(*) from audit_line where act = 'gym.hours'") == 1, "the same week is no change"
    for wrong in ({"0:0:opens": "06:00"}, {"0:0:opens": "06:00", "0:0:closes": "06:00"}, {"0:0:opens": "9", "0:0:closes": "x"},
                  {"5:0:opens": "08:00", "5:0:closes": "13:00", "5:1:opens": "12:00", "5:1:closes": "14:00"}):  # fmt: skip
        answer = await ana.post("/owner/settings/hours", wrong, htmx=False)
        assert answer.status_code == 422, wrong
        assert "needs both its times" in answer.text or "begins after the first one ends" in answer.text
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    for _ in range(2):
        assert (await ana.post("/owner/settings/holidays", {"day": tomorrow, "name": "Feast"}, htmx=False)).status_code == 303
    assert (await ana.post("/owner/settings/holidays", {"day": "2001-01-01", "name": "Past"}, htmx=False)).status_code == 422
    assert "Feast" in (await ana.get("/owner/settings/hours")).text
    assert (await ana.post(f"/owner/settings/holidays/{tomorrow}/drop", htmx=False)).status_code == 303
    assert await db.value("select count(*) from holiday") == 0


async def test_the_clubs_colour_is_on_every_page_and_a_pale_one_is_refused(as_, anybody) -> None:
    ana = await as_("ana")
    pale = await ana.post("/owner/settings/brand/colours", {"day": "#ffdd00"}, htmx=False)
    assert pale.status_code == 422
    assert "too pale to be read by day" in pale.text
    assert "A colour looks like" in (await ana.post("/owner/settings/brand/colours", {"day": "blue"}, htmx=False)).text
    dark = await ana.post("/owner/settings/brand/colours", {"day": "#1a5fb4", "night": "#102030"}, htmx=False)
    assert "too dark to be read by night" in dark.text
    assert (
        await ana.post("/owner/settings/brand/colours", {"day": "#1a5fb4", "night": "#99c1f1"}, htmx=False)
    ).status_code == 303
    assert "/brand/colours/1a5fb4-99c1f1" in (await ana.get("/owner/settings")).text
    sheet = await anybody.get("/brand/colours/1a5fb4-99c1f1")
    assert "light-dark(#1a5fb4,#99c1f1)" in sheet.text
    assert "immutable" in sheet.headers["cache-control"]
    assert (await anybody.get("/brand/colours/red;}x")).status_code == 404
    assert (await ana.post("/owner/settings/brand/colours", {"day": ""}, htmx=False)).status_code == 303
    assert "/brand/colours" not in (await ana.get("/owner/settings")).text


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(out, "PNG")
    return out.getvalue()


async def test_the_logo_is_drawn_anew_and_a_wrong_file_is_refused(as_, anybody) -> None:
    ana = await as_("ana")

    async def send(data: bytes):
        return await ana.http.post(
            "/owner/settings/brand/photo", data={"csrf": ana.csrf}, files={"photo": ("logo.png", data, "image/png")}
        )

    for wrong in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"\0" * 50):
        assert (await send(wrong)).status_code == 422
    assert (await send(picture())).status_code == 303
    brand = await ana.get("/owner/settings/brand")
    assert brand.status_code == 200
    page = brand.text
    at = page.split('src="/brand/logo/')[1].split('"')[0]
    logo = await anybody.get(f"/brand/logo/{at}")
    assert logo.headers["content-type"] == "image/webp"
    assert logo.content[:4] == b"RIFF"
    assert (await ana.post("/owner/settings/brand/logo/drop", htmx=False)).status_code == 303
    assert (await anybody.get(f"/brand/logo/{at}")).status_code == 404


async def test_ana_opens_another_gym_and_max_does_not(db: Db, as_) -> None:
    ana, max_, id = await as_("ana"), await as_("max"), str(new_id())
    assert (await max_.post("/owner/settings/gyms", {"id": id, "name": "Iron Yard Hill"}, htmx=False)).status_code == 422
    for _ in range(2):
        assert (await ana.post("/owner/settings/gyms", {"id": id, "name": "Iron Yard Hill"}, htmx=False)).status_code == 303
    taken = await ana.post("/owner/settings/gyms", {"id": str(new_id()), "name": "iron yard HILL"}, htmx=False)
    assert taken.status_code == 422
    assert await db.value("select zone from gym where name = 'Iron Yard Hill'") == "Europe/Belgrade"
    assert (await ana.post("/owner/settings/brand/name", {"name": "Iron Club"}, htmx=False)).status_code == 303
    assert await db.value("select name from club") == "Iron Club"


async def test_former_members_are_looked_at_first_and_forgotten_by_rule(gym: Gym, as_) -> None:
    """Lou left two years ago; Pat too, but owes; Mo trains."""
    await gym.db.run("update member set joined_on = joined_on - 1200")
    sold = {key: await gym.sell(key) for key in ("mo", "lou", "pat")}
    for key in ("lou", "pat"):
        await gym.db.run(
            "update membership set starts_on = starts_on - 800, ends_on = ends_on - 800, sold_starts_on = sold_starts_on - 800, sold_ends_on = sold_ends_on - 800 where id = $1",
            sold[key].id,
        )
    await money.take_payment(gym.db, gym.dee, await payer_of(gym.db, gym.member("lou")), 6400, "cash", id=new_id(), now=gym.now)
    ana = await as_("ana")
    looked = (await ana.post("/owner/settings/keeping", {"former_months": "12", "act": "try"}, htmx=False)).text
    assert "Lou Bianchi" in looked
    for name in ("Pat Kowalski", "Mo Haddad", "Kim Tran", "Ana Marić"):
        assert f'translate="no">{name}</a>' not in looked, name
    assert await gym.db.value("select count(*) from member where erased_at is not null") == 0, "only looked"
    assert await chores.forget_former(gym.db, gym.now) == 0, "no rule, nothing goes"
    assert (await ana.post("/owner/settings/keeping", {"former_months": "12", "act": "keep"}, htmx=False)).status_code == 303
    assert (await ana.post("/owner/settings/keeping", {"former_months": "0", "act": "keep"}, htmx=False)).status_code == 422
    assert (await ana.post("/owner/settings/keeping/forget", htmx=False)).status_code == 303
    assert await chores.forget_former(gym.db, gym.now) == 0, "nobody is left for the night"
    assert (
        await gym.db.value("select p.name from person p join member m on m.person_id = p.id where m.id = $1", gym.member("lou"))
        != "Lou Bianchi"
    )
    assert (
        await gym.db.value("select p.name from person p join member m on m.person_id = p.id where m.id = $1", gym.member("pat"))
        == "Pat Kowalski"
    )


async def test_the_door_is_asked_about_any_moment_and_nothing_is_written(gym: Gym, as_) -> None:
    await gym.sell("mo")
    ana, mo = await as_("ana"), gym.member("mo")
    today = gym.today.isoformat()
    tables = ("visit", "attempt", "override", "audit_line")
    before = [await gym.db.value(f"select count(*) from {table}") for table in tables]
    inside = (await ana.get(f"/owner/settings/try?member={mo}&at={today}T18:00&channel=desk")).text
    assert 'data-kind="ask"' in inside, "Mo owes for today"
    later = (gym.today + timedelta(days=60)).isoformat()
    after = (await ana.get(f"/owner/settings/try?member={mo}&at={later}T18:00&channel=device")).text
    assert 'data-kind="stop"' in after
    assert "Expired" in after
    assert "Mo Haddad" in (await ana.get("/owner/settings/try?q=mo+had")).text
    for nonsense in ("at=x", "channel=roof", f"member={new_id()}", "at=9999-12-31T23:59", "q=%00%00%00%00"):
        assert (await ana.get(f"/owner/settings/try?{nonsense}")).status_code == 200, nonsense
    assert [await gym.db.value(f"select count(*) from {table}") for table in tables] == before


async def test_a_test_letter_goes_once_where_there_is_mail(db: Db, app, as_, tmp_path: Path) -> None:
    ana, form = await as_("ana"), {"id": str(new_id())}
    assert (await ana.post("/owner/settings/mail/test", form, htmx=False)).status_code == 303
    assert await db.value("select count(*) from job where kind = 'mail.send'") == 0, "this house sends no mail"
    state, kept = app.app.state, app.app.state["settings"]
    state["settings"] = replace(kept, mail_url=f"file://{tmp_path}")
    try:
        assert "Send me a test" in (await ana.get("/owner/settings?find=smtp")).text
        for _ in range(2):
            assert (await ana.post("/owner/settings/mail/test", form, htmx=False)).status_code == 303
        assert await db.value("select count(*) from job where kind = 'mail.send'") == 1
    finally:
        state["settings"] = kept


async def test_an_owners_screens_open_to_nobody_else(world: World, as_, front) -> None:
    """The desk sees none of the owner's screens, the coach none of the money: every route of them, from the router."""
    owner = (
        "office.",
        "moving.",
        "staff.rota",
        "staff.plan",
        "staff.drop",
        "staff.hours",
        "staff.correct",
        "insights.",
        "backups.",
    )
    money_ = ("money.overview", "money.arrears", "money.remind", "money.letters", "money.requests", "money.decide", "money.books",
              "money.journal", "money.lines", "money.forgive", "money.refund", "money.write_off", "money.reverse")  # fmt: skip
    dee, cal = await as_("dee"), await as_("cal")
    seen = 0
    for route in routes(front):
        if route.policy.kind != "may" or not route.name.startswith(owner + money_):
            continue
        seen += 1
        for who in (dee, cal):
            answer = await who.send(route.method, route.url())
            assert answer.status_code == 403, f"{route.method} {route.path}"
    assert seen >= 45
    for route in routes(front):
        if route.name.startswith("money.") and route.policy.kind == "may":
            assert (await cal.send(route.method, route.url())).status_code == 403, f"the coach at {route.path}"
