"""Coming in, going out, and what a browser holds in between."""

from tests.conftest import Client


async def test_mo_signs_in_and_is_known(anybody: Client) -> None:
    answer = await anybody.post("/sign-in", {"email": "MO@demo.spotter", "password": "spotter-demo"}, htmx=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sid=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert (await anybody.get("/")).headers["location"] == "/today"


async def test_a_wrong_password_keeps_what_was_typed(anybody: Client) -> None:
    answer = await anybody.post("/sign-in", {"email": "mo@demo.spotter", "password": "guess"})
    assert answer.status_code == 422
    assert "do not belong together" in answer.text
    assert 'value="mo@demo.spotter"' in answer.text
    assert "guess" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_an_unknown_address_gets_the_same_answer(anybody: Client) -> None:
    known = await anybody.post("/sign-in", {"email": "mo@demo.spotter", "password": "guess"})
    unknown = await anybody.post("/sign-in", {"email": "xo@demo.spotter", "password": "guess"})
    assert known.status_code == unknown.status_code
    assert known.text == unknown.text.replace("xo@", "mo@")


async def test_signing_out_ends_the_session_at_once(as_) -> None:
    mo = await as_("mo")
    sid = mo.http.cookies["sid"]
    answer = await mo.post("/sign-out", htmx=False)
    assert answer.headers["location"] == "/sign-in"
    mo.http.cookies.set("sid", sid)
    assert (await mo.get("/")).headers["location"] == "/sign-in"


async def test_a_visitor_gets_no_session(anybody: Client, db) -> None:
    before = await db.value("select count(*) from sign_in")
    answer = await anybody.get("/sign-in")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert await db.value("select count(*) from sign_in") == before


async def test_a_cookie_from_elsewhere_is_nobody(anybody: Client) -> None:
    anybody.http.cookies.set("sid", "chosen-by-an-attacker-0123456789")
    answer = await anybody.post("/sign-in", {"email": "mo@demo.spotter", "password": "spotter-demo"}, htmx=False)
    assert "chosen-by-an-attacker" not in answer.headers["set-cookie"]


async def test_another_site_cannot_post_here(as_) -> None:
    mo = await as_("mo")
    answer = await mo.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert (await mo.get("/")).headers["location"] == "/today"


async def test_a_write_without_the_sessions_own_token_is_refused(as_) -> None:
    mo = await as_("mo")
    mo.csrf = "stale"
    assert (await mo.post("/sign-out")).status_code == 403
    assert (await mo.get("/")).headers["location"] == "/today"


async def test_next_never_leads_away_from_here(anybody: Client) -> None:
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example"):
        anybody.http.cookies.clear()
        data = {"email": "mo@demo.spotter", "password": "spotter-demo", "next": wanted}
        assert (await anybody.post("/sign-in", data, htmx=False)).headers["location"] == "/"
