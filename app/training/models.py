"""Workouts with their exercises and sets, what they amount to, who may look on, and what other apps called the movements.

Everything planned is copied into the workout when it starts, so that no plan, unit or exercise can change history.
`performance` (one row per person, exercise and workout) and `record` are kept when something is written: screens that look
back over years read those few rows and never the sets.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.base import Base

NOW = text("now()")
MODES = "('reps', 'time', 'distance', 'sets_only')"
KINDS = "('warmup', 'normal', 'drop', 'failure')"


class Workout(Base):
    """One visit to the iron, in the zone where it happened. `plan_name` and `unit_name` are what they were called then."""

    __tablename__ = "workout"
    __table_args__ = (
        CheckConstraint("status in ('in_progress', 'completed', 'aborted')", name="status"),
        CheckConstraint("ended_at >= started_at", name="order"),
        CheckConstraint("status <> 'in_progress' or ended_at is null", name="running"),
        CheckConstraint(
            "status <> 'completed' or (ended_at is not null"
            " and duration_seconds = trunc(extract(epoch from ended_at - started_at)))",
            name="duration",
        ),
        CheckConstraint("(status = 'aborted') = (aborted_at is not null)", name="aborted"),
        CheckConstraint("length(plan_name) <= 100 and length(unit_name) <= 100", name="names"),
        CheckConstraint("length(zone) between 1 and 50", name="zone"),
        CheckConstraint("length(notes) <= 4000", name="notes"),
        CheckConstraint("volume >= 0 and done_sets >= 0 and record_count >= 0", name="summary"),
        # With day and state in the index a streak of years is read without touching the workouts themselves.
        Index("ix_workout_person_started", "person_id", text("started_at desc"), postgresql_include=["started_on", "status"]),
        Index("ix_workout_open", "person_id", postgresql_where=text("status = 'in_progress'")),
        Index("ix_workout_plan", "plan_id", postgresql_where=text("plan_id is not null")),
        Index("ix_workout_unit", "unit_id", postgresql_where=text("unit_id is not null")),
        Index("ix_workout_following", "following_id", postgresql_where=text("following_id is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    gym_id: Mapped[UUID | None] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("training_unit.id", ondelete="SET NULL"))
    following_id: Mapped[UUID | None] = mapped_column(ForeignKey("following.id", ondelete="SET NULL"))
    plan_name: Mapped[str | None] = mapped_column(Text)
    unit_name: Mapped[str | None] = mapped_column(Text)
    day_number: Mapped[int | None] = mapped_column(SmallInteger)
    started_at: Mapped[datetime]
    started_on: Mapped[date]  # the day it was where the workout happened
    ended_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="in_progress")
    aborted_at: Mapped[datetime | None]
    duration_seconds: Mapped[int | None]
    notes: Mapped[str] = mapped_column(Text, server_default="")
    at: Mapped[datetime]  # when the phone last said something about the workout as a whole
    volume: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  # grams moved, without warm-ups
    done_sets: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    record_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))


class WorkoutExercise(Base):
    """An exercise of a workout with everything that was planned for it. A removed one keeps its sets and gives up its place."""

    __tablename__ = "workout_exercise"
    __table_args__ = (
        UniqueConstraint("workout_id", "position", name="uq_workout_exercise_position"),
        CheckConstraint(f"mode in {MODES}", name="mode"),
        CheckConstraint("length(btrim(exercise_name)) between 1 and 100", name="exercise_name"),
        CheckConstraint("(removed_at is null) = (position is not null)", name="place"),
        CheckConstraint("target_sets between 1 and 50", name="target_sets"),
        CheckConstraint("reps_min <= reps_max", name="reps_range"),
        CheckConstraint("target_grams between 0 and 2000000 and next_grams between 0 and 2000000", name="target_grams"),
        CheckConstraint("rest_seconds between 0 and 3600", name="rest"),
        CheckConstraint("superset between 1 and 26", name="superset"),
        CheckConstraint("skip_reason in ('busy', 'pain', 'time', 'tired', 'other')", name="skip_reason"),
        CheckConstraint("length(note) <= 1000 and length(planned_notes) <= 1000", name="note"),
        Index("ix_workout_exercise_exercise", "exercise_id"),
        Index("ix_workout_exercise_planned", "planned_id", postgresql_where=text("planned_id is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    workout_id: Mapped[UUID] = mapped_column(ForeignKey("workout.id", ondelete="CASCADE"))
    exercise_id: Mapped[UUID | None] = mapped_column(ForeignKey("exercise.id", ondelete="SET NULL"))
    planned_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit_exercise.id", ondelete="SET NULL"))
    exercise_name: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    position: Mapped[int | None] = mapped_column(SmallInteger)
    planned_position: Mapped[int | None] = mapped_column(SmallInteger)
    superset: Mapped[int | None] = mapped_column(SmallInteger)
    target_grams: Mapped[int | None]
    target_sets: Mapped[int | None] = mapped_column(SmallInteger)
    reps_min: Mapped[int | None] = mapped_column(SmallInteger)
    reps_max: Mapped[int | None] = mapped_column(SmallInteger)
    target_seconds: Mapped[int | None]
    target_metres: Mapped[int | None]
    target_rpe: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    target_percent: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    rest_seconds: Mapped[int | None] = mapped_column(SmallInteger)
    planned_notes: Mapped[str] = mapped_column(Text, server_default="")
    # what the rule suggests, and whether the lifter said yes
    next_grams: Mapped[int | None]
    next_reps: Mapped[int | None] = mapped_column(SmallInteger)
    next_seconds: Mapped[int | None]
    next_metres: Mapped[int | None]
    next_why: Mapped[str] = mapped_column(Text, server_default="")
    is_next_accepted: Mapped[bool] = mapped_column(server_default=text("false"))
    # last time, as it was when this was put into the workout: [{kind, grams, reps, seconds, metres, took_seconds}, …]
    previous: Mapped[list] = mapped_column(JSONB, server_default=text("'[]'"))
    previous_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, server_default="")
    skip_reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class WorkoutSet(Base):
    """A set: at most one metric, and none of them means not done yet. Per set, the latest `at` has the last word."""

    __tablename__ = "workout_set"
    __table_args__ = (
        UniqueConstraint("workout_exercise_id", "position", name="uq_workout_set_position"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint("num_nonnulls(reps, seconds, metres) <= 1", name="one_metric"),
        CheckConstraint("reps between 0 and 10000", name="reps"),
        CheckConstraint("seconds between 1 and 86400", name="seconds"),
        CheckConstraint("metres between 1 and 1000000", name="metres"),
        CheckConstraint("took_seconds is null or (metres is not null and took_seconds between 1 and 86400)", name="took"),
        CheckConstraint("grams between 0 and 2000000", name="grams"),
        CheckConstraint("done_at is not null or num_nonnulls(reps, seconds, metres) = 0", name="done"),
        CheckConstraint("rpe between 1 and 10 and rpe * 2 = trunc(rpe * 2)", name="rpe"),
        CheckConstraint("(removed_at is null) = (position is not null)", name="place"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    workout_exercise_id: Mapped[UUID] = mapped_column(ForeignKey("workout_exercise.id", ondelete="CASCADE"))
    position: Mapped[int | None] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(Text, server_default="normal")
    grams: Mapped[int | None]
    reps: Mapped[int | None]
    seconds: Mapped[int | None]
    metres: Mapped[int | None]
    took_seconds: Mapped[int | None]  # how long the distance took, when that was looked at
    rpe: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    done_at: Mapped[datetime | None]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Performance(Base):
    """What one person did at one exercise in one finished workout: a point of the chart, and "last time"."""

    __tablename__ = "performance"
    __table_args__ = (
        Index("ix_performance_latest", "person_id", "exercise_id", text("started_at desc")),
        Index("ix_performance_day", "person_id", "started_on"),
        Index("ix_performance_workout", "workout_id"),
        Index("ix_performance_exercise", "exercise_id"),
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercise.id", ondelete="CASCADE"), primary_key=True)
    workout_id: Mapped[UUID] = mapped_column(ForeignKey("workout.id", ondelete="CASCADE"), primary_key=True)
    started_at: Mapped[datetime]
    started_on: Mapped[date]
    sets: Mapped[int] = mapped_column(SmallInteger)  # without warm-ups
    reps: Mapped[int]
    volume: Mapped[int] = mapped_column(BigInteger)
    best_grams: Mapped[int | None]
    best_reps: Mapped[int | None]  # at that weight
    e1rm: Mapped[int | None]
    seconds: Mapped[int | None]
    metres: Mapped[int | None]
    rows: Mapped[list] = mapped_column(JSONB)  # the sets themselves, warm-ups included


class Record(Base):
    """A best that stood, and since when it does not. One standing record of each kind, for repetitions one per weight."""

    __tablename__ = "record"
    __table_args__ = (
        CheckConstraint("kind in ('weight', 'reps', 'e1rm', 'volume', 'time', 'distance', 'pace')", name="kind"),
        CheckConstraint("value > 0 and at_grams >= 0", name="value"),
        CheckConstraint("before < value", name="before"),
        CheckConstraint("kind = 'reps' or at_grams = 0", name="at_grams"),
        Index(
            "uq_record_standing",
            "person_id",
            "exercise_id",
            "kind",
            "at_grams",
            unique=True,
            postgresql_where=text("beaten_at is null"),
        ),
        Index("ix_record_person", "person_id", text("at desc")),
        Index("ix_record_workout", "workout_id"),
        Index("ix_record_set", "set_id", postgresql_where=text("set_id is not null")),
        Index("ix_record_exercise", "exercise_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercise.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    value: Mapped[int] = mapped_column(BigInteger)
    at_grams: Mapped[int] = mapped_column(server_default=text("0"))
    before: Mapped[int | None] = mapped_column(BigInteger)
    set_id: Mapped[UUID | None] = mapped_column(ForeignKey("workout_set.id", ondelete="CASCADE"))
    workout_id: Mapped[UUID] = mapped_column(ForeignKey("workout.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    beaten_at: Mapped[datetime | None]


class TrainingChoice(Base):
    """How a person likes to log."""

    __tablename__ = "training_choice"
    __table_args__ = (
        CheckConstraint("weekly_target between 1 and 14", name="weekly_target"),
        CheckConstraint("rest_seconds between 0 and 3600", name="rest"),
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    weekly_target: Mapped[int] = mapped_column(SmallInteger, server_default=text("2"))
    rest_seconds: Mapped[int] = mapped_column(SmallInteger, server_default=text("120"))
    shows_rpe: Mapped[bool] = mapped_column(server_default=text("false"))
    accepts_next: Mapped[bool] = mapped_column(server_default=text("false"))  # every suggestion is welcome


class RestWeek(Base):
    """A week that its person declared to be for resting, by its Monday."""

    __tablename__ = "rest_week"
    __table_args__ = (CheckConstraint("extract(isodow from week_on) = 1", name="monday"),)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    week_on: Mapped[date] = mapped_column(primary_key=True)


class ExerciseNote(Base):
    """What a person wants to read every time: seat on 4, thumbs over the bar."""

    __tablename__ = "exercise_note"
    __table_args__ = (CheckConstraint("length(body) between 1 and 1000", name="body"),)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercise.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class CoachGrant(Base):
    """A member lets a coach look at their training, until they take it back."""

    __tablename__ = "coach_grant"
    __table_args__ = (
        CheckConstraint("person_id <> coach_id", name="not_oneself"),
        CheckConstraint("revoked_at >= granted_at", name="order"),
        Index("uq_coach_grant_open", "person_id", "coach_id", unique=True, postgresql_where=text("revoked_at is null")),
        Index("ix_coach_grant_coach", "coach_id", postgresql_where=text("revoked_at is null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    coach_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class WorkoutComment(Base):
    """What a coach says about a workout or one of its sets, and whether its lifter has seen it."""

    __tablename__ = "workout_comment"
    __table_args__ = (
        CheckConstraint("length(btrim(body)) between 1 and 1000", name="body"),
        Index("ix_workout_comment_workout", "workout_id"),
        Index("ix_workout_comment_set", "set_id", postgresql_where=text("set_id is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    workout_id: Mapped[UUID] = mapped_column(ForeignKey("workout.id", ondelete="CASCADE"))
    set_id: Mapped[UUID | None] = mapped_column(ForeignKey("workout_set.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class ExerciseAlias(Base):
    """What another app called a movement, answered once. No exercise: leave those rows out."""

    __tablename__ = "exercise_alias"
    __table_args__ = (CheckConstraint("length(folded) between 1 and 200", name="folded"),)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    folded: Mapped[str] = mapped_column(Text, primary_key=True)
    exercise_id: Mapped[UUID | None] = mapped_column(ForeignKey("exercise.id", ondelete="CASCADE"))


class TrainingImport(Base):
    """A file between being looked at and being taken in. Its text goes as soon as it has been."""

    __tablename__ = "training_import"
    __table_args__ = (
        CheckConstraint("app in ('strong', 'hevy', 'fitnotes', 'spotter')", name="app"),
        CheckConstraint("(applied_at is null) = (body is not null)", name="body"),
        CheckConstraint("units in ('kg', 'lb')", name="units"),
        Index("ix_training_import_person", "person_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    app: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    units: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    read_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    workouts: Mapped[int] = mapped_column(server_default=text("0"))
    sets: Mapped[int] = mapped_column(server_default=text("0"))
