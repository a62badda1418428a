"""A person's days: check-ins, own measures, supplements, photos, sessions done; dated plans, scores, imports, leaving for good.

Everything here belongs to the person and to nobody else: every read names the person.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.base import Base

NOW = text("now()")
NOTHING = text("''")


class DailyCheckIn(Base):
    """One a day and person. `version` tells a form that somebody else wrote meanwhile."""

    __tablename__ = "daily_check_in"
    __table_args__ = (
        UniqueConstraint("person_id", "day", name="uq_daily_check_in_day"),
        CheckConstraint("day between '1900-01-01' and '2200-12-31'", name="day"),
        CheckConstraint("sleep_hours between 0 and 24", name="sleep_hours"),
        CheckConstraint("sleep_quality between 1 and 10", name="sleep_quality"),
        CheckConstraint("steps between 0 and 200000", name="steps"),
        CheckConstraint("weight_kg between 20 and 500", name="weight_kg"),
        CheckConstraint("waist_cm between 30 and 300", name="waist_cm"),
        CheckConstraint("hip_cm between 30 and 300", name="hip_cm"),
        CheckConstraint("alcohol_units between 0 and 100", name="alcohol_units"),
        CheckConstraint("mood between 1 and 5", name="mood"),
        CheckConstraint("length(note) <= 4000", name="note"),
        Index("ix_daily_check_in_import", "import_id", postgresql_where=text("import_id is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    day: Mapped[date]
    sleep_hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 3))
    sleep_quality: Mapped[int | None] = mapped_column(SmallInteger)
    steps: Mapped[int | None]
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    waist_cm: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    hip_cm: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    alcohol_units: Mapped[int | None] = mapped_column(SmallInteger)
    had_creatine: Mapped[bool | None]  # said by an old file; a supplement's log has the last word
    mood: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_run.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    changed_at: Mapped[datetime] = mapped_column(server_default=NOW)


class OwnMeasure(Base):
    """A body measure that the member defined: neck, thigh, resting pulse. `key` is its column in a file."""

    __tablename__ = "own_measure"
    __table_args__ = (
        UniqueConstraint("person_id", "key", name="uq_own_measure_key"),
        CheckConstraint("length(btrim(name)) between 1 and 40", name="name"),
        CheckConstraint("key ~ '^measure_[a-z0-9_]{1,40}$'", name="key"),
        CheckConstraint("length(unit) <= 12", name="unit"),
        CheckConstraint("lowest < highest and lowest >= 0 and highest <= 100000", name="range"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    lowest: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    highest: Mapped[Decimal] = mapped_column(Numeric(9, 3))
    lower_is_better: Mapped[bool | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class MeasuredDay(Base):
    __tablename__ = "measured_day"
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("own_measure.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[Decimal] = mapped_column(Numeric(9, 3))


class Supplement(Base):
    """A member's own catalogue; doses a day is today's target, each day keeps the one that stood then."""

    __tablename__ = "supplement"
    __table_args__ = (
        Index("uq_supplement_name", "person_id", func.lower(text("name")), unique=True),
        CheckConstraint("length(btrim(name)) between 1 and 80", name="name"),
        CheckConstraint("doses_per_day between 1 and 12", name="doses_per_day"),
        CheckConstraint("length(notes) <= 240", name="notes"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(Text)
    doses_per_day: Mapped[int] = mapped_column(SmallInteger)
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    notes: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class SupplementDay(Base):
    __tablename__ = "supplement_day"
    __table_args__ = (
        CheckConstraint("doses_taken between 0 and 24", name="doses_taken"),
        CheckConstraint("target between 1 and 12", name="target"),
        CheckConstraint("length(notes) <= 240", name="notes"),
        Index("ix_supplement_day_day", "day"),
    )
    supplement_id: Mapped[UUID] = mapped_column(ForeignKey("supplement.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    doses_taken: Mapped[int] = mapped_column(SmallInteger)
    target: Mapped[int] = mapped_column(SmallInteger)
    notes: Mapped[str] = mapped_column(Text, server_default=NOTHING)


class ProgressPhoto(Base):
    """One photo a day; a second one waits as `is_offered` until the member has seen both and chose."""

    __tablename__ = "progress_photo"
    __table_args__ = (
        Index("uq_progress_photo_day", "person_id", "day", "is_offered", unique=True),
        CheckConstraint("width > 0 and height > 0", name="size"),
        CheckConstraint("length(original_name) <= 120", name="original_name"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    day: Mapped[date]
    is_offered: Mapped[bool] = mapped_column(server_default=text("false"))
    width: Mapped[int]
    height: Mapped[int]
    original_name: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ProgressPhotoFile(Base):
    """The WebP pictures themselves, in the database: a photo is there exactly when its row is, and every backup has it."""

    __tablename__ = "progress_photo_file"
    __table_args__ = (CheckConstraint("size in ('small', 'medium', 'large')", name="size"),)
    photo_id: Mapped[UUID] = mapped_column(ForeignKey("progress_photo.id", ondelete="CASCADE"), primary_key=True)
    size: Mapped[str] = mapped_column(Text, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DoneSession(Base):
    """A session of the day as the member tells it: a class with its focus, or strength; done, not done, or not said."""

    __tablename__ = "done_session"
    __table_args__ = (
        UniqueConstraint("person_id", "day", "position", name="uq_done_session_position"),
        CheckConstraint("kind in ('class', 'strength')", name="kind"),
        CheckConstraint("position between 1 and 24", name="position"),
        CheckConstraint("length(focus) <= 120 and length(notes) <= 700", name="texts"),
        CheckConstraint("rpe between 1 and 10", name="rpe"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    day: Mapped[date]
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(Text)
    is_done: Mapped[bool | None]
    focus: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    rpe: Mapped[Decimal | None] = mapped_column(Numeric(5, 3))
    notes: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class DoneLift(Base):
    """The best set of one exercise in such a session, when nobody logged it set by set."""

    __tablename__ = "done_lift"
    __table_args__ = (
        CheckConstraint("position between 1 and 24", name="position"),
        CheckConstraint("length(btrim(name)) between 1 and 80", name="name"),
        CheckConstraint("weight_kg between 0 and 1000", name="weight_kg"),
        CheckConstraint("reps between 1 and 100", name="reps"),
        CheckConstraint("rpe between 1 and 10", name="rpe"),
        CheckConstraint("length(top_set) <= 120", name="top_set"),
    )
    session_id: Mapped[UUID] = mapped_column(ForeignKey("done_session.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(7, 3))
    reps: Mapped[int | None] = mapped_column(SmallInteger)
    rpe: Mapped[Decimal | None] = mapped_column(Numeric(5, 3))
    top_set: Mapped[str] = mapped_column(Text, server_default=NOTHING)


class DietDay(Base):
    """What to eat on one day."""

    __tablename__ = "diet_day"
    __table_args__ = (
        CheckConstraint("kcal between 0 and 12000", name="kcal"),
        CheckConstraint("protein_g between 0 and 800", name="protein_g"),
        CheckConstraint("carbs_g between 0 and 1500", name="carbs_g"),
        CheckConstraint("fat_g between 0 and 500", name="fat_g"),
        CheckConstraint("source in ('form', 'file', 'api')", name="source"),
        Index("ix_diet_day_import", "import_id", postgresql_where=text("import_id is not null")),
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kcal: Mapped[Decimal] = mapped_column(Numeric(8, 3))
    protein_g: Mapped[Decimal] = mapped_column(Numeric(7, 3))
    carbs_g: Mapped[Decimal] = mapped_column(Numeric(7, 3))
    fat_g: Mapped[Decimal] = mapped_column(Numeric(7, 3))
    breakfast: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    snack_1: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    lunch: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    snack_2: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    dinner: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    notes: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    source: Mapped[str] = mapped_column(Text, server_default="form")
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_run.id", ondelete="SET NULL"))


class DatedSession(Base):
    """What to train on one day. `code` (S01, S02…) is how a file calls it."""

    __tablename__ = "dated_session"
    __table_args__ = (
        Index("uq_dated_session_code", "person_id", "day", func.lower(text("code")), unique=True),
        CheckConstraint("kind in ('class', 'strength')", name="kind"),
        CheckConstraint("length(btrim(code)) between 1 and 48", name="code"),
        CheckConstraint("source in ('form', 'file', 'api')", name="source"),
        Index("ix_dated_session_import", "import_id", postgresql_where=text("import_id is not null")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    day: Mapped[date]
    code: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    warmup: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    class_sessions: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    cardio: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    mobility_cooldown: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    additional_exercises: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    notes: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    source: Mapped[str] = mapped_column(Text, server_default="form")
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_run.id", ondelete="SET NULL"))


class DatedExercise(Base):
    __tablename__ = "dated_exercise"
    __table_args__ = (
        CheckConstraint("position between 1 and 32", name="position"),
        CheckConstraint("length(btrim(name)) between 1 and 90", name="name"),
        CheckConstraint("sets between 1 and 12", name="sets"),
        CheckConstraint("reps_min between 1 and 100 and reps_max between 1 and 100 and reps_min <= reps_max", name="reps"),
        CheckConstraint("weight_kg between 0 and 1000", name="weight_kg"),
        CheckConstraint("rpe between 1 and 10", name="rpe"),
    )
    session_id: Mapped[UUID] = mapped_column(ForeignKey("dated_session.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    sets: Mapped[int | None] = mapped_column(SmallInteger)
    reps_min: Mapped[int | None] = mapped_column(SmallInteger)
    reps_max: Mapped[int | None] = mapped_column(SmallInteger)
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(7, 3))
    rpe: Mapped[Decimal | None] = mapped_column(Numeric(5, 3))
    intensity_target: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    progression_weight_rule: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    progression_reps_rule: Mapped[str] = mapped_column(Text, server_default=NOTHING)


class DayScore(Base):
    """Adherence by hand: 1, a half or 0 for diet and for training; an empty one without a note is no row."""

    __tablename__ = "day_score"
    __table_args__ = (
        CheckConstraint("diet in (0, 0.5, 1)", name="diet"),
        CheckConstraint("workout in (0, 0.5, 1)", name="workout"),
        CheckConstraint("length(note) <= 300", name="note"),
        CheckConstraint("num_nonnulls(diet, workout) > 0 or note <> ''", name="said"),
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    diet: Mapped[Decimal | None] = mapped_column(Numeric(2, 1))
    workout: Mapped[Decimal | None] = mapped_column(Numeric(2, 1))
    note: Mapped[str] = mapped_column(Text, server_default=NOTHING)


class ImportRun(Base):
    """A file that was looked at; applying it applies exactly the rows that were shown."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(
            "state in ('looking', 'refused', 'previewed', 'applying', 'applied', 'undoing', 'undone', 'discarded')", name="state"
        ),
        CheckConstraint("mode in ('new', 'merge', 'replace')", name="mode"),
        CheckConstraint("length(file_name) <= 120", name="file_name"),
        Index("ix_import_run_person", "person_id", text("created_at desc")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text, server_default=NOTHING)
    encoding: Mapped[str] = mapped_column(Text)
    delimiter: Mapped[str] = mapped_column(Text)
    ignored: Mapped[list] = mapped_column(JSONB, server_default=text("'[]'"))
    causes: Mapped[list] = mapped_column(JSONB, server_default=text("'[]'"))
    valid: Mapped[int] = mapped_column(server_default=text("0"))
    warned: Mapped[int] = mapped_column(server_default=text("0"))
    conflicts: Mapped[int] = mapped_column(server_default=text("0"))
    invalid: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(Text, server_default="previewed")
    mode: Mapped[str | None] = mapped_column(Text)
    written: Mapped[int] = mapped_column(server_default=text("0"))
    done: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  # bytes read or days written so far
    parts: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  # of how many
    wrong: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))  # why the whole file was refused, or what broke
    days_back: Mapped[int] = mapped_column(server_default=text("0"))
    days_left: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportPiece(Base):
    """A large file while it waits to be read, in pieces, so that nobody holds it whole."""

    __tablename__ = "import_piece"
    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRow(Base):
    __tablename__ = "import_row"
    __table_args__ = (
        CheckConstraint("state in ('valid', 'warning', 'conflict', 'invalid')", name="state"),
        CheckConstraint("(state = 'invalid') = (record is null)", name="record"),
        Index("ix_import_row_day", "run_id", "day"),
    )
    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    day: Mapped[date | None]
    record: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))
    issues: Mapped[list] = mapped_column(JSONB, server_default=text("'[]'"))


class ImportBefore(Base):
    """What a day held before a file was written over it, and what it held right after: enough to go back."""

    __tablename__ = "import_before"
    run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    before: Mapped[dict] = mapped_column(JSONB)
    after: Mapped[dict | None] = mapped_column(JSONB(none_as_null=True))


class Leaving(Base):
    """Somebody asked to be forgotten: nothing happens before `due_at`, and until then it can be taken back."""

    __tablename__ = "leaving"
    __table_args__ = (
        Index("uq_leaving_open", "person_id", unique=True, postgresql_where=text("done_at is null and taken_back_at is null")),
        CheckConstraint("due_at > asked_at", name="cooling_off"),
        CheckConstraint("num_nonnulls(done_at, taken_back_at) <= 1", name="one_end"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class Belongings(Base):
    """A ZIP of everything a person owns: asked for, being packed, ready for a week."""

    __tablename__ = "belongings"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'packing', 'ready', 'failed')", name="state"),
        Index("ix_belongings_person", "person_id", text("asked_at desc")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(Text, server_default="asked")
    done: Mapped[int] = mapped_column(server_default=text("0"))
    parts: Mapped[int] = mapped_column(server_default=text("0"))
    size: Mapped[int] = mapped_column(server_default=text("0"))
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]


class BelongingsPart(Base):
    """The ZIP in pieces of a megabyte, so that neither packing nor fetching holds it in memory."""

    __tablename__ = "belongings_part"
    belongings_id: Mapped[UUID] = mapped_column(ForeignKey("belongings.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
