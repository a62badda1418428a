"""Enrolling and removing a second factor: authenticator app, one-time codes, passkeys."""

import base64
import binascii
from typing import Any
from uuid import UUID

import msgspec
import pyotp
import webauthn
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app import clock
from app.accounts import keys, rules
from app.accounts.actions import factors, sessions
from app.accounts.forms import PasskeyAnswer, SecondStep
from app.accounts.pages import entry
from app.accounts.queries import factors as queries
from app.actor import Actor
from app.db import new_id
from app.web.asking import Ask, Db, GiveThePasswordAgain, Halfway, Request, halfway, recent, signed_in
from app.web.forms import Form, read_form
from app.web.pages import go, page
from app.words import _


def may_enrol(request: Request, who: Actor) -> None:
    """At the first sign-in, or later with the password given a moment ago. Not with half a sign-in."""
    if who.step in {"factor", "locked"}:
        raise NotFoundException


@get("/me/second-factor", name="accounts.enrol_page", guards=[halfway()])
async def enrol_page(request: Request, db: Db, halfway_actor: Halfway) -> Response[str]:
    may_enrol(request, halfway_actor)
    return page(request, "accounts/enrol.html", form=None, drawn=None, **await enrol_values(request, db, halfway_actor))


@post("/me/second-factor", name="accounts.enrol_begin", guards=[halfway()])
async def enrol_begin(request: Request, db: Db, halfway_actor: Halfway) -> Response[str]:
    """A new secret, shown once as a drawing and as letters, worth nothing until its first code."""
    may_enrol(request, halfway_actor)
    require_fresh(halfway_actor)
    secret = pyotp.random_base32()
    sealed = keys.seal(request.app.state.settings.secret, secret.encode(), halfway_actor.person_id.bytes)
    if not await factors.begin_authenticator(db, halfway_actor.person_id, sealed, now=clock.now()):
        return go(request, "/me/safety", toast=_("You already have an authenticator app. Remove it first."))
    return page(
        request,
        "accounts/enrol.html",
        "enrol",
        form=None,
        **await enrol_values(request, db, halfway_actor),
        drawn=drawn(secret, halfway_actor),
    )


def require_fresh(who: Actor) -> None:
    if who.step == "open" and not rules.is_recent(who.fresh_at, clock.now()):
        raise GiveThePasswordAgain


def drawn(secret: str, who: Actor) -> dict[str, Any]:
    uri = keys.enrolment_uri(secret, who.name, who.gym_name)
    return {"qr": keys.qr(uri), "letters": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)), "uri": uri}


@post("/me/second-factor/confirm", name="accounts.enrol_confirm", guards=[halfway()])
async def enrol_confirm(request: Request, db: Db, halfway_actor: Halfway) -> Response[str]:
    """The first code proves that the phone has the secret; then the ten codes, shown once."""
    may_enrol(request, halfway_actor)
    form = await read_form(request, SecondStep)
    now, who = clock.now(), halfway_actor
    kept = await queries.authenticator(db, who.person_id)
    plain = (
        keys.unseal(request.app.state.settings.secret, kept.secret, who.person_id.bytes)
        if kept and not kept.confirmed_at
        else None
    )
    if plain is None:
        return go(request, "/me/second-factor")
    steps = keys.matching_steps(plain.decode(), keys.tidy(form.value.code), now) if form.value else []
    if not await factors.confirm_authenticator(db, who, steps, now=now):
        form = form.refuse("code", _("This is not the code it shows now. Check that the phone's clock is right."))
        values = await enrol_values(request, db, who)
        return page(request, "accounts/enrol.html", "enrol", status=422, form=form, drawn=drawn(plain.decode(), who), **values)
    codes = await factors.new_codes(db, who, now=now)
    await sessions.second_factor_done(db, who.session_id, entry.rotate(request, who))
    return page(request, "accounts/codes.html", codes=[keys.in_groups(code) for code in codes], next=entry.home_of(who))


async def enrol_values(request: Request, db: Db, who: Actor) -> dict[str, Any]:
    return {
        "who": who,
        "safety": await queries.safety(db, who.person_id, clock.now()),
        "with_passkeys": entry.relying_party(request) is not None,
    }


@post("/me/codes", name="accounts.new_codes", guards=[signed_in(), recent])
async def new_codes(request: Request, db: Db, actor: Ask) -> Response[str]:
    codes = await factors.new_codes(db, actor, now=clock.now())
    return page(request, "accounts/codes.html", codes=[keys.in_groups(code) for code in codes], next="/me/safety")


@post("/me/second-factor/remove", name="accounts.remove_authenticator", guards=[signed_in(), recent])
async def remove_authenticator(request: Request, db: Db, actor: Ask) -> Response[str]:
    await factors.remove_authenticator(db, actor, actor.person_id, now=clock.now())
    request.app.state.sessions.forget(request.visit)
    return go(request, "/me/safety", toast=_("The authenticator app is removed."))


# ── Passkeys: the browser asks with a challenge of ours and answers with a signature ─────────────


@post("/me/passkeys/challenge", name="accounts.passkey_challenge", guards=[halfway()])
async def passkey_challenge(request: Request, db: Db, halfway_actor: Halfway) -> Response[bytes]:
    """Adding one: what the browser needs to make it."""
    may_enrol(request, halfway_actor)
    require_fresh(halfway_actor)
    name, _origin = known_party(request)
    options = webauthn.generate_registration_options(
        rp_id=name,
        rp_name=halfway_actor.gym_name,
        user_id=halfway_actor.person_id.bytes,
        user_name=halfway_actor.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=kept.credential_id) for kept in await queries.passkeys(db, halfway_actor.person_id)
        ],
    )
    return await ask(db, halfway_actor.person_id, options.challenge, webauthn.options_to_json(options))


@post("/me/passkeys", name="accounts.add_passkey", guards=[halfway()])
async def add_passkey(request: Request, db: Db, halfway_actor: Halfway) -> Response[str]:
    may_enrol(request, halfway_actor)
    require_fresh(halfway_actor)
    form = await read_form(request, PasskeyAnswer)
    name, origin = known_party(request)
    now, who = clock.now(), halfway_actor
    challenge = await factors.answered(db, form.value.challenge, who.person_id, now=now) if form.value else None
    made = None
    if form.value is not None and challenge is not None:
        try:
            made = webauthn.verify_registration_response(
                credential=form.value.credential, expected_challenge=challenge, expected_rp_id=name, expected_origin=origin,
                require_user_verification=True,
            )  # fmt: skip
        except (WebAuthnException, ValueError, TypeError, KeyError):
            made = None
    if form.value is None or made is None:
        form = form.refuse("", _("The passkey could not be added. Please try again."))
        return page(
            request, "accounts/enrol.html", "enrol", status=422, form=form, drawn=None, **await enrol_values(request, db, who)
        )
    new = factors.NewPasskey(
        made.credential_id,
        made.credential_public_key,
        made.sign_count,
        form.value.name or entry.device_name(request.headers.get("user-agent", "")),
    )
    await factors.add_passkey(db, who, new, id=new_id(), now=now)
    await sessions.second_factor_done(db, who.session_id, entry.rotate(request, who))
    return go(request, entry.home_of(who) if who.step == "enrol" else "/me/safety", toast=_("The passkey is added."))


@post("/me/passkeys/{passkey_id:uuid}/remove", name="accounts.remove_passkey", guards=[signed_in(), recent])
async def remove_passkey(request: Request, db: Db, actor: Ask, passkey_id: FromPath[UUID]) -> Response[str]:
    if not await factors.remove_passkey(db, actor, passkey_id, now=clock.now()):
        raise NotFoundException
    request.app.state.sessions.forget(request.visit)
    return go(request, "/me/safety", toast=_("The passkey is removed."))


@post("/sign-in/second/challenge", name="accounts.second_challenge", guards=[halfway()])
async def second_challenge(request: Request, db: Db, halfway_actor: Halfway) -> Response[bytes]:
    name, _origin = known_party(request)
    allowed = [
        PublicKeyCredentialDescriptor(id=kept.credential_id) for kept in await queries.passkeys(db, halfway_actor.person_id)
    ]
    options = webauthn.generate_authentication_options(
        rp_id=name, allow_credentials=allowed, user_verification=UserVerificationRequirement.REQUIRED
    )
    return await ask(db, halfway_actor.person_id, options.challenge, webauthn.options_to_json(options))


@post("/sign-in/second/passkey", name="accounts.second_passkey", guards=[halfway()])
async def second_passkey(request: Request, db: Db, halfway_actor: Halfway) -> Response[str]:
    form = await read_form(request, PasskeyAnswer)
    now, who = clock.now(), halfway_actor
    if form.value is not None and await proves(request, db, who, form, now):
        await sessions.second_factor_done(db, who.session_id, entry.rotate(request, who))
        return go(request, entry.safe_next(form.value.next))
    form = form.refuse("", _("The passkey was not accepted. Please try again, or use a code."))
    return page(
        request, "accounts/second.html", "second", status=422, form=form, next=form.typed.get("next", ""), has_passkey=True
    )


async def proves(request: Request, db: Db, who: Actor, form: Form[PasskeyAnswer], now: Any) -> bool:
    assert form.value is not None
    name, origin = known_party(request)
    challenge = await factors.answered(db, form.value.challenge, who.person_id, now=now)
    kept = await queries.passkey(db, who.person_id, credential_id(form.value.credential))
    if challenge is None or kept is None:
        return False
    try:
        proof = webauthn.verify_authentication_response(
            credential=form.value.credential, expected_challenge=challenge, expected_rp_id=name, expected_origin=origin,
            credential_public_key=kept.public_key, credential_current_sign_count=kept.sign_count, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return False
    await factors.passkey_used(db, kept.id, proof.new_sign_count, now=now)
    return True


def credential_id(credential: str) -> bytes:
    try:
        said = msgspec.json.decode(credential)["rawId"]
        return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, binascii.Error):
        return b""


async def ask(db: Db, person_id: UUID, challenge: bytes, options: str) -> Response[bytes]:
    id = new_id()
    await factors.challenge(db, person_id, challenge, id=id, now=clock.now())
    body = msgspec.json.encode({"id": str(id), "options": msgspec.Raw(options.encode())})
    return Response(body, status_code=200, media_type="application/json")


def known_party(request: Request) -> tuple[str, str]:
    found = entry.relying_party(request)
    if found is None:
        raise NotFoundException
    return found


HANDLERS = [
    enrol_page, enrol_begin, enrol_confirm, new_codes, remove_authenticator,
    passkey_challenge, add_passkey, remove_passkey, second_challenge, second_passkey,
]  # fmt: skip
