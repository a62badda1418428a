"""When staff are meant to work, and when they did."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.base import Base


def refer(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="RESTRICT")


class RotaShift(Base):
    """Planned work: nobody stands in two places at once."""

    __tablename__ = "rota_shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at and ends_at <= starts_at + interval '24 hours'", name="span"),
        CheckConstraint("length(note) <= 200", name="note"),
        ExcludeConstraint(
            (text("person_span(person_id, starts_at, ends_at)"), "&&"),
            name="rota_shift_overlap",
            using="gist",
            where=text("dropped_at is null"),
        ),
        Index("ix_rota_shift_gym", "gym_id", "starts_at", postgresql_where=text("dropped_at is null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    person_id: Mapped[UUID] = mapped_column(refer("person.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, server_default="")
    made_by: Mapped[UUID] = mapped_column(refer("person.id"))
    made_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]


class WorkSpell(Base):
    """From clocking in to clocking out. A correction says who made it and why."""

    __tablename__ = "work_spell"
    __table_args__ = (
        CheckConstraint("ended_at > began_at", name="span"),
        CheckConstraint("length(why) <= 200", name="why"),
        Index("uq_work_spell_open", "person_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_work_spell_gym", "gym_id", "began_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    person_id: Mapped[UUID] = mapped_column(refer("person.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    corrected_by: Mapped[UUID | None] = mapped_column(refer("person.id"))
    why: Mapped[str] = mapped_column(Text, server_default="")
