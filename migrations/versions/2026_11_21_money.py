"""money: tables."""

from alembic import op

revision = "2026_11_21_money"
down_revision = "2026_11_21_members"

FUNCTIONS = (
    # What is still open of each debit, oldest first. A line and its reversal are as if they had never been.
    """
    create function ledger_open(payer uuid, money text) returns table (line_id uuid, due_on date, open bigint) language sql stable as $$
      with lines as (
        select l.id, l.amount, coalesce(l.due_on, l.at::date) as due_on, l.at from ledger_line l
         where l.payer_id = payer and l.currency = money and l.reverses_id is null
           and not exists (select from ledger_line r where r.reverses_id = l.id)
      ), paid as (select coalesce(-sum(amount), 0)::bigint as total from lines where amount < 0),
      debits as (
        select id, due_on, amount, sum(amount) over (order by due_on, at, id)::bigint as until from lines where amount > 0
      )
      select id, due_on, least(amount, until - total) from debits, paid where until > total
    $$
    """,
    """
    create function ledger_reversal() returns trigger language plpgsql as $$
      declare original ledger_line;
      begin
        if new.reverses_id is null then return new; end if;
        select * into original from ledger_line where id = new.reverses_id;
        if not found or original.reverses_id is not null or original.amount <> -new.amount or original.currency <> new.currency
           or original.payer_id <> new.payer_id or original.kind <> new.kind or original.method is distinct from new.method then
          raise exception 'a reversal takes back exactly one line' using errcode = 'check_violation';
        end if;
        return new;
      end
    $$
    """,
    "create trigger ledger_reversal before insert on ledger_line for each row execute function ledger_reversal()",
    # The account's row is locked first, so that two tills writing for one payer take turns.
    """
    create function ledger_account() returns trigger language plpgsql as $$
      begin
        insert into account (payer_id, currency, balance) values (new.payer_id, new.currency, new.amount)
          on conflict (payer_id, currency) do update set balance = account.balance + excluded.balance;
        update account set owed_since = case when balance > 0 then (select min(due_on) from ledger_open(new.payer_id, new.currency)) end
         where payer_id = new.payer_id and currency = new.currency;
        return null;
      end
    $$
    """,
    "create trigger ledger_account after insert on ledger_line for each row execute function ledger_account()",
    """
    create function ledger_stays() returns trigger language plpgsql as $$
      begin
        raise exception 'the ledger is never changed: reverse the line' using errcode = 'integrity_constraint_violation';
      end
    $$
    """,
    "create trigger ledger_stays before update or delete on ledger_line for each row execute function ledger_stays()",
    "create trigger ledger_stays_whole before truncate on ledger_line for each statement execute function ledger_stays()",
)

TABLES = (
    """
    CREATE TABLE receipt_book (
      gym_id UUID NOT NULL,
      last INTEGER NOT NULL,
      CONSTRAINT pk_receipt_book PRIMARY KEY (gym_id),
      CONSTRAINT fk_receipt_book_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT
    )
    """,
    """
    CREATE TABLE account (
      payer_id UUID NOT NULL,
      currency TEXT NOT NULL,
      balance BIGINT NOT NULL,
      owed_since DATE,
      CONSTRAINT pk_account PRIMARY KEY (payer_id, currency),
      CONSTRAINT fk_account_payer_id_person FOREIGN KEY(payer_id) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_account_owed ON account (owed_since) WHERE balance > 0",
    """
    CREATE TABLE shift (
      id UUID NOT NULL,
      gym_id UUID NOT NULL,
      person_id UUID NOT NULL,
      currency TEXT NOT NULL,
      opening_cash BIGINT NOT NULL,
      opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
      counted_cash BIGINT,
      expected_cash BIGINT,
      note TEXT DEFAULT '' NOT NULL,
      closed_at TIMESTAMP WITH TIME ZONE,
      CONSTRAINT pk_shift PRIMARY KEY (id),
      CONSTRAINT ck_shift_cash CHECK (opening_cash >= 0 and counted_cash >= 0),
      CONSTRAINT ck_shift_closed CHECK ((closed_at is null) = (counted_cash is null)),
      CONSTRAINT fk_shift_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT,
      CONSTRAINT fk_shift_person_id_person FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_shift_gym ON shift (gym_id, opened_at)",
    "CREATE UNIQUE INDEX uq_shift_open ON shift (gym_id, person_id) WHERE closed_at is null",
    """
    CREATE TABLE ledger_line (
      id UUID NOT NULL,
      gym_id UUID NOT NULL,
      payer_id UUID NOT NULL,
      member_id UUID,
      membership_id UUID,
      kind TEXT NOT NULL,
      code TEXT DEFAULT '' NOT NULL,
      method TEXT,
      amount BIGINT NOT NULL,
      currency TEXT NOT NULL,
      due_on DATE,
      note TEXT DEFAULT '' NOT NULL,
      receipt INTEGER,
      reverses_id UUID,
      shift_id UUID,
      by UUID,
      at TIMESTAMP WITH TIME ZONE NOT NULL,
      CONSTRAINT pk_ledger_line PRIMARY KEY (id),
      CONSTRAINT ck_ledger_line_kind CHECK (kind in ('charge', 'payment', 'refund', 'credit', 'write_off')),
      CONSTRAINT ck_ledger_line_method CHECK (method in ('cash', 'terminal', 'transfer', 'other')),
      CONSTRAINT ck_ledger_line_method_when_money_moves CHECK ((method is not null) = (kind in ('payment', 'refund'))),
      CONSTRAINT ck_ledger_line_sign CHECK (amount <> 0 and ((amount > 0) = (kind in ('charge', 'refund'))) = (reverses_id is null)),
      CONSTRAINT ck_ledger_line_amount CHECK (amount between -1000000000000 and 1000000000000),
      CONSTRAINT ck_ledger_line_currency CHECK (currency ~ '^[A-Z]{3}$'),
      CONSTRAINT fk_ledger_line_gym_id_gym FOREIGN KEY(gym_id) REFERENCES gym (id) ON DELETE RESTRICT,
      CONSTRAINT fk_ledger_line_payer_id_person FOREIGN KEY(payer_id) REFERENCES person (id) ON DELETE RESTRICT,
      CONSTRAINT fk_ledger_line_member_id_member FOREIGN KEY(member_id) REFERENCES member (id) ON DELETE RESTRICT,
      CONSTRAINT fk_ledger_line_membership_id_membership FOREIGN KEY(membership_id) REFERENCES membership (id) ON DELETE RESTRICT,
      CONSTRAINT fk_ledger_line_reverses_id_ledger_line FOREIGN KEY(reverses_id) REFERENCES ledger_line (id) ON DELETE RESTRICT,
      CONSTRAINT fk_ledger_line_shift_id_shift FOREIGN KEY(shift_id) REFERENCES shift (id) ON DELETE RESTRICT,
      CONSTRAINT fk_ledger_line_by_person FOREIGN KEY(by) REFERENCES person (id) ON DELETE RESTRICT
    )
    """,
    "CREATE INDEX ix_ledger_line_gym ON ledger_line (gym_id, at)",
    "CREATE INDEX ix_ledger_line_membership ON ledger_line (membership_id) WHERE membership_id is not null",
    "CREATE INDEX ix_ledger_line_payer ON ledger_line (payer_id, currency, at, id)",
    "CREATE INDEX ix_ledger_line_shift ON ledger_line (shift_id) WHERE shift_id is not null",
    "CREATE UNIQUE INDEX uq_ledger_line_receipt ON ledger_line (gym_id, receipt) WHERE receipt is not null",
    "CREATE UNIQUE INDEX uq_ledger_line_reverses ON ledger_line (reverses_id) WHERE reverses_id is not null",
)

TABLES_LAST_FIRST = (
    "ledger_line",
    "shift",
    "account",
    "receipt_book",
)


def upgrade() -> None:
    for statement in (*TABLES, *FUNCTIONS):
        op.execute(statement)


def downgrade() -> None:
    for table in TABLES_LAST_FIRST:
        op.execute(f"drop table {table}")
    for function in ("ledger_stays()", "ledger_account()", "ledger_reversal()", "ledger_open(uuid, text)"):
        op.execute(f"drop function {function}")
