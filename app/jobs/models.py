"""What PgQueuer's tables do not say: whose wish a job is and how it went, and how each chore went.

Its own tables (`pgqueuer…`) come with a migration and are no models of ours; the view `job` shows a job with its note.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.base import Base


class JobNote(Base):
    """Goes with its job (a foreign key of the migration): removed when it is done, kept with a reason when it is set aside."""

    __tablename__ = "job_note"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries"), UniqueConstraint("number"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)  # PgQueuer's
    tries: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    reason: Mapped[str] = mapped_column(Text, server_default="")
    step: Mapped[str] = mapped_column(Text, server_default="")  # how far it is


class Chore(Base):
    """How it went; when it comes next is PgQueuer's."""

    __tablename__ = "chore"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, server_default="")
