"""accounts: the club, its gyms, people, roles, sessions, the audit."""

from alembic import op

revision = "2026_11_21_accounts"
down_revision = None

UP = """
create table club (
    id uuid constraint pk_club primary key,
    is_only boolean not null default true constraint uq_club_is_only unique constraint ck_club_one_club check (is_only),
    name text not null,
    is_demo boolean not null default false,
    hub_epoch integer not null default 1,
    accent text,
    created_at timestamptz not null default now()
);

create table gym (
    id uuid constraint pk_gym primary key,
    club_id uuid not null constraint fk_gym_club_id_club references club (id) on delete restrict,
    name text not null constraint ck_gym_name check (length(btrim(name)) between 1 and 100),
    zone text not null,
    currency text not null constraint ck_gym_currency check (currency ~ '^[A-Z]{3}$'),
    locale text not null,
    units text not null constraint ck_gym_units check (units in ('kg', 'lb')),
    country text not null default '',
    capacity integer,
    created_at timestamptz not null default now()
);
create unique index uq_gym_name on gym (lower(name));

create table person (
    id uuid constraint pk_person primary key,
    name text not null constraint ck_person_name check (length(btrim(name)) between 1 and 120),
    email text constraint ck_person_email check (email is null or email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    password_hash text,
    locale text,
    zone text,
    units text constraint ck_person_units check (units is null or units in ('kg', 'lb')),
    theme text not null default 'system' constraint ck_person_theme check (theme in ('light', 'dark', 'system')),
    home_gym_id uuid constraint fk_person_home_gym_id_gym references gym (id) on delete restrict,
    is_active boolean not null default true,
    created_at timestamptz not null default now()
);
create unique index uq_person_email on person (lower(email));

create table role (
    id uuid constraint pk_role primary key,
    name text not null,
    permissions text[] not null,
    is_built_in boolean not null default false
);
create unique index uq_role_name on role (lower(name));

create table role_grant (
    id uuid constraint pk_role_grant primary key,
    person_id uuid not null constraint fk_role_grant_person_id_person references person (id) on delete restrict,
    role_id uuid not null constraint fk_role_grant_role_id_role references role (id) on delete restrict,
    gym_id uuid constraint fk_role_grant_gym_id_gym references gym (id) on delete restrict,
    granted_by uuid constraint fk_role_grant_granted_by_person references person (id) on delete restrict,
    granted_at timestamptz not null default now()
);
create unique index uq_role_grant on role_grant (person_id, role_id, gym_id) nulls not distinct;

create table sign_in (
    id uuid constraint pk_sign_in primary key,
    person_id uuid not null constraint fk_sign_in_person_id_person references person (id) on delete restrict,
    gym_id uuid not null constraint fk_sign_in_gym_id_gym references gym (id) on delete restrict,
    token_hash bytea not null,
    device text not null default '',
    address text not null default '',
    created_at timestamptz not null,
    seen_at timestamptz not null,
    fresh_at timestamptz not null,
    ends_at timestamptz not null,
    is_second_factor_done boolean not null default false
);
create index ix_sign_in_person on sign_in (person_id);
create unique index uq_sign_in_token on sign_in (token_hash);

create table audit_line (
    id uuid constraint pk_audit_line primary key,
    at timestamptz not null,
    person_id uuid constraint fk_audit_line_person_id_person references person (id) on delete restrict,
    gym_id uuid constraint fk_audit_line_gym_id_gym references gym (id) on delete restrict,
    act text not null,
    subject text not null default '',
    subject_id uuid,
    address text not null default '',
    before jsonb,
    after jsonb
);
create index ix_audit_line_at on audit_line (at);
create index ix_audit_line_person on audit_line (person_id, at);
"""

DOWN = "drop table audit_line, sign_in, role_grant, role, person, gym, club"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
