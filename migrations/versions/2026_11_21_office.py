"""office: opening hours, the logo, what is kept, reminders and requests about money, the rota, imports."""

from alembic import op

revision = "2026_11_21_office"
down_revision = "2026_11_21_owner_wall"

UP = """
alter table club add column logo text;

create table opening_hours (
    gym_id uuid not null constraint fk_opening_hours_gym_id_gym references gym (id) on delete restrict,
    weekday smallint not null constraint ck_opening_hours_weekday check (weekday between 0 and 6),
    opens time not null,
    closes time not null,
    constraint ck_opening_hours_span check (opens <> closes),
    constraint pk_opening_hours primary key (gym_id, weekday, opens)
);

create table holiday (
    gym_id uuid not null constraint fk_holiday_gym_id_gym references gym (id) on delete restrict,
    day date not null,
    name text not null constraint ck_holiday_name check (length(btrim(name)) between 1 and 80),
    opens time,
    closes time,
    constraint ck_holiday_span check ((opens is null) = (closes is null) and opens is distinct from closes or opens is null),
    constraint pk_holiday primary key (gym_id, day)
);

create table club_logo (
    club_id uuid constraint pk_club_logo primary key constraint fk_club_logo_club_id_club references club (id) on delete restrict,
    name text not null,
    small bytea not null,
    large bytea not null,
    changed_at timestamptz not null
);

create table keeping (
    club_id uuid constraint pk_keeping primary key constraint fk_keeping_club_id_club references club (id) on delete restrict,
    former_months integer constraint ck_keeping_former_months check (former_months is null or former_months between 1 and 120),
    changed_by uuid not null constraint fk_keeping_changed_by_person references person (id) on delete restrict,
    changed_at timestamptz not null
);

create table reminder (
    id uuid constraint pk_reminder primary key,
    batch_id uuid not null,
    gym_id uuid not null constraint fk_reminder_gym_id_gym references gym (id) on delete restrict,
    payer_id uuid not null constraint fk_reminder_payer_id_person references person (id) on delete restrict,
    currency text not null,
    amount bigint not null constraint ck_reminder_amount check (amount > 0),
    owed_since date,
    channel text not null constraint ck_reminder_channel check (channel in ('letter', 'mail', 'message')),
    locale text not null,
    subject text not null,
    body text not null,
    by uuid not null constraint fk_reminder_by_person references person (id) on delete restrict,
    at timestamptz not null
);
create index ix_reminder_payer on reminder (payer_id, currency, at);
create index ix_reminder_batch on reminder (batch_id);

create table money_request (
    id uuid constraint pk_money_request primary key,
    gym_id uuid not null constraint fk_money_request_gym_id_gym references gym (id) on delete restrict,
    payer_id uuid not null constraint fk_money_request_payer_id_person references person (id) on delete restrict,
    member_id uuid not null constraint fk_money_request_member_id_member references member (id) on delete restrict,
    kind text not null constraint ck_money_request_kind check (kind in ('refund', 'discount', 'goodwill', 'write_off')),
    method text constraint ck_money_request_method check (method in ('cash', 'terminal', 'transfer', 'other')),
    amount bigint not null constraint ck_money_request_amount check (amount > 0),
    currency text not null,
    note text not null constraint ck_money_request_note check (length(btrim(note)) between 1 and 400),
    asked_by uuid not null constraint fk_money_request_asked_by_person references person (id) on delete restrict,
    asked_at timestamptz not null,
    decided_by uuid constraint fk_money_request_decided_by_person references person (id) on delete restrict,
    decided_at timestamptz,
    is_granted boolean,
    answer text not null default '',
    constraint ck_money_request_method_when_money_moves check ((method is not null) = (kind = 'refund')),
    constraint ck_money_request_decided check (num_nonnulls(decided_by, decided_at, is_granted) in (0, 3)),
    constraint ck_money_request_two_people check (decided_by is distinct from asked_by)
);
create index ix_money_request_open on money_request (gym_id, asked_at) where decided_at is null;

-- One person at one place at a time. Postgres compares uuids in a GiST exclusion only as part of a range.
create function person_span(person uuid, starts_at timestamptz, ends_at timestamptz) returns numrange
language sql immutable parallel safe as $$
  select numrange(base + extract(epoch from starts_at), base + extract(epoch from ends_at))
    from (select (('x' || substr(hex, 1, 8))::bit(32)::bigint::numeric * 4294967296 * 4294967296 * 4294967296
                + ('x' || substr(hex, 9, 8))::bit(32)::bigint::numeric * 4294967296 * 4294967296
                + ('x' || substr(hex, 17, 8))::bit(32)::bigint::numeric * 4294967296
                + ('x' || substr(hex, 25, 8))::bit(32)::bigint::numeric) * 1000000000000 as base
            from (select replace(person::text, '-', '') as hex) h) b
$$;

create table rota_shift (
    id uuid constraint pk_rota_shift primary key,
    gym_id uuid not null constraint fk_rota_shift_gym_id_gym references gym (id) on delete restrict,
    person_id uuid not null constraint fk_rota_shift_person_id_person references person (id) on delete restrict,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    note text not null default '' constraint ck_rota_shift_note check (length(note) <= 200),
    made_by uuid not null constraint fk_rota_shift_made_by_person references person (id) on delete restrict,
    made_at timestamptz not null,
    dropped_at timestamptz,
    constraint ck_rota_shift_span check (ends_at > starts_at and ends_at <= starts_at + interval '24 hours'),
    constraint rota_shift_overlap exclude using gist (person_span(person_id, starts_at, ends_at) with &&) where (dropped_at is null)
);
create index ix_rota_shift_gym on rota_shift (gym_id, starts_at) where dropped_at is null;

create table work_spell (
    id uuid constraint pk_work_spell primary key,
    gym_id uuid not null constraint fk_work_spell_gym_id_gym references gym (id) on delete restrict,
    person_id uuid not null constraint fk_work_spell_person_id_person references person (id) on delete restrict,
    began_at timestamptz not null,
    ended_at timestamptz,
    corrected_by uuid constraint fk_work_spell_corrected_by_person references person (id) on delete restrict,
    why text not null default '' constraint ck_work_spell_why check (length(why) <= 200),
    constraint ck_work_spell_span check (ended_at > began_at)
);
create unique index uq_work_spell_open on work_spell (person_id) where ended_at is null;
create index ix_work_spell_gym on work_spell (gym_id, began_at);

create table moving_run (
    id uuid constraint pk_moving_run primary key,
    gym_id uuid not null constraint fk_moving_run_gym_id_gym references gym (id) on delete restrict,
    kind text not null constraint ck_moving_run_kind check (kind in ('members', 'visits', 'desk')),
    name text not null,
    hash text not null,
    columns jsonb not null default '{}',
    mapping jsonb not null default '{}',
    day_first boolean not null default true,
    state text not null default 'read' constraint ck_moving_run_state check (state in ('read', 'done', 'undone')),
    counts jsonb not null default '{}',
    by uuid not null constraint fk_moving_run_by_person references person (id) on delete restrict,
    made_at timestamptz not null,
    done_by uuid constraint fk_moving_run_done_by_person references person (id) on delete restrict,
    done_at timestamptz,
    undone_by uuid constraint fk_moving_run_undone_by_person references person (id) on delete restrict,
    undone_at timestamptz,
    constraint ck_moving_run_done check ((done_at is null) = (state = 'read') and (undone_at is null) = (state <> 'undone'))
);
create index ix_moving_run_gym on moving_run (gym_id, made_at);

create table moving_row (
    run_id uuid not null constraint fk_moving_row_run_id_moving_run references moving_run (id) on delete cascade,
    sheet text not null constraint ck_moving_row_sheet check (sheet in ('types', 'members', 'visits')),
    n integer not null,
    given jsonb not null,
    outcome text not null default '' constraint ck_moving_row_outcome check (outcome in ('', 'new', 'more', 'same', 'refused')),
    reason text not null default '',
    member_id uuid,
    made text[] not null default '{}',
    left_alone text not null default '',
    constraint pk_moving_row primary key (run_id, sheet, n)
);
"""

DOWN = """
alter table club drop column logo;
drop table moving_row, moving_run, work_spell, rota_shift, money_request, reminder, keeping, club_logo, holiday, opening_hours;
drop function person_span(uuid, timestamptz, timestamptz);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
