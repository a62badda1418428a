"""Which door was asked, and what it was asked."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.actor import Actor


@dataclass(frozen=True, slots=True)
class Door:
    """Which door, and on whose behalf it asks."""

    gym_id: UUID
    channel: str
    by: UUID | None = None
    device: str = ""


def desk_of(actor: Actor) -> Door:
    return Door(actor.gym_id, "desk", actor.person_id)


@dataclass(frozen=True, slots=True)
class Tap:
    """A card held to a reader, or a member picked from a list."""

    id: UUID
    card: str = ""
    member_id: UUID | None = None
    device_at: datetime | None = None
    why: str = ""  # let in against the verdict, and the reason for it

    def hash(self, door: Door) -> bytes:
        """What makes this tap itself: the same id with other content is somebody's mistake."""
        parts = (str(door.gym_id), door.channel, self.card.strip().upper(), str(self.member_id or ""), self.why)
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).digest()
