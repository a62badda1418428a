"""What the owner decides about the club itself: its logo, and how long former members are kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.base import Base


def refer(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="RESTRICT")


class ClubLogo(Base):
    """Developed anew from what was uploaded, as WebP; `name` changes with the picture, so that browsers fetch it again."""

    __tablename__ = "club_logo"
    club_id: Mapped[UUID] = mapped_column(refer("club.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    small: Mapped[bytes] = mapped_column(LargeBinary)  # 96 px
    large: Mapped[bytes] = mapped_column(LargeBinary)  # 512 px
    changed_at: Mapped[datetime]


class Keeping(Base):
    """Former members are emptied of everything personal after so many months; null keeps them."""

    __tablename__ = "keeping"
    __table_args__ = (CheckConstraint("former_months is null or former_months between 1 and 120", name="former_months"),)
    club_id: Mapped[UUID] = mapped_column(refer("club.id"), primary_key=True)
    former_months: Mapped[int | None]
    changed_by: Mapped[UUID] = mapped_column(refer("person.id"))
    changed_at: Mapped[datetime]
