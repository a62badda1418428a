"""Codes that people read out and type."""

import hmac

from app.keyring import derived

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read out at a desk, typed on a phone


def setup_code(secret: bytes) -> str:
    """Printed where the server was started; proves that whoever fills in the set-up page stands there."""
    number = int.from_bytes(hmac.digest(derived(secret, "set up"), b"first owner", "sha256")[:8])
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(8))
