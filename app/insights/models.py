"""Figures kept up to date instead of computed again, the owner's calls, closed months, and what became of each backup."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Integer, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.base import Base


def refer(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="RESTRICT")


class StaleDay(Base):
    """A past day that changed after it was summed up: a late visit, an undo, a line with an old date. Marked by triggers."""

    __tablename__ = "stale_day"
    __table_args__ = (
        PrimaryKeyConstraint("what", "gym_id", "day"),
        CheckConstraint("what in ('visits', 'ledger', 'members', 'training')", name="what"),
    )
    what: Mapped[str] = mapped_column(Text)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    day: Mapped[date]


class SummedThrough(Base):
    """The last day (or month) that is summed up."""

    __tablename__ = "summed_through"
    __table_args__ = (PrimaryKeyConstraint("what", "gym_id"),)
    what: Mapped[str] = mapped_column(Text)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    day: Mapped[date]


class VisitHour(Base):
    """Arrivals in an hour of a day at the gym, and how many people were in at its half."""

    __tablename__ = "visit_hour"
    __table_args__ = (
        PrimaryKeyConstraint("gym_id", "day", "hour"),
        CheckConstraint("hour between 0 and 23", name="hour"),
        CheckConstraint("visits >= 0 and inside >= 0", name="counts"),
    )
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    day: Mapped[date]
    hour: Mapped[int]
    visits: Mapped[int]
    inside: Mapped[int]


class MemberWeek(Base):
    """How often a member came in a week (its Monday)."""

    __tablename__ = "member_week"
    __table_args__ = (PrimaryKeyConstraint("gym_id", "week", "member_id"), Index("ix_member_week_member", "member_id", "week"))
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    week: Mapped[date]
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    visits: Mapped[int]


class LedgerDay(Base):
    """The ledger of one day by what it was for and how it moved."""

    __tablename__ = "ledger_day"
    __table_args__ = (
        Index(
            "uq_ledger_day", "gym_id", "day", "kind", "code", "method", "type_id", "currency",
            unique=True, postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    type_id: Mapped[UUID | None]
    currency: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int]


class MemberMonth(Base):
    """Who was a member on the last day of a month, of what, and what that is worth per month."""

    __tablename__ = "member_month"
    __table_args__ = (PrimaryKeyConstraint("gym_id", "month", "member_id"), Index("ix_member_month_member", "member_id", "month"))
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    month: Mapped[date]
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    type_id: Mapped[UUID]
    recurring: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)


class TrainingWeek(Base):
    """How often a member of the gym trained in a week, by plan (none: by no plan), and how many classes they told of."""

    __tablename__ = "training_week"
    __table_args__ = (
        CheckConstraint("workouts >= 0 and plan_days >= 0 and classes >= 0", name="counts"),
        Index("uq_training_week", "gym_id", "week", "member_id", "plan_id", unique=True, postgresql_nulls_not_distinct=True),
    )
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    week: Mapped[date]
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    plan_id: Mapped[UUID | None]
    workouts: Mapped[int]
    plan_days: Mapped[int]
    classes: Mapped[int]


class TrainingSign(Base):
    """What training says about a member as of last night: counts only, never what was lifted."""

    __tablename__ = "training_sign"
    member_id: Mapped[UUID] = mapped_column(refer("member.id"), primary_key=True)
    recent: Mapped[int]  # workouts in the last four weeks
    usual: Mapped[int]  # workouts in four weeks, over the twelve before
    plan_due: Mapped[int]  # days that their plan asked for in the last two weeks
    plan_done: Mapped[int]
    plan_usual: Mapped[int]  # done in two weeks, over the eight before
    stalled: Mapped[int]  # lifts trained all along without a better set for four weeks
    day: Mapped[date]


class Rhythm(Base):
    """Visits of a member in each of the sixteen weeks before a Monday, oldest first."""

    __tablename__ = "rhythm"
    member_id: Mapped[UUID] = mapped_column(refer("member.id"), primary_key=True)
    monday: Mapped[date]
    weeks: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class OwnerWall(Base):
    """A screen in the office that shows Today without anybody signed in, known by the key in its address."""

    __tablename__ = "owner_wall"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) between 1 and 60", name="name"),
        Index("uq_owner_wall_key", "key_hash", unique=True),
        Index("ix_owner_wall_gym", "gym_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    name: Mapped[str] = mapped_column(Text)
    key_hash: Mapped[bytes]
    with_money: Mapped[bool] = mapped_column(server_default=text("false"))
    made_by: Mapped[UUID] = mapped_column(refer("person.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RadarCall(Base):
    """Somebody called a member who stayed away, and how it went."""

    __tablename__ = "radar_call"
    __table_args__ = (
        CheckConstraint("outcome in ('reached', 'no_answer', 'comes_back', 'leaves', 'leave_alone')", name="outcome"),
        CheckConstraint("length(note) <= 1000", name="note"),
        Index("ix_radar_call_member", "member_id", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(refer("member.id"))
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    outcome: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")
    by: Mapped[UUID] = mapped_column(refer("person.id"))
    at: Mapped[datetime]


class MonthClose(Base):
    """The figures of a month as they were when it was closed. They do not move any more."""

    __tablename__ = "month_close"
    __table_args__ = (PrimaryKeyConstraint("gym_id", "month"),)
    gym_id: Mapped[UUID] = mapped_column(refer("gym.id"))
    month: Mapped[date]
    figures: Mapped[dict] = mapped_column(JSONB)
    by: Mapped[UUID] = mapped_column(refer("person.id"))
    at: Mapped[datetime]
