"""desk: what a tap must not ask anew: whether anything about the door was changed, and how many came today."""

from alembic import op

revision = "2026_11_21_quick_door"
down_revision = "2026_11_21_took"

# Whatever the owner changes about a door draws a new version, in the same transaction. A web process keeps what it read
# under a version, and every tap reads the version itself.
VERSION = """
create table door_version (
  is_one boolean not null default true,
  version uuid not null default gen_random_uuid(),
  constraint pk_door_version primary key (is_one),
  constraint ck_door_version_one check (is_one)
);
insert into door_version default values;

create function door_changed() returns trigger language plpgsql as $$
begin
  update door_version set version = gen_random_uuid();
  return null;
end $$;
create trigger door_changed after insert or delete or update of name, zone, currency, capacity on gym
  for each statement execute function door_changed();
create trigger door_changed after insert or update or delete on door_policy for each statement execute function door_changed();
create trigger door_changed after insert or update or delete on opening_hours for each statement execute function door_changed();
create trigger door_changed after insert or update or delete on holiday for each statement execute function door_changed();
create trigger door_changed after insert or delete or update of gym_id, url, channels, is_active on relay
  for each statement execute function door_changed();
create trigger door_changed after insert on waiver_version for each statement execute function door_changed();
"""

# Visits of a day are counted as they are written, each connection on a slip of its own, so that nobody waits for another.
# Days before yesterday are counted from the visits themselves; the condition is the same for who writes and who reads.
COUNTED = """
create table door_day (
  gym_id uuid not null,
  day date not null,
  slip smallint not null,
  came integer not null,
  constraint pk_door_day primary key (gym_id, day, slip),
  constraint fk_door_day_gym_id_gym foreign key (gym_id) references gym (id) on delete restrict
) with (fillfactor = 50);
insert into door_day (gym_id, day, slip, came)
select gym_id, day, 0, count(*) from visit where not is_undone and day >= current_date - 1 group by gym_id, day;

create function count_visit() returns trigger language plpgsql as $$
declare
  visit visit := case when tg_op = 'DELETE' then old else new end;
begin
  insert into door_day as d (gym_id, day, slip, came)
  values (visit.gym_id, visit.day, pg_backend_pid() % 16, case when tg_op = 'DELETE' or visit.is_undone then -1 else 1 end)
  on conflict (gym_id, day, slip) do update set came = d.came + excluded.came;
  return null;
end $$;
create trigger visit_came after insert on visit
  for each row when (new.day >= current_date - 1 and not new.is_undone) execute function count_visit();
create trigger visit_undone after update of is_undone on visit
  for each row when (new.day >= current_date - 1 and new.is_undone <> old.is_undone) execute function count_visit();
create trigger visit_gone after delete on visit
  for each row when (old.day >= current_date - 1 and not old.is_undone) execute function count_visit();
"""

# The last visit of a member, and in which weeks they came, without reading hundreds of them.
INDEX = """
create index ix_visit_member on visit (member_id, at, nth) where not is_undone;
drop index ix_visit_gym;
"""

# A foreign key locks the row that it points to until COMMIT. Of members that is what we want; the gym and whoever stands at the
# desk are one row for all taps, and eight connections that lock it together spent more time on that than on the visit itself.
# Neither is ever deleted: that is refused here, and a visit in a gym that does not exist fails at `door_day`.
UNLOCKED = """
alter table visit alter constraint fk_visit_gym_id_gym not enforced;
alter table attempt alter constraint fk_attempt_gym_id_gym not enforced;
alter table attempt alter constraint fk_attempt_by_person not enforced;

create function door_remembers() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'gym' and (exists (select from visit where gym_id = old.id) or exists (select from attempt where gym_id = old.id))
    or tg_table_name = 'person' and exists (select from attempt where by = old.id) then
    raise foreign_key_violation using message = format('a door remembers this %s', tg_table_name);
  end if;
  return old;
end $$;
create trigger door_remembers before delete on gym for each row execute function door_remembers();
create trigger door_remembers before delete on person for each row execute function door_remembers();
"""

# While there is room for more than can be on their way in at the same time, nobody waits for anybody: eight tickets, one for each
# who is being let in and not yet written down, and a count that leaves eight places. In the last places they take turns.
ROOM = """
create function has_room(gym uuid, member uuid, now timestamptz, most integer, is_tight boolean) returns boolean
language plpgsql volatile as $$
declare
  room integer := hashtext('room ' || gym::text);
  ticket integer := pg_backend_pid() % 8;
begin
  if is_tight then
    perform pg_advisory_xact_lock(room, 0);
  else
    for n in 1..8 loop
      ticket := (ticket + 1) % 8;
      exit when pg_try_advisory_xact_lock(room, ticket + 1);
      if n = 8 then
        perform pg_advisory_xact_lock(room, ticket + 1);
      end if;
    end loop;
    perform pg_advisory_xact_lock_shared(room, 0);
    most := most - 8;
  end if;
  return (select count(*) from visit v where v.gym_id = gym and v.member_id <> member and v.left_at is null and not v.is_undone
    and v.stays_until > now) < most;
end $$;
"""


def upgrade() -> None:
    for part in (VERSION, COUNTED, INDEX, UNLOCKED, ROOM):
        op.execute(part)


def downgrade() -> None:
    op.execute("""
        drop function has_room(uuid, uuid, timestamptz, integer, boolean);
        drop trigger door_remembers on person;
        drop trigger door_remembers on gym;
        drop function door_remembers();
        alter table attempt alter constraint fk_attempt_by_person enforced;
        alter table attempt alter constraint fk_attempt_gym_id_gym enforced;
        alter table visit alter constraint fk_visit_gym_id_gym enforced;
        create index ix_visit_gym on visit (gym_id, at);
        drop index ix_visit_member;
        drop trigger visit_gone on visit;
        drop trigger visit_undone on visit;
        drop trigger visit_came on visit;
        drop function count_visit();
        drop table door_day;
        drop trigger door_changed on waiver_version;
        drop trigger door_changed on relay;
        drop trigger door_changed on holiday;
        drop trigger door_changed on opening_hours;
        drop trigger door_changed on door_policy;
        drop trigger door_changed on gym;
        drop function door_changed();
        drop table door_version;
    """)
