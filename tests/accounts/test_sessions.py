"""What a browser holds between sign-in and sign-out: one truth in Postgres, a cache in front, nothing for strangers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.accounts.actions.guessing import sweep
from app.db import new_id
from app.main import create_app
from app.settings import Settings
from app.web.cache import ValkeyCache
from tests.conftest import Client, Committed, OneConnection, World, browser

FORM = {"email": "dee@demo.spotter", "password": "spotter-demo"}


def sid(client: Client, name: str = "sid") -> str:
    """The cookie as the server gave it last."""
    given = [cookie.value or "" for cookie in client.http.cookies.jar if cookie.name == name]
    put(client, name, given[-1])
    return given[-1]


def put(client: Client, name: str, value: str) -> None:
    for cookie in list(client.http.cookies.jar):
        if cookie.name == name:
            client.http.cookies.jar.clear(cookie.domain, cookie.path, cookie.name)
    client.http.cookies.set(name, value, domain="gym.test")


async def real_club(db: Any, app: Any) -> None:
    """Not a demo: desks lock, and staff need a second step."""
    await db.run("update club set is_demo = false")
    await app.sessions.cache.new_epoch()


async def enrolled(db: Any, world: World, key: str) -> None:
    await db.run(
        "insert into authenticator (person_id, secret, made_at, confirmed_at) values ($1, '', now(), now())", world.id(key)
    )


async def test_a_signed_in_page_costs_one_cache_read_and_one_statement(as_, app, statements, monkeypatch) -> None:
    """With the session in the cache: asked once, and Postgres at most once, for whatever the page shows."""
    asked: list[Any] = []
    cache = app.sessions.cache
    read = cache.get
    monkeypatch.setattr(cache, "get", lambda *given: asked.append(given) or read(*given))
    for key, path in (
        ("mo", "/me"),
        ("mo", "/me/safety"),
        ("mo", "/me/email"),
        ("ana", "/settings"),
        ("ana", "/people"),
        ("ana", "/roles"),
    ):
        client = await as_(key)
        await client.get(path)
        asked.clear()
        with statements() as seen:
            assert (await client.get(path)).status_code == 200
        assert (len(asked), len(seen) <= 1) == (1, True), (path, asked, seen.sql)


async def test_dee_signs_in_and_the_old_id_is_worth_nothing(as_) -> None:
    dee = await as_("dee")
    before = sid(dee)
    await dee.post("/sign-in", FORM, htmx=False)
    assert sid(dee) != before
    put(dee, "sid", before)
    assert (await dee.get("/me")).headers["location"].startswith("/sign-in")


async def test_giving_the_password_again_changes_the_id(as_, db) -> None:
    ana = await as_("ana")
    await db.run("update sign_in set fresh_at = now() - interval '1 hour'")
    await ana.post("/me/sessions/" + str(new_id()) + "/end")
    before = sid(ana)
    wrong = await ana.post("/confirm", {"password": "guess", "next": "/audit"})
    assert wrong.status_code == 422
    right = await ana.post("/confirm", {"password": "spotter-demo", "next": "/audit"}, htmx=False)
    assert right.headers["location"] == "/audit"
    assert sid(ana) != before


async def test_a_slow_request_cannot_revive_a_session_that_was_ended(as_, app, db) -> None:
    """Its answer puts what it read into the cache, under an epoch that the sign-out has left behind."""
    mo = await as_("mo")
    token = sid(mo)
    await mo.get("/me")
    cache = app.sessions.cache
    slow = dict(cache.kept)
    await mo.post("/sign-out", htmx=False)
    cache.kept.update(slow)
    put(mo, "sid", token)
    assert (await mo.get("/me")).headers["location"].startswith("/sign-in")


async def test_signing_out_everywhere_means_everywhere(as_) -> None:
    phone, laptop = await as_("mo"), await as_("mo")
    await phone.post("/sign-out/everywhere", htmx=False)
    assert (await laptop.get("/me")).headers["location"].startswith("/sign-in")


async def test_a_device_is_signed_out_from_the_list_and_only_ones_own(as_, db, world: World) -> None:
    phone, laptop, zed = await as_("mo"), await as_("mo"), await as_("zed")
    assert "This one" in (await laptop.get("/me/safety")).text
    ids = await db.column("select id from sign_in where person_id = $1 order by created_at", world.id("mo"))
    assert (await zed.post(f"/me/sessions/{ids[0]}/end")).status_code == 404
    await laptop.post(f"/me/sessions/{ids[0]}/end", htmx=False)
    assert (await phone.get("/me")).headers["location"].startswith("/sign-in")
    assert (await laptop.get("/me")).status_code == 200


async def test_a_new_password_keeps_this_session_and_ends_the_others(as_, anybody: Client) -> None:
    here, there = await as_("mo"), await as_("mo")
    weak = await here.post("/me/password", {"current": "spotter-demo", "password": "password1"})
    wrong = await here.post("/me/password", {"current": "guess", "password": "four plates and a dream"})
    assert (weak.status_code, wrong.status_code) == (422, 422)
    done = await here.post("/me/password", {"current": "spotter-demo", "password": "four plates and a dream"}, htmx=False)
    assert done.status_code == 303
    assert (await here.get("/me")).status_code == 200
    assert (await there.get("/me")).headers["location"].startswith("/sign-in")
    assert (
        await anybody.post("/sign-in", {"email": "mo@demo.spotter", "password": "four plates and a dream"}, htmx=False)
    ).status_code == 303


async def test_a_desk_left_alone_is_locked_and_the_password_opens_it(as_, app, db, world: World) -> None:
    dee = await as_("dee")
    await enrolled(db, world, "dee")
    await real_club(db, app)
    assert (await dee.get("/me")).status_code == 200
    await db.run("update sign_in set seen_at = now() - interval '31 minutes'")
    await app.sessions.cache.new_epoch()
    assert (await dee.get("/desk")).headers["location"].startswith("/locked")
    assert (await dee.get("/me", htmx=True)).headers["hx-redirect"].startswith("/locked")
    page = await dee.get("/locked")
    assert "Dee Okafor" in page.text
    assert (await dee.post("/locked", {"secret": "guess"})).status_code == 422
    assert (await dee.post("/locked", {"secret": "spotter-demo", "next": "/me"}, htmx=False)).headers["location"] == "/me"
    assert (await dee.get("/me")).status_code == 200


async def test_the_pin_opens_only_a_desk_that_was_set_up_and_only_five_times(as_, app, db, world: World) -> None:
    ana, dee = await as_("ana"), await as_("dee")
    assert (await dee.post("/me/pin", {"pin": "1234"})).status_code == 422
    await dee.post("/me/pin", {"pin": "2580"}, htmx=False)
    await dee.post("/lock", htmx=False)
    assert (await dee.post("/locked", {"secret": "2580"})).status_code == 422, "this browser is no desk"
    made = await ana.post("/settings/devices", {"id": str(new_id()), "name": "Front desk", "kind": "desk"}, htmx=False)
    assert made.status_code == 303
    put(dee, "desk", sid(ana, "desk"))
    await dee.post("/sign-in", FORM, htmx=False)
    dee.csrf = app.sessions.csrf(await app.sessions.actor(app.database, sid(dee), datetime.now(UTC)))
    await dee.post("/lock", htmx=False)
    assert "Your PIN opens the desk again." in (await dee.get("/locked")).text
    assert (await dee.post("/locked", {"secret": "2580"}, htmx=False)).status_code == 303
    dee.csrf = app.sessions.csrf(await app.sessions.actor(app.database, sid(dee), datetime.now(UTC)))
    await dee.post("/lock", htmx=False)
    for _try in range(5):
        assert (await dee.post("/locked", {"secret": "9999"})).status_code == 422
    assert (await dee.post("/locked", {"secret": "2580"})).status_code == 422, "five wrong ones: the password"
    assert (await dee.post("/locked", {"secret": "spotter-demo"}, htmx=False)).status_code == 303


async def test_a_member_who_keeps_coming_writes_once_a_day(as_, app, db, world: World, statements) -> None:
    mo = await as_("mo")
    await db.run(
        "update sign_in set seen_at = now() - interval '25 hours', ends_at = now() + interval '2 days' where person_id = $1",
        world.id("mo"),
    )
    await app.sessions.cache.new_epoch()
    first = await mo.get("/me")
    assert "Max-Age=7776000" in first.headers["set-cookie"]
    assert await db.value("select ends_at > now() + interval '89 days' from sign_in where person_id = $1", world.id("mo"))
    with statements() as seen:
        await mo.get("/me")
    assert not [sql for sql in seen.sql if sql.lstrip().lower().startswith("update")]


async def test_six_wrong_guesses_wait_and_the_owner_elsewhere_does_not(anybody: Client, clients, db) -> None:
    for _guess in range(5):
        assert (await anybody.post("/sign-in", {**FORM, "password": "guess"})).status_code == 422
    slow = await anybody.post("/sign-in", FORM)
    assert slow.status_code == 429
    assert int(slow.headers["retry-after"]) >= 1
    assert "Please wait" in slow.text
    assert await db.value("select count(*) from sign_in") == 0


async def test_a_browser_that_was_here_before_is_not_kept_out_by_a_storm_of_guesses(app, clients, db) -> None:
    dee = Client(clients())
    assert (await dee.post("/sign-in", FORM, htmx=False)).status_code == 303
    known = sid(dee, "browser")
    stranger = Client(clients())
    await db.run(
        "insert into busy_minute values ('127.0.0.1', date_trunc('minute', now()), 5000), ('127.0.0.1', date_trunc('minute', now()) + interval '1 minute', 5000) on conflict (address, minute) do update set tries = 5000"
    )
    for _guess in range(3):
        assert (await stranger.post("/sign-in", {**FORM, "password": "guess"})).status_code == 429
    again = Client(clients())
    put(again, "browser", known)
    assert (await again.post("/sign-in", FORM, htmx=False)).status_code == 303
    forged = Client(clients())
    put(forged, "browser", known[:-1] + ("0" if known[-1] != "0" else "1"))
    assert (await forged.post("/sign-in", FORM)).status_code == 429


async def test_twenty_guesses_at_once_are_twenty_guesses(committed: Committed) -> None:
    import asyncio

    tries = [committed.anybody().post("/sign-in", {**FORM, "password": f"guess {n}"}) for n in range(20)]
    answers = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert answers.count(422) <= 5
    assert set(answers) <= {422, 429}


async def test_old_guesses_are_forgotten(db) -> None:
    await db.run("insert into guess values ('\\x01', 'x', 9, now() - interval '2 days')")
    await db.run("insert into busy_minute values ('x', now() - interval '2 hours', 9)")
    await sweep(db, datetime.now(UTC))
    assert await db.value("select count(*) from guess") == 0
    assert await db.value("select count(*) from busy_minute") == 0


async def test_without_valkey_everything_is_slower_and_nothing_is_broken(
    settings: Settings, connection, db, world: World
) -> None:
    """The cache's address answers nobody: pages come from Postgres, sign-outs hold."""
    from app.db import Database

    front = create_app(
        replace(settings, valkey_url="valkey://127.0.0.1:1"), Database(pool=OneConnection(connection), within=True)
    )
    assert isinstance(front.sessions.cache, ValkeyCache)
    http = browser(front)
    mo = Client(http)
    assert (await mo.post("/sign-in", {"email": "mo@demo.spotter", "password": "spotter-demo"}, htmx=False)).status_code == 303
    assert (await mo.get("/me")).status_code == 200
    await db.run("delete from sign_in where person_id = $1", world.id("mo"))
    assert (await mo.get("/me")).status_code == 303
    await front.sessions.cache.close()
    await http.aclose()


async def test_permissions_change_at_the_next_request_on_every_worker(app, settings: Settings, connection, as_) -> None:
    """Two workers of one machine share eight bytes: what one writes, the other's cache believes no more."""
    from app.db import Database

    one, two = app, create_app(settings, Database(pool=OneConnection(connection), within=True))
    assert one.sessions.cache is not two.sessions.cache
    dee = await as_("dee")
    here, there = browser(one), browser(two)
    there.cookies.set("sid", sid(dee))
    assert (await there.get("/me")).status_code == 200
    here.cookies.set("sid", sid(dee))
    await here.post("/sign-out", headers={"X-CSRF-Token": dee.csrf})
    assert (await there.get("/me")).status_code == 303
    for http in (here, there):
        await http.aclose()


async def test_a_profile_speaks_serbian_at_once(as_) -> None:
    mo = await as_("mo")
    form = {"name": "Mo Haddad", "locale": "sr", "zone": "Europe/Madrid", "units": "lb", "theme": "dark"}
    await mo.post("/me", form, htmx=False)
    page = await mo.get("/me")
    assert 'lang="sr' in page.text
    assert "Moj nalog" in page.text or "Sačuvaj" in page.text
    assert (await mo.post("/me", {**form, "zone": "Mars/Olympus"})).status_code == 422
    assert (await mo.post("/me", {**form, "name": "x" * 121})).status_code == 422
    assert (await mo.post("/me", {**form, "locale": "klingon"})).status_code == 422


@pytest.mark.parametrize(
    "bad",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/ok\r\nSet-Cookie: x=1", "javascript:alert(1)", "/\t/evil"],
)
async def test_next_stays_in_the_house(anybody: Client, bad: str) -> None:
    answer = await anybody.post("/sign-in", {**FORM, "next": bad}, htmx=False)
    assert answer.headers["location"] == "/"


async def test_a_session_that_ended_by_time_is_gone(as_, app, db, world: World) -> None:
    mo = await as_("mo")
    await db.run("update sign_in set ends_at = $1", datetime.now(UTC) - timedelta(seconds=1))
    await app.sessions.cache.new_epoch()
    assert (await mo.get("/me")).headers["location"].startswith("/sign-in")
