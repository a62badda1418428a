"""A file that was brought: its rows as they were read, what became of each, and whether it was taken back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.base import Base


def refer(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="RESTRICT")


class MovingRun(Base):
    __tablename__ = "moving_run"
    __table_args__ = (
        CheckConstraint("kind in ('members', 'visits', 'desk')", name="kind"),
        CheckConstraint("state in ('read', 'done', 'undone')", name="state"),
        CheckConstraint("(done_at is null) = (state = 'read') and (undone_at is null) = (state <> 'undone')", name="done"),
        Index("ix_moving_run_gym", "gym_id", "made_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)  # of the file
    hash: Mapped[str] = mapped_column(Text)
    columns: Mapped[dict] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))  # sheet → what its columns are called
    mapping: Mapped[dict] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))  # sheet → what each column means
    day_first: Mapped[bool] = mapped_column(server_default=text("true"))  # 3/4 is the third of April
    state: Mapped[str] = mapped_column(Text, server_default="read")
    counts: Mapped[dict] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    by: Mapped[UUID] = mapped_column(refer("person.id"))
    made_at: Mapped[datetime]
    done_by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    done_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    undone_at: Mapped[datetime | None]


class MovingRow(Base):
    __tablename__ = "moving_row"
    __table_args__ = (
        CheckConstraint("sheet in ('types', 'members', 'visits')", name="sheet"),
        CheckConstraint("outcome in ('', 'new', 'more', 'same', 'refused')", name="outcome"),
    )
    run_id: Mapped[UUID] = mapped_column(ForeignKey("moving_run.id", ondelete="CASCADE"), primary_key=True)
    sheet: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)  # the line of the file
    given: Mapped[list] = mapped_column(JSONB)
    outcome: Mapped[str] = mapped_column(Text, server_default="")
    reason: Mapped[str] = mapped_column(Text, server_default="")  # why it was refused: a code and its detail
    member_id: Mapped[UUID | None]
    made: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))  # member, card, membership, balance, visit
    left_alone: Mapped[str] = mapped_column(Text, server_default="")  # why an undo left it
