"""exercises: tables."""

import msgspec
from alembic import op
from sqlalchemy import text

from app.exercises.catalogue import SEED, document

revision = "2026_11_21_exercises"
down_revision = "2026_11_21_accounts"

TABLES = (
    "equipment",
    "muscle",
    "tag",
    "gym_bar",
    "gym_equipment",
    "gym_plate",
    "equipment_report",
    "exercise",
    "exercise_equipment",
    "exercise_muscle",
    "exercise_tag",
    "favourite_exercise",
    "recent_exercise",
)


SCHEMA = r"""
CREATE TABLE equipment (
    code TEXT NOT NULL,
    kind TEXT,
    CONSTRAINT pk_equipment PRIMARY KEY (code),
    CONSTRAINT fk_equipment_kind_equipment FOREIGN KEY(kind) REFERENCES equipment (code) ON DELETE RESTRICT
);
CREATE TABLE muscle (
    code TEXT NOT NULL,
    CONSTRAINT pk_muscle PRIMARY KEY (code)
);
CREATE TABLE tag (
    code TEXT NOT NULL,
    CONSTRAINT pk_tag PRIMARY KEY (code)
);
CREATE TABLE gym_bar (
    id UUID NOT NULL,
    gym_id UUID NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    weight NUMERIC(6, 3) NOT NULL,
    count SMALLINT DEFAULT 1 NOT NULL,
    is_usual BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_gym_bar PRIMARY KEY (id),
    CONSTRAINT ck_gym_bar_unit CHECK (unit in ('kg', 'lb')),
    CONSTRAINT ck_gym_bar_weight CHECK (weight > 0 and weight <= 100),
    CONSTRAINT ck_gym_bar_count CHECK (count between 1 and 999),
    CONSTRAINT ck_gym_bar_name CHECK (length(btrim(name)) between 1 and 60),
    CONSTRAINT fk_gym_bar_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_gym_bar_name ON gym_bar (gym_id, lower(name));
CREATE UNIQUE INDEX uq_gym_bar_usual ON gym_bar (gym_id) WHERE is_usual;
CREATE TABLE gym_equipment (
    gym_id UUID NOT NULL,
    equipment TEXT NOT NULL,
    count SMALLINT DEFAULT 1 NOT NULL,
    out_of_order SMALLINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_gym_equipment PRIMARY KEY (gym_id, equipment),
    CONSTRAINT ck_gym_equipment_count CHECK (count between 0 and 999),
    CONSTRAINT ck_gym_equipment_out_of_order CHECK (out_of_order between 0 and count),
    CONSTRAINT fk_gym_equipment_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE CASCADE,
    CONSTRAINT fk_gym_equipment_equipment_equipment FOREIGN KEY(equipment)
        REFERENCES equipment (code) ON DELETE RESTRICT
);
CREATE TABLE gym_plate (
    gym_id UUID NOT NULL,
    unit TEXT NOT NULL,
    weight NUMERIC(6, 3) NOT NULL,
    count SMALLINT NOT NULL,
    CONSTRAINT pk_gym_plate PRIMARY KEY (gym_id, unit, weight),
    CONSTRAINT ck_gym_plate_unit CHECK (unit in ('kg', 'lb')),
    CONSTRAINT ck_gym_plate_weight CHECK (weight > 0 and weight <= 100),
    CONSTRAINT ck_gym_plate_count CHECK (count between 1 and 999),
    CONSTRAINT fk_gym_plate_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE CASCADE
);
CREATE TABLE equipment_report (
    id UUID NOT NULL,
    gym_id UUID NOT NULL,
    equipment TEXT NOT NULL,
    reported_by UUID NOT NULL,
    reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    count SMALLINT DEFAULT 1 NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    cleared_by UUID,
    cleared_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_equipment_report PRIMARY KEY (id),
    CONSTRAINT ck_equipment_report_note CHECK (length(note) <= 500),
    CONSTRAINT ck_equipment_report_cleared CHECK ((cleared_at is null) = (cleared_by is null)),
    CONSTRAINT fk_equipment_report_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE CASCADE,
    CONSTRAINT fk_equipment_report_equipment_equipment FOREIGN KEY(equipment)
        REFERENCES equipment (code) ON DELETE RESTRICT,
    CONSTRAINT fk_equipment_report_reported_by_person FOREIGN KEY(reported_by)
        REFERENCES person (id) ON DELETE RESTRICT,
    CONSTRAINT fk_equipment_report_cleared_by_person FOREIGN KEY(cleared_by) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_equipment_report_open ON equipment_report (gym_id, equipment, reported_by)
        WHERE cleared_at is null;
CREATE TABLE exercise (
    id UUID NOT NULL,
    slug TEXT,
    name TEXT NOT NULL,
    names JSONB DEFAULT '{}' NOT NULL,
    cue TEXT DEFAULT '' NOT NULL,
    cues JSONB DEFAULT '{}' NOT NULL,
    folded TEXT NOT NULL,
    force TEXT,
    level TEXT NOT NULL,
    mechanic TEXT,
    category TEXT NOT NULL,
    pattern TEXT DEFAULT '' NOT NULL,
    mode TEXT DEFAULT 'reps' NOT NULL,
    scope TEXT NOT NULL,
    owner_id UUID,
    gym_id UUID,
    offered_at TIMESTAMP WITH TIME ZONE,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_exercise PRIMARY KEY (id),
    CONSTRAINT ck_exercise_name CHECK (length(btrim(name)) between 3 and 100),
    CONSTRAINT ck_exercise_slug CHECK (slug is null or slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT ck_exercise_scope CHECK (scope in ('catalogue', 'gym', 'own')),
    CONSTRAINT ck_exercise_belongs CHECK ((scope = 'catalogue' and owner_id is null and gym_id is null
        and slug is not null) or (scope = 'gym' and gym_id is not null) or (scope = 'own' and owner_id is not null)),
    CONSTRAINT ck_exercise_force CHECK (force is null or force in ('pull', 'push', 'static')),
    CONSTRAINT ck_exercise_level CHECK (level in ('beginner', 'intermediate', 'expert')),
    CONSTRAINT ck_exercise_mechanic CHECK (mechanic is null or mechanic in ('compound', 'isolation')),
    CONSTRAINT ck_exercise_category CHECK (category in ('strength', 'stretching', 'plyometrics', 'strongman',
        'powerlifting', 'cardio', 'olympic weightlifting')),
    CONSTRAINT ck_exercise_mode CHECK (mode in ('reps', 'time', 'distance', 'sets_only')),
    CONSTRAINT ck_exercise_cue CHECK (length(cue) <= 4000),
    CONSTRAINT fk_exercise_owner_id_person FOREIGN KEY(owner_id) REFERENCES person (id) ON DELETE RESTRICT,
    CONSTRAINT fk_exercise_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_exercise_gym_name ON exercise (gym_id, lower(name)) WHERE scope = 'gym' and is_active;
CREATE UNIQUE INDEX uq_exercise_name ON exercise (lower(name)) WHERE scope = 'catalogue';
CREATE UNIQUE INDEX uq_exercise_own_name ON exercise (owner_id, lower(name)) WHERE scope = 'own' and is_active;
CREATE UNIQUE INDEX uq_exercise_slug ON exercise (slug) WHERE scope = 'catalogue';
CREATE TABLE exercise_equipment (
    exercise_id UUID NOT NULL,
    equipment TEXT NOT NULL,
    CONSTRAINT pk_exercise_equipment PRIMARY KEY (exercise_id, equipment),
    CONSTRAINT fk_exercise_equipment_exercise_id_exercise FOREIGN KEY(exercise_id)
        REFERENCES exercise (id) ON DELETE CASCADE,
    CONSTRAINT fk_exercise_equipment_equipment_equipment FOREIGN KEY(equipment)
        REFERENCES equipment (code) ON DELETE RESTRICT
);
CREATE INDEX ix_exercise_equipment_equipment ON exercise_equipment (equipment);
CREATE TABLE exercise_muscle (
    exercise_id UUID NOT NULL,
    muscle TEXT NOT NULL,
    role TEXT NOT NULL,
    CONSTRAINT pk_exercise_muscle PRIMARY KEY (exercise_id, muscle),
    CONSTRAINT ck_exercise_muscle_role CHECK (role in ('primary', 'secondary')),
    CONSTRAINT fk_exercise_muscle_exercise_id_exercise FOREIGN KEY(exercise_id)
        REFERENCES exercise (id) ON DELETE CASCADE,
    CONSTRAINT fk_exercise_muscle_muscle_muscle FOREIGN KEY(muscle) REFERENCES muscle (code) ON DELETE RESTRICT
);
CREATE INDEX ix_exercise_muscle_muscle ON exercise_muscle (muscle, role);
CREATE TABLE exercise_tag (
    exercise_id UUID NOT NULL,
    tag TEXT NOT NULL,
    CONSTRAINT pk_exercise_tag PRIMARY KEY (exercise_id, tag),
    CONSTRAINT fk_exercise_tag_exercise_id_exercise FOREIGN KEY(exercise_id)
        REFERENCES exercise (id) ON DELETE CASCADE,
    CONSTRAINT fk_exercise_tag_tag_tag FOREIGN KEY(tag) REFERENCES tag (code) ON DELETE RESTRICT
);
CREATE INDEX ix_exercise_tag_tag ON exercise_tag (tag);
CREATE TABLE favourite_exercise (
    person_id UUID NOT NULL,
    exercise_id UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_favourite_exercise PRIMARY KEY (person_id, exercise_id),
    CONSTRAINT fk_favourite_exercise_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_favourite_exercise_exercise_id_exercise FOREIGN KEY(exercise_id)
        REFERENCES exercise (id) ON DELETE CASCADE
);
CREATE TABLE recent_exercise (
    person_id UUID NOT NULL,
    exercise_id UUID NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_recent_exercise PRIMARY KEY (person_id, exercise_id),
    CONSTRAINT fk_recent_exercise_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_recent_exercise_exercise_id_exercise FOREIGN KEY(exercise_id)
        REFERENCES exercise (id) ON DELETE CASCADE
);
CREATE INDEX ix_recent_exercise_used ON recent_exercise (person_id, used_at)
"""


def upgrade() -> None:
    for statement in SCHEMA.split(";\n"):
        op.execute(statement)
    everything = msgspec.json.encode(document()).decode()
    for statement in SEED:
        op.get_bind().execute(text(statement.replace("$1::jsonb", "cast(:all as jsonb)")), {"all": everything})


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
