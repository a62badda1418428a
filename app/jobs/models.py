"""Work for later, and when each chore was last done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.base import Base


class Job(Base):
    """One act that waits: removed when it is done, parked with a reason when it cannot be."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        Index("ix_job_due", "due_at", postgresql_where=text("parked_at is null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    args: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    parked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, server_default="")
    step: Mapped[str] = mapped_column(Text, server_default="")  # how far it is


class Chore(Base):
    """One worker at a time does a chore: who holds it, until when, and how it went."""

    __tablename__ = "chore"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    next_at: Mapped[datetime]
    holder: Mapped[str] = mapped_column(Text, server_default="")
    held_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, server_default="")
