"""The code on the screen at the door: it changes all the time, so a photograph of it is soon worth nothing.

Who scans it fresh is handed a word of their own, good for as long as it takes to press a button, and for nobody else.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

STEP = 20  # seconds that a code stays on the screen
FRESH = 3  # this one and the two before it: somebody has to raise a phone and perhaps wait for a page
PRESS = timedelta(minutes=3)  # from the code to the button


@dataclass(frozen=True, slots=True)
class Shown:
    """Which screen showed the code, and when."""

    screen_id: UUID
    step: int

    def is_fresh(self, now: datetime) -> bool:
        return 0 <= step_of(now) - self.step < FRESH

    def may_press(self, now: datetime) -> bool:
        return 0 <= step_of(now) - self.step <= PRESS.total_seconds() // STEP


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def code(secret: bytes, screen_id: UUID, now: datetime) -> str:
    """What the screen shows at this moment."""
    said = screen_id.bytes + step_of(now).to_bytes(4)
    return urlsafe_b64encode(said + _mark(secret, said)).decode()


def read(secret: bytes, shown: str) -> Shown | None:
    """None: no screen of this house has ever shown that."""
    try:
        packed = urlsafe_b64decode(shown.encode("ascii"))
    except ValueError:
        return None
    said, mark = packed[:20], packed[20:]
    if len(said) != 20 or not hmac.compare_digest(_mark(secret, said), mark):
        return None
    return Shown(UUID(bytes=said[:16]), int.from_bytes(said[16:]))


def word(secret: bytes, shown: Shown, person_id: UUID) -> str:
    """For whoever scanned the code while it was fresh."""
    return _mark(secret, shown.screen_id.bytes + shown.step.to_bytes(4) + person_id.bytes).hex()


def keeps_word(secret: bytes, shown: Shown, person_id: UUID, given: str) -> bool:
    return hmac.compare_digest(word(secret, shown, person_id).encode(), given.encode("utf-8", "replace"))


def _mark(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, said, "sha256")[:16]
