"""Keys, codes and what is made from the app's own secret."""

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from app.accounts.codes import ALPHABET
from app.keyring import derived
from app.web.qr import qr as qr

STEP = 30


def new_key() -> tuple[str, bytes]:
    """What the holder keeps, and what we keep of it."""
    key = secrets.token_urlsafe(32)
    return key, hashed(key)


def hashed(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def new_code(letters: int = 10) -> str:
    return "".join(secrets.choice(ALPHABET) for _each in range(letters))


def tidy(code: str) -> str:
    """As it was meant: small letters, spaces, dashes, and the letters that look like digits."""
    return "".join(code.upper().replace("O", "0").replace("I", "1").replace("L", "1").split()).replace("-", "")


def in_groups(code: str) -> str:
    return "-".join(code[place : place + 5] for place in range(0, len(code), 5))


def seal(secret: bytes, plain: bytes, owner: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + ChaCha20Poly1305(derived(secret, "authenticator")).encrypt(nonce, plain, owner)


def unseal(secret: bytes, sealed: bytes, owner: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(derived(secret, "authenticator")).decrypt(sealed[:12], sealed[12:], owner)
    except InvalidTag:
        return None


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def matching_steps(secret: str, code: str, now: datetime) -> list[int]:
    """Which of the half minutes around now this code belongs to: a phone's clock may be a little off."""
    here, totp = step_of(now), pyotp.TOTP(secret)
    return [step for step in (here - 1, here, here + 1) if hmac.compare_digest(totp.at(step * STEP), code)]


def enrolment_uri(secret: str, account: str, club: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=club)


def browser_mark(secret: bytes, account: bytes, browser: str) -> str:
    """Says that this account has signed in from this browser before; it tries from a queue of its own."""
    return hmac.digest(derived(secret, "known browser"), account + browser.encode(), "sha256").hex()[:40]


def known_browser(secret: bytes, account: bytes, cookie: str) -> str | None:
    browser, _dot, mark = cookie.partition(".")
    if not (
        16 <= len(browser) <= 40
        and hmac.compare_digest(browser_mark(secret, account, browser).encode(), mark.encode("utf-8", "replace"))
    ):
        return None
    return browser
