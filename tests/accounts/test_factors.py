"""The second step: an authenticator app, ten codes, a passkey made in software."""

import base64
import hashlib
import re
import struct
from datetime import UTC, datetime
from typing import Any

import msgspec
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from app.accounts.keys import step_of
from tests.accounts.test_sessions import put, real_club, sid
from tests.conftest import Client, World

FORM = {"email": "dee@demo.spotter", "password": "spotter-demo"}


@pytest.fixture
async def dee(app, clients, db) -> Client:
    """Dee at a real club, with her password given and no second factor yet."""
    await real_club(db, app)
    client = Client(clients())
    assert (await client.post("/sign-in", FORM, htmx=False)).status_code == 303
    await known(app, client)
    return client


async def known(app: Any, client: Client) -> None:
    """The token that the forms of this session carry."""
    actor = await app.sessions.actor(app.database, sid(client), datetime.now(UTC))
    client.csrf = app.sessions.csrf(actor)


async def enrol(app: Any, client: Client) -> tuple[str, list[str]]:
    page = await client.post("/me/second-factor", htmx=False)
    found = re.search(r'<code class="mono" translate="no">([A-Z2-7 ]+)</code>', page.text)
    assert found, page.text
    secret = found.group(1).replace(" ", "")
    codes = await client.post("/me/second-factor/confirm", {"code": pyotp.TOTP(secret).now()}, htmx=False)
    assert codes.status_code == 200, codes.text
    await known(app, client)
    return secret, re.findall(r"<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>", codes.text)


async def test_staff_see_nothing_before_they_have_enrolled(dee: Client, app, db, world: World) -> None:
    for page in ("/", "/sign-in", "/desk"):
        assert (await dee.get(page)).headers["location"].startswith("/me/second-factor")
    secret, codes = await enrol(app, dee)
    assert len(codes) == 10
    assert (await dee.get("/me")).status_code == 200
    kept = await db.value("select secret from authenticator where person_id = $1", world.id("dee"))
    assert secret.encode() not in kept


async def test_the_next_sign_in_asks_for_the_code_and_takes_it_once(dee: Client, app, clients, db, world: World) -> None:
    secret, _codes = await enrol(app, dee)
    await db.run("update authenticator set last_step = null")
    code = pyotp.TOTP(secret).at(step_of(datetime.now(UTC)) * 30)
    laptop, other = Client(clients()), Client(clients())
    for client in (laptop, other):
        assert (await client.post("/sign-in", FORM, htmx=False)).headers["location"] == "/"
        await known(app, client)
        for page in ("/", "/sign-in", "/me"):  # the front door too leads to the step that is missing
            assert (await client.get(page)).headers["location"].startswith("/sign-in/second")
    before = sid(laptop)
    assert (await laptop.post("/sign-in/second", {"code": "000000"})).status_code == 422
    assert (await laptop.post("/sign-in/second", {"code": code, "next": "/me"}, htmx=False)).headers["location"] == "/me"
    assert sid(laptop) != before
    assert (await other.post("/sign-in/second", {"code": code})).status_code == 422, "a code that was read over a shoulder"
    put(other, "sid", before)
    assert (await other.get("/me")).headers["location"].startswith("/sign-in")


async def test_a_one_time_code_stands_in_for_a_lost_phone_once(dee: Client, app, clients) -> None:
    _secret, codes = await enrol(app, dee)
    for expected in (303, 422):
        laptop = Client(clients())
        await laptop.post("/sign-in", FORM, htmx=False)
        await known(app, laptop)
        assert (await laptop.post("/sign-in/second", {"code": codes[0].lower()}, htmx=False)).status_code == expected


async def test_new_codes_end_the_old_ones(dee: Client, app, clients) -> None:
    _secret, old = await enrol(app, dee)
    page = await dee.post("/me/codes", htmx=False)
    new = re.findall(r"<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>", page.text)
    assert len(new) == 10
    assert not set(new) & set(old)
    laptop = Client(clients())
    await laptop.post("/sign-in", FORM, htmx=False)
    await known(app, laptop)
    assert (await laptop.post("/sign-in/second", {"code": old[0]})).status_code == 422


async def test_guessing_codes_gets_slow_too(dee: Client, app, clients) -> None:
    await enrol(app, dee)
    laptop = Client(clients())
    await laptop.post("/sign-in", FORM, htmx=False)
    await known(app, laptop)
    answers = [(await laptop.post("/sign-in/second", {"code": f"{n:06}"})).status_code for n in range(7)]
    assert answers[:5] == [422] * 5
    assert 429 in answers[5:]


async def test_half_a_sign_in_cannot_enrol_another_phone(dee: Client, app, clients) -> None:
    await enrol(app, dee)
    thief = Client(clients())
    await thief.post("/sign-in", FORM, htmx=False)
    await known(app, thief)
    assert (await thief.get("/me/second-factor")).status_code == 404
    assert (await thief.post("/me/second-factor")).status_code == 404
    assert (await thief.post("/me/second-factor/remove")).status_code in {401, 303}


async def test_ana_helps_a_colleague_who_lost_the_phone(dee: Client, app, as_, db, world: World) -> None:
    await enrol(app, dee)
    await db.run("update club set is_demo = true")
    ana = await as_("ana")
    await ana.post(f"/people/{world.id('dee')}/second-factor/remove")
    assert await db.value("select count(*) from authenticator") == 0
    assert await db.value("select count(*) from one_time_code") == 0


class Passkey:
    """An authenticator in software: ES256, user verified, no attestation."""

    def __init__(self, origin: str, rp_id: str) -> None:
        self.origin, self.rp_id, self.key, self.id, self.count = (
            origin,
            rp_id,
            ec.generate_private_key(ec.SECP256R1()),
            b"passkey-of-dee-1",
            0,
        )

    def client_data(self, kind: str, challenge: str) -> bytes:
        return msgspec.json.encode({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False})

    def authenticator_data(self, flags: int, more: bytes = b"") -> bytes:
        self.count += 1
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count) + more

    def create(self, challenge: str) -> str:
        point = self.key.public_key().public_numbers()
        cose = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + point.x.to_bytes(32) + b"\x22\x58\x20" + point.y.to_bytes(32)
        data = self.authenticator_data(0x45, bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose)
        attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
        return self.said(
            {"clientDataJSON": b64(self.client_data("webauthn.create", challenge)), "attestationObject": b64(attestation)}
        )

    def get(self, challenge: str) -> str:
        data, client = self.authenticator_data(0x05), self.client_data("webauthn.get", challenge)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self.said(
            {"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": None}
        )

    def said(self, response: dict[str, Any]) -> str:
        whole = {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
        return msgspec.json.encode(whole).decode()


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


async def with_passkey(app: Any, client: Client) -> Passkey:
    passkey = Passkey("http://localhost:8000", "localhost")
    asked = (await client.post("/me/passkeys/challenge")).json()
    answer = {"challenge": asked["id"], "credential": passkey.create(asked["options"]["challenge"])}
    done = await client.post("/me/passkeys", answer, htmx=False)
    assert done.status_code == 303, done.text
    await known(app, client)
    return passkey


async def test_a_passkey_is_a_second_step_and_its_challenge_is_answered_once(dee: Client, app, clients) -> None:
    passkey = await with_passkey(app, dee)
    assert (await dee.get("/me")).status_code == 200
    laptop = Client(clients())
    await laptop.post("/sign-in", FORM, htmx=False)
    await known(app, laptop)
    assert "Use a passkey instead" in (await laptop.get("/sign-in/second")).text
    asked = (await laptop.post("/sign-in/second/challenge")).json()
    answer = {"challenge": asked["id"], "credential": passkey.get(asked["options"]["challenge"]), "next": "/me"}
    assert (await laptop.post("/sign-in/second/passkey", answer, htmx=False)).headers["location"] == "/me"
    thief = Client(clients())
    await thief.post("/sign-in", FORM, htmx=False)
    await known(app, thief)
    assert (await thief.post("/sign-in/second/passkey", answer)).status_code == 422


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"rawId": 5}', '{"rawId": "ÿ"}', "\x00", "x" * 30_000])
async def test_a_passkey_answer_that_is_none(dee: Client, app, clients, credential: str) -> None:
    await with_passkey(app, dee)
    laptop = Client(clients())
    await laptop.post("/sign-in", FORM, htmx=False)
    await known(app, laptop)
    asked = (await laptop.post("/sign-in/second/challenge")).json()
    assert (await laptop.post("/sign-in/second/passkey", {"challenge": asked["id"], "credential": credential})).status_code == 422


async def test_a_passkey_of_another_site_is_refused(dee: Client, app) -> None:
    fake = Passkey("https://gym.evil", "localhost")
    asked = (await dee.post("/me/passkeys/challenge")).json()
    answer = await dee.post("/me/passkeys", {"challenge": asked["id"], "credential": fake.create(asked["options"]["challenge"])})
    assert answer.status_code == 422
