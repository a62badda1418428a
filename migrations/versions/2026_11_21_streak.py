"""desk: a visit knows how many weeks in a row it was, so that no tap counts a year back."""

from alembic import op

revision = "2026_11_21_streak"
down_revision = "2026_11_21_weeks"

# Weeks in a row before a Monday, from the visits themselves; a day may lie in a gym of another zone. For visits that were never
# counted, or no longer are: those that were brought, a merged member's, and whatever came after one that was taken back.
COUNTED = """
alter table visit add column weeks integer;

create function weeks_before(member uuid, monday date) returns integer language sql stable as $$
  with recursive week(monday) as (
    select monday
    union all
    select week.monday - 7 from week where exists (
      select from visit v where v.member_id = member and not v.is_undone and v.day >= week.monday - 7 and v.day < week.monday
        and v.at >= week.monday - interval '9 days' and v.at < week.monday + interval '2 days')
  ) select count(*)::int - 1 from week
$$;

create function recount_weeks() returns trigger language plpgsql as $$
begin
  update visit set weeks = null where member_id = old.member_id and at > old.at and weeks is not null;
  return null;
end $$;
create trigger visit_recount after delete or update of is_undone on visit for each row execute function recount_weeks();
"""

# What a tap hardly ever asks is kept out of its statement: a part that is not run costs as much to prepare as one that is.
RARE = """
create function visits_on(today date, member uuid, pass uuid) returns bigint language sql stable as $$
  select count(*) from visit v where v.member_id = member and not v.is_undone and v.membership_id = pass and v.day = today
    and v.at >= today - interval '2 days' and v.at < today + interval '3 days'
$$;
create function came_on(gym uuid, someday date) returns bigint language sql stable as $$
  select count(*) from visit v where v.gym_id = gym and v.day = someday and not v.is_undone
$$;
"""

# Only who came this week or last can go on with what they have.
FILLED = """
update visit v set weeks = 1 + weeks_before(v.member_id, v.day - extract(isodow from v.day)::int + 1)
from member m cross join lateral (
  select id, day from visit where member_id = m.id and not is_undone order by at desc, nth desc limit 1) last
where v.id = last.id and last.day > current_date - 16
"""

MERGES = """
create or replace function door_merges() returns trigger language plpgsql as $$
begin
  perform 1 from member where id = new.merged_into_id for update;
  update visit set member_id = new.merged_into_id,{}
    nth = nth + (select coalesce(max(nth), 0) from visit where member_id = new.merged_into_id)
    where member_id = new.id;{}
  update attempt set member_id = new.merged_into_id where member_id = new.id;
  update override set member_id = new.merged_into_id where member_id = new.id;
  update undo set member_id = new.merged_into_id where member_id = new.id;
  return null;
end $$;
"""
FORGOTTEN = "\n  update visit set weeks = null where member_id = new.merged_into_id and weeks is not null;"


def upgrade() -> None:
    op.execute(COUNTED)
    op.execute(RARE)
    op.execute(FILLED)
    op.execute(MERGES.format(" weeks = null,", FORGOTTEN))


def downgrade() -> None:
    op.execute(MERGES.format("", ""))
    op.execute("""
        drop function came_on(uuid, date);
        drop function visits_on(date, uuid, uuid);
        drop trigger visit_recount on visit;
        drop function recount_weeks();
        drop function weeks_before(uuid, date);
        alter table visit drop column weeks;
    """)
