"""What became of each backup."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.base import Base


class BackupRun(Base):
    """One backup: made, uploaded, proven by a restore, or what went wrong."""

    __tablename__ = "backup_run"
    __table_args__ = (
        CheckConstraint("kind in ('backup', 'drill', 'fetch', 'restore')", name="kind"),
        Index("ix_backup_run_began", "began_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, server_default="")
    place: Mapped[str] = mapped_column(Text, server_default="")
    size: Mapped[int | None] = mapped_column(BigInteger)
    began_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, server_default="")
    by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    note: Mapped[str] = mapped_column(Text, server_default="")
