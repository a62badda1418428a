"""Three keys: the hub signs what it made, the hub can open its own backups for the drill, and the owner holds the key
that opens them when the hub is gone. The owner's is shown once, on the recovery kit, and never kept here."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyrage import IdentityError as IdentityError
from pyrage import x25519 as x25519


@dataclass(frozen=True, slots=True)
class Keys:
    signing: Ed25519PrivateKey
    drill: Any  # x25519.Identity
    owners: tuple[str, ...]  # age recipients whose secret halves are on paper

    @property
    def recipients(self) -> list[Any]:
        return [self.drill.to_public(), *(x25519.Recipient.from_str(one) for one in self.owners)]

    @property
    def public(self) -> str:
        return base64.b64encode(self.signing.public_key().public_bytes_raw()).decode()


def load(data: Path) -> Keys:
    """The hub's keys; made when they do not exist."""
    folder = data / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    signing = Ed25519PrivateKey.from_private_bytes(
        _kept(folder / "hub.key", lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    )
    drill = _kept(folder / "drill.key", lambda: str(x25519.Identity.generate()).encode())
    owners = folder / "owners.txt"
    lines = owners.read_text().split() if owners.exists() else []
    return Keys(signing, x25519.Identity.from_str(drill.decode()), tuple(lines))


def _kept(path: Path, make: Any) -> bytes:
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.write_bytes(make())
        draft.chmod(0o600)
        draft.rename(path)
    return path.read_bytes()


@dataclass(frozen=True, slots=True)
class Kit:
    """What is printed: the secret that opens, and the public half that tells ours from theirs."""

    secret: str
    hub: str


def make_kit(data: Path) -> Kit:
    """A new owner's key, that opens nothing yet."""
    return Kit(str(x25519.Identity.generate()), load(data).public)


def let_in(data: Path, kit: Kit) -> None:
    """Backups from now on open with it too."""
    recipient = str(x25519.Identity.from_str(kit.secret).to_public())
    with (data / "keys" / "owners.txt").open("a") as file:
        file.write(f"{recipient}\n")
    with (data / "keys" / PAPERS).open("a") as file:  # last: a paper that is known opens what is made from now on
        file.write(f"{recipient} {mark(recipient, beginning(kit.secret))}\n")


PAPERS, PREFIX = "papers.txt", "AGE-SECRET-KEY-1"


def beginning(typed: str) -> str:
    """The six characters by which somebody shows that the paper is in their hand; the other fifty-two open backups, these do not."""
    return "".join(typed.upper().split()).removeprefix(PREFIX)[:6]


def mark(recipient: str, start: str) -> str:
    return hashlib.sha256(f"{recipient} {start}".encode()).hexdigest()


def is_on_paper(data: Path, typed: str) -> bool:
    """Whether one of the kits begins like that."""
    start, path = beginning(typed), data / "keys" / PAPERS
    lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    return any(hmac.compare_digest(mark(recipient, start), known) for recipient, known in lines)


def new_kit(data: Path) -> Kit:
    kit = make_kit(data)
    let_in(data, kit)
    return kit


def read_kit(text: str) -> Kit:
    """A kit as typed or photographed back: the two lines are found wherever they stand."""
    words = text.split()
    secret = next((word for word in words if word.upper().startswith("AGE-SECRET-KEY-1")), "")
    hub = next((word.removeprefix("hub:") for word in words if word.startswith("hub:")), "")
    return Kit(secret.upper(), hub)


def sign(keys: Keys, text: bytes) -> str:
    return base64.b64encode(keys.signing.sign(text)).decode()


def is_signed_by(public: str, text: bytes, signature: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), text)
    except (InvalidSignature, ValueError):
        return False
    return base64.b64encode(base64.b64decode(signature)).decode() == signature
