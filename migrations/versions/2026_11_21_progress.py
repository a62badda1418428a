"""progress: tables."""

from alembic import op

revision = "2026_11_21_progress"
down_revision = "2026_11_21_training"

TABLES = (
    "belongings",
    "day_score",
    "done_session",
    "import_run",
    "leaving",
    "own_measure",
    "progress_photo",
    "supplement",
    "belongings_part",
    "daily_check_in",
    "dated_session",
    "diet_day",
    "done_lift",
    "import_before",
    "import_row",
    "measured_day",
    "progress_photo_file",
    "supplement_day",
    "dated_exercise",
)


SCHEMA = r"""
CREATE TABLE belongings (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    state TEXT DEFAULT 'asked' NOT NULL,
    done INTEGER DEFAULT 0 NOT NULL,
    parts INTEGER DEFAULT 0 NOT NULL,
    size INTEGER DEFAULT 0 NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ready_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_belongings PRIMARY KEY (id),
    CONSTRAINT ck_belongings_state CHECK (state in ('asked', 'packing', 'ready', 'failed')),
    CONSTRAINT fk_belongings_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE INDEX ix_belongings_person ON belongings (person_id, asked_at desc);
CREATE TABLE day_score (
    person_id UUID NOT NULL,
    day DATE NOT NULL,
    diet NUMERIC(2, 1),
    workout NUMERIC(2, 1),
    note TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_day_score PRIMARY KEY (person_id, day),
    CONSTRAINT ck_day_score_diet CHECK (diet in (0, 0.5, 1)),
    CONSTRAINT ck_day_score_workout CHECK (workout in (0, 0.5, 1)),
    CONSTRAINT ck_day_score_note CHECK (length(note) <= 300),
    CONSTRAINT ck_day_score_said CHECK (num_nonnulls(diet, workout) > 0 or note <> ''),
    CONSTRAINT fk_day_score_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE TABLE done_session (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    day DATE NOT NULL,
    position SMALLINT NOT NULL,
    kind TEXT NOT NULL,
    is_done BOOLEAN,
    focus TEXT DEFAULT '' NOT NULL,
    rpe NUMERIC(5, 3),
    notes TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_done_session PRIMARY KEY (id),
    CONSTRAINT uq_done_session_position UNIQUE (person_id, day, position),
    CONSTRAINT ck_done_session_kind CHECK (kind in ('class', 'strength')),
    CONSTRAINT ck_done_session_position CHECK (position between 1 and 24),
    CONSTRAINT ck_done_session_texts CHECK (length(focus) <= 120 and length(notes) <= 700),
    CONSTRAINT ck_done_session_rpe CHECK (rpe between 1 and 10),
    CONSTRAINT fk_done_session_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE TABLE import_run (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT DEFAULT '' NOT NULL,
    encoding TEXT NOT NULL,
    delimiter TEXT NOT NULL,
    ignored JSONB DEFAULT '[]' NOT NULL,
    causes JSONB DEFAULT '[]' NOT NULL,
    valid INTEGER DEFAULT 0 NOT NULL,
    warned INTEGER DEFAULT 0 NOT NULL,
    conflicts INTEGER DEFAULT 0 NOT NULL,
    invalid INTEGER DEFAULT 0 NOT NULL,
    state TEXT DEFAULT 'previewed' NOT NULL,
    mode TEXT,
    written INTEGER DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE,
    undone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_import_run PRIMARY KEY (id),
    CONSTRAINT ck_import_run_state CHECK (state in ('previewed', 'applied', 'undone', 'discarded')),
    CONSTRAINT ck_import_run_mode CHECK (mode in ('new', 'merge', 'replace')),
    CONSTRAINT ck_import_run_file_name CHECK (length(file_name) <= 120),
    CONSTRAINT fk_import_run_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE INDEX ix_import_run_person ON import_run (person_id, created_at desc);
CREATE TABLE leaving (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    taken_back_at TIMESTAMP WITH TIME ZONE,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_leaving PRIMARY KEY (id),
    CONSTRAINT ck_leaving_cooling_off CHECK (due_at > asked_at),
    CONSTRAINT ck_leaving_one_end CHECK (num_nonnulls(done_at, taken_back_at) <= 1),
    CONSTRAINT fk_leaving_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_leaving_open ON leaving (person_id) WHERE done_at is null and taken_back_at is null;
CREATE TABLE own_measure (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    unit TEXT DEFAULT '' NOT NULL,
    lowest NUMERIC(9, 3) NOT NULL,
    highest NUMERIC(9, 3) NOT NULL,
    lower_is_better BOOLEAN,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_own_measure PRIMARY KEY (id),
    CONSTRAINT uq_own_measure_key UNIQUE (person_id, key),
    CONSTRAINT ck_own_measure_name CHECK (length(btrim(name)) between 1 and 40),
    CONSTRAINT ck_own_measure_key CHECK (key ~ '^measure_[a-z0-9_]{1,40}$'),
    CONSTRAINT ck_own_measure_unit CHECK (length(unit) <= 12),
    CONSTRAINT ck_own_measure_range CHECK (lowest < highest and lowest >= 0 and highest <= 100000),
    CONSTRAINT fk_own_measure_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE TABLE progress_photo (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    day DATE NOT NULL,
    is_offered BOOLEAN DEFAULT false NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    original_name TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_progress_photo PRIMARY KEY (id),
    CONSTRAINT ck_progress_photo_size CHECK (width > 0 and height > 0),
    CONSTRAINT ck_progress_photo_original_name CHECK (length(original_name) <= 120),
    CONSTRAINT fk_progress_photo_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_progress_photo_day ON progress_photo (person_id, day, is_offered);
CREATE TABLE supplement (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    name TEXT NOT NULL,
    doses_per_day SMALLINT NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    notes TEXT DEFAULT '' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_supplement PRIMARY KEY (id),
    CONSTRAINT ck_supplement_name CHECK (length(btrim(name)) between 1 and 80),
    CONSTRAINT ck_supplement_doses_per_day CHECK (doses_per_day between 1 and 12),
    CONSTRAINT ck_supplement_notes CHECK (length(notes) <= 240),
    CONSTRAINT fk_supplement_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX uq_supplement_name ON supplement (person_id, lower(name));
CREATE TABLE belongings_part (
    belongings_id UUID NOT NULL,
    position INTEGER NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_belongings_part PRIMARY KEY (belongings_id, position),
    CONSTRAINT fk_belongings_part_belongings_id_belongings FOREIGN KEY(belongings_id)
        REFERENCES belongings (id) ON DELETE CASCADE
);
CREATE TABLE daily_check_in (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    day DATE NOT NULL,
    sleep_hours NUMERIC(5, 3),
    sleep_quality SMALLINT,
    steps INTEGER,
    weight_kg NUMERIC(6, 3),
    waist_cm NUMERIC(6, 3),
    hip_cm NUMERIC(6, 3),
    alcohol_units SMALLINT,
    had_creatine BOOLEAN,
    mood SMALLINT,
    note TEXT DEFAULT '' NOT NULL,
    version INTEGER DEFAULT 1 NOT NULL,
    import_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_daily_check_in PRIMARY KEY (id),
    CONSTRAINT uq_daily_check_in_day UNIQUE (person_id, day),
    CONSTRAINT ck_daily_check_in_day CHECK (day between '1900-01-01' and '2200-12-31'),
    CONSTRAINT ck_daily_check_in_sleep_hours CHECK (sleep_hours between 0 and 24),
    CONSTRAINT ck_daily_check_in_sleep_quality CHECK (sleep_quality between 1 and 10),
    CONSTRAINT ck_daily_check_in_steps CHECK (steps between 0 and 200000),
    CONSTRAINT ck_daily_check_in_weight_kg CHECK (weight_kg between 20 and 500),
    CONSTRAINT ck_daily_check_in_waist_cm CHECK (waist_cm between 30 and 300),
    CONSTRAINT ck_daily_check_in_hip_cm CHECK (hip_cm between 30 and 300),
    CONSTRAINT ck_daily_check_in_alcohol_units CHECK (alcohol_units between 0 and 100),
    CONSTRAINT ck_daily_check_in_mood CHECK (mood between 1 and 5),
    CONSTRAINT ck_daily_check_in_note CHECK (length(note) <= 4000),
    CONSTRAINT fk_daily_check_in_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT,
    CONSTRAINT fk_daily_check_in_import_id_import_run FOREIGN KEY(import_id) REFERENCES import_run (id) ON DELETE SET NULL
);
CREATE INDEX ix_daily_check_in_import ON daily_check_in (import_id) WHERE import_id is not null;
CREATE TABLE dated_session (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    day DATE NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    warmup TEXT DEFAULT '' NOT NULL,
    class_sessions TEXT DEFAULT '' NOT NULL,
    cardio TEXT DEFAULT '' NOT NULL,
    mobility_cooldown TEXT DEFAULT '' NOT NULL,
    additional_exercises TEXT DEFAULT '' NOT NULL,
    notes TEXT DEFAULT '' NOT NULL,
    source TEXT DEFAULT 'form' NOT NULL,
    import_id UUID,
    CONSTRAINT pk_dated_session PRIMARY KEY (id),
    CONSTRAINT ck_dated_session_kind CHECK (kind in ('class', 'strength')),
    CONSTRAINT ck_dated_session_code CHECK (length(btrim(code)) between 1 and 48),
    CONSTRAINT ck_dated_session_source CHECK (source in ('form', 'file', 'api')),
    CONSTRAINT fk_dated_session_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT,
    CONSTRAINT fk_dated_session_import_id_import_run FOREIGN KEY(import_id) REFERENCES import_run (id) ON DELETE SET NULL
);
CREATE INDEX ix_dated_session_import ON dated_session (import_id) WHERE import_id is not null;
CREATE UNIQUE INDEX uq_dated_session_code ON dated_session (person_id, day, lower(code));
CREATE TABLE diet_day (
    person_id UUID NOT NULL,
    day DATE NOT NULL,
    kcal NUMERIC(8, 3) NOT NULL,
    protein_g NUMERIC(7, 3) NOT NULL,
    carbs_g NUMERIC(7, 3) NOT NULL,
    fat_g NUMERIC(7, 3) NOT NULL,
    breakfast TEXT DEFAULT '' NOT NULL,
    snack_1 TEXT DEFAULT '' NOT NULL,
    lunch TEXT DEFAULT '' NOT NULL,
    snack_2 TEXT DEFAULT '' NOT NULL,
    dinner TEXT DEFAULT '' NOT NULL,
    notes TEXT DEFAULT '' NOT NULL,
    source TEXT DEFAULT 'form' NOT NULL,
    import_id UUID,
    CONSTRAINT pk_diet_day PRIMARY KEY (person_id, day),
    CONSTRAINT ck_diet_day_kcal CHECK (kcal between 0 and 12000),
    CONSTRAINT ck_diet_day_protein_g CHECK (protein_g between 0 and 800),
    CONSTRAINT ck_diet_day_carbs_g CHECK (carbs_g between 0 and 1500),
    CONSTRAINT ck_diet_day_fat_g CHECK (fat_g between 0 and 500),
    CONSTRAINT ck_diet_day_source CHECK (source in ('form', 'file', 'api')),
    CONSTRAINT fk_diet_day_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT,
    CONSTRAINT fk_diet_day_import_id_import_run FOREIGN KEY(import_id) REFERENCES import_run (id) ON DELETE SET NULL
);
CREATE INDEX ix_diet_day_import ON diet_day (import_id) WHERE import_id is not null;
CREATE TABLE done_lift (
    session_id UUID NOT NULL,
    position SMALLINT NOT NULL,
    name TEXT NOT NULL,
    weight_kg NUMERIC(7, 3),
    reps SMALLINT,
    rpe NUMERIC(5, 3),
    top_set TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_done_lift PRIMARY KEY (session_id, position),
    CONSTRAINT ck_done_lift_position CHECK (position between 1 and 24),
    CONSTRAINT ck_done_lift_name CHECK (length(btrim(name)) between 1 and 80),
    CONSTRAINT ck_done_lift_weight_kg CHECK (weight_kg between 0 and 1000),
    CONSTRAINT ck_done_lift_reps CHECK (reps between 1 and 100),
    CONSTRAINT ck_done_lift_rpe CHECK (rpe between 1 and 10),
    CONSTRAINT ck_done_lift_top_set CHECK (length(top_set) <= 120),
    CONSTRAINT fk_done_lift_session_id_done_session FOREIGN KEY(session_id) REFERENCES done_session (id) ON DELETE CASCADE
);
CREATE TABLE import_before (
    run_id UUID NOT NULL,
    day DATE NOT NULL,
    before JSONB NOT NULL,
    after JSONB,
    CONSTRAINT pk_import_before PRIMARY KEY (run_id, day),
    CONSTRAINT fk_import_before_run_id_import_run FOREIGN KEY(run_id) REFERENCES import_run (id) ON DELETE CASCADE
);
CREATE TABLE import_row (
    run_id UUID NOT NULL,
    line INTEGER NOT NULL,
    state TEXT NOT NULL,
    day DATE,
    record JSONB,
    issues JSONB DEFAULT '[]' NOT NULL,
    CONSTRAINT pk_import_row PRIMARY KEY (run_id, line),
    CONSTRAINT ck_import_row_state CHECK (state in ('valid', 'warning', 'conflict', 'invalid')),
    CONSTRAINT ck_import_row_record CHECK ((state = 'invalid') = (record is null)),
    CONSTRAINT fk_import_row_run_id_import_run FOREIGN KEY(run_id) REFERENCES import_run (id) ON DELETE CASCADE
);
CREATE INDEX ix_import_row_day ON import_row (run_id, day);
CREATE TABLE measured_day (
    measure_id UUID NOT NULL,
    day DATE NOT NULL,
    value NUMERIC(9, 3) NOT NULL,
    CONSTRAINT pk_measured_day PRIMARY KEY (measure_id, day),
    CONSTRAINT fk_measured_day_measure_id_own_measure FOREIGN KEY(measure_id) REFERENCES own_measure (id) ON DELETE CASCADE
);
CREATE TABLE progress_photo_file (
    photo_id UUID NOT NULL,
    size TEXT NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_progress_photo_file PRIMARY KEY (photo_id, size),
    CONSTRAINT ck_progress_photo_file_size CHECK (size in ('small', 'medium', 'large')),
    CONSTRAINT fk_progress_photo_file_photo_id_progress_photo FOREIGN KEY(photo_id)
        REFERENCES progress_photo (id) ON DELETE CASCADE
);
CREATE TABLE supplement_day (
    supplement_id UUID NOT NULL,
    day DATE NOT NULL,
    doses_taken SMALLINT NOT NULL,
    target SMALLINT NOT NULL,
    notes TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_supplement_day PRIMARY KEY (supplement_id, day),
    CONSTRAINT ck_supplement_day_doses_taken CHECK (doses_taken between 0 and 24),
    CONSTRAINT ck_supplement_day_target CHECK (target between 1 and 12),
    CONSTRAINT ck_supplement_day_notes CHECK (length(notes) <= 240),
    CONSTRAINT fk_supplement_day_supplement_id_supplement FOREIGN KEY(supplement_id)
        REFERENCES supplement (id) ON DELETE CASCADE
);
CREATE INDEX ix_supplement_day_day ON supplement_day (day);
CREATE TABLE dated_exercise (
    session_id UUID NOT NULL,
    position SMALLINT NOT NULL,
    name TEXT NOT NULL,
    sets SMALLINT,
    reps_min SMALLINT,
    reps_max SMALLINT,
    weight_kg NUMERIC(7, 3),
    rpe NUMERIC(5, 3),
    intensity_target TEXT DEFAULT '' NOT NULL,
    progression_weight_rule TEXT DEFAULT '' NOT NULL,
    progression_reps_rule TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_dated_exercise PRIMARY KEY (session_id, position),
    CONSTRAINT ck_dated_exercise_position CHECK (position between 1 and 32),
    CONSTRAINT ck_dated_exercise_name CHECK (length(btrim(name)) between 1 and 90),
    CONSTRAINT ck_dated_exercise_sets CHECK (sets between 1 and 12),
    CONSTRAINT ck_dated_exercise_reps CHECK (reps_min between 1 and 100 and reps_max between 1 and 100 and reps_min <= reps_max),
    CONSTRAINT ck_dated_exercise_weight_kg CHECK (weight_kg between 0 and 1000),
    CONSTRAINT ck_dated_exercise_rpe CHECK (rpe between 1 and 10),
    CONSTRAINT fk_dated_exercise_session_id_dated_session FOREIGN KEY(session_id)
        REFERENCES dated_session (id) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
