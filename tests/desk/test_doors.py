"""Kiosk, wall, turnstile, lock, log and the owner's rules: doors without anybody behind the counter."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from app import clock
from app.accounts.actions import devices, tokens
from app.accounts.keys import hashed
from app.db import new_id
from app.demo import world
from app.demo.year import actor_of
from app.desk import chores, entries, queries, relay
from app.desk.actions import Door
from app.desk.pages.log import harmless
from tests.desk.gym import DESK, HERE, join, tap, visits, visits_left


def now() -> datetime:
    return datetime.now(UTC)


# --- a lock that is slow, absent or lying ---------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def lock(answer: bytes | None, *, hangs: bool = False) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A fake lock on this machine; `None` hangs up without a word."""
    heard: list[bytes] = []
    done = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        if hangs:
            await done.wait()
        elif answer:
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/open?n=1", heard
    finally:
        done.set()
        server.close()


ANSWERS = {
    "opens": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ""),
    "opens, and never hangs up": (b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"ison":true}', ""),
    "says nothing more than 204": (b"HTTP/1.1 204 No Content\r\n\r\n", ""),
    "lies: 200 and stays shut": (b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"ison":false}', "shut"),
    "lies: says closed": (b'HTTP/1.0 200 OK\r\n\r\n{"state":"Closed"}', "shut"),
    "lies: a zero": (b'HTTP/1.0 200 OK\r\n\r\n{"output":0}', "shut"),
    "is not allowed": (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "refused"),
    "sends us elsewhere": (b"HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n", "refused"),
    "is a printer": (b"@PJL INFO STATUS\r\n", "odd"),
    "hangs up": (None, "odd"),
    "talks without end": (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000, ""),
}


@pytest.mark.parametrize("kind", ANSWERS, ids=str)
async def test_a_lock_is_believed_only_when_it_is_clear(kind):
    answer, expected = ANSWERS[kind]
    async with lock(answer) as (url, _heard):
        assert await relay.pulse(url, new_id(), patience=5) == expected


async def test_a_slow_lock_is_not_waited_for():
    async with lock(None, hangs=True) as (url, heard):
        assert await relay.pulse(url, new_id(), patience=0.05) == "slow"
        assert heard


async def test_an_absent_lock_is_absent():
    async with lock(b"") as (url, _heard):
        pass
    assert await relay.pulse(url, new_id(), patience=2) == "absent"
    assert await relay.pulse("http://[::bad", new_id(), patience=2) == "absent"


async def test_a_lock_hears_the_taps_name():
    id = new_id()
    async with lock(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (url, heard):
        await relay.pulse(url, id)
    assert str(id).encode() in heard[0]
    assert heard[0].startswith(b"POST /open?n=1 HTTP/1.1")


# --- the turnstile -----------------------------------------------------------------------------------------------------------


async def ask(client, card, **more):
    return await client.send("POST", "/api/v1/check-ins", json={"id": str(new_id()), "card": card, **more}, htmx=False)


async def test_a_turnstile_gets_its_answer_in_two_statements(db, as_, statements):
    mo, dee = await join(db, "Mo Haddad", visits=10), await as_("dee")
    await ask(dee, (await join(db, "Warm")).card)
    with statements() as seen:
        answer = await ask(dee, mo.card, at="2026-11-21T10:00:00Z", device="North")
    assert len(seen) == 2, seen.sql
    said = answer.json()
    assert (said["open"], said["outcome"], said["first_name"], said["visits_left"]) == (True, "allowed", "Mo", 9)
    assert "Haddad" not in answer.text
    row = await db.connection.fetchrow("select channel, device, device_at from attempt where id = $1::text::uuid", said["id"])
    assert (row["channel"], row["device"]) == ("device", "North")


async def test_the_same_tap_from_a_turnstile_twice(db, as_):
    mo, pat, dee = await join(db, "Mo", visits=10), await join(db, "Pat"), await as_("dee")
    id = str(new_id())
    first, second = [
        (await dee.send("POST", "/api/v1/check-ins", json={"id": id, "card": mo.card}, htmx=False)).json() for _ in range(2)
    ]
    assert (first["is_replay"], second["is_replay"], second["open"]) == (False, True, True)
    assert await visits_left(db, mo.membership_id) == 9
    other = await dee.send("POST", "/api/v1/check-ins", json={"id": id, "card": pat.card}, htmx=False)
    assert other.status_code == 409
    assert other.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "x", "card": "1"},
        {"id": "01a1fbf3-6bc8-71ed-90a9-2cf1fd6d4550"},
        {"id": "01a1fbf3-6bc8-71ed-90a9-2cf1fd6d4550", "card": ""},
        {"id": "01a1fbf3-6bc8-71ed-90a9-2cf1fd6d4550", "card": "x" * 65},
        {"id": "01a1fbf3-6bc8-71ed-90a9-2cf1fd6d4550", "card": "1", "at": "yesterday"},
        {"id": "01a1fbf3-6bc8-71ed-90a9-2cf1fd6d4550", "card": "1", "at": "2026-01-01T10:00:00"},
        {"id": "01a1fbf3-6bc8-71ed-90a9-2cf1fd6d4550", "card": "1", "extra": 1},
        [],
        "card",
    ],
)
async def test_a_turnstile_that_talks_nonsense_is_told_so(as_, body):
    dee = await as_("dee")
    answer = await dee.send("POST", "/api/v1/check-ins", json=body, htmx=False)
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("card", ["a\x00b", "\x00", "\ud800"])
async def test_no_card_breaks_the_turnstile(as_, card):
    dee = await as_("dee")
    body = json.dumps({"id": str(new_id()), "card": card})
    headers = {"Content-Type": "application/json"}
    answer = await dee.send("POST", "/api/v1/check-ins", content=body.encode(), headers=headers, htmx=False)
    assert answer.status_code < 500


async def test_a_stranger_does_not_ask_for_entry(anybody):
    answer = await ask(anybody, "1")
    assert answer.status_code == 401


OPENS = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


async def connect(db, url, name="Gate", channels="{desk,kiosk,self,device}"):
    await db.run(
        "insert into relay (id, gym_id, name, url, channels) values ($1, $2, $3, $4, $5::text::text[])",
        new_id(), HERE, name, url, channels,
    )  # fmt: skip


async def turnstile(committed):
    """A machine with its own token, as a real one has."""
    told = await committed_device(committed)
    machine = committed.anybody()
    machine.http.headers["Authorization"] = f"Bearer {told}"
    return machine


async def committed_device(committed):
    ana, now, device, family, token = actor_of(world.PEOPLE["ana"]), clock.now(), new_id(), new_id(), new_id()
    async with committed.database.work() as db:
        await devices.add_device(db, ana, "North", "door", ["desk.use"], hashed(f"key {device}"), id=device, now=now)
        await tokens.start_family(db, id=family, device_id=device, gym_id=HERE, name="North", now=now)
        ends_at = await tokens.hand_out(db, family, id=token, now=now)
    return committed.app.app.state.tokens.sign(token, device, now, ends_at)


async def test_the_lock_opens_after_yes_at_every_door_and_not_after_no_nor_twice(committed):
    people = [await join(committed.db, f"Guest {n}", visits=10) for n in range(5)]
    lapsed = await join(committed.db, "Lou", starts=-60, ends=-3)
    type_id = await committed.db.value("select type_id from membership where id = $1", people[0].membership_id)
    dee, machine = await committed.as_("dee"), await turnstile(committed)
    kiosk = await a_kiosk(committed.as_)
    twice = {"id": str(new_id()), "card": people[0].card}
    sale = {"id": str(new_id()), "type_id": str(type_id), "method": "cash", "csrf": dee.csrf}
    async with lock(OPENS) as (url, heard):
        await connect(committed.db, url)

        async def clicks() -> int:
            await relay.settled()
            count = len(heard)
            heard.clear()
            return count

        said = {}
        await machine.send("POST", "/api/v1/check-ins", json=twice, htmx=False)
        said["a turnstile"] = await clicks()
        await machine.send("POST", "/api/v1/check-ins", json=twice, htmx=False)
        said["the same tap again"] = await clicks()
        await dee.post("/desk/check-ins", {"id": str(new_id()), "q": people[1].card, "via": "scan"})
        said["the desk"] = await clicks()
        await dee.post("/desk/check-ins", {"id": str(new_id()), "q": people[2].card, "csrf": dee.csrf}, htmx=False)
        said["the desk without JavaScript"] = await clicks()
        await kiosk.post("/kiosk/check-ins", {"id": str(new_id()), "q": people[3].card})
        said["the kiosk"] = await clicks()
        await dee.post("/desk/check-ins", {"id": str(new_id()), "q": lapsed.card, "via": "scan"})
        await ask(machine, "NOBODY")
        said["a no"] = await clicks()
        await dee.post(f"/desk/members/{lapsed.id}/memberships", sale)
        said["renewed at the desk"] = await clicks()
        lou = await join(committed.db, "Lou Two", starts=-60, ends=-3)
        await dee.post("/desk/overrides", {"id": str(new_id()), "member_id": str(lou.id), "why": "Slip seen", "csrf": dee.csrf})
        said["on somebody's word"] = await clicks()
    assert said == {
        "a turnstile": 1,
        "the same tap again": 0,
        "the desk": 1,
        "the desk without JavaScript": 1,
        "the kiosk": 1,
        "a no": 0,
        "renewed at the desk": 1,
        "on somebody's word": 1,
    }
    assert (await queries.relays(committed.db, HERE))[0].opened_at is not None


async def test_a_lock_that_is_slow_absent_or_lying_changes_nothing_about_the_answer_or_the_visit(committed, monkeypatch):
    monkeypatch.setattr(relay, "PATIENCE", 0.2)
    mo, dee, machine = await join(committed.db, "Mo", visits=10), await committed.as_("dee"), await turnstile(committed)
    pat = await join(committed.db, "Pat", visits=10)
    async with lock(b"") as (absent, _heard):
        pass
    async with lock(None, hangs=True) as (slow, _slow), lock(ANSWERS["lies: 200 and stays shut"][0]) as (lying, _lying):
        for name, url in (("absent", absent), ("slow", slow), ("lying", lying)):
            await connect(committed.db, url, name, "{desk,device}")
        answer = await ask(machine, mo.card)
        assert (answer.status_code, answer.json()["open"]) == (200, True)
        scan = await dee.post("/desk/check-ins", {"id": str(new_id()), "q": pat.card, "via": "scan"})
        assert (scan.status_code, "Come in" in scan.text) == (200, True)
        await relay.settled()
    told = {one.name: one.failure for one in await queries.relays(committed.db, HERE)}
    assert told == {"absent": "absent", "slow": "slow", "lying": "shut"}
    assert (await visits(committed.db, mo.id), await visits(committed.db, pat.id)) == (1, 1)


async def test_a_machine_without_its_token_or_with_a_withdrawn_one_is_nobody(committed):
    machine = await turnstile(committed)
    mo = await join(committed.db, "Mo", visits=10)
    assert (await ask(machine, mo.card)).json()["outcome"] == "allowed"
    assert (await machine.get("/api/v1/occupancy")).json()["inside"] == 1
    assert (await machine.get("/desk", headers={"Accept": "text/html"})).status_code in {303, 401, 403}
    id = await committed.db.value("select id from device where name = 'North'")
    async with committed.database.work() as db:
        await devices.revoke_device(db, actor_of(world.PEOPLE["ana"]), id, now=clock.now())
    await committed.app.sessions.cache.new_epoch()
    assert (await ask(machine, mo.card)).status_code == 401
    assert (await ask(committed.anybody(), mo.card)).status_code == 401


async def test_occupancy_for_other_programs(db, as_):
    await tap(db, await join(db, "Mo"))
    dee = await as_("dee")
    said = (await dee.get("/api/v1/occupancy")).json()
    assert said["inside"] >= 1
    assert said["capacity"] == 80


# --- the kiosk ---------------------------------------------------------------------------------------------------------------


async def a_kiosk(as_):
    """Ana turns her browser into the kiosk."""
    ana = await as_("ana")
    answer = await ana.post("/desk/kiosks", {"id": str(new_id()), "name": "Lobby", "pin": "4711", "csrf": ana.csrf}, htmx=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/kiosk")
    return ana


async def test_the_kiosk_is_locked_whoever_set_it_up_is_signed_out(as_):
    kiosk = await a_kiosk(as_)
    assert (await kiosk.get("/kiosk")).status_code == 200
    assert (await kiosk.get("/desk")).status_code in {303, 401}


async def test_the_kiosk_says_the_first_name_only_and_resets_itself(db, as_):
    mo, kiosk = await join(db, "Mo Haddad", visits=10, alert="Owes a towel"), await a_kiosk(as_)
    answer = await kiosk.post("/kiosk/check-ins", {"id": str(new_id()), "q": mo.card}, htmx=False)
    assert "Welcome" in answer.text
    assert "Mo" in answer.text
    assert "Haddad" not in answer.text
    assert "towel" not in answer.text
    assert answer.headers["refresh"] == "4; url=/kiosk"
    assert await visits_left(db, mo.membership_id) == 9
    assert await db.value("select channel || device from attempt where member_id = $1", mo.id) == "kioskLobby"


async def test_the_kiosk_sends_the_refused_to_the_desk_without_a_word_more(db, as_):
    lou, kiosk = await join(db, "Lou Bianchi", starts=-60, ends=-3), await a_kiosk(as_)
    answer = await kiosk.post("/kiosk/check-ins", {"id": str(new_id()), "q": lou.card})
    assert "Please see the desk" in answer.text
    assert "xpired" not in answer.text
    assert "Lou" not in answer.text


async def test_the_kiosk_finds_nobody_by_name(db, as_):
    await join(db, "Xaverius Quill")
    kiosk = await a_kiosk(as_)
    answer = await kiosk.post("/kiosk/check-ins", {"id": str(new_id()), "q": "Xaverius"})
    assert "not known here" in answer.text
    assert "Quill" not in answer.text


async def test_only_the_pin_leads_out(as_):
    kiosk = await a_kiosk(as_)
    assert (await kiosk.post("/kiosk/leave", {"pin": "0000"}, htmx=False)).status_code == 422
    answer = await kiosk.post("/kiosk/leave", {"pin": "4711"}, htmx=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert (await kiosk.get("/kiosk")).status_code == 404


async def test_guessing_the_pin_slows_down(as_):
    kiosk = await a_kiosk(as_)
    answers = [(await kiosk.post("/kiosk/leave", {"pin": f"{n:04}"}, htmx=False)).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    assert (await kiosk.post("/kiosk/leave", {"pin": "4711"}, htmx=False)).status_code == 429


async def test_without_its_key_there_is_no_kiosk(anybody):
    assert (await anybody.get("/kiosk")).status_code == 404
    assert (await anybody.post("/kiosk/check-ins", {"id": str(new_id()), "q": "1"})).status_code == 404


async def test_a_kiosk_needs_a_pin_of_four_digits(as_):
    ana = await as_("ana")
    for pin in ("", "12", "abcd", "123456789"):
        answer = await ana.post("/desk/kiosks", {"id": str(new_id()), "name": "Lobby", "pin": pin, "csrf": ana.csrf}, htmx=False)
        assert answer.status_code == 422


# --- the wall ------------------------------------------------------------------------------------------------------------------


async def a_wall(ana) -> str:
    answer = await ana.post("/desk/walls", {"id": str(new_id()), "name": "Hall", "csrf": ana.csrf}, htmx=False)
    return "/wall/" + answer.text.split("/wall/")[1].split('"')[0]


async def test_a_wall_shows_numbers_and_no_names(db, as_, anybody):
    await tap(db, await join(db, "Mo Wallflower"))
    url = await a_wall(await as_("ana"))
    answer = await anybody.get(url)
    assert answer.status_code == 200
    assert "In now" in answer.text
    assert "Wallflower" not in answer.text


async def test_a_wall_that_was_switched_off_is_gone(db, as_, anybody):
    ana = await as_("ana")
    url = await a_wall(ana)
    screen = await db.value("select id from door_screen where kind = 'wall' and name = 'Hall' order by made_at desc limit 1")
    await ana.post(f"/desk/screens/{screen}/end", {"csrf": ana.csrf}, htmx=False)
    assert (await anybody.get(url)).status_code == 404
    assert (await anybody.get("/wall/guessed")).status_code == 404


# --- the code at the door ---------------------------------------------------------------------------------------------------------


async def a_screen(ana, anybody) -> str:
    """The address of a new screen at the door, which needs nobody signed in."""
    made = await ana.post("/desk/codes", {"id": str(new_id()), "name": "Front", "csrf": ana.csrf}, htmx=False)
    found = re.search(r'href="(/door/[^"]+)"', made.text)
    assert found, made.text
    assert (await anybody.get(found[1])).status_code == 200
    return found[1]


async def on_screen(anybody, screen: str) -> str:
    """What a phone reads off the screen now."""
    found = re.search(r'data-code="([^"]+)"', (await anybody.get(screen)).text)
    assert found
    return found[1]


async def in_hand(mo, url: str) -> dict[str, str]:
    """The form that a fresh code opens."""
    found = re.search(r'name="word" value="([^"]+)"', (await mo.get(url)).text)
    return {"id": str(new_id()), "word": found[1] if found else ""}


async def membered(db, key, **terms):
    """Somebody of the cast as a member of this club."""
    mo = await join(db, world.PEOPLE[key].name, **(terms or {"visits": 10}))
    await db.run("update member set person_id = $2 where id = $1", mo.id, world.PEOPLE[key].id)
    return mo


async def test_mo_checks_in_with_the_gyms_code_on_an_own_phone(db, as_, anybody):
    member, mo = await membered(db, "mo"), await as_("mo")
    url = await on_screen(anybody, await a_screen(await as_("ana"), anybody))
    tapped = await in_hand(mo, url)
    first, again = [await mo.post(url, tapped) for _ in range(2)]
    assert ("Come in" in first.text, "9 visits left" in first.text, again.text == first.text) == (True, True, True)
    plain = await mo.post(url, {**tapped, "id": str(new_id()), "csrf": mo.csrf}, htmx=False)
    assert plain.status_code == 303
    assert "Already in" in (await mo.get(plain.headers["location"])).text
    assert await visits_left(db, member.membership_id) == 9
    assert await db.value("select array_agg(distinct channel || device) from attempt where member_id = $1", member.id) == [
        "selfFront"
    ]


async def test_the_code_says_why_not_in_the_members_own_words_and_shows_nobody_else(db, as_, anybody):
    await membered(db, "mo", starts=-60, ends=-3)
    url, mo = await on_screen(anybody, await a_screen(await as_("ana"), anybody)), await as_("mo")
    no = await mo.post(url, await in_hand(mo, url))
    assert ("Please see the desk" in no.text, "Expired 3 days ago" in no.text) == (True, True)
    other = await tap(db, await join(db, "Quentin Other"))
    assert "Quentin" not in (await mo.get(f"{url}?tap={other.id}")).text
    assert "not as a member" in (await (await as_("dee")).get(url)).text


async def test_a_photographed_code_is_worth_nothing(db, as_, anybody, monkeypatch):
    """Neither later, nor by somebody else with what Mo's phone was handed, nor by typing."""
    member, fay = await membered(db, "mo"), await membered(db, "fay")
    screen, mo, friend = await a_screen(await as_("ana"), anybody), await as_("mo"), await as_("fay")
    now = datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    url = await on_screen(anybody, screen)
    held = await in_hand(mo, url)
    lent = await friend.post(url, held)
    now += timedelta(seconds=70)
    assert await on_screen(anybody, screen) != url
    late = await in_hand(friend, url)
    said = [(await friend.post(url, body)) for body in (late, {**late, "word": held["word"]}, {"id": str(new_id())})]
    in_time = await mo.post(url, held)  # scanned while it was fresh, then it took a minute to press
    now += timedelta(minutes=3)
    over = await mo.post(url, {**held, "id": str(new_id())})
    assert [one.status_code for one in (lent, *said, in_time, over)] == [409, 409, 409, 409, 200, 409]
    assert "This code has changed" in over.text
    assert (await visits(db, member.id), await visits(db, fay.id)) == (1, 0)


async def test_a_screen_sent_twice_is_one_screen_and_shows_no_address_that_leads_nowhere(db, as_):
    ana = await as_("ana")
    for kind, more in (("walls", {}), ("codes", {}), ("kiosks", {"pin": "4711"})):
        form = {"id": str(new_id()), "name": "Twice", "csrf": ana.csrf, **more}
        first = await as_("ana")  # another browser: a kiosk signs its maker out
        await first.post(f"/desk/{kind}", form | {"csrf": first.csrf}, htmx=False)
        again = await ana.post(f"/desk/{kind}", form, htmx=False)
        assert (again.status_code, again.headers["location"]) == (303, "/desk/rules"), kind
    assert await db.value("select count(*) from door_screen where name = 'Twice'") == 3
    assert await db.value("select count(*) from audit_line where act = 'door_screen.add'") == 3


async def test_a_code_that_was_switched_off_or_guessed_opens_nothing(db, as_, anybody):
    await membered(db, "mo")
    ana, mo = await as_("ana"), await as_("mo")
    screen = await a_screen(ana, anybody)
    url = await on_screen(anybody, screen)
    held = await in_hand(mo, url)
    assert (await anybody.get(url)).headers.get("location", "").startswith("/sign-in")
    assert (await mo.get(url[:-4] + "AAAA")).status_code == 404
    kept = await db.value("select id from door_screen where kind = 'code'")
    await ana.post(f"/desk/screens/{kept}/end", {"csrf": ana.csrf}, htmx=False)
    nowhere = (url, screen, "/door/guessed", "/me/door/guessed", "/me/door/%C3%A9")
    assert [(await mo.get(one)).status_code for one in nowhere] == [404] * len(nowhere)
    assert (await mo.post(url, held)).status_code == 404
    assert (await mo.post("/me/door/guessed", held)).status_code == 404


# --- the log ---------------------------------------------------------------------------------------------------------------------


async def test_the_log_is_searched_filtered_and_counted(db, as_):
    lou, dee = await join(db, "Quentin Logg", starts=-60, ends=-3), await as_("dee")
    await tap(db, lou)
    answer = await dee.get("/desk/entries?q=quentin")
    assert "Quentin Logg" in answer.text
    assert "Quentin Logg" in (await dee.get("/desk/entries?q=Logg&outcome=refused&code=expired&channel=desk")).text
    assert "Quentin Logg" not in (await dee.get("/desk/entries?q=quentin&outcome=allowed")).text


async def test_days_in_the_log_are_the_gyms_days(db, as_):
    mo, dee = await join(db, "Late Larry"), await as_("dee")
    midnight = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past midnight on the 2nd in Belgrade
    await tap(db, mo, now=midnight)
    assert "Late Larry" not in (await dee.get("/desk/entries?since=2026-07-01&until=2026-07-01")).text
    assert "Late Larry" in (await dee.get("/desk/entries?since=2026-07-02&until=2026-07-02")).text


async def test_the_log_pages_by_the_last_line(db, as_):
    mo, dee = await join(db, "Pagey"), await as_("dee")
    for n in range(60):
        await tap(db, mo, now=now() - timedelta(minutes=n * 11))
    first = await dee.get("/desk/entries?q=Pagey")
    assert first.text.count('translate="no">Pagey') >= 50
    url = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = await dee.get(url)
    assert second.status_code == 200
    assert "Pagey" in second.text


@pytest.mark.parametrize(
    "query",
    [
        "since=nonsense",
        "since=0001-01-01&until=9999-12-31",
        "before=x&before_id=y",
        "code=nope&outcome=nope&channel=nope",
        "q=%25%00_!",
        "until=2020-01-01&since=2026-01-01",
    ],
)
async def test_no_question_breaks_the_log(as_, query):
    dee = await as_("dee")
    assert (await dee.get(f"/desk/entries?{query}")).status_code < 500


async def test_the_export_is_complete_and_harmless(db, as_):
    mo, ana = await join(db, '=cmd|"/c calc"'), await as_("ana")
    await tap(db, mo)
    answer = await ana.get("/desk/entries.csv?q=cmd")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "\"'=cmd" in answer.text
    assert answer.text.startswith("\ufeff")


@pytest.mark.parametrize(
    ("cell", "out"), [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("Mo", "Mo")]
)
def test_a_cell_that_would_run_is_quoted(cell, out):
    assert harmless(cell) == out


async def test_old_lines_go_visits_stay_and_the_dry_run_says_how_many(db, as_):
    mo = await join(db, "Mo", starts=-900)
    old = await tap(db, mo, now=now() - timedelta(days=800))
    await tap(db, mo)
    await db.run(
        "insert into door_policy (gym_id, keep_months, changed_at) values ($1, 24, now()) on conflict (gym_id) do update set keep_months = 24",
        HERE,
    )
    before = chores.keeps_from(now(), "Europe/Belgrade", 24)
    assert (await entries.old(db, HERE, before)).attempts >= 1
    page = await (await as_("ana")).get("/desk/rules")
    assert "What the log would lose" in page.text
    assert await chores.forget_log(db, now()) >= 1
    assert await db.value("select count(*) from attempt where id = $1", old.id) == 0
    assert await visits(db, mo.id) == 2


def test_months_are_calendar_months_on_the_gyms_clock():
    at = datetime(2026, 3, 30, 23, 30, tzinfo=UTC)  # the 31st in Belgrade
    assert chores.keeps_from(at, "Europe/Belgrade", 1) == datetime(2026, 2, 27, 23, 0, tzinfo=UTC)


async def test_visits_that_nobody_ended_end(db):
    mo = await join(db, "Mo")
    said = await tap(db, mo, now=now() - timedelta(hours=9))
    await chores.close_visits(db, now())
    row = await db.connection.fetchrow("select left_at, stays_until, is_guess from visit where id = $1", said.id)
    assert (row["left_at"], row["is_guess"]) == (row["stays_until"], True)


# --- the owner's rules -------------------------------------------------------------------------------------------------------------

RULES = {
    "again_minutes": "30",
    "overdue_amount": "12,50",
    "overdue_days": "7",
    "soon_days": "3",
    "stay_minutes": "120",
    "keep_months": "24",
}


async def test_ana_rules_and_the_door_obeys(db, as_):
    lou, ana = await join(db, "Lou", starts=-60, ends=-3), await as_("ana")
    form = RULES | {"effects": ["expired:desk:warn", "owes:desk:warn"], "csrf": ana.csrf}
    assert (await ana.post("/desk/rules", form, htmx=False)).status_code == 303
    rules = await queries.door_rules(db, HERE)
    assert (rules.again_minutes, rules.overdue_amount, rules.keep_months) == (30, 1250, 24)
    assert rules.changes == {"expired": {"desk": "warn"}}
    assert (await tap(db, lou)).kind == "warned"
    assert await db.value("select count(*) from audit_line where act = 'door_policy.rule'") == 1
    assert "Last changed" in (await ana.get("/desk/rules")).text


@pytest.mark.parametrize("wrong", [{"again_minutes": "-1"}, {"stay_minutes": "9"}, {"keep_months": "0"}, {"overdue_amount": "x"}])
async def test_rules_that_make_no_sense_keep_what_was_typed(as_, wrong):
    ana = await as_("ana")
    answer = await ana.post("/desk/rules", RULES | wrong | {"csrf": ana.csrf}, htmx=False)
    assert answer.status_code == 422
    assert next(iter(wrong.values())) in answer.text


async def test_locks_are_added_and_removed(db, as_):
    ana = await as_("ana")
    form = {
        "id": str(new_id()),
        "name": "Gate",
        "url": "http://192.168.1.40/open",
        "channels": ["device", "kiosk"],
        "csrf": ana.csrf,
    }
    assert (await ana.post("/desk/relays", form, htmx=False)).status_code == 303
    found = (await queries.relays(db, HERE))[0]
    assert (found.name, found.channels) == ("Gate", ("kiosk", "device"))
    assert (
        await ana.post("/desk/relays", form | {"id": str(new_id()), "url": "file:///etc/passwd"}, htmx=False)
    ).status_code == 422
    assert (await ana.post(f"/desk/relays/{found.id}/remove", {"csrf": ana.csrf}, htmx=False)).status_code == 303
    assert await queries.relays(db, HERE) == []


async def test_a_kiosk_asks_with_its_own_rules(db):
    mo = await join(db, "Mo", alert="Bring the form")
    assert (await tap(db, mo, door=Door(HERE, "device"))).kind == "allowed"
    assert (await tap(db, mo, door=DESK, now=clock.now() + timedelta(hours=1))).kind == "warned"
