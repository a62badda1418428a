"""Units (a day's work), plans of days, their published versions, who may see them, and who follows which.

For the features above: `plans.queries.next_day(db, person_id, today)` is the day that is due, with everything planned in it;
`plans.queries.unit_for_workout(db, actor, unit_id)` is a stand-alone unit ready to start; both give `plans.rules.Line`s to
snapshot. `plans.actions.day_done(db, following_id, day_number=…, workout_id=…, on=…)` moves a follower on.
`plans.rules.next_target(line, last)` proposes the next weight and reps from the line's progression.
Weights are kilograms, exact (`numeric(12, 8)`: a pound is 0.45359237 kg); `unit_exercise.id` is a uuid and survives edits.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.base import Base

NOW = text("now()")
LEVELS = "('beginner', 'intermediate', 'expert')"


class Plan(Base):
    """Days of units. The rows are the working copy; people follow published versions."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) between 1 and 100", name="name"),
        CheckConstraint("length(description) <= 4000", name="description"),
        CheckConstraint(f"difficulty in {LEVELS}", name="difficulty"),
        CheckConstraint("sharing in ('private', 'shared', 'gym')", name="sharing"),
        CheckConstraint("sharing <> 'gym' or gym_id is not null", name="gym_wide"),
        CheckConstraint("goal is null or goal in ('strength', 'muscle', 'fitness', 'power', 'mobility')", name="goal"),
        CheckConstraint("weeks is null or weeks between 1 and 52", name="weeks"),
        CheckConstraint("cycle_days between 1 and 28", name="cycle_days"),
        Index("uq_plan_owner_name", "owner_id", func.lower(text("name")), unique=True),
        Index("ix_plan_gym", "gym_id", "sharing"),
        Index("ix_plan_copied_from", "copied_from_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    gym_id: Mapped[UUID | None] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default="")
    difficulty: Mapped[str] = mapped_column(Text)
    goal: Mapped[str | None] = mapped_column(Text)
    weeks: Mapped[int | None] = mapped_column(SmallInteger)
    cycle_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("7"))
    sharing: Mapped[str] = mapped_column(Text, server_default="private")
    is_template: Mapped[bool] = mapped_column(server_default=text("false"))  # ready-made, offered as a start
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    latest_version: Mapped[int] = mapped_column(server_default=text("0"))
    copied_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL"))
    copied_version: Mapped[int | None]  # the version this copy stands on
    declined_version: Mapped[int | None]  # a later one its owner did not want
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)
    archived_at: Mapped[datetime | None]


class TrainingUnit(Base):
    """A day's work. One made inside a plan (`plan_id`) is shared with that plan and leaves with it."""

    __tablename__ = "training_unit"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) between 1 and 100", name="name"),
        CheckConstraint("length(description) <= 4000", name="description"),
        CheckConstraint("sharing in ('private', 'shared', 'gym')", name="sharing"),
        CheckConstraint("sharing <> 'gym' or gym_id is not null", name="gym_wide"),
        Index(
            "uq_training_unit_owner_name",
            "owner_id",
            func.lower(text("name")),
            unique=True,
            postgresql_where=text("plan_id is null"),
        ),
        Index("ix_training_unit_plan", "plan_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    gym_id: Mapped[UUID | None] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default="")
    sharing: Mapped[str] = mapped_column(Text, server_default="private")
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    copied_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("training_unit.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class UnitExercise(Base):
    """One line of a unit: so many sets of one movement, aiming at one thing."""

    __tablename__ = "unit_exercise"
    __table_args__ = (
        UniqueConstraint("unit_id", "position", name="uq_unit_exercise_position"),
        CheckConstraint("length(btrim(exercise_name)) between 1 and 100", name="exercise_name"),
        CheckConstraint(
            "(mode = 'reps' and (reps_min is not null or reps_max is not null)"
            " and target_time_seconds is null and target_distance_km is null)"
            " or (mode = 'time' and target_time_seconds is not null"
            " and reps_min is null and reps_max is null and target_distance_km is null)"
            " or (mode = 'distance' and target_distance_km is not null"
            " and reps_min is null and reps_max is null and target_time_seconds is null)"
            " or (mode = 'sets_only' and reps_min is null and reps_max is null"
            " and target_time_seconds is null and target_distance_km is null)",
            name="mode",
        ),
        CheckConstraint("sets between 1 and 50", name="sets"),
        CheckConstraint("reps_min <= reps_max", name="reps_range"),
        CheckConstraint("reps_min between 1 and 1000 and reps_max between 1 and 1000", name="reps"),
        CheckConstraint("target_weight between 0 and 2000", name="target_weight"),
        CheckConstraint("target_time_seconds between 1 and 86400", name="target_time"),
        CheckConstraint("target_distance_km > 0 and target_distance_km <= 1000", name="target_distance"),
        CheckConstraint("rest_seconds between 0 and 3600", name="rest"),
        CheckConstraint("rpe between 1 and 10 and rpe * 2 = trunc(rpe * 2)", name="rpe"),
        CheckConstraint("percent_1rm between 1 and 150", name="percent"),
        CheckConstraint("target_weight is null or percent_1rm is null", name="weight_or_percent"),
        CheckConstraint("set_type in ('warmup', 'normal', 'drop', 'failure')", name="set_type"),
        CheckConstraint("superset between 1 and 26", name="superset"),
        CheckConstraint("length(notes) <= 1000", name="notes"),
        CheckConstraint("(progression is null) = (step is null)", name="progression_step"),
        CheckConstraint("progression in ('double', 'linear', 'percentage')", name="progression"),
        CheckConstraint("progression <> 'percentage' or percent_1rm is not null", name="progression_percent"),
        CheckConstraint(
            "progression <> 'double' or (reps_min is not null and reps_max is not null and reps_min < reps_max)",
            name="progression_range",
        ),
        CheckConstraint("progression is null or mode = 'reps'", name="progression_mode"),
        CheckConstraint("step > 0 and step <= 50", name="step"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("training_unit.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(SmallInteger)
    exercise_id: Mapped[UUID | None] = mapped_column(ForeignKey("exercise.id", ondelete="SET NULL"))
    exercise_name: Mapped[str] = mapped_column(Text)  # as it was called when it was planned
    mode: Mapped[str] = mapped_column(Text)
    sets: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    reps_min: Mapped[int | None] = mapped_column(SmallInteger)
    reps_max: Mapped[int | None] = mapped_column(SmallInteger)
    target_weight: Mapped[Decimal | None] = mapped_column(Numeric(12, 8))
    target_time_seconds: Mapped[int | None]
    target_distance_km: Mapped[Decimal | None] = mapped_column(Numeric(9, 5))
    rpe: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    percent_1rm: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    rest_seconds: Mapped[int | None] = mapped_column(SmallInteger)
    set_type: Mapped[str] = mapped_column(Text, server_default="normal")
    superset: Mapped[int | None] = mapped_column(SmallInteger)  # lines of a unit with the same number take turns
    progression: Mapped[str | None] = mapped_column(Text)
    step: Mapped[Decimal | None] = mapped_column(Numeric(12, 8))  # kilograms, or points of percent
    notes: Mapped[str] = mapped_column(Text, server_default="")


class PlanUnit(Base):
    """Which unit is done on which day. Days may have gaps: those are rest."""

    __tablename__ = "plan_unit"
    __table_args__ = (
        UniqueConstraint("plan_id", "day_number", "position", name="uq_plan_unit_day"),
        CheckConstraint("day_number between 1 and 28", name="day_number"),
        Index("ix_plan_unit_unit", "unit_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("training_unit.id", ondelete="RESTRICT"))
    day_number: Mapped[int] = mapped_column(SmallInteger)
    position: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))


class PlanVersion(Base):
    """What the plan said when it was published. Never changed: whoever follows it keeps it."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "number", name="uq_plan_version_number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict] = mapped_column(JSONB)  # rules.Outline
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    published_at: Mapped[datetime]


class PlanAccess(Base):
    __tablename__ = "plan_access"
    __table_args__ = (
        CheckConstraint("level in ('read', 'write')", name="level"),
        CheckConstraint("person_id <> granted_by", name="not_oneself"),
        Index("ix_plan_access_person", "person_id"),
    )
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    level: Mapped[str] = mapped_column(Text, server_default="read")
    granted_at: Mapped[datetime] = mapped_column(server_default=NOW)
    expires_at: Mapped[datetime | None]


class UnitAccess(Base):
    __tablename__ = "unit_access"
    __table_args__ = (
        CheckConstraint("level in ('read', 'write')", name="level"),
        CheckConstraint("person_id <> granted_by", name="not_oneself"),
        Index("ix_unit_access_person", "person_id"),
    )
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("training_unit.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    level: Mapped[str] = mapped_column(Text, server_default="read")
    granted_at: Mapped[datetime] = mapped_column(server_default=NOW)
    expires_at: Mapped[datetime | None]


class ShareLink(Base):
    """Whoever has the link may look (and copy, where it says so) until it ends or is taken back."""

    __tablename__ = "share_link"
    __table_args__ = (
        CheckConstraint("allows in ('read', 'copy')", name="allows"),
        CheckConstraint("(plan_id is null) <> (unit_id is null)", name="one_home"),
        CheckConstraint("length(token) >= 22", name="token"),
        Index("uq_share_link_token", "token", unique=True),
        Index("ix_share_link_plan", "plan_id"),
        Index("ix_share_link_unit", "unit_id", postgresql_where=text("unit_id is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("training_unit.id", ondelete="CASCADE"))
    token: Mapped[str] = mapped_column(Text)
    allows: Mapped[str] = mapped_column(Text, server_default="copy")
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Following(Base):
    """A person trains by one version of a plan from a day on: by own choice, or because a coach assigned it."""

    __tablename__ = "following"
    __table_args__ = (
        Index("uq_following_open", "person_id", "plan_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_following_plan", "plan_id"),
        Index("ix_following_version", "version_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("plan_version.id", ondelete="CASCADE"))
    starts_on: Mapped[date]
    assigned_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PlanDayDone(Base):
    """A follower did a day of the plan. The workout lives a feature higher, so its id is kept without a key."""

    __tablename__ = "plan_day_done"
    __table_args__ = (
        CheckConstraint("day_number between 1 and 28", name="day_number"),
        Index("ix_plan_day_done_on", "following_id", "done_on"),
    )
    following_id: Mapped[UUID] = mapped_column(ForeignKey("following.id", ondelete="CASCADE"), primary_key=True)
    workout_id: Mapped[UUID] = mapped_column(primary_key=True)
    day_number: Mapped[int] = mapped_column(SmallInteger)
    done_on: Mapped[date]


class PlanEdit(Base):
    """One act of an author, under the id the browser gave it, with what stood there before: that is what undo brings back."""

    __tablename__ = "plan_edit"
    __table_args__ = (
        CheckConstraint("(plan_id is null) <> (unit_id is null)", name="one_home"),
        Index("ix_plan_edit_plan", "plan_id", "id"),
        Index("ix_plan_edit_unit", "unit_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("training_unit.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)  # of what was asked: the same id with another wish is refused
    before: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    undone_at: Mapped[datetime | None]
