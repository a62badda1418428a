"""Movements, what they train and what they need, whose they are, and what stands on each gym's floor.

For the features above: `exercises.queries.search(db, actor, asked)` finds movements (recents and favourites first),
`exercises.queries.recents(db, actor)` lists what a person used last, `exercises.actions.used(db, person_id, ids, now)` keeps
that list, `exercises.queries.substitutes(db, actor, exercise_id)` offers others, `exercises.queries.floor(db, gym_id)` and
`.iron(db, gym_id)` say which equipment, plates and bars a gym has. Weights are kilograms, exact (`numeric`).
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from app.base import Base

NOW = text("now()")


class Muscle(Base):
    __tablename__ = "muscle"
    code: Mapped[str] = mapped_column(Text, primary_key=True)


class Equipment(Base):
    """Something a movement needs. The twelve kinds are their own; a leg press is a machine; a bench is furniture, no kind."""

    __tablename__ = "equipment"
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str | None] = mapped_column(ForeignKey("equipment.code", ondelete="RESTRICT"))


class Tag(Base):
    __tablename__ = "tag"
    code: Mapped[str] = mapped_column(Text, primary_key=True)


class Exercise(Base):
    """A movement. `catalogue` is ours, `gym` is one gym's, `own` is one person's; an offered one waits for the gym's yes."""

    __tablename__ = "exercise"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) between 3 and 100", name="name"),
        CheckConstraint("slug is null or slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),
        CheckConstraint("scope in ('catalogue', 'gym', 'own')", name="scope"),
        CheckConstraint(
            "(scope = 'catalogue' and owner_id is null and gym_id is null and slug is not null)"
            " or (scope = 'gym' and gym_id is not null) or (scope = 'own' and owner_id is not null)",
            name="belongs",
        ),
        CheckConstraint("force is null or force in ('pull', 'push', 'static')", name="force"),
        CheckConstraint("level in ('beginner', 'intermediate', 'expert')", name="level"),
        CheckConstraint("mechanic is null or mechanic in ('compound', 'isolation')", name="mechanic"),
        CheckConstraint(
            "category in ('strength', 'stretching', 'plyometrics', 'strongman', 'powerlifting', 'cardio',"
            " 'olympic weightlifting')",
            name="category",
        ),
        CheckConstraint("mode in ('reps', 'time', 'distance', 'sets_only')", name="mode"),
        CheckConstraint("length(cue) <= 4000", name="cue"),
        Index("uq_exercise_slug", "slug", unique=True, postgresql_where=text("scope = 'catalogue'")),
        Index("uq_exercise_name", func.lower(text("name")), unique=True, postgresql_where=text("scope = 'catalogue'")),
        Index(
            "uq_exercise_gym_name",
            "gym_id",
            func.lower(text("name")),
            unique=True,
            postgresql_where=text("scope = 'gym' and is_active"),
        ),
        Index(
            "uq_exercise_own_name",
            "owner_id",
            func.lower(text("name")),
            unique=True,
            postgresql_where=text("scope = 'own' and is_active"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    names: Mapped[dict] = mapped_column(JSONB, server_default=text("'{}'"))  # {"es": …, "sr": …}
    cue: Mapped[str] = mapped_column(Text, server_default="")
    cues: Mapped[dict] = mapped_column(JSONB, server_default=text("'{}'"))
    folded: Mapped[str] = mapped_column(Text)  # every name and alias without accents, for the search
    force: Mapped[str | None] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    mechanic: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    pattern: Mapped[str] = mapped_column(Text, server_default="")  # the movement, for substitutes
    mode: Mapped[str] = mapped_column(Text, server_default="reps")
    scope: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    gym_id: Mapped[UUID | None] = mapped_column(ForeignKey("gym.id", ondelete="RESTRICT"))
    offered_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ExerciseMuscle(Base):
    __tablename__ = "exercise_muscle"
    __table_args__ = (
        CheckConstraint("role in ('primary', 'secondary')", name="role"),
        Index("ix_exercise_muscle_muscle", "muscle", "role"),
    )
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercise.id", ondelete="CASCADE"), primary_key=True)
    muscle: Mapped[str] = mapped_column(ForeignKey("muscle.code", ondelete="RESTRICT"), primary_key=True)
    role: Mapped[str] = mapped_column(Text)


class ExerciseEquipment(Base):
    __tablename__ = "exercise_equipment"
    __table_args__ = (Index("ix_exercise_equipment_equipment", "equipment"),)
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercise.id", ondelete="CASCADE"), primary_key=True)
    equipment: Mapped[str] = mapped_column(ForeignKey("equipment.code", ondelete="RESTRICT"), primary_key=True)


class ExerciseTag(Base):
    __tablename__ = "exercise_tag"
    __table_args__ = (Index("ix_exercise_tag_tag", "tag"),)
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercise.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(ForeignKey("tag.code", ondelete="RESTRICT"), primary_key=True)


class FavouriteExercise(Base):
    __tablename__ = "favourite_exercise"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercise.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(server_default=NOW)


class RecentExercise(Base):
    """When a person last used a movement: planned it, or lifted it."""

    __tablename__ = "recent_exercise"
    __table_args__ = (Index("ix_recent_exercise_used", "person_id", "used_at"),)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercise.id", ondelete="CASCADE"), primary_key=True)
    used_at: Mapped[datetime]


class GymEquipment(Base):
    """What stands on this gym's floor, how many of it, and how many are out of order today."""

    __tablename__ = "gym_equipment"
    __table_args__ = (
        CheckConstraint("count between 0 and 999", name="count"),
        CheckConstraint("out_of_order between 0 and count", name="out_of_order"),
    )
    gym_id: Mapped[UUID] = mapped_column(ForeignKey("gym.id", ondelete="CASCADE"), primary_key=True)
    equipment: Mapped[str] = mapped_column(ForeignKey("equipment.code", ondelete="RESTRICT"), primary_key=True)
    count: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    out_of_order: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))


class EquipmentReport(Base):
    """Somebody said it is broken; open until staff clear it."""

    __tablename__ = "equipment_report"
    __table_args__ = (
        CheckConstraint("length(note) <= 500", name="note"),
        CheckConstraint("(cleared_at is null) = (cleared_by is null)", name="cleared"),
        Index(
            "uq_equipment_report_open",
            "gym_id",
            "equipment",
            "reported_by",
            unique=True,
            postgresql_where=text("cleared_at is null"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(ForeignKey("gym.id", ondelete="CASCADE"))
    equipment: Mapped[str] = mapped_column(ForeignKey("equipment.code", ondelete="RESTRICT"))
    reported_by: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    reported_at: Mapped[datetime]
    count: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    note: Mapped[str] = mapped_column(Text, server_default="")
    cleared_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    cleared_at: Mapped[datetime | None]


class GymPlate(Base):
    """Plates of one weight that the gym owns: how many single plates, not pairs."""

    __tablename__ = "gym_plate"
    __table_args__ = (
        CheckConstraint("unit in ('kg', 'lb')", name="unit"),
        CheckConstraint("weight > 0 and weight <= 100", name="weight"),
        CheckConstraint("count between 1 and 999", name="count"),
    )
    gym_id: Mapped[UUID] = mapped_column(ForeignKey("gym.id", ondelete="CASCADE"), primary_key=True)
    unit: Mapped[str] = mapped_column(Text, primary_key=True)
    weight: Mapped[Decimal] = mapped_column(Numeric(6, 3), primary_key=True)
    count: Mapped[int] = mapped_column(SmallInteger)


class GymBar(Base):
    __tablename__ = "gym_bar"
    __table_args__ = (
        CheckConstraint("unit in ('kg', 'lb')", name="unit"),
        CheckConstraint("weight > 0 and weight <= 100", name="weight"),
        CheckConstraint("count between 1 and 999", name="count"),
        CheckConstraint("length(btrim(name)) between 1 and 60", name="name"),
        Index("uq_gym_bar_name", "gym_id", func.lower(text("name")), unique=True),
        Index("uq_gym_bar_usual", "gym_id", unique=True, postgresql_where=text("is_usual")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gym_id: Mapped[UUID] = mapped_column(ForeignKey("gym.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    weight: Mapped[Decimal] = mapped_column(Numeric(6, 3))
    count: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    is_usual: Mapped[bool] = mapped_column(server_default=text("false"))  # the bar the plate calculator starts with
