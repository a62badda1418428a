"""training: tables."""

from alembic import op

revision = "2026_11_21_training"
down_revision = "2026_11_21_plans"

TABLES = (
    "coach_grant",
    "rest_week",
    "training_choice",
    "training_import",
    "exercise_alias",
    "exercise_note",
    "workout",
    "performance",
    "workout_exercise",
    "workout_set",
    "record",
    "workout_comment",
)

SCHEMA = r"""
CREATE TABLE coach_grant (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    coach_id UUID NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_coach_grant PRIMARY KEY (id),
    CONSTRAINT ck_coach_grant_not_oneself CHECK (person_id <> coach_id),
    CONSTRAINT ck_coach_grant_order CHECK (revoked_at >= granted_at),
    CONSTRAINT fk_coach_grant_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT,
    CONSTRAINT fk_coach_grant_coach_id_person FOREIGN KEY(coach_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE INDEX ix_coach_grant_coach ON coach_grant (coach_id) WHERE revoked_at is null;
CREATE UNIQUE INDEX uq_coach_grant_open ON coach_grant (person_id, coach_id) WHERE revoked_at is null;
CREATE TABLE rest_week (
    person_id UUID NOT NULL,
    week_on DATE NOT NULL,
    CONSTRAINT pk_rest_week PRIMARY KEY (person_id, week_on),
    CONSTRAINT ck_rest_week_monday CHECK (extract(isodow from week_on) = 1),
    CONSTRAINT fk_rest_week_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);
CREATE TABLE training_choice (
    person_id UUID NOT NULL,
    weekly_target SMALLINT DEFAULT 2 NOT NULL,
    rest_seconds SMALLINT DEFAULT 120 NOT NULL,
    shows_rpe BOOLEAN DEFAULT false NOT NULL,
    accepts_next BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_training_choice PRIMARY KEY (person_id),
    CONSTRAINT ck_training_choice_weekly_target CHECK (weekly_target between 1 and 14),
    CONSTRAINT ck_training_choice_rest CHECK (rest_seconds between 0 and 3600),
    CONSTRAINT fk_training_choice_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);
CREATE TABLE training_import (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    app TEXT NOT NULL,
    filename TEXT NOT NULL,
    units TEXT NOT NULL,
    zone TEXT NOT NULL,
    body BYTEA,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE,
    workouts INTEGER DEFAULT 0 NOT NULL,
    sets INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_training_import PRIMARY KEY (id),
    CONSTRAINT ck_training_import_app CHECK (app in ('strong', 'hevy', 'fitnotes', 'spotter')),
    CONSTRAINT ck_training_import_body CHECK ((applied_at is null) = (body is not null)),
    CONSTRAINT ck_training_import_units CHECK (units in ('kg', 'lb')),
    CONSTRAINT fk_training_import_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);
CREATE INDEX ix_training_import_person ON training_import (person_id);
CREATE TABLE exercise_alias (
    person_id UUID NOT NULL,
    folded TEXT NOT NULL,
    exercise_id UUID,
    CONSTRAINT pk_exercise_alias PRIMARY KEY (person_id, folded),
    CONSTRAINT ck_exercise_alias_folded CHECK (length(folded) between 1 and 200),
    CONSTRAINT fk_exercise_alias_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_exercise_alias_exercise_id_exercise FOREIGN KEY(exercise_id) REFERENCES exercise (id) ON DELETE CASCADE
);
CREATE TABLE exercise_note (
    person_id UUID NOT NULL,
    exercise_id UUID NOT NULL,
    body TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_exercise_note PRIMARY KEY (person_id, exercise_id),
    CONSTRAINT ck_exercise_note_body CHECK (length(body) between 1 and 1000),
    CONSTRAINT fk_exercise_note_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_exercise_note_exercise_id_exercise FOREIGN KEY(exercise_id) REFERENCES exercise (id) ON DELETE CASCADE
);
CREATE TABLE workout (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    gym_id UUID,
    plan_id UUID,
    unit_id UUID,
    following_id UUID,
    plan_name TEXT,
    unit_name TEXT,
    day_number SMALLINT,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    started_on DATE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    zone TEXT NOT NULL,
    status TEXT DEFAULT 'in_progress' NOT NULL,
    aborted_at TIMESTAMP WITH TIME ZONE,
    duration_seconds INTEGER,
    notes TEXT DEFAULT '' NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    volume BIGINT DEFAULT 0 NOT NULL,
    done_sets SMALLINT DEFAULT 0 NOT NULL,
    record_count SMALLINT DEFAULT 0 NOT NULL,
    CONSTRAINT pk_workout PRIMARY KEY (id),
    CONSTRAINT ck_workout_status CHECK (status in ('in_progress', 'completed', 'aborted')),
    CONSTRAINT ck_workout_order CHECK (ended_at >= started_at),
    CONSTRAINT ck_workout_running CHECK (status <> 'in_progress' or ended_at is null),
    CONSTRAINT ck_workout_duration CHECK (status <> 'completed' or (ended_at is not null
        and duration_seconds = trunc(extract(epoch from ended_at - started_at)))),
    CONSTRAINT ck_workout_aborted CHECK ((status = 'aborted') = (aborted_at is not null)),
    CONSTRAINT ck_workout_names CHECK (length(plan_name) <= 100 and length(unit_name) <= 100),
    CONSTRAINT ck_workout_zone CHECK (length(zone) between 1 and 50),
    CONSTRAINT ck_workout_notes CHECK (length(notes) <= 4000),
    CONSTRAINT ck_workout_summary CHECK (volume >= 0 and done_sets >= 0 and record_count >= 0),
    CONSTRAINT fk_workout_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT,
    CONSTRAINT fk_workout_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT,
    CONSTRAINT fk_workout_plan_id_plan FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE SET NULL,
    CONSTRAINT fk_workout_unit_id_training_unit FOREIGN KEY(unit_id) REFERENCES training_unit (id) ON DELETE SET NULL,
    CONSTRAINT fk_workout_following_id_following FOREIGN KEY(following_id) REFERENCES following (id) ON DELETE SET NULL
);
CREATE INDEX ix_workout_following ON workout (following_id) WHERE following_id is not null;
CREATE INDEX ix_workout_open ON workout (person_id) WHERE status = 'in_progress';
CREATE INDEX ix_workout_person_started ON workout (person_id, started_at desc) INCLUDE (started_on, status);
CREATE INDEX ix_workout_plan ON workout (plan_id) WHERE plan_id is not null;
CREATE INDEX ix_workout_unit ON workout (unit_id) WHERE unit_id is not null;
CREATE TABLE performance (
    person_id UUID NOT NULL,
    exercise_id UUID NOT NULL,
    workout_id UUID NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    started_on DATE NOT NULL,
    sets SMALLINT NOT NULL,
    reps INTEGER NOT NULL,
    volume BIGINT NOT NULL,
    best_grams INTEGER,
    best_reps INTEGER,
    e1rm INTEGER,
    seconds INTEGER,
    metres INTEGER,
    rows JSONB NOT NULL,
    CONSTRAINT pk_performance PRIMARY KEY (person_id, exercise_id, workout_id),
    CONSTRAINT fk_performance_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT,
    CONSTRAINT fk_performance_exercise_id_exercise FOREIGN KEY(exercise_id) REFERENCES exercise (id) ON DELETE CASCADE,
    CONSTRAINT fk_performance_workout_id_workout FOREIGN KEY(workout_id) REFERENCES workout (id) ON DELETE CASCADE
);
CREATE INDEX ix_performance_day ON performance (person_id, started_on);
CREATE INDEX ix_performance_exercise ON performance (exercise_id);
CREATE INDEX ix_performance_latest ON performance (person_id, exercise_id, started_at desc);
CREATE INDEX ix_performance_workout ON performance (workout_id);
CREATE TABLE workout_exercise (
    id UUID NOT NULL,
    workout_id UUID NOT NULL,
    exercise_id UUID,
    planned_id UUID,
    exercise_name TEXT NOT NULL,
    mode TEXT NOT NULL,
    position SMALLINT,
    planned_position SMALLINT,
    superset SMALLINT,
    target_grams INTEGER,
    target_sets SMALLINT,
    reps_min SMALLINT,
    reps_max SMALLINT,
    target_seconds INTEGER,
    target_metres INTEGER,
    target_rpe NUMERIC(3, 1),
    target_percent NUMERIC(4, 1),
    rest_seconds SMALLINT,
    planned_notes TEXT DEFAULT '' NOT NULL,
    next_grams INTEGER,
    next_reps SMALLINT,
    next_seconds INTEGER,
    next_metres INTEGER,
    next_why TEXT DEFAULT '' NOT NULL,
    is_next_accepted BOOLEAN DEFAULT false NOT NULL,
    previous JSONB DEFAULT '[]' NOT NULL,
    previous_on DATE,
    note TEXT DEFAULT '' NOT NULL,
    skip_reason TEXT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_workout_exercise PRIMARY KEY (id),
    CONSTRAINT uq_workout_exercise_position UNIQUE (workout_id, position),
    CONSTRAINT ck_workout_exercise_mode CHECK (mode in ('reps', 'time', 'distance', 'sets_only')),
    CONSTRAINT ck_workout_exercise_exercise_name CHECK (length(btrim(exercise_name)) between 1 and 100),
    CONSTRAINT ck_workout_exercise_place CHECK ((removed_at is null) = (position is not null)),
    CONSTRAINT ck_workout_exercise_target_sets CHECK (target_sets between 1 and 50),
    CONSTRAINT ck_workout_exercise_reps_range CHECK (reps_min <= reps_max),
    CONSTRAINT ck_workout_exercise_target_grams CHECK (target_grams between 0 and 2000000
        and next_grams between 0 and 2000000),
    CONSTRAINT ck_workout_exercise_rest CHECK (rest_seconds between 0 and 3600),
    CONSTRAINT ck_workout_exercise_superset CHECK (superset between 1 and 26),
    CONSTRAINT ck_workout_exercise_skip_reason CHECK (skip_reason in ('busy', 'pain', 'time', 'tired', 'other')),
    CONSTRAINT ck_workout_exercise_note CHECK (length(note) <= 1000 and length(planned_notes) <= 1000),
    CONSTRAINT fk_workout_exercise_workout_id_workout FOREIGN KEY(workout_id) REFERENCES workout (id) ON DELETE CASCADE,
    CONSTRAINT fk_workout_exercise_exercise_id_exercise FOREIGN KEY(exercise_id) REFERENCES exercise (id) ON DELETE SET NULL,
    CONSTRAINT fk_workout_exercise_planned_id_unit_exercise FOREIGN KEY(planned_id)
        REFERENCES unit_exercise (id) ON DELETE SET NULL
);
CREATE INDEX ix_workout_exercise_exercise ON workout_exercise (exercise_id);
CREATE INDEX ix_workout_exercise_planned ON workout_exercise (planned_id) WHERE planned_id is not null;
CREATE TABLE workout_set (
    id UUID NOT NULL,
    workout_exercise_id UUID NOT NULL,
    position SMALLINT,
    kind TEXT DEFAULT 'normal' NOT NULL,
    grams INTEGER,
    reps INTEGER,
    seconds INTEGER,
    metres INTEGER,
    rpe NUMERIC(3, 1),
    done_at TIMESTAMP WITH TIME ZONE,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_workout_set PRIMARY KEY (id),
    CONSTRAINT uq_workout_set_position UNIQUE (workout_exercise_id, position),
    CONSTRAINT ck_workout_set_kind CHECK (kind in ('warmup', 'normal', 'drop', 'failure')),
    CONSTRAINT ck_workout_set_one_metric CHECK (num_nonnulls(reps, seconds, metres) <= 1),
    CONSTRAINT ck_workout_set_reps CHECK (reps between 0 and 10000),
    CONSTRAINT ck_workout_set_seconds CHECK (seconds between 1 and 86400),
    CONSTRAINT ck_workout_set_metres CHECK (metres between 1 and 1000000),
    CONSTRAINT ck_workout_set_grams CHECK (grams between 0 and 2000000),
    CONSTRAINT ck_workout_set_done CHECK (done_at is not null or num_nonnulls(reps, seconds, metres) = 0),
    CONSTRAINT ck_workout_set_rpe CHECK (rpe between 1 and 10 and rpe * 2 = trunc(rpe * 2)),
    CONSTRAINT ck_workout_set_place CHECK ((removed_at is null) = (position is not null)),
    CONSTRAINT fk_workout_set_workout_exercise_id_workout_exercise FOREIGN KEY(workout_exercise_id)
        REFERENCES workout_exercise (id) ON DELETE CASCADE
);
CREATE TABLE record (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    exercise_id UUID NOT NULL,
    kind TEXT NOT NULL,
    value BIGINT NOT NULL,
    at_grams INTEGER DEFAULT 0 NOT NULL,
    before BIGINT,
    set_id UUID,
    workout_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    beaten_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_record PRIMARY KEY (id),
    CONSTRAINT ck_record_kind CHECK (kind in ('weight', 'reps', 'e1rm', 'volume', 'time', 'distance')),
    CONSTRAINT ck_record_value CHECK (value > 0 and at_grams >= 0),
    CONSTRAINT ck_record_before CHECK (before < value),
    CONSTRAINT ck_record_at_grams CHECK (kind = 'reps' or at_grams = 0),
    CONSTRAINT fk_record_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT,
    CONSTRAINT fk_record_exercise_id_exercise FOREIGN KEY(exercise_id) REFERENCES exercise (id) ON DELETE CASCADE,
    CONSTRAINT fk_record_set_id_workout_set FOREIGN KEY(set_id) REFERENCES workout_set (id) ON DELETE CASCADE,
    CONSTRAINT fk_record_workout_id_workout FOREIGN KEY(workout_id) REFERENCES workout (id) ON DELETE CASCADE
);
CREATE INDEX ix_record_exercise ON record (exercise_id);
CREATE INDEX ix_record_person ON record (person_id, at desc);
CREATE INDEX ix_record_set ON record (set_id) WHERE set_id is not null;
CREATE INDEX ix_record_workout ON record (workout_id);
CREATE UNIQUE INDEX uq_record_standing ON record (person_id, exercise_id, kind, at_grams) WHERE beaten_at is null;
CREATE TABLE workout_comment (
    id UUID NOT NULL,
    workout_id UUID NOT NULL,
    set_id UUID,
    author_id UUID NOT NULL,
    body TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_workout_comment PRIMARY KEY (id),
    CONSTRAINT ck_workout_comment_body CHECK (length(btrim(body)) between 1 and 1000),
    CONSTRAINT fk_workout_comment_workout_id_workout FOREIGN KEY(workout_id) REFERENCES workout (id) ON DELETE CASCADE,
    CONSTRAINT fk_workout_comment_set_id_workout_set FOREIGN KEY(set_id) REFERENCES workout_set (id) ON DELETE CASCADE,
    CONSTRAINT fk_workout_comment_author_id_person FOREIGN KEY(author_id) REFERENCES person (id) ON DELETE RESTRICT
);
CREATE INDEX ix_workout_comment_set ON workout_comment (set_id) WHERE set_id is not null;
CREATE INDEX ix_workout_comment_workout ON workout_comment (workout_id);
"""


def upgrade() -> None:
    for statement in SCHEMA.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
