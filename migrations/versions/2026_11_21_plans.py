"""plans: tables."""

from alembic import op

revision = "2026_11_21_plans"
down_revision = "2026_11_21_desk"

TABLES = (
    "plan",
    "plan_access",
    "plan_version",
    "training_unit",
    "share_link",
    "following",
    "plan_edit",
    "plan_unit",
    "unit_access",
    "unit_exercise",
    "plan_day_done",
)


SCHEMA = r"""
CREATE TABLE plan (
    id UUID NOT NULL,
    owner_id UUID,
    gym_id UUID,
    name TEXT NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    difficulty TEXT NOT NULL,
    goal TEXT,
    weeks SMALLINT,
    cycle_days SMALLINT DEFAULT 7 NOT NULL,
    sharing TEXT DEFAULT 'private' NOT NULL,
    is_template BOOLEAN DEFAULT false NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    latest_version INTEGER DEFAULT 0 NOT NULL,
    copied_from_id UUID,
    copied_version INTEGER,
    declined_version INTEGER,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    archived_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_plan PRIMARY KEY (id),
    CONSTRAINT ck_plan_name CHECK (length(btrim(name)) between 1 and 100),
    CONSTRAINT ck_plan_description CHECK (length(description) <= 4000),
    CONSTRAINT ck_plan_difficulty CHECK (difficulty in ('beginner', 'intermediate', 'expert')),
    CONSTRAINT ck_plan_sharing CHECK (sharing in ('private', 'shared', 'gym')),
    CONSTRAINT ck_plan_gym_wide CHECK (sharing <> 'gym' or gym_id is not null),
    CONSTRAINT ck_plan_goal CHECK (goal is null or goal in ('strength', 'muscle', 'fitness', 'power', 'mobility')),
    CONSTRAINT ck_plan_weeks CHECK (weeks is null or weeks between 1 and 52),
    CONSTRAINT ck_plan_cycle_days CHECK (cycle_days between 1 and 28),
    CONSTRAINT fk_plan_owner_id_person FOREIGN KEY(owner_id) REFERENCES person (id) ON DELETE SET NULL,
    CONSTRAINT fk_plan_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT,
    CONSTRAINT fk_plan_copied_from_id_plan FOREIGN KEY(copied_from_id) REFERENCES plan (id) ON DELETE SET NULL
);
CREATE INDEX ix_plan_copied_from ON plan (copied_from_id);
CREATE INDEX ix_plan_gym ON plan (gym_id, sharing);
CREATE UNIQUE INDEX uq_plan_owner_name ON plan (owner_id, lower(name));
CREATE TABLE plan_access (
    plan_id UUID NOT NULL,
    person_id UUID NOT NULL,
    granted_by UUID,
    level TEXT DEFAULT 'read' NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_plan_access PRIMARY KEY (plan_id, person_id),
    CONSTRAINT ck_plan_access_level CHECK (level in ('read', 'write')),
    CONSTRAINT ck_plan_access_not_oneself CHECK (person_id <> granted_by),
    CONSTRAINT fk_plan_access_plan_id_plan FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_access_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_access_granted_by_person FOREIGN KEY(granted_by) REFERENCES person (id) ON DELETE SET NULL
);
CREATE INDEX ix_plan_access_person ON plan_access (person_id);
CREATE TABLE plan_version (
    id UUID NOT NULL,
    plan_id UUID NOT NULL,
    number INTEGER NOT NULL,
    content JSONB NOT NULL,
    published_by UUID,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_plan_version PRIMARY KEY (id),
    CONSTRAINT uq_plan_version_number UNIQUE (plan_id, number),
    CONSTRAINT fk_plan_version_plan_id_plan FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_version_published_by_person FOREIGN KEY(published_by) REFERENCES person (id) ON DELETE SET NULL
);
CREATE TABLE training_unit (
    id UUID NOT NULL,
    owner_id UUID,
    gym_id UUID,
    plan_id UUID,
    name TEXT NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    sharing TEXT DEFAULT 'private' NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    copied_from_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_training_unit PRIMARY KEY (id),
    CONSTRAINT ck_training_unit_name CHECK (length(btrim(name)) between 1 and 100),
    CONSTRAINT ck_training_unit_description CHECK (length(description) <= 4000),
    CONSTRAINT ck_training_unit_sharing CHECK (sharing in ('private', 'shared', 'gym')),
    CONSTRAINT ck_training_unit_gym_wide CHECK (sharing <> 'gym' or gym_id is not null),
    CONSTRAINT fk_training_unit_owner_id_person FOREIGN KEY(owner_id) REFERENCES person (id) ON DELETE SET NULL,
    CONSTRAINT fk_training_unit_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT,
    CONSTRAINT fk_training_unit_plan_id_plan FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_training_unit_copied_from_id_training_unit FOREIGN KEY(copied_from_id)
        REFERENCES training_unit (id) ON DELETE SET NULL
);
CREATE TABLE share_link (
    id UUID NOT NULL,
    plan_id UUID,
    unit_id UUID,
    token TEXT NOT NULL,
    allows TEXT DEFAULT 'copy' NOT NULL,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_share_link PRIMARY KEY (id),
    CONSTRAINT ck_share_link_allows CHECK (allows in ('read', 'copy')),
    CONSTRAINT ck_share_link_one_home CHECK ((plan_id is null) <> (unit_id is null)),
    CONSTRAINT ck_share_link_token CHECK (length(token) >= 22),
    CONSTRAINT fk_share_link_plan_id_plan FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_share_link_unit_id_training_unit FOREIGN KEY(unit_id) REFERENCES training_unit (id) ON DELETE CASCADE,
    CONSTRAINT fk_share_link_made_by_person FOREIGN KEY(made_by) REFERENCES person (id) ON DELETE SET NULL
);
CREATE INDEX ix_share_link_plan ON share_link (plan_id);
CREATE INDEX ix_share_link_unit ON share_link (unit_id) WHERE unit_id is not null;
CREATE UNIQUE INDEX uq_share_link_token ON share_link (token);
CREATE INDEX ix_training_unit_plan ON training_unit (plan_id);
CREATE UNIQUE INDEX uq_training_unit_owner_name ON training_unit (owner_id, lower(name)) WHERE plan_id is null;
CREATE TABLE following (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    plan_id UUID NOT NULL,
    version_id UUID NOT NULL,
    starts_on DATE NOT NULL,
    assigned_by UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_following PRIMARY KEY (id),
    CONSTRAINT fk_following_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_following_plan_id_plan FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_following_version_id_plan_version FOREIGN KEY(version_id)
        REFERENCES plan_version (id) ON DELETE CASCADE,
    CONSTRAINT fk_following_assigned_by_person FOREIGN KEY(assigned_by) REFERENCES person (id) ON DELETE SET NULL
);
CREATE INDEX ix_following_plan ON following (plan_id);
CREATE INDEX ix_following_version ON following (version_id);
CREATE UNIQUE INDEX uq_following_open ON following (person_id, plan_id) WHERE ended_at is null;
CREATE TABLE plan_edit (
    id UUID NOT NULL,
    plan_id UUID,
    unit_id UUID,
    person_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    act TEXT NOT NULL,
    digest BYTEA NOT NULL,
    before JSONB,
    undone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_plan_edit PRIMARY KEY (id),
    CONSTRAINT ck_plan_edit_one_home CHECK ((plan_id is null) <> (unit_id is null)),
    CONSTRAINT fk_plan_edit_plan_id_plan FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_edit_unit_id_training_unit FOREIGN KEY(unit_id)
        REFERENCES training_unit (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_edit_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE
);
CREATE INDEX ix_plan_edit_plan ON plan_edit (plan_id, id);
CREATE INDEX ix_plan_edit_unit ON plan_edit (unit_id, id);
CREATE TABLE plan_unit (
    id UUID NOT NULL,
    plan_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    day_number SMALLINT NOT NULL,
    position SMALLINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_plan_unit PRIMARY KEY (id),
    CONSTRAINT uq_plan_unit_day UNIQUE (plan_id, day_number, position),
    CONSTRAINT ck_plan_unit_day_number CHECK (day_number between 1 and 28),
    CONSTRAINT fk_plan_unit_plan_id_plan FOREIGN KEY(plan_id) REFERENCES plan (id) ON DELETE CASCADE,
    CONSTRAINT fk_plan_unit_unit_id_training_unit FOREIGN KEY(unit_id)
        REFERENCES training_unit (id) ON DELETE RESTRICT
);
CREATE INDEX ix_plan_unit_unit ON plan_unit (unit_id);
CREATE TABLE unit_access (
    unit_id UUID NOT NULL,
    person_id UUID NOT NULL,
    granted_by UUID,
    level TEXT DEFAULT 'read' NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_unit_access PRIMARY KEY (unit_id, person_id),
    CONSTRAINT ck_unit_access_level CHECK (level in ('read', 'write')),
    CONSTRAINT ck_unit_access_not_oneself CHECK (person_id <> granted_by),
    CONSTRAINT fk_unit_access_unit_id_training_unit FOREIGN KEY(unit_id)
        REFERENCES training_unit (id) ON DELETE CASCADE,
    CONSTRAINT fk_unit_access_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT fk_unit_access_granted_by_person FOREIGN KEY(granted_by) REFERENCES person (id) ON DELETE SET NULL
);
CREATE INDEX ix_unit_access_person ON unit_access (person_id);
CREATE TABLE unit_exercise (
    id UUID NOT NULL,
    unit_id UUID NOT NULL,
    position SMALLINT NOT NULL,
    exercise_id UUID,
    exercise_name TEXT NOT NULL,
    mode TEXT NOT NULL,
    sets SMALLINT DEFAULT 1 NOT NULL,
    reps_min SMALLINT,
    reps_max SMALLINT,
    target_weight NUMERIC(12, 8),
    target_time_seconds INTEGER,
    target_distance_km NUMERIC(9, 5),
    rpe NUMERIC(3, 1),
    percent_1rm NUMERIC(4, 1),
    rest_seconds SMALLINT,
    set_type TEXT DEFAULT 'normal' NOT NULL,
    superset SMALLINT,
    progression TEXT,
    step NUMERIC(12, 8),
    notes TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_unit_exercise PRIMARY KEY (id),
    CONSTRAINT uq_unit_exercise_position UNIQUE (unit_id, position),
    CONSTRAINT ck_unit_exercise_exercise_name CHECK (length(btrim(exercise_name)) between 1 and 100),
    CONSTRAINT ck_unit_exercise_mode CHECK ((mode = 'reps' and (reps_min is not null or reps_max is not null)
        and target_time_seconds is null and target_distance_km is null) or (mode = 'time'
        and target_time_seconds is not null and reps_min is null and reps_max is null
        and target_distance_km is null) or (mode = 'distance' and target_distance_km is not null
        and reps_min is null and reps_max is null and target_time_seconds is null) or (mode = 'sets_only'
        and reps_min is null and reps_max is null and target_time_seconds is null and target_distance_km is null)),
    CONSTRAINT ck_unit_exercise_sets CHECK (sets between 1 and 50),
    CONSTRAINT ck_unit_exercise_reps_range CHECK (reps_min <= reps_max),
    CONSTRAINT ck_unit_exercise_reps CHECK (reps_min between 1 and 1000 and reps_max between 1 and 1000),
    CONSTRAINT ck_unit_exercise_target_weight CHECK (target_weight between 0 and 2000),
    CONSTRAINT ck_unit_exercise_target_time CHECK (target_time_seconds between 1 and 86400),
    CONSTRAINT ck_unit_exercise_target_distance CHECK (target_distance_km > 0 and target_distance_km <= 1000),
    CONSTRAINT ck_unit_exercise_rest CHECK (rest_seconds between 0 and 3600),
    CONSTRAINT ck_unit_exercise_rpe CHECK (rpe between 1 and 10 and rpe * 2 = trunc(rpe * 2)),
    CONSTRAINT ck_unit_exercise_percent CHECK (percent_1rm between 1 and 150),
    CONSTRAINT ck_unit_exercise_weight_or_percent CHECK (target_weight is null or percent_1rm is null),
    CONSTRAINT ck_unit_exercise_set_type CHECK (set_type in ('warmup', 'normal', 'drop', 'failure')),
    CONSTRAINT ck_unit_exercise_superset CHECK (superset between 1 and 26),
    CONSTRAINT ck_unit_exercise_notes CHECK (length(notes) <= 1000),
    CONSTRAINT ck_unit_exercise_progression_step CHECK ((progression is null) = (step is null)),
    CONSTRAINT ck_unit_exercise_progression CHECK (progression in ('double', 'linear', 'percentage')),
    CONSTRAINT ck_unit_exercise_progression_percent CHECK (progression <> 'percentage' or percent_1rm is not null),
    CONSTRAINT ck_unit_exercise_progression_range CHECK (progression <> 'double' or (reps_min is not null
        and reps_max is not null and reps_min < reps_max)),
    CONSTRAINT ck_unit_exercise_progression_mode CHECK (progression is null or mode = 'reps'),
    CONSTRAINT ck_unit_exercise_step CHECK (step > 0 and step <= 50),
    CONSTRAINT fk_unit_exercise_unit_id_training_unit FOREIGN KEY(unit_id)
        REFERENCES training_unit (id) ON DELETE CASCADE,
    CONSTRAINT fk_unit_exercise_exercise_id_exercise FOREIGN KEY(exercise_id)
        REFERENCES exercise (id) ON DELETE SET NULL
);
CREATE TABLE plan_day_done (
    following_id UUID NOT NULL,
    workout_id UUID NOT NULL,
    day_number SMALLINT NOT NULL,
    done_on DATE NOT NULL,
    CONSTRAINT pk_plan_day_done PRIMARY KEY (following_id, workout_id),
    CONSTRAINT ck_plan_day_done_day_number CHECK (day_number between 1 and 28),
    CONSTRAINT fk_plan_day_done_following_id_following FOREIGN KEY(following_id)
        REFERENCES following (id) ON DELETE CASCADE
);
CREATE INDEX ix_plan_day_done_on ON plan_day_done (following_id, done_on)
"""


def upgrade() -> None:
    for statement in SCHEMA.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
