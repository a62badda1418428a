"""Devices and programs: short tokens, refreshes that work once, and an end that is an end."""

import base64
import string
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from app.accounts.actions import devices, tokens
from app.accounts.keys import hashed
from app.db import new_id
from app.demo.year import actor_of
from tests.conftest import Client, World

ME = {"email": "dee@demo.spotter", "password": "spotter-demo", "name": "script"}


async def ask(client: Client, body: Any, path: str = "/api/v1/tokens", **headers: str) -> Any:
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return await client.http.post(path, content=content, headers={"Content-Type": "application/json", **headers})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_dee_gets_a_token_and_is_known_by_it(anybody: Client) -> None:
    made = await ask(anybody, ME)
    assert made.status_code == 201, made.text
    assert "set-cookie" not in made.headers
    me = await anybody.http.get("/api/v1/me", headers=bearer(made.json()["access_token"]))
    assert me.json()["name"] == "Dee Okafor"
    assert "desk.use" in me.json()["permissions"]


async def test_a_wrong_password_is_a_problem_in_json(anybody: Client) -> None:
    answer = await ask(anybody, {**ME, "password": "guess"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    for bad in (
        {},
        {"email": 5},
        {"extra": 1},
        b"\xff",
        b"[",
        b'{"email": "\\ud800@x", "password": "x"}',
        {"device_key": "\x00"},
    ):
        assert (await ask(anybody, bad)).status_code in {400, 401, 422}, bad


async def test_a_refresh_works_once_and_its_second_use_ends_the_family(anybody: Client, db) -> None:
    first = (await ask(anybody, ME)).json()
    second = (await ask(anybody, {"refresh_token": first["refresh_token"]}, "/api/v1/tokens/refresh")).json()
    assert (await anybody.http.get("/api/v1/me", headers=bearer(second["access_token"]))).status_code == 200
    stolen = await ask(anybody, {"refresh_token": first["refresh_token"]}, "/api/v1/tokens/refresh")
    assert stolen.status_code == 401


async def test_the_end_of_a_family_is_kept_though_the_answer_is_a_refusal(committed: Any) -> None:
    anybody = committed.anybody()
    first = (await ask(anybody, ME)).json()
    second = (await ask(anybody, {"refresh_token": first["refresh_token"]}, "/api/v1/tokens/refresh")).json()
    await ask(anybody, {"refresh_token": first["refresh_token"]}, "/api/v1/tokens/refresh")
    for token in (first, second):
        assert (await anybody.http.get("/api/v1/me", headers=bearer(token["access_token"]))).status_code == 401
    assert (await ask(anybody, {"refresh_token": second["refresh_token"]}, "/api/v1/tokens/refresh")).status_code == 401


async def test_giving_the_token_back_ends_it_at_once(anybody: Client) -> None:
    token = (await ask(anybody, ME)).json()["access_token"]
    assert (await anybody.http.get("/api/v1/me", headers=bearer(token))).status_code == 200
    assert (await anybody.http.delete("/api/v1/tokens/current", headers=bearer(token))).status_code == 204
    assert (await anybody.http.get("/api/v1/me", headers=bearer(token))).status_code == 401


async def test_a_new_password_ends_the_programs_too(anybody: Client, as_) -> None:
    token = (await ask(anybody, ME)).json()["access_token"]
    dee = await as_("dee")
    await dee.post("/me/password", {"current": "spotter-demo", "password": "four plates and a dream"}, htmx=False)
    assert (await anybody.http.get("/api/v1/me", headers=bearer(token))).status_code == 401


async def test_a_turnstile_trades_its_key_and_is_shut_out_at_once(as_, anybody: Client, db, world: World) -> None:
    ana, id = await as_("ana"), new_id()
    page = await ana.post(
        "/settings/devices", {"id": str(id), "name": "North door", "kind": "door", "permissions": ["desk.use"]}, htmx=False
    )
    key = page.text.split('value="')[1:]
    key = next(text.split('"')[0] for text in key if len(text.split('"')[0]) == 43)
    token = (await ask(anybody, {"device_key": key})).json()["access_token"]
    me = (await anybody.http.get("/api/v1/me", headers=bearer(token))).json()
    assert (me["name"], me["roles"], me["permissions"]) == ("North door", ["device"], ["desk.use"])
    assert (await anybody.http.get("/people", headers=bearer(token))).status_code == 303, "a token opens no page"
    await ana.post(f"/settings/devices/{id}/revoke", htmx=False)
    assert (await anybody.http.get("/api/v1/me", headers=bearer(token))).status_code == 401
    assert (await ask(anybody, {"device_key": key})).status_code == 401


LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def other(letter: str) -> str:
    return LETTERS[(LETTERS.index(letter) + 1) % 64]


def rewritten(mark: str) -> str:
    """The very same bytes in another spelling: the last letter's bits that mean nothing are set."""
    twin = mark[:-1] + LETTERS[LETTERS.index(mark[-1]) | 1]
    assert twin != mark
    assert base64.urlsafe_b64decode(twin + "==") == base64.urlsafe_b64decode(mark + "==")
    return twin


async def test_tokens_that_are_not_ours(app, anybody: Client, db, world: World) -> None:
    token = (await ask(anybody, ME)).json()["access_token"]
    head, body, mark = token.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').rstrip(b"=").decode()
    signer, now = app.app.state.tokens, datetime.now(UTC)
    unknown = signer.sign(new_id(), world.id("ana"), now, now + timedelta(minutes=5))
    late = signer.sign(new_id(), world.id("ana"), now - timedelta(hours=1), now - timedelta(seconds=1))
    early = signer.sign(new_id(), world.id("ana"), now + timedelta(hours=1), now + timedelta(hours=2))
    forged = [
        f"{none}.{body}.",
        f"{none}.{body}.{mark}",
        f"{head}.{body}.{other(mark[0])}{mark[1:]}",
        f"{head}.{body}.{rewritten(mark)}",
        f"{head}.{body[:-2]}.{mark}",
        f"{head}.{body}.{mark}=",
        "",
        ".",
        "..",
        "a.b.c",
        "x" * 5000,
        unknown,
        late,
        early,
    ]
    for bad in forged:
        assert (await anybody.http.get("/api/v1/me", headers=bearer(bad))).status_code == 401, bad


async def test_refresh_tokens_that_are_not_ours(anybody: Client) -> None:
    """Bits of the last letter mean nothing, so a good one has twins; they are not taken, and the good one still is."""
    good = (await ask(anybody, ME)).json()["refresh_token"]
    mark = good.removeprefix("rt_")
    forged = [mark, f"rt_{rewritten(mark)}", f"{good}=", f"rt_{other(mark[0])}{mark[1:]}"]
    forged += ["", "rt_", "rt_AAAA", "rt_" + "A" * 70, "ž"]
    for bad in forged:
        assert (await ask(anybody, {"refresh_token": bad}, "/api/v1/tokens/refresh")).status_code in {401, 422}, bad
    assert (await ask(anybody, {"refresh_token": good}, "/api/v1/tokens/refresh")).status_code == 200


async def test_a_device_of_the_river_cannot_be_shut_out_from_here(as_, db, world: World) -> None:
    id = new_id()
    ana = actor_of(world.people["ana"])
    await devices.add_device(db, ana, "River", "door", [], hashed("k"), id=id, now=datetime.now(UTC))
    await db.run("update device set gym_id = $2 where id = $1", id, world.river_id)
    assert (await (await as_("ana")).post(f"/settings/devices/{id}/revoke")).status_code == 404


async def test_a_token_dies_after_ten_minutes(db, world: World) -> None:
    now, family = datetime.now(UTC), new_id()
    await tokens.start_family(db, id=family, person_id=world.id("dee"), gym_id=world.gym_id, name="x", now=now)
    assert await tokens.hand_out(db, family, id=new_id(), now=now) - now == timedelta(minutes=10)


async def test_the_description_names_both_ways_and_only_the_api(as_) -> None:
    ana = await as_("ana")
    said = (await ana.get("/api/v1/openapi.json")).json()
    assert set(said["components"]["securitySchemes"]) == {"bearer", "cookie"}
    assert said["paths"]
    assert all(path.startswith(("/api/v1", "/agents/")) for path in said["paths"])
    assert "/api/v1/tokens" in (await ana.get("/api/v1/docs")).text
    assert (await (await as_("mo")).get("/api/v1/openapi.json")).status_code == 403
