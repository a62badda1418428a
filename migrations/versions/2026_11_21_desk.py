"""desk: what happened at the door."""

from alembic import op

revision = "2026_11_21_desk"
down_revision = "2026_11_21_money"

TABLES = """
create table door_policy (
  gym_id uuid not null,
  again_minutes integer not null default 10,
  overdue_amount integer not null default 0,
  overdue_days integer not null default 14,
  soon_days integer not null default 7,
  stay_minutes integer not null default 240,
  keep_months integer,
  changes jsonb not null default '{}'::jsonb,
  changed_by uuid,
  changed_at timestamptz not null,
  constraint pk_door_policy primary key (gym_id),
  constraint ck_door_policy_again_minutes check (again_minutes between 0 and 1440),
  constraint ck_door_policy_overdue_amount check (overdue_amount between 0 and 1000000000),
  constraint ck_door_policy_overdue_days check (overdue_days between 0 and 366),
  constraint ck_door_policy_soon_days check (soon_days between 0 and 60),
  constraint ck_door_policy_stay_minutes check (stay_minutes between 15 and 1440),
  constraint ck_door_policy_keep_months check (keep_months is null or keep_months between 1 and 120),
  constraint fk_door_policy_gym_id_gym foreign key (gym_id) references gym (id) on delete restrict,
  constraint fk_door_policy_changed_by_person foreign key (changed_by) references person (id) on delete restrict
);

create table visit (
  id uuid not null,
  gym_id uuid not null,
  member_id uuid not null,
  membership_id uuid,
  nth integer not null,
  took boolean not null default false,
  at timestamptz not null,
  day date not null,
  stays_until timestamptz not null,
  left_at timestamptz,
  is_guess boolean not null default false,
  is_undone boolean not null default false,
  constraint pk_visit primary key (id),
  constraint ck_visit_nth check (nth > 0),
  constraint ck_visit_left_at check (left_at is null or left_at >= at),
  constraint ck_visit_took check (not took or membership_id is not null),
  constraint fk_visit_gym_id_gym foreign key (gym_id) references gym (id) on delete restrict,
  constraint fk_visit_member_id_member foreign key (member_id) references member (id) on delete restrict,
  constraint fk_visit_membership_id_membership foreign key (membership_id) references membership (id) on delete restrict
) with (fillfactor = 90);
create unique index uq_visit_nth on visit (member_id, nth);
create index ix_visit_gym on visit (gym_id, at);
create index ix_visit_day on visit (gym_id, day) where not is_undone;
create index ix_visit_open on visit (gym_id, stays_until) where left_at is null and not is_undone;
create index ix_visit_membership on visit (membership_id) where membership_id is not null;

create table attempt (
  id uuid not null,
  gym_id uuid not null,
  at timestamptz not null,
  device_at timestamptz,
  channel text not null,
  by uuid,
  device text not null default '',
  card text not null default '',
  member_id uuid,
  name text not null default '',
  outcome text not null,
  codes text[] not null,
  reasons jsonb not null,
  membership_id uuid,
  visits_left integer,
  hash bytea not null,
  constraint pk_attempt primary key (id),
  constraint ck_attempt_channel check (channel in ('desk', 'kiosk', 'self', 'device')),
  constraint ck_attempt_outcome check (outcome in ('allowed', 'warned', 'refused', 'again', 'overridden')),
  constraint ck_attempt_card check (octet_length(card) <= 256),
  constraint fk_attempt_gym_id_gym foreign key (gym_id) references gym (id) on delete restrict,
  constraint fk_attempt_by_person foreign key (by) references person (id) on delete restrict,
  constraint fk_attempt_member_id_member foreign key (member_id) references member (id) on delete restrict,
  constraint fk_attempt_membership_id_membership foreign key (membership_id) references membership (id) on delete restrict
);
create index ix_attempt_gym on attempt (gym_id, at desc, id desc);
create index ix_attempt_member on attempt (member_id, at desc) where member_id is not null;

create table override (
  id uuid not null,
  gym_id uuid not null,
  member_id uuid not null,
  codes text[] not null,
  why text not null,
  by uuid not null,
  at timestamptz not null,
  constraint pk_override primary key (id),
  constraint ck_override_why check (length(btrim(why)) between 3 and 200),
  constraint fk_override_id_visit foreign key (id) references visit (id) on delete restrict,
  constraint fk_override_gym_id_gym foreign key (gym_id) references gym (id) on delete restrict,
  constraint fk_override_member_id_member foreign key (member_id) references member (id) on delete restrict,
  constraint fk_override_by_person foreign key (by) references person (id) on delete restrict
);
create index ix_override_gym on override (gym_id, at);

create table undo (
  id uuid not null,
  visit_id uuid not null,
  gym_id uuid not null,
  member_id uuid not null,
  gave_back boolean not null,
  by uuid,
  at timestamptz not null,
  constraint pk_undo primary key (id),
  constraint fk_undo_visit_id_visit foreign key (visit_id) references visit (id) on delete restrict,
  constraint fk_undo_gym_id_gym foreign key (gym_id) references gym (id) on delete restrict,
  constraint fk_undo_member_id_member foreign key (member_id) references member (id) on delete restrict,
  constraint fk_undo_by_person foreign key (by) references person (id) on delete restrict
);
create unique index uq_undo_visit on undo (visit_id);
create index ix_undo_gym on undo (gym_id, at);

create table door_screen (
  id uuid not null,
  gym_id uuid not null,
  kind text not null,
  name text not null,
  key_hash bytea not null,
  pin_hash bytea,
  pin_tries integer not null default 0,
  pin_tried_at timestamptz,
  made_by uuid not null,
  made_at timestamptz not null,
  ended_at timestamptz,
  constraint pk_door_screen primary key (id),
  constraint ck_door_screen_kind check (kind in ('kiosk', 'wall', 'code')),
  constraint ck_door_screen_pin check ((kind = 'kiosk') = (pin_hash is not null)),
  constraint ck_door_screen_name check (length(btrim(name)) between 1 and 60),
  constraint fk_door_screen_gym_id_gym foreign key (gym_id) references gym (id) on delete restrict,
  constraint fk_door_screen_made_by_person foreign key (made_by) references person (id) on delete restrict
);
create unique index uq_door_screen_key on door_screen (key_hash);
create index ix_door_screen_gym on door_screen (gym_id);

create table relay (
  id uuid not null,
  gym_id uuid not null,
  name text not null,
  url text not null,
  channels text[] not null,
  is_active boolean not null default true,
  opened_at timestamptz,
  failed_at timestamptz,
  failure text not null default '',
  constraint pk_relay primary key (id),
  constraint ck_relay_url check (url ~ '^https?://' and length(url) <= 400),
  constraint ck_relay_name check (length(btrim(name)) between 1 and 60),
  constraint fk_relay_gym_id_gym foreign key (gym_id) references gym (id) on delete restrict
);
create index ix_relay_gym on relay (gym_id);
"""

# Erasing or merging a member happens in another feature, which does not know that doors exist.
FOLLOW_MEMBERS = """
create function door_forgets() returns trigger language plpgsql as $$
begin
  update attempt set name = '', card = '', reasons = '[]'::jsonb where member_id = new.id;
  return null;
end $$;
create trigger door_forgets after update of erased_at on member
  for each row when (new.erased_at is not null and old.erased_at is null) execute function door_forgets();

create function door_merges() returns trigger language plpgsql as $$
begin
  perform 1 from member where id = new.merged_into_id for update;
  update visit set member_id = new.merged_into_id,
    nth = nth + (select coalesce(max(nth), 0) from visit where member_id = new.merged_into_id)
    where member_id = new.id;
  update attempt set member_id = new.merged_into_id where member_id = new.id;
  update override set member_id = new.merged_into_id where member_id = new.id;
  update undo set member_id = new.merged_into_id where member_id = new.id;
  return null;
end $$;
create trigger door_merges after update of merged_into_id on member
  for each row when (new.merged_into_id is not null and old.merged_into_id is null) execute function door_merges();
"""

# Where room is limited, whoever asks for the last of it waits for those before and then counts again: each statement in a
# volatile function sees what was committed until then, which one statement alone never does.
ROOM = """
create function has_room(gym uuid, member uuid, now timestamptz, most integer) returns boolean language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('room ' || gym::text, 0));
  return (select count(*) from visit v where v.gym_id = gym and v.member_id <> member and v.left_at is null and not v.is_undone
    and v.stays_until > now) < most;
end $$;
"""

TAKE_AWAY = """
drop function has_room(uuid, uuid, timestamptz, integer);
drop trigger door_merges on member;
drop trigger door_forgets on member;
drop function door_merges();
drop function door_forgets();
drop table relay, door_screen, undo, override, attempt, visit, door_policy;
"""


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for statement in FOLLOW_MEMBERS.split("\n\n"):
        head, mark, tail = statement.partition("end $$;")
        op.execute(head + mark)
        if tail.strip():
            op.execute(tail)
    op.execute(ROOM)


def downgrade() -> None:
    for statement in TAKE_AWAY.strip().split(";\n"):
        op.execute(statement)
