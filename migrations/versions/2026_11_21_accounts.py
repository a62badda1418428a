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
    pin_hash text,
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

create table device (
    id uuid constraint pk_device primary key,
    gym_id uuid not null constraint fk_device_gym_id_gym references gym (id) on delete restrict,
    name text not null constraint ck_device_name check (length(btrim(name)) between 1 and 60),
    kind text not null constraint ck_device_kind check (kind in ('desk', 'door', 'program')),
    permissions text[] not null default '{}',
    key_hash bytea not null,
    made_by uuid not null constraint fk_device_made_by_person references person (id) on delete restrict,
    made_at timestamptz not null,
    seen_at timestamptz,
    revoked_at timestamptz
);
create unique index uq_device_key on device (key_hash);

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
    is_second_factor_done boolean not null default false,
    desk_id uuid constraint fk_sign_in_desk_id_device references device (id) on delete restrict,
    locked_at timestamptz,
    pin_tries integer not null default 0
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
create index ix_audit_line_act on audit_line (act, at);

create table audit_seal (
    seq bigint constraint pk_audit_seal primary key,
    line_id uuid not null constraint fk_audit_seal_line_id_audit_line references audit_line (id) on delete restrict,
    hash bytea not null
);
create unique index uq_audit_seal_line_id on audit_seal (line_id);

create table link (
    id uuid constraint pk_link primary key,
    person_id uuid not null constraint fk_link_person_id_person references person (id) on delete restrict,
    purpose text not null constraint ck_link_purpose check (purpose in ('invitation', 'reset', 'code', 'email')),
    email text,
    token_hash bytea not null,
    made_by uuid constraint fk_link_made_by_person references person (id) on delete restrict,
    made_at timestamptz not null,
    ends_at timestamptz not null,
    used_at timestamptz,
    replaced_at timestamptz,
    constraint ck_link_email check ((purpose = 'email') = (email is not null))
);
create unique index uq_link_token on link (token_hash);
create unique index uq_link_live on link (person_id) where used_at is null and replaced_at is null;

create table guess (
    account bytea not null,
    address text not null,
    failures integer not null,
    last_at timestamptz not null,
    constraint pk_guess primary key (account, address)
);
create index ix_guess_last_at on guess (last_at);

create table busy_minute (
    address text not null,
    minute timestamptz not null,
    tries integer not null,
    constraint pk_busy_minute primary key (address, minute)
);

create table authenticator (
    person_id uuid constraint pk_authenticator primary key constraint fk_authenticator_person_id_person references person (id) on delete restrict,
    secret bytea not null,
    made_at timestamptz not null,
    confirmed_at timestamptz,
    last_step bigint
);

create table one_time_code (
    person_id uuid not null constraint fk_one_time_code_person_id_person references person (id) on delete restrict,
    code_hash bytea not null,
    used_at timestamptz,
    constraint pk_one_time_code primary key (person_id, code_hash)
);

create table passkey (
    id uuid constraint pk_passkey primary key,
    person_id uuid not null constraint fk_passkey_person_id_person references person (id) on delete restrict,
    credential_id bytea not null,
    public_key bytea not null,
    sign_count bigint not null,
    name text not null,
    made_at timestamptz not null,
    used_at timestamptz
);
create index ix_passkey_person on passkey (person_id);
create unique index uq_passkey_credential on passkey (credential_id);

create table challenge (
    id uuid constraint pk_challenge primary key,
    person_id uuid constraint fk_challenge_person_id_person references person (id) on delete restrict,
    value bytea not null,
    ends_at timestamptz not null
);

create table token_family (
    id uuid constraint pk_token_family primary key,
    person_id uuid constraint fk_token_family_person_id_person references person (id) on delete restrict,
    device_id uuid constraint fk_token_family_device_id_device references device (id) on delete restrict,
    gym_id uuid not null constraint fk_token_family_gym_id_gym references gym (id) on delete restrict,
    name text not null,
    generation integer not null,
    made_at timestamptz not null,
    seen_at timestamptz not null,
    ends_at timestamptz not null,
    revoked_at timestamptz,
    constraint ck_token_family_whose check (num_nonnulls(person_id, device_id) = 1)
);
create index ix_token_family_person on token_family (person_id);
create index ix_token_family_device on token_family (device_id);

create table access_token (
    id uuid constraint pk_access_token primary key,
    family_id uuid not null constraint fk_access_token_family_id_token_family references token_family (id) on delete restrict,
    ends_at timestamptz not null
);
create index ix_access_token_family on access_token (family_id);
create index ix_access_token_ends_at on access_token (ends_at);

-- What was done stays written, whoever asks.
create function audit_stays() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is only ever added to' using errcode = 'integrity_constraint_violation', constraint = 'audit_stays';
end $$;
create trigger audit_stays before update or delete on audit_line for each row execute function audit_stays();
create trigger audit_stays_whole before truncate on audit_line for each statement execute function audit_stays();

create trigger audit_stays before update or delete on audit_seal for each row execute function audit_stays();
create trigger audit_stays_whole before truncate on audit_seal for each statement execute function audit_stays();

-- Every line is sealed over the seal before it. At COMMIT, so that whoever waits for the chain holds nothing that others wait for.
create function audit_hash(previous bytea, line audit_line) returns bytea language sql stable set timezone = 'UTC' as $$
    select sha256(coalesce(previous, '') || convert_to(jsonb_build_array(line.id, line.at, line.person_id, line.gym_id, line.act,
                  line.subject, line.subject_id, line.address, line.before, line.after)::text, 'UTF8'))
$$;
create function audit_seals() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7710115);
    insert into audit_seal (seq, line_id, hash)
    select coalesce(s.seq, 0) + 1, new.id, audit_hash(s.hash, new)
      from (select) one left join (select seq, hash from audit_seal order by seq desc limit 1) s on true;
    return null;
end $$;
create constraint trigger audit_seals after insert on audit_line deferrable initially deferred
    for each row execute function audit_seals();

-- A club that has had an owner keeps one. The club's row is locked first, so that two owners cannot remove each other at once.
create function owner_stays() returns trigger language plpgsql as $$
begin
    perform from club for update;
    if not exists (select from role_grant h join role r on r.id = h.role_id join person p on p.id = h.person_id
                    where r.name = 'owner' and r.is_built_in and h.gym_id is null and p.is_active) then
        raise exception 'the last owner stays' using errcode = 'integrity_constraint_violation', constraint = 'owner_stays';
    end if;
    return null;
end $$;
create function is_owner_grant(wanted uuid, gym uuid) returns boolean language sql stable as $$
    select gym is null and exists (select from role where id = wanted and name = 'owner' and is_built_in)
$$;
create trigger owner_stays after delete on role_grant
    for each row when (is_owner_grant(old.role_id, old.gym_id)) execute function owner_stays();
create trigger owner_stays_changed after update on role_grant
    for each row when (is_owner_grant(old.role_id, old.gym_id)) execute function owner_stays();
create function active_owner_stays() returns trigger language plpgsql as $$
begin
    if exists (select from role_grant h where h.person_id = old.id and is_owner_grant(h.role_id, h.gym_id)) then
        perform from club for update;
        if not exists (select from role_grant h join person p on p.id = h.person_id
                        where is_owner_grant(h.role_id, h.gym_id) and p.is_active) then
            raise exception 'the last owner stays' using errcode = 'integrity_constraint_violation', constraint = 'owner_stays';
        end if;
    end if;
    return null;
end $$;
create trigger active_owner_stays after update of is_active on person
    for each row when (old.is_active and not new.is_active) execute function active_owner_stays();
"""

DOWN = """
drop function audit_hash(bytea, audit_line);
drop table access_token, token_family, challenge, passkey, one_time_code, authenticator, busy_minute, guess, link;
drop table audit_seal, audit_line, sign_in, device, role_grant, role, person, gym, club;
drop function audit_seals();
drop function audit_stays();
drop function owner_stays();
drop function active_owner_stays();
drop function is_owner_grant(uuid, uuid);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
