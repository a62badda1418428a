"""members: tables."""

from alembic import op

revision = "2026_11_21_members"
down_revision = "2026_11_21_exercises"

FUNCTIONS = (
    # One spelling for searching: no case, no accents, Serbian Cyrillic as Latin, "dj" and "đ" the same.
    """
    create function member_fold(said text) returns text language sql immutable parallel safe strict as $$
      select btrim(regexp_replace(replace(replace(replace(replace(replace(replace(translate(
          regexp_replace(lower(normalize(said, NFKD) collate "pg_c_utf8"), '[\u0300-\u036f''’`´]', '', 'g'),
          'абвгдђежзијклмнопрстћуфхцчшđøłðı', 'abvgddezzijklmnoprstcufhccsdoldi'),
          'љ', 'lj'), 'њ', 'nj'), 'џ', 'dz'), 'ß', 'ss'), 'æ', 'ae'), 'dj', 'd'),
        '[^[:alnum:]@._+]+', ' ', 'g'))
    $$
    """,
    """
    create function member_words(words text) returns tsvector language sql immutable parallel safe strict as $$
      select array_to_tsvector(array_remove(string_to_array(words, ' '), ''))
    $$
    """,
    # What was typed, as a search for words that begin so. A number is looked for with and without its leading zeros.
    r"""
    create function member_query(said text) returns tsquery language sql immutable parallel safe strict as $$
      select string_agg(
          case when word ~ '^0+[1-9][0-9]*$' then '(' || quoted || ':* | ''' || ltrim(word, '0') || ''':*)' else quoted || ':*' end, ' & ')::tsquery
        from (select word, '''' || replace(replace(word, '\', '\\'), '''', '''''') || '''' as quoted
                from regexp_split_to_table(
                  case when said ~ '^[-+()/0-9[:space:].]+$' then regexp_replace(said, '[^0-9]', '', 'g') else member_fold(said) end, ' ') word
               where word <> '') words
    $$
    """,
)
AFTER = (
    # Every word by which the desk may look for somebody; the ends of a phone number are words too, so "last four" works.
    """
    create function member_search(member uuid, person uuid, number integer, phone text) returns text language sql stable as $$
      select concat_ws(' ', member_fold(p.name), number, member_fold(p.email), member_fold(translate(p.email, '@._+', '    ')),
          (select string_agg(substr(digits, start), ' ')
             from (select regexp_replace(phone, '[^0-9]', '', 'g') as digits) d, generate_series(1, greatest(length(digits) - 3, 1)) start),
          (select string_agg(concat_ws(' ', member_fold(code), ltrim(member_fold(code), '0'), member_fold(right(code, 4))), ' ')
             from card where member_id = member and ended_at is null))
        from person p where p.id = person
    $$
    """,
    """
    create function member_search_on_member() returns trigger language plpgsql as $$
      begin
        new.search := coalesce(member_search(new.id, new.person_id, new.number, new.phone), '');
        new.sort_name := coalesce((select member_fold(name) from person where id = new.person_id), '');
        return new;
      end
    $$
    """,
    "create trigger member_search before insert or update of phone, person_id on member for each row execute function member_search_on_member()",
    """
    create function member_search_on_person() returns trigger language plpgsql as $$
      begin
        update member set phone = phone where person_id = new.id;
        return null;
      end
    $$
    """,
    "create trigger member_search after update of name, email on person for each row execute function member_search_on_person()",
    """
    create function member_search_on_card() returns trigger language plpgsql as $$
      begin
        update member set phone = phone where id = new.member_id or (tg_op = 'UPDATE' and id = old.member_id);
        return null;
      end
    $$
    """,
    "create trigger member_search after insert or update of code, ended_at, member_id on card"
    " for each row execute function member_search_on_card()",
    """
    create function member_refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is never changed: add a new row', tg_table_name using errcode = 'integrity_constraint_violation';
      end
    $$
    """,
    "create trigger waiver_version_stays before update or delete on waiver_version"
    " for each row execute function member_refuse_change()",
)
SPAN = """
    create function membership_span(owner uuid, kind text, starts_on date, ends_on date, cut_on date) returns numrange
    language sql immutable parallel safe as $$
      select case when least(ends_on + 1, cut_on) <= starts_on then 'empty'::numrange
                  else numrange(base + (starts_on - date '0001-01-01'), base + (least(ends_on + 1, cut_on) - date '0001-01-01')) end
        from (select (('x' || substr(hex, 1, 8))::bit(32)::bigint::numeric * 4294967296 * 4294967296 * 4294967296
                    + ('x' || substr(hex, 9, 8))::bit(32)::bigint::numeric * 4294967296 * 4294967296
                    + ('x' || substr(hex, 17, 8))::bit(32)::bigint::numeric * 4294967296
                    + ('x' || substr(hex, 25, 8))::bit(32)::bigint::numeric) * 1000000000
                    + coalesce(array_position(array['membership', 'pack', 'day', 'trial', 'freeze'], kind), 9) * 100000000 as base
                from (select replace(owner::text, '-', '') as hex) h) b
    $$
    """

TABLES = (
    """
    CREATE TABLE household (
      id UUID NOT NULL,
      name TEXT NOT NULL,
      created_at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_household PRIMARY KEY (id),
      CONSTRAINT ck_household_name CHECK (length(btrim(name)) between 1 and 80)
    )
    """,
    """
    CREATE TABLE membership_type (
      id UUID NOT NULL,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      visits INTEGER,
      duration INTEGER NOT NULL,
      duration_unit TEXT NOT NULL,
      price BIGINT NOT NULL,
      joining_fee BIGINT DEFAULT 0 NOT NULL,
      windows JSONB DEFAULT '[]'::jsonb NOT NULL,
      gym_ids UUID[] DEFAULT '{}'::uuid[] NOT NULL,
      daily_limit INTEGER,
      grace_days INTEGER DEFAULT 0 NOT NULL,
      is_shared BOOLEAN DEFAULT false NOT NULL,
      is_active BOOLEAN DEFAULT true NOT NULL,
      created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
      CONSTRAINT pk_membership_type PRIMARY KEY (id),
      CONSTRAINT ck_membership_type_kind CHECK (kind in ('membership', 'pack', 'day', 'trial')),
      CONSTRAINT ck_membership_type_duration_unit CHECK (duration_unit in ('day', 'month')),
      CONSTRAINT ck_membership_type_duration CHECK (duration between 1 and 3660),
      CONSTRAINT ck_membership_type_visits CHECK (visits is null or visits between 1 and 10000),
      CONSTRAINT ck_membership_type_membership_is_unlimited CHECK (kind <> 'membership' or visits is null),
      CONSTRAINT ck_membership_type_pack_has_visits CHECK (kind <> 'pack' or visits is not null),
      CONSTRAINT ck_membership_type_price CHECK (price between 0 and 10000000000 and joining_fee between 0 and 10000000000),
      CONSTRAINT ck_membership_type_grace_days CHECK (grace_days between 0 and 366),
      CONSTRAINT ck_membership_type_daily_limit CHECK (daily_limit is null or daily_limit between 1 and 100),
      CONSTRAINT ck_membership_type_name CHECK (length(btrim(name)) between 1 and 80)
    )
    """,
    "CREATE UNIQUE INDEX uq_membership_type_name ON membership_type (lower(name))",
    """
    CREATE TABLE gym_rules (
      gym_id UUID NOT NULL,
      may_freeze BOOLEAN DEFAULT true NOT NULL,
      freeze_min_days INTEGER DEFAULT 7 NOT NULL,
      freeze_max_days INTEGER DEFAULT 90 NOT NULL,
      freeze_fee BIGINT DEFAULT 0 NOT NULL,
      may_cancel BOOLEAN DEFAULT true NOT NULL,
      cancel_notice_days INTEGER DEFAULT 14 NOT NULL,
      cancel_returns_days BOOLEAN DEFAULT true NOT NULL,
      may_renew BOOLEAN DEFAULT true NOT NULL,
      renew_days_before INTEGER DEFAULT 30 NOT NULL,
      adult_age INTEGER DEFAULT 18 NOT NULL,
      CONSTRAINT pk_gym_rules PRIMARY KEY (gym_id),
      CONSTRAINT ck_gym_rules_freeze_min_days CHECK (freeze_min_days between 1 and 366),
      CONSTRAINT ck_gym_rules_freeze_max_days CHECK (freeze_max_days between freeze_min_days and 366),
      CONSTRAINT ck_gym_rules_freeze_fee CHECK (freeze_fee between 0 and 100000000),
      CONSTRAINT ck_gym_rules_cancel_notice_days CHECK (cancel_notice_days between 0 and 366),
      CONSTRAINT ck_gym_rules_renew_days_before CHECK (renew_days_before between 0 and 366),
      CONSTRAINT ck_gym_rules_adult_age CHECK (adult_age between 10 and 25),
      CONSTRAINT fk_gym_rules_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT
    )
    """,
    """
    CREATE TABLE member (
      id UUID NOT NULL,
      person_id UUID NOT NULL,
      number INTEGER GENERATED BY DEFAULT AS IDENTITY (START WITH 1001),
      home_gym_id UUID NOT NULL,
      phone TEXT DEFAULT '' NOT NULL,
      born_on DATE,
      emergency_name TEXT DEFAULT '' NOT NULL,
      emergency_phone TEXT DEFAULT '' NOT NULL,
      alert TEXT DEFAULT '' NOT NULL,
      photo TEXT,
      joined_on DATE NOT NULL,
      left_on DATE,
      erased_at TIMESTAMP WITH TIME ZONE,
      merged_into_id UUID,
      search TEXT DEFAULT '' NOT NULL,
      sort_name TEXT DEFAULT '' NOT NULL,
      created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
      CONSTRAINT pk_member PRIMARY KEY (id),
      CONSTRAINT ck_member_left_on CHECK (left_on is null or left_on >= joined_on),
      CONSTRAINT ck_member_born_on CHECK (born_on is null or born_on > date '1900-01-01'),
      CONSTRAINT ck_member_lengths CHECK (length(phone) <= 40 and length(alert) <= 400 and length(emergency_name) <= 120),
      CONSTRAINT uq_member_person_id UNIQUE (person_id),
      CONSTRAINT fk_member_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT,
      CONSTRAINT uq_member_number UNIQUE (number),
      CONSTRAINT fk_member_home_gym_id_gym FOREIGN KEY(home_gym_id) REFERENCES gym (id) ON DELETE RESTRICT,
      CONSTRAINT fk_member_merged_into_id_member FOREIGN KEY(merged_into_id) REFERENCES member (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_member_gym ON member (home_gym_id)",
    "CREATE INDEX ix_member_joined ON member (joined_on, id)",
    "CREATE INDEX ix_member_merged ON member (merged_into_id) WHERE merged_into_id is not null",
    "CREATE INDEX ix_member_name ON member (sort_name, id)",
    "CREATE INDEX ix_member_words ON member USING gin (member_words(search))",
    """
    CREATE TABLE waiver_version (
      id UUID NOT NULL,
      number INTEGER NOT NULL,
      title TEXT NOT NULL,
      body TEXT NOT NULL,
      by UUID,
      published_at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_waiver_version PRIMARY KEY (id),
      CONSTRAINT ck_waiver_version_body CHECK (length(body) between 1 and 40000),
      CONSTRAINT uq_waiver_version_number UNIQUE (number),
      CONSTRAINT fk_waiver_version_by_person FOREIGN KEY(by) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    """
    CREATE TABLE card (
      id UUID NOT NULL,
      member_id UUID NOT NULL,
      code TEXT NOT NULL,
      is_blocked BOOLEAN DEFAULT false NOT NULL,
      lost_at TIMESTAMP WITH TIME ZONE,
      ended_at TIMESTAMP WITH TIME ZONE,
      created_at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_card PRIMARY KEY (id),
      CONSTRAINT ck_card_code CHECK (code = btrim(code) and octet_length(code) between 1 and 256),
      CONSTRAINT fk_card_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_card_member ON card (member_id)",
    "CREATE UNIQUE INDEX uq_card_code_live ON card (code) WHERE ended_at is null",
    """
    CREATE TABLE consent (
      id UUID NOT NULL,
      member_id UUID NOT NULL,
      code TEXT NOT NULL,
      is_given BOOLEAN NOT NULL,
      by UUID,
      at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_consent PRIMARY KEY (id),
      CONSTRAINT ck_consent_code CHECK (code in ('email', 'messages', 'photos', 'research')),
      CONSTRAINT fk_consent_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE RESTRICT,
      CONSTRAINT fk_consent_by_person FOREIGN KEY(by) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_consent_member ON consent (member_id, code, at desc)",
    """
    CREATE TABLE household_place (
      member_id UUID NOT NULL,
      household_id UUID NOT NULL,
      is_payer BOOLEAN DEFAULT false NOT NULL,
      may_use BOOLEAN DEFAULT true NOT NULL,
      created_at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_household_place PRIMARY KEY (member_id),
      CONSTRAINT fk_household_place_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE RESTRICT,
      CONSTRAINT fk_household_place_household_id_household FOREIGN KEY(household_id) REFERENCES household (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_household_place_household_id ON household_place (household_id)",
    "CREATE UNIQUE INDEX uq_household_place_payer ON household_place (household_id) WHERE is_payer",
    """
    CREATE TABLE member_note (
      id UUID NOT NULL,
      member_id UUID NOT NULL,
      body TEXT NOT NULL,
      by UUID,
      at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_member_note PRIMARY KEY (id),
      CONSTRAINT ck_member_note_body CHECK (length(body) between 1 and 4000),
      CONSTRAINT fk_member_note_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE RESTRICT,
      CONSTRAINT fk_member_note_by_person FOREIGN KEY(by) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_member_note_member ON member_note (member_id, at)",
    """
    CREATE TABLE member_photo (
      member_id UUID NOT NULL,
      name TEXT NOT NULL,
      small BYTEA NOT NULL,
      medium BYTEA NOT NULL,
      large BYTEA NOT NULL,
      taken_at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_member_photo PRIMARY KEY (member_id),
      CONSTRAINT fk_member_photo_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE RESTRICT
    )
    """,
    """
    CREATE TABLE membership (
      id UUID NOT NULL,
      member_id UUID NOT NULL,
      type_id UUID NOT NULL,
      gym_id UUID NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      starts_on DATE NOT NULL,
      ends_on DATE NOT NULL,
      sold_starts_on DATE NOT NULL,
      sold_ends_on DATE NOT NULL,
      visits_sold INTEGER,
      visits_left INTEGER,
      price BIGINT NOT NULL,
      joining_fee BIGINT DEFAULT 0 NOT NULL,
      currency TEXT NOT NULL,
      windows JSONB DEFAULT '[]'::jsonb NOT NULL,
      gym_ids UUID[] DEFAULT '{}'::uuid[] NOT NULL,
      daily_limit INTEGER,
      grace_days INTEGER DEFAULT 0 NOT NULL,
      is_shared BOOLEAN DEFAULT false NOT NULL,
      is_replaced BOOLEAN DEFAULT false NOT NULL,
      suspended_on DATE,
      suspended_why TEXT DEFAULT '' NOT NULL,
      cancelled_on DATE,
      cancelled_at TIMESTAMP WITH TIME ZONE,
      cancelled_why TEXT DEFAULT '' NOT NULL,
      renews_id UUID,
      sold_by UUID,
      sold_at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_membership PRIMARY KEY (id),
      CONSTRAINT ck_membership_kind CHECK (kind in ('membership', 'pack', 'day', 'trial')),
      CONSTRAINT ck_membership_dates CHECK (ends_on >= starts_on and sold_ends_on >= sold_starts_on),
      CONSTRAINT ck_membership_only_longer CHECK (ends_on - starts_on >= sold_ends_on - sold_starts_on),
      CONSTRAINT ck_membership_visits_left CHECK (visits_left >= 0 and visits_left <= visits_sold),
      CONSTRAINT ck_membership_visits_sold CHECK ((visits_left is null) = (visits_sold is null)),
      CONSTRAINT ck_membership_price CHECK (price >= 0 and joining_fee >= 0),
      CONSTRAINT ck_membership_currency CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT membership_overlap EXCLUDE USING gist (membership_span(member_id, kind, starts_on, ends_on, cancelled_on) WITH &&) WHERE (not is_replaced),
      CONSTRAINT fk_membership_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE RESTRICT,
      CONSTRAINT fk_membership_type_id_membership_type FOREIGN KEY(type_id) REFERENCES membership_type (id) ON DELETE RESTRICT,
      CONSTRAINT fk_membership_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT,
      CONSTRAINT fk_membership_renews_id_membership FOREIGN KEY(renews_id) REFERENCES membership (id) ON DELETE RESTRICT,
      CONSTRAINT fk_membership_sold_by_person FOREIGN KEY(sold_by) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_membership_ends ON membership (ends_on, member_id)",
    "CREATE INDEX ix_membership_member ON membership (member_id, ends_on)",
    "CREATE INDEX ix_membership_type ON membership (type_id)",
    "CREATE UNIQUE INDEX uq_membership_trial ON membership (member_id) WHERE kind = 'trial' and not is_replaced",
    """
    CREATE TABLE waiver_signature (
      id UUID NOT NULL,
      member_id UUID NOT NULL,
      version_id UUID NOT NULL,
      typed_name TEXT NOT NULL,
      is_guardian BOOLEAN DEFAULT false NOT NULL,
      drawing BYTEA,
      gym_id UUID,
      witnessed_by UUID,
      signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_waiver_signature PRIMARY KEY (id),
      CONSTRAINT uq_waiver_signature_member_id_version_id UNIQUE (member_id, version_id),
      CONSTRAINT ck_waiver_signature_typed_name CHECK (length(btrim(typed_name)) between 1 and 120),
      CONSTRAINT ck_waiver_signature_drawing CHECK (octet_length(drawing) <= 300000),
      CONSTRAINT fk_waiver_signature_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE RESTRICT,
      CONSTRAINT fk_waiver_signature_version_id_waiver_version FOREIGN KEY(version_id) REFERENCES waiver_version (id) ON DELETE RESTRICT,
      CONSTRAINT fk_waiver_signature_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT,
      CONSTRAINT fk_waiver_signature_witnessed_by_person FOREIGN KEY(witnessed_by) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    """
    CREATE TABLE membership_freeze (
      id UUID NOT NULL,
      membership_id UUID NOT NULL,
      starts_on DATE NOT NULL,
      ends_on DATE NOT NULL,
      thawed_on DATE,
      why TEXT DEFAULT '' NOT NULL,
      fee BIGINT DEFAULT 0 NOT NULL,
      by UUID,
      created_at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_membership_freeze PRIMARY KEY (id),
      CONSTRAINT ck_membership_freeze_dates CHECK (ends_on >= starts_on),
      CONSTRAINT ck_membership_freeze_thawed_on CHECK (thawed_on is null or thawed_on between starts_on and ends_on),
      CONSTRAINT membership_freeze_overlap EXCLUDE USING gist (membership_span(membership_id, 'freeze', starts_on, ends_on, thawed_on) WITH &&),
      CONSTRAINT fk_membership_freeze_membership_id_membership FOREIGN KEY(membership_id) REFERENCES membership (id) ON DELETE RESTRICT,
      CONSTRAINT fk_membership_freeze_by_person FOREIGN KEY(by) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_membership_freeze_membership ON membership_freeze (membership_id)",
    """
    CREATE TABLE membership_act (
      id UUID NOT NULL,
      membership_id UUID NOT NULL,
      what TEXT NOT NULL,
      is_refused BOOLEAN DEFAULT false NOT NULL,
      said JSONB,
      by UUID,
      at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_membership_act PRIMARY KEY (id),
      CONSTRAINT fk_membership_act_membership_id_membership FOREIGN KEY(membership_id) REFERENCES membership (id) ON DELETE RESTRICT,
      CONSTRAINT fk_membership_act_by_person FOREIGN KEY(by) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_membership_act_membership ON membership_act (membership_id)",
)

TABLES_LAST_FIRST = (
    "membership_act",
    "membership_freeze",
    "waiver_signature",
    "membership",
    "member_photo",
    "member_note",
    "household_place",
    "consent",
    "card",
    "waiver_version",
    "member",
    "gym_rules",
    "membership_type",
    "household",
)


def upgrade() -> None:
    for statement in (*FUNCTIONS, SPAN, *TABLES, *AFTER):
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop trigger member_search on person")
    for table in TABLES_LAST_FIRST:
        op.execute(f"drop table {table}")
    for function in (
        "member_search_on_member()",
        "member_search_on_person()",
        "member_search_on_card()",
        "member_refuse_change()",
        "member_search(uuid, uuid, integer, text)",
        "member_query(text)",
        "member_words(text)",
        "member_fold(text)",
        "membership_span(uuid, text, date, date, date)",
    ):
        op.execute(f"drop function {function}")
