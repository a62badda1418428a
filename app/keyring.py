"""Keys for one purpose each, from the one secret that the house keeps."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derived(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose: a key that leaks opens nothing else."""
    return HKDF(SHA256(), 32, None, b"spotter " + purpose.encode()).derive(secret)
